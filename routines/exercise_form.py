"""What an author fills in about an exercise, laid out as a page, and read back from it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from routines.document_form import Document, Input, Spec, id_of, indexes, inputs_of, join, read
from routines.exercise_specs import (
    Options,
    caution_specs,
    dose_source_specs,
    dose_specs,
    figure_specs,
    gate_specs,
    link_specs,
    segment_specs,
    self_care_specs,
    source_specs,
    step_specs,
    substitute_specs,
    word_specs,
)

Errors = Mapping[str, Sequence[str]]


# Shown at once; the rest stands behind "more", which is open where something is wrong in it or a part has values there.
MAIN_WORDS = {"name", "category", "aim", "position", "body_regions", "equipment", "difficulty", "sides"}
MAIN_WORDS |= {"focus_points", "precautions"}
MAIN_DOSE = {"mode", "sets", "reps", "hold_s", "duration_s", "rest_s", "dose_source"}
MAIN_SEGMENT = {"name", "repeat", "reps"}
MAIN_STEP = {"text", "phase", "breath", "seconds", "limb"}


@dataclass
class Inputs:
    """Inputs of one mapping, those shown at once before those behind "more"."""

    main: list[Input]
    more: list[Input]

    @property
    def all(self) -> list[Input]:
        return [*self.main, *self.more]

    @property
    def has_errors(self) -> bool:
        return any(each.errors for each in self.more)

    @property
    def is_open(self) -> bool:
        return self.has_errors or any(each.value or each.chosen for each in self.more)


def _split(inputs: Sequence[Input], main: set[str]) -> Inputs:
    return Inputs(
        [each for each in inputs if each.spec.key in main], [each for each in inputs if each.spec.key not in main]
    )


@dataclass
class Placed:
    """A part of the page at its path in the document."""

    path: str

    @property
    def id(self) -> str:
        return id_of(self.path)


@dataclass
class StepPart(Placed):
    inputs: Inputs
    is_first: bool
    is_last: bool


@dataclass
class SegmentPart(Placed):
    title: str
    inputs: Inputs
    gate: list[Input]
    has_gate: bool
    steps: list[StepPart]
    is_first: bool
    is_last: bool


@dataclass
class LinkPart:
    key: str
    inputs: list[Input]
    gate: list[Input]
    has_gate: bool


@dataclass
class EntryPart(Placed):
    """One caution, or one substitute."""

    inputs: list[Input]


@dataclass
class ExercisePage:
    """A document laid out for the editor. others: errors that belong to no field."""

    words: Inputs
    dose: Inputs
    segments: list[SegmentPart]
    links: list[LinkPart]
    cautions: list[EntryPart]
    substitutes: list[EntryPart]
    together: list[Input]
    others: list[str] = field(default_factory=list)


def page_of(
    document: Document, errors: Errors, *, others: Options, self_care: Sequence[tuple[str, str]] = ()
) -> ExercisePage:
    """Return the document as inputs, each with its errors.

    others: slugs and names of exercises to link to. self_care: slugs and names of self-care items.
    """
    variations = document.get("variations")
    links = variations if isinstance(variations, Mapping) else {}
    page = ExercisePage(
        words=_split(inputs_of(document, [*word_specs(), *source_specs()], "", errors), MAIN_WORDS),
        dose=_split(
            [
                *inputs_of(document.get("dose"), dose_specs(), "dose", errors),
                *inputs_of(document, dose_source_specs(), "", errors),
            ],
            MAIN_DOSE,
        ),
        segments=_segments(document, errors),
        links=[_link(key, links.get(key), errors, others) for key in ("easier", "harder")],
        cautions=_entries(document, "contraindications", caution_specs(), errors),
        substitutes=_entries(document, "substitutes", substitute_specs(others), errors),
        together=inputs_of(document, self_care_specs(self_care), "", errors),
    )
    shown = {text for each in inputs_on(page) for text in each.errors}
    page.others = [
        f"{path}: {text}" if path else text for path, texts in errors.items() for text in texts if text not in shown
    ]
    return page


def _list(mapping: Mapping[str, Any], key: str) -> list[Any]:
    value = mapping.get(key)
    return value if isinstance(value, list) else []


def _entries(document: Document, key: str, specs: list[Spec], errors: Errors) -> list[EntryPart]:
    places = [(f"{key}[{index}]", entry) for index, entry in enumerate(_list(document, key))]
    return [EntryPart(path, inputs_of(entry, specs, path, errors)) for path, entry in places]


def _segments(document: Document, errors: Errors) -> list[SegmentPart]:
    found = []
    step_and_figure = [*step_specs(), *figure_specs()]
    entries = _list(document, "segments")
    for index, entry in enumerate(entries):
        path = f"segments[{index}]"
        segment = entry if isinstance(entry, Mapping) else {}
        steps = _list(segment, "steps")
        found.append(
            SegmentPart(
                path=path,
                title=str(segment.get("name") or ""),
                inputs=_split(inputs_of(segment, segment_specs(), path, errors), MAIN_SEGMENT),
                gate=inputs_of(segment.get("gate"), gate_specs(), f"{path}.gate", errors),
                has_gate=bool(segment.get("gate")),
                steps=[
                    StepPart(
                        f"{path}.steps[{place}]",
                        _split(inputs_of(step, step_and_figure, f"{path}.steps[{place}]", errors), MAIN_STEP),
                        place == 0,
                        place == len(steps) - 1,
                    )
                    for place, step in enumerate(steps)
                ],
                is_first=index == 0,
                is_last=index == len(entries) - 1,
            )
        )
    return found


def _link(key: str, link: Any, errors: Errors, others: Options) -> LinkPart:
    known = link if isinstance(link, Mapping) else {}
    path = f"variations.{key}"
    return LinkPart(
        key=key,
        inputs=inputs_of(known, link_specs(others), path, errors),
        gate=inputs_of(known.get("gate"), gate_specs(), f"{path}.gate", errors) if key == "harder" else [],
        has_gate=bool(known.get("gate")),
    )


def inputs_on(page: ExercisePage) -> list[Input]:
    """Return every input of the page, in its order."""
    found = [*page.words.all, *page.dose.all]
    for segment in page.segments:
        found += [*segment.inputs.all, *segment.gate]
        found += [each for step in segment.steps for each in step.inputs.all]
    for link in page.links:
        found += [*link.inputs, *link.gate]
    found += [each for part in (*page.cautions, *page.substitutes) for each in part.inputs]
    return [*found, *page.together]


def problems_of(page: ExercisePage) -> list[tuple[str, str]]:
    """Return everything that is wrong as (id of the field, sentence), in the order of the page."""
    found = [("", text) for text in page.others]
    return found + [(each.id, f"{each.spec.label}: {text}") for each in inputs_on(page) for text in each.errors]


def document_of(names: Sequence[str], values: Callable[[str], Sequence[str]], *, others: Options) -> Document:
    """Return the document that was typed, right or wrong; its "substitutes" are no part of an exercise's content."""
    document = read([*word_specs(), *source_specs(), *dose_source_specs(), *self_care_specs([])], values, "")
    if isinstance(document.get("difficulty"), str) and document["difficulty"].isdecimal():
        document["difficulty"] = int(document["difficulty"])
    document["dose"] = read(dose_specs(), values, "dose")
    document["segments"] = [_read_segment(names, values, f"segments[{index}]") for index in indexes(names, "segments")]
    links = {}
    for key in ("easier", "harder"):
        link = read(link_specs(others), values, f"variations.{key}")
        gate = read(gate_specs(), values, f"variations.{key}.gate") if key == "harder" else {}
        if gate:
            link["gate"] = gate
        if link:
            links[key] = link
    if links:
        document["variations"] = links
    cautions = [read(caution_specs(), values, f"contraindications[{i}]") for i in indexes(names, "contraindications")]
    if cautions:
        document["contraindications"] = cautions
    specs = substitute_specs(others)
    substitutes = [read(specs, values, f"substitutes[{index}]") for index in indexes(names, "substitutes")]
    if substitutes:
        document["substitutes"] = substitutes
    return document


def _read_segment(names: Sequence[str], values: Callable[[str], Sequence[str]], path: str) -> Document:
    segment = read(segment_specs(), values, path)
    if "key" not in segment and segment.get("name"):
        segment["key"] = slugify(str(segment["name"]))[:40]
    gate = read(gate_specs(), values, f"{path}.gate")
    if gate:
        segment["gate"] = gate
    steps = join(path, "steps")
    specs = [*step_specs(), *figure_specs()]
    segment["steps"] = [read(specs, values, f"{steps}[{index}]") for index in indexes(names, steps)]
    return segment


def new_entry(path: str) -> Document:
    """Return an empty part, step or caution for the list of that path."""
    step: Document = {"phase": "move", "breath": "none", "seconds": 3}
    if path == "segments":
        return {"repeat": "per_dose", "steps": [step]}
    return dict(step) if path.endswith(".steps") else {}


def give_free_key(document: Document, path: str) -> None:
    """Give a copied part a short name that no other part has; entries of other lists have none."""
    found = re.fullmatch(r"segments\[(\d+)\]", path)
    parts = _list(document, "segments")
    if found is None or not isinstance(parts[int(found[1])], dict):
        return
    taken = {part.get("key") for part in parts if isinstance(part, Mapping)}
    part = parts[int(found[1])]
    base = part.get("key") or "part"
    part["key"] = next(key for number in range(2, len(parts) + 3) if (key := f"{base}-{number}") not in taken)


def new_exercise() -> Document:
    """Return the document that a new exercise starts from."""
    return {
        "difficulty": 1,
        "sides": "none",
        "dose": {"mode": "reps", "sets": 1, "reps": 8, "rest_s": 0},
        "segments": [
            {
                "key": "setup",
                "name": _("Get ready"),
                "repeat": "once",
                "steps": [{"phase": "setup", "breath": "none", "seconds": 8}],
            },
            {
                "key": "main",
                "name": _("Exercise"),
                "repeat": "per_dose",
                "steps": [
                    {"phase": "move", "breath": "out", "seconds": 3},
                    {"phase": "return", "breath": "in", "seconds": 3},
                ],
            },
        ],
    }
