"""Pausing, resuming and ending a plan. One table says what may follow what: Assignment.TRANSITIONS."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from clients.access import check_can_treat
from clients.errors import Invalid, WrongState
from clients.models import Assignment, PlanPause
from clients.services.calendar import note_change
from clients.services.remind import plan_for
from portal.accounts import audit
from portal.accounts.models import User
from portal.lib.rows import lock

State = Assignment.State


def move(assignment: Assignment, to: str, *, by: User) -> bool:
    """Take the plan to a state and record it; return False where it is there already, by somebody else's hand too.

    Raises WrongState for a move that Assignment.TRANSITIONS does not have.
    """
    lock(assignment)
    if assignment.state == to:
        return False
    if to not in Assignment.TRANSITIONS[State(assignment.state)]:
        raise WrongState(
            _("A plan that is %(state)s cannot become %(wanted)s.")
            % {"state": assignment.get_state_display().lower(), "wanted": State(to).label.lower()}
        )
    before = assignment.state
    assignment.state = to
    assignment.save(update_fields=["state"])
    audit.record(
        "moved_plan", assignment, by=by, practice=assignment.client.practice_id, detail={"from": before, "to": to}
    )
    return True


def pause_plan(
    assignment: Assignment, *, by: User, first_day: date, last_day: date | None = None, reason: str = ""
) -> Assignment:
    """Ask for nothing from first_day on (client's local date).

    With a last day (included) it is a break that ends by itself, and the plan stays active; without one the plan is
    paused until it is resumed. Raises NotAllowed, WrongState, and Invalid for a span that ends before it starts.
    """
    check_can_treat(by, assignment.client)
    if last_day is not None and last_day < first_day:
        raise Invalid({"last_day": _("The last day comes before the first. Choose a later one.")})
    with transaction.atomic():
        if last_day is None:
            if not move(assignment, State.PAUSED, by=by):
                return assignment
        else:
            lock(assignment)
            if assignment.state != State.ACTIVE:
                raise WrongState(_("Only a running plan can have a break. Resume it first."))
            audit.record("break_in_plan", assignment, by=by, practice=assignment.client.practice_id)
        PlanPause.objects.create(
            assignment=assignment, first_day=first_day, last_day=last_day, reason=reason.strip(), created_by=by
        )
    return assignment


def resume_plan(assignment: Assignment, *, by: User, on: date) -> Assignment:
    """Let a paused plan run again from the day on (client's local date); days before it stay excused.

    Raises NotAllowed and WrongState.
    """
    check_can_treat(by, assignment.client)
    with transaction.atomic():
        if move(assignment, State.ACTIVE, by=by):
            _close_pauses(assignment, last_day=on - timedelta(days=1))
            plan_for(assignment.client)
    return assignment


def end_plan(assignment: Assignment, *, by: User, on: date) -> Assignment:
    """End the plan; `on` is the first day (client's local date) on which nothing is asked any more.

    A plan that ends on the day it started, or before it, keeps that one day as its span, excused. Raises NotAllowed
    and WrongState.
    """
    check_can_treat(by, assignment.client)
    with transaction.atomic():
        if not move(assignment, State.ENDED, by=by):
            return assignment
        _close_pauses(assignment, last_day=on - timedelta(days=1))
        last = max(assignment.starts_on, on - timedelta(days=1))
        if assignment.ends_on is None or last < assignment.ends_on:
            assignment.ends_on = last
            assignment.save(update_fields=["ends_on"])
        if on <= assignment.starts_on:
            PlanPause.objects.create(
                assignment=assignment,
                first_day=assignment.starts_on,
                last_day=assignment.starts_on,
                reason=_("Ended before the first session was due"),
                created_by=by,
            )
    return assignment


def _close_pauses(assignment: Assignment, *, last_day: date) -> None:
    """End what is paused without an end; a pause that began after that day excused nothing and goes."""
    still_open = PlanPause.objects.filter(assignment=assignment, last_day=None)
    gone, _rows = still_open.filter(first_day__gt=last_day).delete()
    if gone:
        note_change(assignment.client, times=gone + 1)  # what a pause that is gone has counted must not count backwards
    still_open.update(last_day=last_day)
