"""Figures for pages: the library with this process's cache, what a browser needs of it, where the engine is."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.core.cache import caches
from django.urls import reverse
from django.utils.translation import get_language

from routines.movement.bindings import figure_ids
from routines.movement.bundle import engine_hash
from routines.movement.pictures import Pictures
from routines.timeline import Timeline


@cache
def pictures() -> Pictures:
    """Return the figures of the library, drawn once and then kept in the cache "figures"."""
    return Pictures(cache=caches["figures"])


def engine_url() -> str:
    """Return the address of the movement engine; it changes with the engine's text."""
    return reverse("figure_engine", args=[engine_hash()])


def figures_of_timelines(timelines: Iterable[Timeline | Mapping[str, Any]]) -> dict[str, Any]:
    """Return what a browser needs to draw these timelines, compiled or as their JSON, in the active language.

    {"postures", "figures", "words"}: `words` maps a figure to its descriptions, [as drawn, mirrored]; the second is
    null where the figure has no sides.
    """
    ids = figure_ids(pose for timeline in timelines for pose in _poses(timeline))
    known = [figure for figure in ids if figure in pictures().library.figures]
    return {**pictures().library.for_browser(known), "words": {figure: _words(figure) for figure in known}}


def _poses(timeline: Timeline | Mapping[str, Any]) -> list[Mapping[str, Any] | None]:
    if isinstance(timeline, Timeline):
        return [phase.pose for phase in timeline.phases]
    return [phase["pose"] for phase in timeline["phases"]]


def _words(figure_id: str) -> list[str | None]:
    language = get_language() or "en"
    drawn = pictures().words(figure_id, language=language).description
    has_sides = pictures().library.figures[figure_id]["sides"] == "each"
    mirrored = pictures().words(figure_id, language=language, mirrored=True).description if has_sides else None
    return [drawn, mirrored]
