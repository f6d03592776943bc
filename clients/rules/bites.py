"""A routine in small bites, each done in one position. Pure.

Source: screens, "Self-care and breaks": a routine may be split by position, floor, chair or standing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Place = Literal["floor", "chair", "standing", "anywhere"]

LONGEST_S: Final = 300  # seconds of one bite where nobody chose; source: screens.md 2.9
LEAST_MIN: Final = 3  # minutes that may be chosen; source: screens.md 2.9
MOST_MIN: Final = 30  # minutes that may be chosen; engineering bound

_PLACES: Final[dict[str, Place]] = {
    "lying on the back": "floor",
    "lying on the front": "floor",
    "lying on the side": "floor",
    "hands and knees": "floor",
    "kneeling": "floor",
    "half kneeling": "floor",
    "sitting": "chair",
    "standing": "standing",
    "walking": "standing",
}


@dataclass(frozen=True, slots=True)
class Bite:
    """A few exercises in one position: their places in the routine, counted from 0, in its order."""

    place: Place
    parts: tuple[int, ...]
    seconds: float


def place_of(position: str) -> Place:
    """Return where an exercise is done, by the position that the library names; an unknown one is "anywhere"."""
    return _PLACES.get(position, "anywhere")


def bites(parts: Sequence[tuple[Place, float]], *, longest_s: float = LONGEST_S) -> tuple[Bite, ...]:
    """Return the routine in bites; nothing where it is short enough to be one.

    parts: (place, seconds) of each exercise in the routine's order, which stays, so that a session that was left after
    a bite goes on with the next. None is longer than longest_s, unless a single exercise is. Raises ValueError for
    negative seconds.
    """
    if any(seconds < 0 for _, seconds in parts):
        raise ValueError("An exercise never takes less than 0 seconds.")
    if sum(seconds for _, seconds in parts) <= longest_s:
        return ()
    found: list[Bite] = []
    for index, (place, seconds) in enumerate(parts):
        last = found[-1] if found else None
        if last is not None and last.place == place and last.seconds + seconds <= longest_s:
            found[-1] = Bite(place, (*last.parts, index), last.seconds + seconds)
        else:
            found.append(Bite(place, (index,), seconds))
    return tuple(found)
