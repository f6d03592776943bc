"""What is wrong with figures: their form, the names they use, and what the engine sees in the solved body."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from routines.movement.renderer import Engine
from routines.reading import Problem, join

SCHEMA = Path(__file__).with_name("schema.json")
# Words that YAML 1.1 reads as true or false and YAML 1.2 as text: never a name in a pose.
SWITCH_WORDS = frozenset({"on", "off", "yes", "no", "y", "n"})


@cache
def engine() -> Engine:
    """Return the engine that checks and library share in this process."""
    return Engine()


@cache
def vocabulary() -> Mapping[str, Any]:
    """Return the names that the engine knows: joints with limits, hands, feet, landmarks, focus, groups, props ..."""
    found: Mapping[str, Any] = engine().call("vocabulary", figure="vocabulary")
    return found


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def figure_problems(document: object) -> list[Problem]:
    """Return every problem of a poses document: form first, then names, limits and key numbers; [] when it is right."""
    problems = [*_switch_words(document, "")]
    if not problems:
        problems = [Problem(_path(error.absolute_path), error.message) for error in _validator().iter_errors(document)]
    if problems or not isinstance(document, Mapping):
        return problems
    postures = document["postures"]
    for name, posture in postures.items():
        problems += _layer_problems(posture, f"postures.{name}", postures)
    for figure_id, figure in document["figures"].items():
        problems += one_figure_problems(figure, f"figures.{figure_id}", postures)
    return problems


def one_figure_problems(figure: Mapping[str, Any], path: str, postures: Mapping[str, Any]) -> list[Problem]:
    """Return the problems of one figure whose form is right: unknown names, joints beyond limits, missing keys."""
    words = vocabulary()
    problems: list[Problem] = []

    def known(name: str, kind: str, where: str) -> None:
        if name not in words[kind]:
            problems.append(Problem(join(path, where), f"{name!r} is not known; use one of: {', '.join(words[kind])}"))

    def there(index: int, where: str) -> None:
        if index >= len(figure["keys"]):
            last = len(figure["keys"]) - 1
            problems.append(Problem(join(path, where), f"there is no key {index}; the last one is {last}"))

    for number, key in enumerate(figure["keys"]):
        problems += _layer_problems(key, join(path, f"keys[{number}]"), postures)
    known(figure.get("anchor", "pelvis"), "landmarks", "anchor")
    if "crop" in figure:
        known(figure["crop"]["at"], "landmarks", "crop.at")
    for name in figure["focus"]:
        known(name, "focus", "focus")
    for number, arrow in enumerate(figure["arrows"]):
        for field in ("point", "at", "rot"):
            if field in arrow:
                known(arrow[field], "landmarks", f"arrows[{number}].{field}")
        for field in ("from", "to", "key", "pose"):
            there(arrow.get(field, 0), f"arrows[{number}].{field}")
    for number, prop in enumerate(figure.get("props", ())):
        parts: Mapping[str, Any] = {"type": prop} if isinstance(prop, str) else prop
        known(parts["type"], "props", f"props[{number}].type")
        for field in ("key", "since", "rests"):
            there(parts.get(field, 0), f"props[{number}].{field}")
    for field in ("pin_key", "shows"):
        there(figure.get(field, 0), field)
    for index in figure.get("order", ()):
        there(index, "order")
    return problems


def _layer_problems(layer: Mapping[str, Any], path: str, postures: Mapping[str, Any]) -> Iterator[Problem]:
    words = vocabulary()
    base = layer.get("base")
    if base is not None and base not in postures:
        yield Problem(join(path, "base"), f"{base!r} is not a base posture; use one of: {', '.join(postures)}")
    if _goes_in_a_circle(layer, postures):
        yield Problem(join(path, "base"), "leads back to itself; break the circle")
    orient = layer.get("root", {}).get("orient", "upright")
    if orient not in words["orients"]:
        yield Problem(join(path, "root.orient"), f"{orient!r} is not known; use one of: {', '.join(words['orients'])}")
    for name, value in layer.get("joints", {}).items():
        limits = _limits(name)
        if limits is None:
            yield Problem(join(path, f"joints.{name}"), f"{name!r} is not a joint; see routines/movement/README.md")
        elif not limits[0] <= value <= limits[1]:
            text = f"{value:g} is outside {limits[0]:g} to {limits[1]:g}; stay within what the joint can do"
            yield Problem(join(path, f"joints.{name}"), text)
    for side, spec in layer.get("hands", {}).items():
        place = spec if isinstance(spec, str) else spec["at"]
        if place.removesuffix(".R").removesuffix(".L") not in words["hands"]:
            text = f"{place!r} is not a place for a hand; use one of: {', '.join(words['hands'])}"
            yield Problem(join(path, f"hands.{side}"), text)
    support = layer.get("support", {})
    for rule in ("level", "rest_on"):
        for name in _flat(support.get(rule) or ()):
            stem = name.split(".")[0]
            if not {stem, stem[:-1], {"feet": "foot"}.get(stem)} & set(words["groups"]):
                text = f"{name!r} is not a part of the body; use one of: {', '.join(words['groups'])}"
                yield Problem(join(path, f"support.{rule}"), text)


def _limits(name: str) -> tuple[float, float] | None:
    """Return the limits of a joint written with or without its side."""
    joints = vocabulary()["joints"]
    part, _, motion = name.partition(".")
    limits = joints.get(name) or joints.get(f"{part}.R.{motion}")
    return (limits[0], limits[1]) if limits else None


def _goes_in_a_circle(layer: Mapping[str, Any], postures: Mapping[str, Any]) -> bool:
    seen: set[str] = set()
    base: str = layer.get("base", "")
    while base in postures:
        if base in seen:
            return True
        seen.add(base)
        base = postures[base].get("base", "")
    return False


def _flat(names: object) -> Iterator[str]:
    if isinstance(names, str):
        yield names
    elif isinstance(names, list | tuple):
        for name in names:
            yield from _flat(name)


def _switch_words(value: object, path: str) -> Iterator[Problem]:
    """Yield the places where a key is a word, or has become a value, that YAML versions read differently."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            where = join(path, str(key))
            if isinstance(key, bool) or str(key).lower() in SWITCH_WORDS:
                yield Problem(where, f"{key!s} is read as true or false by some readers; use another name")
            yield from _switch_words(inner, where)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _switch_words(inner, f"{path}[{number}]")


def _path(parts: Any) -> str:  # Any: jsonschema's deque of names and numbers
    path = ""
    for part in parts:
        path = f"{path}[{part}]" if isinstance(part, int) else join(path, str(part))
    return path


def warnings(figure_id: str, figure: Mapping[str, Any], postures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the engine sees in the solved key poses: [{key, kind, part, cm | degrees, limits}].

    kind is reach (a hand or foot does not get there), floor (sunk in), air (floating), limit (a joint), through (limbs
    run through each other). `key` counts from 0. Raises FigureError when a key cannot be solved at all.
    """
    found: list[dict[str, Any]] = engine().call("check", figure, postures, figure=figure_id)
    return found
