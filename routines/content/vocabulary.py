"""The words that content may use: tags, categories, equipment. Pure data read from the library file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from routines.reading import ContentError, Fields, Problem

LEVELS = ("avoid", "ask", "adapt")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Known words by kind: key -> the words people see.

    `tags` are contraindication tags that a client may carry; `levels` say what a tag does to an exercise.
    """

    tags: Mapping[str, str]
    levels: Mapping[str, str]
    categories: Mapping[str, str]
    equipment: Mapping[str, str]
    body_regions: Mapping[str, str]


def parse_vocabulary(document: object, path: str = "vocabulary") -> Vocabulary:
    """Return the vocabulary of a plain document; raises ContentError."""
    problems: list[Problem] = []
    fields = Fields(document, path, problems)
    vocabulary = Vocabulary(
        tags=_words(fields, "tags"),
        levels=_words(fields, "contraindication_levels"),
        categories=_words(fields, "categories"),
        equipment=_words(fields, "equipment"),
        body_regions=_words(fields, "body_regions"),
    )
    fields.close()
    if tuple(vocabulary.levels) != LEVELS:
        fields.problem("contraindication_levels", f"must be exactly: {', '.join(LEVELS)}")
    if problems:
        raise ContentError(problems)
    return vocabulary


def _words(fields: Fields, key: str) -> dict[str, str]:
    inner = fields.mapping(key)
    return {word: inner.text(word) for word, _ in inner.items()}
