"""Giving a plan, changing it, pausing and ending it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from clients.analytics.plans import version_on
from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import Assignment, AssignmentVersion, Client, PlanPause, PrescribedItem
from clients.rules.adherence import DoneSession, InForce, in_force, weeks
from clients.rules.contraindications import Answer
from clients.rules.plan_diff import Change, Words
from clients.rules.schedule import Schedule, Span
from clients.services.assign import PainStop, assign_routine, change_plan
from clients.services.drafting import ItemDraft, drafts_of
from clients.services.plan_state import end_plan, move, pause_plan, resume_plan
from portal.accounts.models import AuditEvent, Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines.models import Routine
from tests.clients.library import make_routine, shelve, shelve_swap
from tests.factories import make_client, make_practice, make_staff

MONDAY = date(2026, 11, 2)
EVERY_DAY = Schedule(
    kind="weekdays",
    starts_on=MONDAY,
    ends_on=MONDAY + timedelta(days=27),
    weekdays=frozenset(range(7)),
    times_per_day=2,
    reminder_times=(time(8), time(19)),
)


@pytest.fixture
def practice(db: None) -> Practice:
    return make_practice()


@pytest.fixture
def priya(practice: Practice) -> User:
    return make_staff(practice, Role.PRACTITIONER)


@pytest.fixture
def carl(priya: User) -> Client:
    return make_client(priya)


@pytest.fixture(autouse=True)
def in_practice(practice: Practice) -> Iterator[None]:
    with practice_scope(practice):
        yield


@pytest.fixture
def squeezes(practice: Practice) -> Routine:
    return make_routine("knee-squeezes", "glute-bridge")


def item(slug: str, **fields: Any) -> ItemDraft:
    version = shelve(slug).current_version
    assert version is not None
    return ItemDraft(exercise_version=version, **fields)


def give(client: Client, *items: ItemDraft, **fields: Any) -> Assignment:
    return assign_routine(
        client, **{"items": items, "schedule": EVERY_DAY, "by": client.lead, "name": "Morning", **fields}
    )


def stored() -> int:
    with all_practices():
        return Assignment.objects.count() + AssignmentVersion.objects.count() + PrescribedItem.objects.count()


def change(plan: Assignment, *items: ItemDraft, **fields: Any) -> AssignmentVersion:
    given = {
        "items": items,
        "schedule": EVERY_DAY,
        "by": plan.client.lead,
        "effective_from": MONDAY + timedelta(days=7),
        "based_on": plan.versions.count(),
        **fields,
    }
    return change_plan(plan, **given)


# --- giving ---------------------------------------------------------------------------------------------------


def test_a_routine_is_copied_whole_into_the_first_version(carl: Client, squeezes: Routine) -> None:
    drafts = drafts_of(squeezes)
    first = replace(drafts[0], dose={"reps": 3}, opted_in=("rocking",), first_side="right", note="Slowly")
    plan = assign_routine(
        carl,
        items=[first, drafts[1]],
        schedule=EVERY_DAY,
        by=carl.lead,
        routine=squeezes,
        pain_stop=PainStop(4),
        note="Well done for starting.",
    )
    plan.refresh_from_db()
    version = plan.current_version
    assert version is not None
    assert (plan.name, plan.state, plan.starts_on, plan.ends_on) == ("Back easer", "active", MONDAY, date(2026, 11, 29))
    assert (version.number, version.effective_from, version.pain_stop) == (1, MONDAY, 4)
    assert Schedule.from_dict(version.schedule) == EVERY_DAY
    squeeze, bridge = version.items.filter(lane="steady").order_by("position")
    assert squeeze.exercise_version == shelve("knee-squeezes").current_version
    assert (squeeze.dose, squeeze.opted_in, squeeze.first_side) == ({"reps": 3}, ["rocking"], "right")
    assert (squeeze.note, bridge.position) == ("Slowly", 2)


def test_a_later_change_of_the_routine_changes_nothing_that_was_given(carl: Client, squeezes: Routine) -> None:
    plan = assign_routine(carl, items=drafts_of(squeezes), schedule=EVERY_DAY, by=carl.lead, routine=squeezes)
    with all_practices():
        squeezes.items.all().delete()
        Routine.objects.filter(pk=squeezes.pk).update(name="Something else", document={})
    plan.refresh_from_db()
    assert plan.name == "Back easer"
    assert plan.current_version is not None
    assert [row.exercise_version.document["slug"] for row in plan.current_version.items.filter(lane="steady")] == [
        "knee-squeezes",
        "glute-bridge",
    ]


@pytest.mark.parametrize(
    ("dose", "field", "word"),
    [
        pytest.param({"sets": 0}, "items.0.sets", "1 to 20", id="no set"),
        pytest.param({"reps": 1000}, "items.0.reps", "1 to 100", id="a thousand repetitions"),
        pytest.param({"reps": -3}, "items.0.reps", "1 to 100", id="less than none"),
        pytest.param({"hold_s": 999_999}, "items.0.hold_s", "", id="a hold of eleven days"),
        pytest.param({"sets": 20, "reps": 100, "hold_s": 15}, "items.0.dose", "lower", id="hours of one exercise"),
        pytest.param({"reps": "many"}, "items.0.reps", "number", id="a word for a number"),
        pytest.param({"speed": 3}, "items.0.speed", "not a known field", id="a field that doses do not have"),
        pytest.param({"self": 1}, "items.0.dose", "Take it out", id="a field named like a part of the program"),
    ],
)
def test_an_absurd_dose_is_refused_with_its_field_and_remedy(
    carl: Client, dose: dict[str, Any], field: str, word: str
) -> None:
    before = stored()
    with pytest.raises(Invalid) as refused:
        give(carl, item("knee-squeezes", dose=dose))
    assert field in refused.value.errors
    assert word in refused.value.errors[field]
    assert stored() == before


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        pytest.param({"name": "   "}, "name", id="no name"),
        pytest.param({"name": "x" * 161}, "name", id="a name too long"),
        pytest.param({"items": ()}, "items", id="nothing to do"),
        pytest.param({"note": "x" * 501}, "note", id="a note too long"),
        pytest.param({"pain_stop": PainStop(2)}, "pain_stop", id="a pain stop inside the green zone"),
        pytest.param({"pain_stop": PainStop(9)}, "pain_stop", id="a pain stop above all limits"),
        pytest.param({"pain_stop": PainStop(6, "Long-standing")}, "pain_stop", id="raised without usual pain"),
    ],
)
def test_what_is_wrong_with_the_whole_plan_is_named(carl: Client, fields: dict[str, Any], name: str) -> None:
    before = stored()
    with pytest.raises(Invalid) as refused:
        give(carl, *fields.pop("items", (item("glute-bridge"),)), **fields)
    assert name in refused.value.errors
    assert stored() == before


def test_a_plan_needs_something_that_is_done_every_time(carl: Client) -> None:
    with pytest.raises(Invalid) as refused:
        give(carl, item("glute-bridge", optional=True))
    assert "items" in refused.value.errors


def test_a_raised_pain_stop_needs_usual_pain_a_reason_and_a_review(priya: User) -> None:
    nora = make_client(priya, usual_pain=6)
    with pytest.raises(Invalid) as refused:
        give(nora, item("glute-bridge"), pain_stop=PainStop(7))
    assert set(refused.value.errors) == {"pain_stop_reason", "pain_stop_review_on"}
    review = MONDAY + timedelta(days=28)
    plan = give(nora, item("glute-bridge"), pain_stop=PainStop(7, "Lives with pain of 6", review))
    assert plan.current_version is not None
    assert (plan.current_version.pain_stop, plan.current_version.pain_stop_review_on) == (7, review)


def test_the_same_plan_is_not_given_twice_by_a_double_click(carl: Client) -> None:
    give(carl, item("glute-bridge"))
    with pytest.raises(Invalid) as refused:
        give(carl, item("glute-bridge"))
    assert "name" in refused.value.errors
    assert Assignment.objects.filter(client=carl).count() == 1


def test_a_discharged_client_gets_no_plan(priya: User) -> None:
    with pytest.raises(WrongState):
        give(make_client(priya, state=Client.State.DISCHARGED), item("glute-bridge"))


def test_only_practitioners_who_see_the_client_give_plans(practice: Practice, carl: Client) -> None:
    for person in (make_staff(practice, Role.PRACTITIONER), make_staff(practice, Role.OWNER), carl.user):
        with pytest.raises(NotAllowed):
            give(carl, item("glute-bridge"), by=person)
    assert stored() == 0


def test_an_exercise_of_another_practice_does_not_exist_here(carl: Client) -> None:
    other = make_practice()
    foreign = shelve("dead-bug", practice=other).current_version
    assert foreign is not None
    with pytest.raises(Invalid) as refused:
        give(carl, ItemDraft(exercise_version=foreign))
    assert "items.0.exercise" in refused.value.errors
    routine = make_routine("glute-bridge", practice=other)
    with pytest.raises(Invalid) as refused:
        give(carl, item("glute-bridge"), routine=routine)
    assert "routine" in refused.value.errors
    assert stored() == 0


# --- contraindications ----------------------------------------------------------------------------------------


def test_avoid_wants_a_reason_which_is_kept_with_the_exercise(priya: User) -> None:
    omar = make_client(priya, tags=["pregnancy"])
    lying = item("prone-lying-rest")
    with pytest.raises(Invalid) as refused:
        give(omar, lying)
    (field,) = refused.value.errors
    key = field.removeprefix("answers.")
    assert "Take it out" in refused.value.errors[field]
    with pytest.raises(Invalid):
        give(omar, lying, answers={key: Answer(confirmed=True)})
    plan = give(omar, lying, answers={key: Answer(reason="Twelve weeks, comfortable on the front")})
    assert plan.current_version is not None
    (record,) = plan.current_version.items.get(lane="steady").cautions
    assert (record["level"], record["reason"]) == ("avoid", "Twelve weeks, comfortable on the front")


def test_ask_wants_a_yes(priya: User) -> None:
    omar = make_client(priya, tags=["spinal_stenosis"])
    lying = item("prone-lying-rest")
    with pytest.raises(Invalid) as refused:
        give(omar, lying)
    (field,) = refused.value.errors
    plan = give(omar, lying, answers={field.removeprefix("answers."): Answer(confirmed=True)})
    assert plan.state == Assignment.State.ACTIVE


def test_adapt_goes_ahead_and_keeps_its_note(priya: User) -> None:
    shelve_swap("knee-squeezes", "osteoporosis", "pelvic-tilt-lying")
    plan = give(make_client(priya, tags=["osteoporosis"]), item("knee-squeezes"))
    assert plan.current_version is not None
    (record,) = plan.current_version.items.get(lane="steady").cautions
    assert (record["level"], record["tag"]) == ("adapt", "osteoporosis")
    assert record["note"]


def test_a_part_that_the_gate_would_never_offer_cannot_be_switched_on(priya: User) -> None:
    omar = make_client(priya, tags=["osteoporosis"])
    with pytest.raises(Invalid) as refused:
        give(omar, item("knee-squeezes", opted_in=("rocking",)))
    (field,) = refused.value.errors
    assert "Switch it off" in refused.value.errors[field]
    with pytest.raises(Invalid):
        give(
            omar,
            item("knee-squeezes", opted_in=("rocking",)),
            answers={field.removeprefix("answers."): Answer(True, "All the same, please")},
        )


def test_growing_weakness_refuses_every_plan_whatever_is_answered(priya: User) -> None:
    omar = make_client(priya, tags=["progressive_neuro"])
    answers = {"client:progressive_neuro": Answer(True, "All the same, please")}
    with pytest.raises(Invalid) as refused:
        give(omar, item("belly-breathing"), answers=answers)
    assert "answers.client:progressive_neuro" in refused.value.errors


def test_a_routine_that_is_not_meant_for_the_client_wants_a_reason(priya: User) -> None:
    omar = make_client(priya, tags=["flexion_sensitive"])
    routine = make_routine("glute-bridge", document={"not_for_tags": ["flexion_sensitive"]})
    with pytest.raises(Invalid) as refused:
        give(omar, item("glute-bridge"), routine=routine)
    (field,) = refused.value.errors
    answers = {field.removeprefix("answers."): Answer(reason="Without the bending part")}
    plan = give(omar, item("glute-bridge"), routine=routine, answers=answers)
    assert plan.current_version is not None
    assert plan.current_version.cautions[0]["reason"] == "Without the bending part"


def test_an_exercise_on_approval_is_given_only_with_a_yes(carl: Client) -> None:
    routine = make_routine("sciatic-slider-lying")
    with all_practices():
        routine.items.update(gate={"practitioner_approval": True})
    with pytest.raises(Invalid) as refused:
        give(carl, item("sciatic-slider-lying"), routine=routine)
    answers = {field.removeprefix("answers."): Answer(confirmed=True) for field in refused.value.errors}
    assert give(carl, item("sciatic-slider-lying"), routine=routine, answers=answers).pk


# --- changing -------------------------------------------------------------------------------------------------


def test_a_change_makes_the_next_version_and_rewrites_nothing(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes"), item("glute-bridge"))
    first = plan.versions.get()
    before = list(first.items.values())
    version = change(plan, item("knee-squeezes", dose={"reps": 3}))
    assert (version.number, version.effective_from) == (2, date(2026, 11, 9))
    words = [Words().sentence(Change.from_dict(each)) for each in version.changes]
    assert words == ["Knee squeezes: 3 repetitions instead of 2.", f"{shelve('glute-bridge').name}: taken out."]
    assert list(first.items.values()) == before
    first.refresh_from_db()
    assert first.changes == []
    plan.refresh_from_db()
    assert plan.current_version == version


def test_saving_without_a_change_writes_nothing(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes"))
    before = stored()
    assert change(plan, item("knee-squeezes")).number == 1
    assert stored() == before


def test_a_change_based_on_an_older_version_is_refused(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes"))
    change(plan, item("knee-squeezes", dose={"reps": 3}))
    with pytest.raises(WrongState):
        change(plan, item("knee-squeezes", dose={"reps": 4}), based_on=1)
    assert plan.versions.count() == 2


def test_a_change_never_begins_before_the_version_it_replaces(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes"))
    change(plan, item("knee-squeezes", dose={"reps": 3}))
    with pytest.raises(Invalid) as refused:
        change(plan, item("knee-squeezes", dose={"reps": 4}), effective_from=MONDAY + timedelta(days=6))
    assert "effective_from" in refused.value.errors


def test_a_changed_length_moves_the_end_of_the_plan(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes"))
    later = date(2026, 12, 20)
    change(plan, item("knee-squeezes"), schedule=replace(EVERY_DAY, ends_on=later))
    plan.refresh_from_db()
    assert plan.ends_on == later


def test_the_version_in_force_splits_the_week_by_date(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes"))
    thursday = MONDAY + timedelta(days=3)
    once = replace(EVERY_DAY, times_per_day=1, reminder_times=())
    change(plan, item("knee-squeezes"), schedule=once, effective_from=thursday)
    versions = list(plan.versions.order_by("number"))
    assert version_on(versions, thursday - timedelta(days=1)).number == 1
    assert version_on(versions, thursday).number == 2
    spans = in_force([(each.effective_from, Schedule.from_dict(each.schedule)) for each in versions])
    assert [(span.since, span.until) for span in spans] == [(MONDAY, date(2026, 11, 4)), (thursday, None)]
    (week,) = weeks(spans, (), first=MONDAY, last=MONDAY + timedelta(days=6), today=date(2026, 12, 1))
    assert week.due == 3 * 2 + 4 * 1


# --- pausing and ending ---------------------------------------------------------------------------------------

STATES = list(Assignment.State)


@pytest.mark.parametrize("start", STATES)
@pytest.mark.parametrize("target", STATES)
def test_the_table_says_what_may_follow_what(carl: Client, start: str, target: str) -> None:
    plan = give(carl, item("glute-bridge"))
    Assignment.objects.filter(pk=plan.pk).update(state=start)
    plan.refresh_from_db()
    if start == target:
        assert move(plan, target, by=carl.lead) is False
    elif target in Assignment.TRANSITIONS[Assignment.State(start)]:
        assert move(plan, target, by=carl.lead) is True
        plan.refresh_from_db()
        assert plan.state == target
        assert AuditEvent.objects.filter(action="moved_plan").count() == 1
    else:
        with pytest.raises(WrongState):
            move(plan, target, by=carl.lead)
        plan.refresh_from_db()
        assert plan.state == start


def due_between(plan: Assignment, first: date, last: date, *, today: date) -> int:
    spans = in_force([(each.effective_from, Schedule.from_dict(each.schedule)) for each in plan.versions.all()])
    pauses = [Span(each.first_day, each.last_day or date.max) for each in plan.pauses.all()]
    done: tuple[DoneSession, ...] = ()
    closed = [InForce(span.schedule, span.since, plan.ends_on) for span in spans]
    return sum(week.due for week in weeks(closed, done, first=first, last=last, today=today, pauses=pauses))


def test_paused_days_ask_for_nothing_and_the_rest_still_does(carl: Client) -> None:
    plan = give(carl, item("glute-bridge"))
    pause_plan(plan, by=carl.lead, first_day=MONDAY + timedelta(days=2))
    assert plan.state == Assignment.State.PAUSED
    resume_plan(plan, by=carl.lead, on=MONDAY + timedelta(days=5))
    assert plan.state == Assignment.State.ACTIVE
    pause = PlanPause.objects.get()
    assert (pause.first_day, pause.last_day) == (MONDAY + timedelta(days=2), MONDAY + timedelta(days=4))
    assert due_between(plan, MONDAY, MONDAY + timedelta(days=6), today=date(2026, 12, 1)) == (7 - 3) * 2


def test_a_pause_that_is_resumed_on_the_same_day_excuses_nothing(carl: Client) -> None:
    plan = give(carl, item("glute-bridge"))
    pause_plan(plan, by=carl.lead, first_day=MONDAY)
    resume_plan(plan, by=carl.lead, on=MONDAY)
    assert not PlanPause.objects.exists()


def test_a_break_with_a_last_day_ends_by_itself(carl: Client) -> None:
    plan = give(carl, item("glute-bridge"))
    pause_plan(plan, by=carl.lead, first_day=MONDAY, last_day=MONDAY + timedelta(days=1))
    assert plan.state == Assignment.State.ACTIVE
    with pytest.raises(Invalid):
        pause_plan(plan, by=carl.lead, first_day=MONDAY, last_day=MONDAY - timedelta(days=1))


def test_an_ended_plan_asks_for_nothing_from_that_day_on(carl: Client) -> None:
    plan = give(carl, item("glute-bridge"))
    thursday = MONDAY + timedelta(days=3)
    end_plan(plan, by=carl.lead, on=thursday)
    assert (plan.state, plan.ends_on) == (Assignment.State.ENDED, thursday - timedelta(days=1))
    assert due_between(plan, MONDAY, MONDAY + timedelta(days=6), today=date(2026, 12, 1)) == 3 * 2
    with pytest.raises(WrongState):
        change(plan, item("glute-bridge", dose={"reps": 5}))
    with pytest.raises(WrongState):
        resume_plan(plan, by=carl.lead, on=thursday)


def test_a_plan_that_ends_before_it_began_never_asked_for_anything(carl: Client) -> None:
    plan = give(carl, item("glute-bridge"))
    end_plan(plan, by=carl.lead, on=MONDAY - timedelta(days=3))
    assert plan.ends_on == MONDAY
    assert due_between(plan, MONDAY, MONDAY + timedelta(days=6), today=date(2026, 12, 1)) == 0


def test_a_colleague_without_the_client_moves_nothing(practice: Practice, carl: Client) -> None:
    plan = give(carl, item("glute-bridge"))
    nora = make_staff(practice, Role.PRACTITIONER)
    for act in (
        lambda: pause_plan(plan, by=nora, first_day=MONDAY),
        lambda: end_plan(plan, by=nora, on=MONDAY),
        lambda: resume_plan(plan, by=nora, on=MONDAY),
        lambda: change(plan, item("glute-bridge"), by=nora),
    ):
        with pytest.raises(NotAllowed):
            act()
    plan.refresh_from_db()
    assert plan.state == Assignment.State.ACTIVE
