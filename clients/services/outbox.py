"""Messages that leave once, now or at a set moment: a row of the reminder table, which the sender picks up.

Web requests send nothing themselves. What must stay secret on the way (a code, a link) is sealed in the row and erased
after sending. The sealed text is a JSON object: {"kind": one of KINDS, "code": text} or {"kind": …, "link": address}, a
summary's with its "line".
The sender looks the address up when it sends, so that it is never copied: the client's for "client:<id>", the person's
for "user:<id>".
"""

import json
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from clients.models import Client, Reminder
from portal.accounts.models import Practice, User
from portal.lib import sealing

Kind = Literal[
    "code", "client_invitation", "staff_invitation", "password_reset", "alert", "flag", "note", "message", "digest"
]


def enqueue_now(
    to: Client | User,
    *,
    practice: Practice,
    stream: Reminder.Stream,
    subject_key: str,
    kind: Kind,
    secret: dict[str, str],
    now: datetime,
    life: timedelta,
    due_at: datetime | None = None,
    slot: int = 1,
) -> Reminder:
    """Return the new row of a message that is due now, or at a later moment, and worthless `life` after that.

    secret holds {"code": …}, {"link": …}, or {"link": …, "line": …}. Raises IntegrityError where this subject was
    already written to this person today in this slot.
    """
    due_at = due_at or now
    zone = to.time_zone if isinstance(to, Client) else practice.time_zone
    return Reminder.objects.create(
        practice=practice,
        client=to if isinstance(to, Client) else None,
        recipient=_recipient(to),
        stream=stream,
        subject_key=subject_key,
        local_date=due_at.astimezone(ZoneInfo(zone)).date(),
        slot=slot,
        time_zone=zone,
        due_at=due_at,
        expires_at=due_at + life,
        sealed=sealing.seal(json.dumps({"kind": kind, **secret})),
    )


def enqueue_once(
    to: Client | User,
    *,
    practice: Practice,
    stream: Reminder.Stream,
    subject_key: str,
    kind: Kind,
    secret: dict[str, str],
    now: datetime,
    life: timedelta,
    due_at: datetime | None = None,
) -> bool:
    """Write as `enqueue_now` does, unless this subject was written to this person on any day before; say whether."""
    if Reminder.objects.filter(recipient=_recipient(to), stream=stream, subject_key=subject_key).exists():
        return False
    try:
        with transaction.atomic():
            enqueue_now(
                to,
                practice=practice,
                stream=stream,
                subject_key=subject_key,
                kind=kind,
                secret=secret,
                now=now,
                life=life,
                due_at=due_at,
            )
    except IntegrityError:  # another process has just written the same
        return False
    return True


def _recipient(to: Client | User) -> str:
    return f"{'client' if isinstance(to, Client) else 'user'}:{to.pk}"
