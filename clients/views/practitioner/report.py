"""What a client did in a period, as page, spreadsheet, paper, and the data that it all follows from."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from clients.analytics.report import facts_of
from clients.analytics.today import local_day
from clients.desk_report_forms import PeriodForm, period
from clients.exports.report import (
    Document,
    Head,
    as_json,
    as_pdf,
    as_rows,
    notes,
    period_words,
    report_document,
    sections,
)
from clients.models import Client
from clients.rules.report_data import Facts, to_document
from clients.rules.reports import report
from clients.views.practitioner.door import client_for, desk, desk_page
from portal.accounts import audit
from portal.accounts.requests import DeskRequest
from portal.lib.pdf import PAPERS, Paper
from portal.lib.spreadsheets import write_csv, write_xlsx

PRESETS = (7, 28, 90, 365)  # days up to today
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "json": "application/json",
}


@require_GET
@desk_page
def client_report(request: DeskRequest, client_id: int) -> HttpResponse:
    """The figures of a period, and the addresses of the same on paper and in tables."""
    client = client_for(request, client_id)
    audit.opened(client, by=request.user)
    now = timezone.now()
    form = PeriodForm(request.GET, today=local_day(client, now))
    context: dict[str, Any] = {"client": client, "form": form, "periods": _presets(form)}
    if not form.is_valid():
        return desk(request, "clients/practitioner/report.html", context, status=HTTPStatus.BAD_REQUEST)
    found = report(_facts(client, form))
    context |= {
        "report": found,
        "period": period_words(found.first, found.last),
        "sections": sections(found),
        "notes": notes(found),
        "query": urlencode({"first": found.first.isoformat(), "last": found.last.isoformat()}),
    }
    return desk(request, "clients/practitioner/report.html", context)


@require_GET
@never_cache
@desk_page
def client_report_file(request: DeskRequest, client_id: int, form: str) -> HttpResponse:
    """The same figures as a file; "json" holds what they follow from."""
    client = client_for(request, client_id)
    if form not in KINDS:
        raise Http404
    paper = paper_asked(request)
    if paper is None:
        return HttpResponseBadRequest(_("Choose the paper: a4 or us-letter."), content_type="text/plain")
    now = timezone.now()
    chosen = PeriodForm(request.GET, today=local_day(client, now))
    if not chosen.is_valid():
        sentences = [f"{name}: {' '.join(map(str, problems))}" for name, problems in chosen.errors.items()]
        return HttpResponseBadRequest("\n".join(sentences), content_type="text/plain")
    facts = _facts(client, chosen)
    audit.record("report_exported", client, by=request.user, detail={"form": form})
    head = head_of(client, now)
    data = to_document(facts) if form == "json" else None
    return file_answer(form, head, report_document(report(facts)), data, paper=paper, name="report")


def file_answer(
    form: str, head: Head, document: Document, data: Mapping[str, Any] | None, *, paper: Paper, name: str
) -> HttpResponse:
    """Return the document in one of KINDS; data is what "json" holds. No name of a person is in the file's name."""
    if data is not None:
        content = as_json(data)
    elif form == "pdf":
        content = as_pdf(document, head, paper=paper)
    elif form == "xlsx":
        content = write_xlsx(as_rows(document, head), title=document.title, counts=True)
    else:
        content = write_csv(as_rows(document, head))
    answer = HttpResponse(content, content_type=KINDS[form])
    answer["Content-Disposition"] = f'{"inline" if form == "pdf" else "attachment"}; filename="{name}.{form}"'
    return answer


def head_of(client: Client, now: datetime) -> Head:
    """Return what stands over every file about the client."""
    return Head(
        subject=client.full_name,
        clinic=client.practice.name,
        zone=client.time_zone,
        made_at=now.astimezone(ZoneInfo(client.time_zone)),
    )


def paper_asked(request: DeskRequest) -> Paper | None:
    """Return the paper that the query asks for, None for one that nobody has."""
    asked = request.GET.get("paper", "a4")
    return next((paper for paper in PAPERS if paper == asked), None)


def _facts(client: Client, form: PeriodForm) -> Facts:
    days = form.cleaned_data
    return facts_of(client, first=days["first"], last=days["last"], now=timezone.now())


def _presets(form: PeriodForm) -> list[dict[str, Any]]:
    """Return the usual periods as filters; the one that is shown is the current one."""
    shown = {name: form.data.get(name) for name in ("first", "last")}
    return [
        {
            "text": _("Last %(days)d days") % {"days": days},
            "url": f"?{urlencode(period(form.today, days))}",
            "current": shown == period(form.today, days),
        }
        for days in PRESETS
    ]
