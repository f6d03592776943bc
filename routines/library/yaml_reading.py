"""Reading library files strictly: a small, safe part of YAML, with the line of every field. Pure.

Accepted are mappings, lists, texts, numbers, true, false and null. Anchors, aliases, tags and doubled keys
are refused, so a file can neither grow when read nor make objects. `yes`, `no`, `on` and `off` are texts, as
in YAML 1.2, and so is a time such as 09:00.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from routines.reading import ContentError, Problem, join

MAX_BYTES = 5_000_000  # the starter library has 0.2 MB; an engineering limit
MAX_DEPTH = 30
_TRUE_FALSE = {"true": True, "false": False, "True": True, "False": False}
_NULLS = ("", "~", "null", "Null", "NULL")
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,17}\.[0-9]{1,17}")


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A document with the line (from 1) at which each of its paths stands."""

    name: str
    document: Any  # a plain document; its readers check its shape
    lines: Mapping[str, int]

    def line_of(self, path: str) -> int:
        """Return the line of a path, or of its nearest parent that is written in the file."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path, 1)

    def explain(self, problems: tuple[Problem, ...]) -> list[str]:
        """Return each problem as `file:line: path: message`."""
        return [f"{self.name}:{self.line_of(problem.path)}: {problem}" for problem in problems]


def load(data: bytes, *, name: str) -> LoadedFile:
    """Return the document of a YAML file; raises ContentError with file name, line and remedy."""
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1_000_000:.1f} MB"
        raise ContentError.at(name, f"has {size}; at most {MAX_BYTES / 1_000_000:.0f} MB are accepted. Split the file")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ContentError.at(name, f"is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    lines: dict[str, int] = {}
    try:
        document = _Builder(yaml.parse(text, Loader=yaml.CSafeLoader), name, lines).document()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError.at(f"{name}:{line}", f"is not valid YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise ContentError.at(name, f"is not valid YAML: {error}") from error
    return LoadedFile(name, document, lines)


class _Builder:
    """Builds the document from parser events, one pass, without ever following a reference."""

    def __init__(self, events: Iterator[Any], name: str, lines: dict[str, int]) -> None:
        self.events = events  # the parser's event classes carry no types
        self.name = name
        self.lines = lines

    def document(self) -> Any:
        """Return the single document of the stream."""
        event = self._next(yaml.StreamStartEvent, yaml.DocumentStartEvent)
        if isinstance(event, yaml.StreamEndEvent):
            raise self._refusal(event, "is empty; write the library into it")
        document = self._value(event, "", 0)
        event = self._next(yaml.DocumentEndEvent)
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._refusal(event, "holds more than one document; keep one")
        return document

    def _next(self, *skipped: type) -> Any:
        event = next(self.events)
        while isinstance(event, skipped):
            event = next(self.events)
        return event

    def _value(self, event: Any, path: str, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._refusal(event, "anchors (&) and aliases (*) are not accepted; write the value out")
        if event.tag is not None:
            raise self._refusal(event, f"the tag {event.tag} is not accepted; write a plain value")
        if depth > MAX_DEPTH:
            raise self._refusal(event, f"is nested deeper than {MAX_DEPTH} levels; flatten it")
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return event.value if event.style else _scalar(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _sequence(self, path: str, depth: int) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self._value(event, f"{path}[{len(values)}]", depth + 1))
        return values

    def _mapping(self, path: str, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        event: Any
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.tag is not None:
                raise self._refusal(event, "a field name must be a plain word")
            key = event.value
            if key in values:
                raise self._refusal(event, f"the field {key!r} is written twice in one mapping; keep one")
            inner = join(path, key)
            self.lines[inner] = _line(event)
            values[key] = self._value(next(self.events), inner, depth + 1)
        return values

    def _refusal(self, event: Any, message: str) -> ContentError:
        return ContentError.at(f"{self.name}:{_line(event)}", message)


def _scalar(text: str) -> Any:
    if text in _NULLS:
        return None
    if text in _TRUE_FALSE:
        return _TRUE_FALSE[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _line(event: Any) -> int:
    """Return the line of an event, counted from 1."""
    return int(event.start_mark.line) + 1
