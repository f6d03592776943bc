"""Words of the picker and of the routine editor."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routines.library import starter
from routines.models import Exercise

register = template.Library()


@register.filter
def hit_words(exercise: Exercise) -> str:
    """Return "Mobility, lying on the back, about 2 minutes, Ours"."""
    minutes = max(1, round(exercise.seconds / 60))
    words = [
        starter.vocabulary().categories.get(exercise.category, exercise.category),
        exercise.position,
        ngettext("about %(count)d minute", "about %(count)d minutes", minutes) % {"count": minutes},
    ]
    if exercise.practice_id is not None:
        words.append(exercise.owner.get_short_name() if exercise.owner else _("our clinic's own"))
    return ", ".join(word for word in words if word)


@register.filter
def caution_words(level: str, tag: str) -> str:
    """Return what a level asks for with a tag: "Ask first: Pregnant ..."."""
    words = {"ask": _("Ask first"), "adapt": _("Adapt"), "avoid": _("Avoid")}
    return f"{words.get(level, level)}: {starter.vocabulary().tags.get(tag, tag)}"


@register.filter
def things(kit: list[str]) -> str:
    """Return pieces of equipment in words: "mat, pillow or cushion"."""
    known = starter.vocabulary().equipment
    return ", ".join(known.get(thing, thing) for thing in kit)
