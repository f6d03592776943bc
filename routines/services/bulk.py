"""One change to many exercises: each for itself, so that what may not be changed keeps nothing else from it."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.errors import NotAllowed, WrongState
from portal.accounts.models import User
from routines.access import check_can_edit
from routines.models import Exercise
from routines.reading import ContentError
from routines.services.exercises import locked, save_draft, withdraw_exercise
from routines.services.media import newest_document


@dataclass(slots=True)
class Changed:
    """What became of each exercise. same: there was nothing to change. refused: with the reason, in words.

    out_of_review: those of `done` that waited for a review, and are drafts again.
    """

    done: list[Exercise] = field(default_factory=list)
    out_of_review: list[Exercise] = field(default_factory=list)
    same: list[Exercise] = field(default_factory=list)
    refused: list[tuple[Exercise, str]] = field(default_factory=list)


def withdraw_many(exercises: Sequence[Exercise], *, by: User) -> Changed:
    """Keep the exercises out of new plans; running plans keep them."""

    def withdraw(exercise: Exercise) -> bool:
        check_can_edit(by, exercise)
        if exercise.state in (Exercise.State.DRAFT, Exercise.State.IN_REVIEW):
            raise WrongState(_("It has a draft. Publish it or throw the draft away first."))
        was = exercise.state
        return withdraw_exercise(exercise, by=by).state != was

    return _each(exercises, withdraw)


def tag_many(exercises: Sequence[Exercise], *, tags: Sequence[str], instead: bool, by: User) -> Changed:
    """Write the tags into a draft of each exercise; what is published never changes.

    instead: they take the place of the tags that are there, and otherwise stand after them. What waits for a review is
    a draft again, because the reviewer was asked about other words.
    """
    out_of_review: list[Exercise] = []

    def tag(exercise: Exercise) -> bool:
        check_can_edit(by, exercise)
        document = copy.deepcopy(newest_document(exercise))
        before = list(document.get("tags", ()))
        after = list(dict.fromkeys(tags if instead else [*before, *tags]))
        if after == before:
            return False
        save_draft(exercise, document={**document, "tags": after}, by=by)
        if exercise.state == Exercise.State.IN_REVIEW:
            out_of_review.append(exercise)
        return True

    changed = _each(exercises, tag)
    changed.out_of_review = out_of_review
    return changed


def _each(exercises: Sequence[Exercise], change: Callable[[Exercise], bool]) -> Changed:
    """Change each as it is now, in a transaction of its own; `change` returns whether there was something to change.

    The row is held before anything of it is read, so that what a colleague saves meanwhile is not overwritten.
    """
    found = Changed()
    for exercise in exercises:
        try:
            with transaction.atomic():
                changed = change(locked(exercise))
        except (NotAllowed, WrongState) as error:
            found.refused.append((exercise, str(error)))
        except ContentError as error:
            found.refused.append((exercise, "; ".join(map(str, error.problems))))
        else:
            (found.done if changed else found.same).append(exercise)
    return found
