"""Moments as practitioners read them."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

NAMED_DAYS: Final = (0, 1)  # days ago that have a name: today and yesterday


def day_words(at: datetime, *, today: date, zone: str, inside: bool = False) -> str:
    """Return "Today 08:14", "Yesterday 19:05" or "Fri 13 Nov 08:20" in the client's own time.

    inside: the words stand within a sentence, so that "today" has a small letter.
    """
    local = at.astimezone(ZoneInfo(zone))
    clock = f"{local:%H:%M}"
    days = (today - local.date()).days
    if days == 0:
        return (_("today %(time)s") if inside else _("Today %(time)s")) % {"time": clock}
    if days == 1:
        return (_("yesterday %(time)s") if inside else _("Yesterday %(time)s")) % {"time": clock}
    return f"{date_format(local, 'D j M' if local.year == today.year else 'j M Y')} {clock}"


def dated_words(at: datetime, *, zone: str) -> str:
    """Return "Fri 13 Nov 2026 08:20" in the client's own time, also of today."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{date_format(local, 'D j M Y')} {local:%H:%M}"
