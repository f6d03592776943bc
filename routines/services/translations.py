"""Translations of content: written by people, carried to newer versions, imported with the library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.models import User
from routines.access import check_can_edit
from routines.content import translation as content
from routines.content.self_care import CATEGORY
from routines.library.translations import PARTS
from routines.models import (
    Exercise,
    ExerciseTranslation,
    ExerciseVersion,
    Routine,
    RoutineTranslation,
    SelfCareItem,
    SelfCareTranslation,
    SelfCareVersion,
)
from routines.models.translation import Translation
from routines.reading import ContentError, Problem

Translatable = Exercise | Routine | SelfCareItem


def languages() -> dict[str, str]:
    """Return code -> name of the languages into which content may be translated."""
    return {code: str(name) for code, name in settings.LANGUAGES if not content.is_source(code)}


def translation_of(thing: Translatable, language: str) -> Translation:
    """Return the translation of what clients get now, stored or new. Raises ContentError for an unknown language.

    Raises ContentError for an exercise that was never published: only what clients get is translated.
    """
    if language not in languages():
        raise ContentError.at("language", _("is not a language of this portal; choose one of the list"))
    found = _stored(thing).filter(language=language).first()
    return found or _new(thing, language)


def coverages(things: Sequence[Translatable]) -> dict[int, dict[str, content.Coverage]]:
    """Return how far each of some things of one kind is translated: id -> language -> coverage.

    Costs one statement, and one more for routines, whatever their number; current_version must be loaded.
    """
    if not things:
        return {}
    sources: dict[int, tuple[str, dict[str, Any], int]] = {}  # id -> kind, document, what translations hang on
    routines = [thing for thing in things if isinstance(thing, Routine)]
    if routines:
        prefetch_related_objects(routines, "items__exercise")
        rows: Any = RoutineTranslation._base_manager.filter(routine__in=[routine.pk for routine in routines])
        for routine in routines:
            items = sorted(routine.items.all(), key=lambda item: item.position)
            document = {**routine.document, "items": [item.to_document() for item in items]}
            sources[routine.pk] = ("routine", document, routine.pk)
        stored = {(row.routine_id, row.language): row.texts for row in rows}
    else:
        model: Any = ExerciseTranslation if isinstance(things[0], Exercise) else SelfCareTranslation
        versions = {thing.pk: thing.current_version for thing in things if not isinstance(thing, Routine)}
        for pk, version in versions.items():
            if version is not None:
                sources[pk] = (model.kind, version.document, version.pk)
        rows = model._base_manager.filter(version__in=[version.pk for version in versions.values() if version])
        stored = {(row.version_id, row.language): row.texts for row in rows}
    return {
        pk: {
            language: content.coverage(content.client_texts(kind, document), stored.get((key, language), {}))
            for language in languages()
        }
        for pk, (kind, document, key) in sources.items()
    }


def _stored(thing: Translatable) -> Any:
    if isinstance(thing, Routine):
        return RoutineTranslation._base_manager.filter(routine=thing).select_related("routine")
    if isinstance(thing, Exercise):
        model: Any = ExerciseTranslation
    else:
        model = SelfCareTranslation
    return model._base_manager.filter(version=thing.current_version_id).select_related("version")


def _new(thing: Translatable, language: str) -> Translation:
    if isinstance(thing, Routine):
        return RoutineTranslation(routine=thing, language=language)
    if thing.current_version is None:
        raise ContentError.at("", _("was never published; publish it first, then translate it"))
    if isinstance(thing, Exercise):
        return ExerciseTranslation(version=thing.current_version, language=language)
    return SelfCareTranslation(version=thing.current_version, language=language)


@transaction.atomic
def save_translation(
    thing: Translatable,
    *,
    language: str,
    texts: Mapping[str, str],
    by: User,
    seen: Mapping[str, str] = MappingProxyType({}),
) -> Translation:
    """Return the translation with these texts (path -> words) as of the present source; an empty text is taken out.

    Paths that are not given stay as they are. `seen` are the hashes of the source texts that the translator had before
    them, by path. Raises NotAllowed, and ContentError naming each path that is unknown, whose source has changed
    meanwhile or whose words cannot be stored; then nothing is stored.
    """
    check_can_edit(by, thing)
    row = translation_of(thing, language)
    source = content.client_texts(row.kind, row.source_document())
    kept = {path: dict(entry) for path, entry in row.texts.items() if path in source}
    problems: list[Problem] = []
    for path, words in texts.items():
        if path not in source:
            problems.append(Problem(path, _("is not a text of this version; load the page again")))
        elif seen.get(path, content.hash_of_text(source[path])) != content.hash_of_text(source[path]):
            problems.append(Problem(path, _("The English was changed meanwhile. Look at it again, then save.")))
        elif not words.strip():
            kept.pop(path, None)
        elif problem := content.problem_of(words):
            problems.append(Problem(path, problem))
        else:
            kept[path] = {"of": content.hash_of_text(source[path]), "text": words.strip()}
    if problems:
        raise ContentError(problems)
    if kept == row.texts and row.pk:
        return row
    row.texts = kept
    row.changed_by = by
    row.save()
    audit.record("translation saved", thing, by=by, detail={"language": language, "texts": len(kept)})
    if isinstance(thing, SelfCareItem):
        refresh_doing(thing)
    return row


def carry_over(before: ExerciseVersion | None, after: ExerciseVersion) -> None:
    """Take the translations of one version along to another; texts that changed become stale there."""
    if before is None or before.pk == after.pk:
        return
    source = content.client_texts("exercise", after.document)
    present = set(after.translations.values_list("language", flat=True))
    for row in before.translations.exclude(language__in=present):
        ExerciseTranslation(
            version=after,
            language=row.language,
            texts=content.carried(source, row.texts),
            changed_by=row.changed_by,
        ).save()


def carry_over_self_care(before: SelfCareVersion | None, after: SelfCareVersion) -> None:
    """Take the translations of one version of a self-care item along to the next."""
    if before is None:
        return
    source = content.client_texts("self_care", after.document)
    for row in before.translations.all():
        SelfCareTranslation(
            version=after,
            language=row.language,
            texts=content.carried(source, row.texts),
            changed_by=row.changed_by,
        ).save()


def refresh_doing(item: SelfCareItem) -> None:
    """Translate the exercise by which an item stands in plans with the item's own words."""
    exercise = (
        Exercise._base_manager.filter(slug=item.slug, practice=item.practice_id, category=CATEGORY)
        .select_related("current_version")
        .first()
    )
    if exercise is None or exercise.current_version is None or item.current_version is None:
        return
    version = exercise.current_version
    source = content.client_texts("exercise", version.document)
    for row in item.current_version.translations.all():
        words = content.phrases(row.texts)
        texts = {
            path: {"of": content.hash_of_text(text), "text": words[content.hash_of_text(text)]}
            for path, text in source.items()
            if content.hash_of_text(text) in words
        }
        ExerciseTranslation._base_manager.update_or_create(
            version=version, language=row.language, defaults={"texts": texts, "changed_by": row.changed_by}
        )


def take_over(thing: Translatable, *, language: str, pairs: Mapping[str, Any]) -> bool:
    """Store a translation that came with the library, as source text -> words; return whether anything changed.

    Words that a person wrote here are kept where they still fit; the file only fills what is missing or stale there.
    Raises ContentError for a text that the source does not hold.
    """
    row = translation_of(thing, language)
    source = content.client_texts(row.kind, row.source_document())
    texts: dict[str, Any] = content.from_pairs(source, pairs)
    if row.changed_by_id is not None:
        done = content.coverage(source, row.texts).done
        texts |= {path: dict(row.texts[path]) for path in done}
    if row.pk and row.texts == texts:
        return False
    row.texts = texts
    row.save()
    audit.record("translation imported", thing, by=None, detail={"language": language, "texts": len(texts)})
    if isinstance(thing, SelfCareItem):
        refresh_doing(thing)
    return True


def translation_files(
    exercises: Iterable[Exercise], routines: Iterable[Routine], items: Iterable[SelfCareItem] = ()
) -> dict[str, dict[str, Any]]:
    """Return the translations of what is published as files: code -> document of `routines.library.translations`.

    Texts that are stale are left out. The exercise by which a self-care item is done follows the item.
    """
    things = list(items)
    made = {item.slug for item in things}
    versions = [row.current_version_id for row in exercises if row.category != CATEGORY or row.slug not in made]
    sources: tuple[tuple[str, Any], ...] = (
        ("exercises", ExerciseTranslation.objects.filter(version__in=versions).select_related("version")),
        ("routines", RoutineTranslation.objects.filter(routine__in=list(routines)).select_related("routine")),
        (
            "self_care",
            SelfCareTranslation.objects.filter(version__in=[item.current_version_id for item in things]).select_related(
                "version"
            ),
        ),
    )
    found: dict[str, dict[str, Any]] = {}
    for part, rows in sources:
        for row in rows:
            document = row.source_document()
            source = content.client_texts(row.kind, document)
            done = content.coverage(source, row.texts).done
            pairs = {source[path].strip(): row.texts[path]["text"] for path in source if path in done}
            if pairs:
                file = found.setdefault(row.language, {"language": row.language})
                file.setdefault(part, {})[document["slug"]] = pairs
    return {
        code: {"language": code, **{part: dict(sorted(file[part].items())) for part in PARTS if part in file}}
        for code, file in sorted(found.items())
    }
