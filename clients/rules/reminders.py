"""When a reminder is due, until when it may go out, and what may follow what. Source: safety.md 3, rules 8-14.

Instants are aware UTC. Wall times belong to an IANA zone and are turned into instants here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from clients.rules.schedule import Schedule, Span, days_between

WINDOW: Final = timedelta(hours=2)  # how late a reminder may still go out, safety.md 3 rule 8
HORIZON: Final = timedelta(hours=48)  # how far ahead rows are planned, safety.md 3 rule 8
MAX_A_DAY: Final = 2  # session reminders a day, clinical.md 7.2 "Cap"
FIRST_WAIT: Final = timedelta(minutes=1)  # after a temporary refusal, safety.md R08
LONGEST_WAIT: Final = timedelta(minutes=30)  # safety.md R08
CRASHES_TO_QUARANTINE: Final = 3  # lapsed leases, safety.md 3 rule 10
AMBIGUOUS_SENDS: Final = 2  # the first and at most one more, safety.md 3 rule 11

TRANSITIONS: Final[Mapping[str, frozenset[str]]] = {
    "pending": frozenset({"sending", "skipped"}),
    "sending": frozenset({"sent", "pending", "unknown", "failed", "skipped", "quarantined"}),
    "unknown": frozenset({"sending"}),
    "sent": frozenset(),
    "failed": frozenset(),
    "skipped": frozenset(),
    "quarantined": frozenset(),
}


def may_become(state: str, to: str) -> bool:
    """Whether a row may go from one state to the other. Raises KeyError for a state that does not exist."""
    return to in TRANSITIONS[state]


class UnknownZoneError(ValueError):
    """The name is not an IANA time zone of this machine."""

    def __init__(self, name: object) -> None:
        super().__init__(f"{name!r} is no time zone. Choose a name such as Europe/Berlin.")


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name; raises UnknownZoneError."""
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, TypeError, ValueError) as error:
        raise UnknownZoneError(name) from error


def due_at(day: date, wall: time, zone: str) -> datetime:
    """The instant at which the wall clock of the zone shows the time on the day.

    A time that the clock leaves out (spring) falls as much later as the clock jumps: one hour. A time that comes
    twice (autumn) is the first. Raises UnknownZoneError.
    """
    if wall.tzinfo is not None:
        raise ValueError("Give the wall time without a zone; the zone is its own argument.")
    return datetime.combine(day, wall.replace(fold=0), tzinfo=zone_named(zone)).astimezone(UTC)


def local_date(instant: datetime, zone: str) -> date:
    """The date on the zone's calendar at an aware instant."""
    return instant.astimezone(zone_named(zone)).date()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local hours without reminders, from `start` (included) to `end` (not included). Equal times mean none."""

    start: time = time(21)  # clinical.md 7.2 "Quiet hours"
    end: time = time(8)

    def holds_at(self, instant: datetime, zone: str) -> bool:
        """Whether the aware instant lies in the quiet hours of the zone."""
        wall = instant.astimezone(zone_named(zone)).time()
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def released_at(self, instant: datetime, zone: str) -> datetime:
        """The first instant from this one on that is not quiet (UTC)."""
        instant = instant.astimezone(UTC)
        if not self.holds_at(instant, zone):
            return instant
        return next(end for end in self._instants(self.end, instant, zone) if end > instant)

    def begins_after(self, instant: datetime, zone: str) -> datetime | None:
        """The first instant after this one at which quiet hours begin (UTC); None when there are none."""
        if self.start == self.end:
            return None
        return next(start for start in self._instants(self.start, instant, zone) if start > instant)

    @staticmethod
    def _instants(wall: time, around: datetime, zone: str) -> list[datetime]:
        """The wall time on the day before and the days after the instant, as instants in order."""
        today = local_date(around, zone)
        return [due_at(today + timedelta(days=days), wall, zone) for days in range(-1, 4)]


NO_QUIET_HOURS: Final = QuietHours(time(0), time(0))  # engineering: none at all


def expires_at(
    due: datetime,
    *,
    zone: str,
    quiet: QuietHours,
    next_slot: datetime | None = None,
    window: timedelta = WINDOW,
) -> datetime:
    """Until when a reminder may go out: due + window, the start of quiet hours, or the next slot, if earlier.

    A reminder due inside quiet hours is held until they end; the next quiet hours count then. Its window is not
    made longer, so with the usual two hours it is dropped.
    """
    ends = [due + window]
    quiet_from = quiet.begins_after(quiet.released_at(due, zone), zone)
    if quiet_from is not None:
        ends.append(quiet_from)
    if next_slot is not None and next_slot > due:
        ends.append(next_slot)
    return min(ends)


def back_off(tries: int) -> timedelta:
    """How long to wait after the nth temporary refusal in a row: 1, 2, 4, 8, 16, then 30 minutes."""
    if tries < 1:
        raise ValueError("The first refusal is number 1.")
    return min(FIRST_WAIT * (1 << min(tries - 1, 5)), LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class RunningPlan:
    """One plan that may ask for reminders.

    `done` counts sessions that need no reminder any more, by occurrence date. `since` is when the plan became
    what it is: nothing that was due before is caught up. `pauses` are days without sessions. `put_off` are the dates
    and slots of sessions that the client put off.
    """

    schedule: Schedule
    pauses: tuple[Span, ...] = ()
    done: Mapping[date, int] | None = None
    since: datetime | None = None
    put_off: frozenset[tuple[date, int]] = frozenset()

    def asks(self, day: date, slot: int) -> bool:
        """Whether the slot's session of the day is wanted, and neither done yet nor put off."""
        if (day, slot) in self.put_off or self.schedule.counts_apart:
            return False
        done = self.done or {}
        occurrences = self.schedule.occurrences_on(day, pauses=self.pauses)
        if not any(occurrence.slot == slot for occurrence in occurrences) or done.get(day, 0) >= slot:
            return False
        if self.schedule.per_week is None:
            return True
        complete = [on for on, count in done.items() if count >= self.schedule.times_per_day]
        return self.schedule.is_wanted_on(day, days_done=complete, pauses=self.pauses)


@dataclass(frozen=True, slots=True)
class ReminderWishes:
    """What a client wants of session reminders.

    `times` are the client's own, earliest first, the nth for the nth session of a day; empty means as the plans
    say. `paused_until` is the last day without reminders.
    """

    zone: str
    times: tuple[time, ...] = ()
    quiet: QuietHours = QuietHours()
    paused_until: date | None = None
    window: timedelta = WINDOW

    def is_paused_on(self, day: date) -> bool:
        """Whether the client wants no reminder on the local date."""
        return self.paused_until is not None and day <= self.paused_until


@dataclass(frozen=True, slots=True, order=True)
class Needed:
    """One reminder that should exist: local date and slot name it, the rest may be edited until it is sent."""

    on: date
    slot: int
    wall: time
    zone: str
    due_at: datetime
    expires_at: datetime
    not_before: datetime  # due_at, or the end of the quiet hours that it falls into


def slot_times(wishes: ReminderWishes, plans: Collection[RunningPlan], day: date) -> tuple[time, ...]:
    """The wall times of a day's slots, earliest first, at most MAX_A_DAY.

    Plans that run on the same day share their slots: the nth reminder of a day speaks for the nth session of
    each, at the client's own nth time or else at the earliest that a plan names. Breaks have no reminders.
    """
    planned: dict[int, time] = {}
    for plan in plans:
        if plan.schedule.counts_apart:
            continue
        occurrences = plan.schedule.occurrences_on(day, pauses=plan.pauses)
        named = wishes.times or plan.schedule.reminder_times
        for occurrence, wall in zip(occurrences, named, strict=False):
            planned[occurrence.slot] = min(wall, planned.get(occurrence.slot, wall))
    return tuple(planned[slot] for slot in sorted(planned))[:MAX_A_DAY]


def needed(
    wishes: ReminderWishes,
    plans: Collection[RunningPlan],
    *,
    now: datetime,
    horizon: timedelta = HORIZON,
) -> tuple[Needed, ...]:
    """The reminders that should exist from now to the horizon, by date and slot.

    Left out: what is too late already, paused, done, or was due before its plan existed. Reminders that fall into
    quiet hours and would be too late after them are left out as well.
    """
    first = local_date(now, wishes.zone) - timedelta(days=1)
    last = local_date(now + horizon, wishes.zone) + timedelta(days=1)
    by_day = {day: _of_day(wishes, plans, day) for day in days_between(first, last + timedelta(days=1))}
    dues = sorted(due for slots in by_day.values() for _, _, due in slots)
    found: list[Needed] = []
    for day in days_between(first, last):
        for slot, wall, due in by_day[day]:
            expires = expires_at(
                due,
                zone=wishes.zone,
                quiet=wishes.quiet,
                next_slot=next((other for other in dues if other > due), None),
                window=wishes.window,
            )
            released = wishes.quiet.released_at(due, wishes.zone)
            if expires > now and due <= now + horizon and released < expires:
                found.append(Needed(day, slot, wall, wishes.zone, due, expires, released))
    return tuple(found)


def _of_day(wishes: ReminderWishes, plans: Collection[RunningPlan], day: date) -> Sequence[tuple[int, time, datetime]]:
    """(slot, wall time, due) of the reminders that one day asks for."""
    if wishes.is_paused_on(day):
        return ()
    slots: list[tuple[int, time, datetime]] = []
    for slot, wall in enumerate(slot_times(wishes, plans, day), start=1):
        due = due_at(day, wall, wishes.zone)
        if any(plan.asks(day, slot) and (plan.since is None or plan.since <= due) for plan in plans):
            slots.append((slot, wall, due))
    return slots
