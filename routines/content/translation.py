"""Content in other languages: which texts of a document clients read, and how translated ones stand in. Pure.

A translation is kept beside a document as path -> {"of": hash of the source text, "text": translated text}. A text
whose source changed since is stale: it is shown to editors and never to clients.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from routines.reading import MAX_TEXT, ContentError, Problem, is_storable

SOURCE_LANGUAGE = "en"  # the language in which content is written

# What clients read, by kind of document; [] goes through a list. Everything else is for clinicians.
CLIENT_TEXTS: Mapping[str, tuple[str, ...]] = {
    "exercise": (
        "name",
        "aim",
        "segments[].name",
        "segments[].steps[].text",
        "segments[].steps[].cue",
        "focus_points[]",
        "precautions[]",
        "variations.easier.name",
        "variations.easier.text",
        "variations.harder.name",
        "variations.harder.text",
        "media[].alt",
        "segments[].steps[].media[].alt",
    ),
    "routine": (
        "name",
        "goal",
        "items[].note",
        "lanes.sore.items[].note",
        "lanes.flare.items[].note",
        "progression[].client_text",
        "regression[].client_text",
    ),
    "self_care": (
        "name",
        "aim",
        "how",
        "text[].heading",
        "text[].paragraphs[]",
        "evidence_words",
        "cautions[]",
    ),
}
KINDS = tuple(CLIENT_TEXTS)

Texts = Mapping[str, str]  # path -> text, in the order of the document
Stored = Mapping[str, Mapping[str, str]]  # path -> {"of", "text"}

_PATH = re.compile(r"[^.\[\]]+|\[[0-9]+\]")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a translation goes: paths by what is the matter with them."""

    done: tuple[str, ...]
    stale: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Tell whether clients may read it."""
        return not self.stale and not self.missing

    @property
    def total(self) -> int:
        """How many texts there are."""
        return len(self.done) + len(self.stale) + len(self.missing)


def hash_of_text(text: str) -> str:
    """Return what tells one source text from another: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]


def client_texts(kind: str, document: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts that clients read, by path, in the order of the document. Raises KeyError for another kind."""
    return {
        path: value
        for pattern in CLIENT_TEXTS[kind]
        for path, value in _walk(document, pattern.split("."), "")
        if isinstance(value, str) and value.strip()
    }


def _walk(value: Any, parts: list[str], path: str) -> Iterator[tuple[str, Any]]:
    if not parts:
        yield path, value
        return
    key = parts[0].removesuffix("[]")
    inner = value.get(key) if isinstance(value, Mapping) else None
    if inner is None:
        return
    place = f"{path}.{key}" if path else key
    if parts[0].endswith("[]"):
        for index, entry in enumerate(inner if isinstance(inner, list | tuple) else ()):
            yield from _walk(entry, parts[1:], f"{place}[{index}]")
    else:
        yield from _walk(inner, parts[1:], place)


def coverage(source: Texts, stored: Stored) -> Coverage:
    """Return which texts are translated as the source stands now, which are stale, which are missing."""
    done: list[str] = []
    stale: list[str] = []
    missing: list[str] = []
    for path, text in source.items():
        entry = stored.get(path)
        if entry is None or not entry.get("text"):
            missing.append(path)
        else:
            (done if entry.get("of") == hash_of_text(text) else stale).append(path)
    return Coverage(tuple(done), tuple(stale), tuple(missing))


def translated(document: Mapping[str, Any], source: Texts, stored: Stored) -> dict[str, Any] | None:
    """Return a copy of the document with every text of the source replaced; None unless the translation is complete.

    All or nothing: half a sentence in one language and half in another, or a step that says what the exercise no
    longer does, is worse than a text in the other language.
    """
    if not coverage(source, stored).is_complete:
        return None
    whole = copy.deepcopy(dict(document))
    for path in source:
        *outer, last = [_key(part) for part in _PATH.findall(path)]
        place: Any = whole
        for key in outer:
            place = place[key]
        place[last] = stored[path]["text"]
    return whole


def _key(part: str) -> str | int:
    return int(part[1:-1]) if part.startswith("[") else part


def phrases(stored: Stored) -> dict[str, str]:
    """Return hash of a source text -> its translation, for texts that were copied elsewhere word for word.

    Whether the source still says so does not matter: a copy that does has its words.
    """
    return {entry["of"]: entry["text"] for entry in stored.values() if entry.get("text")}


def said(text: str, known: Mapping[str, str]) -> str:
    """Return the translation of a copied text, or the text itself where it was changed or has none."""
    return known.get(hash_of_text(text), text)


def carried(source: Texts, stored: Stored) -> dict[str, dict[str, str]]:
    """Return a translation moved to a newer source: every text that stayed the same keeps its words, wherever it went.

    A changed text keeps the old words at its path, which are then stale.
    """
    by_hash = {entry["of"]: dict(entry) for entry in stored.values()}
    kept: dict[str, dict[str, str]] = {}
    for path, text in source.items():
        entry = by_hash.get(hash_of_text(text)) or stored.get(path)
        if entry is not None:
            kept[path] = dict(entry)
    return kept


def from_pairs(source: Texts, pairs: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the stored form of a translation written as source text -> text, as in a library file.

    Raises ContentError for a text that the source does not hold or that cannot be stored.
    """
    problems: list[Problem] = []
    known = {text.strip() for text in source.values()}
    for text, words in pairs.items():
        if text.strip() not in known:
            problems.append(Problem(text, "no text of the content says this; take over its present words or remove it"))
        problem = problem_of(words)
        if problem:
            problems.append(Problem(text, problem))
    if problems:
        raise ContentError(problems)
    return {
        path: {"of": hash_of_text(text), "text": pairs[text.strip()].strip()}
        for path, text in source.items()
        if text.strip() in pairs
    }


def is_source(language: str) -> bool:
    """Tell whether content is written in this language (a code such as en-gb), so that nothing needs translating."""
    return language.split("-")[0] == SOURCE_LANGUAGE


def problem_of(words: object) -> str:
    """Return why a translated text cannot be stored, with the remedy; empty when it can."""
    if not isinstance(words, str) or not words.strip():
        return "is empty; write the translation or leave the text out"
    if len(words.strip()) > MAX_TEXT:
        return f"has {len(words.strip())} characters; at most {MAX_TEXT} are accepted"
    return "" if is_storable(words) else "holds control characters; remove them"
