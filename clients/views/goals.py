"""Goals for the day, noted with one tap: a walk with its minutes, a break, and both taken back again."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clients.analytics.after import how_of
from clients.analytics.goals import minutes_asked, minutes_of, next_break
from clients.analytics.lanes_today import PlanToday, lanes_today
from clients.analytics.plans import prescribed_for
from clients.analytics.today import local_day
from clients.errors import Invalid, WrongState
from clients.exports.prescription import Prescribed
from clients.forms import WalkForm
from clients.models import Client, Session
from clients.requests import ClientRequest
from clients.rules.plan_steps import MINUTE_S
from clients.rules.schedule import Schedule
from clients.services.session import note_anew, note_session, take_back
from clients.views.checking_in import running_plan, session_id_of
from clients.views.client import today_page
from clients.views.doors import client_page, session_of
from clients.views.safety import asked_before_start


class WrongMinutes(NamedTuple):
    """What was typed as the minutes of one walk of today, and why it cannot be kept."""

    assignment: int
    slot: int
    typed: str
    problem: str


@require_http_methods(["GET", "POST"])
@client_page
def note_goal(request: ClientRequest, client: Client, assignment: int, slot: int) -> HttpResponse:
    """POST notes the walk or the break of today, or another length of it; GET leads back to Today."""
    now = timezone.now()
    day = local_day(client, now)
    plan = running_plan(client, assignment, day)
    if not plan.schedule.is_goal:
        raise Http404
    if request.method == "GET":
        return redirect("today")
    first = asked_before_start(request, client, plan.version)
    if first is not None:
        return first
    if slot not in [entry.slot for entry in plan.schedule.occurrences_on(day, pauses=plan.pauses)]:
        raise Http404
    (today,) = lanes_today(client, [plan], day=day, now=now).plans
    moves = [each for each in today.prescribed if not each.item.optional]
    if today.rests or today.lane != "steady" or not moves:
        messages.error(request, _("Today has changed since you opened the page. Nothing was noted."))
        return redirect("today")
    if plan.schedule.kind == "walk":
        form = WalkForm(request.POST)
        if not form.is_valid():
            wrong = WrongMinutes(assignment, slot, form.data.get("minutes", ""), str(form.errors["minutes"][0]))
            return today_page(request, client, status=400, wrong=wrong)
        entry, minutes = moves[0], form.cleaned_data["minutes"]
    else:
        slot, entry = next_break(plan, moves, day)
        minutes = None
    try:
        _note(client, today, entry, on=day, slot=slot, session_id=session_id_of(request), minutes=minutes, now=now)
    except (Invalid, WrongState) as error:
        messages.error(request, str(error))
        return today_page(request, client, status=400)
    if minutes is None:
        messages.success(request, _("Noted: one break."))
    else:
        words = ngettext("Noted: a walk of %(count)d minute.", "Noted: a walk of %(count)d minutes.", minutes)
        messages.success(request, words % {"count": minutes})
    return redirect("today")


def _note(
    client: Client,
    today: PlanToday,
    entry: Prescribed,
    *,
    on: date,
    slot: int,
    session_id: UUID,
    minutes: int | None,
    now: datetime,
) -> None:
    """Keep it under the id that the form carries: the same form again changes nothing but another length.

    A session that is known keeps to the version in which it was done, also where the plan was changed since. Raises
    WrongState where the id is that of another day or plan, as on a page that stood open overnight.
    """
    known = Session.objects.filter(client=client, pk=session_id).select_related("version", "client").first()
    if known is not None and (known.assignment_id, known.occurrence_on) != (today.plan.assignment.pk, on):
        raise WrongState(_("This page is from another day. Here is today."))
    if known is None:
        note_session(
            client,
            session_id=session_id,
            assignment=today.plan.assignment,
            version=today.plan.version,
            on=on,
            slot=slot,
            entries=[entry],
            now=now,
            percent=today.percent,
            told_s=_told_s(minutes, entry),
        )
    elif known.state != Session.State.FINISHED or (minutes and minutes_of([known.pk]).get(known.pk) != minutes):
        own = prescribed_for(known)
        entry = next((each for each in own if each.item.pk == entry.item.pk), own[0])
        note_anew(client, known, entry, told_s=_told_s(minutes, entry), now=now)


def _told_s(minutes: int | None, entry: Prescribed) -> int | None:
    """The seconds that the client told; None where it was as long as the exercise is to take, or a break."""
    return None if minutes is None or minutes == minutes_asked(entry) else MINUTE_S * minutes


@require_POST
@client_page
def take_back_goal(request: ClientRequest, client: Client, session_id: UUID) -> HttpResponse:
    """Take back what was noted without the player, by mistake perhaps: it counts no more."""
    session = session_of(client, session_id)
    if not Schedule.from_dict(session.version.schedule).is_goal and how_of(session) not in {"ticked", "later"}:
        raise Http404
    try:
        take_back(client, session, now=timezone.now())
    except WrongState as error:
        messages.error(request, str(error))
        return today_page(request, client, status=409)
    messages.success(request, _("Taken back."))
    return redirect("today")
