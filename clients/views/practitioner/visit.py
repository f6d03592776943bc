"""The visit brief, "Seen today", and changes of one exercise from the brief and from a session."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clients.access import can_treat
from clients.analytics.brief_words import edit_words, line_words, period_words, plain_note
from clients.analytics.change_words import change_words
from clients.analytics.visit_brief import visit_brief
from clients.errors import Invalid
from clients.services.adjust import adjust_exercise
from clients.services.visits import mark_visit
from clients.views.practitioner.client import plan_for
from clients.views.practitioner.door import client_for, desk, desk_page
from portal.accounts import audit
from portal.accounts.requests import DeskRequest


@require_GET
@desk_page
def brief(request: DeskRequest, client_id: int) -> HttpResponse:
    """Everything since the last visit on one screen. That the record was opened is kept."""
    found = client_for(request, client_id)
    user = request.user
    audit.opened(found, by=user)
    page = visit_brief(found, now=timezone.now())

    def shown(lines: Any) -> list[tuple[str, list[Any]]]:
        return [(line_words(line), [page.rows[row] for row in line.rows if row in page.rows]) for line in lines]

    context = {
        "page": page,
        "client": found,
        "period": period_words(page.history),
        "changed": shown(page.brief.changed),
        "ask": shown(page.brief.ask),
        "exercises": shown(page.brief.exercises),
        "edits": [
            (edit, edit_words(edit), line_words(edit.why), page.plan_of[edit.exercise])
            for edit in page.brief.edits
            if edit.exercise in page.plan_of
        ],
        "note": plain_note(page.brief, page.history),
        "may_treat": can_treat(user, found),
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
    else:
        words = " ".join(change_words(version.changes))
        messages.success(
            request, _("Version %(number)s counts from now on. %(words)s") % {"number": version.number, "words": words}
        )
    return redirect(back_to(request, reverse("admin:client", args=[plan.client_id])))


def back_to(request: DeskRequest, otherwise: str) -> str:
    """Return the page of this site that the form names as `next`; an address elsewhere is not followed."""
    back = request.POST.get("next", "")
    is_ours = back.startswith("/admin/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else otherwise
