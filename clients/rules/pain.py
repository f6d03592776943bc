"""Pain answers on the 0-10 scale and what they ask for. Source: clinical.md 4.1.

A missing answer is None and never counts as good. Pain is never averaged over days for a decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Zone = Literal["green", "amber", "red"]

LOWEST, HIGHEST = 0, 10  # points on the numeric rating scale, clinical.md 5 (NPRS)
RAISED_AMBER_MAX: Final = 7  # points; the highest edge a practitioner may set, clinical.md 4.1
USUAL_PAIN_FOR_RAISE: Final = 5  # points of usual pain from which the edge may be raised, clinical.md 4.1


@dataclass(frozen=True, slots=True)
class PainModel:
    """The edges of the zones, in points of 0-10. Source: routines.yaml, safety.pain_model.settings."""

    green_max: int = 2
    amber_max: int = 5
    rise_stop: int = 3
    next_day_ok_delta: int = 0
    next_day_reduce_delta: int = 2

    def __post_init__(self) -> None:
        if not LOWEST <= self.green_max < self.amber_max <= RAISED_AMBER_MAX:
            raise ValueError(
                f"Expected 0 <= green_max < amber_max <= {RAISED_AMBER_MAX}, got {self.green_max} and {self.amber_max}."
            )
        if self.rise_stop < 1:
            raise ValueError("rise_stop is at least 1 point.")
        if not self.next_day_ok_delta < self.next_day_reduce_delta:
            raise ValueError("next_day_reduce_delta is above next_day_ok_delta.")


DEFAULT: Final = PainModel()


def may_raise_amber_max(*, usual_pain: int | None) -> bool:
    """Whether a practitioner may set amber_max above the default for this client (with reason and review)."""
    return usual_pain is not None and check(usual_pain) >= USUAL_PAIN_FOR_RAISE


def check(value: int) -> int:
    """Return the value; raises ValueError unless it is a whole number from 0 to 10."""
    if isinstance(value, bool) or not isinstance(value, int) or not LOWEST <= value <= HIGHEST:
        raise ValueError(f"Pain is a whole number from {LOWEST} to {HIGHEST}, got {value!r}.")
    return value


def zone(value: int | None, model: PainModel = DEFAULT) -> Zone | None:
    """The zone of one answer; None when it was not answered."""
    if value is None:
        return None
    if check(value) <= model.green_max:
        return "green"
    return "amber" if value <= model.amber_max else "red"
