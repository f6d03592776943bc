"""Answers about the library for other rooms."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

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


def published_versions(slugs: Collection[str]) -> dict[str, ExerciseVersion]:
    """Return the published wording of each exercise by slug; the practice's own goes before a shared one.

    Unknown and withdrawn ones are left out. Runs in the practice scope.
    """
    if not slugs:
        return {}
    rows = Exercise.objects.published().filter(slug__in=slugs).select_related("current_version").order_by("practice_id")
    found: dict[str, ExerciseVersion] = {}
    for row in rows:
        if row.slug not in found or row.practice_id is not None:
            found[row.slug] = row.current_version
    return found


def readable_by_slug(slugs: Collection[str], language: str) -> tuple[dict[str, dict[str, Any]], frozenset[str]]:
    """Return the current document of each exercise in the language, and the slugs that stay in the source language.

    Unknown and withdrawn ones are left out. Runs in the practice scope.
    """
    found = published_versions(slugs)
    translations = translations_in(language, {version.pk for version in found.values()})
    documents: dict[str, dict[str, Any]] = {}
    foreign: set[str] = set()
    for slug, version in found.items():
        row = translations.get(version.pk)
        own = translated(version.document, client_texts("exercise", version.document), row.texts) if row else None
        documents[slug] = own or version.document
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
    rows = RoutineTranslation.objects.filter(routine__in=routines, language=language).select_related("routine")
    return {row.routine_id: phrases(client_texts(row.kind, row.source_document()), row.texts) for row in rows}
