"""Translations that ship with the library: one file a language, source text -> text for each slug. Pure: no Django.

Writing the source text beside its translation keeps the two together: where the library changes a text, the file
names a text that is no longer there, and the import says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routines.library.whole import LibraryError
from routines.library.yaml_reading import LoadedFile
from routines.reading import Fields, Problem

PARTS = ("exercises", "routines", "self_care")


@dataclass(frozen=True, slots=True)
class LibraryTranslation:
    """All texts of one file; `parts` is part -> slug -> source text -> text."""

    name: str
    language: str
    parts: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def texts(self, part: str) -> Mapping[str, Mapping[str, Any]]:
        """Return slug -> source text -> text of one part."""
        return self.parts.get(part, {})


def read_translation(file: LoadedFile) -> LibraryTranslation:
    """Return the translation of a file; raises LibraryError naming every problem with its line."""
    problems: list[Problem] = []
    top = Fields(file.document, "", problems)
    language = top.text("language", longest=8)
    parts: dict[str, dict[str, dict[str, Any]]] = {}
    for part in PARTS:
        inner = top.mapping_or_none(part)
        found: dict[str, dict[str, Any]] = {}
        for slug, pairs in inner.items() if inner else ():
            if isinstance(pairs, Mapping):
                found[slug] = {str(text).strip(): words for text, words in pairs.items()}
            else:
                problems.append(Problem(f"{part}.{slug}", "expected source texts with their translations"))
        parts[part] = found
    top.close()
    if problems:
        raise LibraryError(file.explain(tuple(problems)))
    return LibraryTranslation(file.name, language, parts)
