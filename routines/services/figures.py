"""Saving what the pose editor made: a figure, and which step shows which of its keys."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.accounts.models import User
from routines.models import Exercise, ExerciseVersion
from routines.movement.own import entry_for, figure_errors
from routines.movement.renderer import FigureError
from routines.reading import ContentError, is_slug
from routines.services.exercises import save_draft

# (place of the segment, place of the step) -> its pose; None: the step shows no figure.
Poses = Mapping[tuple[int, int], Mapping[str, Any] | None]


@transaction.atomic
def save_figure(exercise: Exercise, *, name: str, figure: Mapping[str, Any], poses: Poses, by: User) -> ExerciseVersion:
    """Return the draft of the exercise with this figure and these poses of its steps.

    Of a figure of the library only what differs is kept. Raises NotAllowed, and ContentError that names the figure,
    the key and the field; then nothing is stored.
    """
    path = f"figures.{name}"
    if not is_slug(name):
        raise ContentError.at("name", "is not a name of a figure; use lower-case letters, digits and single hyphens")
    problems = figure_errors(name, {"figure": figure}, path)
    if problems:
        raise ContentError(problems)
    try:
        entry = entry_for(name, figure)
    except FigureError as error:
        raise ContentError.at(path, error.reason) from error
    document = _with_figure(exercise.versions.order_by("-number")[:1].get().document, name, entry)
    for (segment, step), pose in poses.items():
        _bind(document, segment, step, pose)
    return save_draft(exercise, document=document, by=by)


def _with_figure(document: Mapping[str, Any], name: str, entry: Mapping[str, Any] | None) -> dict[str, Any]:
    found = copy.deepcopy(dict(document))
    own = {key: value for key, value in (found.pop("figures", None) or {}).items() if key != name}
    if entry is not None:
        own[name] = entry
    return {**found, "figures": own} if own else found


def _bind(document: dict[str, Any], segment: int, step: int, pose: Mapping[str, Any] | None) -> None:
    try:
        target = document["segments"][segment]["steps"][step]
    except IndexError as error:
        raise ContentError.at(
            f"segments[{segment}].steps[{step}]", "is no longer there; load the page again"
        ) from error
    target.pop("pose", None)
    if pose:
        target["pose"] = dict(pose)
