"""Rules about whole weeks, breaks, short forms and what the client can do: carried out as the language says."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.analytics.decision_words import sentence
from clients.errors import WrongState
from clients.models import Assignment, Client, Decision
from clients.rules.schedule import Schedule
from clients.services import apply
from clients.services.assign import assign_routine
from clients.services.drafting import ItemDraft, drafts_of
from clients.services.plan_rules import switch_rules
from clients.services.weeks import decide_week
from portal.accounts.models import Practice, User
from routines.library.starter import library
from tests.clients.conftest import NOW, TODAY
from tests.clients.library import make_routine
from tests.clients.living import do_session, replay_all, spoken

pytestmark = pytest.mark.usefixtures("in_riverside")
State = Decision.State
BEGAN = TODAY - timedelta(days=14)


@pytest.fixture(autouse=True)
def every_decision_replays(in_riverside: None) -> Iterator[None]:
    yield
    replay_all()


def give(
    client: Client, slug: str, exercises: tuple[str, ...], by: User, practice: Practice, **schedule: Any
) -> Assignment:
    """Give the exercises under the rules of a packaged routine, from two weeks ago."""
    document = dict(library().routines[slug][1])
    kept = {key: document[key] for key in ("progression", "regression", "schedule", "weekly_plan") if key in document}
    routine = make_routine(*exercises, name=document["name"], practice=practice, document=kept)
    found = {"kind": "per_week", "per_week": 3, "starts_on": BEGAN} | schedule
    items = [ItemDraft(exercise_version=draft.exercise_version, dose=draft.dose) for draft in drafts_of(routine)]
    return assign_routine(client, items=items, schedule=Schedule(**found), routine=routine, by=by)


@pytest.fixture
def walking(carl: Client, practice: Practice, priya: User) -> Assignment:
    return give(carl, "walking-build-up", ("walking",), priya, practice)


def walk(plan: Assignment, *days: int, following: int | None = 2) -> None:
    """Walk on the days of the plan, counted from 0, and answer the next morning."""
    for day in days:
        do_session(plan, at=NOW - timedelta(days=14 - day), following=following)


def asked(plan: Assignment) -> tuple[int, int]:
    """(minutes of the walk, days a week) that the plan asks for now."""
    plan.refresh_from_db()
    assert plan.current_version is not None
    item = plan.current_version.items.select_related("exercise_version").get(lane="steady")
    dose = item.exercise_version.content.dose.override(**item.dose)
    return (dose.duration_s or 0) // 60, Schedule.from_dict(plan.current_version.schedule).days_a_week


def test_a_week_that_was_done_suggests_the_next_one_and_a_practitioner_lets_it_happen(
    walking: Assignment, priya: User
) -> None:
    walk(walking, 0, 2, 4)
    decide_week(walking, now=NOW - timedelta(days=7))
    (waiting,) = spoken(walking, "next_week")
    assert (waiting.state, waiting.outcome) == (
        State.SUGGESTED,
        {"action": "advance_week", "week": 2, "minutes": 10, "days": 4},
    )
    assert asked(walking) == (10, 3)
    apply.accept(waiting, by=priya, now=NOW)
    assert asked(walking) == (10, 4)


def test_a_pre_approved_week_moves_on_by_itself_once_a_week_and_can_be_taken_back(
    walking: Assignment, priya: User
) -> None:
    switch_rules(walking, wanted={"next_week": (True, True)}, by=priya)
    walk(walking, 0, 2, 4)
    decide_week(walking, now=NOW - timedelta(days=7))
    walk(walking, 7)
    (moved,) = spoken(walking, "next_week")
    assert (moved.state, moved.may_undo) == (State.APPLIED, "practitioner")
    assert asked(walking) == (10, 4)
    assert "week 2: 10 minutes on 4 days" in sentence(moved, {})
    apply.undo(moved, by=priya, now=NOW)
    assert asked(walking) == (10, 3)
    walk(walking, 9, 11)
    decide_week(walking, now=NOW)
    assert [row.outcome["week"] for row in spoken(walking, "next_week")] == [2, 2], "week 2 was taken back"


def test_a_plan_that_was_changed_since_is_not_taken_back(walking: Assignment, priya: User) -> None:
    switch_rules(walking, wanted={"next_week": (True, True)}, by=priya)
    walk(walking, 0, 2, 4)
    decide_week(walking, now=NOW - timedelta(days=7))
    walk(walking, 7, 8, 9, 10)
    decide_week(walking, now=NOW)
    first, second = spoken(walking, "next_week")
    assert asked(walking) == (12, 4)
    with pytest.raises(WrongState, match="changed since"):
        apply.undo(first, by=priya, now=NOW)
    apply.undo(second, by=priya, now=NOW)
    assert asked(walking) == (10, 4)


@pytest.mark.parametrize(
    ("days", "following", "expected"),
    [
        pytest.param((0, 2, 4), 2, "next_week", id="3 of 3"),
        pytest.param((0, 2), 2, "repeat_week", id="2 of 3 is under 75 percent"),
        pytest.param((0, 2, 4), 4, None, id="sorer by 2 the next day"),
        pytest.param((0, 2, 4), None, None, id="the next day was not answered"),
        pytest.param((), 2, "repeat_week", id="nothing done"),
    ],
)
def test_the_week_that_is_over_decides(
    walking: Assignment, days: tuple[int, ...], following: int | None, expected: str | None
) -> None:
    walk(walking, *days, following=following)
    decide_week(walking, now=NOW - timedelta(days=7))
    rows = Decision.objects.filter(assignment=walking, moment_key__startswith="week:")
    assert [row.rule_key for row in rows] == ([expected] if expected else [])
    assert asked(walking) == (10, 3)
    assert decide_week(walking, now=NOW - timedelta(days=6)) == [], "one word a week"


def test_the_first_week_is_not_judged_before_it_is_over(walking: Assignment) -> None:
    walk(walking, 0, 2, 4)
    assert decide_week(walking, now=NOW - timedelta(days=8)) == []


@pytest.fixture
def breaks(carl: Client, practice: Practice, priya: User) -> Assignment:
    return give(
        carl, "desk-breaks", ("chin-tuck",), priya, practice,
        kind="weekdays", per_week=None, weekdays=frozenset(range(7)), times_per_day=8,
    )  # fmt: skip


def times(plan: Assignment) -> int:
    plan.refresh_from_db()
    assert plan.current_version is not None
    return Schedule.from_dict(plan.current_version.schedule).times_per_day


def test_breaks_become_fewer_at_once_and_only_once(breaks: Assignment, priya: User) -> None:
    (fewer,) = decide_week(breaks, now=NOW - timedelta(days=7))
    assert (fewer.rule_key, fewer.state, fewer.may_undo) == ("fewer", State.APPLIED, "practitioner")
    assert times(breaks) == 5
    apply.undo(fewer, by=priya, now=NOW - timedelta(days=6))
    assert times(breaks) == 8
    assert decide_week(breaks, now=NOW) == [], "a practitioner took it back"


def test_an_automatic_rule_that_would_ask_for_more_waits(breaks: Assignment) -> None:
    row = breaks.rules.get(rule_id="fewer")
    document = {**row.document, "then": {"action": "change_schedule", "field": "sessions_per_day", "by": 1}}
    type(row).objects.filter(pk=row.pk).update(document=document)
    (waiting,) = decide_week(breaks, now=NOW - timedelta(days=7))
    assert waiting.state == State.SUGGESTED
    assert times(breaks) == 8


def test_the_short_form_is_offered_after_two_skipped_days_and_counts_as_done(
    carl: Client, practice: Practice, priya: User
) -> None:
    plan = give(
        carl, "morning-mobility-10", ("pelvic-tilt-lying", "knee-squeezes", "glute-bridge"), priya, practice,
        kind="weekdays", per_week=None, weekdays=frozenset(range(7)),
    )  # fmt: skip
    session = do_session(plan, at=NOW, short=True)
    (offered,) = spoken(plan, "short_form")
    assert (offered.state, offered.may_undo) == (State.APPLIED, "nobody")
    assert (session.fraction, session.counted) == (1, True)
    assert "glute-bridge" not in session.short_form
    whole = do_session(plan, at=NOW + timedelta(hours=1), whole=False)
    assert whole.short_form == []


def test_the_markers_that_were_ticked_let_a_rule_suggest_the_next_phase(
    carl: Client, practice: Practice, priya: User
) -> None:
    plan = give(
        carl, "strength-phase-1", ("glute-bridge", "bird-dog"), priya, practice,
        kind="weekdays", per_week=None, weekdays=frozenset(range(7)),
    )  # fmt: skip
    rule = plan.rules.get(rule_id="p1_to_p2").content
    markers = next(each.value for each in rule.when if each.metric == "can_do")
    for back in range(11, 2, -1):
        do_session(plan, at=NOW - timedelta(days=back), following=2, effort=4, can_do=tuple(markers[:-1]))
    assert spoken(plan, "p1_to_p2") == []
    do_session(plan, at=NOW - timedelta(days=2), following=2, effort=4, can_do=tuple(markers))
    (waiting,) = spoken(plan, "p1_to_p2")
    assert waiting.state == State.SUGGESTED
    assert "Glute bridge: 2 sets of 12" in sentence(waiting, {})


# --- nothing the client does raises what is asked ---------------------------------------------------------------------

weeks = st.lists(
    st.tuples(st.sets(st.integers(0, 6), max_size=5), st.sampled_from([None, 1, 2, 3, 5])), min_size=1, max_size=2
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(weeks)
def test_no_weeks_ask_for_more_unasked(walking: Assignment, story: list[tuple[set[int], int | None]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        before = asked(walking)
        for number, (days, following) in enumerate(story):
            walk(walking, *(7 * number + day for day in sorted(days)), following=following)
            decide_week(walking, now=NOW - timedelta(days=7 * (1 - number)))
            assert asked(walking) == before
        assert not Decision.objects.filter(assignment=walking, outcome__action="advance_week", state="applied").exists()
        replay_all()
        transaction.set_rollback(True)
