"""When an alert is told to whom. Source: clinical.md 4.4 and screens.md 3.6. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MAILED: Final = frozenset({"emergency", "same_day"})  # the others wait in the list until somebody signs in
DAY_STARTS, DAY_ENDS = (
    time(8, 0),
    time(18, 0),
)  # practice's clock; screens.md 3.6, "in working hours, else start of day"
ASK_AGAIN_AFTER: Final = timedelta(days=7)  # routines.yaml, safety.red_flags.actions.soon: the client is reminded once
LIFE: Final = timedelta(days=3)  # how long a message about an alert is worth sending; engineering bound


def told_at(level: str, *, now: datetime, zone: str) -> datetime | None:
    """Return when the practitioner is written to, None for never. now is aware, zone the practice's.

    An emergency at once at any hour; what is to be seen the same day in the hours of the day, else when the next day
    starts.
    """
    if level not in MAILED:
        return None
    local = now.astimezone(ZoneInfo(zone))
    if level == "emergency" or DAY_STARTS <= local.time() < DAY_ENDS:
        return now
    day = local.date() if local.time() < DAY_STARTS else local.date() + timedelta(days=1)
    return datetime.combine(day, DAY_STARTS, tzinfo=ZoneInfo(zone))


def second_told_at(level: str, *, now: datetime, zone: str, after_h: int) -> datetime | None:
    """Return when the second contact is told of an alert that nobody has seen by then; None for never.

    after_h hours after the practitioner was told.
    """
    first = told_at(level, now=now, zone=zone)
    # Added in UTC: after_h hours are hours, also when clocks change between.
    return None if first is None else (first.astimezone(ZoneInfo("UTC")) + timedelta(hours=after_h))
