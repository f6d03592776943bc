"""What may stand in for an exercise where a client carries a tag; kept beside the exercise, not in its versions."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.models import User
from routines.access import check_can_edit
from routines.library import starter
from routines.models import Exercise, ExerciseSubstitute
from routines.reading import ContentError, Problem
from routines.services.storing import exercises_by_slug

Substitutes = dict[str, str]  # tag -> slug of the exercise that stands in


def substitutes_of(exercise: Exercise) -> list[dict[str, str]]:
    """Return the substitutes as a form shows them, in the order of the tags."""
    rows = exercise.substitutes.order_by("tag").values_list("tag", "substitute__slug")
    return [{"tag": tag, "exercise": slug} for tag, slug in rows]


def read_substitutes(entries: Any) -> Substitutes:
    """Return what was typed; raises ContentError naming each field that is wrong. Any: it comes from a form."""
    problems: list[Problem] = []
    found: Substitutes = {}
    for index, entry in enumerate(entries or ()):
        tag, slug = str(entry.get("tag", "")), str(entry.get("exercise", ""))
        if tag not in starter.vocabulary().tags:
            problems.append(Problem(f"substitutes[{index}].tag", _("Choose whom it is for.")))
        elif tag in found:
            problems.append(Problem(f"substitutes[{index}].tag", _("This one has a substitute already; keep one.")))
        if not slug:
            problems.append(Problem(f"substitutes[{index}].exercise", _("Choose the exercise to give instead.")))
        found[tag] = slug
    if problems:
        raise ContentError(problems)
    return found


@transaction.atomic
def put_substitutes(exercise: Exercise, wanted: Substitutes, *, by: User) -> None:
    """Make these the substitutes of the exercise, as its library finds them.

    Raises NotAllowed, and ContentError for one that is not published there, or is the exercise itself.
    """
    check_can_edit(by, exercise)
    targets = exercises_by_slug(exercise.practice, wanted.values(), with_withdrawn=True)
    problems = [
        Problem(f"substitutes[{index}].exercise", _("Choose another exercise that is published."))
        for index, slug in enumerate(wanted.values())
        if slug not in targets or targets[slug].pk == exercise.pk
    ]
    if problems:
        raise ContentError(problems)
    rows = {row.tag: row for row in exercise.substitutes.all()}
    new = {tag: targets[slug] for tag, slug in wanted.items()}
    if {tag: row.substitute_id for tag, row in rows.items()} == {tag: target.pk for tag, target in new.items()}:
        return
    exercise.substitutes.all().delete()
    exercise.substitutes.bulk_create(
        [ExerciseSubstitute(exercise=exercise, tag=tag, substitute=target) for tag, target in new.items()]
    )
    audit.record("substitutes changed", exercise, by=by, detail={"tags": sorted(new)})


def copy_substitutes(source: Exercise, copy: Exercise) -> None:
    """Give a practice's copy the substitutes of its source."""
    rows = source.substitutes.values_list("tag", "substitute_id")
    copy.substitutes.bulk_create([ExerciseSubstitute(exercise=copy, tag=tag, substitute_id=pk) for tag, pk in rows])
