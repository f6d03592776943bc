"""Pictures of exercises in templates."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from portal.lib.appearance import appearance_of
from routines.looks import DEFAULT_PALETTE, Look, has_figure, has_unreviewed_figures, sources, stamp
from routines.models import ExerciseVersion
from routines.movement.adapting import RANGE_LEAST, RANGE_WHOLE

register = template.Library()

SIZES = ("thumb", "card", "large")


def palette_of(context: Mapping[str, Any] | Context) -> str:
    """Return how figures look for whoever reads the page: as the client chose, or as the practice does."""
    record, practice = context.get("client_record"), context.get("practice")
    chosen = getattr(record, "figure_palette", "") or getattr(practice, "figure_palette", "")
    return str(chosen) or DEFAULT_PALETTE


def picture(
    context: Context, path: str, mark: str, *, alt: str = "", size: str = "thumb", lazy: bool = True, **look: Any
) -> SafeString:
    """Return the picture element of an address below `path`; look: fields of routines.looks.Look."""
    if size not in SIZES:
        raise template.TemplateSyntaxError(f"size is {size!r}; it is one of {', '.join(SIZES)}.")
    theme = appearance_of(context.get("request")).theme
    found = sources(path, Look(palette=palette_of(context), **look), mark, theme=theme)
    return render_to_string("components/figure.html", {**found, "alt": alt, "size": size, "lazy": lazy})


@register.simple_tag(takes_context=True)
def palette(context: Context) -> str:
    """Return the palette of whoever reads the page, for what is drawn in the browser."""
    return palette_of(context)


@register.simple_tag(takes_context=True)
def draft_figure(context: Context, form: Any, *, side: str = "", size: str = "thumb") -> SafeString:
    """Return a picture of an exercise of a plan that is being written, with as much movement as its form says.

    form: clients.item_form.ItemForm, also one that is not right. side: "left", "right" or "both".
    """
    typed = str(form[f"range_{side}"].value()) if side else ""
    share = int(typed) if typed.isdecimal() and len(typed) < 4 else RANGE_WHOLE
    share = share if RANGE_LEAST <= share <= RANGE_WHOLE else RANGE_WHOLE
    return exercise_figure(
        context, form.exercise_version, side=side if side in ("left", "right") else "", share=share, size=size
    )


@register.simple_tag(takes_context=True)
def exercise_figure(context: Context, version: ExerciseVersion | None, **more: Any) -> SafeString:
    """Return a picture of a version of an exercise, for members of staff; nothing where it has no figure."""
    if version is None or not has_figure(version.content):
        return SafeString("")
    return picture(context, reverse("admin:figure", args=[version.pk]), stamp(version.content), **more)


@register.filter
def waits_for_review(version: ExerciseVersion | None) -> bool:
    """Tell whether a version shows a figure that no clinician has reviewed."""
    return version is not None and has_unreviewed_figures(version.content)
