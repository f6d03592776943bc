"""Where a client stopped in a session, from its events: the exercise and the set that come next. Pure.

The same answer as positionOf of player/resume.js, where "Carry on" leads to; both are held to tests/vectors.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from clients.rules.session import Event, in_order
from routines.timeline import Phase

_WORK: Final = frozenset({"move", "hold", "return"})
_BETWEEN: Final = frozenset({"ready", "switch"})


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of a session: its prescribed item, the group it is to be chosen from ("": none), its phases.

    easier: the phases of the form that it may be changed for; None where that is not known.
    """

    item: int
    choice_group: str
    phases: Sequence[Phase]
    easier: Sequence[Phase] | None = None


@dataclass(frozen=True, slots=True)
class StoppedAt:
    """The exercise's place in the session, counted from 0, and the set; set and sets are 1 where it has but one.

    is_easier: it was changed for its easier form.
    """

    index: int
    set: int = 1
    sets: int = 1
    is_easier: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """Phases of one set of one side, in a row, or of what comes before and after the sets."""

    kind: str  # set, setup or finish
    segment: str | None
    set: int
    sets: int
    side: str
    gate: str | None

    def is_among(self, done: Collection[tuple[str, int, str]]) -> bool:
        """A set of both sides may have been kept as one, or (ticked in the list) as one for each side."""
        sides = [(self.side,), *([("left", "right")] if self.side == "both" else [])]
        return self.kind == "set" and any(
            all((self.segment, self.set, side) in done for side in each) for each in sides
        )


def stopped_at(events: Iterable[Event], exercises: Sequence[Exercise]) -> StoppedAt | None:
    """Return where the session is carried on with; None where no exercise was begun, or none can be named.

    None too where the exercise was changed for an easier one that is not known, and where the client chooses the next
    one first. What a bite begun early left out before it comes next. After everything was done it is the exercise that
    was done last.
    """
    places = {exercise.item: index for index, exercise in enumerate(exercises)}
    at: int | None = None
    done: dict[int, set[tuple[str, int, str]]] = {}
    left_out: dict[int, set[str]] = {}
    skipped: set[int] = set()
    swapped: set[int] = set()
    chosen: dict[str, int] = {}
    for event in in_order(events):
        if event.item not in places:
            continue
        if event.type == "item_started":
            at, done[event.item] = places[event.item], set()
            if exercises[at].choice_group:
                chosen[exercises[at].choice_group] = event.item
            skipped.discard(event.item)
        elif event.type == "set_done":
            done.setdefault(event.item, set()).add((event.data["segment"], event.data["set"], event.data["side"]))
        elif event.type == "swapped":
            swapped.add(event.item)
            done[event.item] = set()
        elif event.type == "skipped" and event.data.get("scope") == "segment":
            left_out.setdefault(event.item, set()).add(event.data["segment"])
        elif event.type == "skipped":
            skipped.add(event.item)
    if at is None:
        return None
    here = exercises[at]
    phases = here.easier if here.item in swapped else here.phases
    if here.item not in skipped:
        if phases is None:
            return None
        following = _next_set(phases, done.get(here.item, set()), left_out.get(here.item, set()))
        if following is not None:
            return StoppedAt(at, *following, is_easier=here.item in swapped)
    index = _following(
        at, exercises, chosen, known=done.keys() | skipped, behind=_behind(exercises, done, skipped, swapped)
    )
    return None if index is None else StoppedAt(index, is_easier=exercises[index].item in swapped)


def _next_set(
    phases: Sequence[Phase], done: Collection[tuple[str, int, str]], left_out: Collection[str]
) -> tuple[int, int] | None:
    """Return the set that comes next and how many there are; None where only the way back is left, or nothing."""
    runs = _runs(phases)
    last = -1
    for place, run in enumerate(runs):
        if run.is_among(done) or (run.gate in left_out and last >= 0):
            last = place
    if last < 0:
        return 1, 1
    following = [run for run in runs[last + 1 :] if run.kind != "finish"]
    return (following[0].set, following[0].sets) if following else None


def _runs(phases: Sequence[Phase]) -> list[_Run]:
    found = []
    for (is_between, segment, number), grouped in groupby(
        phases, key=lambda phase: (phase.kind in _BETWEEN, phase.segment, phase.set)
    ):
        if is_between:
            continue
        run = list(grouped)
        kinds = {phase.kind for phase in run}
        sides = {phase.side for phase in run} & {"left", "right"}
        found.append(
            _Run(
                kind="set" if kinds & _WORK else "finish" if kinds == {"finish"} else "setup",
                segment=segment,
                set=number,
                sets=run[0].sets,
                side="both" if len(sides) > 1 else next(iter(sides), run[0].side),
                gate=run[0].gate,
            )
        )
    return found


def _behind(
    exercises: Sequence[Exercise],
    done: Mapping[int, Collection[tuple[str, int, str]]],
    skipped: Collection[int],
    swapped: Collection[int],
) -> set[int]:
    """The items that were skipped, or of which every set without a gate was done."""
    return set(skipped) | {
        each.item
        for each in exercises
        if each.item in done
        and all(
            run.kind != "set" or run.gate or run.is_among(done[each.item])
            for run in _runs((each.easier if each.item in swapped else None) or each.phases)
        )
    }


def _following(
    at: int, exercises: Sequence[Exercise], chosen: dict[str, int], *, known: Collection[int], behind: Collection[int]
) -> int | None:
    """The place of the exercise after `at` that is part of the session; `at` where there is none.

    What was left out before comes first. None where it is not chosen yet.
    """
    kept = [
        index
        for index, each in enumerate(exercises)
        if not each.choice_group or chosen.get(each.choice_group, each.item) == each.item
    ]
    missed = (
        index
        for index in kept
        if index < at and exercises[index].item not in known and exercises[index].choice_group not in chosen
    )
    after = (index for index in kept if index > at and exercises[index].item not in behind)
    found = next(missed, next(after, at))
    group = exercises[found].choice_group
    return None if group and group not in chosen else found
