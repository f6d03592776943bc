"""What the pose editor starts from and what it sends back. Reading is strict and names figure, key and field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.lib import strict_json
from routines.content import ExerciseContent, Segment, Step
from routines.looks import library_of
from routines.movement.library import Figure, figure_library
from routines.movement.pictures import figures_of
from routines.reading import ContentError, Problem

MOST_CHARACTERS = 60_000  # of one figure as data; an engineering limit
STEP = re.compile(r"step-(\d{1,2})-(\d{1,2})")
KEY = re.compile(r"\.?keys\[(\d+)\]\.?")

# A new figure: lying or standing as the person chooses, on a mat, seen a little from above.
NEW: Figure = {
    "sides": "none",
    "reviewed": None,
    "camera": {"yaw": 22, "pitch": 12},
    "props": ["mat"],
    "keys": [{"base": "standing", "move": 2, "hold": 1}],
    "arrows": [],
    "focus": [],
}


@dataclass(frozen=True, slots=True)
class StepChoice:
    """A step of the exercise and the poses it may show: (value as JSON, what it is called, whether it is shown now)."""

    name: str
    part: str
    number: int
    text: str
    options: list[tuple[str, str, bool]]


def names_of(content: ExerciseContent) -> list[str]:
    """Return the figures of an exercise: those its steps show, then those it brings along and no step shows."""
    return list(dict.fromkeys([*figures_of(content), *content.figures]))


def new_name(content: ExerciseContent) -> str:
    """Return a name for a new figure of this exercise that neither the library nor the exercise has taken."""
    taken = {*figure_library().figures, *content.figures}
    stem = slugify(content.slug)[:60] or "figure"
    candidates = [stem, f"{stem}-figure", *(f"{stem}-{number}" for number in range(2, 40))]
    return next(name for name in candidates if name not in taken)


def start_from(content: ExerciseContent, name: str, copied: str = "") -> Figure:
    """Return the figure to edit: the exercise's, the library's, a copy of another one of the library, or a new one."""
    library = library_of(content)
    figure = library.figures.get(name) or library.figures.get(copied) or NEW
    return {**{key: value for key, value in figure.items() if key != "tells"}, "reviewed": None}


def step_choices(content: ExerciseContent, name: str, keys: int) -> list[StepChoice]:
    """Return every step with what it may show of a figure of so many keys."""
    return [
        StepChoice(f"step-{place}-{number}", segment.name, number + 1, step.text, _options(step, name, keys))
        for place, segment in enumerate(content.segments)
        for number, step in enumerate(segment.steps)
    ]


def _options(step: Step, name: str, keys: int) -> list[tuple[str, str, bool]]:
    now = dict(step.pose) if step.pose else None
    found: list[tuple[str, str, bool]] = [("null", _("no figure"), now is None)]
    for key in range(keys):
        pose = {"figure": name, "key": key}
        found.append((json.dumps(pose), _("pose %(number)d") % {"number": key + 1}, now == pose))
    if now is not None and not any(chosen for _value, _label, chosen in found):
        found.append((json.dumps(now), pose_words(now, name), True))
    return found


def pose_words(pose: Mapping[str, Any], name: str) -> str:
    """Return what a pose that is more than one key is called."""
    if pose.get("figure") != name:
        return _("another figure: %(name)s") % {"name": pose.get("figure", "?")}
    if "loop" in pose:
        return _("round through poses %(poses)s") % {"poses": ", ".join(str(key + 1) for key in pose["loop"])}
    return _("pose %(number)d, as it is now") % {"number": int(pose.get("key", 0)) + 1}


def read_figure(text: str, name: str) -> dict[str, Any]:
    """Return the figure that was sent as JSON; raises ContentError with line and column where it is not JSON."""
    path = f"figures.{name}"
    if len(text) > MOST_CHARACTERS:
        raise ContentError.at(path, f"has {len(text)} characters; at most {MOST_CHARACTERS} are accepted")
    try:
        found = strict_json.read(text, longest=MOST_CHARACTERS)
    except json.JSONDecodeError as error:
        raise ContentError.at(path, f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except ValueError as error:
        raise ContentError.at(path, f"cannot be taken: {error}") from error
    if not isinstance(found, dict):
        raise ContentError.at(path, "expected a mapping of fields")
    return found


def read_poses(posted: Mapping[str, str]) -> dict[tuple[int, int], dict[str, Any] | None]:
    """Return the pose of each step that was sent; raises ContentError for what is no pose."""
    found: dict[tuple[int, int], dict[str, Any] | None] = {}
    for name, text in posted.items():
        place = STEP.fullmatch(name)
        if place is None:
            continue
        where = f"segments[{int(place[1])}].steps[{int(place[2])}].pose"
        try:
            pose = strict_json.read(text, longest=2000)
        except ValueError as error:
            raise ContentError.at(where, "is not a pose; choose one of the list") from error
        if pose is not None and not isinstance(pose, dict):
            raise ContentError.at(where, "is not a pose; choose one of the list")
        found[int(place[1]), int(place[2])] = pose
    return found


def in_words(problem: Problem, content: ExerciseContent, name: str) -> str:
    """Return a problem for the author: exercise, key counted from 1, field, and what to do."""
    rest = problem.path.removeprefix(f"figures.{name}").removeprefix(".change").removeprefix(".figure").lstrip(".")
    parts = [content.name]
    key = KEY.match(rest)
    if key:
        parts.append(_("pose %(number)d") % {"number": int(key[1]) + 1})
        rest = rest[key.end() :]
    if step := _step_at(content, problem.path):
        segment, number = step
        parts.append(_("step %(number)d of “%(part)s”") % {"number": number + 1, "part": segment.name})
        rest = "pose"
    if rest:
        parts.append(rest)
    return f"{', '.join(parts)}: {problem.message}"


def _step_at(content: ExerciseContent, path: str) -> tuple[Segment, int] | None:
    place = re.match(r"segments\[(\d+)\]\.steps\[(\d+)\]", path)
    if place and int(place[1]) < len(content.segments):
        return content.segments[int(place[1])], int(place[2])
    return None
