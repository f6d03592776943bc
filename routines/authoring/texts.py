"""The texts of content that clients read, each with the path of its field. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]  # a plain document, right or wrong
Text = tuple[str, str]  # path, text


def entries(document: Document, key: str) -> list[Any]:
    """Return a list of a document, empty where there is none."""
    value = document.get(key)
    return value if isinstance(value, list) else []


def mappings(document: Document, key: str) -> Iterator[tuple[int, Document]]:
    """Yield the mappings of a list with their places."""
    yield from ((index, each) for index, each in enumerate(entries(document, key)) if isinstance(each, Mapping))


def exercise_texts(document: Document) -> Iterator[Text]:
    """Yield what a client reads of an exercise, in the order of the page."""
    yield from _text(document, "", "name")
    yield from _text(document, "", "aim")
    yield from _lines(document, "focus_points")
    yield from _lines(document, "precautions")
    for index, segment in mappings(document, "segments"):
        yield from _text(segment, f"segments[{index}].", "name")
        for place, step in mappings(segment, "steps"):
            yield from _text(step, f"segments[{index}].steps[{place}].", "text")
            yield from _text(step, f"segments[{index}].steps[{place}].", "cue")
    links = document.get("variations")
    for kind, link in links.items() if isinstance(links, Mapping) else ():
        if isinstance(link, Mapping):
            yield from _text(link, f"variations.{kind}.", "name")
            yield from _text(link, f"variations.{kind}.", "text")
    for index, entry in mappings(document, "contraindications"):
        yield from _text(entry, f"contraindications[{index}].", "note")


def self_care_texts(document: Document) -> Iterator[Text]:
    """Yield what a client reads of a self-care item."""
    for key in ("name", "aim", "how"):
        yield from _text(document, "", key)
    for index, section in mappings(document, "text"):
        yield from _text(section, f"text[{index}].", "heading")
        yield from _lines(section, "paragraphs", f"text[{index}].")
    yield from _text(document, "", "evidence_words")
    yield from _lines(document, "cautions")


def routine_texts(document: Document) -> Iterator[Text]:
    """Yield what a client reads of a routine: its name, its goal, notes of items and what its rules say to them."""
    yield from _text(document, "", "name")
    yield from _text(document, "", "goal")
    for index, item in mappings(document, "items"):
        yield from _text(item, f"items[{index}].", "note")
    for key in ("progression", "regression"):
        for index, rule in mappings(document, key):
            yield from _text(rule, f"{key}[{index}].", "client_text")


def _text(document: Document, prefix: str, key: str) -> Iterator[Text]:
    value = document.get(key)
    if isinstance(value, str) and value.strip():
        yield f"{prefix}{key}", value


def _lines(document: Document, key: str, prefix: str = "") -> Iterator[Text]:
    for index, line in enumerate(entries(document, key)):
        if isinstance(line, str) and line.strip():
            yield f"{prefix}{key}[{index}]", line
