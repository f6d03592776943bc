"""The starter library that ships with the product, read once per process. Pure: no Django."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from routines.content import ExerciseContent, Safety, Vocabulary
from routines.library.translations import LibraryTranslation, read_translation
from routines.library.whole import Library, read_library, read_vocabulary
from routines.library.yaml_reading import LoadedFile, load

FOLDER = Path(__file__).parent
EXERCISES = FOLDER / "exercises.yaml"
ROUTINES = FOLDER / "routines.yaml"
TRANSLATIONS = FOLDER / "translations"


def load_path(path: Path) -> LoadedFile:
    """Return the document of a library file on disk; raises ContentError and OSError."""
    return load(path.read_bytes(), name=path.name)


@cache
def exercises_file() -> LoadedFile:
    """Return the packaged exercises file."""
    return load_path(EXERCISES)


@cache
def vocabulary() -> Vocabulary:
    """Return the words that content may use: tags, levels, categories, equipment, body regions."""
    return read_vocabulary(exercises_file())


@cache
def library() -> Library:
    """Return the whole packaged library."""
    return read_library(exercises_file(), load_path(ROUTINES))


@cache
def translations() -> tuple[LibraryTranslation, ...]:
    """Return the packaged translations, by language."""
    return tuple(read_translation(load_path(path)) for path in sorted(TRANSLATIONS.glob("*.yaml")))


def exercises() -> dict[str, ExerciseContent]:
    """Return the packaged exercises by slug, in the order of the file."""
    return {slug: content for slug, (content, _) in library().exercises.items()}


def safety() -> Safety:
    """Return the packaged safety texts: pain model, stop signs, red-flag questions."""
    return library().safety
