"""Pictures, films and sound on a page."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from routines.content import ExerciseContent
from routines.content.media import EDGES, PICTURE_TYPES, Media

register = template.Library()


@register.simple_tag
def media(items: Iterable[Media]) -> SafeString:
    """Return what an exercise or a step shows, each in the size that the screen needs; nothing for nothing."""
    shown = [_shown(item) for item in items]
    if not shown:
        return SafeString("")
    return render_to_string("routines/media.html", {"items": shown, "language": (get_language() or "en")[:2]})


@register.filter
def all_media(content: ExerciseContent) -> list[Media]:
    """Return everything that an exercise and its steps show, each thing once."""
    steps = (step for segment in content.segments for step in segment.steps)
    found = [*content.media, *(each for step in steps for each in step.media)]
    return list({each.file: each for each in found}.values())


def _shown(item: Media) -> dict[str, Any]:
    def address(name: str) -> str:
        return reverse("media", args=[item.file, name])

    shown: dict[str, Any] = {"kind": item.kind, "alt": item.alt, "width": item.width, "height": item.height}
    if item.kind == "image":
        shown["src"] = address(f"{EDGES[1]}.jpg")
        shown["sources"] = [
            {
                "type": content_type,
                "srcset": ", ".join(f"{address(f'{edge}.{ending}')} {width}w" for edge, width, _height in _sizes(item)),
            }
            for ending, content_type in PICTURE_TYPES.items()
        ]
    elif item.kind == "video":
        shown |= {"src": address("film"), "poster": address(f"{EDGES[1]}.jpg"), "captions": address("captions")}
    else:
        shown["src"] = address("sound")
    return shown


def _sizes(item: Media) -> list[tuple[int, int, int]]:
    """Return the sizes of a picture that differ, so that a small one is not offered three times."""
    return list({width: (edge, width, height) for edge, width, height in reversed(item.sizes)}.values())[::-1]


@register.filter
def just(item: Media) -> list[Media]:
    """Return a list of this one thing."""
    return [item]


@register.filter
def have_media(prescribed: Iterable[Any]) -> bool:
    """True when one of what was prescribed, each with its exercise as `content`, shows something."""
    return any(all_media(each.content) for each in prescribed)
