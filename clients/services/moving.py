"""A day of a plan that the client moves to another free day."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clients.analytics.plans import plans_of
from clients.analytics.today import local_day
from clients.errors import Invalid, WrongState
from clients.models import Assignment, Client, PutOff
from clients.rules.moving import Why
from clients.services.session import put_off
from portal.lib.rows import lock


@transaction.atomic
def move_day(client: Client, *, assignment: Assignment, day: date, to: date, now: datetime) -> PutOff:
    """Keep that the client does the sessions of a day on another one; their reminders go with them.

    Dates are the client's own. The same again changes nothing. Raises WrongState where the plan rests or does not run,
    Invalid (day, to) for a day that is past, too far off, begun or taken.
    """
    lock(client)  # two forms at once do not share one free day
    today = local_day(client, now)
    plan = next((each for each in plans_of(client, today, since=today) if each.assignment == assignment), None)
    if plan is None or not plan.may_move:
        raise WrongState(_("The days of this plan cannot be moved now."))
    days = plan.days_for_moving(today)
    planned = days.planned_on(day)
    known: PutOff | None = PutOff.objects.moves().filter(assignment=assignment, on=day).last()
    if known is not None and known.moved_to == to != day and planned is None:
        return known
    problem = days.why_not(day)
    if planned is None or problem is not None:
        raise Invalid({"day": _words(problem or "not_planned")})
    problem = days.why_not_to(planned, to)
    if problem is not None:
        raise Invalid({"to": _words(problem)})
    return put_off(client, assignment=assignment, on=planned.own, slot=1, choice=PutOff.Choice.MOVED, to=to, now=now)


def _words(why: Why) -> str:
    return {
        "past": _("This day is over. Choose today or a later day."),
        "too_far": _("This day is too far off. Choose one of the next 7 days."),
        "begun": _("You have begun this day already. Choose another one."),
        "not_planned": _("Nothing is planned on this day. Choose one of the days in the list."),
        "taken": _("This day has a session already. Choose a free day."),
        "not_running": _("Your plan does not run on this day. Choose another one."),
    }[why]
