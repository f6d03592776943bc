"""Notes of a session's review, held until all of them leave as one message: after five quiet minutes, or at once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clients.access import check_can_treat
from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import HeldNote, Message, PrescribedItem, Session
from clients.models.message import TEXT_LIMIT
from clients.rules.messages import QUIET_MINUTES
from clients.services.messages import send_message
from portal.accounts.models import User
from portal.accounts.tenancy import all_practices, practice_scope

NOTE_LIMIT = 500  # characters; engineering bound


def hold_note(session: Session, *, by: User, text: str, now: datetime, item: PrescribedItem | None = None) -> HeldNote:
    """Return a new note about a session, or about one exercise of it, which waits for others.

    Raises NotAllowed, Invalid (text, item).
    """
    check_can_treat(by, session.client)
    said = text.strip()
    if not said or len(said) > NOTE_LIMIT:
        raise Invalid({"text": _("Write at most %(limit)d characters.") % {"limit": NOTE_LIMIT}})
    if item is not None and item.version_id != session.version_id:
        raise Invalid({"item": _("This exercise is not part of the session.")})
    return HeldNote.objects.create(session=session, item=item, author=by, text=said, at=now)


@transaction.atomic
def take_back(note: HeldNote, *, by: User) -> None:
    """Remove a note that has not left. Raises NotAllowed for another's, WrongState for one that has left."""
    check_can_treat(by, note.session.client)
    if note.author_id != by.pk:
        raise NotAllowed(_("This note is a colleague's."))
    if not HeldNote.objects.held().filter(pk=note.pk).delete()[0]:
        raise WrongState(_("This note has been sent. Write another message."))


@transaction.atomic
def send_held(session: Session, *, by: User, now: datetime) -> Message | None:
    """Return the one message made of the person's held notes about a session; None where there are none.

    Raises NotAllowed, WrongState for a client who is discharged.
    """
    check_can_treat(by, session.client)
    notes = list(
        HeldNote.objects.held()
        .select_for_update(of=("self",))
        .filter(session=session, author=by)
        .select_related("item__exercise_version")
    )
    if not notes:
        return None
    message = send_message(
        session.client,
        by=by,
        text="\n".join(note.text for note in notes if note.item is None)[:TEXT_LIMIT],
        now=now,
        session=session,
        notes=[
            {"item": note.item.pk, "name": note.item.exercise_version.content.name, "text": note.text}
            for note in notes
            if note.item is not None
        ],
    )
    HeldNote.objects.filter(pk__in=[note.pk for note in notes]).update(sent_in=message)
    return message


def release_held(now: datetime) -> int:
    """Send the notes of every review to which nothing was added for five minutes; return the number of messages.

    Serves all practices. What may not be sent any more (no right to this client, a client who is discharged) stays
    held.
    """
    with all_practices():
        waiting = HeldNote.objects.held().select_related("session__client__practice", "author")
        latest = {(note.session_id, note.author_id): note for note in waiting}
    count = 0
    for note in latest.values():
        if note.at > now - QUIET_MINUTES:
            continue
        with practice_scope(note.session.client.practice):
            try:
                count += send_held(note.session, by=note.author, now=now) is not None
            except (NotAllowed, WrongState):
                continue
    return count
