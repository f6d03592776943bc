"""From a claimed row to the bytes of its letter."""

import json
from datetime import datetime

from clients.models import Reminder
from clients.notifications import Letter, PushLetter, links, wording
from clients.notifications.email import compose
from clients.notifications.webpush import payload_of
from clients.services.remind.checks import Addressee
from clients.services.remind.facts import Phone
from clients.services.remind.queue import Claimed
from portal.lib import sealing


def letter_for(row: Claimed, to: Addressee, *, message_id: str, at: datetime) -> Letter | PushLetter:
    """Return the row's letter, of the kind that its channel takes. Raises Refused for an address that no mail can have.

    Raises sealing.Unreadable where a one-time text was sealed with a key that is no longer known.
    """
    if to.phone is not None:
        return _session_push(row, to, to.phone, at=at)
    if row.stream == Reminder.Stream.SESSION:
        return _session_letter(row, to, message_id=message_id, at=at)
    content = json.loads(sealing.unseal(row.sealed))
    if row.stream == Reminder.Stream.DIGEST:
        return compose(
            wording.digest_wording(
                language=to.language, sender=to.sender_name, more_url=links.page_url("admin:morning_summary")
            ),
            {"name": to.name, "line": content["line"], "href": content["link"]},
            to=to.email,
            sender_name=to.sender_name,
            message_id=message_id,
            at=at,
        )
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
    more_url = links.page_url("more")
    if to.asks:
        words = wording.asking_wording(language=to.language, sender=to.sender_name, more_url=more_url)
    else:
        words = wording.session_wording(
            _number(row) % len(wording.SESSION_TEXTS),
            language=to.language,
            sender=to.sender_name,
            more_url=more_url,
            anchor=to.anchor,
            if_missed=to.if_missed,
        )
    return compose(
        words,
        {
            "name": to.name,
            "minutes": "" if to.asks else wording.minutes_line(row.minutes, to.language),
            "href": more_url if to.asks else links.page_url("today"),
            "stop": links.unsubscribe_url(token),
            "done": links.done_url(links.done_token(row.client_id or 0, row.local_date, row.slot)),
        },
        to=to.email,
        sender_name=to.sender_name,
        message_id=message_id,
        at=at,
        stop_token=token,
    )


def _session_push(row: Claimed, to: Addressee, phone: Phone, *, at: datetime) -> PushLetter:
    language = to.language
    title, text = (
        wording.asking_push(language=language) if to.asks else wording.session_push(_number(row), language=language)
    )
    payload = payload_of(title, text, language=language, address=links.page_url("more" if to.asks else "today"))
    ttl = max(1, int((row.expires_at - at).total_seconds()))
    return PushLetter(phone.endpoint, phone.p256dh, phone.auth, payload, ttl)


def _number(row: Claimed) -> int:
    """Which text is in turn: it moves on by one a day and differs from client to client."""
    return row.local_date.toordinal() + (row.client_id or 0) + row.slot
