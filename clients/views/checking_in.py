"""Before a session: how the pain is now, which lane that makes of the day, and the client's own choice."""

import re
import uuid
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.analytics.client_sentences import week_news
from clients.analytics.lanes_today import lanes_today
from clients.analytics.locks import asks_first
from clients.analytics.offers import Offer, offer_for, short_form
from clients.analytics.plans import Plan, plans_of
from clients.analytics.speaking import percent_in_effect, speaking_at_check_in
from clients.analytics.today import local_day
from clients.exports.prescription import plan_seconds, whole_minutes
from clients.forms import PainForm
from clients.models import Client
from clients.requests import ClientRequest
from clients.rules.schedule import MAX_TIMES_PER_DAY
from clients.services.flares import answer_flare
from clients.services.rests import rest
from clients.services.session import start_session
from clients.services.weeks import decide_week
from clients.views.doors import client_page
from clients.views.safety import ask_because_of_pain, asked_before_start

REST = "rest"  # instead of the gentle session


def running_plan(client: Client, assignment_id: int, day: date) -> Plan:
    """Return the client's plan that runs on the day. Raises Http404."""
    for plan in plans_of(client, day, since=day):
        if plan.assignment.pk == assignment_id:
            return plan
    raise Http404


@require_http_methods(["GET", "POST"])
@client_page
def check_in(request: ClientRequest, client: Client, assignment: int, slot: int) -> HttpResponse:
    """Ask for the pain now; POST starts the session in the lane of the day, or a gentler one that the client chose."""
    now = timezone.now()
    day = local_day(client, now)
    plan = running_plan(client, assignment, day)
    if request.method == "POST" and decide_week(plan.assignment, now=now):
        plan = running_plan(client, assignment, day)
    on = day_asked(request, day)
    (today,) = lanes_today(client, [plan], day=day, now=now).plans
    slots = MAX_TIMES_PER_DAY if today.lane == "flare" else plan.schedule.times_per_day
    if not 1 <= slot <= slots:
        raise Http404
    if on != day and not any(entry.slot == slot for entry in plan.schedule.occurrences_on(on, pauses=plan.off)):
        raise Http404
    first = asked_before_start(request, client, plan.version)
    if first is not None:
        return first
    if today.rests:
        return redirect("today")
    form = PainForm(request.POST or None)
    session_id = session_id_of(request)
    chosen = request.POST.get("lane", "")
    spoken = speaking_at_check_in(plan.assignment, plan.version, pain_before=None, at=now)
    short = short_form(plan, spoken, day=day) if today.lane == "steady" else []
    before = offer_for(plan, pain_before=None, now=now, percent=(today.percent, today.sessions_left))
    context = {
        "client": client,
        "plan": plan,
        "today": today,
        "form": form,
        "session_id": session_id,
        "day_asked": on if on != day else None,
        "bite": str(bite_asked(request) or ""),
        "pain_stop": before.model.amber_max,
        "offer_data": {
            "today": {"flare": before.today.flare, "percent": before.today.percent},
            "levels": {"amber_max": before.model.amber_max},
        },
        "news": week_news(plan.assignment, now=now),
        "short_minutes": whole_minutes(plan_seconds(short)) if short else None,
        "wants_short": "short" in (request.POST or request.GET),
        "has_gentler": today.lane == "steady" and "sore" in before.written,
    }
    if request.method == "POST" and form.is_valid():
        pain = form.cleaned_data["pain"]
        if asks_first(client, pain, now=now):
            return ask_because_of_pain(request)
        with transaction.atomic():
            answer_flare(client, pain=pain, now=now)
            offer = _offer(plan, pain, now)
            if chosen == REST and offer.pick.lane == "sore":
                rest(client, assignment=plan.assignment, on=on, slot=slot, pain=pain, now=now)
                name = client.lead.get_short_name()
                messages.success(request, _("%(name)s knows that you rest today.") % {"name": name})
                return redirect("today")
            if chosen and chosen not in offer.lanes:
                form.add_error(None, _("Choose the session that is offered, or a gentler one."))
            elif chosen or offer.pick.lane in {"steady", "flare"}:
                lane = chosen or offer.pick.lane
                session = start_session(
                    client,
                    session_id=session_id,
                    assignment=plan.assignment,
                    version=plan.version,
                    on=on,
                    slot=slot,
                    pain_before=pain,
                    now=now,
                    lane=lane,
                    percent=offer.pick.percent if lane == offer.pick.lane else offer.percent_in(lane),
                    short=bool(short) and lane == "steady" and "short" in request.POST,
                )
                bite = bite_asked(request)
                return redirect(reverse("player", args=[session.pk]) + (f"?bite={bite}" if bite else ""))
        context |= {"offer": offer, "pain": pain}
        if not form.errors:
            return render(request, "clients/checkin_lane.html", context)
    return render(request, "clients/checkin.html", context, status=400 if form.errors else 200)


def day_asked(request: ClientRequest, today: date) -> date:
    """Return the day of the session that the form or the address names: today, or yesterday. Raises Http404."""
    named = request.POST.get("day") or request.GET.get("day", "")
    if not named:
        return today
    if named != (today - timedelta(days=1)).isoformat():
        raise Http404
    return today - timedelta(days=1)


def bite_asked(request: ClientRequest) -> int | None:
    """Return the prescribed item by which the form or the address names a bite; None for the whole session."""
    named = request.POST.get("bite") or request.GET.get("bite", "")
    return int(named) if re.fullmatch(r"[0-9]{1,18}", named) else None


def _offer(plan: Plan, pain: int | None, now: datetime) -> Offer:
    """The offer after the first question was answered, with what the rules say to the answer."""
    spoken = speaking_at_check_in(plan.assignment, plan.version, pain_before=pain, at=now)
    percent = percent_in_effect(plan.assignment, also=spoken, at=now)
    return offer_for(plan, pain_before=pain, now=now, percent=percent)


def session_id_of(request: ClientRequest) -> uuid.UUID:
    """Return the id that the form carries, so that sending it twice starts one session; otherwise a new one."""
    try:
        return uuid.UUID(request.POST.get("session", ""))
    except ValueError:
        return uuid.uuid4()
