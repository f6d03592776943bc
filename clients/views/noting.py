"""Without the player: what was done without the phone, filled in for yesterday, or put off."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.analytics.lanes_today import lanes_today
from clients.analytics.plans import Plan, prescribed_in
from clients.analytics.today import local_day
from clients.errors import Invalid
from clients.forms import NotedForm, PutOffForm
from clients.models import Client, PutOff
from clients.requests import ClientRequest
from clients.rules.lanes import FULL
from clients.services.remind import later_of, remind_later, take_back_later
from clients.services.session import note_session, put_off
from clients.views.checking_in import day_asked, running_plan, session_id_of
from clients.views.doors import client_page
from clients.views.safety import asked_before_start


def _open_session(request: ClientRequest, client: Client, assignment: int, slot: int, today: date) -> tuple[Plan, date]:
    """Return the plan as it stood on the day of the session that is spoken of, and that day. Raises Http404."""
    on = day_asked(request, today)
    plan = running_plan(client, assignment, on)
    running_plan(client, assignment, today)  # a plan that has ended meanwhile takes nothing more
    if not any(entry.slot == slot for entry in plan.schedule.occurrences_on(on, pauses=plan.pauses)):
        raise Http404
    return plan, on


@require_http_methods(["GET", "POST"])
@client_page
def note(request: ClientRequest, client: Client, assignment: int, slot: int) -> HttpResponse:
    """Ask what was done; POST records it as ticked today or as filled in later, and puts the questions after it."""
    now = timezone.now()
    today = local_day(client, now)
    plan, on = _open_session(request, client, assignment, slot, today)
    first = asked_before_start(request, client, plan.version)
    if first is not None:
        return first
    (as_offered,) = lanes_today(client, [plan], day=on, now=now).plans
    lane, percent = ("steady", FULL) if as_offered.rests else (as_offered.lane, as_offered.percent)
    entries = prescribed_in(plan.version, client, lane=lane, percent=percent)
    form = NotedForm(request.POST if request.method == "POST" else None, entries=entries)
    if request.method == "POST" and form.is_valid():
        session = note_session(
            client,
            session_id=session_id_of(request),
            assignment=plan.assignment,
            version=plan.version,
            on=on,
            slot=slot,
            entries=form.chosen(),
            now=now,
            lane=lane,
            percent=percent,
        )
        return redirect("after_session", session.pk)
    context = {
        "client": client,
        "plan": plan,
        "form": form,
        "session_id": session_id_of(request),
        "on": on,
        "is_yesterday": on != today,
    }
    return render(request, "clients/note_session.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@client_page
def not_now(request: ClientRequest, client: Client, assignment: int, slot: int) -> HttpResponse:
    """Ask why, which may stay open; POST keeps that the session waits until tomorrow or is left out."""
    now = timezone.now()
    today = local_day(client, now)
    plan, on = _open_session(request, client, assignment, slot, today)
    may_move = plan.schedule.per_week is None and on == today
    form = PutOffForm(request.POST if request.method == "POST" else None, may_move=may_move)
    if request.method == "POST" and form.is_valid():
        try:
            row = put_off(client, assignment=plan.assignment, on=on, slot=slot, now=now, **form.cleaned_data)
        except Invalid as error:
            for sentence in error.errors.values():
                form.add_error(None, sentence)
        else:
            moved = row.choice == PutOff.Choice.TOMORROW
            messages.success(request, _("Moved to tomorrow.") if moved else _("That is fine. Rest is allowed."))
            return redirect("today")
    context = {
        "client": client,
        "plan": plan,
        "form": form,
        "on": on,
        "slot": slot,
        "is_yesterday": on != today,
        "later": later_of(client, on, slot, now),
    }
    return render(request, "clients/not_now.html", context, status=400 if form.errors else 200)


@require_POST
@client_page
def later(request: ClientRequest, client: Client, assignment: int, slot: int) -> HttpResponse:
    """Plan a reminder two hours from now, or take it back; again changes nothing. Where none may come, say why."""
    now = timezone.now()
    _plan, on = _open_session(request, client, assignment, slot, local_day(client, now))
    if request.POST.get("take_back"):
        if take_back_later(client, on, slot):
            messages.success(request, _("That is fine. This reminder does not come."))
        else:
            messages.info(request, _("This reminder is on its way already."))
        return redirect("today")
    comes_at = remind_later(client, on, slot, now).at
    if comes_at is None:
        return redirect("not_now", assignment, slot)
    sentence = _("That is fine. We remind you again at %(time)s.") % {"time": time_format(comes_at)}
    messages.success(request, sentence)
    return redirect("today")
