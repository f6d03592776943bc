"""What a client's tags say to exercises and plans, in words and with the library's ready swaps."""

from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import gettext as _

from clients.rules import contraindications as rules
from clients.rules.contraindications import Answer, Caution
from routines.content import ExerciseContent
from routines.library import starter
from routines.models import ExerciseSubstitute

Swaps = Mapping[str, Mapping[str, str]]  # tag -> slug of an exercise -> slug of what may stand in for it


def swaps_for(exercise_ids: Collection[int], tags: Collection[str]) -> Swaps:
    """Return the ready swaps that the library offers for these exercises and tags."""
    found: dict[str, dict[str, str]] = {}
    if not tags:
        return found
    rows = ExerciseSubstitute.objects.filter(exercise__in=exercise_ids, tag__in=tags)
    for tag, slug, instead in rows.values_list("tag", "exercise__slug", "substitute__slug"):
        found.setdefault(tag, {})[slug] = instead
    return found


def cautions_for(
    content: ExerciseContent,
    opted_in: Collection[str],
    tags: Collection[str],
    *,
    swaps: Swaps | None = None,
    needs_approval: bool = False,
) -> tuple[Caution, ...]:
    """What speaks against one exercise for a client with these tags.

    needs_approval: the routine gives this exercise only where the practitioner says so for this client.
    """
    found = rules.for_exercise(content, tags, opted_in=opted_in, substitutions=swaps)
    return (*found, rules.approval_of(content.slug)) if needs_approval else found


def open_problems(cautions: Iterable[Caution], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Return {caution key: what to do} for every caution that still stands in the way."""
    words = starter.vocabulary().tags
    remedies = {
        "client": {
            "block": _("No plan can be given with this: “%(tag)s” Refer the client."),
            "avoid": _("No plan is meant to start with this: “%(tag)s” Write why it may start all the same."),
        },
        "routine": {
            "avoid": _("This routine is not meant for: “%(tag)s” Choose another, or write why it fits."),
        },
        "segment": {"block": _("The session would never offer this part with: “%(tag)s” Switch it off.")},
        "exercise": {
            "avoid": _("To be avoided with: “%(tag)s” Take it out, swap it, or write why it stays."),
            "ask": _("Ask yourself whether it suits: “%(tag)s” Tick the box if it does."),
        },
        "approval": {"ask": _("Given only to clients it suits. Tick the box, or take the exercise out.")},
    }
    return {
        caution.key: remedies[caution.scope][caution.level] % {"tag": _full_stop(words.get(caution.tag, caution.tag))}
        for caution in rules.unsettled(cautions, answers)
    }


def _full_stop(text: str) -> str:
    return text if text.endswith((".", ")")) else f"{text}."
