"""One session as it was done, looked over by a practitioner."""

import uuid

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from clients.access import can_note, can_treat
from clients.analytics.session_page import quick_replies, session_page, unseen_beside
from clients.analytics.timeline import latest_notes
from clients.models import HeldNote, Session
from clients.services.adjust import swaps_of
from clients.services.visits import look_over
from clients.views.practitioner.door import desk, desk_page
from clients.views.practitioner.undo import undo_offer
from portal.accounts import audit
from portal.accounts.access import find_for
from portal.accounts.requests import DeskRequest


@require_GET
@desk_page
def session(request: DeskRequest, session_id: uuid.UUID) -> HttpResponse:
    """The note first, prescribed against done, the answers, and every event. That it was looked over is kept."""
    sessions = Session.objects.select_related("client__practice", "client__lead", "assignment", "version__created_by")
    found: Session = find_for(request.user, sessions, pk=session_id)
    audit.opened(found, by=request.user, practice=found.client.practice_id)
    user = request.user
    now = timezone.now()
    look_over(found, by=user, now=now)
    page = session_page(found, now=now)
    may_note = can_note(user, found.client)
    context = {
        "page": page,
        "client": found.client,
        "may_treat": may_note or can_treat(user, found.client),
        "may_note": may_note,
        "notes": latest_notes(found.client, by=user) if may_note else [],
        "swaps": swaps_of([item.exercise_id for item in page.items if item.in_plan]),
        "unseen": unseen_beside(found, user=user, now=now),
        "held": HeldNote.objects.held().filter(session=found, author=user).select_related("item__exercise_version"),
        "replies": quick_replies(),
        "undo": undo_offer(request, found.client, now=now),
    }
    return desk(request, "clients/practitioner/session.html", context)
