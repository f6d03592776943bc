"""A client's sessions as an iCalendar document (RFC 5545). Source: clinical.md 8.6.

Nothing in it tells what the sessions are: a calendar is often shared with others.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext
from icalendar import Calendar, Event, vDuration

from clients.analytics.calendar import Entry
from clients.rules.calendar import Line
from clients.rules.reminders import due_at

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LOOK_AGAIN = timedelta(hours=12)  # engineering: how often a calendar may ask; most ask less often
YEAR = timedelta(days=366)  # clock changes are told for one before the first session, and for two ahead of an open end


def write_calendar(entries: Sequence[Entry], *, zone: str, page: str, now: datetime) -> bytes:
    """Return the document (UTF-8, CRLF) in the language in force.

    zone: the client's IANA name, in which the times are wall times. page: the address that an entry leads to.
    """
    document = Calendar()
    document.add("prodid", "-//Steadyback//Sessions//EN")
    document.add("version", "2.0")
    document.add("method", "PUBLISH")
    document.add("x-wr-calname", gettext("Sessions"))
    document.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    document.add("x-published-ttl", vDuration(LOOK_AGAIN).to_ical().decode())
    for entry in entries:
        document.add_component(_event(entry, ZoneInfo(zone), page=page, now=now))
    days = [entry.line.first for entry in entries if entry.line.wall is not None]
    if days:
        ends = [entry.line.last or now.date() + 2 * YEAR for entry in entries]
        document.add_missing_timezones(first_date=min(days) - YEAR, last_date=max(ends) + YEAR)
    document_bytes: bytes = document.to_ical()
    return document_bytes


def _event(entry: Entry, zone: ZoneInfo, *, page: str, now: datetime) -> Event:
    line = entry.line
    event = Event()
    event.add("uid", str(uuid.uuid5(uuid.NAMESPACE_URL, f"{page}#{entry.plan}-{line.place}-{line.slot}")))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", entry.edition)
    event.add("summary", gettext("Session") if line.sessions == 1 else _several(line.sessions))
    event.add("dtstart", _begins(line, line.first, zone))
    event.add("duration", timedelta(days=1) if line.wall is None else timedelta(minutes=entry.minutes))
    if not line.is_off:
        event.add("rrule", _comes_again(line, zone))
    for name, days in (("exdate", line.left_out), ("rdate", line.added)):
        for day in days:
            at = _begins(line, day, zone)
            event.add(name, [at], parameters={} if isinstance(at, datetime) else {"VALUE": "DATE"})
    event.add("status", "CANCELLED" if line.is_off else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # a session moves; nobody is busy because of it
    event.add("url", page)
    return event


def _several(count: int) -> str:
    return ngettext("%(count)d session", "%(count)d sessions", count) % {"count": count}


def _begins(line: Line, day: date, zone: ZoneInfo) -> date | datetime:
    """The day itself, or the moment of its session in the client's zone."""
    return day if line.wall is None else datetime.combine(day, line.wall, tzinfo=zone)


def _comes_again(line: Line, zone: ZoneInfo) -> dict[str, object]:
    """Every week on the weekdays; the end is in UTC where the beginning has a zone, as the standard asks."""
    rule: dict[str, object] = {"freq": "WEEKLY", "byday": [WEEKDAYS[day] for day in sorted(line.weekdays)]}
    if line.last is not None:
        rule["until"] = line.last if line.wall is None else due_at(line.last, line.wall, zone.key)
    return rule
