"""Answers about the library for other rooms."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import FilteredRelation, Q

from routines.content import SelfCare, parse_self_care
from routines.content.translation import SOURCE_LANGUAGE, client_texts, is_source, phrases, translated
from routines.models import (
    Exercise,
    ExerciseTranslation,
    ExerciseVersion,
    RoutineTranslation,
    SelfCareItem,
    SelfCareTranslation,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet


def with_words(rows: "QuerySet[Any]", path: str, language: str) -> "QuerySet[Any]":
    """Return the rows, each with the translation of what lies at `path` as `in_language`: None where there is none.

    One join, and none for the source language, where words_of gives None. Runs in the practice scope.
    """
    if is_source(language):
        return rows
    found = f"{path}__translations"
    joined = FilteredRelation(found, condition=Q(**{f"{found}__language": language}))
    return rows.annotate(in_language=joined).select_related("in_language")


def words_of(row: Any) -> Any:
    """Return the translation that with_words joined; None where there is none."""
    return getattr(row, "in_language", None)


def published_versions(slugs: Collection[str]) -> dict[str, ExerciseVersion]:
    """Return the published wording of each exercise by slug; the practice's own goes before a shared one.

    Unknown and withdrawn ones are left out. Runs in the practice scope.
    """
    return {slug: row.current_version for slug, row in _published(slugs, SOURCE_LANGUAGE).items()}


def _published(slugs: Collection[str], language: str) -> dict[str, Any]:
    """Return the published exercises by slug, each with the words of its wording in the language."""
    if not slugs:
        return {}
    rows = Exercise.objects.published().filter(slug__in=slugs).select_related("current_version").order_by("practice_id")
    found: dict[str, Any] = {}
    for row in with_words(rows, "current_version", language):
        if row.slug not in found or row.practice_id is not None:
            found[row.slug] = row
    return found


def readable_by_slug(slugs: Collection[str], language: str) -> tuple[dict[str, dict[str, Any]], frozenset[str]]:
    """Return the current document of each exercise in the language, and the slugs that stay in the source language.

    Unknown and withdrawn ones are left out. Runs in the practice scope. One statement.
    """
    documents: dict[str, dict[str, Any]] = {}
    foreign: set[str] = set()
    for slug, exercise in _published(slugs, language).items():
        document, words = exercise.current_version.document, words_of(exercise)
        own = translated(document, client_texts("exercise", document), words.texts) if words else None
        documents[slug] = own or document
        if own is None and not is_source(language):
            foreign.add(slug)
    return documents, frozenset(foreign)


@dataclass(frozen=True, slots=True)
class Readable:
    """A self-care item or an article for a client; `foreign` is its language where that is not the reader's."""

    content: SelfCare
    foreign: str


def self_care_for(language: str, slug: str | None = None) -> list[Readable]:
    """Return what clients may read in the language, measures first; `slug` asks for one.

    A practice's own item goes before a shared one of the same slug. Runs in the practice scope.
    """
    rows = SelfCareItem.objects.for_clients().select_related("current_version")
    if slug is not None:
        rows = rows.filter(slug=slug)
    items = list({row.slug: row for row in sorted(rows, key=lambda row: row.practice_id or 0)}.values())
    items.sort(key=lambda row: (row.kind != SelfCareItem.Kind.MEASURE, row.pk))
    versions = [row.current_version for row in items if row.current_version is not None]
    own: dict[int, SelfCareTranslation] = {}
    if not is_source(language):
        stored = SelfCareTranslation.objects.filter(version__in=versions, language=language).select_related("version")
        own = {row.version_id: row for row in stored}
    found = []
    for version in versions:
        document = own[version.pk].document() if version.pk in own else None
        foreign = "" if document or is_source(language) else SOURCE_LANGUAGE
        found.append(Readable(parse_self_care(document or version.document), foreign))
    return found


def translations_in(language: str, versions: Collection[int]) -> dict[int, ExerciseTranslation]:
    """Return the translations of versions of exercises, by the version's id; nothing is read for the source language.

    Runs in the practice scope. Whether one is complete, so that clients may read it, `translated` decides.
    """
    if is_source(language) or not versions:
        return {}
    return {row.version_id: row for row in ExerciseTranslation.objects.filter(version__in=versions, language=language)}


def phrases_in(language: str, routines: Collection[int]) -> dict[int, Mapping[str, str]]:
    """Return hash of a source text -> its translation for each routine: its name and notes, which plans copy.

    Nothing is read for the source language. Runs in the practice scope.
    """
    if is_source(language) or not routines:
        return {}
    rows = RoutineTranslation.objects.filter(routine__in=routines, language=language)
    return {row.routine_id: phrases(row.texts) for row in rows}
