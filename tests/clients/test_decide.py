"""Rules speak about sessions: each time is a row that replays, and nothing is ever raised unasked."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.analytics.due import plans_between, weeks_in
from clients.analytics.speaking import percent_in_effect
from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import Alert, Assignment, Client, Decision, Flare, PlanPause, PlanRule, Session
from clients.rules import decisions
from clients.rules.schedule import Schedule
from clients.services import apply
from clients.services.assign import assign_routine
from clients.services.drafting import ItemDraft, drafts_of
from clients.services.flares import answer_flare, end_flare, report_flare
from clients.services.plan_rules import switch_rules
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from routines.library.starter import library
from routines.models import Routine
from tests.clients.conftest import NOW, TODAY
from tests.clients.library import make_routine, shelve
from tests.clients.living import do_session, replay_all, spoken

pytestmark = pytest.mark.usefixtures("in_riverside")
EVERY_DAY = Schedule(kind="weekdays", starts_on=TODAY - timedelta(days=20), weekdays=frozenset(range(7)))
State = Decision.State


@pytest.fixture
def seed(practice: Practice) -> Routine:
    """The seed routine with its own rules, and the first-aid routine that flares go to."""
    first_aid = make_routine("belly-breathing", "pelvic-tilt-lying", name="First aid", practice=practice)
    with practice_scope(practice):
        Routine.objects.filter(pk=first_aid.pk).update(slug="first-aid-stiff-back")
    shelve("single-knee-to-chest")
    document = dict(library().routines["knee-squeezes-short"][1])
    return make_routine(
        "knee-squeezes",
        "glute-bridge",
        name="Knee squeezes",
        practice=practice,
        document={"progression": document["progression"], "regression": document["regression"]},
    )


def give(
    client: Client, routine: Routine, by: User, *, flare_approved: bool = False, rocking: bool = True
) -> Assignment:
    items = [
        ItemDraft(**{**{name: getattr(draft, name) for name in draft.__slots__}, "opted_in": ("rocking",)})
        if rocking and draft.exercise_version.content.slug == "knee-squeezes"
        else draft
        for draft in drafts_of(routine)
    ]
    return assign_routine(
        client, items=items, schedule=EVERY_DAY, routine=routine, by=by, flare_approved=flare_approved
    )


@pytest.fixture
def plan(carl: Client, seed: Routine, priya: User) -> Assignment:
    return give(carl, seed, priya)


@pytest.fixture(autouse=True)
def every_decision_replays(in_riverside: None) -> Iterator[None]:
    """Whatever a test does: each decision gives its result again from what it kept."""
    yield
    replay_all()


def test_a_plan_gets_three_lanes_and_its_rules_with_nothing_approved(plan: Assignment) -> None:
    assert plan.current_version is not None
    lanes = {row.lane for row in plan.current_version.items.all()}
    assert lanes == {"steady", "sore", "flare"}
    rules = PlanRule.objects.filter(assignment=plan).in_force()
    assert {"global.flare", "global.gap7", "add_reps", "sore_day"} <= {row.rule_id for row in rules}
    assert not any(row.is_preapproved for row in rules)


def test_the_sore_lane_drops_what_is_gated_and_lowers_to_three_quarters(plan: Assignment) -> None:
    assert plan.current_version is not None
    steady = {row.exercise_version.content.slug: row for row in plan.current_version.items.filter(lane="steady")}
    sore = {row.exercise_version.content.slug: row for row in plan.current_version.items.filter(lane="sore")}
    assert steady["knee-squeezes"].opted_in == ["rocking"]
    assert all(row.opted_in == [] for row in sore.values())
    assert "single-knee-to-chest" in sore or sore["knee-squeezes"].dose["reps"] == 1
    assert sore["glute-bridge"].dose["reps"] < steady["glute-bridge"].exercise_version.content.dose.reps


def test_rocking_left_out_at_pain_5_is_a_decision_with_its_reason(plan: Assignment) -> None:
    do_session(plan, at=NOW, before=5)
    (gate,) = spoken(plan, "gate:knee-squeezes:rocking")
    assert gate.outcome["reason"] == "pain_too_high"
    assert (gate.state, gate.may_undo) == (State.APPLIED, "nobody")
    (sore,) = spoken(plan, "sore_day")
    assert sore.outcome == {"action": "skip_segments", "segments": ["rocking"]}


def test_pain_that_was_not_answered_withholds_rocking_too(plan: Assignment) -> None:
    do_session(plan, at=NOW, before=None)
    (gate,) = spoken(plan, "gate:knee-squeezes:rocking")
    assert gate.outcome["reason"] == "pain_unknown"


def test_a_sorer_next_day_lowers_two_sessions_and_then_the_dose_is_full(plan: Assignment) -> None:
    start = NOW - timedelta(days=6)
    do_session(plan, at=start, before=2, following=4)
    (lowered,) = spoken(plan, "global.next_day_up2")
    assert (lowered.state, lowered.outcome["pct"]) == (State.APPLIED, 25)
    for day, expected in [(1, (75, 2)), (2, (75, 1)), (3, (100, 0))]:
        at = start + timedelta(days=day, hours=2)
        assert percent_in_effect(plan, at=at) == expected
        do_session(plan, at=at, percent=expected[0])


def test_two_sorer_days_running_tell_the_practitioner_once(plan: Assignment) -> None:
    for day in (4, 2):
        do_session(plan, at=NOW - timedelta(days=day), before=2, following=5)
    alert = Alert.objects.get()
    assert (alert.reason_key, alert.level) == ("sore_next_day", "routine")
    assert len(spoken(plan, "global.two_bad_days")) == 1


@pytest.mark.parametrize(("days", "percent"), [(6, 100), (7, 75), (20, 75), (21, 50), (40, 50)])
def test_a_gap_starts_lighter(plan: Assignment, days: int, percent: int) -> None:
    do_session(plan, at=NOW - timedelta(days=days))
    do_session(plan, at=NOW, percent=percent)
    assert percent_in_effect(plan, at=NOW + timedelta(seconds=30))[0] == percent
    assert Alert.objects.filter(reason_key="long_gap").exists() is (days >= 21)


def test_what_a_rule_lowered_can_be_taken_back_by_a_practitioner_only(
    plan: Assignment, priya: User, carl: Client
) -> None:
    do_session(plan, at=NOW - timedelta(days=2), before=2, following=4)
    (lowered,) = spoken(plan, "global.next_day_up2")
    with pytest.raises(NotAllowed):
        apply.undo(lowered, by=carl.user, now=NOW)
    apply.undo(lowered, by=priya, now=NOW)
    assert percent_in_effect(plan, at=NOW) == (100, 0)
    with pytest.raises(WrongState):
        apply.undo(lowered, by=priya, now=NOW)


def six_good_sessions(plan: Assignment, *, last: datetime) -> None:
    for back in range(5, -1, -1):
        do_session(plan, at=last - timedelta(days=back), following=2)


def test_what_would_raise_a_dose_waits_until_a_practitioner_accepts(plan: Assignment, priya: User) -> None:
    six_good_sessions(plan, last=NOW - timedelta(days=2))
    (waiting,) = spoken(plan, "add_reps")
    plan.refresh_from_db()
    assert waiting.state == State.SUGGESTED
    assert plan.current_version is not None
    assert plan.current_version.number == 1
    apply.accept(waiting, by=priya, now=NOW)
    plan.refresh_from_db()
    assert plan.current_version is not None
    assert plan.current_version.number == 2
    item = plan.current_version.items.get(lane="steady", position=1)
    assert item.dose["reps"] == 3
    assert item.opted_in == ["rocking"]
    assert waiting.version_id == plan.current_version_id


def test_one_change_at_a_time_needs_three_new_sessions(plan: Assignment, priya: User) -> None:
    six_good_sessions(plan, last=NOW - timedelta(days=9))
    apply.accept(spoken(plan, "add_reps")[0], by=priya, now=NOW - timedelta(days=8))
    for back in (6, 5):
        do_session(plan, at=NOW - timedelta(days=back), following=2)
    assert len(spoken(plan, "add_reps")) == 1
    do_session(plan, at=NOW - timedelta(days=4), following=2)
    assert len(spoken(plan, "add_reps")) == 2


def test_a_pre_approved_step_makes_a_version_within_its_limit(plan: Assignment, priya: User) -> None:
    switch_rules(plan, wanted={"add_reps": (True, True)}, by=priya)
    for start in (24, 18, 14, 10, 6):
        six_good_sessions(plan, last=NOW - timedelta(days=start - 6))
    plan.refresh_from_db()
    assert plan.current_version is not None
    item = plan.current_version.items.get(lane="steady", position=1)
    assert item.dose["reps"] == 4, "the rule says at most 4"
    assert plan.current_version.created_by == priya


def test_a_declined_suggestion_changes_nothing(plan: Assignment, priya: User) -> None:
    six_good_sessions(plan, last=NOW - timedelta(days=2))
    (waiting,) = spoken(plan, "add_reps")
    apply.decline(waiting, by=priya, now=NOW)
    plan.refresh_from_db()
    assert plan.current_version is not None
    assert plan.current_version.number == 1
    with pytest.raises(WrongState):
        apply.accept(waiting, by=priya, now=NOW)


def test_a_rule_that_is_switched_off_is_silent_and_the_switch_is_kept(plan: Assignment, priya: User) -> None:
    switch_rules(plan, wanted={"global.next_day_up2": (False, False)}, by=priya)
    do_session(plan, at=NOW - timedelta(days=2), before=2, following=5)
    assert spoken(plan, "global.next_day_up2") == []
    assert [row.number for row in PlanRule.objects.filter(assignment=plan, rule_id="global.next_day_up2")] == [1, 2]


@pytest.mark.parametrize(
    ("rule_id", "wanted"),
    [("global.pain_red", (False, False)), ("global.gap7", (True, True)), ("nothing", (True, False))],
)
def test_switches_that_make_no_sense_are_refused(
    plan: Assignment, priya: User, rule_id: str, wanted: tuple[bool, bool]
) -> None:
    with pytest.raises(Invalid) as refused:
        switch_rules(plan, wanted={rule_id: wanted}, by=priya)
    assert set(refused.value.errors) == {rule_id}


# --- flares ---------------------------------------------------------------------------------------------------


def test_a_flare_rests_the_plan_and_tells_where_its_lane_was_not_approved(plan: Assignment, carl: Client) -> None:
    report_flare(carl, now=NOW)
    (decision,) = spoken(plan, "global.flare")
    assert decision.outcome == {"action": "rest_plan"}
    assert Alert.objects.get().reason_key == "flare_rests"


def test_a_flare_goes_to_its_lane_where_that_was_approved(carl: Client, seed: Routine, priya: User) -> None:
    plan = give(carl, seed, priya, flare_approved=True)
    flare = report_flare(carl, now=NOW)
    assert report_flare(carl, now=NOW + timedelta(hours=1)).pk == flare.pk, "a second press changes nothing"
    (decision,) = spoken(plan, "global.flare")
    assert decision.outcome["action"] == "switch_routine_temporarily"
    assert decision.state == State.APPLIED
    assert not Alert.objects.exists()


def test_two_days_at_four_or_less_end_a_flare_and_the_way_back_is_two_sessions(
    carl: Client, seed: Routine, priya: User
) -> None:
    plan = give(carl, seed, priya, flare_approved=True)
    report_flare(carl, now=NOW)
    assert not answer_flare(carl, pain=4, now=NOW)
    do_session(plan, at=NOW, before=4, lane="flare")
    tomorrow = NOW + timedelta(days=1)
    assert answer_flare(carl, pain=3, now=tomorrow)
    flare = Flare.objects.get()
    assert (flare.last_day, flare.ended_how) == (TODAY, "settled")
    assert percent_in_effect(plan, at=tomorrow) == (75, 2)
    do_session(plan, at=tomorrow, percent=75)
    assert percent_in_effect(plan, at=tomorrow + timedelta(hours=5)) == (75, 1)
    do_session(plan, at=tomorrow + timedelta(days=1), percent=75)
    assert percent_in_effect(plan, at=tomorrow + timedelta(days=2)) == (100, 0)


@pytest.mark.parametrize("answers", [(4, 5), (5, 4), (None, 4), (4, None)])
def test_a_flare_lasts_while_two_days_are_not_settled(
    plan: Assignment, carl: Client, answers: tuple[int | None, int | None]
) -> None:
    report_flare(carl, now=NOW)
    for day, pain in enumerate(answers):
        assert not answer_flare(carl, pain=pain, now=NOW + timedelta(days=day))
    assert Flare.objects.open().count() == 1


def test_a_low_answer_before_the_flare_does_not_settle_it(plan: Assignment, carl: Client) -> None:
    do_session(plan, at=NOW - timedelta(days=1), before=1)
    report_flare(carl, now=NOW)
    assert not answer_flare(carl, pain=3, now=NOW + timedelta(hours=1))


def test_a_second_flare_in_four_weeks_and_seven_days_at_six_tell_the_practitioner(
    carl: Client, seed: Routine, priya: User
) -> None:
    give(carl, seed, priya, flare_approved=True)
    first = report_flare(carl, now=NOW - timedelta(days=20))
    end_flare(first, by=priya, now=NOW - timedelta(days=17))
    report_flare(carl, now=NOW)
    assert [alert.reason_key for alert in Alert.objects.all()] == ["second_flare"]
    answer_flare(carl, pain=6, now=NOW + timedelta(days=6))
    assert Alert.objects.count() == 1
    answer_flare(carl, pain=6, now=NOW + timedelta(days=7))
    assert {alert.reason_key for alert in Alert.objects.all()} == {"second_flare", "flare_not_settling"}


def test_flare_days_count_for_the_client_or_not_at_all(carl: Client, seed: Routine, priya: User) -> None:
    plan = give(carl, seed, priya, flare_approved=True)
    report_flare(carl, now=NOW - timedelta(days=2))
    do_session(plan, at=NOW - timedelta(days=2), before=6, lane="flare")
    day = TODAY - timedelta(days=2)
    (week,) = weeks_in(plans_between(carl, day, TODAY), first=day, last=TODAY, today=TODAY)
    assert (week.done, week.due) == (1, 1)


# --- nothing a client answers ever raises a dose ------------------------------------------------------------------

answer = st.one_of(st.none(), st.integers(0, 10))
days = st.lists(
    st.fixed_dictionaries(
        {
            "before": answer,
            "peak": answer,
            "following": answer,
            "effort": answer,
            "gap": st.sampled_from([1, 1, 1, 2, 8, 22]),
            "flare": st.booleans(),
            "whole": st.booleans(),
        }
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days)
def test_no_sequence_of_answers_raises_a_dose_or_counts_against_the_client(
    plan: Assignment, carl: Client, story: list[dict[str, Any]]
) -> None:
    from django.db import transaction

    with transaction.atomic():
        _live_through(plan, carl, story)
        transaction.set_rollback(True)


def _live_through(plan: Assignment, carl: Client, story: list[dict[str, Any]]) -> None:
    at = NOW - timedelta(days=19)
    for day in story:
        at += timedelta(days=day["gap"])
        if day["flare"]:
            report_flare(carl, now=at)
        answer_flare(carl, pain=day["before"], now=at)
        percent, _ = percent_in_effect(plan, at=at)
        assert 1 <= percent <= 100
        in_flare = Flare.objects.open().filter(client=carl).exists()
        do_session(
            plan,
            at=at,
            before=day["before"],
            peak=day["peak"],
            following=day["following"],
            effort=day["effort"],
            lane="flare" if in_flare else "steady",
            percent=100 if in_flare else percent,
            whole=day["whole"],
        )
    plan.refresh_from_db()
    assert plan.current_version is not None
    assert plan.current_version.number == 1, "no version without a practitioner"
    for row in Decision.objects.filter(assignment=plan):
        if decisions.raises(row.outcome) and row.outcome["action"] != "switch_routine_temporarily":
            assert row.state == State.SUGGESTED
    last = at.date()
    for each in plans_between(carl, plan.starts_on, last):
        for week in weeks_in(plans_between(carl, each.starts_on, last), first=each.starts_on, last=last, today=last):
            assert week.freq is None or 0 <= week.freq <= Fraction(1)
            assert week.done <= week.due


def test_paused_flare_and_coming_days_are_never_due(plan: Assignment, carl: Client, priya: User) -> None:
    monday = date(2026, 11, 16)
    PlanPause.objects.create(assignment=plan, first_day=monday, last_day=monday, created_by=priya)
    Flare.objects.create(client=carl, first_day=TODAY - timedelta(days=1), last_day=TODAY, reported_at=NOW)
    (week,) = weeks_in(
        plans_between(carl, monday, monday + timedelta(days=6)),
        first=monday,
        last=monday + timedelta(days=6),
        today=TODAY,
    )
    assert week.due == 0


@pytest.mark.parametrize("slug", ["morning-mobility-10", "strength-phase-1", "walking-build-up", "desk-breaks"])
def test_a_session_under_the_rules_of_a_packaged_routine_is_kept(
    carl: Client, practice: Practice, priya: User, slug: str
) -> None:
    """Some of their rules count weeks without a window, others look over several weeks."""
    document = dict(library().routines[slug][1])
    rules = {"progression": document["progression"], "regression": document["regression"]}
    plan = give(carl, make_routine("knee-squeezes", "glute-bridge", practice=practice, document=rules), priya)
    assert do_session(plan, at=NOW).state == Session.State.FINISHED
