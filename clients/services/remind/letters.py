"""From a claimed row to the bytes of its letter."""

import json
from datetime import datetime

from clients.models import Reminder
from clients.notifications import Letter, links, wording
from clients.notifications.email import compose
from clients.services.remind.checks import Addressee
from clients.services.remind.queue import Claimed
from portal.lib import sealing


def letter_for(row: Claimed, to: Addressee, *, message_id: str, at: datetime) -> Letter:
    """Return the row's letter. Raises Refused for an address that no mail can have.

    Raises sealing.Unreadable where a one-time text was sealed with a key that is no longer known.
    """
    if row.stream == Reminder.Stream.SESSION:
        return _session_letter(row, to, message_id=message_id, at=at)
    content = json.loads(sealing.unseal(row.sealed))
    return compose(
        wording.one_time_wording(content["kind"], language=to.language, sender=to.sender_name),
        {"code": content.get("code", ""), "href": content.get("link", "")},
        to=to.email,
        sender_name=to.sender_name,
        message_id=message_id,
        at=at,
    )


def _session_letter(row: Claimed, to: Addressee, *, message_id: str, at: datetime) -> Letter:
    token = links.unsubscribe_token(row.client_id or 0, row.stream)
    # The number moves on by one a day and differs from client to client.
    number = row.local_date.toordinal() + (row.client_id or 0) + row.slot
    return compose(
        wording.session_wording(
            number % len(wording.SESSION_TEXTS),
            language=to.language,
            sender=to.sender_name,
            more_url=links.page_url("more"),
            anchor=to.anchor,
            if_missed=to.if_missed,
        ),
        {
            "name": to.name,
            "minutes": wording.minutes_line(row.minutes, to.language),
            "href": links.page_url("today"),
            "stop": links.unsubscribe_url(token),
        },
        to=to.email,
        sender_name=to.sender_name,
        message_id=message_id,
        at=at,
        stop_token=token,
    )
