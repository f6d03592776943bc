"""A practice's copies of shared exercises: made, kept up with their source, and what is not to be offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.errors import WrongState
from portal.accounts.models import Practice, User
from routines.access import check_can_add, check_can_edit
from routines.library.merging import Merged, merge
from routines.models import Exercise, ExerciseVersion, HiddenExercise
from routines.services.exercises import (
    State,
    insert_exercise,
    keep_move,
    locked,
    record_write,
    save_draft,
    set_state,
)
from routines.services.storing import copy_columns, finished_document, freeze, put_draft, refresh_links
from routines.services.substitutes import copy_substitutes

_DERIVED = {"estimated_seconds", "slug"}  # worked out at each save, and never changed


@transaction.atomic
def copy_exercise(exercise: Exercise, *, into: Practice, by: User, own: bool = False) -> Exercise:
    """Return the practice's copy of an exercise ("Make ours"), published as it stands, with its origin kept.

    Raises NotAllowed, WrongState for one that was never published, ContentError where the slug is taken.
    """
    check_can_add(by, into)
    source = exercise.current_version
    if source is None or not Exercise.objects.visible_to(by).filter(pk=exercise.pk).exists():
        raise WrongState(_("Only a published exercise can be copied."))
    content, document = finished_document(source.document)
    copy = Exercise(practice=into, slug=exercise.slug, origin=source, owner=by if own else None, name=content.name)
    insert_exercise(copy)
    draft = put_draft(copy, document, by=by)
    copy_columns(copy, content, document)
    set_state(copy, State.PUBLISHED)
    freeze(copy, draft, by=by, at=timezone.now())
    copy.save()
    refresh_links([copy])
    copy_substitutes(exercise, copy)
    keep_move(copy, State.DRAFT, by=by, version=draft.number)
    record_write("exercise copied", copy, by, origin=source.pk)
    return copy


def upstream_of(exercise: Exercise) -> ExerciseVersion | None:
    """Return the newer wording of what the exercise was copied from; None where there is none."""
    origin = exercise.origin
    if origin is None:
        return None
    newest = origin.exercise.current_version
    return newest if newest is not None and newest.number > origin.number else None


def take_over_preview(exercise: Exercise, choices: Mapping[str, str] | None = None) -> Merged:
    """Return what the newest wording of a copy becomes with what its source changed since, place by place.

    choices: path -> "ours" or "theirs"; without one, local wording survives where both changed a place.
    Raises WrongState where the source has not changed.
    """
    newer = upstream_of(exercise)
    if newer is None or exercise.origin is None:
        raise WrongState(_("The exercise that this was copied from has not changed."))
    ours = exercise.versions.order_by("-number")[0].document
    base, theirs = exercise.origin.document, newer.document
    merged = merge(_plain(base), _plain(ours), _plain(theirs), choices=choices)
    return Merged({**merged.document, "slug": exercise.slug}, merged.changes)


@transaction.atomic
def take_over(exercise: Exercise, choices: Mapping[str, str], *, by: User) -> ExerciseVersion:
    """Return the draft that holds the merged wording; from now on the copy counts as made from the newer version.

    Raises NotAllowed, WrongState, and ContentError where the chosen places do not fit together; then nothing is stored.
    """
    exercise = locked(exercise)
    check_can_edit(by, exercise)
    newer = upstream_of(exercise)
    merged = take_over_preview(exercise, choices)
    draft = save_draft(exercise, document=merged.document, by=by)
    Exercise._base_manager.filter(pk=exercise.pk).update(origin=newer)
    record_write("exercise taken over", exercise, by, origin=newer.pk if newer else None)
    return draft


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in _DERIVED}


@transaction.atomic
def hide_exercise(exercise: Exercise, *, practice: Practice, by: User) -> HiddenExercise:
    """Keep a shared exercise out of the practice's pickers. A repeat is silent. Raises NotAllowed, WrongState."""
    check_can_add(by, practice)
    if not exercise.is_shared:
        raise WrongState(_("Only an exercise of the shared library is hidden. Withdraw your own instead."))
    row, is_new = HiddenExercise.objects.get_or_create(practice=practice, exercise=exercise, defaults={"by": by})
    if is_new:
        audit.record("exercise hidden", exercise, by=by, practice=practice.pk)
    return row


@transaction.atomic
def show_exercise(exercise: Exercise, *, practice: Practice, by: User) -> None:
    """Offer a hidden exercise again. A repeat is silent. Raises NotAllowed."""
    check_can_add(by, practice)
    gone, _rows = HiddenExercise.objects.filter(practice=practice, exercise=exercise).delete()
    if gone:
        audit.record("exercise shown again", exercise, by=by, practice=practice.pk)
