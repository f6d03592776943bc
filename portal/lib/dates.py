"""Days in the reader's words; each language has its own order and dots."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext


def long_day(day: date) -> str:
    """Return weekday, day and month: "Friday 27 November"."""
    return date_format(day, pgettext("date", "l j F"))


def day_and_month(day: date) -> str:
    """Return day and month: "27 November"."""
    return date_format(day, pgettext("date", "j F"))


def brief_day(day: date) -> str:
    """Return day and short month, for charts: "27 Nov"."""
    return date_format(day, pgettext("date", "j M"))


def full_day(day: date) -> str:
    """Return day, month and year: "27 November 2026"."""
    return date_format(day, pgettext("date", "j F Y"))


def to_the_second(at: datetime) -> str:
    """Return an aware moment on the clock in force, as records write it: "27 Nov 2026, 08:14:05"."""
    return date_format(timezone.localtime(at), "j M Y, H:i:s")
