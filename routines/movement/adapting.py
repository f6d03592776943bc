"""What a practitioner changes for one client: how far a movement goes, and single poses, for each side.

A prescribed exercise may carry

    {"left": {"range": 60, "changes": {"clamshell": {keys: {"1": {...}}}}}, "right": {...}, "both": {...}}

`both` is for phases without a side and for sides that say nothing of their own. A range is a whole percentage of the
movement, 30 to 100: the figure never shows more than the exercise itself. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from routines.movement.library import Figure, FigureLibrary
from routines.movement.own import changed, figure_errors
from routines.movement.renderer import FigureError
from routines.reading import Problem, join, short

SIDES = ("both", "left", "right")
RANGE_LEAST, RANGE_WHOLE = 30, 100  # percent; below 30 no movement can be seen
Adapted = Mapping[str, Mapping[str, Any]]


def range_on(adapted: Adapted, side: str) -> int:
    """Return the percentage of the movement for a side ("left", "right"; anything else: both)."""
    return int(_of(adapted, side).get("range", RANGE_WHOLE))


def figures_on(adapted: Adapted, side: str, library: FigureLibrary) -> FigureLibrary:
    """Return the library as this client sees it on a side. Raises FigureError for a change that no longer fits."""
    changes = _of(adapted, side).get("changes") or {}
    if not changes:
        return library
    return FigureLibrary(library.postures, {**library.figures, **_changed(changes, library)})


def _changed(changes: Mapping[str, Any], library: FigureLibrary) -> dict[str, Figure]:
    found = {}
    for name, change in changes.items():
        if name not in library.figures:
            raise FigureError(name, "there is no such figure to change")
        found[name] = changed(name, library.figures[name], change)
    return found


def _of(adapted: Adapted, side: str) -> Mapping[str, Any]:
    if side in ("left", "right") and adapted.get(side):
        return adapted[side]
    return adapted.get("both") or {}


def adapted_problems(adapted: object, library: FigureLibrary, path: str = "adapted") -> list[Problem]:
    """Return what is wrong with an adaptation over the figures of one exercise; [] when it is right."""
    if not isinstance(adapted, Mapping):
        return [Problem(path, "expected a mapping of sides")]
    problems: list[Problem] = []
    for side, entry in adapted.items():
        where = join(path, str(side))
        if side not in SIDES:
            problems.append(Problem(where, f"is not a side; use one of: {', '.join(SIDES)}"))
        elif not isinstance(entry, Mapping) or set(entry) - {"range", "changes"}:
            problems.append(Problem(where, "holds range and changes, and nothing else"))
        else:
            problems += _side_problems(entry, library, where)
    return problems


def _side_problems(entry: Mapping[str, Any], library: FigureLibrary, path: str) -> list[Problem]:
    problems: list[Problem] = []
    share = entry.get("range", RANGE_WHOLE)
    if isinstance(share, bool) or not isinstance(share, int) or not RANGE_LEAST <= share <= RANGE_WHOLE:
        text = f"{short(share)} is out of range; use a whole percentage from {RANGE_LEAST} to {RANGE_WHOLE}"
        problems.append(Problem(join(path, "range"), text))
    changes = entry.get("changes", {})
    if not isinstance(changes, Mapping):
        return [*problems, Problem(join(path, "changes"), "expected a mapping of figures")]
    for name, change in changes.items():
        where = join(path, f"changes.{name}")
        if name not in library.figures:
            problems.append(Problem(where, "there is no such figure in this exercise"))
        elif not isinstance(change, Mapping):
            problems.append(Problem(where, "expected a mapping of what differs"))
        else:
            problems += figure_errors(str(name), {"change": change}, where, library=library)
    return problems
