"""The visit brief, "Seen today", and changes of one exercise from the brief and from a session."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clients.access import can_treat
from clients.analytics.brief_words import Answers, edit_words, line_words, period_words, plain_note
from clients.analytics.change_words import change_words
from clients.analytics.visit_brief import RowLink, visit_brief
from clients.errors import Invalid
from clients.rules.brief import Line
from clients.services.adjust import adjust_exercise
from clients.services.visits import mark_visit
from clients.views.practitioner.client import plan_for
from clients.views.practitioner.door import back_to, client_for, desk, desk_page
from clients.views.practitioner.undo import UNDO_FIELD, undo_offer
from portal.accounts import audit
from portal.accounts.requests import DeskRequest


@require_GET
@desk_page
def brief(request: DeskRequest, client_id: int) -> HttpResponse:
    """Everything since the last visit on one screen. That the record was opened is kept."""
    found = client_for(request, client_id)
    user = request.user
    audit.opened(found, by=user)
    now = timezone.now()
    page = visit_brief(found, by=user, now=now)

    def rows_of(line: Line) -> list[RowLink]:
        return [page.rows[row] for row in line.rows if row in page.rows]

    def shown(lines: Iterable[Line]) -> list[tuple[str, list[RowLink]]]:
        return [(line_words(line), rows_of(line)) for line in lines]

    context = {
        "page": page,
        "client": found,
        "period": period_words(page.history),
        "changed": shown(page.brief.changed),
        "ask": shown(page.brief.ask),
        "exercises": shown(page.brief.exercises),
        "edits": [
            (edit, edit_words(edit), line_words(edit.why), page.plan_of[edit.exercise], rows_of(edit.why))
            for edit in page.brief.edits
        ],
        "note": plain_note(
            page.brief, page.history, Answers([each.words for each in page.suggestions], page.accepted, page.declined)
        ),
        "may_treat": can_treat(user, found),
        "undo": undo_offer(request, found, now=now),
    }
    return desk(request, "clients/practitioner/brief.html", context)


@require_POST
@desk_page
def seen_today(request: DeskRequest, client_id: int) -> HttpResponse:
    """Mark a visit: the next brief begins today."""
    found = client_for(request, client_id)
    user = request.user
    mark_visit(found, by=user, now=timezone.now())
    messages.success(request, _("Seen today. The next brief tells what happens from now on."))
    return redirect("admin:brief", found.pk)


@require_POST
@desk_page
def adjust(request: DeskRequest, assignment_id: int) -> HttpResponse:
    """Change one exercise of a running plan and go back to where it was asked for."""
    plan = plan_for(request, assignment_id)
    user = request.user
    back = back_to(request, reverse("admin:client", args=[plan.client_id]))
    try:
        version = adjust_exercise(
            plan,
            exercise=request.POST.get("exercise", ""),
            kind=request.POST.get("kind", ""),
            to=request.POST.get("to", ""),
            by=user,
            now=timezone.now(),
        )
    except Invalid as error:
        messages.error(request, " ".join(dict.fromkeys(error.errors.values())))
        return redirect(back)
    words = " ".join(change_words(version.changes))
    messages.success(
        request, _("Version %(number)s counts from now on. %(words)s") % {"number": version.number, "words": words}
    )
    return redirect(f"{back}?{urlencode({UNDO_FIELD: version.pk})}")
