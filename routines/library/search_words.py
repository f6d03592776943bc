"""Clients' words beside the library's, read once per process from search_words.yaml. Pure: no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from routines.content import Vocabulary
from routines.finding.words import facet_word, words_in
from routines.library.starter import load_path, vocabulary
from routines.reading import ContentError, Fields, Problem

FILE = Path(__file__).parent / "search_words.yaml"
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchWords:
    """What people say and how it is found.

    `ways` maps a phrase, as its words in order, to the further ways in which it matches: each is words that an
    exercise must all have. `ignored` are words that say nothing about an exercise.
    """

    ignored: frozenset[str]
    ways: Mapping[Words, tuple[Words, ...]]
    longest: int  # words in the longest phrase

    @property
    def single(self) -> frozenset[str]:
        """Every word by which something may be asked for."""
        return frozenset(word for phrase in self.ways for word in phrase)


@cache
def search_words() -> SearchWords:
    """Return the packaged words."""
    return parse_search_words(load_path(FILE).document, vocabulary())


def parse_search_words(document: object, known: Vocabulary) -> SearchWords:
    """Return the words of a plain document; raises ContentError with every problem, its path and remedy."""
    problems: list[Problem] = []
    fields = Fields(document, "", problems)
    fields.whole("schema_version", 1, 1)
    fields.text("title")
    fields.text("language", longest=20)
    ignored = frozenset(word for text in fields.texts("ignore", longest=40) for word in words_in(text))
    ways: dict[Words, tuple[Words, ...]] = {}
    for group in fields.mappings("groups"):
        said = group.texts("say", longest=60)
        found = tuple(_way(text, known, group) for text in group.texts("find", longest=60))
        if not said or not found:
            group.problem("", "needs both: what people say, and what it finds")
        for text in said:
            phrase = tuple(words_in(text))
            ways[phrase] = (*ways.get(phrase, ()), *found)
        group.close()
    fields.close()
    if problems:
        raise ContentError(problems)
    return SearchWords(ignored, ways, max(map(len, ways), default=1))


def _way(text: str, known: Vocabulary, group: Fields) -> Words:
    kind, colon, value = text.partition(":")
    if not colon:
        return tuple(words_in(text))
    values = {"region": known.body_regions, "equipment": known.equipment, "category": known.categories}
    if kind in values and value not in values[kind]:
        group.problem("find", f"{value!r} is not a known {kind}; use one of: {', '.join(values[kind])}")
    elif kind not in {*values, "tag", "position"}:
        group.problem("find", f"{kind!r} is not a kind; use region, equipment, category, tag or position")
    return (facet_word(kind, value),)
