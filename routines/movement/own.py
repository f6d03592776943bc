"""Figures that an exercise brings along: changes to figures of the library, and figures of its own.

An exercise's document may hold

    figures:
      glute-bridge: {change: {keys: {"1": {joints: {knee.R.flex: 80}}}}}     # over the library's figure of that name
      legs-up-the-wall: {figure: {sides: none, camera: {...}, keys: [...]}}  # drawn from nothing

A change is an override as override.js makes and applies it; only what differs is kept, so that a corrected figure of
the library reaches the exercise as well. A figure that was changed has not been reviewed by a clinician.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from routines.content import ExerciseContent
from routines.movement.bindings import binding_problems
from routines.movement.checks import engine, figure_problems
from routines.movement.library import Figure, FigureLibrary, figure_library
from routines.movement.renderer import FigureError
from routines.reading import ContentError, Problem, is_slug, join

KINDS = ("change", "figure")
MOST_FIGURES = 8  # of one exercise; an engineering limit
_KEY = re.compile(r"key (\d+): (.*)", re.DOTALL)


def library_with(own: Mapping[str, Any]) -> FigureLibrary:
    """Return the packaged figures with those of one exercise laid over them.

    `own` is the document's `figures`, checked before. Raises FigureError for a change that no longer fits.
    """
    library = figure_library()
    if not own:
        return library
    figures = {name: _resolved(name, entry, library) for name, entry in own.items()}
    return FigureLibrary(library.postures, {**library.figures, **figures})


def _resolved(name: str, entry: Mapping[str, Any], library: FigureLibrary) -> Figure:
    if "figure" in entry:
        return {**entry["figure"], "reviewed": None}
    if name not in library.figures:
        raise FigureError(name, "there is no such figure in the library to change")
    return changed(name, library.figures[name], entry["change"])


def changed(name: str, figure: Figure, change: Mapping[str, Any]) -> Figure:
    """Return a figure with a change laid over it. Raises FigureError for a key that it does not have."""
    if not change:
        return figure
    try:
        found: Figure = engine().call("applyOverride", figure, change, figure=name)
    except (AttributeError, TypeError) as error:
        raise FigureError(name, "the change is not a mapping of fields") from error
    return {**found, "reviewed": None}


def entry_for(name: str, figure: Figure) -> dict[str, Any] | None:
    """Return how an exercise keeps a figure that was edited: only what differs from the library's, or all of it.

    None where nothing differs. Raises FigureError for a document that is no figure.
    """
    packaged = figure_library().figures.get(name)
    if packaged is None:
        return {"figure": {**figure, "reviewed": None}}
    edited = {**figure, "reviewed": packaged["reviewed"]}
    change = engine().call("overrideOf", packaged, edited, figure=name)
    return {"change": change} if change else None


def own_problems(own: Mapping[str, Any], path: str = "figures") -> list[Problem]:
    """Return everything that is wrong with the figures of one exercise, each problem with figure and key in its path.

    Form, names, limits and whether the engine can solve every key; what the engine merely warns of is no problem.
    """
    if len(own) > MOST_FIGURES:
        return [Problem(path, f"has {len(own)} figures; one exercise may bring {MOST_FIGURES} of its own")]
    problems: list[Problem] = []
    for name, entry in own.items():
        problems += _entry_problems(name, entry, join(path, name))
    return problems


def _entry_problems(name: str, entry: object, path: str) -> list[Problem]:
    if not is_slug(name):
        return [Problem(path, "is not a name of a figure; use lower-case letters, digits and single hyphens")]
    if not isinstance(entry, Mapping) or len(entry) != 1 or not isinstance(entry.get(next(iter(entry))), Mapping):
        return [Problem(path, "holds either a change to a figure of the library or a figure of its own")]
    kind = next(iter(entry))
    if kind not in KINDS:
        return [Problem(join(path, str(kind)), f"is not known; use one of: {', '.join(KINDS)}")]
    known = name in figure_library().figures
    if kind == "figure" and known:
        return [Problem(path, "is the name of a figure in the library; change that one, or choose another name")]
    if kind == "change" and not known:
        return [Problem(path, "there is no figure of this name in the library to change")]
    return figure_errors(name, entry, path)


def figure_errors(
    name: str, entry: Mapping[str, Any], path: str, *, library: FigureLibrary | None = None
) -> list[Problem]:
    """Return what keeps one figure from being drawn; paths begin with `path`. library: what a change lies over."""
    library = library or figure_library()
    try:
        figure = _resolved(name, entry, library)
    except FigureError as error:
        return [Problem(path, error.reason)]
    document = {"postures": library.postures, "figures": {name: figure}}
    problems = [
        Problem(path + problem.path.removeprefix(f"figures.{name}"), problem.message)
        for problem in figure_problems(document)
    ]
    if problems:
        return problems
    try:
        engine().call("check", figure, library.postures, figure=name)
    except FigureError as error:
        found = _KEY.match(error.reason)
        where = f"{path}.keys[{int(found[1]) - 1}]" if found else path
        return [Problem(where, found[2] if found else error.reason)]
    return []


def refuse_wrong(content: ExerciseContent) -> None:
    """Raise ContentError with every problem of an exercise's own figures and of the steps that show figures."""
    problems = own_problems(content.figures)
    if not problems:
        figures = library_with(content.figures).figures
        for place, segment in enumerate(content.segments):
            for number, step in enumerate(segment.steps):
                path = f"segments[{place}].steps[{number}].pose"
                problems += binding_problems(step.pose or {}, path, figures)
    if problems:
        raise ContentError(problems)
