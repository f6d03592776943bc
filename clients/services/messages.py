"""Messages between a client and the clinic. What is written stays; a notice without a word of it goes out by e-mail.

`send_message` is for practitioners and for other services that speak in their name; `write_to_clinic` for clients.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clients.access import check_can_treat
from clients.analytics.plans import exercise_of
from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import Alert, AssignmentVersion, Client, Message, Reminder, Session, Thread
from clients.models.message import TEXT_LIMIT
from clients.notifications.links import page_url
from clients.rules import messages as rules
from clients.rules import safety
from clients.rules.reminders import QuietHours
from clients.rules.urgent_words import NO_QUESTION, urgent_themes
from clients.services.alerts import raise_alert
from clients.services.outbox import enqueue_now
from portal.accounts import audit
from portal.accounts.models import Role, User
from portal.accounts.roles import roles_of
from routines.library import starter

QUICK = (  # replies that every practice has, in the client's language; screens.md 3.4
    gettext_noop("Well done, keep going."),
    gettext_noop("Make it gentler this week."),
)
REASON = "urgent_message"  # of the alert about a message with words of a warning sign


@transaction.atomic
def send_message(
    client: Client,
    *,
    by: User,
    text: str,
    now: datetime,
    key: UUID | None = None,
    session: Session | None = None,
    notes: Sequence[Mapping[str, object]] = (),
    version: AssignmentVersion | None = None,
    changes: Sequence[Mapping[str, object]] = (),
) -> Message:
    """Return the practitioner's message in the client's thread; the same key keeps one, whatever is sent with it again.

    key: made by the form that is sent; None where the caller cannot send twice. session: makes it a card about that
    session, with notes on its exercises: {"item": id, "name": text, "text": text}. version: makes it a card about a
    changed plan; changes: of clients.rules.plan_diff, as dictionaries. Nothing of the client's waits any more, and a
    notice is planned. Raises NotAllowed, Invalid (text), WrongState for a client who is discharged.
    """
    check_can_treat(by, client)
    _check_open(client)
    text = checked_text(text, may_be_empty=bool(notes or version))
    kind = Message.Kind.REVIEW if session else Message.Kind.PLAN if version else Message.Kind.TEXT
    message, is_new = Message.objects.get_or_create(
        client=client,
        key=key or uuid4(),
        defaults={
            "author": by,
            "is_from_client": False,
            "kind": kind,
            "text": text,
            "session": session,
            "version": version,
            "detail": {"notes": list(notes)} if session else {"changes": list(changes)} if version else {},
            "sent_at": now,
        },
    )
    if is_new:
        standing = {"last": message, "waiting_since": None, "staff_read_to": message.pk}
        Thread.objects.update_or_create(client=client, defaults=standing)
        Thread.objects.filter(client=client).update(client_unread=F("client_unread") + 1)
        _plan_notice(client, now=now)
        audit.record("message_sent", message, by=by, practice=client.practice_id, detail={"kind": kind})
    return message


@transaction.atomic
def write_to_clinic(
    client: Client, *, text: str, now: datetime, key: UUID | None = None, about: int | None = None
) -> Message:
    """Return the client's message; the same key keeps one.

    about: id of an exercise of their plans that they ask about; its name is kept with the message. Words of a warning
    sign raise an alert at once, so that the message does not wait in the thread, and `shows_care_first` is true until a
    practitioner has cleared it. Raises Invalid (text, about), NotAllowed without an account.
    """
    if client.user is None:
        raise NotAllowed(_("Accept the invitation first."))
    _check_open(client)
    text = checked_text(text)
    detail = {} if about is None else {"about": _named(client, about)}
    message, is_new = Message.objects.get_or_create(
        client=client,
        key=key or uuid4(),
        defaults={"author": client.user, "is_from_client": True, "text": text, "detail": detail, "sent_at": now},
    )
    if is_new:
        thread = Thread.objects.filter(client=client).first()
        since = thread.waiting_since if thread else None
        Thread.objects.update_or_create(
            client=client,
            defaults={
                "last": message,
                "waiting_since": since or now,
                "client_read_to": message.pk,
                "client_unread": 0,
            },
        )
        audit.record("message_sent", message, by=client.user, practice=client.practice_id)
        level = level_of(text)
        if level is not None:
            raise_alert(client, REASON, level=level, subject_key=f"message:{message.pk}", now=now)
    return message


def level_of(text: str) -> str | None:
    """Return the Alert.Level of the most serious sign of which the text has words; None for most texts."""
    levels = {each.id: each.level for each in starter.safety().questions}
    found: str | None = None
    for theme in urgent_themes(text):
        found = safety.more_serious(found, Alert.Level.EMERGENCY if theme == NO_QUESTION else levels[theme])
    return found


def shows_care_first(client: Client) -> bool:
    """Whether the client wrote words of a warning sign that no practitioner has looked into yet."""
    is_open: bool = Alert.objects.open().filter(client=client, reason_key=REASON).exists()
    return is_open


def read_by_client(client: Client) -> None:
    """Note that the client has opened the thread as it was read; what came in meanwhile stays new."""
    thread: Thread | None = getattr(client, "thread", None)
    if thread is not None and (thread.client_unread or thread.client_read_to < thread.last_id):
        thread.client_read_to, thread.client_unread = thread.last_id, 0
        known = Thread.objects.filter(client=client, last=thread.last_id)
        known.update(client_read_to=thread.last_id, client_unread=0)


def read_by_staff(client: Client, *, by: User) -> None:
    """Note that somebody of the clinic has opened the thread; whoever only looks on does not count."""
    thread = Thread.objects.filter(client=client).first()
    if thread is not None and thread.staff_read_to < thread.last_id and Role.PRACTITIONER in roles_of(by):
        Thread.objects.filter(client=client).update(staff_read_to=thread.last_id)


@transaction.atomic
def settle(client: Client, *, by: User) -> None:
    """Say that nothing of the client's needs an answer now; a repeat changes nothing. Raises NotAllowed."""
    check_can_treat(by, client)
    if Thread.objects.filter(client=client, waiting_since__isnull=False).update(waiting_since=None):
        audit.record("thread_settled", client, by=by)


def _check_open(client: Client) -> None:
    if client.state == Client.State.DISCHARGED:
        raise WrongState(_("This client is discharged. Take them back before you write."))


def checked_text(text: str, *, may_be_empty: bool = False) -> str:
    """Return the text as it is kept. Raises Invalid (text) for none and for more than TEXT_LIMIT characters."""
    said = text.replace("\r\n", "\n").strip()
    if not said and not may_be_empty:
        raise Invalid({"text": _("Write your message first.")})
    if len(said) > TEXT_LIMIT:
        raise Invalid({"text": _("Keep it below %(limit)d characters.") % {"limit": TEXT_LIMIT}})
    return said


def _named(client: Client, item: int) -> dict[str, object]:
    """Return an exercise as a message keeps it. Raises Invalid (about) for one that is not of the client's plans."""
    exercise = exercise_of(client, item)
    if exercise is None:
        raise Invalid({"about": _("This exercise is not in your plan. Open it from your plan again.")})
    return {"item": item, "name": exercise.title}


def _plan_notice(client: Client, *, now: datetime) -> None:
    """Plan one notice for what was written within five minutes, and at most two a day."""
    rows = Reminder.objects.filter(
        client=client, stream=Reminder.Stream.MESSAGE, due_at__gt=now - rules.NOTICE_LIFE
    ).values_list("state", "local_date", "slot")
    if any(state == Reminder.State.PENDING for state, _day, _slot in rows):
        return
    quiet = QuietHours(client.quiet_from, client.quiet_until)
    due, slot = rules.notice_at(now, zone=client.time_zone, quiet=quiet, used={(day, slot) for _, day, slot in rows})
    enqueue_now(
        client,
        practice=client.practice,
        stream=Reminder.Stream.MESSAGE,
        subject_key=f"messages:{client.pk}",
        kind="message",
        secret={"link": page_url("messages")},
        now=now,
        life=rules.NOTICE_LIFE,
        due_at=due,
        slot=slot,
    )
