"""Goals with a number: set by practitioners, told by clients and practitioners, ended and never deleted."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from clients.access import check_can_treat
from clients.errors import Invalid, WrongState
from clients.models import ActivityGoal, ActivityValue, Client
from clients.models.activity import ACTIVITY_LIMIT, MOST_OF_ACTIVITY
from portal.accounts import audit
from portal.accounts.models import User
from portal.lib.rows import lock

MOST_GOALS: Final = 5  # that run at once for a client; engineering bound: a list that is read


@transaction.atomic
def set_activity_goal(
    client: Client, *, activity: str, unit: str, began_at: int, target: int, by: User, now: datetime
) -> ActivityGoal:
    """Return the new goal: from began_at to target, both in the unit, either of them the larger.

    Raises NotAllowed for others than the client's practitioners, Invalid naming the field with the remedy.
    """
    check_can_treat(by, client)
    lock(client)  # the count below holds for two forms at once
    activity = " ".join(activity.split())
    running = ActivityGoal.objects.filter(client=client).running()
    errors = {}
    if not activity or len(activity) > ACTIVITY_LIMIT:
        errors["activity"] = _("Write what the client wants to do, in at most %(most)d characters.") % {
            "most": ACTIVITY_LIMIT
        }
    elif running.filter(activity__iexact=activity).exists():
        errors["activity"] = _("This goal is running already. End it first, or write another.")
    elif running.count() >= MOST_GOALS:
        errors["activity"] = _("%(most)d goals are running. End one of them first.") % {"most": MOST_GOALS}
    if unit not in ActivityGoal.Unit.values:
        errors["unit"] = _("Choose one of the list.")
    for name, value in (("began_at", began_at), ("target", target)):
        if not 0 <= value <= MOST_OF_ACTIVITY:
            errors[name] = _out_of_range()
    if began_at == target:
        errors["target"] = _("This is what it is now. Write what the client wants to reach.")
    if errors:
        raise Invalid(errors)
    goal: ActivityGoal = ActivityGoal.objects.create(
        client=client, activity=activity, unit=unit, began_at=began_at, target=target, set_by=by, set_at=now
    )
    audit.record("goal_set", goal, by=by, practice=client.practice_id)
    return goal


def end_activity_goal(goal: ActivityGoal, *, by: User, now: datetime) -> None:
    """Let a goal run no longer; what was told of it stays. goal.client must be loaded.

    Raises NotAllowed for others than the client's practitioners, WrongState where it has ended already.
    """
    check_can_treat(by, goal.client)
    if not ActivityGoal.objects.filter(pk=goal.pk).running().update(ended_at=now):
        raise WrongState(_("This goal has ended already."))
    audit.record("goal_ended", goal, by=by, practice=goal.client.practice_id)


@transaction.atomic
def tell_activity(goal: ActivityGoal, value: int, *, by: User, now: datetime) -> ActivityValue:
    """Return what is told of the goal today, the client's local date; the same told again is kept once.

    The client tells it, or a practitioner of the client. goal.client must be loaded. Raises NotAllowed for others,
    WrongState where the goal has ended, Invalid for a value out of range.
    """
    if by.pk != goal.client.user_id:
        check_can_treat(by, goal.client)
    if not 0 <= value <= MOST_OF_ACTIVITY:
        raise Invalid({"value": _out_of_range()})
    locked = ActivityGoal.objects.select_for_update(of=("self",), no_key=True).get(pk=goal.pk)
    if locked.ended_at is not None:
        raise WrongState(_("This goal has ended already."))
    today = now.astimezone(ZoneInfo(goal.client.time_zone)).date()
    newest: ActivityValue | None = ActivityValue.objects.filter(goal=goal).last()
    if newest is not None and (newest.value, newest.on) == (value, today):
        return newest
    told: ActivityValue = ActivityValue.objects.create(goal=goal, value=value, on=today, told_by=by, told_at=now)
    return told


def _out_of_range() -> str:
    return _("Write a whole number from 0 to %(most)d.") % {"most": MOST_OF_ACTIVITY}
