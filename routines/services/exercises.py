"""Authoring exercises: draft, review, publish, withdraw."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.errors import WrongState
from portal.accounts.models import Practice, User
from routines.access import check_can_add, check_can_edit, needs_review
from routines.authoring.checks import exercise_findings
from routines.library import starter
from routines.models import Exercise, ExerciseMove, ExerciseVersion, SelfCareItem
from routines.reading import ContentError, Problem
from routines.services.ladders import other_ends
from routines.services.storing import (
    copy_columns,
    finished_document,
    freeze,
    partners_of,
    put_draft,
    refresh_links,
)
from routines.signals import exercise_withdrawn

State = Exercise.State


@transaction.atomic
def save_draft(
    exercise: Exercise | None,
    *,
    document: Mapping[str, Any],
    by: User,
    practice: Practice | None = None,
    own: bool = False,
) -> ExerciseVersion:
    """Return the draft version that holds the document; begins a new exercise where `exercise` is None.

    A new exercise goes to the practice (None: the shared library); `own` keeps it to the person who writes it. An
    exercise that exists stays where it is, and so does its slug. Clients keep what was published last.
    Raises NotAllowed, and ContentError naming every field that is wrong; then nothing is stored.
    """
    content, finished = finished_document(dict(document))
    if exercise is None:
        check_can_add(by, practice)
        exercise = Exercise(practice=practice, slug=content.slug, owner=by if own else None)
        exercise.name = content.name
        insert_exercise(exercise)
    else:
        exercise = locked(exercise)
        check_can_edit(by, exercise)
        if content.slug != exercise.slug:
            raise ContentError.at("slug", f"is {content.slug!r}; the slug of an exercise stays {exercise.slug!r}")
    draft = put_draft(exercise, finished, by=by)
    copy_columns(exercise, content, finished)
    before = exercise.state
    if exercise.state != State.DRAFT:
        set_state(exercise, State.DRAFT)
    exercise.save()
    keep_move(exercise, before, by=by, version=draft.number, wrote=True)
    record_write("exercise draft saved", exercise, by, version=draft.number)
    return draft


def submit_for_review(exercise: Exercise, *, by: User) -> Exercise:
    """Ask somebody to look at the draft. Raises NotAllowed, WrongState."""
    return move_exercise(exercise, State.IN_REVIEW, by=by)


def send_back(exercise: Exercise, *, by: User, note: str = "") -> Exercise:
    """Return a draft in review to its author, with what is to be changed. Raises NotAllowed, WrongState."""
    return move_exercise(exercise, State.DRAFT, by=by, note=note)


def restore_exercise(exercise: Exercise, *, by: User) -> Exercise:
    """Offer a withdrawn exercise again. Raises NotAllowed, WrongState."""
    return move_exercise(exercise, State.PUBLISHED, by=by)


@transaction.atomic
def withdraw_exercise(exercise: Exercise, *, by: User) -> Exercise:
    """Keep the exercise out of new plans; running plans keep it. Raises NotAllowed, WrongState.

    `exercise_withdrawn` is sent in the same transaction, so that other rooms tell whom it concerns.
    """
    was = locked(exercise).state  # two at once tell of it once
    withdrawn = move_exercise(exercise, State.WITHDRAWN, by=by)
    if was != State.WITHDRAWN:
        exercise_withdrawn.send(sender=Exercise, exercise=withdrawn, by=by)
    return withdrawn


@transaction.atomic
def move_exercise(exercise: Exercise, to: str, *, by: User, note: str = "") -> Exercise:
    """Return the exercise in another state, by its table of transitions; publishing has its own service.

    A repeat of the state it is in is silent. Raises NotAllowed, and WrongState for every other move.
    """
    exercise = locked(exercise)
    check_can_edit(by, exercise)
    if exercise.state == to:
        return exercise
    if to == State.PUBLISHED and exercise.state != State.WITHDRAWN:
        raise WrongState(_("A draft becomes public by publishing it."))
    if to in (State.IN_REVIEW, State.DRAFT) and _draft_of(exercise) is None:
        raise WrongState(_("There is no draft of this exercise."))
    before = exercise.state
    set_state(exercise, to)
    exercise.save()
    keep_move(exercise, before, by=by, note=note)
    record_write(f"exercise moved to {to}", exercise, by, was=before)
    return exercise


def publish_exercise(exercise: Exercise, *, by: User) -> ExerciseVersion:
    """Return the draft, published: from now on it never changes, and new plans take it.

    Raises NotAllowed, WrongState without a draft or without the review that the library asks for, ContentError where
    a check finds an error, or an easier or harder form does not link back.
    """
    return publish_together([exercise], by=by)[0]


@transaction.atomic
def publish_together(exercises: Sequence[Exercise], *, by: User) -> list[ExerciseVersion]:
    """Return the drafts of several exercises, published at once, so that new links find both ends.

    An easier or harder form of the same library that has to name one of them from now on follows them in the list.
    Raises as `publish_exercise` does; then none is published.
    """
    at = timezone.now()
    rows = [locked(exercise) for exercise in exercises]
    drafts: list[ExerciseVersion] = []
    for row in rows:
        check_can_edit(by, row)
        draft = _draft_of(row)
        if draft is None:
            raise WrongState(_("There is no draft of this exercise to publish."))
        check_can_publish(row, draft, by=by)
        _refuse_errors(draft)
        if row.state == State.IN_REVIEW and is_another(by, row, draft):
            draft.reviewed_by, draft.reviewed_at = by, at
        draft.exercise = row
        drafts.append(draft)
    for partner, document in other_ends(drafts):
        row = locked(partner)
        check_can_edit(by, row)
        draft = put_draft(row, finished_document(document)[1], by=by)
        draft.exercise = row
        drafts.append(draft)
    for draft in drafts:
        _publish(draft, by=by, at=at)
    published = [draft.exercise for draft in drafts]
    refresh_links([*published, *partners_of(published)])
    return drafts


def _publish(draft: ExerciseVersion, *, by: User, at: datetime) -> None:
    row = draft.exercise
    before = row.state
    if before not in (State.PUBLISHED, State.WITHDRAWN):  # those are other ends of links, which stay as they are
        set_state(row, State.PUBLISHED)
    freeze(row, draft, by=by, at=at)
    row.save()
    keep_move(row, before, by=by, version=draft.number)
    record_write("exercise published", row, by, version=draft.number)


@transaction.atomic
def discard_draft(exercise: Exercise, *, by: User) -> Exercise:
    """Return the exercise as it was published last, its draft thrown away.

    Raises NotAllowed, and WrongState for an exercise without a draft or never published.
    """
    exercise = locked(exercise)
    check_can_edit(by, exercise)
    draft = _draft_of(exercise)
    if draft is None or exercise.current_version is None:
        raise WrongState(_("There is no draft over a published version to throw away."))
    before = exercise.state
    draft.delete()
    content = exercise.current_version.content
    copy_columns(exercise, content, exercise.current_version.document)
    set_state(exercise, State.PUBLISHED)
    exercise.save()
    keep_move(exercise, before, by=by, version=draft.number, note=_("The draft was thrown away."))
    record_write("exercise draft discarded", exercise, by, version=draft.number)
    return exercise


def writers_of(exercise: Exercise, number: int) -> set[int]:
    """Return the ids of everyone who wrote in a version of the exercise."""
    rows = ExerciseMove.objects.filter(exercise=exercise, version_number=number, wrote=True)
    return set(rows.values_list("by_id", flat=True))


def is_another(person: User, exercise: Exercise, draft: ExerciseVersion) -> bool:
    """Tell whether the person wrote nothing of the draft, and can review it."""
    return person.pk != draft.created_by_id and person.pk not in writers_of(exercise, draft.number)


def check_can_publish(exercise: Exercise, draft: ExerciseVersion, *, by: User) -> None:
    """Raise WrongState where the library asks for a review and the draft has none, or its own writer gives it."""
    refuse_unreviewed(exercise, is_another=is_another(by, exercise, draft))


def refuse_unreviewed(thing: Exercise | SelfCareItem, *, is_another: bool) -> None:
    """Raise WrongState where its library asks for a review and this is none.

    is_another: whether the person who publishes wrote nothing of it.
    """
    if not needs_review(thing.practice):
        return
    if thing.state != State.IN_REVIEW:
        raise WrongState(_("Everything is looked at here before it is published. Ask a colleague for a review."))
    if not is_another:
        raise WrongState(_("You wrote in this draft, so a colleague has to look at it and publish it."))


def _refuse_errors(draft: ExerciseVersion) -> None:
    """Raise ContentError for what the checks call an error."""
    found = exercise_findings(draft.document, vocabulary=starter.vocabulary(), gettext=_)
    errors = [Problem(each.path, each.message) for each in found if each.level == "error"]
    if errors:
        raise ContentError(errors)


def keep_move(exercise: Exercise, was: str, *, by: User, version: int = 0, note: str = "", wrote: bool = False) -> None:
    """Keep one step in the life of an exercise that has just taken it; version: its number, 0 for the newest."""
    number = version or exercise.versions.order_by("-number").values_list("number", flat=True)[0]
    row = ExerciseMove(exercise=exercise, version_number=number, was=was, became=exercise.state, wrote=wrote)
    row.by, row.note = by, note.strip()[:300]
    row.save()


def locked(exercise: Exercise) -> Exercise:
    """Return the row as it is now, held until the transaction ends."""
    rows = Exercise._base_manager.select_for_update(of=("self",)).select_related("practice", "current_version")
    return rows.get(pk=exercise.pk)


def _draft_of(exercise: Exercise) -> ExerciseVersion | None:
    return ExerciseVersion._base_manager.filter(exercise=exercise, published_at=None).first()


def set_state(thing: Exercise | SelfCareItem, to: str) -> None:
    """Set the state; raises WrongState where the table of transitions does not lead there."""
    allowed: Collection[str] = Exercise.TRANSITIONS[State(thing.state)]
    if to not in allowed:
        words = {"from": State(thing.state).label, "to": State(to).label}
        raise WrongState(_("Nothing can go from “%(from)s” to “%(to)s”.") % words)
    thing.state = to


def insert_exercise(exercise: Exercise) -> None:
    """Save a new row; raises ContentError where another took its slug, even at the same moment."""
    try:
        with transaction.atomic():
            exercise.save()
    except IntegrityError as error:
        text = f"{exercise.slug!r} is taken by another exercise of this library; choose another"
        raise ContentError.at("slug", text) from error


def record_write(action: str, exercise: Exercise, by: User, **detail: Any) -> None:
    audit.record(action, exercise, by=by, detail=detail)
