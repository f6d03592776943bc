"""Pictures of the exercises of a plan, and how figures may look."""

from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from clients.exports.prescription import Prescribed
from clients.models import PrescribedItem
from routines.content import ExerciseContent
from routines.looks import figures_in, for_browser, has_figure, stamp, words_of
from routines.movement.adapting import range_on
from routines.movement.bindings import figure_ids
from routines.movement.pictures import is_mirrored
from routines.templatetags.figures import exercise_figure, palette_of, picture

register = template.Library()


@register.simple_tag(takes_context=True)
def item_figure(context: Context, entry: Prescribed, **more: Any) -> SafeString:
    """Return a picture of an exercise of one's own plan; nothing where it has no figure. more: see figures.picture.

    `is_at_desk` in the context: for staff, who see the client's page. Of a plan that is not given yet it is the
    exercise itself.
    """
    if not has_figure(entry.content):
        return SafeString("")
    if entry.item.pk is None:
        return exercise_figure(context, entry.item.exercise_version, **more)
    address = "admin:client_figure" if context.get("is_at_desk") else "item_figure"
    return picture(context, reverse(address, args=[entry.item.pk]), stamp(entry.content, entry.item.adapted), **more)


@register.simple_tag(takes_context=True)
def palette_example(context: Context) -> SafeString:
    """Return a picture of a figure as it looks now."""
    return picture(context, reverse("figure_example"), "1", size="card", lazy=False)


def sides_shown(content: ExerciseContent, item: PrescribedItem, first_side: str) -> list[str]:
    """Return the sides to show: the first one, and the other where it was adapted otherwise; [""] without sides."""
    if content.sides == "none" and not any(part.sides not in (None, "none") for part in content.segments):
        return [""]
    first = first_side if item.first_side == PrescribedItem.Side.CLIENT else item.first_side
    other = "left" if first == "right" else "right"
    return [first, other] if item.adapted.get("left") != item.adapted.get("right") else [first]


def parts_shown(content: ExerciseContent, item: PrescribedItem) -> dict[str, str]:
    """Return the figures of the parts that this client does, each with the name of its part, numbered if need be.

    A figure that several parts show belongs to the first that is repeated, rather than to getting ready.
    """
    found: dict[str, str] = {}
    for segment in sorted(content.segments, key=lambda segment: segment.repeat == "once"):
        if not segment.is_opt_in or segment.key in item.opted_in:
            names = [name for name in figure_ids(step.pose for step in segment.steps) if name not in found]
            for number, name in enumerate(names, start=1):
                found[name] = segment.name if len(names) == 1 else f"{segment.name} ({number})"
    return found


@register.simple_tag(takes_context=True)
def item_figures(context: Context, entry: Prescribed) -> SafeString:
    """Return every figure of a prescribed exercise: start and end as pictures, moving on a tap."""
    content, adapted = entry.content, entry.item.adapted
    mark, path = stamp(content, adapted), reverse("item_figure", args=[entry.item.pk])
    sides = sides_shown(content, entry.item, context["client"].first_side)
    shown = []
    parts = parts_shown(content, entry.item)
    for place, (name, figure) in enumerate(figures_in(content)):
        if name not in parts:
            continue
        for side in sides if figure["sides"] == "each" else [""]:
            number = f"{place}-{side}"
            words = words_of(content, place, language=get_language() or "en", side=side)
            drawn: dict[str, Any] = {"figure": place, "side": side, "size": "large", "lazy": False}
            shown.append(
                {
                    "number": number,
                    "name": name,
                    "part": parts[name],
                    "side": side,
                    "mirrored": is_mirrored(figure, side),
                    "range": range_on(adapted, side),
                    "words": words,
                    "start": picture(context, path, mark, key=0, **drawn),
                    "end": picture(context, path, mark, alt=words.description if words else "", **drawn),
                    "drawing": {**for_browser(content, adapted, side), "figure": name},
                    "is_still": len(figure["keys"]) == 1,
                    "is_one_of_two": side != "" and len(sides) > 1,  # otherwise the picture of one side stands for both
                }
            )
    looks = {"shown": shown, "palette": palette_of(context), "foreign": entry.foreign}
    return render_to_string("clients/exercise_figures.html", looks)
