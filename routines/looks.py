"""Pictures of exercises for pages: which figure, at which moment, how it is lit and whom it looks like.

Every picture is a small SVG with an address of its own; the address carries a hash of what is drawn, so that a browser
keeps it for good and asks again only when something has changed. Pictures are never put into e-mail.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.cache import caches
from django.http import HttpResponse
from django.utils.translation import get_language, gettext

from routines.content import ExerciseContent
from routines.figures import figures_of_timelines
from routines.movement.adapting import RANGE_LEAST, RANGE_WHOLE, Adapted, figures_on, range_on
from routines.movement.bundle import engine_hash
from routines.movement.checks import vocabulary
from routines.movement.library import Figure, FigureLibrary, figure_library
from routines.movement.own import library_with
from routines.movement.pictures import Pictures, Words, figures_of, is_mirrored, telling_key
from routines.movement.renderer import SERVER_ENTRY, FigureError

DEFAULT_PALETTE = "teal"
THEMES = ("light", "dark", "print", "contrast", "pine", "sand", "dusk")
EXAMPLE = "hip-flexor-half-kneel"  # shows face, hands and clothes
MANNEQUIN_GREYS = ["#d5dbe3", "#8796a5", "#a9b8c8", "#6f8496"]  # as themes.js has them by day
MOST = 12  # figures of one exercise, keys of one figure
FOR_GOOD = 365 * 24 * 3600  # seconds; the address changes with the picture
FOR_NOW = 60


class BadLook(ValueError):
    """An address of a picture that asks for what there is not; the message names the field."""


def is_palette(name: str) -> bool:
    """Tell whether a palette can be drawn: a name ("teal", "mannequin") or "skin-hair-clothes"."""
    words = vocabulary()
    if name in words["palettes"]:
        return True
    parts = name.split("-")
    return len(parts) == 3 and all(
        part in words["looks"][kind] for part, kind in zip(parts, ("skin", "hair", "clothes"), strict=True)
    )


def palette_choices() -> list[tuple[str, str]]:
    """Return the named palettes with what they are called."""
    names = {
        "teal": gettext("Light skin, brown hair, teal shirt"),
        "ochre": gettext("Dark skin, black hair, ochre shirt"),
        "violet": gettext("Fair skin, blond hair, violet shirt"),
        "rose": gettext("Brown skin, grey hair, rose shirt"),
        "mannequin": gettext("A grey mannequin without a face"),
    }
    return [(name, names.get(name, name)) for name in vocabulary()["palettes"]]


def colours_of(palette: str) -> list[str]:
    """Return the colours of a named palette by day: skin, hair, shirt, trousers; the mannequin's greys."""
    words = vocabulary()
    if not words["palettes"][palette]:
        return MANNEQUIN_GREYS
    found: list[str] = []
    for part, kind in zip(words["palettes"][palette].split("-"), ("skin", "hair", "clothes"), strict=True):
        day = words["looks"][kind][part]["day"]
        found += [day] if isinstance(day, str) else day
    return found


class Swatch(NamedTuple):
    """One colour to choose: its value, what it is called, and the colours that it stands for."""

    value: str
    label: str
    colours: list[str]


def looks_to_choose() -> dict[str, list[Swatch]]:
    """Return what may be chosen for skin, hair and clothes, in this order."""
    names = {
        "s1": gettext("Very light"),
        "s2": gettext("Light"),
        "s3": gettext("Medium"),
        "s4": gettext("Dark"),
        "s5": gettext("Very dark"),
        "black": gettext("Black"),
        "brown": gettext("Brown"),
        "red": gettext("Red"),
        "blond": gettext("Blond"),
        "grey": gettext("Grey"),
        "teal": gettext("Teal"),
        "ochre": gettext("Ochre"),
        "violet": gettext("Violet"),
        "rose": gettext("Rose"),
        "moss": gettext("Moss green"),
    }
    found = {}
    for kind, values in vocabulary()["looks"].items():
        found[kind] = [
            Swatch(value, names.get(value, value), [lit["day"]] if isinstance(lit["day"], str) else list(lit["day"]))
            for value, lit in values.items()
        ]
    return found


def parts_of(palette: str) -> tuple[str, str, str]:
    """Return skin, hair and clothes of a palette; those of the default where it has none."""
    known = vocabulary()["palettes"]
    for name in (known.get(palette, palette), known[DEFAULT_PALETTE]):
        parts = name.split("-")
        if len(parts) == 3 and is_palette(name):
            break
    skin, hair, clothes = parts
    return skin, hair, clothes


@dataclass(frozen=True, slots=True)
class Look:
    """One picture of an exercise, as its address says.

    figure: place among the exercise's figures. key: None for the one that tells most. side: "left" or "right" for
    sided exercises. share: percent of the movement.
    """

    figure: int = 0
    key: int | None = None
    theme: str = "light"
    palette: str = DEFAULT_PALETTE
    side: str = ""
    share: int = RANGE_WHOLE

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Look:
        """Return the picture that an address asks for; raises BadLook naming the field that is wrong."""
        theme = query.get("theme", "light")
        palette = query.get("look", DEFAULT_PALETTE)
        side = query.get("side", "")
        if theme not in THEMES:
            raise BadLook(f"theme: use one of {', '.join(THEMES)}")
        if not is_palette(palette):
            raise BadLook(f"look: use one of {', '.join(vocabulary()['palettes'])}")
        if side not in ("", "left", "right"):
            raise BadLook("side: use left or right, or leave it out")
        return cls(
            figure=_number(query, "figure", 0, MOST) or 0,
            key=_number(query, "key", 0, MOST),
            theme=theme,
            palette=palette,
            side=side,
            share=_number(query, "range", RANGE_LEAST, RANGE_WHOLE) or RANGE_WHOLE,
        )

    def query(self) -> str:
        """Return the address's part after the question mark, without what is as usual."""
        values = {
            "figure": self.figure or "",
            "key": "" if self.key is None else self.key,
            "theme": self.theme if self.theme != "light" else "",
            "look": self.palette if self.palette != DEFAULT_PALETTE else "",
            "side": self.side,
            "range": self.share if self.share != RANGE_WHOLE else "",
        }
        return urlencode({name: value for name, value in values.items() if value != ""})


def _number(query: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    text = query.get(name, "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 4 or not low <= int(text) <= high:
        raise BadLook(f"{name}: use a whole number from {low} to {high}")
    return int(text)


@lru_cache(maxsize=256)
def _library(own: str, adapted: str, side: str) -> FigureLibrary:
    return figures_on(json.loads(adapted), side, library_with(json.loads(own)))


def library_of(content: ExerciseContent, adapted: Adapted | None = None, side: str = "") -> FigureLibrary:
    """Return the figures as this exercise shows them, for one client and side where `adapted` says so."""
    return _library(_text(content.figures), _text(adapted or {}), side)


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _pictures(library: FigureLibrary) -> Pictures:
    return Pictures(library, cache=caches["figures"])


def figures_in(content: ExerciseContent) -> list[tuple[str, Figure]]:
    """Return id and document of each figure that the exercise shows, in order of its steps."""
    library = library_of(content)
    return [(name, library.figures[name]) for name in figures_of(content) if name in library.figures]


def has_unreviewed_figures(content: ExerciseContent) -> bool:
    """Tell whether the exercise shows a figure that no clinician has found right yet."""
    return any(not figure["reviewed"] for _name, figure in figures_in(content))


def figure_at(content: ExerciseContent, place: int, library: FigureLibrary) -> tuple[str, Figure] | None:
    """Return id and document of one of the exercise's figures; None where it has no such."""
    names = [name for name in figures_of(content) if name in library.figures]
    return (names[place], library.figures[names[place]]) if place < len(names) else None


def draw(content: ExerciseContent, look: Look, adapted: Adapted | None = None, **options: Any) -> str | None:
    """Return the SVG of a look, None where the exercise has no such figure or key. Raises FigureError.

    options are further ones of draw.js (aspect, ghost ...); Any, because each has its own type.
    """
    library = library_of(content, adapted, look.side)
    found = figure_at(content, look.figure, library)
    if found is None:
        return None
    name, figure = found
    key = telling_key(figure) if look.key is None else look.key
    if key >= len(figure["keys"]):
        return None
    share = min(look.share, range_on(adapted or {}, look.side))
    return _pictures(library).still(
        name,
        key=key,
        decorative=True,
        theme=look.theme,
        palette=look.palette,
        mirrored=is_mirrored(figure, look.side),
        range=share / RANGE_WHOLE,
        arrows=bool(key),
        **options,
    )


def words_of(content: ExerciseContent, place: int, *, language: str, side: str = "") -> Words | None:
    """Return title and description of one of the exercise's figures; None where there is none to describe."""
    library = library_of(content)
    found = figure_at(content, place, library)
    if found is None:
        return None
    name, figure = found
    return _pictures(library).words(name, language=language, mirrored=is_mirrored(figure, side))


def stamp(content: ExerciseContent, adapted: Adapted | None = None) -> str:
    """Return a short hash of everything that an exercise's pictures are drawn from."""
    library = library_of(content)
    drawn = [library.figures.get(name) for name in figures_of(content)]
    text = f"{engine_hash(SERVER_ENTRY)}{_text(drawn)}{_text(adapted or {})}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def address_with(path: str, look: Look, mark: str) -> str:
    """Return the full address of a picture below `path`."""
    query = look.query()
    return f"{path}?{query}{'&' if query else ''}v={mark}"


def example(query: Mapping[str, str]) -> HttpResponse:
    """Return a picture that shows how a palette looks; 400 for an unknown one."""
    try:
        look = Look.read(query)
    except BadLook as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    svg = _pictures(figure_library()).still(
        EXAMPLE, decorative=True, theme=look.theme, palette=look.palette, arrows=False, focus=False
    )
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Cache-Control"] = f"private, max-age={FOR_NOW}"
    return response


def answer(content: ExerciseContent, query: Mapping[str, str], adapted: Adapted | None = None) -> HttpResponse:
    """Return the answer of an address of a picture: the SVG, 400 for an unknown look, 404 where there is none."""
    try:
        look = Look.read(query)
        svg = draw(content, look, adapted)
    except BadLook as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    except FigureError as error:
        return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
    if svg is None:
        return HttpResponse("no such figure", status=404, content_type="text/plain; charset=utf-8")
    response = HttpResponse(svg, content_type="image/svg+xml")
    current = query.get("v", "") == stamp(content, adapted)
    response["Cache-Control"] = f"private, max-age={FOR_GOOD}, immutable" if current else f"private, max-age={FOR_NOW}"
    return response


def sources(path: str, look: Look, mark: str, *, theme: str = "") -> dict[str, str]:
    """Return the addresses of one picture for each light: usual, dark ("" where a theme is chosen), print, contrast."""
    at = {name: address_with(path, replace(look, theme=name), mark) for name in ("light", "dark", "print", "contrast")}
    return {
        "usual": at["dark"] if theme == "dark" else at["light"],
        "dark": "" if theme else at["dark"],
        "print": at["print"],
        "contrast": at["contrast"],
    }


def for_player(
    timelines: Iterable[Mapping[str, Any]],
    items: Iterable[tuple[int, Sequence[ExerciseContent], Adapted]],
    *,
    palette: str,
) -> dict[str, Any]:
    """Return what the player draws a session from: {"postures", "figures", "words", "items", "palette"}.

    items: (id, the exercise and its easier form, what was adapted for the client). What differs from the library has
    an id of its own; "items" maps it, {id: {"both" | "left" | "right": {"figures": {id: own id}, "range": percent}}}.
    """
    found = {**figures_of_timelines(timelines), "items": {}, "palette": palette}
    for key, contents, adapted in items:
        sides = ("both", *(side for side in ("left", "right") if adapted.get(side)))
        drawn = {side: _differing(key, contents, adapted, side, found) for side in sides}
        if any(drawn.values()):
            found["items"][key] = drawn
    return found


def _differing(
    key: int, contents: Sequence[ExerciseContent], adapted: Adapted, side: str, found: dict[str, Any]
) -> dict[str, Any]:
    """Add the figures that an exercise shows otherwise than the library to `found`; return how they are called."""
    packaged, aliases = figure_library().figures, {}
    language = get_language() or "en"
    for content in reversed(contents):
        library = library_of(content, adapted if content is contents[0] else None, side)
        for name in figures_of(content):
            figure = library.figures.get(name)
            if figure is None or figure is packaged.get(name):
                continue
            alias = f"{name}@{key}{side if side != 'both' else ''}"
            aliases[name] = alias
            lean = library.for_browser([name])
            found["postures"] |= lean["postures"]
            found["figures"] = {**found["figures"], alias: lean["figures"][name]}
            told = [
                _pictures(library).words(name, language=language, mirrored=mirrored).description
                for mirrored in ((False, True) if figure["sides"] == "each" else (False,))
            ]
            found["words"][alias] = [*told, None][:2]
    share = range_on(adapted, side)
    return ({"figures": aliases} if aliases else {}) | ({"range": share} if share != RANGE_WHOLE else {})


def has_figure(content: ExerciseContent) -> bool:
    """Tell whether an exercise can be shown."""
    return bool(figures_of(content))


def for_browser(content: ExerciseContent, adapted: Adapted | None = None, side: str = "") -> dict[str, Any]:
    """Return {"postures", "figures"} of an exercise as a browser needs them to draw."""
    library = library_of(content, adapted, side)
    return library.for_browser(name for name in figures_of(content) if name in library.figures)
