"""What changed between two versions of a plan, and the sentences that say so. Pure.

A change is kept as data (`Change.to_dict`) with the version, and put into words when it is read, so that the
practitioner and the client may get different words, each in their own language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Final

from clients.rules.schedule import DAYS_A_WEEK, Schedule
from routines.dose import Dose, dose_words

Json = Any  # a value of a JSON document: text, number, list or None

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
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
            yield Change("added", item.title, after=dose_words(item.dose, item.sides))
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


# --- words ----------------------------------------------------------------------------------------------------


def _same(text: str) -> str:
    return text


def _english_plural(singular: str, plural: str, count: int) -> str:
    return singular if count == 1 else plural


def _iso_words(day: date) -> str:
    return day.isoformat()


@dataclass(frozen=True)
class Words:
    """Puts changes into sentences for the practitioner. Without translators the words are English."""

    gettext: Callable[[str], str] = _same
    ngettext: Callable[[str, str, int], str] = _english_plural
    day_words: Callable[[date], str] = _iso_words

    def sentence(self, change: Change) -> str:
        """Return one sentence, with the exercise's name first where it is about one."""
        gettext = self.gettext
        writer = getattr(self, f"_{change.kind}", None)
        text: str = writer(change) if writer is not None else gettext("something else was changed")
        if not change.title:
            return text[:1].upper() + text[1:] + "."
        return gettext("%(exercise)s: %(change)s.") % {"exercise": change.title, "change": text}

    def _added(self, change: Change) -> str:
        return self.gettext("added, %(dose)s") % {"dose": change.after}

    def _removed(self, change: Change) -> str:
        return self.gettext("taken out")

    def _reordered(self, change: Change) -> str:
        return self.gettext("the order is now %(exercises)s") % {"exercises": ", ".join(change.after)}

    def _instead(self, now: str, was: str) -> str:
        return self.gettext("%(now)s instead of %(was)s") % {"now": now, "was": was}

    def _sets(self, change: Change) -> str:
        now = self.ngettext("%(count)d set", "%(count)d sets", change.after) % {"count": change.after}
        return self._instead(now, str(change.before))

    def _reps(self, change: Change) -> str:
        now = self.ngettext("%(count)d repetition", "%(count)d repetitions", change.after) % {"count": change.after}
        return self._instead(now, str(change.before))

    def _seconds(self, seconds: int | None) -> str:
        if not seconds:
            return self.gettext("none")
        minutes, rest = divmod(seconds, 60)
        if minutes and not rest:
            return self.ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
        return self.ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}

    def _hold_s(self, change: Change) -> str:
        values = {"now": self._seconds(change.after), "was": self._seconds(change.before)}
        return self.gettext("hold %(now)s instead of %(was)s") % values

    def _rest_s(self, change: Change) -> str:
        values = {"now": self._seconds(change.after), "was": self._seconds(change.before)}
        return self.gettext("rest %(now)s instead of %(was)s") % values

    def _duration_s(self, change: Change) -> str:
        return self._instead(self._seconds(change.after), self._seconds(change.before))

    def _load_kg(self, change: Change) -> str:
        if change.after is None:
            return self.gettext("no added weight any more")
        now = self.gettext("%(weight)s kg") % {"weight": f"{change.after:g}"}
        if change.before is None:
            return self.gettext("with %(weight)s now") % {"weight": now}
        return self._instead(now, f"{change.before:g}")

    def _tempo(self, change: Change) -> str:
        if change.after is None:
            return self.gettext("the pace of the exercise itself again")
        return self.gettext("pace %(tempo)s (move, hold, return, pause)") % {"tempo": change.after}

    def _part_reps(self, change: Change) -> str:
        part, now = change.after
        if now is None:
            return self.gettext("“%(part)s” as often as the exercise says") % {"part": part}
        times = self.ngettext("%(count)d time", "%(count)d times", now) % {"count": now}
        return self.gettext("“%(part)s” %(times)s") % {"part": part, "times": times}

    def _wording(self, change: Change) -> str:
        return self.gettext("the newer text of the exercise")

    def _order(self, change: Change) -> str:
        words = {
            "as_content": self.gettext("sides as the exercise says"),
            "alternating": self.gettext("change sides every time"),
            "each": self.gettext("one side, then the other"),
        }
        return words.get(str(change.after), str(change.after))

    def _first_side(self, change: Change) -> str:
        words = {
            "client": self.gettext("start with the side the client likes"),
            "left": self.gettext("start on the left"),
            "right": self.gettext("start on the right"),
        }
        return words.get(str(change.after), str(change.after))

    def _optional(self, change: Change) -> str:
        return self.gettext("may be left out")

    def _required(self, change: Change) -> str:
        return self.gettext("belongs to every session")

    def _choice_group(self, change: Change) -> str:
        if not change.after:
            return self.gettext("no longer one of several to choose from")
        return self.gettext("one of several to choose from")

    def _part_on(self, change: Change) -> str:
        return self.gettext("“%(part)s” switched on") % {"part": change.after}

    def _part_off(self, change: Change) -> str:
        return self.gettext("“%(part)s” switched off") % {"part": change.after}

    def _range_both(self, change: Change) -> str:
        values = {"now": change.after, "was": change.before}
        return self.gettext("%(now)s %% of the movement instead of %(was)s %%") % values

    def _range_left(self, change: Change) -> str:
        values = {"now": change.after, "was": change.before}
        return self.gettext("on the left %(now)s %% of the movement instead of %(was)s %%") % values

    def _range_right(self, change: Change) -> str:
        values = {"now": change.after, "was": change.before}
        return self.gettext("on the right %(now)s %% of the movement instead of %(was)s %%") % values

    def _figure_both(self, change: Change) -> str:
        return self.gettext("the picture was changed")

    def _figure_left(self, change: Change) -> str:
        return self.gettext("the picture was changed for the left side")

    def _figure_right(self, change: Change) -> str:
        return self.gettext("the picture was changed for the right side")

    def _item_note(self, change: Change) -> str:
        return self._note_words(change)

    def _note(self, change: Change) -> str:
        return self.gettext("note for the client: %(note)s") % {"note": self._note_words(change)}

    def _note_words(self, change: Change) -> str:
        if not change.after:
            return self.gettext("the note was taken away")
        return self.gettext("“%(note)s”") % {"note": change.after}

    def _days(self, change: Change) -> str:
        return self._instead(self.days_words(change.after), self.days_words(change.before))

    def days_words(self, days: int | Sequence[int]) -> str:
        """Return chosen weekdays or a number of free days in words."""
        if isinstance(days, int):
            return self.ngettext("any %(count)d day a week", "any %(count)d days a week", days) % {"count": days}
        if len(days) == DAYS_A_WEEK:
            return self.gettext("every day")
        return ", ".join(self.gettext(WEEKDAYS[day]) for day in days)

    def _times_per_day(self, change: Change) -> str:
        count = change.after
        now = self.ngettext("%(count)d time a day", "%(count)d times a day", count) % {"count": count}
        return self._instead(now, str(change.before))

    def _walk_days(self, change: Change) -> str:
        return self.gettext("a walk on %(days)s") % {"days": self._days(change)}

    def _breaks_a_day(self, change: Change) -> str:
        count = change.after
        now = self.ngettext("%(count)d break a day", "%(count)d breaks a day", count) % {"count": count}
        return self._instead(now, str(change.before))

    def _window(self, change: Change) -> str:
        first, last = change.after
        return self.gettext("breaks between %(first)s and %(last)s") % {"first": first, "last": last}

    def _ends_on(self, change: Change) -> str:
        if change.after is None:
            return self.gettext("the plan runs on without an end")
        return self.gettext("the last day is %(day)s") % {"day": self.day_words(date.fromisoformat(change.after))}

    def _reminder_times(self, change: Change) -> str:
        if not change.after:
            return self.gettext("no reminders")
        return self.gettext("reminders at %(times)s") % {"times": ", ".join(change.after)}

    def _bite_min(self, change: Change) -> str:
        if change.after is None:
            return self.gettext("a session in one go")
        minutes = self.ngettext("%(count)d minute", "%(count)d minutes", change.after) % {"count": change.after}
        return self.gettext("about %(minutes)s at a time") % {"minutes": minutes}

    def _pain_stop(self, change: Change) -> str:
        values = {"now": change.after, "was": change.before}
        return self.gettext("stop above pain %(now)s instead of %(was)s") % values

    def _name(self, change: Change) -> str:
        return self.gettext("the plan is now called %(name)s") % {"name": change.after}


@dataclass(frozen=True)
class ClientWords(Words):
    """Puts the same changes into sentences for the client, who is spoken to."""

    def _optional(self, change: Change) -> str:
        return self.gettext("you may leave it out")

    def _choice_group(self, change: Change) -> str:
        if not change.after:
            return self.gettext("no longer one of several to choose from")
        return self.gettext("choose this one or another of its group")

    def _first_side(self, change: Change) -> str:
        if change.after == "client":
            return self.gettext("start with the side you like")
        return super()._first_side(change)

    def _note(self, change: Change) -> str:
        return self.gettext("note for you: %(note)s") % {"note": self._note_words(change)}
