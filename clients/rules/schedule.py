"""Which days a plan is due, and how many sessions each day asks for.

Every date is a date in the client's own time zone. Spans include both ends. Weeks run Monday to Sunday.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final, Literal, NamedTuple, get_args

from clients.rules.bites import LEAST_MIN, MOST_MIN
from clients.rules.schedule_reading import WEEKDAY_NAMES, Reader, ScheduleError

Kind = Literal["weekdays", "per_week", "walk", "breaks"]
Window = tuple[time, time]
Moves = tuple[tuple[date, date], ...]

KINDS: Final[tuple[str, ...]] = get_args(Kind)
GOALS: Final = frozenset({"walk", "breaks"})  # kinds that ask for something to be done in the day, not for a session
ON_NAMED_DAYS: Final = frozenset({"weekdays", "breaks"})  # kinds whose weekdays are chosen by the practitioner
DAYS_A_WEEK: Final = 7  # calendar, glossary
MAX_TIMES_PER_DAY: Final = 12  # sessions; desk breaks, the busiest starter routine, ask for 5; engineering bound
MAX_WEEKS: Final = 104  # weeks; a plan of two years is reviewed long before it ends; engineering bound
FIELDS: Final = frozenset(
    {"kind", "weekdays", "per_week", "times_per_day", "starts_on", "ends_on", "reminder_times", "bite_min", "window"}
)
TEMPLATE_FIELDS: Final = frozenset(
    {
        "sessions_per_day",
        "days_per_week",
        "weeks",
        "weekdays",
        "anchors",
        "flexible",
        "every_minutes",
        "window",
        "kind",
        "bite_min",
    }
)


class Occurrence(NamedTuple):
    """One due session: its local date and its number on that day, counted from 1."""

    on: date
    slot: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"A span must not end ({self.last}) before it starts ({self.first}).")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        return days_between(self.first, self.last)


def days_between(first: date, last: date) -> Iterator[date]:
    """Each day from first to last, both included; nothing when last is before first."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


def monday_of(day: date) -> date:
    """The Monday of the week that holds the day."""
    return day - timedelta(days=day.weekday())


def is_paused(day: date, pauses: Iterable[Span]) -> bool:
    return any(day in pause for pause in pauses)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a plan asks for sessions.

    kind "weekdays": each chosen weekday (0 = Monday) asks for `times_per_day` sessions.
    kind "per_week": any `per_week` days of a week, each with `times_per_day` sessions.
    kind "walk": a goal of walks, on any `per_week` days of a week; how long is the dose of its one exercise.
    kind "breaks": a goal of `times_per_day` breaks on each chosen weekday, between the two times of `window`. They
    count apart from sessions, and nobody is reminded of them (clinical.md 6.4 and the library's desk breaks).
    `ends_on` is the last day, included; None means no end is set.
    `reminder_times` are wall times in the client's zone, earliest first; the nth belongs to the nth session of
    a day. There may be fewer than `times_per_day`, also none.
    `bite_min` is how many minutes at a time suit: a session may be split into bites of that length; None: in one go.
    `moved` are days whose sessions the client does on another day: (day of the plan, day instead), as they stand
    (`moving.with_moves`). They are the client's, not the plan's: the JSON form leaves them out.
    """

    kind: Kind
    starts_on: date
    ends_on: date | None = None
    weekdays: frozenset[int] = frozenset()
    per_week: int | None = None  # None for kind "weekdays"
    times_per_day: int = 1
    reminder_times: tuple[time, ...] = ()
    bite_min: int | None = None
    window: Window | None = None  # first and last wall time of a day's breaks; None for every other kind
    moved: Moves = ()

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise ScheduleError(problems)

    @property
    def is_goal(self) -> bool:
        return self.kind in GOALS

    @property
    def counts_apart(self) -> bool:
        """Whether its counts stand beside adherence and not in it, and no mail speaks of it."""
        return self.kind == "breaks"

    @property
    def days_a_week(self) -> int:
        """Days of a full week that ask for at least one session."""
        return self.per_week if self.per_week is not None else len(self.weekdays)

    @property
    def weeks(self) -> int | None:
        """The length to the nearest week, at least 1; None where no end is set."""
        if self.ends_on is None:
            return None
        return max(1, round(((self.ends_on - self.starts_on).days + 1) / DAYS_A_WEEK))

    def runs_on(self, day: date, *, pauses: Collection[Span] = ()) -> bool:
        """Whether the day lies inside the plan and outside every pause."""
        if day < self.starts_on or (self.ends_on is not None and day > self.ends_on):
            return False
        return not is_paused(day, pauses)

    def occurrences_on(self, day: date, *, pauses: Collection[Span] = ()) -> tuple[Occurrence, ...]:
        """The sessions that may be done on the day, by slot from 1.

        Where the client chooses the days, every running day offers its sessions; how many of the week are asked for is
        `planned_between`.
        """
        return tuple(Occurrence(day, slot) for slot in range(1, self.sessions_on(day, pauses=pauses) + 1))

    def sessions_on(self, day: date, *, pauses: Collection[Span] = ()) -> int:
        """How many sessions may be done on the day."""
        if self.per_week is None and not self._names(day):
            return 0
        return self.times_per_day if self.runs_on(day, pauses=pauses) else 0

    def _names(self, day: date) -> bool:
        """Whether the day is one of the plan's weekdays, or stands in for one; a day that was moved is neither."""
        if any(to == day for _, to in self.moved):
            return True
        return day.weekday() in self.weekdays and all(on != day for on, _ in self.moved)

    def occurrences_between(self, first: date, last: date, *, pauses: Collection[Span] = ()) -> tuple[Occurrence, ...]:
        """The sessions that may be done from first to last, both included, by date and slot."""
        first = max(first, self.starts_on)
        if self.ends_on is not None:
            last = min(last, self.ends_on)
        return tuple(
            occurrence for day in days_between(first, last) for occurrence in self.occurrences_on(day, pauses=pauses)
        )

    def planned_between(self, first: date, last: date, *, pauses: Collection[Span] = ()) -> int:
        """How many sessions the plan asks for from first to last, both included.

        Where the client chooses the days, each week asks for its share of the days that run in it: `per_week` of a full
        week, and of a part of a week the nearest whole number of days (7 is odd, so there is never a tie).
        """
        return sum(count for _, count in self.planned_by_week(first, last, pauses=pauses))

    def planned_by_week(
        self, first: date, last: date, *, pauses: Collection[Span] = ()
    ) -> tuple[tuple[date, int], ...]:
        """(Monday, sessions asked for) of each week that touches the span, oldest first."""
        running: dict[date, int] = {}
        for day in days_between(first, last):
            monday = monday_of(day)
            running.setdefault(monday, 0)
            if self.sessions_on(day, pauses=pauses):
                running[monday] += 1
        return tuple((monday, self._asked(days) * self.times_per_day) for monday, days in running.items())

    def _asked(self, running_days: int) -> int:
        if self.per_week is None:
            return running_days
        return (2 * self.per_week * running_days + DAYS_A_WEEK) // (2 * DAYS_A_WEEK)

    def is_wanted_on(self, day: date, *, days_done: Collection[date] = (), pauses: Collection[Span] = ()) -> bool:
        """Whether the day is one to exercise on, given the other days already done.

        Where the client chooses the days, those of a week are spread evenly: a day is wanted when fewer days have been
        done before it than an even pace needs by its end, so a client ahead of the pace is left alone.
        """
        if not self.sessions_on(day, pauses=pauses):
            return False
        if self.per_week is None:
            return True
        monday = monday_of(day)
        week = days_between(monday, monday + timedelta(days=DAYS_A_WEEK - 1))
        running = [each for each in week if self.runs_on(each, pauses=pauses)]
        so_far = running.index(day) + 1
        asked = self._asked(len(running))
        needed_by_now = -(-asked * so_far // len(running))
        done_before = len({each for each in days_done if monday <= each < day})
        return done_before < needed_by_now

    def is_offered_on(self, day: date, *, days_done: Collection[date] = (), pauses: Collection[Span] = ()) -> bool:
        """Whether the client finds a session on the day: on each wanted one, and on the plan's first.

        Of a plan given late in a week its share of that week may be nothing, and yet who was given it may begin at
        once. That is an offer: neither counts nor reminders ask for it.
        """
        if day == self.starts_on and self.sessions_on(day, pauses=pauses):
            return True
        return self.is_wanted_on(day, days_done=days_done, pauses=pauses)

    def offered_between(
        self, first: date, last: date, *, days_done: Collection[date] = (), pauses: Collection[Span] = ()
    ) -> tuple[date, ...]:
        """The days from first to last, both included, that are offered if each offered one is done, oldest first."""
        done = set(days_done)
        found = []
        for day in days_between(first, last):
            if self.is_offered_on(day, days_done=done, pauses=pauses):
                found.append(day)
                done.add(day)
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:  # Any: the values of a JSON document
        """The JSON form that `from_dict` reads: ISO dates, "HH:MM" times, sorted weekdays."""
        return {
            "kind": self.kind,
            "weekdays": sorted(self.weekdays),
            "per_week": self.per_week,
            "times_per_day": self.times_per_day,
            "starts_on": self.starts_on.isoformat(),
            "ends_on": None if self.ends_on is None else self.ends_on.isoformat(),
            "reminder_times": [at.isoformat(timespec="minutes") for at in self.reminder_times],
            "bite_min": self.bite_min,
            "window": None if self.window is None else [at.isoformat(timespec="minutes") for at in self.window],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Schedule:  # Any: JSON from outside, checked here
        """Read the JSON form. Dates and times may also be date and time objects.

        Raises ScheduleError naming every field that is wrong.
        """
        reader = Reader(data, FIELDS)
        kind = reader.choice("kind", KINDS)
        per_week = reader.whole("per_week", 1, DAYS_A_WEEK, default=None)
        weekdays = reader.weekday_numbers("weekdays")
        times_per_day = reader.whole("times_per_day", 1, MAX_TIMES_PER_DAY, default=1)
        starts_on = reader.day("starts_on", required=True)
        ends_on = reader.day("ends_on")
        reminder_times = reader.times("reminder_times")
        bite_min = reader.whole("bite_min", LEAST_MIN, MOST_MIN, default=None)
        window = reader.window("window")
        reader.finish()
        return cls(
            kind=kind,  # type: ignore[arg-type]  # checked against KINDS by the reader
            starts_on=starts_on,  # type: ignore[arg-type]  # required, so finish() has refused None
            ends_on=ends_on,
            weekdays=weekdays,
            per_week=per_week,
            times_per_day=times_per_day or 1,
            reminder_times=reminder_times,
            bite_min=bite_min,
            window=window,
        )

    @classmethod
    def from_template(
        cls,
        data: Mapping[str, Any],  # Any: a routine document, checked here
        *,
        starts_on: date,
        reminder_times: Sequence[time] = (),
    ) -> Schedule:
        """Turn the schedule of a routine template into one that starts on a date.

        Where it names no kind: a window makes it a goal of breaks, named weekdays or seven days a week fixed days, and
        fewer without names any such number of days. Breaks on days without names are on so many from Monday on, and
        never have reminders. `weeks` counts full weeks from starts_on, so four weeks end 27 days later. Raises
        ScheduleError.
        """
        reader = Reader(data, TEMPLATE_FIELDS)
        times_per_day = reader.whole("sessions_per_day", 1, MAX_TIMES_PER_DAY, default=1)
        days = reader.whole("days_per_week", 1, DAYS_A_WEEK, default=None)
        weeks = reader.whole("weeks", 1, MAX_WEEKS, default=None)
        weekdays = reader.weekday_names("weekdays")
        if days is None and not weekdays:
            reader.refuse("days_per_week", "Say on how many days a week, from 1 to 7, or name the weekdays.")
        if days is not None and weekdays and days != len(weekdays):
            reader.refuse("weekdays", f"{len(weekdays)} weekdays are named but days_per_week is {days}.")
        window = reader.window("window")
        kind = reader.choice("kind", KINDS) if "kind" in reader.data else None
        bite_min = reader.whole("bite_min", LEAST_MIN, MOST_MIN, default=None)
        reader.finish()
        if kind is None:
            on_days = bool(weekdays) or days == DAYS_A_WEEK
            kind = "breaks" if window else "weekdays" if on_days else "per_week"
        if not weekdays and days is not None and (kind == "breaks" or (kind == "weekdays" and days == DAYS_A_WEEK)):
            weekdays = frozenset(range(days))
        return cls(
            kind=kind,  # type: ignore[arg-type]  # checked against KINDS by the reader
            starts_on=starts_on,
            ends_on=None if weeks is None else starts_on + timedelta(days=DAYS_A_WEEK * weeks - 1),
            weekdays=weekdays,
            per_week=None if kind in ON_NAMED_DAYS else days,
            times_per_day=times_per_day or 1,
            reminder_times=() if kind == "breaks" else tuple(reminder_times),
            bite_min=bite_min,
            window=window,
        )

    def to_template(self, *, usual_weeks: int) -> dict[str, Any]:  # Any: the values of a routine document
        """The schedule of a routine template, which `from_template` reads.

        Reminder times are the client's own and stay out. usual_weeks is the length where no end is set.
        """
        values = {
            "kind": self.kind,
            "sessions_per_day": self.times_per_day,
            "days_per_week": self.days_a_week,
            "weeks": self.weeks or usual_weeks,
            "weekdays": [WEEKDAY_NAMES[day] for day in sorted(self.weekdays)],
            "bite_min": self.bite_min,
            "window": self.to_dict()["window"],
        }
        return {name: value for name, value in values.items() if value not in (None, [])}


def _problems(schedule: Schedule) -> Iterator[tuple[str, str]]:
    if schedule.kind not in KINDS:
        yield "kind", f"Choose one of {', '.join(KINDS)}."
    elif schedule.kind in ON_NAMED_DAYS:
        if not schedule.weekdays:
            yield "weekdays", "Choose at least one weekday."
        if schedule.per_week is not None:
            yield "per_week", "Leave this empty when weekdays are chosen."
    else:
        if schedule.weekdays:
            yield "weekdays", "Leave this empty when the client chooses the days."
        if schedule.per_week is None or not 1 <= schedule.per_week <= DAYS_A_WEEK:
            yield "per_week", f"Say on how many days a week, from 1 to {DAYS_A_WEEK}."
    yield from _problems_of_goal(schedule)
    if any(day not in range(DAYS_A_WEEK) for day in schedule.weekdays):
        yield "weekdays", "Weekdays run from 0 (Monday) to 6 (Sunday)."
    if not 1 <= schedule.times_per_day <= MAX_TIMES_PER_DAY:
        yield "times_per_day", f"Say how many sessions a day, from 1 to {MAX_TIMES_PER_DAY}."
    if schedule.bite_min is not None and not LEAST_MIN <= schedule.bite_min <= MOST_MIN:
        yield "bite_min", f"Say how many minutes at a time, from {LEAST_MIN} to {MOST_MIN}, or leave it empty."
    if schedule.ends_on is not None and schedule.ends_on < schedule.starts_on:
        yield "ends_on", f"Choose {schedule.starts_on} or a later day; the plan starts then."
    times = schedule.reminder_times
    if any(at.tzinfo is not None for at in times):
        yield "reminder_times", "Give wall times without a zone; the client's zone is used."
    elif any(at.second or at.microsecond for at in times):
        yield "reminder_times", "Give whole minutes, such as 08:00."
    elif list(times) != sorted(set(times)):
        yield "reminder_times", "List the times from early to late, each once."
    if len(times) > schedule.times_per_day:
        yield "reminder_times", f"At most one time for each session of a day ({schedule.times_per_day})."


def _problems_of_goal(schedule: Schedule) -> Iterator[tuple[str, str]]:
    if schedule.is_goal and schedule.bite_min is not None:
        yield "bite_min", "A goal is not split into bites. Leave this empty."
    if schedule.kind != "breaks":
        if schedule.window is not None:
            yield "window", "Only breaks have two times to lie between. Leave this empty."
        return
    if schedule.reminder_times:
        yield "reminder_times", "Nobody is reminded of breaks by mail. Leave this empty."
    if schedule.window is None:
        yield "window", "Say between which two times of the day the breaks lie."
    elif any(at.tzinfo is not None or at.second or at.microsecond for at in schedule.window):
        yield "window", "Give whole minutes without a zone, such as 09:00."
    elif schedule.window[0] >= schedule.window[1]:
        yield "window", "Choose a second time that is later than the first one."
