"""When a clinic reads messages, and how long somebody has waited. Pure; instants are aware, zones IANA names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ANSWERS_WITHIN_DAYS: Final = 2  # working days; screens.md 2.8, "usually answers within 2 working days"


@dataclass(frozen=True, slots=True)
class Hours:
    """When a practice reads: on `days` (0 is Monday, never none) from `starts` until before `ends`, in its zone."""

    zone: str
    days: frozenset[int]
    starts: time
    ends: time


def is_open(now: datetime, hours: Hours) -> bool:
    """Whether `now` lies in the hours of a working day, the first instant included, the last not."""
    local = now.astimezone(ZoneInfo(hours.zone))
    return local.weekday() in hours.days and hours.starts <= local.time() < hours.ends


def opens_at(now: datetime, hours: Hours) -> datetime:
    """Return when somebody reads again, in the zone's time: now while open, else the next start of a working day."""
    zone = ZoneInfo(hours.zone)
    local = now.astimezone(zone)
    if is_open(now, hours):
        return local
    day = local.date() if local.time() < hours.starts else local.date() + timedelta(days=1)
    while day.weekday() not in hours.days:
        day += timedelta(days=1)
    return datetime.combine(day, hours.starts, tzinfo=zone)


def working_days_waited(since: datetime, now: datetime, hours: Hours) -> int:
    """Return the number of working days after the day of `since` up to today, today included; 0 for the same day."""
    first, last = (moment.astimezone(ZoneInfo(hours.zone)).date() for moment in (since, now))
    if last <= first:
        return 0
    weeks, rest = divmod((last - first).days, 7)
    return weeks * len(hours.days) + sum(_is_working(last - timedelta(days=ago), hours) for ago in range(rest))


def _is_working(day: date, hours: Hours) -> bool:
    return day.weekday() in hours.days
