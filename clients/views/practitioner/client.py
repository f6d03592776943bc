"""A client as the practitioner sees them: the page, the details, breaks and ends of plans."""

import json
from datetime import UTC, date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.access import can_treat
from clients.analytics.alert_page import alert_lines
from clients.analytics.client_page import client_page, plans_page
from clients.analytics.client_sessions import session_list
from clients.analytics.flag_words import flag_lines
from clients.analytics.lately import flag_settings, lately, with_latest
from clients.analytics.timeline import KINDS, latest_notes, timeline
from clients.analytics.today import local_day
from clients.desk_forms import DetailsForm, NewClientForm, PauseForm
from clients.errors import Invalid
from clients.models import Assignment, Client, Reminder
from clients.services import plan_state
from clients.services.client_state import move_client
from clients.services.details import change_details
from clients.services.invite import invite_client
from clients.services.remind import have_stopped
from clients.services.safety_setup import is_set_up
from clients.services.streams import refuses
from clients.views.practitioner.client_sees import client_sees
from clients.views.practitioner.door import client_for, desk, desk_page
from clients.views.practitioner.undo import undo_offer
from clients.views.refused import show_errors, status_of
from portal.accounts import audit
from portal.accounts.access import find_for
from portal.accounts.requests import DeskRequest
from portal.lib import strict_json


@require_GET
@desk_page
def client(request: DeskRequest, client_id: int) -> HttpResponse:
    """One client: plans, sessions, pain, invitation. That the record was opened is kept."""
    found: Client = find_for(request.user, with_latest(Client.objects), pk=client_id)
    audit.opened(found, by=request.user)
    now = timezone.now()
    of = lately([found], now=now, settings=flag_settings())[found.pk]
    wants_reminders = found.reminder_channel == Client.Channel.EMAIL and not refuses(found, Reminder.Stream.SESSION)
    context = {
        "page": client_page(of, now=now),
        "client": found,
        "alerts": alert_lines(of.alerts.values()),
        "flags": [line for line in flag_lines(of) if line.can_be_seen],
        "may_treat": can_treat(request.user, found),
        "wants_reminders": wants_reminders,
        "reminders_have_stopped": wants_reminders and have_stopped(found),
        "notes": latest_notes(found, by=request.user),
        "undo": undo_offer(request, found, now=now),
    }
    return desk(request, "clients/practitioner/client.html", context)


@require_GET
@desk_page
def sees(request: DeskRequest, client_id: int) -> HttpResponse:
    """What the client sees today, to be looked at."""
    found = client_for(request, client_id)
    audit.opened(found, by=request.user)
    own = client_sees(found, now=timezone.now()) if found.state != Client.State.DISCHARGED else ""
    return desk(request, "clients/practitioner/client_sees.html", {"client": found, "sees": own})


@require_GET
@desk_page
def client_timeline(request: DeskRequest, client_id: int) -> HttpResponse:
    """Everything that happened with one client, newest first, a page at a time."""
    found, before, today = paged(request, client_id)
    page = timeline(found, by=request.user, before=before, kind=request.GET.get("kind", ""))
    context = {"page": page, "client": found, "kinds": KINDS, "today": today}
    return desk(request, "clients/practitioner/timeline.html", context)


@require_GET
@desk_page
def client_sessions(request: DeskRequest, client_id: int) -> HttpResponse:
    """The sessions of one client, newest first, a page at a time."""
    found, before, today = paged(request, client_id)
    page = session_list(found, before=before)
    context = {"page": page, "client": found, "today": today}
    return desk(request, "clients/practitioner/sessions.html", context)


@require_GET
@desk_page
def client_plans(request: DeskRequest, client_id: int) -> HttpResponse:
    """All plans of one client: those that run, one's own draft, those that ended."""
    found = client_for(request, client_id)
    audit.opened(found, by=request.user)
    page = plans_page(found, by=request.user, now=timezone.now())
    context = {"page": page, "client": found, "may_treat": can_treat(request.user, found)}
    return desk(request, "clients/practitioner/plans.html", context)


def paged(request: DeskRequest, client_id: int) -> tuple[Client, datetime, date]:
    """Return the client, the moment before which the page begins, and their today. That it was opened is kept."""
    found = client_for(request, client_id)
    audit.opened(found, by=request.user)
    now = timezone.now()
    return found, _moment(request.GET.get("before", "")) or now, local_day(found, now)


def _moment(text: str) -> datetime | None:
    """Return an aware moment of an address, in UTC; None for anything else, such as one beyond the calendar's ends."""
    try:
        moment = datetime.fromisoformat(text[:40])
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


@require_http_methods(["GET", "POST"])
@desk_page
def new_client(request: DeskRequest) -> HttpResponse:
    """Add a client; the invitation goes out at once."""
    practice = request.practice
    if not is_set_up(practice):
        messages.warning(request, _("Clients can be invited once this is filled in and signed."))
        return redirect("admin:safety_setup")
    form = NewClientForm(request.POST or None, practice=practice, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            added = invite_client(practice, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, _("%(name)s is added. The invitation is on its way.") % {"name": added.full_name})
            return redirect("admin:assign_to" if can_treat(request.user, added) else "admin:client", added.pk)
    return desk(request, "clients/practitioner/new_client.html", {"form": form}, status=status_of(form))


@require_http_methods(["GET", "POST"])
@desk_page
def details(request: DeskRequest, client_id: int) -> HttpResponse:
    """Change a client's details and tags."""
    found = client_for(request, client_id)
    names = list(DetailsForm.base_fields)
    initial = {name: getattr(found, name) for name in names}
    form = DetailsForm(request.POST or None, initial=initial)
    if found.user_id is not None:
        form.fields["email"].disabled = True
        form.fields["email"].help_text = _("The client signs in with this address.")
    if request.method == "POST" and form.is_valid():
        try:
            was = _shown(request)
            values = {name: value for name, value in form.cleaned_data.items() if name not in was or was[name] != value}
            changed = change_details(found, by=request.user, shown_tags=was.get("tags"), **values)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
            if "email" in changed:
                messages.warning(request, _("The address is new. Send the invitation again."))
            return redirect("admin:client", found.pk)
    name = Client.objects.filter(pk=found.pk).values_list("first_name", "last_name").first() or ("", "")
    shown = request.POST.get("shown") or json.dumps(initial)
    context = {"form": form, "client": found, "name": " ".join(name), "shown": shown}
    return desk(request, "clients/practitioner/details.html", context, status=status_of(form))


def _shown(request: DeskRequest) -> dict[str, Any]:  # Any: values of a form
    """Return what the page showed when it was opened, by field: it may be older than the record."""
    try:
        found = strict_json.read(request.POST.get("shown", ""))
    except ValueError:
        return {}
    is_ours = isinstance(found, dict) and isinstance(found.get("tags"), list)
    return found if is_ours else {}


@require_POST
@desk_page
def move(request: DeskRequest, client_id: int) -> HttpResponse:
    """Put a client on hold, take them back, or discharge them."""
    found = client_for(request, client_id)
    move_client(found, request.POST.get("to", ""), by=request.user, now=timezone.now())
    said = {
        Client.State.ON_HOLD: _("On hold. Nothing is asked of the client until you take them back."),
        Client.State.ACTIVE: _("Back in care. What was held runs again from today."),
        Client.State.DISCHARGED: _("Discharged. Their plans have ended, and everything that was recorded stays."),
    }
    messages.success(request, said[Client.State(found.state)])
    return redirect("admin:client", found.pk)


def plan_for(request: DeskRequest, assignment_id: int) -> Assignment:
    """Return the plan of a client whom the person may see; 404 for strangers, 403 for colleagues."""
    plans = Assignment.objects.select_related("client__practice", "client__lead", "current_version")
    plan: Assignment = find_for(request.user, plans, pk=assignment_id)
    return plan


@require_POST
@desk_page
def pause(request: DeskRequest, assignment_id: int) -> HttpResponse:
    """Begin a break today."""
    plan = plan_for(request, assignment_id)
    form = PauseForm(request.POST)
    if form.is_valid():
        plan_state.pause_plan(
            plan,
            by=request.user,
            first_day=local_day(plan.client, timezone.now()),
            last_day=form.cleaned_data["last_day"],
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("The break has begun. Nothing is asked of the client meanwhile."))
    else:
        messages.error(request, _("The last day is not a date. Choose one, or leave it empty."))
    return redirect("admin:client", plan.client_id)


@require_POST
@desk_page
def resume(request: DeskRequest, assignment_id: int) -> HttpResponse:
    """Let a paused plan run again from today."""
    plan = plan_for(request, assignment_id)
    plan_state.resume_plan(plan, by=request.user, on=local_day(plan.client, timezone.now()))
    messages.success(request, _("The plan runs again from today."))
    return redirect("admin:client", plan.client_id)


@require_POST
@desk_page
def end(request: DeskRequest, assignment_id: int) -> HttpResponse:
    """End a plan today."""
    plan = plan_for(request, assignment_id)
    plan_state.end_plan(plan, by=request.user, on=local_day(plan.client, timezone.now()))
    messages.success(request, _("The plan has ended. Its sessions stay."))
    return redirect("admin:client", plan.client_id)
