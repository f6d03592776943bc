"""Every rule of the YAML speaks where its conditions hold, and stays silent where one does not or is not known."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules import language
from clients.rules.language import Done, Moment
from clients.rules.pain import DEFAULT, PainModel
from routines.content import ContentError, Rule, parse_rule
from routines.content.rules import LOADING, METRICS, RAISING, parse_window
from routines.library.starter import library

TODAY = date(2026, 11, 18)
LEG_BAD = {"none": "worse", "same": "worse", "better": "further_down", "worse": "none", "further_down": "same"}


def rules() -> Iterator[Any]:
    for rule in library().global_rules:
        yield pytest.param(rule, id=rule.id)
    for slug, (routine, _) in library().routines.items():
        for rule in (*routine.progression, *routine.regression):
            if isinstance(rule, Rule):
                yield pytest.param(rule, id=f"{slug}.{rule.id}")


RULES: list[Any] = list(rules())


def number_of(value: Any) -> float:
    return float(getattr(DEFAULT, value)) if isinstance(value, str) else value


def value_that(fits: bool, condition: Any) -> Any:
    """A value that satisfies the condition, or one just beyond it."""
    op, wanted = condition.op, condition.value
    if condition.metric == "leg_symptoms":
        return wanted[0] if fits else next(bad for good in wanted if (bad := LEG_BAD[good]) not in wanted)
    if condition.metric == "can_do":
        return frozenset(wanted) if fits else frozenset(wanted[1:])
    if isinstance(wanted, bool):
        return wanted if fits else not wanted
    number = number_of(wanted)
    beyond = {"<": 0, "<=": 1, "==": 1, ">=": -1, ">": 0}[op]
    inside = {"<": -1, "<=": 0, "==": 0, ">=": 0, ">": 1}[op]
    return int(number + (inside if fits else beyond))


def moment_for(rule: Rule, broken: Any = None, missing: Any = None) -> Moment:
    """A moment at which the rule speaks; one condition may be broken, or not known."""
    fields: dict[str, Any] = {"before": 3}
    extra: dict[str, Any] = {}
    numbers: dict[str, float | None] = {}
    pains: int | None = None
    for condition in rule.conditions:
        value = None if condition is missing else value_that(condition is not broken, condition)
        name = condition.metric
        if name == "pain_before":
            fields["before"] = pains = value
        elif name == "pain_during":
            fields["peak"] = fields["worst"] = value
        elif name == "pain_rise_in_session":
            fields["peak"] = fields["worst"] = None if value is None else 3 + value
        elif name == "pain_next_day_delta":
            fields["next"] = None if value is None else fields["before"] + value
        elif name in {"effort", "leg_symptoms", "leg_pain"}:
            fields[name] = value
        elif name == "can_do":
            fields[name] = value or frozenset()
        elif name in {"flare_reported", "red_flag"}:
            extra[name] = value if name == "red_flag" else bool(value)
        else:
            numbers[name if condition.window is None else f"{name}/{condition.window}"] = value
    if rule.left_off is not None:
        extra["left_off"] = frozenset({rule.left_off})
    sessions = tuple(Done(on=TODAY - timedelta(days=back), **fields) for back in range(6, -1, -1))
    days = tuple((TODAY - timedelta(days=back), pains) for back in range(6, -1, -1))
    return Moment(today=TODAY, sessions=sessions[:-1], now=sessions[-1], days=days, numbers=numbers, **extra)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_speaks_where_all_its_conditions_hold(rule: Rule) -> None:
    speaks, readings = language.judge(rule, moment_for(rule))
    assert speaks, readings


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_silent_where_one_condition_does_not_hold(rule: Rule) -> None:
    for condition in rule.conditions:
        speaks, readings = language.judge(rule, moment_for(rule, broken=condition))
        assert not speaks, (condition, readings)


@pytest.mark.parametrize("rule", RULES)
def test_what_is_not_known_never_lets_a_rule_speak(rule: Rule) -> None:
    for condition in rule.conditions:
        speaks, readings = language.judge(rule, moment_for(rule, missing=condition))
        assert not speaks, (condition, readings)
    assert not language.judge(rule, Moment(today=TODAY))[0]


@pytest.mark.parametrize("known", [None, frozenset(), frozenset({("knee-squeezes", "both")})])
def test_a_rule_with_only_if_is_silent_where_that_is_not_so(known: frozenset[tuple[str, str]] | None) -> None:
    rules_with = [rule for rule in (param.values[0] for param in RULES) if rule.only_if]
    assert rules_with, "the library has one"
    for rule in rules_with:
        moment = replace(moment_for(rule), left_off=known)
        speaks, readings = language.judge(rule, moment)
        assert not speaks
        assert language.replay(readings) is False


def test_words_after_only_if_that_are_not_understood_are_refused() -> None:
    document = next(param.values[0] for param in RULES if param.values[0].only_if).to_document()
    with pytest.raises(ContentError, match="was left off when the routine was assigned"):
        parse_rule({**document, "only_if": "the moon is full"})


@pytest.mark.parametrize("rule", RULES)
def test_a_decision_replays_from_its_readings_alone(rule: Rule) -> None:
    for moment in (moment_for(rule), moment_for(rule, broken=rule.when[0]), Moment(today=TODAY)):
        speaks, readings = language.judge(rule, moment)
        assert language.replay(readings) is speaks


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_applies_at_once_only_as_its_authorisation_says(rule: Rule) -> None:
    alone, approved = (language.standing(rule, preapproved=switch) for switch in (False, True))
    expected = {
        "automatic": ("applied", "applied"),
        "preapproved": ("suggested", "applied"),
        "practitioner": ("suggested", "suggested"),
    }
    assert (alone, approved) == expected[rule.authorisation]
    if rule.action in RAISING:
        assert alone == "suggested"


@pytest.mark.parametrize("action", sorted(RAISING))
def test_what_adds_something_never_applies_unasked_whatever_the_rule_says(action: str) -> None:
    rule = replace(library().global_rules[0], action=action, authorisation="automatic")
    assert language.standing(rule, preapproved=False) == "suggested"


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_the_same_after_it_was_written_down(rule: Rule) -> None:
    assert parse_rule(rule.to_document()) == rule


def test_every_metric_of_the_language_is_read() -> None:
    used = {condition.metric for param in RULES for condition in param.values[0].when}
    assert set(METRICS) - used == set()


pain = st.one_of(st.none(), st.integers(0, 10))
done = st.builds(
    Done,
    on=st.dates(TODAY - timedelta(days=30), TODAY),
    before=pain,
    peak=pain,
    worst=pain,
    next=pain,
    effort=pain,
    leg_pain=pain,
    leg_symptoms=st.sampled_from([None, "none", "same", "better", "worse", "further_down"]),
)
moments = st.builds(
    Moment,
    today=st.just(TODAY),
    sessions=st.lists(done, max_size=8).map(lambda each: tuple(sorted(each, key=lambda one: one.on))),
    now=st.one_of(st.none(), done),
    days=st.lists(st.tuples(st.dates(TODAY - timedelta(days=9), TODAY), pain), max_size=8).map(tuple),
    numbers=st.dictionaries(st.sampled_from(METRICS), st.one_of(st.none(), st.integers(0, 100)), max_size=6),
    flare_reported=st.booleans(),
    red_flag=st.sampled_from([None, True, False]),
    model=st.sampled_from([DEFAULT, PainModel(amber_max=7), PainModel(green_max=1, amber_max=4)]),
)


@given(moments, st.sampled_from([param.values[0] for param in RULES]))
def test_any_answers_give_a_verdict_that_replays_and_never_raises_unasked(moment: Moment, rule: Rule) -> None:
    speaks, readings = language.judge(rule, moment)
    assert language.replay(readings) is speaks
    if speaks and language.standing(rule, preapproved=False) == "applied":
        assert rule.action not in RAISING


@given(moments, st.sampled_from([param.values[0] for param in RULES if param.values[0].action in LOADING]))
def test_nothing_asks_more_of_the_body_after_a_session_in_the_red_zone(moment: Moment, rule: Rule) -> None:
    """Red, not answered or fewer than three sessions: no rule speaks, pre-approved or not (clinical.md 4.1)."""
    every = (*moment.sessions, moment.now) if moment.now is not None else moment.sessions
    peaks = [None if each.peak is None else max(each.peak, each.worst or 0) for each in every[-3:]]
    is_well = len(peaks) == 3 and all(peak is not None and peak <= moment.model.amber_max for peak in peaks)
    assert is_well or not language.judge(rule, moment)[0]


@pytest.mark.parametrize("rule", [param for param in RULES if param.values[0].action in LOADING])
@pytest.mark.parametrize("session", range(3))
@pytest.mark.parametrize(
    ("answers", "speaks"),
    [
        pytest.param({}, True, id="as it was"),
        pytest.param({"peak": DEFAULT.amber_max}, True, id="amber"),
        pytest.param({"peak": DEFAULT.amber_max + 1}, False, id="red"),
        pytest.param({"worst": DEFAULT.amber_max + 1}, False, id="red in one exercise"),
        pytest.param({"peak": None}, False, id="not answered"),
    ],
)
def test_one_session_in_the_red_zone_or_not_answered_holds_the_dose(
    rule: Rule, session: int, answers: dict[str, Any], speaks: bool
) -> None:
    moment = moment_for(rule)
    every = [*moment.sessions, moment.now]
    changed = every[-1 - session]
    assert changed is not None
    every[-1 - session] = replace(changed, **answers)
    moment = replace(moment, sessions=tuple(each for each in every[:-1] if each), now=every[-1])
    assert language.judge(rule, moment)[0] is speaks


def test_a_rule_that_says_nothing_of_the_next_day_waits_for_its_answer() -> None:
    rule = next(rule for rule in (param.values[0] for param in RULES) if rule.action == "change_dose")
    silent = replace(rule, when=tuple(each for each in rule.when if each.metric != "pain_next_day_delta"))
    moment = moment_for(silent)
    assert language.stage_of(silent) == "next_day"
    assert language.judge(silent, moment)[0]
    assert moment.now is not None
    assert moment.now.before is not None
    for answer in (None, moment.now.before + 1):
        assert not language.judge(silent, replace(moment, now=replace(moment.now, next=answer)))[0]


@pytest.mark.parametrize(
    ("days", "speaks"),
    [
        pytest.param([(1, 4), (0, 4)], True, id="4 and 4"),
        pytest.param([(1, 4), (0, 5)], False, id="5 today"),
        pytest.param([(1, 5), (0, 4)], False, id="5 yesterday"),
        pytest.param([(2, 4), (0, 4)], False, id="yesterday was not asked"),
        pytest.param([(1, None), (0, 4)], False, id="yesterday was not answered"),
        pytest.param([(1, 2), (1, 6), (0, 3)], False, id="the worst answer of a day counts, nothing is averaged"),
        pytest.param([(1, 2), (0, 3), (0, None)], False, id="one answer of today was left open"),
    ],
)
def test_back_from_a_flare_needs_two_days_running(days: list[tuple[int, int | None]], speaks: bool) -> None:
    rule = next(rule for rule in library().global_rules if rule.id == "global.back_from_flare")
    answers = tuple((TODAY - timedelta(days=back), value) for back, value in days)
    moment = Moment(today=TODAY, days=answers, numbers={"flare_days": 2})
    assert language.judge(rule, moment)[0] is speaks


@pytest.mark.parametrize(
    ("peak", "worst", "stops", "counts_as_low"),
    [
        pytest.param(None, 7, True, False, id="hurt at 7, the question at the end left open"),
        pytest.param(2, 7, True, False, id="hurt at 7, answered 2 at the end"),
        pytest.param(2, 2, False, True, id="2 all along"),
        pytest.param(None, None, False, False, id="not known"),
    ],
)
def test_pain_during_is_heard_from_any_answer_and_low_only_where_it_was_asked(
    peak: int | None, worst: int | None, stops: bool, counts_as_low: bool
) -> None:
    moment = Moment(today=TODAY, now=Done(TODAY, before=2, peak=peak, worst=worst))
    stop = next(rule for rule in library().global_rules if rule.id == "global.pain_red")
    low = replace(stop, when=(replace(stop.when[0], op="<=", value=3),))
    assert language.judge(stop, moment)[0] is stops
    assert language.judge(low, moment)[0] is counts_as_low


def test_three_of_the_last_four_may_hold_one_that_is_missing() -> None:
    rule = next(
        rule
        for rule in library().routines["strength-phase-2"][0].progression
        if isinstance(rule, Rule) and rule.id == "p2_to_p3"
    )
    condition = next(each for each in rule.when if each.window == "3 of last 4 sessions")
    sessions = tuple(Done(TODAY, before=3, next=value) for value in (3, None, 2, 3))
    reading = language.read(condition, Moment(today=TODAY, sessions=sessions))
    assert language.holds(reading)
    assert not language.holds({**reading, "values": reading["values"][:3]}), "three sessions are not four"


@pytest.mark.parametrize(
    ("rule_id", "stage"),
    [
        ("global.next_day_up2", "next_day"),
        ("global.flare", "flare"),
        ("global.back_from_flare", "check_in"),
        ("global.gap7", "check_in"),
        ("global.pain_red", "session"),
        ("next_week", "week"),
        ("repeat_week", "week"),
        ("fewer", "week"),
        ("more_breaks", "week"),
        ("maintain", "week"),
        ("short_form", "check_in"),
    ],
)
def test_a_rule_speaks_at_the_latest_moment_that_it_needs(rule_id: str, stage: str) -> None:
    assert language.stage_of(next(param.values[0] for param in RULES if param.values[0].id == rule_id)) == stage


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ("now", 1, 1)),
        ("last 3 sessions", ("sessions", 3, 3)),
        ("3 of last 4 sessions", ("sessions", 4, 3)),
        ("2 sessions running", ("sessions", 2, 2)),
        ("2 days running", ("days_running", 2, 2)),
        ("7 days", ("days", 7, 7)),
        ("1 week", ("weeks", 1, 1)),
        ("6 weeks", ("weeks", 6, 6)),
    ],
)
def test_a_window_is_read_from_its_words(text: str | None, expected: tuple[str, int, int]) -> None:
    window = parse_window(text)
    assert (window.kind, window.count, window.least) == expected


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"metric": "pain_before", "op": "<=", "value": "much"}, "is a number"),
        ({"metric": "pain_before", "op": "in", "value": [1, 2]}, "is a number"),
        ({"metric": "pain_before", "op": "<=", "value": 3, "window": "lately"}, "is no window"),
        ({"metric": "pain_before", "op": "<=", "value": 3, "window": "5 of last 4 sessions"}, "is no window"),
        ({"metric": "leg_symptoms", "op": "in", "value": ["fine"]}, "with words out of"),
        ({"metric": "flare_reported", "op": ">", "value": 1}, "compared with true"),
        ({"metric": "can_do", "op": "==", "value": "bridge"}, "list of markers"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused_with_the_remedy(condition: dict[str, Any], words: str) -> None:
    document = {**library().global_rules[0].to_document(), "when": [condition]}
    with pytest.raises(ContentError, match=words):
        parse_rule(document)
