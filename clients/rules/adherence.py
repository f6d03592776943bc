"""How much of what was due was done. Source: clinical.md 6.3 and 6.4.

Shares are exact fractions from 0 to 1; `percent` turns one into the whole number people read. Nothing due gives
None, never 0 and never 1. Dates are the client's own; weeks run Monday to Sunday.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Literal

from clients.rules.schedule import Schedule, Span, days_between, monday_of

DONE: Final = Fraction(80, 100)  # share of a session that makes it done, clinical.md 6.3
ON_TRACK: Final = Fraction(80, 100)  # share, clinical.md 6.3
SOME: Final = Fraction(50, 100)  # share, clinical.md 6.3
OVER_DOSE: Final = Fraction(130, 100)  # sessions done / due above which it is flagged, clinical.md 6.3

Band = Literal["on_track", "some", "needs_a_chat"]
Status = Literal["none", "part", "done"]


def _counts(*counts: int) -> None:
    for count in counts:
        if count < 0:
            raise ValueError(f"A count of sessions or repetitions is never negative, got {count}.")


def session_fraction(parts: Iterable[tuple[Fraction, Fraction | int]]) -> Fraction | None:
    """Weighted mean of (fraction, weight); None when no weight is above 0.

    Weights are 1 each, or planned minutes. Optional items are left out by the caller.
    """
    parts = list(parts)
    if any(not 0 <= fraction <= 1 or weight < 0 for fraction, weight in parts):
        raise ValueError("A fraction lies between 0 and 1 and a weight is never negative.")
    whole = sum((Fraction(weight) for _, weight in parts), Fraction(0))
    return sum((fraction * weight for fraction, weight in parts), Fraction(0)) / whole if whole else None


def session_status(fraction: Fraction | None, *, done_from: Fraction = DONE) -> Status:
    """ "done" from the threshold on, "part" above 0, otherwise "none"."""
    if fraction is None or fraction <= 0:
        return "none"
    return "done" if fraction >= done_from else "part"


def freq_week(done: int, due: int) -> Fraction | None:
    """Sessions done ÷ due in one week, at most 1; None when nothing was due."""
    _counts(done, due)
    return Fraction(min(done, due), due) if due else None


def dose_week(fractions: Iterable[Fraction], due: int) -> Fraction | None:
    """Sum of the session fractions of one week ÷ due, at most 1; None when nothing was due."""
    _counts(due)
    return min(Fraction(1), sum(fractions, Fraction(0)) / due) if due else None


def freq_period(weeks: Iterable[tuple[int, int]]) -> Fraction | None:
    """Share of (done, due) weeks, each week capped before adding; None when nothing was due."""
    done_capped = due_in_all = 0
    for done, due in weeks:
        _counts(done, due)
        done_capped += min(done, due)
        due_in_all += due
    return Fraction(done_capped, due_in_all) if due_in_all else None


def band(share: Fraction | None) -> Band | None:
    """The band of a share; None when nothing was due."""
    if share is None:
        return None
    if share >= ON_TRACK:
        return "on_track"
    return "some" if share >= SOME else "needs_a_chat"


def over_dose(done: int, due: int) -> Fraction | None:
    """Sessions done ÷ due, uncapped; None when nothing was due. Above OVER_DOSE it is flagged."""
    _counts(done, due)
    return Fraction(done, due) if due else None


def is_over_dose(done: int, due: int) -> bool:
    ratio = over_dose(done, due)
    return ratio is not None and ratio > OVER_DOSE


def percent(share: Fraction | None) -> int | None:
    """The share as a whole percent, rounded down so that 80 is only shown where 80 was reached."""
    return None if share is None else int(share * 100)


@dataclass(frozen=True, slots=True)
class InForce:
    """One version of a plan and the days on which it is the one in force; `until` is included, None is open."""

    schedule: Schedule
    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class DoneSession:
    """One session, by the date of the occurrence that it belongs to."""

    on: date
    fraction: Fraction
    lane: str = "steady"


@dataclass(frozen=True, slots=True)
class Week:
    """The counts of one week: due so far, done, and the sum of the session fractions."""

    monday: date
    due: int
    done: int
    fractions: Fraction

    @property
    def freq(self) -> Fraction | None:
        return freq_week(self.done, self.due)

    @property
    def dose(self) -> Fraction | None:
        return dose_week([self.fractions], self.due)


def in_force(versions: Sequence[tuple[date, Schedule]]) -> tuple[InForce, ...]:
    """Turn (effective from, schedule), oldest first, into spans in which each is the one in force.

    Of two versions that take effect on the same day the later one wins.
    """
    latest = dict(versions)
    starts = sorted(latest)
    ends: list[date | None] = [start - timedelta(days=1) for start in starts[1:]]
    return tuple(InForce(latest[start], start, until) for start, until in zip(starts, [*ends, None], strict=True))


def weeks(
    versions: Sequence[InForce],
    sessions: Sequence[DoneSession],
    *,
    first: date,
    last: date,
    today: date,
    pauses: Collection[Span] = (),
    flare_days: Collection[date] = (),
) -> tuple[Week, ...]:
    """The counts of each week that touches first to last (both included), oldest first, for one plan.

    Due so far: days after today never count, and today counts only as far as it is done. Pauses (also safety
    locks and holidays) ask for nothing. A flare day asks for nothing but the flare-lane sessions that were done,
    each 1 of 1. A plan changed within a week asks for each version's share of its own days.
    """
    flares = frozenset(flare_days)
    off = [*pauses, *(Span(day, day) for day in flares)]
    week_ends: dict[date, tuple[date, date]] = {}
    for day in days_between(first, last):
        start, _ = week_ends.get(monday_of(day), (day, day))
        week_ends[monday_of(day)] = (start, day)
    by_day: dict[date, list[DoneSession]] = {}
    for session in sessions:
        by_day.setdefault(session.on, []).append(session)
    return tuple(
        _week(monday, start, end, versions, by_day, today=today, off=off, flares=flares)
        for monday, (start, end) in week_ends.items()
    )


def _week(
    monday: date,
    start: date,
    end: date,
    versions: Sequence[InForce],
    by_day: Mapping[date, Sequence[DoneSession]],
    *,
    today: date,
    off: Collection[Span],
    flares: Collection[date],
) -> Week:
    did = [session for day in days_between(start, end) for session in by_day.get(day, ())]
    flare_done = sum(1 for each in did if each.on in flares and each.lane == "flare" and each.fraction >= DONE)
    due = flare_done
    for version in versions:
        first = max(start, version.since)
        last = end if version.until is None else min(end, version.until)
        if first <= last:
            counted = [each for each in did if first <= each.on <= last and each.on not in flares]
            due += _due_so_far(version.schedule, counted, first, last, today=today, off=off)
    done = sum(1 for each in did if each.fraction >= DONE)
    fractions = sum((each.fraction for each in did), Fraction(0))
    return Week(monday=monday, due=due, done=done, fractions=fractions)


def _due_so_far(
    schedule: Schedule,
    did: Sequence[DoneSession],
    first: date,
    last: date,
    *,
    today: date,
    off: Collection[Span],
) -> int:
    done = [session for session in did if session.fraction >= DONE]
    if schedule.per_week is None:
        over = schedule.planned_between(first, min(last, today - timedelta(days=1)), pauses=off)
        if not first <= today <= last:
            return over
        return over + min(sum(1 for session in done if session.on == today), schedule.sessions_on(today, pauses=off))
    # Any days of the week: a session is due once the days left, today among them, no longer have room for it.
    planned = schedule.planned_between(first, last, pauses=off)
    room = len(schedule.occurrences_between(max(first, today), last, pauses=off))
    return min(planned, max(planned - room, len(done)))


def day_shares(
    versions: Sequence[InForce],
    sessions: Sequence[DoneSession],
    *,
    first: date,
    last: date,
    pauses: Collection[Span] = (),
) -> tuple[tuple[date, int, int], ...]:
    """(day, asked for, done) of each day from first to last, for day marks.

    A flexible plan asks for nothing on a given day, so its days show only what was done.
    """
    done_on: dict[date, int] = {}
    for session in sessions:
        if session.fraction >= DONE:
            done_on[session.on] = done_on.get(session.on, 0) + 1
    return tuple(
        (
            day,
            sum(
                version.schedule.sessions_on(day, pauses=pauses)
                for version in versions
                if version.covers(day) and version.schedule.per_week is None
            ),
            done_on.get(day, 0),
        )
        for day in days_between(first, last)
    )


def combine(plans: Iterable[Sequence[Week]]) -> tuple[Week, ...]:
    """Add the weeks of several plans of one client, by Monday; each plan's week is capped before adding."""
    total: dict[date, Week] = {}
    for plan in plans:
        for week in plan:
            capped = replace(week, done=min(week.done, week.due), fractions=min(week.fractions, Fraction(week.due)))
            so_far = total.get(week.monday, Week(week.monday, 0, 0, Fraction(0)))
            total[week.monday] = Week(
                week.monday,
                so_far.due + capped.due,
                so_far.done + capped.done,
                so_far.fractions + capped.fractions,
            )
    return tuple(total[monday] for monday in sorted(total))
