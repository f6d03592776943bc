"""What a client's own calendar shows of a plan: rows that come again week by week. Source: clinical.md 8.6.

Dates and wall times are the client's own. Breaks through the day are not shown: they would fill every hour.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Final

from clients.rules.adherence import InForce
from clients.rules.schedule import DAYS_A_WEEK, Schedule, Span, days_between

SHOWN_BACK: Final = timedelta(days=31)  # how long what is over stays in the calendar; engineering bound


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a calendar: sessions at the same time of chosen weekdays, from `first` on.

    place: which version of the plan it shows, from 0. slot: the number of the session on its day, from 1; of several
    without a time, the first. wall: None for a session at any time of the day. weekdays: 0 is Monday. last: the last
    day, included; None runs on. left_out: days in between without a session, oldest first. added: days with one instead
    of a day that the client moved. is_off: every session was taken away again, so that the row says so on its first day
    and on no other.
    """

    place: int
    slot: int
    sessions: int
    wall: time | None
    weekdays: frozenset[int]
    first: date
    last: date | None
    left_out: tuple[date, ...] = ()
    added: tuple[date, ...] = ()
    is_off: bool = False


def lines_of(
    versions: Sequence[InForce],
    *,
    times: Sequence[time],
    today: date,
    ends_on: date | None = None,
    pauses: Collection[Span] = (),
) -> tuple[Line, ...]:
    """Return the rows of one plan, by version and by slot, without what was over SHOWN_BACK before today.

    times: the client's own, the nth for the nth session of a day; empty means as the plan says. ends_on: the plan's
    last day as it stands now, included; None where no end is set. A pause that ends at date.max has no end yet.
    """
    found: list[Line] = []
    stopped = min((pause.first for pause in pauses if pause.last == date.max), default=None)
    for place, version in enumerate(versions):
        schedule = version.schedule
        if schedule.counts_apart:
            continue
        first = max(version.since, schedule.starts_on)
        last = min((day for day in (version.until, schedule.ends_on, ends_on) if day is not None), default=None)
        if last is not None and last < today - SHOWN_BACK:
            continue
        weekdays = weekdays_of(schedule)
        begins = next(
            day for day in days_between(first, first + timedelta(days=DAYS_A_WEEK)) if day.weekday() in weekdays
        )
        runs_to = last if stopped is None else min(stopped - timedelta(days=1), last or date.max)
        gone, instead = _moved(schedule, Span(first, max(first, runs_to or date.max)), pauses)
        added = tuple(sorted(instead))
        if added and runs_to is not None and first <= runs_to < begins:  # no weekday of its own: the row is these days
            begins, runs_to, gone = added[0], added[0], set()
            weekdays, added = frozenset({begins.weekday()}), added[1:]
        if last is not None and begins > last:
            continue
        left_out = tuple(sorted(_left_out(begins, runs_to, weekdays, pauses) | gone))
        is_off = runs_to is not None and not added and _is_empty(begins, runs_to, weekdays, left_out)
        for slot, count, wall in _slots(times or schedule.reminder_times, schedule.times_per_day):
            row = Line(place, slot, count, wall, weekdays, begins, runs_to, left_out, added)
            found.append(replace(row, last=begins, left_out=(), added=(), is_off=True) if is_off else row)
    return tuple(found)


def weekdays_of(schedule: Schedule) -> frozenset[int]:
    """Return the weekdays that ask for a session; where the client chooses the days, those of an even pace."""
    if schedule.per_week is None:
        return schedule.weekdays
    monday = schedule.starts_on - timedelta(days=schedule.starts_on.weekday())
    full_week = replace(schedule, starts_on=monday, ends_on=None)
    return frozenset(
        day.weekday() for day in full_week.offered_between(monday, monday + timedelta(days=DAYS_A_WEEK - 1))
    )


def _slots(times: Sequence[time], count: int) -> Iterator[tuple[int, int, time | None]]:
    """(slot, sessions, wall time) of a day; those without a time stand together."""
    for slot, wall in enumerate(times[:count], start=1):
        yield slot, 1, wall
    if count > len(times):
        yield len(times) + 1, count - len(times), None


def _left_out(first: date, last: date | None, weekdays: Collection[int], pauses: Collection[Span]) -> set[date]:
    """The days of those weekdays that lie in a pause, from first to last, both included."""
    return {
        day
        for pause in pauses
        if pause.last != date.max
        for day in days_between(max(first, pause.first), min(last or date.max, pause.last))
        if day.weekday() in weekdays
    }


def _moved(schedule: Schedule, span: Span, pauses: Collection[Span]) -> tuple[set[date], set[date]]:
    """(days of its weekdays that ask for nothing now, other days that do) of what the client moved, within the span."""
    if schedule.per_week is not None:
        return set(), set()
    asks = {day: bool(schedule.occurrences_on(day, pauses=pauses)) for each in schedule.moved for day in each}
    in_span = {day: asked for day, asked in asks.items() if day in span}
    gone = {day for day, asked in in_span.items() if day.weekday() in schedule.weekdays and not asked}
    return gone, {day for day, asked in in_span.items() if day.weekday() not in schedule.weekdays and asked}


def _is_empty(first: date, last: date, weekdays: Collection[int], left_out: Collection[date]) -> bool:
    return all(day in left_out for day in days_between(first, last) if day.weekday() in weekdays)
