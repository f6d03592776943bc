"""When a notice of a message leaves. Pure; instants are aware, zones IANA names. Source: screens.md 3.4, 3.6."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

from clients.rules.reminders import QuietHours, local_date

QUIET_MINUTES: Final = timedelta(minutes=5)  # screens.md 3.4 and 3.6: notes and notices wait so long for more
NOTICES_A_DAY: Final = 2  # clinical.md 7.2, "Cap"
NOTICE_LIFE: Final = timedelta(days=3)  # how long a notice is worth sending; engineering bound


def notice_at(
    now: datetime, *, zone: str, quiet: QuietHours, used: Collection[tuple[date, int]]
) -> tuple[datetime, int]:
    """Return (when the notice is due, its place of the local day, from 1).

    Five minutes from now, outside quiet hours, on the first local day that has a place left. used: (local day, place)
    of the notices planned or sent so far.
    """
    due = quiet.released_at(now + QUIET_MINUTES, zone)
    while True:
        day = local_date(due, zone)
        free = [place for place in range(1, NOTICES_A_DAY + 1) if (day, place) not in used]
        if free:
            return due, free[0]
        due = quiet.released_at(due + timedelta(days=1), zone)
