"""Routine templates: writing, changing, copying, withdrawing. What was assigned from them never changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, count
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from portal.accounts import audit
from portal.accounts.models import Practice, User
from routines.access import check_can_add, check_can_edit
from routines.content import RoutineContent, RoutineItemContent, parse_routine
from routines.library import starter
from routines.library.routine_faults import routine_problems
from routines.models import Exercise, Routine, RoutineItem
from routines.models.exercise import hash_of
from routines.models.search import replace_words
from routines.reading import ContentError
from routines.services.storing import exercises_by_slug


@transaction.atomic
def create_routine(
    *, document: Mapping[str, Any], by: User, practice: Practice | None = None, own: bool = False
) -> Routine:
    """Return a new routine of the practice (None: of the shared library); `own` keeps it to its writer.

    The document is the plain form, as in YAML. Raises NotAllowed, and ContentError naming every wrong field.
    """
    check_can_add(by, practice)
    content, exercises = checked_routine(document, practice)
    routine = Routine(practice=practice, slug=content.slug, owner=by if own else None)
    write_routine(routine, content, document, exercises)
    audit.record("routine created", routine, by=by)
    return routine


@transaction.atomic
def change_routine(routine: Routine, *, document: Mapping[str, Any], by: User) -> Routine:
    """Return the routine with this document in place of the old one; running plans keep theirs.

    Raises NotAllowed, and ContentError naming every wrong field; then nothing is stored.
    """
    routine = _locked(routine)
    check_can_edit(by, routine)
    content, exercises = checked_routine(document, routine.practice)
    if content.slug != routine.slug:
        raise ContentError.at("slug", f"is {content.slug!r}; the slug of a routine stays {routine.slug!r}")
    write_routine(routine, content, document, exercises)
    audit.record("routine changed", routine, by=by)
    return routine


@transaction.atomic
def copy_routine(routine: Routine, *, into: Practice, by: User, slug: str, name: str, own: bool = False) -> Routine:
    """Return a copy under another slug and name. Raises NotAllowed, ContentError."""
    check_can_add(by, into)
    if not Routine.objects.visible_to(by).filter(pk=routine.pk).exists():
        raise ContentError.at("routine", "is not yours to copy")
    document = {**routine.whole_document(), "slug": slug, "name": name}
    content, exercises = checked_routine(document, into)
    copy = Routine(practice=into, slug=slug, origin=routine, owner=by if own else None)
    write_routine(copy, content, document, exercises)
    audit.record("routine copied", copy, by=by, detail={"origin": routine.pk})
    return copy


@transaction.atomic
def withdraw_routine(routine: Routine, *, by: User) -> Routine:
    """Keep the routine out of new plans; running plans keep theirs. A repeat is silent. Raises NotAllowed."""
    routine = _locked(routine)
    check_can_edit(by, routine)
    if routine.withdrawn_at is None:
        routine.withdrawn_at = timezone.now()
        routine.save()
        audit.record("routine withdrawn", routine, by=by)
    return routine


@transaction.atomic
def restore_routine(routine: Routine, *, by: User) -> Routine:
    """Offer a withdrawn routine again. A repeat is silent. Raises NotAllowed."""
    routine = _locked(routine)
    check_can_edit(by, routine)
    if routine.withdrawn_at is not None:
        routine.withdrawn_at = None
        routine.save()
        audit.record("routine restored", routine, by=by)
    return routine


def checked_routine(
    document: Mapping[str, Any], practice: Practice | None
) -> tuple[RoutineContent, dict[str, Exercise]]:
    """Return the parsed routine and its exercises by slug, as the practice finds them. Raises ContentError."""
    content = parse_routine(dict(document), vocabulary=starter.vocabulary())
    slugs = [item.exercise for item in _all_items(content)]
    exercises = exercises_by_slug(practice, slugs)
    contents = {slug: row.current_version.content for slug, row in exercises.items() if row.current_version}
    problems = routine_problems(content, contents)
    if problems:
        raise ContentError(problems)
    return content, exercises


def write_routine(
    routine: Routine, content: RoutineContent, document: Mapping[str, Any], exercises: Mapping[str, Exercise]
) -> None:
    """Save a checked routine with its items and search words, inside the caller's transaction.

    Raises ContentError where another routine took its slug.
    """
    routine.name = content.name
    routine.goal = content.goal
    routine.minutes = content.estimated_minutes
    routine.document = {key: value for key, value in document.items() if key != "items"}
    routine.content_hash = routine_hash(document)
    try:
        with transaction.atomic():
            routine.save()
    except IntegrityError as error:
        text = f"{routine.slug!r} is taken by another routine of this library; choose another"
        raise ContentError.at("slug", text) from error
    routine.items.all().delete()
    RoutineItem._base_manager.bulk_create(
        [
            _item_row(routine, position, item, exercises[item.exercise])
            for position, item in enumerate(content.items, start=1)
        ]
    )
    names = [exercises[item.exercise].name for item in content.items]
    replace_words(routine.words, routine, [content.name, content.goal, *content.who_for, *names])


def free_slug(practice: Practice | None, name: str) -> str:
    """Return a short name for addresses that no routine of this library has yet: "morning", "morning-2" ..."""
    base = slugify(name)[:70].strip("-") or "routine"
    taken = set(Routine._base_manager.filter(practice=practice, slug__startswith=base).values_list("slug", flat=True))
    later = (f"{base}-{number}" for number in count(2))
    return next(slug for slug in chain([base], later) if slug not in taken)


def routine_hash(document: Mapping[str, Any]) -> str:
    """Return a hash of a routine's document that is the same for the same meaning: lengths of items left out."""
    items = [{key: value for key, value in item.items() if key != "estimated_seconds"} for item in document["items"]]
    return hash_of({**document, "items": items})


def _item_row(routine: Routine, position: int, item: RoutineItemContent, exercise: Exercise) -> RoutineItem:
    return RoutineItem(
        routine=routine,
        position=position,
        exercise=exercise,
        dose=dict(item.dose),
        note=item.note or "",
        optional=item.optional,
        choice_group=item.choice_group or "",
        segments=None if item.segments is None else list(item.segments),
        optional_segments=list(item.optional_segments),
        gate=item.gate.to_document() if item.gate else {},
    )


def _all_items(content: RoutineContent) -> Iterable[RoutineItemContent]:
    yield from content.items
    for lane in content.lanes.values():
        yield from lane.items


def _locked(routine: Routine) -> Routine:
    """Return the row as it is now, held until the transaction ends."""
    return Routine._base_manager.select_for_update(of=("self",)).select_related("practice").get(pk=routine.pk)
