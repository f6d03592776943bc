"""How easily a text is read: one grade of school for each language that has a formula. Pure.

English: Flesch-Kincaid grade (Kincaid, Fishburne, Rogers and Chissom 1975).
German: Wiener Sachtextformel, first form (Bamberger and Vanecek 1984).
Both give the year of school whose pupils follow the text. Syllables are counted from the spelling, so that a single
word may be off by one; over a few sentences the errors cancel out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_SENTENCE = re.compile(r"[.!?:;]+(?:\s|$)|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
_ENGLISH_SILENT = re.compile(r"[^laeiouy]e$|[aeiouy]le$|[^aeiouydt]ed$|[^aeiouyszxcgh]es$")
# Words that every client here knows and that the house rules ask for (clinical.md 1.3): they count as two syllables.
FAMILIAR = frozenset({"physiotherapist", "physiotherapists", "physiotherapie", "physiotherapeut", "physiotherapeutin"})
_SPLIT_PAIRS = re.compile(r"i[ao]|[aeo]ing|uou|eo$|ea(?=te)")
_GERMAN_VOWELS = re.compile(r"ai|ei|au|eu|äu|ie|aa|ee|oo|ui|[aeiouyäöü]")


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text; a colon, a semicolon and a new line end one as a full stop does."""
    return [part.strip() for part in _SENTENCE.split(text) if _WORD.search(part)]


def words_of(text: str) -> list[str]:
    """Return the words of a text in their order; numbers are not among them."""
    return _WORD.findall(text)


def english_syllables(word: str) -> int:
    """Return how many syllables an English word has, by its spelling; at least 1."""
    plain = word.lower()
    if plain in FAMILIAR:
        return 2
    stem = plain if len(plain) <= 3 else _ENGLISH_SILENT.sub(_without_e, plain)
    return max(1, len(_ENGLISH_VOWELS.findall(stem)) + len(_SPLIT_PAIRS.findall(stem)))


def _without_e(found: re.Match[str]) -> str:
    return found[0].rpartition("e")[0]


def german_syllables(word: str) -> int:
    """Return how many syllables a German word has, by its spelling; at least 1."""
    plain = word.lower()
    return 2 if plain in FAMILIAR else max(1, len(_GERMAN_VOWELS.findall(plain)))


def flesch_kincaid(text: str) -> float | None:
    """Return the Flesch-Kincaid grade of an English text; None for a text without a word."""
    sentences, words = len(sentences_of(text)), words_of(text)
    if not words:
        return None
    syllables = sum(map(english_syllables, words))
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def wiener_sachtextformel(text: str) -> float | None:
    """Return the first Wiener Sachtextformel of a German text; None for a text without a word."""
    sentences, words = len(sentences_of(text)), words_of(text)
    if not words:
        return None
    syllables = [german_syllables(word) for word in words]

    def share(count: int) -> float:
        return 100 * count / len(words)

    three_or_more = share(sum(count >= 3 for count in syllables))
    long_words = share(sum(len(word) > 6 for word in words))
    short_words = share(sum(count == 1 for count in syllables))
    per_sentence = len(words) / sentences
    return 0.1935 * three_or_more + 0.1672 * per_sentence + 0.1297 * long_words - 0.0327 * short_words - 0.875


FORMULAS: Mapping[str, tuple[str, Callable[[str], float | None]]] = {
    "en": ("Flesch-Kincaid", flesch_kincaid),
    "de": ("Wiener Sachtextformel", wiener_sachtextformel),
}


def grade_of(text: str, language: str) -> tuple[str, float] | None:
    """Return the name of the formula and the grade; None for a language without a formula, or no words.

    language: as in "en-GB"; the part before the hyphen counts.
    """
    named = FORMULAS.get(language.lower().partition("-")[0])
    grade = named[1](text) if named else None
    return None if named is None or grade is None else (named[0], grade)
