"""Exercises that may stand in for another one: for the same part of the body, and nothing that a client must avoid."""

from collections.abc import Collection
from typing import Any

from django.db.models import Case, Count, F, Value, When
from django.db.models.functions import Abs

from routines.content import ExerciseContent
from routines.finding.words import facet_word
from routines.models import Exercise

MOST = 6  # exercises of one answer; engineering bound


def alternatives(
    user: Any, content: ExerciseContent, *, tags: Collection[str], leave_out: Collection[int]
) -> list[Exercise]:
    """Return exercises that the person may give in place of this one, the most alike first. One statement.

    Alike: more body regions in common, then the same category, then a difficulty nearer by. tags: of the client; what
    one of them says to avoid is left out, what asks for a look is not. leave_out: ids of exercises.
    """
    regions = [facet_word("region", region) for region in content.body_regions]
    rows = Exercise.objects.visible_to(user).offered().safe_for(tags).exclude(pk__in=leave_out)
    return list(
        rows.filter(words__word__in=regions)
        .annotate(shared=Count("words"))
        .order_by(
            "-shared",
            Case(When(category=content.category, then=Value(0)), default=Value(1)),
            Abs(F("difficulty") - Value(content.difficulty)),
            "name",
            "pk",
        )
        .select_related("current_version")[:MOST]
    )
