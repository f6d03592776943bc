"""Each flag rule against small histories: just enough, just not enough, seen, and happened again."""

from datetime import date, timedelta
from typing import Any

import pytest

from clients.rules.flag_settings import BY_KEY, DEFAULT, RULES, settings_for, settings_from
from clients.rules.flags import Day, Ending, Facts, Open, Question, Seen, Told, flags_of, middle

TODAY = date(2026, 11, 18)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def told(days_ago: int, **fields: Any) -> Told:
    return Told(id=f"s{days_ago}", on=ago(days_ago), **fields)


def facts(*sessions: Told, **fields: Any) -> Facts:
    return Facts(today=TODAY, sessions=sorted(sessions, key=lambda each: each.on), **fields)


def days(*counts: tuple[int, int]) -> list[Day]:
    """(asked, done) of the days up to yesterday."""
    return [Day(ago(len(counts) - place), asked, done) for place, (asked, done) in enumerate(counts)]


def keys(of: Facts, **seen: Seen) -> list[str]:
    return [flag.key for flag in flags_of(of, DEFAULT, seen)]


RUNS = {"asks_since": ago(20), "heard_on": ago(1)}

TABLE = [
    pytest.param(facts(), [], id="nothing known"),
    pytest.param(facts(alerts=[Open("1", ago(0), is_urgent=True)]), ["alert_urgent"], id="a safety answer"),
    pytest.param(facts(alerts=[Open("1", ago(0))]), ["alert"], id="an alert that can wait"),
    pytest.param(facts(told(1, hurt_and_left=True)), ["hurt_ended"], id="this hurts ended a session"),
    pytest.param(facts(told(14, hurt_and_left=True)), [], id="it was two weeks ago"),
    pytest.param(facts(told(0, before=5, worst=7)), ["pain_high"], id="pain 7 during"),
    pytest.param(facts(told(0, before=7)), ["pain_high"], id="pain 7 before"),
    pytest.param(facts(told(0, before=6, worst=6)), [], id="pain 6"),
    pytest.param(facts(told(0, before=2, worst=5)), ["pain_jump"], id="three points more"),
    pytest.param(facts(told(0, before=3, worst=5)), [], id="two points more"),
    pytest.param(facts(told(0, worst=5)), [], id="before was not answered"),
    pytest.param(
        facts(told(3, before=5), told(2, before=5), told(1, before=6), first_week=[3, 2, 4]),
        ["pain_rising"],
        id="two above the first week, three running",
    ),
    pytest.param(
        facts(told(3, before=5), told(2, before=4), told(1, before=6), first_week=[3]), [], id="one of three was less"
    ),
    pytest.param(
        facts(told(4, before=5), told(3), told(2, before=5), told(1, before=5), first_week=[3]),
        ["pain_rising"],
        id="an unanswered session breaks no row",
    ),
    pytest.param(facts(told(2, before=6), told(1, before=6), first_week=[1]), [], id="only two sessions"),
    pytest.param(facts(told(3, before=6), told(2, before=6), told(1, before=6)), [], id="no first week to compare"),
    pytest.param(facts(days=days((1, 1), (1, 0), (1, 0)), **RUNS), ["missed"], id="two in a row not done"),
    pytest.param(facts(days=days((1, 1), (1, 0), (0, 0), (1, 0)), **RUNS), ["missed"], id="a rest day between"),
    pytest.param(facts(days=days((1, 0), (1, 1), (1, 0)), **RUNS), [], id="done between"),
    pytest.param(facts(days=days((2, 2), (2, 0)), **RUNS), ["missed"], id="both of one day"),
    pytest.param(facts(days=days((2, 0), (2, 1)), **RUNS), [], id="one of two was done"),
    pytest.param(facts(days=days((1, 0), (1, 0)), asks_since=ago(20), heard_on=TODAY), [], id="they came back today"),
    pytest.param(facts(asks_since=ago(20), heard_on=ago(7)), ["silent"], id="seven days without a word"),
    pytest.param(facts(asks_since=ago(20), heard_on=ago(6)), [], id="six days"),
    pytest.param(facts(asks_since=ago(3), heard_on=ago(30)), [], id="a new plan began three days ago"),
    pytest.param(facts(heard_on=ago(30)), [], id="nothing is asked of them"),
    pytest.param(facts(invited_on=ago(3)), ["not_started"], id="invited three days ago"),
    pytest.param(facts(invited_on=ago(2)), [], id="invited two days ago"),
    pytest.param(facts(told(2, effort=9), told(1, effort=9)), ["too_hard"], id="too hard twice"),
    pytest.param(facts(told(2, effort=9), told(1, effort=7)), [], id="hard, but done"),
    pytest.param(facts(told(3, effort=9), told(2), told(1, effort=9)), ["too_hard"], id="not answered between"),
    pytest.param(
        facts(told(3, effort=3), told(2, effort=3), told(1, effort=3)), ["too_easy"], id="too easy three times"
    ),
    pytest.param(facts(told(2, effort=3), told(1, effort=3)), [], id="too easy twice"),
    pytest.param(facts(endings=[Ending("7", ago(-7))], **RUNS), ["plan_ends"], id="ends in seven days"),
    pytest.param(facts(endings=[Ending("7", ago(-8))], **RUNS), [], id="ends in eight days"),
    pytest.param(facts(endings=[Ending("7", ago(-3)), Ending("8", ago(-30))], **RUNS), [], id="another runs on"),
    pytest.param(facts(question=Question("message:1", ago(2), 2)), ["question"], id="a message waits two working days"),
    pytest.param(facts(question=Question("message:1", ago(3), 1)), [], id="one working day, over a week-end"),
    pytest.param(facts(suggestions=[Open("4", ago(1))]), ["suggestion"], id="a rule suggests a change"),
]


@pytest.mark.parametrize(("of", "expected"), TABLE)
def test_each_rule_speaks_when_it_should_and_not_before(of: Facts, expected: list[str]) -> None:
    assert keys(of) == expected


def test_every_rule_is_in_the_table() -> None:
    assert {key for param in TABLE for key in param.values[1]} == {rule.key for rule in RULES}


def test_the_most_urgent_comes_first_and_a_rule_speaks_once() -> None:
    many = facts(
        told(3, before=8, effort=9),
        told(2, before=8, effort=9),
        told(1, before=7, worst=9, effort=9, hurt_and_left=True),
        first_week=[2],
        endings=[Ending("7", TODAY)],
        **RUNS,
    )
    assert keys(many) == ["hurt_ended", "pain_high", "pain_rising", "too_hard", "plan_ends"]
    high = flags_of(many)[1]
    assert high.evidence == ("s1", "s2", "s3")
    assert (high.values["value"], high.values["session"]) == (9, "s1")


# key -> facts that raise it, what "seen" keeps, facts of some days later in which it happened again
AGAIN = [
    pytest.param("hurt_ended", [told(3, hurt_and_left=True)], [told(1, hurt_and_left=True)], id="hurt_ended"),
    pytest.param("pain_high", [told(3, worst=8)], [told(1, worst=8)], id="pain_high"),
    pytest.param("pain_jump", [told(3, before=1, worst=4)], [told(1, before=1, worst=4)], id="pain_jump"),
    pytest.param("too_hard", [told(4, effort=9), told(3, effort=9)], [told(2, effort=9), told(1, effort=9)], id="hard"),
    pytest.param(
        "pain_rising",
        [told(9, before=6), told(8, before=6), told(7, before=6)],
        [told(3, before=6), told(2, before=6), told(1, before=6)],
        id="pain_rising",
    ),
]


@pytest.mark.parametrize(("key", "before", "after"), AGAIN)
def test_what_was_seen_stays_away_until_it_happens_again(key: str, before: list[Told], after: list[Told]) -> None:
    (flag,) = flags_of(facts(*before, first_week=[2]))
    mark = {key: Seen(frozenset(flag.evidence), TODAY)}
    assert keys(facts(*before, first_week=[2]), **mark) == []
    assert keys(facts(*before, after[0], first_week=[2]), **mark) == ([key] if len(after) == 1 else [])
    assert keys(facts(*before, *after, first_week=[2]), **mark) == [key]


def test_a_session_that_is_told_late_is_no_part_of_what_was_seen() -> None:
    mark = {"pain_high": Seen(frozenset({"s1"}), TODAY)}
    assert keys(facts(told(4, worst=9), told(1, worst=8)), **mark) == ["pain_high"]


@pytest.mark.parametrize(
    ("key", "of"),
    [
        pytest.param("silent", {"asks_since": ago(30), "heard_on": ago(12)}, id="silent"),
        pytest.param("not_started", {"invited_on": ago(12)}, id="not started"),
    ],
)
def test_a_silence_that_was_seen_is_told_again_after_as_long_again(key: str, of: dict[str, Any]) -> None:
    least = DEFAULT[key].numbers["days"]
    assert keys(facts(**of), **{key: Seen(on=ago(least - 1))}) == []
    assert keys(facts(**of), **{key: Seen(on=ago(least))}) == [key]


def test_missed_sessions_that_were_seen_are_counted_anew() -> None:
    mark = {"missed": Seen(frozenset({ago(3).isoformat(), ago(4).isoformat()}), ago(2))}
    assert keys(facts(days=days((1, 0), (1, 0), (0, 0), (1, 0)), **RUNS), **mark) == []
    assert keys(facts(days=days((1, 0), (1, 0), (1, 0), (1, 0)), **RUNS), **mark) == ["missed"]


def test_a_prolonged_plan_that_ends_soon_is_told_again() -> None:
    (flag,) = flags_of(facts(endings=[Ending("7", ago(-1))], **RUNS))
    mark = {"plan_ends": Seen(frozenset(flag.evidence), TODAY)}
    assert keys(facts(endings=[Ending("7", ago(-1))], **RUNS), **mark) == []
    assert keys(facts(endings=[Ending("7", ago(-5))], **RUNS), **mark) == ["plan_ends"]


def test_an_alert_is_never_hidden_by_a_mark() -> None:
    mark = {key: Seen(frozenset({"1"}), TODAY) for key in ("alert", "alert_urgent")}
    assert keys(facts(alerts=[Open("1", TODAY, is_urgent=True)]), **mark) == ["alert_urgent"]


def test_a_practice_changes_numbers_and_switches_rules_off() -> None:
    of = facts(told(1, before=5, worst=6), days=days((1, 0), (1, 0)), **RUNS)
    stored: dict[str, dict[str, object]] = {"pain_high": {"pain": 6}, "missed": {"on": False}}
    assert [flag.key for flag in flags_of(of, settings_from(stored))] == ["pain_high"]


def test_what_guards_safety_cannot_be_switched_off() -> None:
    settings = settings_from({rule.key: {"on": False} for rule in RULES})
    assert {key for key, setting in settings.items() if setting.is_on} == {"alert_urgent", "alert", "hurt_ended"}


def test_numbers_that_a_practice_never_stored_are_the_defaults() -> None:
    assert settings_from({"pain_high": {"pain": "7"}})["pain_high"].numbers == {"pain": 7}
    for rule in RULES:
        for number in rule.numbers.values():
            assert number.lowest <= number.default <= number.highest, rule.key
    assert list(BY_KEY) == [rule.key for rule in RULES]


@pytest.mark.parametrize(
    ("stored", "is_on", "numbers", "is_own"),
    [
        pytest.param({}, True, {"points": 1, "sessions": 5}, False, id="nothing: as the practice"),
        pytest.param({"points": 4}, True, {"points": 4, "sessions": 5}, True, id="one number"),
        pytest.param({"on": False}, False, {"points": 1, "sessions": 5}, True, id="off"),
        pytest.param({"on": True, "sessions": 2}, True, {"points": 1, "sessions": 2}, True, id="on with a number"),
        pytest.param({"points": "4"}, True, {"points": 1, "sessions": 5}, True, id="a text for a number"),
        pytest.param({"luck": 4}, True, {"points": 1, "sessions": 5}, True, id="an unknown number"),
    ],
)
def test_a_clients_own_numbers_go_before_the_practices(
    stored: dict[str, object], is_on: bool, numbers: dict[str, int], is_own: bool
) -> None:
    practice = settings_from({"pain_rising": {"points": 1, "sessions": 5}, "silent": {"on": False}})
    found = settings_for({"pain_rising": stored} if stored else {}, practice)
    rule = found["pain_rising"]
    assert (rule.is_on, rule.numbers, rule.is_own) == (is_on, numbers, is_own)
    assert {key: value for key, value in found.items() if key != "pain_rising"} == {
        key: value for key, value in practice.items() if key != "pain_rising"
    }


def test_a_rule_that_is_always_on_is_so_for_every_client() -> None:
    assert settings_for({"hurt_ended": {"on": False}, "gone": {"on": False}}, DEFAULT)["hurt_ended"].is_on


@pytest.mark.parametrize(("answers", "expected"), [([4], 4), ([5, 2], 2), ([9, 3, 3], 3), ([1, 2, 3, 9], 2)])
def test_the_middle_answer_is_the_lower_of_two(answers: list[int], expected: int) -> None:
    assert middle(answers) == expected
