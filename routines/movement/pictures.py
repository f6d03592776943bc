"""Pictures with words for pages, print and the admin: one still, a start/end pair, descriptions.

    pictures = Pictures(cache=caches["default"])          # the cache is optional
    svg = pictures.still("glute-bridge", theme="dark", prefix="card-3")

Pictures belong on pages and paper, never in e-mail or push messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from routines.content import ExerciseContent
from routines.movement.bindings import figure_ids
from routines.movement.checks import engine
from routines.movement.library import Figure, FigureLibrary, figure_library
from routines.movement.renderer import Cache, FigureError, Renderer


class Words(NamedTuple):
    """The text alternative of a figure."""

    title: str
    description: str


class Pictures:
    """Draws the figures of a library. Figures not in it (a practice's own) are passed as documents."""

    def __init__(self, library: FigureLibrary | None = None, *, cache: Cache | None = None) -> None:
        self.library = library or figure_library()
        self.renderer = Renderer(engine=engine(), cache=cache)

    def figure(self, figure_id: str, override: Mapping[str, Any] | None = None) -> Figure:
        """Return a figure with an override laid over it (see override.js); raises FigureError for an unknown id."""
        figure = self.library.figures.get(figure_id)
        if figure is None:
            raise FigureError(figure_id, "there is no such figure")
        if not override:
            return figure
        changed: Figure = engine().call("applyOverride", figure, override, figure=figure_id)
        return changed

    def words(
        self, figure_id: str, *, language: str = "en", mirrored: bool = False, override: Mapping[str, Any] | None = None
    ) -> Words:
        """Return title and description in a language ("en", "de", "en-gb" ...); English where there are no words."""
        known = language.split("-")[0] if language.split("-")[0] in ("en", "de") else "en"
        figure = self.figure(figure_id, override)
        found = self.renderer.words(figure_id, figure, self.library.postures, language=known, mirrored=mirrored)
        return Words(found["title"], found["description"])

    def still(
        self,
        figure_id: str,
        *,
        key: int | None = None,
        language: str = "en",
        mirrored: bool = False,
        override: Mapping[str, Any] | None = None,
        decorative: bool = False,
        **options: Any,
    ) -> str:
        """Return one picture as SVG: the key that shows the figure best unless another is asked for.

        A decorative picture has no text alternative, for places that say the same beside it. `options` are those of
        draw.js (theme, palette, ghost, arrows, focus, range, aspect, prefix). Raises FigureError.
        """
        figure = self.figure(figure_id, override)
        index = telling_key(figure) if key is None else key
        if not decorative:
            words = self.words(figure_id, language=language, mirrored=mirrored, override=override)
            options |= {"title": words.title, "description": words.description}
        return self.renderer.picture(
            figure_id, figure, self.library.postures, moment={"from": index}, mirrored=mirrored, **options
        )

    def pair(self, figure_id: str, *, prefix: str = "figure", **options: Any) -> tuple[str, str]:
        """Return start and end as two pictures; the end carries the text alternative and the arrows."""
        start = self.still(figure_id, key=0, prefix=f"{prefix}-start", decorative=True, arrows=False, **options)
        return start, self.still(figure_id, prefix=f"{prefix}-end", **options)


def figures_of(content: ExerciseContent) -> list[str]:
    """Return the figures that an exercise shows, in order of its steps; the first of a moving step leads."""
    steps = [step for segment in content.segments for step in segment.steps]
    steps.sort(key=lambda step: step.phase in ("setup", "finish"))
    return figure_ids(step.pose for step in steps)


def telling_key(figure: Figure) -> int:
    """Return the key pose by which a figure is known: `shows`, or the end of its first move."""
    return int(figure.get("shows", min(1, len(figure["keys"]) - 1)))


def is_mirrored(figure: Figure, side: str) -> bool:
    """Return whether a figure must be mirrored to show this side ("left", "right"; anything else: never)."""
    working = "left" if figure.get("works") == "L" else "right"
    return figure["sides"] == "each" and side in ("left", "right") and side != working
