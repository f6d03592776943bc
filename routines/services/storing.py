"""How versions and what is derived from them reach the database; used by authoring and by import."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal.accounts.models import Practice, User
from routines.content import ExerciseContent, Gate, Link, parse_exercise
from routines.library import starter
from routines.models import (
    Exercise,
    ExerciseContraindication,
    ExerciseFacet,
    ExerciseLink,
    ExerciseVersion,
)
from routines.movement.own import refuse_wrong
from routines.reading import ContentError, Problem
from routines.services.indexing import index_exercise, set_list_columns
from routines.services.media_store import note_uses
from routines.services.translations import carry_over
from routines.timeline import compile as compile_timeline


def finished_document(document: Any) -> tuple[ExerciseContent, dict[str, Any]]:
    """Return a checked exercise and its document with the length that its timeline takes.

    Any: the document comes from a form or a file. Raises ContentError naming every field that is wrong.
    """
    content = parse_exercise(document, vocabulary=starter.vocabulary())
    refuse_wrong(content)
    seconds = round(compile_timeline(content).seconds)
    return content, {**document, "estimated_seconds": seconds}


def put_draft(exercise: Exercise, document: dict[str, Any], *, by: User | None) -> ExerciseVersion:
    """Return the exercise's draft with this document: the open one rewritten, or the next number begun."""
    draft = exercise.versions.filter(published_at=None).first()
    if draft is None:
        last = exercise.versions.order_by("-number").values_list("number", flat=True).first()
        draft = ExerciseVersion(exercise=exercise, number=(last or 0) + 1)
    draft.document = document
    draft.created_by = by
    draft.save()
    note_uses(draft)
    return draft


def copy_columns(exercise: Exercise, content: ExerciseContent, document: dict[str, Any]) -> None:
    """Set the columns for lists and search from a content; does not save the exercise. Words are saved."""
    exercise.name = content.name
    exercise.category = content.category
    exercise.position = content.position
    exercise.difficulty = content.difficulty
    exercise.seconds = document["estimated_seconds"]
    index_exercise(exercise, content)


def freeze(exercise: Exercise, draft: ExerciseVersion, *, by: User | None, at: datetime) -> None:
    """Publish a draft and derive facets and contraindications from it; links are refreshed by `refresh_links`.

    Translations of what clients had before go along.
    """
    carry_over(exercise.current_version or exercise.origin, draft)
    draft.published_at = at
    draft.published_by = by
    draft.save(update_fields=["published_at", "published_by", "reviewed_at", "reviewed_by", "content_hash"])
    exercise.current_version = draft
    content = draft.content
    set_list_columns(exercise, content)
    kinds = ExerciseFacet.Kind
    facets = [
        *((kinds.REGION, region) for region in content.body_regions),
        *((kinds.EQUIPMENT, thing) for thing in content.equipment),
        *((kinds.TAG, tag) for tag in content.tags),
    ]
    exercise.facets.all().delete()
    exercise.facets.bulk_create([ExerciseFacet(exercise=exercise, kind=kind, value=value) for kind, value in facets])
    exercise.contraindications.all().delete()
    exercise.contraindications.bulk_create(
        [
            ExerciseContraindication(exercise=exercise, tag=entry.tag, level=entry.level)
            for entry in content.contraindications
        ]
    )


def exercises_by_slug(
    practice: Practice | int | None, slugs: Iterable[str], *, with_withdrawn: bool = False
) -> dict[str, Exercise]:
    """Return published exercises by slug as a practice finds them: its own before a shared one; None: shared only.

    Unknown slugs are left out, and withdrawn ones unless they are asked for.
    """
    rows = Exercise._base_manager.filter(slug__in=set(slugs), current_version__isnull=False)
    if not with_withdrawn:
        rows = rows.exclude(state=Exercise.State.WITHDRAWN)
    rows = rows.select_related("current_version")
    found = {row.slug: row for row in rows.filter(practice=None)}
    if practice is not None:
        found.update({row.slug: row for row in rows.filter(practice=practice)})
    return found


def refresh_links(exercises: Iterable[Exercise]) -> None:
    """Write the easier and harder links of published exercises anew, both ends with the harder end's gate.

    Raises ContentError where an end is unknown, or does not link back within the same library.
    """
    chosen = list(exercises)
    problems: list[Problem] = []
    targets = {
        practice_id: _link_targets(practice_id, [row for row in chosen if row.practice_id == practice_id])
        for practice_id in {row.practice_id for row in chosen}
    }
    rows: list[ExerciseLink] = []
    for exercise in chosen:
        for kind in ExerciseLink.Kind:
            link = _link(exercise, kind)
            if link is not None and link.slug is not None:
                row = _link_row(exercise, kind, link, targets[exercise.practice_id].get(link.slug))
                rows += [row] if isinstance(row, ExerciseLink) else []
                problems += [row] if isinstance(row, Problem) else []
    if problems:
        raise ContentError(problems)
    ExerciseLink._base_manager.filter(exercise__in=chosen).delete()
    ExerciseLink._base_manager.bulk_create(rows)


def _link_targets(practice_id: int | None, exercises: list[Exercise]) -> dict[str, Exercise]:
    """Return whom the links of one library's exercises may lead to, by slug; the given rows as they are in memory."""
    links = [_link(exercise, kind) for exercise in exercises for kind in ExerciseLink.Kind]
    own = {exercise.slug: exercise for exercise in exercises}
    elsewhere = {link.slug for link in links if link and link.slug} - set(own)
    return {**exercises_by_slug(practice_id, elsewhere, with_withdrawn=True), **own}


def _link_row(exercise: Exercise, kind: str, link: Link, target: Exercise | None) -> ExerciseLink | Problem:
    place = f"variations.{kind}.slug"
    if target is None or target.pk == exercise.pk:
        return Problem(place, f"no published exercise {link.slug!r}; publish it first or leave it out")
    back = "harder" if kind == "easier" else "easier"
    reverse = _link(target, back)
    if target.practice_id == exercise.practice_id and (reverse is None or reverse.slug != exercise.slug):
        text = f"{target.name!r} does not name {exercise.slug!r} as its {back} form; change it as well"
        return Problem(place, f"{text}, and publish both together")
    gate = _gate(link if kind == "harder" else reverse)
    return ExerciseLink(exercise=exercise, kind=kind, target=target, gate=gate)


def _link(exercise: Exercise, kind: str) -> Link | None:
    link: Link | None = getattr(_current(exercise), kind)
    return link


def partners_of(exercises: Iterable[Exercise]) -> list[Exercise]:
    """Return the other exercises of the same libraries whose links lead to or come from these."""
    chosen = list(exercises)
    keys = [exercise.pk for exercise in chosen]
    links = ExerciseLink._base_manager
    ends = {
        *links.filter(target__in=keys).values_list("exercise_id", flat=True),
        *links.filter(exercise__in=keys).values_list("target_id", flat=True),
    }
    practices = {exercise.practice_id for exercise in chosen}
    rows = Exercise._base_manager.filter(pk__in=ends - set(keys)).select_related("current_version")
    return [row for row in rows if row.practice_id in practices]


def _current(exercise: Exercise) -> ExerciseContent:
    if exercise.current_version is None:
        raise ContentError.at("", f"{exercise.name!r} was never published")
    content: ExerciseContent = exercise.current_version.content
    return content


def _gate(link: Link | None) -> dict[str, Any]:
    gate: Gate | None = link.gate if link else None
    return gate.to_document() if gate else {}
