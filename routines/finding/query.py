"""What a search asks for: clauses of alternatives, in the library's words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from routines.finding.words import stem, words_in
from routines.library.search_words import SearchWords, Words

MAX_WORDS = 8  # of one search; the rest of a long text is left out
SHORTEST_TO_CORRECT = 4  # letters


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that was asked for. An exercise matches if it has, for one alternative, words beginning with all of it.

    said: the words of the person, to tell them by.
    """

    said: str
    alternatives: tuple[Words, ...]


def read_query(text: str, known: SearchWords, corrections: Mapping[str, Sequence[str]] | None = None) -> list[Clause]:
    """Return the clauses of a search, all of which are wanted; empty for a search of nothing.

    corrections: for a word that nothing begins with, the words that may have been meant.
    """
    words = words_in(text)
    telling = [word for word in words if word not in known.ignored]
    ignored = known.ignored if telling else frozenset()
    clauses: list[Clause] = []
    at = 0
    while at < len(words) and len(clauses) < MAX_WORDS:
        length = _phrase_at(words, at, known)
        phrase = tuple(words[at : at + max(length, 1)])
        at += len(phrase)
        kept = tuple(word for word in phrase if word not in ignored)
        if kept:
            clauses.append(_clause(phrase, kept, known, corrections or {}))
    return clauses


def _phrase_at(words: Sequence[str], at: int, known: SearchWords) -> int:
    """Return how many words from here are the longest phrase that people are known to say; 0 for none."""
    for length in range(min(known.longest, len(words) - at), 0, -1):
        phrase = tuple(words[at : at + length])
        if phrase in known.ways and not (length == 1 and phrase[0] in known.ignored):
            return length
    return 0


def _clause(phrase: Words, kept: Words, known: SearchWords, corrections: Mapping[str, Sequence[str]]) -> Clause:
    alternatives: list[Words] = [kept]
    alternatives += known.ways.get(phrase, ())
    if len(kept) == 1:
        word = kept[0]
        if stem(word) != word:
            alternatives.append((stem(word),))
        for meant in corrections.get(word, ()):
            alternatives += [(meant,), *known.ways.get((meant,), ())]
    return Clause(" ".join(phrase), tuple(dict.fromkeys(alternatives)))


def words_to_check(text: str, known: SearchWords) -> list[str]:
    """Return the words of a search that may be typing errors, as far as one can tell without the library."""
    found = [
        word
        for word in dict.fromkeys(words_in(text))
        if len(word) >= SHORTEST_TO_CORRECT and word not in known.ignored and not word.isdecimal()
    ]
    said = known.single
    return [word for word in found if word not in said][:MAX_WORDS]


def is_known(word: str, terms: Collection[str]) -> bool:
    """Tell whether a word, or what is left without its ending, begins one of the terms."""
    short = stem(word)
    return any(term.startswith((word, short)) for term in terms)


def meant_by(word: str, terms: Collection[str]) -> list[str]:
    """Return the terms that a word with a typing error may stand for, nearest first: one slip, two in longer words."""
    slips = 1 if len(word) < 7 else 2
    near = process.extract(word, terms, scorer=OSA.distance, score_cutoff=slips, limit=5)
    return [term for term, distance, _ in near if distance == near[0][1]]
