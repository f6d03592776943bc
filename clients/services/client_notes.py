"""Notes about a client for colleagues: written, and withdrawn where they were wrong."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clients.access import check_can_note
from clients.errors import Invalid, WrongState
from clients.models import Client, ClientNote
from clients.models.client_note import NOTE_LIMIT
from portal.accounts import audit
from portal.accounts.models import User


@transaction.atomic
def write_note(client: Client, *, by: User, text: str, key: UUID, now: datetime) -> ClientNote:
    """Return the note that the form with this key keeps; sending the form again returns the same one.

    Raises NotAllowed for others than the client's practitioners and for a note about oneself, Invalid (text).
    """
    check_can_note(by, client)
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise Invalid({"text": _("Write the note first.")})
    if len(said) > NOTE_LIMIT:
        sizes = {"limit": NOTE_LIMIT, "count": len(said)}
        raise Invalid(
            {"text": _("The note has %(count)d characters, and %(limit)d fit. Write two, or fewer words.") % sizes}
        )
    note: ClientNote
    values = {"text": said, "by": by, "at": now}
    note, is_new = ClientNote.objects.get_or_create(client=client, key=key, defaults=values)
    if is_new:
        audit.record("wrote_note", note, by=by, practice=client.practice_id)
    return note


@transaction.atomic
def withdraw_note(note: ClientNote, *, by: User, now: datetime) -> None:
    """Mark a note as wrong; its words stay with who withdrew it. note.client must be loaded.

    Raises NotAllowed for others than the client's practitioners, WrongState where it is withdrawn already.
    """
    check_can_note(by, note.client)
    if not ClientNote.objects.in_force().filter(pk=note.pk).update(withdrawn_at=now, withdrawn_by=by):
        raise WrongState(_("This note is withdrawn already."))
    audit.record("withdrew_note", note, by=by, practice=note.client.practice_id)
