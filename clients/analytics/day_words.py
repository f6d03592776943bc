"""Moments as practitioners read them. `at` is aware, in the client's own time."""

from datetime import date, datetime
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

NAMED_DAYS: Final = (0, 1)  # days ago that have a name: today and yesterday


def day_words(at: datetime, *, today: date, inside: bool = False) -> str:
    """Return "Today 08:14", "Yesterday 19:05" or "Fri 13 Nov 08:20".

    inside: the words stand within a sentence, so that "today" has a small letter.
    """
    clock = f"{at:%H:%M}"
    days = (today - at.date()).days
    if days == 0:
        return (_("today %(time)s") if inside else _("Today %(time)s")) % {"time": clock}
    if days == 1:
        return (_("yesterday %(time)s") if inside else _("Yesterday %(time)s")) % {"time": clock}
    return f"{date_format(at, 'D j M' if at.year == today.year else 'j M Y')} {clock}"


def whole_date(at: datetime) -> str:
    """Return "Fri 13 Nov 2026", also of today."""
    return date_format(at, "D j M Y")


def dated_words(at: datetime) -> str:
    """Return "Fri 13 Nov 2026 08:20", also of today."""
    return f"{whole_date(at)} {at:%H:%M}"
