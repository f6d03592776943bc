"""How many exercises there are of each kind, as filters show it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

KINDS = ("region", "position", "equipment", "difficulty", "category")
NOTHING = "nothing"  # of equipment: the exercises that need none

# One row of the database: the keys of its regions, position, keys of its equipment, difficulty, category, and how many
# exercises are like that. Several keys stand in one text with blanks between, so that a text is split once only.
Row = tuple[Any, ...]  # texts and numbers, each read by its kind

_READ: Mapping[str, Callable[[Any], tuple[str, ...]]] = {
    "region": lambda keys: tuple(keys.split()),
    "position": lambda position: (position,) if position else (),
    "equipment": lambda keys: tuple(keys.split()) or (NOTHING,),
    "difficulty": lambda number: (str(number),),
    "category": lambda category: (category,),
}


def count_facets(rows: Iterable[Row], chosen: Mapping[str, str]) -> tuple[int, dict[str, Counter[str]]]:
    """Return how many exercises fit all that is chosen, and for each kind the number behind each of its values.

    A number says how many there would be with that value in place of the one that is chosen of its kind.
    """
    total = 0
    by_text: dict[str, Counter[Any]] = {kind: Counter() for kind in KINDS}
    asked: list[tuple[int, str, str, dict[Any, bool]]] = [
        (place, kind, chosen[kind], {}) for place, kind in enumerate(KINDS) if chosen.get(kind)
    ]
    for row in rows:
        count = row[-1]
        missed = [kind for place, kind, value, known in asked if not _has(kind, row[place], value, known)]
        if not missed:
            total += count
            for place, kind in enumerate(KINDS):
                by_text[kind][row[place]] += count
        elif len(missed) == 1:
            by_text[missed[0]][row[KINDS.index(missed[0])]] += count
    return total, {kind: _by_value(kind, counts) for kind, counts in by_text.items()}


def _has(kind: str, text: Any, value: str, known: dict[Any, bool]) -> bool:
    if text not in known:
        known[text] = value in _READ[kind](text)
    return known[text]


def _by_value(kind: str, by_text: Mapping[Any, int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text, count in by_text.items():
        for value in _READ[kind](text):
            counts[value] += count
    return counts
