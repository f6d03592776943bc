"""Any number of exercises in the shared library, made up from the schema: each is one that the library would accept."""

import copy
import random
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.utils import timezone

from portal.accounts.tenancy import all_practices
from routines.content import ExerciseContent, parse_exercise
from routines.finding.words import is_facet_word
from routines.library import starter
from routines.models import (
    Exercise,
    ExerciseContraindication,
    ExerciseFacet,
    ExerciseVector,
    ExerciseVersion,
    ExerciseWord,
    SearchTerm,
)
from routines.models.exercise import hash_of
from routines.services.indexing import search_words_of, set_list_columns, vector_of

WAYS = ("slow", "supported", "seated", "gentle", "strong", "half", "deep", "single", "double", "wide", "narrow", "long")
BATCH = 500


def documents(count: int, *, seed: int = 1, first: int = 0) -> Iterator[dict[str, Any]]:
    """Yield documents of different exercises, numbered from `first`: those of the library with other words."""
    chance = random.Random(seed)
    known = starter.vocabulary()
    patterns = [document for _, document in starter.library().exercises.values()]
    positions = sorted({document["position"] for document in patterns})
    for number in range(first, first + count):
        document = copy.deepcopy(chance.choice(patterns))
        document.pop("variations", None)
        way = f"{chance.choice(WAYS)} {chance.choice(WAYS)}"
        document["name"] = f"{document['name']}, {way} {number}"[:100]
        document["slug"] = f"made-up-{number}"
        document["category"] = chance.choice(list(known.categories))
        document["position"] = chance.choice(positions)
        document["difficulty"] = chance.randint(1, 3)
        document["body_regions"] = chance.sample(list(known.body_regions), chance.randint(1, 3))
        document["tags"] = chance.sample(["first_aid", "morning", "evening", "desk", "daily"], chance.randint(0, 2))
        document["contraindications"] = [
            {"tag": tag, "level": chance.choice(("avoid", "ask", "adapt")), "note": "Take care."}
            for tag in chance.sample(list(known.tags), chance.randint(0, 4))
        ]
        yield document


def shelve_many(count: int, *, seed: int = 1, first: int = 0) -> None:
    """Publish this many made-up exercises in the shared library, with all that is derived from them."""
    batch: list[tuple[ExerciseContent, dict[str, Any]]] = []
    for document in documents(count, seed=seed, first=first):
        batch.append((parse_exercise(document, vocabulary=starter.vocabulary()), document))
        if len(batch) == BATCH:
            _store(batch)
            batch = []
    _store(batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _store(batch: list[tuple[ExerciseContent, dict[str, Any]]]) -> None:
    now = timezone.now()
    with all_practices():
        exercises = []
        for content, _ in batch:
            row = Exercise(slug=content.slug, name=content.name, category=content.category, position=content.position)
            row.difficulty, row.seconds = content.difficulty, 60
            set_list_columns(row, content)
            exercises.append(row)
        Exercise.objects.bulk_create(exercises)
        versions = [
            ExerciseVersion(exercise=row, number=1, document=document, content_hash=hash_of(document), published_at=now)
            for row, (_, document) in zip(exercises, batch, strict=True)
        ]
        ExerciseVersion.objects.bulk_create(versions)
        for row, version in zip(exercises, versions, strict=True):
            row.current_version, row.state = version, Exercise.State.PUBLISHED
        Exercise.objects.bulk_update(exercises, ["current_version", "state"])
        words = [(row, search_words_of(content)) for row, (content, _) in zip(exercises, batch, strict=True)]
        ExerciseWord.objects.bulk_create(
            [ExerciseWord(exercise=row, word=word, place=place) for row, each in words for word, place in each.items()]
        )
        SearchTerm.objects.bulk_create(
            [SearchTerm(word=word) for word in sorted({w for _, each in words for w in each if not is_facet_word(w)})],
            ignore_conflicts=True,
        )
        if connection.vendor == "postgresql":
            ExerciseVector.objects.bulk_create(
                [ExerciseVector(exercise=row, words=vector_of(each)) for row, each in words]
            )
        ExerciseFacet.objects.bulk_create(
            [
                ExerciseFacet(exercise=row, kind=kind, value=value)
                for row, (content, _) in zip(exercises, batch, strict=True)
                for kind, values in (
                    ("region", content.body_regions), ("equipment", content.equipment), ("tag", content.tags),
                )
                for value in values
            ]
        )  # fmt: skip
        ExerciseContraindication.objects.bulk_create(
            [
                ExerciseContraindication(exercise=row, tag=entry.tag, level=entry.level)
                for row, (content, _) in zip(exercises, batch, strict=True)
                for entry in content.contraindications
            ]
        )
