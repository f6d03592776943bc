"""The caseload in counts: a practitioner's own, an owner's whole practice."""

from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from clients.analytics.overview import overview
from clients.exports.overview import overview_document, overview_notes, overview_sections
from clients.exports.report import Head
from clients.views.practitioner.door import desk, desk_page
from clients.views.practitioner.report import KINDS, file_answer, paper_asked
from portal.accounts import audit
from portal.accounts.models import Role
from portal.accounts.requests import DeskRequest
from portal.accounts.roles import roles_of

FORMS = KINDS.keys() - {"json"}  # the events are in the report of each client


@require_GET
@desk_page
def overview_page(request: DeskRequest) -> HttpResponse:
    """How many clients, how they keep to their plans, and who has none; with ?events the hash of what it counts."""
    found = overview(request.user, now=timezone.now(), reads_events="events" in request.GET)
    return desk(
        request,
        "clients/practitioner/overview.html",
        {
            "page": found,
            "sections": overview_sections(found),
            "notes": overview_notes(found),
            "may_treat": Role.PRACTITIONER in roles_of(request.user),
        },
    )


@require_GET
@never_cache
@desk_page
def overview_file(request: DeskRequest, form: str) -> HttpResponse:
    """The same counts as a file, with the line of each client whom the person may see."""
    if form not in FORMS:
        raise Http404
    paper = paper_asked(request)
    if paper is None:
        return HttpResponseBadRequest(_("Choose the paper: a4 or us-letter."), content_type="text/plain")
    practice, user = request.practice, request.user
    now = timezone.now().astimezone(ZoneInfo(practice.time_zone))
    document = overview_document(overview(user, now=now, reads_events=True), today=now.date())
    audit.record("overview_exported", practice, by=user, practice=practice, detail={"form": form})
    head = Head(subject=user.get_full_name() or user.email, clinic=practice.name, zone=practice.time_zone, made_at=now)
    return file_answer(form, head, document, None, paper=paper, name="overview")
