"""The words by which exercises are found, kept beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import connections, router, transaction
from django.db.models import Exists, OuterRef, Value

from portal.accounts.tenancy import all_practices
from routines.content import ExerciseContent
from routines.finding.words import facet_word, is_facet_word, words_of
from routines.library import starter
from routines.models import Exercise, ExerciseVector, ExerciseWord, SearchTerm

Place = ExerciseWord.Place
WEIGHTS = {Place.NAME: "A", Place.ALIAS: "B", Place.FACET: "C", Place.TEXT: "D"}  # of PostgreSQL's ranking


def search_words_of(content: ExerciseContent) -> dict[str, Place]:
    """Return every word by which an exercise is found, with the most telling place where it stands."""
    known = starter.vocabulary()
    facets = [
        *(("region", key) for key in content.body_regions),
        *(("equipment", key) for key in content.equipment),
        *(("tag", key) for key in content.tags),
        ("category", content.category),
        ("position", content.position),
    ]
    labels = [
        *(known.body_regions.get(key, key) for key in content.body_regions),
        *(known.equipment.get(key, key) for key in content.equipment),
        known.categories.get(content.category, content.category),
        content.position,
        *content.tags,
    ]
    places: list[tuple[Place, Collection[str]]] = [
        (Place.TEXT, words_of(content.aim)),
        (Place.FACET, [*words_of(*labels), *(facet_word(kind, value) for kind, value in facets)]),
        (Place.ALIAS, words_of(*content.also_known_as, content.slug.replace("-", " "))),
        (Place.NAME, words_of(content.name)),
    ]
    return {word: place for place, words in places for word in words}


def index_exercise(exercise: Exercise, content: ExerciseContent) -> None:
    """Let the saved exercise be found by this content, and by nothing that it said before."""
    wanted = search_words_of(content)
    present = dict(exercise.words.values_list("word", "place"))
    stale = [word for word, place in present.items() if wanted.get(word) != place]
    fresh = {word: place for word, place in wanted.items() if present.get(word) != place}
    if not stale and not fresh:
        return
    exercise.words.filter(word__in=stale).delete()
    exercise.words.bulk_create(
        [ExerciseWord(exercise=exercise, word=word, place=place) for word, place in sorted(fresh.items())]
    )
    if connections[router.db_for_write(ExerciseVector)].vendor == "postgresql":
        _write_vector(exercise, wanted)
    _write_terms(exercise, {word for word in fresh if word not in present}, {w for w in stale if w not in wanted})


def _write_vector(exercise: Exercise, words: Mapping[str, Place]) -> None:
    ExerciseVector._base_manager.bulk_create(
        [ExerciseVector(exercise=exercise, words=vector_of(words))],
        update_conflicts=True,
        unique_fields=["exercise"],
        update_fields=["words"],
    )


def vector_of(words: Mapping[str, Place]) -> Any:
    """Return the expression by which PostgreSQL keeps these words, weighted by their places."""
    vector: Any = None  # SearchVector and what comes of adding two share no type
    for place, weight in WEIGHTS.items():
        text = " ".join(sorted(word for word, where in words.items() if where == place))
        part = SearchVector(Value(text), config="simple", weight=weight)
        vector = part if vector is None else vector + part
    return vector


def _write_terms(exercise: Exercise, added: set[str], removed: set[str]) -> None:
    """Keep the words of the exercise's library that a typing error may stand for."""
    practice = exercise.practice_id
    SearchTerm._base_manager.bulk_create(
        [SearchTerm(practice_id=practice, word=word) for word in sorted(added) if not is_facet_word(word)],
        ignore_conflicts=True,
    )
    still = ExerciseWord._base_manager.filter(word=OuterRef("word"), exercise__practice=practice)
    SearchTerm._base_manager.filter(practice=practice, word__in=removed).exclude(Exists(still)).delete()


def set_list_columns(exercise: Exercise, content: ExerciseContent) -> None:
    """Set what lists show and count of a published content; does not save the exercise."""
    exercise.region_keys = " ".join(sorted(content.body_regions))
    exercise.equipment_keys = " ".join(sorted(content.equipment))


@transaction.atomic
def index_library() -> int:
    """Make the words and list columns of all exercises anew, for all practices; return how many there are."""
    with all_practices():
        rows = list(Exercise.objects.select_related("current_version").prefetch_related("versions"))
        for row in rows:
            index_exercise(row, max(row.versions.all(), key=lambda version: version.number).content)
            if row.current_version is not None:
                set_list_columns(row, row.current_version.content)
        Exercise.objects.bulk_update(rows, ["region_keys", "equipment_keys"])
    return len(rows)
