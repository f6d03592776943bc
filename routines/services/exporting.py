"""A library as files: what is published and may be given, in the shipped form. Drafts and earlier versions stay."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import Practice, User
from portal.accounts.tenancy import all_practices, practice_scope, shared_rows_only
from routines.access import check_can_add
from routines.content.self_care import CATEGORY
from routines.library import starter
from routines.library.writing import Entries, exercises_document, routines_document, to_yaml
from routines.models import Exercise, ExerciseSubstitute, Routine, SelfCareItem
from routines.services.translations import translation_files


def export_library(practice: Practice | None, *, by: User | None) -> tuple[bytes, bytes]:
    """Return the exercises file and the routines file (YAML) of a practice, or (None) of the shared library.

    The same library gives the same bytes. `by` is who asks, and gets what they may see; None is the system itself.
    Raises NotAllowed.
    """
    entries = entries_of(practice, by=by)
    title = practice.name if practice else None
    exercises, routines = starter.exercises_file().document, starter.load_path(starter.ROUTINES).document
    return (
        to_yaml(exercises_document(entries, exercises, title=title)),
        to_yaml(routines_document(entries, routines, title=title)),
    )


def export_translations(practice: Practice | None, *, by: User | None) -> dict[str, bytes]:
    """Return the translations of the same library as files (YAML), by language code. Raises NotAllowed."""
    if by is not None:
        check_can_add(by, practice)
    scope = all_practices() if by is None else practice_scope(practice) if practice else shared_rows_only()
    with scope:
        files = translation_files(*(_seen(model, practice, by) for model in (Exercise, Routine, SelfCareItem)))
    return {code: to_yaml(document) for code, document in files.items()}


def entries_of(practice: Practice | None, *, by: User | None) -> Entries:
    """Return the plain documents of a practice's own library, or (None) of the shared one. Raises NotAllowed."""
    if by is not None:
        check_can_add(by, practice)
    scope = all_practices() if by is None else practice_scope(practice) if practice else shared_rows_only()
    with scope:
        exercises = _seen(Exercise, practice, by).exclude(current_version=None).select_related("current_version")
        routines = _seen(Routine, practice, by)
        published = _seen(SelfCareItem, practice, by).exclude(current_version=None)
        items = list(published.select_related("current_version"))
        # The exercise that a self-care item is done by is made from it again when it is imported.
        made = {row.slug for row in items if row.content.doing}
        rows = [row for row in exercises if row.category != CATEGORY or row.slug not in made]
        return Entries(
            exercises=[row.current_version.document for row in rows],
            self_care=[row.document for row in items if row.kind == SelfCareItem.Kind.MEASURE],
            articles=[row.document for row in items if row.kind == SelfCareItem.Kind.ARTICLE],
            routines=[row.whole_document() for row in routines],
            substitutes=_substitutes(rows),
            withdrawn_exercises=[row.slug for row in (*rows, *items) if row.state == Exercise.State.WITHDRAWN],
            withdrawn_routines=[row.slug for row in routines if row.withdrawn_at is not None],
        )


def _seen(model: Any, practice: Practice | None, by: User | None) -> Any:
    """Return a library's own rows. Any: the models share no base but Django's."""
    rows = model.objects.filter(practice=practice)
    return rows if by is None else rows.visible_to(by)


def _substitutes(exercises: list[Exercise]) -> dict[str, dict[str, str]]:
    rows = ExerciseSubstitute.objects.filter(exercise__in=exercises).select_related("exercise", "substitute")
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row.tag, {})[row.exercise.slug] = row.substitute.slug
    return found
