"""Days of a plan that a client does on another day. Pure; dates are the client's own.

A moved day asks for nothing, and the day instead asks for what it did: so moving never counts as missed (clinical.md
6.4, "not due yet days do not count"), and nobody gains or loses a session by it.

A move stays promised when the plan is changed after it: a day that was moved away under the old version is asked on the
day instead, by the version in force there, also where that one no longer has its weekday. It ends only where the new
version took the day away while both days were still to come, so that neither is a promise of anything, and where it
plans the day instead by itself, which it then does once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

from clients.rules.adherence import InForce, in_force
from clients.rules.schedule import Moves, Schedule, Span, days_between

WITHIN: Final = timedelta(days=7)  # from today and from the plan's own day: nothing waits for good; engineering bound

Why = Literal["past", "too_far", "begun", "not_planned", "taken", "not_running"]


@dataclass(frozen=True, slots=True)
class Planned:
    """One day that asks for sessions: the day itself, and the plan's own day for which it stands; mostly the same."""

    on: date
    own: date


@dataclass(frozen=True, slots=True)
class Days:
    """A plan's days from today on for moving. begun: days with a session that was begun or done."""

    today: date
    planned: tuple[Planned, ...]
    free: tuple[date, ...]
    begun: frozenset[date]

    @property
    def movable(self) -> tuple[Planned, ...]:
        """The planned days for which there is a free day."""
        return tuple(
            each
            for each in self.planned
            if each.on not in self.begun and any(self.why_not_to(each, day) is None for day in self.free)
        )

    def planned_on(self, day: date) -> Planned | None:
        """Return the planned day of this date, None where there is none."""
        return next((each for each in self.planned if each.on == day), None)

    def why_not(self, day: date) -> Why | None:
        """Return why the sessions of a day cannot be moved; None where they can."""
        if day < self.today:
            return "past"
        if day > self.today + WITHIN:
            return "too_far"
        if day in self.begun:
            return "begun"
        return None if self.planned_on(day) else "not_planned"

    def why_not_to(self, planned: Planned, day: date) -> Why | None:
        """Return why a planned day cannot be moved to the other day; None where it can."""
        if day < self.today:
            return "past"
        if day > min(self.today, planned.own) + WITHIN:
            return "too_far"
        if day in self.begun or self.planned_on(day):
            return "taken"
        return None if day in self.free else "not_running"


def moves_of(rows: Iterable[tuple[date, date | None]]) -> Moves:
    """Return (plan's own day, day instead), sorted. The last word on a day counts, and a way back undoes it.

    Rows without a day instead are words on one session, and move nothing.
    """
    latest = {own: to for own, to in rows if to is not None}
    return tuple(sorted((own, to) for own, to in latest.items() if own != to))


def with_moves(versions: Sequence[tuple[date, Schedule]], moves: Moves) -> tuple[InForce, ...]:
    """Turn (effective from, schedule), oldest first, into the spans of `in_force`, with the moves that stand.

    moves: of `moves_of`. A move stands where the version in force on the plan's own day names it, or where the version
    on an earlier day instead does, under which it was made. Where both days lie in one version, and that plans the day
    instead by itself or for another move, the own day is asked again; across a change the day instead is asked once, so
    that a day that is over is never missed for having been moved.
    """
    spans = in_force(versions)
    standing = {own: to for own, to in moves if _is_promised(spans, own, to)}
    while True:
        again = [own for own, to in standing.items() if _is_doubled(spans, standing, own, to)]
        if not again:
            break
        del standing[again[-1]]
    if not standing:
        return spans
    moved = tuple(standing.items())
    return tuple(replace(span, schedule=replace(span.schedule, moved=moved)) for span in spans)


def _on(spans: Sequence[InForce], day: date) -> InForce | None:
    return next((span for span in spans if span.covers(day)), None)


def _names(span: InForce | None, day: date) -> bool:
    return span is not None and day.weekday() in span.schedule.weekdays


def _is_promised(spans: Sequence[InForce], own: date, to: date) -> bool:
    there, here = _on(spans, own), _on(spans, to)
    if there is not None and there.schedule.runs_on(own) and _names(there, own):
        return True
    return to < own and there is not here and _names(here, own)


def _is_doubled(spans: Sequence[InForce], standing: Mapping[date, date], own: date, to: date) -> bool:
    """Whether the version of both days asks for the day instead anyway: by itself, or for an earlier day."""
    here = _on(spans, to)
    if here is not _on(spans, own):
        return False
    return (_names(here, to) and to not in standing) or any(
        other < own and instead == to for other, instead in standing.items()
    )


def standing_words(rows: Iterable[tuple[date, int, str, date | None]]) -> dict[tuple[date, int], str]:
    """Return the last word on each session, by date and slot, of (date, slot, word, day instead), oldest first.

    A word belongs to the session that stood on its day when it was said: once that session is done on another day, or
    another one takes its place, the word is over.
    """
    words: dict[tuple[date, int], str] = {}
    now_on: dict[date, date] = {}  # plan's own day -> the day on which its sessions stand
    for on, slot, word, to in rows:
        if to is None:
            words[on, slot] = word
            continue
        places = {now_on.get(on, on), to}
        words = {key: kept for key, kept in words.items() if key[0] not in places}
        now_on[on] = to
    return words


def days_for_moving(
    versions: Sequence[InForce], *, today: date, begun: Collection[date], off: Collection[Span] = ()
) -> Days:
    """Return the days of a plan from today on; none are planned where the client chooses the days, or in a goal.

    versions: of `with_moves`. begun: days with a session that was begun or done. off:
    days that ask for nothing, which cannot take a session either.
    """
    planned: list[Planned] = []
    free: list[date] = []
    for day in days_between(today, today + WITHIN):
        schedule = next((version.schedule for version in versions if version.covers(day)), None)
        if schedule is None or schedule.kind != "weekdays" or not schedule.runs_on(day, pauses=off):
            continue
        if schedule.sessions_on(day, pauses=off):
            planned.append(Planned(day, next((on for on, to in schedule.moved if to == day), day)))
        elif day not in begun:
            free.append(day)
    return Days(today=today, planned=tuple(planned), free=tuple(free), begun=frozenset(begun))
