"""From a claimed row to the bytes of its letter."""

import json
from datetime import datetime

from clients.models import Reminder
from clients.notifications import Letter, PushLetter, links, wording
from clients.notifications.email import compose
from clients.notifications.webpush import payload_of
from clients.services.remind.facts import PLANNED, Phone
from clients.services.remind.queue import Claimed
from clients.services.remind.verdicts import Addressee
from portal.lib import sealing


def letter_for(row: Claimed, to: Addressee, *, message_id: str, at: datetime) -> Letter | PushLetter:
    """Return the row's letter, of the kind that its channel takes. Raises Refused for an address that no mail can have.

    Raises sealing.Unreadable where a one-time text was sealed with a key that is no longer known.
    """
    if to.phone is not None:
        return _push(row, to, to.phone, at=at)
    if row.stream in PLANNED:
        return _planned_letter(row, to, message_id=message_id, at=at)
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


def _planned_letter(row: Claimed, to: Addressee, *, message_id: str, at: datetime) -> Letter:
    token = links.unsubscribe_token(row.client_id or 0, row.stream)
    return compose(
        _words(row, to),
        {
            "name": to.name,
            "minutes": "" if to.asks else wording.minutes_line(row.minutes, to.language),
            "href": links.page_url(_page(row, to)),
            "stop": links.unsubscribe_url(token),
            "done": links.done_url(links.done_token(row.client_id or 0, row.local_date, row.slot)),
            "later": links.put_off_url(links.put_off_token(row.client_id or 0, row.local_date, row.slot)),
        },
        to=to.email,
        sender_name=to.sender_name,
        message_id=message_id,
        at=at,
        stop_token=token,
    )


def _words(row: Claimed, to: Addressee) -> wording.Wording:
    language, sender, more_url = to.language, to.sender_name, links.page_url("more")
    if row.stream == Reminder.Stream.WEEKLY:
        return wording.weekly_wording(language=language, sender=sender, more_url=more_url)
    if row.stream == Reminder.Stream.FOLLOW_UP:
        number = _number(row) % len(wording.FOLLOW_UP_TEXTS)
        return wording.follow_up_wording(number, language=language, sender=sender, more_url=more_url)
    if to.asks:
        return wording.asking_wording(language=language, sender=sender, more_url=more_url)
    return wording.session_wording(
        _number(row) % len(wording.SESSION_TEXTS),
        language=language,
        sender=sender,
        more_url=more_url,
        anchor=to.anchor,
        if_sore=to.if_sore,
        if_missed=to.if_missed,
    )


def _page(row: Claimed, to: Addressee) -> str:
    """The name of the page that the message opens."""
    if row.stream == Reminder.Stream.WEEKLY:
        return "progress"
    return "more" if to.asks else "today"


def _push(row: Claimed, to: Addressee, phone: Phone, *, at: datetime) -> PushLetter:
    language = to.language
    if to.asks:
        title, text = wording.asking_push(language=language)
    elif row.stream == Reminder.Stream.FOLLOW_UP:
        title, text = wording.follow_up_push(_number(row), language=language)
    else:
        title, text = wording.session_push(_number(row), language=language, anchor=to.anchor)
    payload = payload_of(title, text, language=language, address=links.page_url(_page(row, to)))
    ttl = max(1, int((row.expires_at - at).total_seconds()))
    return PushLetter(phone.endpoint, phone.p256dh, phone.auth, payload, ttl)


def _number(row: Claimed) -> int:
    """Which text is in turn: it moves on by one a day and differs from client to client."""
    return row.local_date.toordinal() + (row.client_id or 0) + row.slot
