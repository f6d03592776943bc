"""A routine as data: items with dose overrides, schedule, lanes and rules. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routines.content.exercise import read_gate
from routines.content.rules import Rule, read_rules
from routines.content.shapes import Gate
from routines.content.vocabulary import Vocabulary
from routines.reading import REQUIRED, ContentError, Fields, Problem

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KINDS = ("weekdays", "per_week", "walk", "breaks")  # on named days, on any days; goals: a walk, breaks through the day
BITE_MIN = (3, 30)  # least and most minutes at a time, as a plan takes them
LANES = ("sore", "flare")  # the steady lane is the list of items itself
MAX_ROUTINE_ITEMS = 40  # an engineering limit; the pages warn far earlier
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a routine is meant to be done.

    `kind` says what a plan of it is; None where nothing is said: a window makes it breaks, named weekdays or seven days
    fixed days, fewer without names any days. `weekdays` empty leaves the days to the client. `window` is two wall-clock
    times HH:MM, start included, end excluded, in the client's zone. `pick_per_session` says how many items of the list
    make one session, `bite_min` how many minutes at a time suit. How long a walk is, is the dose of its exercise.
    """

    sessions_per_day: int
    days_per_week: int
    weeks: int
    weekdays: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    flexible: bool = True
    every_minutes: tuple[int, int] | None = None  # None: not done at intervals
    window: tuple[str, str] | None = None  # None: any time of the day
    pick_per_session: int | None = None  # None: all items make one session
    kind: str | None = None  # one of KINDS; None: read off the fields above
    bite_min: int | None = None  # None: in one go


@dataclass(frozen=True, slots=True)
class RoutineItemContent:
    """One exercise of a routine. `dose` holds only the fields that replace those of the exercise.

    `segments` keeps only these segments, None keeps all; `optional_segments` are offered to be switched on when the
    routine is assigned. Items of one `choice_group` stand for each other.
    """

    exercise: str
    dose: Mapping[str, Any]
    note: str | None
    optional: bool
    choice_group: str | None
    segments: tuple[str, ...] | None
    optional_segments: tuple[str, ...]
    gate: Gate | None
    estimated_seconds: int | None  # None: not written down; the timeline always knows


@dataclass(frozen=True, slots=True)
class Lane:
    """What stands for the routine on a sore or flare day: own items, or another routine."""

    items: tuple[RoutineItemContent, ...]
    routine: str | None


@dataclass(frozen=True, slots=True)
class WeekGoal:
    """One week of a plan that grows: minutes a day, days a week."""

    week: int
    minutes: int
    days: int


@dataclass(frozen=True, slots=True)
class RoutineContent:
    """Everything that a routine template says. `regression` may name global rules by their id."""

    slug: str
    name: str
    origin: str | None
    goal: str
    who_for: tuple[str, ...]
    not_for_tags: tuple[str, ...]
    requires_practitioner: bool
    estimated_minutes: int
    schedule: Schedule
    counting: str | None
    pre_session_check: tuple[str, ...]
    items: tuple[RoutineItemContent, ...]
    lanes: Mapping[str, Lane]
    self_care: tuple[str, ...]
    weekly_plan: tuple[WeekGoal, ...]
    progression: tuple[Rule | str, ...]
    regression: tuple[Rule | str, ...]
    completion_weeks: int
    completion_review: str
    next: tuple[str, ...]


def parse_routine(document: object, *, vocabulary: Vocabulary | None = None, path: str = "") -> RoutineContent:
    """Return the routine of a plain document; raises ContentError with every problem, its path and remedy.

    Whether its exercises, segments and following routines exist is checked where the library is at hand.
    """
    problems: list[Problem] = []
    content = _read_routine(Fields(document, path, problems), vocabulary)
    if problems:
        raise ContentError(problems)
    return content


def _read_routine(fields: Fields, vocabulary: Vocabulary | None) -> RoutineContent:
    tags = tuple(vocabulary.tags) if vocabulary else None
    completion = fields.mapping("completion")
    content = RoutineContent(
        slug=fields.slug("slug"),
        name=fields.text("name", longest=100),
        origin=fields.text_or_none("origin", longest=40),
        goal=fields.text("goal"),
        who_for=fields.texts("who_for"),
        not_for_tags=fields.words("not_for_tags", tags, kind="tag"),
        requires_practitioner=fields.flag("requires_practitioner"),
        estimated_minutes=fields.whole("estimated_minutes", 1, 240, unit="minutes"),
        schedule=read_schedule(fields.mapping("schedule")),
        counting=fields.text_or_none("counting"),
        pre_session_check=fields.words("pre_session_check"),
        items=_read_items(fields, tags),
        lanes=_read_lanes(fields, tags),
        self_care=fields.words("self_care"),
        weekly_plan=_read_weekly_plan(fields),
        progression=read_rules(fields, "progression"),
        regression=read_rules(fields, "regression"),
        completion_weeks=completion.whole("weeks", 1, 104, unit="weeks"),
        completion_review=completion.text("review"),
        next=fields.words("next"),
    )
    completion.close()
    fields.close()
    return content


def read_schedule(fields: Fields) -> Schedule:
    """Return the schedule that `fields` hold; problems are added to the reader's list."""
    schedule = Schedule(
        sessions_per_day=fields.whole("sessions_per_day", 1, 24, unit="times a day"),
        days_per_week=fields.whole("days_per_week", 1, 7, unit="days a week"),
        weeks=fields.whole("weeks", 1, 104, unit="weeks"),
        weekdays=fields.words("weekdays", WEEKDAYS, kind="weekday"),
        anchors=fields.texts("anchors", longest=80),
        flexible=fields.flag("flexible", default=True),
        every_minutes=fields.span("every_minutes", 5, 24 * 60),
        window=_read_window(fields),
        pick_per_session=fields.whole_or_none("pick_per_session", 1, MAX_ROUTINE_ITEMS, unit="items"),
        kind=fields.choice("kind", KINDS) if "kind" in fields else None,
        bite_min=fields.whole_or_none("bite_min", *BITE_MIN, unit="minutes at a time"),
    )
    fields.close()
    if schedule.weekdays and len(schedule.weekdays) != schedule.days_per_week:
        text = f"names {len(schedule.weekdays)} days but days_per_week is {schedule.days_per_week}; make them agree"
        fields.problem("weekdays", text)
    _check_kind(schedule, fields)
    return schedule


def _check_kind(schedule: Schedule, fields: Fields) -> None:
    """Report what the kind of the schedule needs and has not, or has and does not mean."""
    kind = schedule.kind
    if kind == "weekdays" and not schedule.weekdays and schedule.days_per_week < len(WEEKDAYS):
        fields.problem("weekdays", "is missing; kind weekdays is done on named days, so name them")
    if kind in {"per_week", "walk"} and schedule.weekdays:
        fields.problem("weekdays", f"names days, but in kind {kind} the client chooses them; leave the field out")
    if kind == "breaks" and schedule.window is None and not fields.raw("window", None):
        fields.problem("window", "is missing; breaks lie between two times, as in ['09:00', '17:30']")
    if kind not in {None, "breaks"} and schedule.window is not None:
        fields.problem("window", f"is for breaks, but kind is {kind}; leave one of the two out")
    if schedule.bite_min is not None and (kind in {"walk", "breaks"} or schedule.window is not None):
        fields.problem("bite_min", "is for sessions; a goal is not split into bites, so leave the field out")


def _read_window(fields: Fields) -> tuple[str, str] | None:
    times = fields.texts("window", longest=5)
    if not times:
        return None
    if len(times) != 2 or not all(_CLOCK.fullmatch(time) for time in times) or times[0] >= times[1]:
        fields.problem("window", "expected two times, the earlier first, as in ['09:00', '17:30']")
        return None
    return times[0], times[1]


def _read_items(fields: Fields, tags: tuple[str, ...] | None) -> tuple[RoutineItemContent, ...]:
    items = tuple(read_item(inner, tags) for inner in fields.mappings("items", REQUIRED))
    if not 1 <= len(items) <= MAX_ROUTINE_ITEMS:
        fields.problem("items", f"has {len(items)} entries; give 1 to {MAX_ROUTINE_ITEMS} exercises")
    return items


def read_item(fields: Fields, tags: tuple[str, ...] | None) -> RoutineItemContent:
    """Return the item that `fields` hold; its dose is checked against the exercise elsewhere."""
    gate = fields.mapping_or_none("gate")
    item = RoutineItemContent(
        exercise=fields.slug("exercise"),
        dose=fields.free_mapping("dose") or {},
        note=fields.text_or_none("note"),
        optional=fields.flag("optional"),
        choice_group=fields.text_or_none("choice_group", longest=40),
        segments=fields.words("segments") if "segments" in fields else None,
        optional_segments=fields.words("optional_segments"),
        gate=read_gate(gate, tags) if gate else None,
        estimated_seconds=fields.whole_or_none("estimated_seconds", 1, 24 * 3600, unit="seconds"),
    )
    fields.close()
    return item


def _read_lanes(fields: Fields, tags: tuple[str, ...] | None) -> dict[str, Lane]:
    inner = fields.mapping_or_none("lanes")
    if inner is None:
        return {}
    lanes: dict[str, Lane] = {}
    for name in LANES:
        lane = inner.mapping_or_none(name)
        if lane is None:
            continue
        items = tuple(read_item(entry, tags) for entry in lane.mappings("items"))
        lanes[name] = Lane(items, lane.slug("routine") if "routine" in lane else None)
        lane.close()
        if bool(items) == bool(lanes[name].routine):
            lane.problem("", "give either items or a routine")
    inner.close()
    return lanes


def _read_weekly_plan(fields: Fields) -> tuple[WeekGoal, ...]:
    goals: list[WeekGoal] = []
    for inner in fields.mappings("weekly_plan"):
        goal = WeekGoal(
            week=inner.whole("week", 1, 104),
            minutes=inner.whole("minutes", 1, 240, unit="minutes"),
            days=inner.whole("days", 1, 7, unit="days"),
        )
        inner.close()
        if goal.week != len(goals) + 1:
            inner.problem("week", f"is {goal.week}; weeks follow each other, so this one is {len(goals) + 1}")
        goals.append(goal)
    return tuple(goals)
