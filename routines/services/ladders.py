"""Easier and harder forms name each other: what the other end has to say when one end is published."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _

from routines.content import ExerciseContent, Link
from routines.models import Exercise, ExerciseLink, ExerciseVersion
from routines.reading import ContentError, Problem
from routines.services.storing import exercises_by_slug

BACK = {"easier": "harder", "harder": "easier"}
Change = tuple[Exercise, dict[str, Any]]  # an exercise of the same library, and what it says from now on


def other_ends(drafts: Sequence[ExerciseVersion]) -> list[Change]:
    """Return what exercises of the same library have to say so that both ends of every link name each other.

    An end that is published in the same go speaks for itself. Where the other end becomes the easier one, its way up
    opens on the practitioner's word alone: the author named no other condition. Raises ContentError where the other
    end names a third exercise, or has an open draft.
    """
    own = {draft.exercise_id for draft in drafts}
    changed: dict[int, Change] = {}
    problems: list[Problem] = []
    for draft in drafts:
        for kind in ("easier", "harder"):
            link = _link(draft.content, kind)
            for left in _left_behind(draft.exercise, kind, link, own):
                _set(changed, left, BACK[kind], None)
            target = _target(draft.exercise, link)
            if target is None or target.pk in own:
                continue
            problem = _link_back(draft, kind, target, changed)
            problems += [problem] if problem else []
    busy = ExerciseVersion._base_manager.filter(exercise__in=changed, published_at=None).select_related("exercise")
    problems += [
        Problem("variations", _("“%(name)s” has to change too, but has an open draft.") % {"name": row.exercise.name})
        for row in busy
    ]
    if problems:
        raise ContentError(problems)
    return list(changed.values())


def _link_back(draft: ExerciseVersion, kind: str, target: Exercise, changed: dict[int, Change]) -> Problem | None:
    back = BACK[kind]
    said = _document(changed, target).get("variations", {}).get(back) or {}
    exercise = draft.exercise
    if said.get("slug") == exercise.slug:
        return None
    if said.get("slug"):
        words = {"name": target.name, "other": said.get("name", said["slug"])}
        text = _("“%(name)s” goes with “%(other)s” already. Choose another, or take that link away first.") % words
        return Problem(f"variations.{kind}.slug", text)
    link: dict[str, Any] = {"name": draft.content.name, "text": draft.content.aim, "slug": exercise.slug}
    if back == "harder":
        link["gate"] = {"practitioner_approval": True}
    _set(changed, target, back, link)
    return None


def _left_behind(exercise: Exercise, kind: str, link: Link | None, own: Collection[int]) -> list[Exercise]:
    """Return the ends of an earlier link that still name this exercise."""
    rows = ExerciseLink._base_manager.filter(exercise=exercise, kind=kind, target__practice=exercise.practice_id)
    found = [row.target for row in rows.select_related("target__current_version")]
    slug = link.slug if link else None
    return [
        target for target in found if target.slug != slug and target.pk not in own and _names(target, kind, exercise)
    ]


def _names(target: Exercise, kind: str, exercise: Exercise) -> bool:
    said = _link(target.current_version.content, BACK[kind]) if target.current_version else None
    return said is not None and said.slug == exercise.slug


def _target(exercise: Exercise, link: Link | None) -> Exercise | None:
    """Return the other end where it is of the same library; whatever is wrong with it is said when links are made."""
    if link is None or link.slug is None:
        return None
    target = exercises_by_slug(exercise.practice_id, [link.slug], with_withdrawn=True).get(link.slug)
    return target if target is not None and target.practice_id == exercise.practice_id else None


def _document(changed: dict[int, Change], target: Exercise) -> dict[str, Any]:
    if target.pk in changed:
        return changed[target.pk][1]
    return dict(target.current_version.document) if target.current_version else {}


def _set(changed: dict[int, Change], target: Exercise, kind: str, link: dict[str, Any] | None) -> None:
    document = _document(changed, target)
    links = {name: value for name, value in (document.get("variations") or {}).items() if name != kind}
    links |= {kind: link} if link else {}
    rest = {name: value for name, value in document.items() if name != "variations"}
    changed[target.pk] = (target, {**rest, "variations": links} if links else rest)


def _link(content: ExerciseContent, kind: str) -> Link | None:
    link: Link | None = getattr(content, kind)
    return link
