"""The note on Sundays that a week is ready to look at, for who asked for it. Source: screens.md 3.6."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from clients.rules.reminders import HORIZON, Needed, ReminderWishes, due_at, expires_at, local_date
from clients.rules.schedule import DAYS_A_WEEK, Span, days_between

SUNDAY: Final = 6  # of date.weekday(); the day of the note, screens.md 3.6
AT: Final = time(17)  # the client's clock, screens.md 3.6


def week_of(sunday: date) -> Span:
    """Monday to Sunday, both included: what a note speaks of."""
    return Span(sunday - timedelta(days=DAYS_A_WEEK - 1), sunday)


def note_on(wishes: ReminderWishes, day: date) -> Needed | None:
    """The note of a local date: None but on Sundays, and where it is paused or quiet hours leave no time for it."""
    if day.weekday() != SUNDAY or wishes.is_paused_on(day):
        return None
    due = due_at(day, AT, wishes.zone)
    ends = expires_at(due, zone=wishes.zone, quiet=wishes.quiet, window=wishes.window)
    released = wishes.quiet.released_at(due, wishes.zone)
    return Needed(day, 1, AT, wishes.zone, due, ends, released) if released < ends else None


def notes_needed(wishes: ReminderWishes, *, now: datetime, horizon: timedelta = HORIZON) -> tuple[Needed, ...]:
    """The notes that should exist from now (aware) to the horizon, oldest first; what is too late is left out."""
    first = local_date(now, wishes.zone) - timedelta(days=1)
    last = local_date(now + horizon, wishes.zone)
    notes = (note_on(wishes, day) for day in days_between(first, last))
    return tuple(note for note in notes if note is not None and note.expires_at > now and note.due_at <= now + horizon)
