"""Evidence of monitoring for clinics in the United States, and the log of management time behind it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.access import can_treat
from clients.analytics.monitoring import first_day, monitoring_facts
from clients.analytics.today import local_day
from clients.desk_report_forms import LONGEST_DAYS, FirstDayForm, TimeForm
from clients.errors import Invalid
from clients.exports.monitoring import monitoring_document, monitoring_notes, monitoring_sections
from clients.models import Client, ManagementTime
from clients.rules.monitoring import evidence, to_document
from clients.services.management_time import log_time, strike_time
from clients.views.practitioner.door import client_for, desk, desk_page
from clients.views.practitioner.report import KINDS, file_answer, head_of, paper_asked
from clients.views.refused import show_errors
from portal.accounts import audit
from portal.accounts.access import find_for
from portal.accounts.requests import DeskRequest


@require_http_methods(["GET", "POST"])
@desk_page
def monitoring(request: DeskRequest, client_id: int) -> HttpResponse:
    """The evidence so far; practitioners of the client write down their time here."""
    client = client_for(request, client_id)
    now = timezone.now()
    may_treat = can_treat(request.user, client)
    if request.method == "POST" and not may_treat:
        raise PermissionDenied
    audit.opened(client, by=request.user)
    here = datetime.now(ZoneInfo(client.time_zone)).replace(tzinfo=None)
    entry = TimeForm(request.POST or None, initial={"started_at": here, "contact": "none"})
    if request.method == "POST" and entry.is_valid() and _log(request, client, entry, now):
        messages.success(request, _("Written down."))
        return redirect("admin:client_monitoring", client.pk)
    chosen = _first_day(request, client, now)
    context: dict[str, Any] = {"client": client, "form": chosen, "entry": entry, "may_treat": may_treat}
    if chosen.is_valid():
        facts = monitoring_facts(client, first=chosen.cleaned_data["first"], now=now)
        found = evidence(facts)
        context |= {
            "sections": monitoring_sections(facts, found),
            "notes": monitoring_notes(found),
            "query": urlencode({"first": facts.first.isoformat()}),
            "entries": ManagementTime.objects.filter(client=client, pk__in=[each.id for each in facts.times]),
        }
    wrong = not chosen.is_valid() or (entry.is_bound and bool(entry.errors))
    return desk(request, "clients/practitioner/monitoring.html", context, status=400 if wrong else 200)


def _first_day(request: DeskRequest, client: Client, now: datetime) -> FirstDayForm:
    today = local_day(client, now)
    return FirstDayForm(request.GET, today=today, usual=first_day(client, today, longest=LONGEST_DAYS))


def _log(request: DeskRequest, client: Client, form: TimeForm, now: datetime) -> bool:
    values = form.cleaned_data
    begun = values["started_at"].replace(tzinfo=ZoneInfo(client.time_zone))
    try:
        log_time(
            client,
            by=request.user,
            started_at=begun,
            minutes=values["minutes"],
            contact=values["contact"],
            what=values["what"],
            now=now,
        )
    except Invalid as refused:
        show_errors(form, refused)
        return False
    return True


@require_GET
@never_cache
@desk_page
def monitoring_file(request: DeskRequest, client_id: int, form: str) -> HttpResponse:
    """The same evidence as a file; "json" holds what it follows from."""
    client = client_for(request, client_id)
    if form not in KINDS:
        raise Http404
    paper = paper_asked(request)
    now = timezone.now()
    chosen = _first_day(request, client, now)
    if paper is None or not chosen.is_valid():
        text = " ".join(map(str, chosen.errors.get("first", []))) or _("Choose the paper: a4 or us-letter.")
        return HttpResponseBadRequest(text, content_type="text/plain")
    facts = monitoring_facts(client, first=chosen.cleaned_data["first"], now=now)
    audit.record("evidence_exported", client, by=request.user, detail={"form": form})
    document = monitoring_document(facts, evidence(facts), last=facts.today)
    data = to_document(facts) if form == "json" else None
    return file_answer(form, head_of(client, now), document, data, paper=paper, name="monitoring")


@require_POST
@desk_page
def strike(request: DeskRequest, entry_id: int) -> HttpResponse:
    """Let an entry of the log count no more."""
    entries = ManagementTime.objects.select_related("client__practice", "client__lead")
    entry: ManagementTime = find_for(request.user, entries, pk=entry_id)
    strike_time(entry, by=request.user, now=timezone.now())
    messages.success(request, _("The entry is struck out. It stays in the log and counts no more."))
    return redirect("admin:client_monitoring", entry.client_id)
