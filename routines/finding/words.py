"""Texts as search words. Pure."""

from __future__ import annotations

import re
import unicodedata

MAX_WORD = 40  # characters
_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("nesses", "ness", "ings", "ing", "ies", "es", "ed", "s", "y")
_SHORTEST_STEM = 4  # letters; below, a stem says too little


def words_in(text: str) -> list[str]:
    """Return the words of a text in their order: lower case, without accents, at least 2 characters."""
    plain = unicodedata.normalize("NFKD", text.replace("_", " ")).casefold()
    unaccented = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word[:MAX_WORD] for word in _WORD.findall(unaccented) if len(word) > 1]


def words_of(*texts: str) -> list[str]:
    """Return the different words of some texts, sorted."""
    return sorted(set(words_in(" ".join(texts))))


def stem(word: str) -> str:
    """Return a word without its ending, as a beginning to search by: "stretching" -> "stretch", "knees" -> "knee"."""
    for ending in _ENDINGS:
        is_whole = word.endswith("ss") and not ending.endswith("ss")  # "press" is no plural
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM and not is_whole:
            return word[: -len(ending)]
    return word


def facet_word(kind: str, value: str) -> str:
    """Return the one word that stands for a facet among the words of an exercise; people's words never begin so."""
    return f"qq{kind}{''.join(words_in(value))}qq"[:MAX_WORD]


def is_facet_word(word: str) -> bool:
    """Tell whether a word of the index stands for a facet."""
    return word.startswith("qq")
