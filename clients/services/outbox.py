"""Messages that leave once, now or at a set moment: a row of the reminder table, which the sender picks up.

Web requests send nothing themselves. What must stay secret on the way (a code, a link) is sealed in the row and erased
after sending. The sealed text is a JSON object: {"kind": of Kind, "code": text} or {"kind": …, "link": address}, a
summary's with its "line".
The sender looks the address up when it sends, so that it is never copied: the client's for "client:<id>", the person's
for "user:<id>".
"""

import json
from datetime import datetime, timedelta
from typing import Literal, NotRequired, TypedDict, Unpack
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from clients.models import Client, Reminder
from clients.models.reminder import TO_CLIENT, TO_PERSON
from portal.accounts.models import Practice, User
from portal.lib import sealing

Kind = Literal[
    "code", "client_invitation", "staff_invitation", "password_reset", "alert", "flag", "note", "message", "digest"
]


class Outgoing(TypedDict):
    """What a message that leaves once is made of, beside whom it goes to."""

    practice: Practice
    stream: Reminder.Stream
    subject_key: str  # what it is about, for each person
    kind: Kind
    secret: dict[str, str]  # {"code": …}, {"link": …}, or {"link": …, "line": …}
    now: datetime
    life: timedelta  # after which, from its due moment, it is worthless
    due_at: NotRequired[datetime | None]  # left out, or None: now
    slot: NotRequired[int]  # which of a day's messages about this subject, from 1; left out: 1


def enqueue_now(to: Client | User, **what: Unpack[Outgoing]) -> Reminder:
    """Return the new row of a message that is due now, or at a later moment.

    Raises IntegrityError where this subject was already written to this person that day in this slot.
    """
    practice = what["practice"]
    due_at = what.get("due_at") or what["now"]
    zone = to.time_zone if isinstance(to, Client) else practice.time_zone
    return Reminder.objects.create(
        practice=practice,
        client=to if isinstance(to, Client) else None,
        recipient=_recipient(to),
        stream=what["stream"],
        subject_key=what["subject_key"],
        local_date=due_at.astimezone(ZoneInfo(zone)).date(),
        slot=what.get("slot", 1),
        time_zone=zone,
        due_at=due_at,
        expires_at=due_at + what["life"],
        sealed=sealing.seal(json.dumps({"kind": what["kind"], **what["secret"]})),
    )


def enqueue_once(to: Client | User, **what: Unpack[Outgoing]) -> bool:
    """Write as `enqueue_now` does, unless this subject was written to this person on any day before; say whether."""
    written = Reminder.objects.filter(recipient=_recipient(to), stream=what["stream"], subject_key=what["subject_key"])
    if written.exists():
        return False
    try:
        with transaction.atomic():
            enqueue_now(to, **what)
    except IntegrityError:  # another process has just written the same
        return False
    return True


def _recipient(to: Client | User) -> str:
    return f"{TO_CLIENT if isinstance(to, Client) else TO_PERSON}{to.pk}"
