"""Notes of a session's review to the client: held, taken back, and sent as one message."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.errors import Invalid
from clients.models import HeldNote, PrescribedItem, Session
from clients.services.held_notes import hold_note, send_held, take_back
from clients.views.practitioner.door import desk_page
from portal.accounts.access import find_for
from portal.accounts.requests import DeskRequest
from portal.lib.numbers import whole_in


def _session(request: DeskRequest, session_id: uuid.UUID) -> Session:
    sessions = Session.objects.select_related("client__practice", "client__lead")
    found: Session = find_for(request.user, sessions, pk=session_id)
    return found


@require_POST
@desk_page
def add(request: DeskRequest, session_id: uuid.UUID) -> HttpResponse:
    """Hold one more note, about the session or one of its exercises."""
    session = _session(request, session_id)
    user = request.user
    key = request.POST.get("item", "")
    items = PrescribedItem.objects.filter(version=session.version_id)
    item = items.filter(pk=whole_in(key) or 0).first() if key else None
    try:
        if key and item is None:
            raise Invalid({"item": _("This exercise is not part of the session.")})
        hold_note(session, by=user, text=request.POST.get("text", ""), now=timezone.now(), item=item)
    except Invalid as error:
        messages.error(request, " ".join(error.errors.values()))
    else:
        messages.success(request, _("Noted. All notes leave as one message: in five minutes, or now."))
    return redirect("admin:session", session.pk)


@require_POST
@desk_page
def send(request: DeskRequest, session_id: uuid.UUID) -> HttpResponse:
    """Send the person's held notes about the session as one message, at once."""
    session = _session(request, session_id)
    user = request.user
    sent = send_held(session, by=user, now=timezone.now())
    if sent is None:
        messages.info(request, _("Nothing was held: the notes have left already."))
    else:
        messages.success(request, _("Sent as one message."))
    return redirect("admin:session", session.pk)


@require_POST
@desk_page
def remove(request: DeskRequest, note_id: int) -> HttpResponse:
    """Take back a note that has not left."""
    notes = HeldNote.objects.select_related("session__client")
    note: HeldNote = find_for(request.user, notes, pk=note_id)
    user = request.user
    session_id = note.session_id
    take_back(note, by=user)
    messages.success(request, _("Taken back."))
    return redirect("admin:session", session_id)
