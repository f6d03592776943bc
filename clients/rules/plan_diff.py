"""What changed between two versions of a plan, and the sentences that say so. Pure.

A change is kept as data (`Change.to_dict`) with the version, and put into words when it is read, so that the
practitioner and the client may get different words, each in their own language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Final

from clients.rules.schedule import Schedule
from routines.dose import Dose

Json = Any  # a value of a JSON document: text, number, list or None

SIDES: Final = ("both", "left", "right")
WHOLE: Final = 100  # percent of a movement; engineering bound
AMOUNTS: Final = ("sets", "reps", "hold_s", "duration_s", "rest_s", "load_kg", "tempo")


@dataclass(frozen=True, slots=True)
class Item:
    """One exercise of a plan as it is compared. parts: names of its segments by key; on: keys of those that run."""

    exercise: str
    title: str
    dose: Dose
    sides: str
    wording: int  # number of the exercise version
    lane: str = "steady"
    order: str = "as_content"
    first_side: str = "client"
    note: str = ""
    optional: bool = False
    choice_group: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    on: frozenset[str] = frozenset()
    adapted: Mapping[str, Any] = field(default_factory=dict)  # the figure for this client, by side


@dataclass(frozen=True, slots=True)
class Plan:
    """A version of a plan as it is compared: items in their order, and when."""

    name: str
    items: tuple[Item, ...]
    schedule: Schedule
    pain_stop: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. title: the exercise, "" for the whole plan. before, after: JSON values, None for nothing."""

    kind: str
    title: str = ""
    before: Json = None
    after: Json = None

    def to_dict(self) -> dict[str, Json]:
        return {"kind": self.kind, "title": self.title, "before": self.before, "after": self.after}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Change:
        return cls(str(data["kind"]), str(data.get("title") or ""), data.get("before"), data.get("after"))


def diff(before: Plan, after: Plan) -> tuple[Change, ...]:
    """Return the changes, exercises first in the order of the new plan, then what was taken out, then the rest."""
    return (*_items(before.items, after.items), *_plan(before, after))


# --- finding --------------------------------------------------------------------------------------------------


def _keyed(items: Iterable[Item]) -> dict[tuple[str, str, int], Item]:
    """Items by lane, exercise, and which of its occurrences this is: a plan may hold an exercise twice."""
    found: dict[tuple[str, str, int], Item] = {}
    for item in items:
        nth = sum(1 for lane, exercise, _ in found if (lane, exercise) == (item.lane, item.exercise))
        found[item.lane, item.exercise, nth] = item
    return found


def _items(before: Sequence[Item], after: Sequence[Item]) -> Iterator[Change]:
    old, new = _keyed(before), _keyed(after)
    for key, item in new.items():
        if key in old:
            yield from _item(old[key], item)
        else:
            yield Change("added", item.title, after={"dose": item.dose.to_document(), "sides": item.sides})
    for key, item in old.items():
        if key not in new:
            yield Change("removed", item.title)
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield Change("reordered", after=[item.title for item in new.values()])


def _item(old: Item, new: Item) -> Iterator[Change]:
    for name in AMOUNTS:
        was, now = _amount(old.dose, name), _amount(new.dose, name)
        # The tempo follows the hold; only a tempo changed on its own is worth a sentence.
        if was != now and not (name == "tempo" and old.dose.hold_s != new.dose.hold_s):
            yield Change(name, new.title, was, now)
    for part in sorted({*old.dose.segment_reps, *new.dose.segment_reps}):
        was, now = old.dose.segment_reps.get(part), new.dose.segment_reps.get(part)
        if was != now:
            yield Change("part_reps", new.title, was, [new.parts.get(part, part), now])
    if old.wording != new.wording:
        yield Change("wording", new.title, old.wording, new.wording)
    if old.order != new.order:
        yield Change("order", new.title, old.order, new.order)
    if old.first_side != new.first_side:
        yield Change("first_side", new.title, old.first_side, new.first_side)
    if old.optional != new.optional:
        yield Change("optional" if new.optional else "required", new.title)
    if old.choice_group != new.choice_group:
        yield Change("choice_group", new.title, old.choice_group, new.choice_group)
    for key in [*new.parts, *(key for key in old.parts if key not in new.parts)]:
        if (key in old.on) != (key in new.on):
            name = new.parts.get(key) or old.parts[key]
            yield Change("part_on" if key in new.on else "part_off", new.title, after=name)
    for side in SIDES:
        was, now = old.adapted.get(side) or {}, new.adapted.get(side) or {}
        if was.get("range", WHOLE) != now.get("range", WHOLE):
            yield Change(f"range_{side}", new.title, was.get("range", WHOLE), now.get("range", WHOLE))
        if (was.get("changes") or {}) != (now.get("changes") or {}):
            yield Change(f"figure_{side}", new.title)
    if old.note != new.note:
        yield Change("item_note", new.title, old.note, new.note)


def _amount(dose: Dose, name: str) -> Json:
    value = getattr(dose, name)
    return str(value) if name == "tempo" and value is not None else value


def _plan(before: Plan, after: Plan) -> Iterator[Change]:
    was, now = before.schedule, after.schedule
    if (was.kind, was.weekdays, was.per_week) != (now.kind, now.weekdays, now.per_week):
        yield Change("walk_days" if now.kind == "walk" else "days", before=_days(was), after=_days(now))
    if was.times_per_day != now.times_per_day:
        kind = "breaks_a_day" if now.kind == "breaks" else "times_per_day"
        yield Change(kind, before=was.times_per_day, after=now.times_per_day)
    if was.window != now.window:
        yield Change("window", before=_clocks(was.window), after=_clocks(now.window))
    if was.ends_on != now.ends_on:
        yield Change("ends_on", before=_iso(was.ends_on), after=_iso(now.ends_on))
    if was.reminder_times != now.reminder_times:
        yield Change("reminder_times", before=_clocks(was.reminder_times), after=_clocks(now.reminder_times))
    if was.bite_min != now.bite_min:
        yield Change("bite_min", before=was.bite_min, after=now.bite_min)
    if before.pain_stop != after.pain_stop:
        yield Change("pain_stop", before=before.pain_stop, after=after.pain_stop)
    if before.name != after.name:
        yield Change("name", before=before.name, after=after.name)
    if before.note != after.note:
        yield Change("note", before=before.note, after=after.note)


def _days(schedule: Schedule) -> Json:
    """Chosen weekdays as a list of numbers (0 = Monday), or the number of free days a week."""
    return schedule.per_week if schedule.per_week is not None else sorted(schedule.weekdays)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _clocks(times: Iterable[time] | None) -> list[str]:
    return [at.isoformat(timespec="minutes") for at in times or ()]
