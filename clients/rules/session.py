"""A session is what its events say: `fold` turns them into one summary.

The fold puts the events in order itself (device time, then id) and looks at each id once, so it gives the same
answer for any order of arrival and any number of repeats. Missing answers stay None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Final, Literal

from clients.rules.adherence import Status, session_fraction, session_status

State = Literal["open", "left", "finished"]
Json = Any  # event data is JSON that the recording service has already checked

ANSWERS: Final = (
    "pain_before",
    "pain_peak",
    "pain_after",
    "pain_next",
    "effort",
    "leg_symptoms",
    "leg_pain",
    "side_first",
)
MODES: Final = ("guided", "ticked", "later")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `at` is aware device time; `item` is None for the whole session."""

    id: str
    type: str
    at: datetime
    item: int | None = None
    data: Mapping[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"Event {self.id} has a time without an offset.")


@dataclass(frozen=True, slots=True)
class Work:
    """What one exercise asks for: `units` as its timeline counts them, at least 1.

    `segments` are the keys that count (without optional and gated ones); None means all.
    `target_s` is set for holds and timed work, whose guided sets are measured in seconds, and sets whose length the
    client told.
    """

    units: int
    segments: frozenset[str] | None = None
    target_s: Fraction | int | None = None

    def __post_init__(self) -> None:
        if self.units < 1 or (self.target_s is not None and self.target_s <= 0):
            raise ValueError("An exercise asks for at least one unit and more than 0 seconds.")

    def units_of(self, data: Mapping[str, Json]) -> Fraction:
        """Units that one set_done is worth."""
        if self.segments is not None and data.get("segment") not in self.segments:
            return Fraction(0)
        seconds = data.get("seconds")
        in_seconds = data.get("mode") == "guided" or data.get("told", False)
        if self.target_s is not None and in_seconds and seconds is not None:
            return max(Fraction(0), Fraction(seconds)) * self.units / Fraction(self.target_s)
        return max(Fraction(0), Fraction(data.get("done") or 0))


@dataclass(frozen=True, slots=True)
class PrescribedWork:
    """One item of a plan as its sessions are measured.

    `swaps` holds the exercises that may take its place, by slug. Items that share a `choice_group` count as one:
    the best of them. `weight` is 1, or the planned minutes.
    """

    item: int
    work: Work
    swaps: Mapping[str, Work] = field(default_factory=dict)
    optional: bool = False
    choice_group: str = ""
    weight: Fraction | int = 1


@dataclass(frozen=True, slots=True)
class Hurt:
    """A press of "this hurts": pain now, None when it was not answered."""

    at: datetime
    item: int | None
    value: int | None


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """What a session comes to. None means not answered or not happened yet."""

    state: State = "open"
    started_at: datetime | None = None
    finished_at: datetime | None = None
    pain_before: int | None = None
    pain_peak: int | None = None
    pain_after: int | None = None
    pain_next: int | None = None
    effort: int | None = None
    note: str = ""
    leg_symptoms: str | None = None
    leg_pain: int | None = None
    can_do: frozenset[str] = frozenset()  # the markers that are ticked
    side_first: str | None = None
    asked: frozenset[str] = frozenset()  # questions that were put, answered or not
    item_pain: Mapping[int, int | None] = field(default_factory=dict)
    hurts: tuple[Hurt, ...] = ()
    pain_worst: int | None = None  # the highest of every answer during the session; None: there was none
    equipment: Mapping[str, bool | None] = field(default_factory=dict)
    item_fractions: Mapping[int, Fraction] = field(default_factory=dict)
    fraction: Fraction | None = None  # None: the plan asks for nothing that counts
    status: Status = "none"
    skipped: Mapping[int, str] = field(default_factory=dict)  # item -> reason, where nothing was done after
    skipped_segments: Mapping[tuple[int, str], str] = field(default_factory=dict)
    segments_done: frozenset[tuple[int, str]] = frozenset()  # (item, segment) of every set with something done
    swapped: Mapping[int, str] = field(default_factory=dict)  # item -> slug of what was done instead
    modes: Mapping[str, int] = field(default_factory=dict)  # sets by how they were told: guided, ticked, later
    edited: frozenset[str] = frozenset()


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Each id once, by device time and id. Of two contents under one id the smaller by text is taken."""
    once: dict[str, Event] = {}
    for event in events:
        kept = once.get(event.id)
        if kept is None or _text(event) < _text(kept):
            once[event.id] = event
    return tuple(sorted(once.values(), key=lambda event: (event.at, event.id)))


def _text(event: Event) -> str:
    return repr((event.at.timestamp(), event.type, event.item, sorted(event.data.items(), key=repr)))


def _standing(ordered: Sequence[Event]) -> Sequence[Event]:
    """Leave out what was done before the session was taken back last."""
    back = max((place for place, event in enumerate(ordered) if event.type == "taken_back"), default=0)
    return [event for place, event in enumerate(ordered) if place >= back or event.type not in {"set_done", "finished"}]


def worked_seconds(events: Iterable[Event]) -> float:
    """Return the seconds of the sets that stand in the events of one session; of a set told twice the latest."""
    ordered = _standing(in_order(events))
    items = {event.item for event in ordered if event.type == "set_done" and event.item is not None}
    return sum(float(data.get("seconds") or 0) for item in items for data in _sets(ordered, item).values())


def fold(events: Iterable[Event], prescription: Sequence[PrescribedWork]) -> SessionSummary:
    """Return the summary of one session's events, in any order, repeats allowed.

    Of several answers to one question the latest counts, also when it is "not answered"; an edit counts before
    any answer, the latest edit first. What was taken back counts as not done. Items that the prescription does not
    hold are left out of the fractions.
    """
    ordered = _standing(in_order(events))
    answers, asked, edited = _answers(ordered)
    fractions = {work.item: _item_fraction(work, ordered) for work in prescription}
    fraction = _fraction(prescription, fractions)
    finished = [event.at for event in ordered if event.type == "finished"]
    started = [event.at for event in ordered if event.type == "started"]
    skipped, skipped_segments = _skipped(ordered)
    return SessionSummary(
        state=_state(ordered),
        started_at=started[0] if started else None,
        finished_at=finished[0] if finished else None,
        **{name: answers.get(name) for name in ANSWERS},
        note=answers.get("note") or "",
        asked=asked,
        item_pain={
            event.item: event.data.get("value")
            for event in ordered
            if event.type == "item_pain" and event.item is not None
        },
        can_do=_can_do(ordered),
        hurts=tuple(Hurt(event.at, event.item, event.data.get("value")) for event in ordered if event.type == "hurt"),
        pain_worst=_worst(ordered, answers.get("pain_peak")),
        equipment={
            event.data["equipment"]: event.data.get("value") for event in ordered if event.type == "equipment_confirmed"
        },
        item_fractions=fractions,
        fraction=fraction,
        status=session_status(fraction),
        skipped=skipped,
        skipped_segments=skipped_segments,
        segments_done=frozenset(
            (event.item, event.data["segment"])
            for event in ordered
            if event.type == "set_done" and event.item is not None and event.data.get("done")
        ),
        swapped={
            event.item: event.data["to"] for event in ordered if event.type == "swapped" and event.item is not None
        },
        modes=_modes(ordered),
        edited=edited,
    )


def _answers(ordered: Sequence[Event]) -> tuple[dict[str, Json], frozenset[str], frozenset[str]]:
    answers: dict[str, Json] = {}
    asked: set[str] = set()
    for event in ordered:
        if event.type in ANSWERS:
            answers[event.type] = event.data.get("value")
            asked.add(event.type)
        elif event.type == "note":
            answers["note"] = event.data.get("text")
            asked.add("note")
    edits = {
        event.data["field"]: event.data.get("value")
        for event in ordered
        if event.type == "edited" and event.data.get("field") in {*ANSWERS, "note"}
    }
    return {**answers, **edits}, frozenset(asked | edits.keys()), frozenset(edits)


def _can_do(ordered: Sequence[Event]) -> frozenset[str]:
    """The markers whose latest word is a tick."""
    ticked = {str(event.data.get("value")): event.data.get("can", True) for event in ordered if event.type == "can_do"}
    return frozenset(marker for marker, can in ticked.items() if can)


def _worst(ordered: Sequence[Event], peak: int | None) -> int | None:
    told = [event.data.get("value") for event in ordered if event.type in {"hurt", "item_pain"}]
    return max((value for value in [*told, peak] if value is not None), default=None)


def _state(ordered: Sequence[Event]) -> State:
    """Finished once is finished; left only as long as nothing came after."""
    if any(event.type == "finished" for event in ordered):
        return "finished"
    in_session = [event for event in ordered if event.type not in {"edited", "pain_next"}]
    return "left" if in_session and in_session[-1].type in {"left", "taken_back"} else "open"


def _sets(ordered: Sequence[Event], item: int) -> dict[tuple[str, Json, Json, Json], Mapping[str, Json]]:
    """The latest set_done of each (exercise done, segment, set, side) of one item."""
    doing = ""
    sets: dict[tuple[str, Json, Json, Json], Mapping[str, Json]] = {}
    for event in ordered:
        if event.item != item:
            continue
        if event.type == "swapped":
            doing = event.data["to"]
        elif event.type == "set_done":
            key = (doing, event.data.get("segment"), event.data.get("set"), event.data.get("side"))
            sets[key] = event.data
    return sets


def _item_fraction(prescribed: PrescribedWork, ordered: Sequence[Event]) -> Fraction:
    """Share of the item, 0 to 1. Work before and after a swap adds up, each against its own exercise."""
    share = Fraction(0)
    for (doing, *_), data in _sets(ordered, prescribed.item).items():
        work = prescribed.swaps.get(doing, prescribed.work) if doing else prescribed.work
        share += work.units_of(data) / work.units
    return min(Fraction(1), share)


def _fraction(prescription: Sequence[PrescribedWork], fractions: Mapping[int, Fraction]) -> Fraction | None:
    parts: list[tuple[Fraction, Fraction | int]] = []
    groups: dict[str, tuple[Fraction, Fraction | int]] = {}
    for each in prescription:
        if each.optional:
            continue
        part = (fractions[each.item], each.weight)
        if not each.choice_group:
            parts.append(part)
        elif each.choice_group not in groups or part[0] > groups[each.choice_group][0]:
            groups[each.choice_group] = part
    return session_fraction([*parts, *groups.values()])


def _skipped(ordered: Sequence[Event]) -> tuple[dict[int, str], dict[tuple[int, str], str]]:
    items: dict[int, str] = {}
    segments: dict[tuple[int, str], str] = {}
    for event in ordered:
        if event.item is None:
            continue
        segment = event.data.get("segment")
        if event.type == "skipped" and event.data.get("scope") == "segment" and segment is not None:
            segments[event.item, segment] = event.data.get("reason", "other")
        elif event.type == "skipped":
            items[event.item] = event.data.get("reason", "other")
        elif event.type == "set_done":
            items.pop(event.item, None)
            if segment is not None:
                segments.pop((event.item, segment), None)
    return items, segments


def _modes(ordered: Sequence[Event]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in {event.item for event in ordered if event.type == "set_done" and event.item is not None}:
        for data in _sets(ordered, item).values():
            mode = data.get("mode")
            if mode in MODES:
                counts[mode] = counts.get(mode, 0) + 1
    return counts
