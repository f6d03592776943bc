"""A prescription compiled to a timeline: the flat list of timed phases that all else counts by. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from routines.content import ContentError, ExerciseContent, Gate, Problem, Segment, Step, dose_problems
from routines.content.consistency import phase_seconds
from routines.dose import Dose

VERSION = 1  # engineering: shape of the JSON
READY_S = 5  # seconds before the first phase; source: ARCHITECTURE.md 3
SWITCH_S = 5  # seconds to change sides in an exercise done one side after the other; source: ARCHITECTURE.md 3
# Limits of the software: a timeline longer than this is a slip of the finger, and no page could show it.
MAX_PHASES = 5000  # engineering bound
MAX_TIMELINE_S = 4 * 3600  # engineering bound

FIRST_SIDES = ("left", "right")
ORDERS = ("as_content", "alternating", "each")
KINDS = ("ready", "setup", "move", "hold", "return", "rest", "switch", "finish")


def gettext_noop(text: str) -> str:
    """Mark a text for translation; it is translated when a timeline is compiled."""
    return text


_CUES = {
    "ready": gettext_noop("Get ready"),
    "setup": gettext_noop("Get ready"),
    "hold": gettext_noop("Hold"),
    "rest": gettext_noop("Rest"),
    "switch": gettext_noop("Change sides"),
    "finish": gettext_noop("Finish"),
    "move": gettext_noop("Move"),
    "return": gettext_noop("Go back"),
    "in": gettext_noop("Breathe in"),
    "out": gettext_noop("Breathe out"),
}
_REST = gettext_noop("Rest.")
_PAUSE = gettext_noop("Pause.")
_NOW_SIDE = {"left": gettext_noop("Now the left side."), "right": gettext_noop("Now the right side.")}
_MIRROR = {"left": "right", "right": "left"}


@dataclass(frozen=True, slots=True)
class Phase:
    """One timed entry.

    `at` counts seconds from the start of "ready". `rep` of `reps` and `set` of `sets` start at 1; `reps` are
    per side. `side` is left, right, both (both limbs at once) or none. `step` is the index in the segment,
    None for phases that no step stands behind. `gate` is the key of the gated segment the phase belongs to.
    `focus` says that the focus points are to be shown meanwhile.
    """

    kind: str
    at: float
    seconds: float
    text: str
    cue: str
    breath: str
    side: str
    set: int
    sets: int
    rep: int
    reps: int
    segment: str | None
    step: int | None
    limb: str
    pose: Mapping[str, Any] | None
    gate: str | None
    focus: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The phases of one prescribed exercise, in order, without gaps.

    `gates` are those of opted-in segments: a player skips their phases unless the gate holds. `units` is what
    adherence counts: different (segment, set, rep, side) outside gated segments, at least 1. `target_seconds`
    is the time to hold or keep going outside gated segments; None where repetitions are counted.
    """

    exercise: str
    title: str
    phases: tuple[Phase, ...]
    gates: Mapping[str, Gate]
    units: int
    target_seconds: float | None

    @property
    def seconds(self) -> float:
        """The estimate: all phases but "ready"; includes opted-in gated segments."""
        return sum(phase.seconds for phase in self.phases if phase.kind != "ready")

    def mirrored(self) -> Timeline:
        """Return the same timeline with left and right exchanged."""
        words = {_NOW_SIDE[side]: _NOW_SIDE[other] for side, other in _MIRROR.items()}
        phases = tuple(
            replace(phase, side=_MIRROR.get(phase.side, phase.side), text=words.get(phase.text, phase.text))
            for phase in self.phases
        )
        return replace(self, phases=phases)

    def to_json(self) -> dict[str, Any]:
        """Return the form that the browser plays; seconds are numbers, whole where they can be."""
        return {
            "v": VERSION,
            "exercise": self.exercise,
            "title": self.title,
            "seconds": _plain_number(self.seconds),
            "units": self.units,
            "target_seconds": None if self.target_seconds is None else _plain_number(self.target_seconds),
            "gates": {key: gate.to_document() for key, gate in self.gates.items()},
            "phases": [_phase_json(index, phase) for index, phase in enumerate(self.phases)],
        }


def compile(
    content: ExerciseContent,
    dose: Dose | None = None,
    *,
    first_side: str = "left",
    order: str = "as_content",
    opted_in: Collection[str] = frozenset(),
    segments: Sequence[str] | None = None,
    gettext: Callable[[str], str] = str,
) -> Timeline:
    """Return the timeline of an exercise at a dose; without a dose, at the exercise's own.

    `order` "alternating" or "each" replaces the order of sides in sided segments; unsided ones keep theirs.
    `segments` keeps only the segments with these keys, None keeps all. Optional and gated segments run only
    when their key is in `opted_in`, and then always. A hold step follows dose.hold_s, a timed step
    dose.duration_s, the other steps the tempo where the dose changes it. "each" does, in every set, all
    repetitions of one side, then a switch of 5 s, then the other; rest_s lies between sets. Raises
    ContentError with the reason when the dose does not suit the exercise or a key is not known.
    """
    dose = dose or content.dose
    problems = [Problem(f"dose.{problem.path}", problem.message) for problem in dose_problems(content, dose)]
    if first_side not in FIRST_SIDES:
        problems.append(Problem("first_side", f"{first_side!r} is not a side; use left or right"))
    if order not in ORDERS:
        problems.append(Problem("order", f"{order!r} is not an order; use one of: {', '.join(ORDERS)}"))
    kept = _kept_segments(content, opted_in, segments, problems)
    if problems:
        raise ContentError(problems)
    compiler = _Compiler(content, dose, first_side, order, gettext)
    compiler.ready(kept)
    for segment in kept:
        compiler.run(segment)
    return compiler.timeline({segment.key: segment.gate for segment in kept if segment.gate})


def _kept_segments(
    content: ExerciseContent, opted_in: Collection[str], keys: Sequence[str] | None, problems: list[Problem]
) -> list[Segment]:
    known = {segment.key: segment for segment in content.segments}
    for key in keys or ():
        if key not in known:
            text = f"{content.slug} has no segment {key!r}; use any of: {', '.join(known)}"
            problems.append(Problem("segments", text))
    for key in sorted(opted_in):
        if key not in known or not known[key].is_opt_in:
            optional = ", ".join(key for key, segment in known.items() if segment.is_opt_in) or "none here"
            problems.append(Problem("opted_in", f"{key!r} is not an optional segment; use any of: {optional}"))
    kept = [
        segment
        for segment in content.segments
        if (segment.key in opted_in if segment.is_opt_in else keys is None or segment.key in keys)
    ]
    if not any(segment.repeat != "once" for segment in kept):
        problems.append(Problem("segments", "nothing is left to do; keep at least one repeated segment"))
    return kept


class _Compiler:
    """Collects phases; the clock runs from 0 at "ready"."""

    def __init__(
        self, content: ExerciseContent, dose: Dose, first_side: str, order: str, gettext: Callable[[str], str]
    ) -> None:
        self.content = content
        self.dose = dose
        self.side_order = (first_side, _MIRROR[first_side])
        self.order = order
        self.gettext = gettext
        self.phases: list[Phase] = []
        self.at = 0.0
        self.units: set[tuple[str, int, int, str]] = set()
        self.target_seconds = 0.0

    def ready(self, kept: Sequence[Segment]) -> None:
        first = kept[0].steps[0]
        self._add("ready", READY_S, text=first.text, cue=_CUES["ready"], pose=_figure(first.pose))

    def run(self, segment: Segment) -> None:
        """Add all phases of a segment."""
        sets, reps = self._counts(segment)
        for number in range(1, sets + 1):
            if number > 1 and self.dose.rest_s:
                self._add(
                    "rest",
                    self.dose.rest_s,
                    text=self.gettext(_REST),
                    cue=_CUES["rest"],
                    segment=segment,
                    place=(number - 1, sets, reps, reps),
                )
            before: str | None = None
            for rep, side in self._turns(segment, reps):
                place = (number, sets, rep, reps)
                if before is not None and side != before and self._order_of(segment) == "each":
                    self._add(
                        "switch",
                        SWITCH_S,
                        text=self.gettext(_NOW_SIDE[side]),
                        cue=_CUES["switch"],
                        side=side,
                        segment=segment,
                        place=place,
                    )
                self._repeat(segment, side, place)
                before = side

    def timeline(self, gates: Mapping[str, Gate]) -> Timeline:
        """Return what was collected; raises ContentError for an absurd length."""
        if self.at > MAX_TIMELINE_S:
            hours = MAX_TIMELINE_S // 3600
            text = f"makes {self.at / 3600:.1f} hours of one exercise; at most {hours} are accepted"
            raise ContentError.at("dose", f"{text}: lower the sets, repetitions or seconds")
        counted = self.dose.mode in ("hold", "time")
        return Timeline(
            exercise=self.content.slug,
            title=self.content.name,
            phases=tuple(self.phases),
            gates=gates,
            units=max(1, len(self.units)),
            target_seconds=self.target_seconds if counted and self.target_seconds else None,
        )

    def _counts(self, segment: Segment) -> tuple[int, int]:
        if segment.repeat == "per_dose":
            return self.dose.sets, self.dose.reps
        if segment.repeat == "fixed":
            return 1, self.dose.segment_reps.get(segment.key, segment.reps or 1)
        return 1, 1

    def _order_of(self, segment: Segment) -> str:
        own = segment.sides
        if own is None:
            own = self.content.sides if segment.repeat == "per_dose" else "none"
        return own if own == "none" or self.order == "as_content" else self.order

    def _turns(self, segment: Segment, reps: int) -> Iterator[tuple[int, str]]:
        """Yield (repetition, side) in the order they are done; the side is "" where there is none."""
        order = self._order_of(segment)
        if order == "none":
            yield from ((rep, "") for rep in range(1, reps + 1))
        elif order == "alternating":
            yield from ((rep, side) for rep in range(1, reps + 1) for side in self.side_order)
        else:
            yield from ((rep, side) for side in self.side_order for rep in range(1, reps + 1))

    def _repeat(self, segment: Segment, side: str, place: tuple[int, int, int, int]) -> None:
        for index, step in enumerate(segment.steps):
            seconds = self._seconds(segment, step)
            if seconds <= 0:
                continue
            shown = side or ("both" if step.limb == "both" else "none")
            self._add(
                step.phase,
                seconds,
                text=step.text,
                cue=step.cue or _cue(step),
                breath=step.breath,
                side=shown,
                segment=segment,
                place=place,
                step=index,
                limb=step.limb,
                pose=_figure(step.pose),
            )
            if segment.repeat != "once" and not segment.gate and step.phase == self._counted_phase():
                self.target_seconds += seconds
        pause = self._added_pause(segment)
        if pause:
            last = segment.steps[-1]
            shown = side or "none"
            self._add(
                "rest",
                pause,
                text=self.gettext(_PAUSE),
                cue=_CUES["rest"],
                side=shown,
                segment=segment,
                place=place,
                limb=last.limb,
                pose=_figure(last.pose),
            )
        if segment.repeat != "once" and not segment.gate:
            self.units.add((segment.key, place[0], place[2], side))

    def _counted_phase(self) -> str | None:
        return {"hold": "hold", "time": "move"}.get(self.dose.mode)

    def _seconds(self, segment: Segment, step: Step) -> float:
        """Return how long a step lasts at this dose."""
        if segment.repeat == "once":
            return step.seconds
        if step.phase == "hold":
            return self.dose.hold_s
        if segment.repeat == "fixed":
            return step.seconds
        if self.dose.mode == "time":
            return self.dose.duration_s or 0
        wanted = self._tempo_seconds(step.phase)
        usual = phase_seconds(segment, step.phase)
        return step.seconds if wanted is None else step.seconds * wanted / usual

    def _tempo_seconds(self, phase: str) -> float | None:
        """Return the seconds that a changed tempo gives to a phase, None where the steps keep their own."""
        tempo = self.dose.tempo
        if tempo is None or tempo == self.content.dose.tempo:
            return None
        return {"move": tempo.move, "return": tempo.back, "rest": tempo.pause}.get(phase)

    def _added_pause(self, segment: Segment) -> float:
        """Return the pause of a changed tempo where no step of phase rest takes it up."""
        if segment.repeat != "per_dose" or phase_seconds(segment, "rest"):
            return 0
        return self._tempo_seconds("rest") or 0

    def _add(
        self,
        kind: str,
        seconds: float,
        *,
        text: str,
        cue: str,
        breath: str = "none",
        side: str = "none",
        segment: Segment | None = None,
        place: tuple[int, int, int, int] = (1, 1, 1, 1),
        step: int | None = None,
        limb: str = "none",
        pose: Mapping[str, Any] | None = None,
    ) -> None:
        if len(self.phases) >= MAX_PHASES:
            text = f"makes more than {MAX_PHASES} phases of one exercise; lower the sets or repetitions"
            raise ContentError.at("dose", text)
        gated = segment is not None and segment.gate is not None
        self.phases.append(
            Phase(
                kind,
                self.at,
                seconds,
                text,
                self.gettext(cue),
                breath,
                side,
                *place,
                segment=segment.key if segment else None,
                step=step,
                limb=limb,
                pose=pose,
                gate=segment.key if segment and gated else None,
                focus=gated and bool(self.content.focus_points),
            )
        )
        self.at += seconds


def _cue(step: Step) -> str:
    breathes = step.phase in ("move", "return", "finish") and step.breath != "none"
    return _CUES[step.breath] if breathes else _CUES[step.phase]


def _figure(pose: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return the pose without its note, which is for illustrators and never shown to clients."""
    return None if pose is None else {key: value for key, value in pose.items() if key != "note"}


def _plain_number(seconds: float) -> float:
    rounded = round(seconds, 3)
    return int(rounded) if rounded == int(rounded) else rounded


def _phase_json(index: int, phase: Phase) -> dict[str, Any]:
    values = {name: getattr(phase, name) for name in Phase.__slots__}
    return {"i": index, **values, "at": _plain_number(phase.at), "seconds": _plain_number(phase.seconds)}
