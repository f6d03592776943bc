"""The figures that ship with the product: base postures and key poses, read once per process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from routines.library.yaml_reading import LoadedFile, load
from routines.movement.checks import figure_problems
from routines.reading import ContentError

POSES = Path(__file__).resolve().parent.parent / "library" / "poses.yaml"
# Fields of a figure and of a key pose that people need and browsers do not.
FOR_PEOPLE = frozenset({"title", "reviewed", "touch", "tells"})
CUES = frozenset({"breath"})
# What the engine takes for granted in a figure and in a key pose.
USUAL: Mapping[str, object] = {"sides": "none", "props": [], "arrows": [], "focus": []}
USUAL_IN_KEY: Mapping[str, object] = {"move": 1, "hold": 0}

# A figure or posture as written: plain JSON values.
Figure = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FigureLibrary:
    """Base postures and figures by id, as plain documents."""

    postures: Mapping[str, Figure]
    figures: Mapping[str, Figure]

    def for_browser(self, figure_ids: Iterable[str]) -> dict[str, Any]:
        """Return {"postures", "figures"} with what a browser needs to draw these figures, as JSON values."""
        figures = {figure_id: trimmed(self.figures[figure_id]) for figure_id in dict.fromkeys(figure_ids)}
        used: dict[str, Any] = {}
        waiting = [key.get("base") for figure in figures.values() for key in figure["keys"]]
        while waiting:
            name = waiting.pop()
            if name and name not in used:
                used[name] = self.postures[name]
                waiting.append(self.postures[name].get("base"))
        return {"postures": {name: used[name] for name in sorted(used)}, "figures": figures}


def trimmed(figure: Figure) -> dict[str, Any]:
    """Return a figure without what only people read and without what goes without saying."""
    lean = {name: value for name, value in figure.items() if name not in FOR_PEOPLE and value != USUAL.get(name)}
    return {**lean, "keys": [_trimmed_key(key) for key in figure["keys"]]}


def _trimmed_key(key: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in key.items() if name not in CUES and value != USUAL_IN_KEY.get(name)}


def read_figures(file: LoadedFile) -> FigureLibrary:
    """Return the figures of a poses file; raises ContentError with every problem."""
    problems = figure_problems(file.document)
    if problems:
        raise ContentError(problems)
    return FigureLibrary(file.document["postures"], file.document["figures"])


@cache
def figure_library() -> FigureLibrary:
    """Return the packaged figures."""
    return read_figures(load(POSES.read_bytes(), name=POSES.name))
