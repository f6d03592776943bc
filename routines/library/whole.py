"""A whole library: both files read and checked against each other. Pure: no Django."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from routines.content import (
    ContentError,
    ExerciseContent,
    Problem,
    RoutineContent,
    Rule,
    Safety,
    SelfCare,
    Vocabulary,
    parse_exercise,
    parse_routine,
    parse_safety,
    parse_self_care,
    parse_vocabulary,
)
from routines.content.rules import read_rule
from routines.content.self_care import CATEGORY, as_exercise
from routines.library.routine_faults import routine_faults
from routines.library.yaml_reading import LoadedFile
from routines.movement.bindings import binding_problems
from routines.movement.library import figure_library
from routines.movement.own import library_with, own_problems
from routines.reading import Fields, kind_of
from routines.timeline import compile as compile_timeline

SCHEMA_VERSION = 1
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Library:
    """Everything of two library files, in their order; each entry with its plain document.

    `substitutes` holds, for a contraindication tag, exercise slug -> the slug that may stand in for it. What is
    withdrawn is among the exercises and routines too: it is kept, and no longer offered.
    """

    vocabulary: Vocabulary
    exercises: Mapping[str, tuple[ExerciseContent, dict[str, Any]]]
    substitutes: Mapping[str, Mapping[str, str]]
    self_care: Mapping[str, tuple[SelfCare, dict[str, Any]]]
    routines: Mapping[str, tuple[RoutineContent, dict[str, Any]]]
    global_rules: tuple[Rule, ...]
    safety: Safety
    withdrawn_exercises: frozenset[str] = frozenset()
    withdrawn_routines: frozenset[str] = frozenset()
    articles: Mapping[str, tuple[SelfCare, dict[str, Any]]] = field(default_factory=dict)

    def doable(self) -> dict[str, tuple[ExerciseContent, dict[str, Any]]]:
        """Return the exercises by which self-care items and articles stand in plans, by slug."""
        return _doable({**self.self_care, **self.articles}, self.vocabulary)


class LibraryError(ValueError):
    """Library files that cannot be accepted; `lines` says `file:line: field: message`, one a problem."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


def read_vocabulary(file: LoadedFile) -> Vocabulary:
    """Return the vocabulary in the conventions of an exercises file; raises ContentError."""
    conventions = file.document.get("conventions") if isinstance(file.document, dict) else None
    if not isinstance(conventions, dict):
        raise ContentError.at("conventions", "is missing; an exercises file says its tags, categories and equipment")
    names = ("tags", "contraindication_levels", "categories", "equipment", "body_regions")
    return parse_vocabulary({name: conventions.get(name) for name in names}, "conventions")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a library's files may name without holding it: the library that they are read into."""

    exercises: Mapping[str, ExerciseContent] = field(default_factory=dict)
    routines: frozenset[str] = frozenset()
    self_care: frozenset[str] = frozenset()


NOTHING_AROUND = Surroundings()


def read_library(
    exercises_file: LoadedFile, routines_file: LoadedFile, *, around: Surroundings = NOTHING_AROUND
) -> Library:
    """Return the library of two files; raises LibraryError with every problem of both, and nothing else."""
    try:
        vocabulary = read_vocabulary(exercises_file)
    except ContentError as error:
        raise LibraryError(exercises_file.explain(error.problems)) from error
    faults: list[Problem] = []
    top = Fields(exercises_file.document, "", faults)
    _read_heading(top)
    for note in ("licence_note", "conventions"):
        top.raw(note, None)
    exercises = _read_all(top, "exercises", lambda doc, path: parse_exercise(doc, vocabulary=vocabulary, path=path))
    tags = tuple(vocabulary.tags)
    self_care = _read_all(
        top, "self_care", lambda doc, path: parse_self_care(doc, kind="measure", tags=tags, path=path)
    )
    articles = (
        _read_all(top, "articles", lambda doc, path: parse_self_care(doc, kind="article", tags=tags, path=path))
        if "articles" in top
        else {}
    )
    substitutes = _read_substitutes(top)
    withdrawn_exercises = _read_withdrawn(top, {*exercises, *self_care, *articles})
    top.close()
    if not faults:
        known = {**around.exercises, **{slug: content for slug, (content, _) in exercises.items()}}
        faults += _exercise_faults(exercises, known) + _substitute_faults(substitutes, vocabulary, exercises, known)
        faults += _self_care_faults(self_care, articles, exercises, vocabulary)
    lines = exercises_file.explain(tuple(faults))

    faults = []
    top = Fields(routines_file.document, "", faults)
    _read_heading(top)
    for note in ("requires", "rule_language"):
        top.raw(note, None)
    routines = _read_all(top, "routines", lambda doc, path: parse_routine(doc, vocabulary=vocabulary, path=path))
    global_rules = tuple(read_rule(inner) for inner in top.mappings("global_rules"))
    safety = _or_faults(faults, lambda: parse_safety(top.raw("safety")))
    withdrawn_routines = _read_withdrawn(top, routines)
    top.close()
    if not lines and not faults:
        doable = _doable({**self_care, **articles}, vocabulary)
        found = {slug: content for slug, (content, _) in {**doable, **exercises}.items()}
        names = around.self_care | set(self_care)
        ids = {rule.id for rule in global_rules}
        faults += routine_faults(routines, {**around.exercises, **found}, around.routines, names, ids)
    lines += routines_file.explain(tuple(faults))
    if lines or safety is None:
        raise LibraryError(lines)
    return Library(
        vocabulary,
        exercises,
        substitutes,
        self_care,
        routines,
        global_rules,
        safety,
        withdrawn_exercises,
        withdrawn_routines,
        articles,
    )


def _read_heading(top: Fields) -> None:
    top.whole("schema_version", SCHEMA_VERSION, SCHEMA_VERSION)
    top.text("title")
    top.text("language", longest=20)


def _or_faults(faults: list[Problem], read: Callable[[], Entry]) -> Entry | None:
    try:
        return read()
    except ContentError as error:
        faults += error.problems
        return None


def _read_all(top: Fields, key: str, parse: Callable[[object, str], Entry]) -> dict[str, tuple[Entry, dict[str, Any]]]:
    found: dict[str, tuple[Entry, dict[str, Any]]] = {}
    documents = top.raw(key)
    if not isinstance(documents, list):
        top.problem(key, f"expected a list, found {kind_of(documents)}")
        return found
    for index, document in enumerate(documents):
        entry = _or_faults(top.problems, partial(parse, document, f"{key}[{index}]"))
        if entry is None:
            continue
        slug = document["slug"]
        if slug in found:
            top.problem(f"{key}[{index}].slug", f"{slug!r} is used twice; each entry has its own slug")
        found[slug] = (entry, document)
    return found


def _read_withdrawn(top: Fields, entries: Collection[str]) -> frozenset[str]:
    slugs = top.raw("withdrawn", [])
    if not isinstance(slugs, list):
        top.problem("withdrawn", f"expected a list, found {kind_of(slugs)}")
        return frozenset()
    for index, slug in enumerate(slugs):
        if not isinstance(slug, str) or slug not in entries:
            top.problem(f"withdrawn[{index}]", "is not in this file; what is withdrawn is kept in it")
    return frozenset(slug for slug in slugs if isinstance(slug, str))


def _read_substitutes(top: Fields) -> dict[str, dict[str, str]]:
    outer = top.mapping_or_none("substitutions")
    found: dict[str, dict[str, str]] = {}
    for tag in dict(outer.items()) if outer else ():
        inner = top.mapping("substitutions").mapping(tag)
        found[tag] = {slug: inner.text(slug, longest=80) for slug, _ in inner.items()}
    return found


def _substitute_faults(
    substitutes: Mapping[str, Mapping[str, str]],
    vocabulary: Vocabulary,
    exercises: Collection[str],
    known: Collection[str],
) -> list[Problem]:
    found: list[Problem] = []
    for tag, pairs in substitutes.items():
        if tag not in vocabulary.tags:
            text = f"{tag!r} is not a known tag; add it to conventions.tags or remove it"
            found.append(Problem(f"substitutions.{tag}", text))
        for slug, target in pairs.items():
            where = f"substitutions.{tag}.{slug}"
            if slug not in exercises:
                found.append(Problem(where, f"no exercise {slug!r} in this file"))
            if target not in known or target == slug:
                found.append(Problem(where, f"{target!r} cannot stand in for it; name another exercise of this file"))
    return found


def _doable(
    items: Mapping[str, tuple[SelfCare, dict[str, Any]]], vocabulary: Vocabulary
) -> dict[str, tuple[ExerciseContent, dict[str, Any]]]:
    made = {slug: as_exercise(document) for slug, (_, document) in items.items()}
    return {
        slug: (parse_exercise(document, vocabulary=vocabulary, path=slug), document)
        for slug, document in made.items()
        if document is not None
    }


def _self_care_faults(
    self_care: Mapping[str, tuple[SelfCare, dict[str, Any]]],
    articles: Mapping[str, tuple[SelfCare, dict[str, Any]]],
    exercises: Mapping[str, tuple[ExerciseContent, dict[str, Any]]],
    vocabulary: Vocabulary,
) -> list[Problem]:
    """Return what keeps items and articles from standing beside the exercises: taken slugs, unknown words."""
    found: list[Problem] = []
    for key, items, others in (("self_care", self_care, articles), ("articles", articles, self_care)):
        for index, (slug, (item, _)) in enumerate(items.items()):
            if slug in exercises or slug in others:
                found.append(Problem(f"{key}[{index}].slug", f"{slug!r} is used twice; each entry has its own slug"))
            unknown = [
                thing for thing in (item.doing.equipment if item.doing else ()) if thing not in vocabulary.equipment
            ]
            for thing in unknown:
                text = f"{thing!r} is not a known piece of equipment; use one of: {', '.join(vocabulary.equipment)}"
                found.append(Problem(f"{key}[{index}].doing.equipment", text))
    is_doable = any(item.doing for items in (self_care, articles) for item, _ in items.values())
    if not found and is_doable and CATEGORY not in vocabulary.categories:
        found.append(Problem("conventions.categories", "lacks self_care, the category of what stands in plans"))
    return found


def _exercise_faults(
    exercises: Mapping[str, tuple[ExerciseContent, dict[str, Any]]], known: Mapping[str, ExerciseContent]
) -> list[Problem]:
    """Return what does not fit between exercises: links, ladders, figures, written lengths."""
    found: list[Problem] = []
    for index, (content, _) in enumerate(exercises.values()):
        place = f"exercises[{index}]"
        for name, back in (("easier", "harder"), ("harder", "easier")):
            link = getattr(content, name)
            if link is None or link.slug is None:
                continue
            where = f"{place}.variations.{name}.slug"
            if link.slug not in exercises:
                if link.slug not in known:
                    found.append(Problem(where, f"no exercise {link.slug!r} in this file"))
                continue  # an exercise of the library around need not link back
            reverse = getattr(exercises[link.slug][0], back)
            if reverse is None or reverse.slug != content.slug:
                text = f"{link.slug} does not name {content.slug} as its {back} form; link both ways or leave it out"
                found.append(Problem(where, text))
        if _climbs_in_a_circle(content, exercises):
            found.append(Problem(f"{place}.variations.harder.slug", "leads back to this exercise; break the circle"))
        wrong = own_problems(content.figures, f"{place}.figures")
        found += wrong
        figures = (figure_library() if wrong else library_with(content.figures)).figures
        for number, segment in enumerate(content.segments):
            for index, step in enumerate(segment.steps):
                where = f"{place}.segments[{number}].steps[{index}].pose"
                found += binding_problems(step.pose or {}, where, figures)
        timeline = _or_faults(found, partial(compile_timeline, content))
        if timeline is not None and content.estimated_seconds not in (None, round(timeline.seconds)):
            seconds = round(timeline.seconds)
            text = (
                f"is {content.estimated_seconds} but the timeline takes {seconds:g}; write {seconds:g} or leave it out"
            )
            found.append(Problem(f"{place}.estimated_seconds", text))
    return found


def _climbs_in_a_circle(
    content: ExerciseContent, exercises: Mapping[str, tuple[ExerciseContent, dict[str, Any]]]
) -> bool:
    seen = {content.slug}
    current = content
    while current.harder is not None and current.harder.slug is not None and current.harder.slug in exercises:
        current = exercises[current.harder.slug][0]
        if current.slug in seen:
            return current.slug == content.slug
        seen.add(current.slug)
    return False
