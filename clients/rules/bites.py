"""A routine in small bites of a few minutes, each in one position where that can be. Pure.

Source: issue "The client app", and screens, "Self-care and breaks": bites of 3 to 5 minutes by position, floor, chair
or standing, hung on the client's own moments of the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Place = Literal["floor", "chair", "standing", "anywhere"]

LEAST_S: Final = 180  # seconds below which a bite is joined to its neighbour; source: screens.md 2.9, as the issue says
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
    """A few exercises in a row: their places in the routine, counted from 0, and where they are done, each once."""

    places: tuple[Place, ...]
    parts: tuple[int, ...]
    seconds: float


def place_of(position: str) -> Place:
    """Return where an exercise is done, by the position that the library names; an unknown one is "anywhere"."""
    return _PLACES.get(position, "anywhere")


def bites(parts: Sequence[tuple[Place, float]], *, longest_s: float = LONGEST_S) -> tuple[Bite, ...]:
    """Return the routine in bites; nothing where it is short enough to be one.

    parts: (place, seconds) of each exercise in the routine's order, which stays: who wrote it had reasons for it. None
    is longer than longest_s, unless a single exercise is. As little as can be is missing to LEAST_S, then positions
    change as seldom as can be within a bite, then the bites are few. Raises ValueError for negative seconds.
    """
    if any(seconds < 0 for _, seconds in parts):
        raise ValueError("An exercise never takes less than 0 seconds.")
    if sum(seconds for _, seconds in parts) <= longest_s:
        return ()
    least_s = min(LEAST_S, longest_s)
    # The best way to cut what comes before each place: what it costs, and its bites.
    best: list[tuple[tuple[float, int, int], tuple[Bite, ...]]] = [((0.0, 0, 0), ())]
    for end in range(1, len(parts) + 1):
        ways = []
        for start in range(end):
            bite = _bite(parts, start, end)
            if bite.seconds > longest_s and end - start > 1:
                continue
            (missing, changes, count), before = best[start]
            cost = (missing + max(0, least_s - bite.seconds), changes + len(bite.places) - 1, count + 1)
            ways.append((cost, (*before, bite)))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1][1]


def _bite(parts: Sequence[tuple[Place, float]], start: int, end: int) -> Bite:
    """The exercises from start (inclusive) to end (exclusive); what is done anywhere goes with any place."""
    places = tuple(dict.fromkeys(place for place, _ in parts[start:end]))
    fixed = tuple(place for place in places if place != "anywhere")
    return Bite(fixed or places, tuple(range(start, end)), sum(seconds for _, seconds in parts[start:end]))
