"""The usual range of doses, where the clinical source names one. Pure.

Source: clinical.md 6.1. It names ranges for held stretches, strength and trunk endurance; for every other kind of
exercise it names none, and nothing is said here. A dose outside is the author's decision, with a source.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from routines.dose import Dose

Kind = Literal["stretch", "strength", "trunk_endurance"]


@dataclass(frozen=True, slots=True)
class Range:
    """Lowest and highest usual value of one field of a dose, both included; None: no highest."""

    field: str
    low: int
    high: int | None

    def holds(self, value: int | None) -> bool:
        """Tell whether a value lies inside; a value that is left to the routine does."""
        return value is None or (self.low <= value and (self.high is None or value <= self.high))


RANGES: dict[Kind, tuple[Range, ...]] = {
    # It says: at least 2-3 days a week, hold 10-30 s (older 30-60 s), 2-4 repeats.
    "stretch": (Range("hold_s", 10, 60), Range("reps", 2, 4), Range("days_per_week", 2, None)),
    # It says: 2-3 days a week, 8-12 reps, 1-4 sets, 10-15 for older or new.
    "strength": (Range("days_per_week", 2, 3), Range("reps", 8, 15), Range("sets", 1, 4)),
    # It says: 8-10 s holds, few reps, more over time.
    "trunk_endurance": (Range("hold_s", 8, 10),),
}


def kind_of_dose(category: str, dose: Dose) -> Kind | None:
    """Return the kind of exercise whose range applies, None where the source names none."""
    if category == "stretch" and dose.mode == "hold":
        return "stretch"
    if category == "strength" and dose.mode == "reps":
        return "strength"
    return "trunk_endurance" if category == "motor_control" and dose.mode == "hold" else None


def outside(category: str, dose: Dose) -> Iterator[Range]:
    """Yield the usual ranges that a dose leaves."""
    kind = kind_of_dose(category, dose)
    for usual in RANGES[kind] if kind else ():
        if not usual.holds(getattr(dose, usual.field)):
            yield usual
