"""The shapes of an exercise: segments of steps, with gates, links and contraindications. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from routines.content.media import Media
from routines.dose import Dose

PHASES = ("setup", "move", "hold", "return", "rest", "finish")
BREATHS = ("in", "out", "none")
LIMBS = ("work", "other", "both", "none")
REPEATS = ("once", "per_dose", "fixed")
ORIGINS = ("seed", "added", "mixed")
LEG_SYMPTOMS = ("not_worse", "better")
DIFFICULTIES = (1, 3)  # lowest and highest, both included


@dataclass(frozen=True, slots=True)
class Gate:
    """Conditions that must all hold; None, empty and False ask nothing.

    Pain and effort are 0-10. `pain_before_max` is about this session, `pain_during_max` and
    `pain_next_day_delta_max` about the last 3 sessions, `effort_max` about the last 2.
    """

    pain_before_max: int | None = None
    pain_during_max: int | None = None
    pain_next_day_delta_max: int | None = None
    sessions_completed_min: int | None = None
    effort_max: int | None = None
    leg_symptoms: str | None = None
    equipment_confirmed: str | None = None
    excluded_tags: tuple[str, ...] = ()
    practitioner_approval: bool = False
    seed_condition: str | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the plain form without the conditions that ask nothing."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        values["excluded_tags"] = list(self.excluded_tags) or None
        values["practitioner_approval"] = self.practitioner_approval or None
        # A limit of 0 is a condition: only None says nothing.
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction; `seconds` are of one repetition, `pose` is data for the figure, `cue` a short word."""

    text: str
    phase: str
    breath: str
    seconds: float
    limb: str
    pose: Mapping[str, Any] | None  # None: no figure is described yet
    cue: str | None  # None: the cue is made from the phase and the breath
    origin: str | None
    origin_note: str | None
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """Part of an exercise with its own repeats and gate.

    `repeat` is once, per_dose (dose.sets x dose.reps) or fixed (`reps` times). `sides` None follows the
    exercise for per_dose, and means both sides together otherwise.
    """

    key: str
    name: str
    repeat: str
    sides: str | None
    reps: int | None
    reps_range: tuple[int, int] | None  # None: the author gives no range
    reps_note: str | None
    optional: bool
    gate: Gate | None
    steps: tuple[Step, ...]

    @property
    def is_opt_in(self) -> bool:
        """Tell whether the segment runs only where it was switched on."""
        return self.optional or self.gate is not None


@dataclass(frozen=True, slots=True)
class Link:
    """An easier or harder form: another exercise (`slug`) or a way to do this one (`slug` None)."""

    name: str
    text: str
    slug: str | None
    gate: Gate | None


@dataclass(frozen=True, slots=True)
class Contraindication:
    """What a client's tag does to this exercise: avoid, ask or adapt, with a note for people."""

    tag: str
    level: str
    note: str | None


@dataclass(frozen=True, slots=True)
class ExerciseContent:
    """Everything that one version of an exercise says."""

    slug: str
    name: str
    also_known_as: tuple[str, ...]
    category: str
    aim: str
    position: str
    body_regions: tuple[str, ...]
    equipment: tuple[str, ...]
    difficulty: int
    sides: str
    dose: Dose
    segments: tuple[Segment, ...]
    focus_points: tuple[str, ...]
    precautions: tuple[str, ...]
    easier: Link | None
    harder: Link | None
    contraindications: tuple[Contraindication, ...]
    tags: tuple[str, ...]
    basis: str | None
    dose_source: str | None  # None: the dose needs no source of its own
    self_care: tuple[str, ...]  # slugs of self-care items that go well with it
    seed: Mapping[str, Any] | None  # None: nothing of this exercise comes from the source article
    estimated_seconds: int | None  # None: not written down; the timeline always knows
    media: tuple[Media, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)  # its own, and changes; routines/movement/own.py

    def segment(self, key: str) -> Segment:
        """Return the segment with this key; raises KeyError."""
        for segment in self.segments:
            if segment.key == key:
                return segment
        raise KeyError(key)
