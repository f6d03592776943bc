"""Pausing, resuming and ending a plan."""

from datetime import date, timedelta

import pytest

from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import Assignment, Client, PlanPause
from clients.rules.adherence import DoneSession, InForce, in_force, weeks
from clients.rules.schedule import Schedule, Span
from clients.services.plan_state import end_plan, move, pause_plan, resume_plan
from portal.accounts.models import AuditEvent, Practice, Role
from tests.clients.assigning.giving import MONDAY, change, give, item
from tests.factories import make_staff

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
