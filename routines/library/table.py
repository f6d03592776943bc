"""A library as one table, as people edit it in a spreadsheet: one row an entry, told apart by its kind. Pure.

An exercise is followed by its parts, each by its steps, and by its cautions; a routine by its items. Lists of short
texts stand in one cell, one a line; what has more structure (gates, poses, lanes, rules) is JSON. Reading a table that
was written gives the same documents.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from routines.library.writing import Entries
from routines.library.yaml_reading import LoadedFile
from routines.reading import ContentError, Problem, short

Kind = Literal["text", "whole", "number", "flag", "lines", "pair", "data"]
Columns = Mapping[str, Kind]
Document = dict[str, Any]  # values of a YAML document

_DOSE: Columns = {
    "dose.mode": "text", "dose.sets": "whole", "dose.reps": "whole", "dose.hold_s": "whole",
    "dose.hold_range_s": "pair", "dose.rest_s": "whole", "dose.tempo": "text", "dose.duration_s": "whole",
    "dose.load_kg": "number", "dose.per_day": "whole", "dose.days_per_week": "whole", "dose.effort_0_10": "pair",
    "dose.segment_reps": "data", "dose.note": "text",
}  # fmt: skip
_LINKS: Columns = {
    "variations.easier.slug": "text", "variations.easier.name": "text", "variations.easier.text": "text",
    "variations.harder.slug": "text", "variations.harder.name": "text", "variations.harder.text": "text",
    "variations.harder.gate": "data",
}  # fmt: skip
_SELF_CARE: Columns = {
    "slug": "text", "name": "text", "aim": "text", "how": "text", "evidence": "text", "evidence_words": "text",
    "cautions": "lines", "doing.seconds": "whole", "doing.equipment": "lines", "doing.contraindications": "data",
    "origin": "text", "withdrawn": "flag",
}  # fmt: skip
# kind of a row -> its columns; what a document says beside them stands in the column "more"
COLUMNS: Mapping[str, Columns] = {
    "exercise": {
        "slug": "text", "name": "text", "also_known_as": "lines", "category": "text", "aim": "text", "position": "text",
        "body_regions": "lines", "equipment": "lines", "difficulty": "whole", "sides": "text", **_DOSE,
        "focus_points": "lines", "precautions": "lines", **_LINKS, "tags": "lines", "basis": "text", "seed": "data",
        "media": "data", "estimated_seconds": "whole", "withdrawn": "flag",
    },
    "part": {
        "key": "text", "name": "text", "repeat": "text", "sides": "text", "reps": "whole", "reps_range": "pair",
        "reps_note": "text", "optional": "flag", "gate": "data",
    },
    "step": {
        "text": "text", "phase": "text", "breath": "text", "seconds": "number", "limb": "text", "cue": "text",
        "origin": "text", "origin_note": "text", "pose": "data", "media": "data",
    },
    "caution": {"tag": "text", "level": "text", "note": "text"},
    "substitute": {"tag": "text", "slug": "text", "exercise": "text"},
    "self-care": _SELF_CARE,
    "article": _SELF_CARE,
    "routine": {
        "slug": "text", "name": "text", "origin": "text", "goal": "text", "who_for": "lines", "not_for_tags": "lines",
        "requires_practitioner": "flag", "estimated_minutes": "whole", "schedule.sessions_per_day": "whole",
        "schedule.days_per_week": "whole", "schedule.weeks": "whole", "schedule.weekdays": "lines",
        "schedule.every_minutes": "pair", "schedule.window": "lines", "schedule.anchors": "lines",
        "schedule.flexible": "flag", "schedule.pick_per_session": "whole", "schedule.kind": "text",
        "schedule.bite_min": "whole", "pre_session_check": "lines",
        "counting": "text", "lanes": "data", "weekly_plan": "data", "self_care": "lines", "progression": "data",
        "regression": "data", "completion.weeks": "whole", "completion.review": "text", "next": "lines",
        "withdrawn": "flag",
    },
    "item": {
        "exercise": "text", "choice_group": "text", "dose": "data", "optional": "flag", "gate": "data",
        "segments": "lines", "optional_segments": "lines", "note": "text", "estimated_seconds": "whole",
    },
}  # fmt: skip
HEADER = ("kind", *dict.fromkeys(name for columns in COLUMNS.values() for name in columns), "more")
# kind -> (the kind of row that holds it, the list in which it stands there)
_INSIDE = {"part": ("exercise", "segments"), "step": ("part", "steps"), "item": ("routine", "items")}
_INSIDE["caution"] = ("exercise", "contraindications")
_TOP = {"exercise": "exercises", "self-care": "self_care", "article": "articles", "routine": "routines"}
_WHOLE = re.compile(r"-?\d{1,15}")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_PAIR = re.compile(r"(\d{1,6})\s*[-–]\s*(\d{1,6})")
MAX_DEPTH = 30  # levels of JSON in one cell


@dataclass(frozen=True, slots=True)
class Table:
    """The two documents of a table, without their heads, and the row (from 1) at which each of their paths stands."""

    exercises: Document
    routines: Document
    rows: Mapping[str, int]

    def files(self, name: str, heads: tuple[Mapping[str, Any], Mapping[str, Any]]) -> tuple[LoadedFile, LoadedFile]:
        """Return both as files, under the heads of an exercises and of a routines file; lines are rows."""
        return (
            LoadedFile(name, {**heads[0], **self.exercises}, self.rows),
            LoadedFile(name, {**heads[1], **self.routines}, self.rows),
        )


# --- to the table ---------------------------------------------------------------------------------------------


def to_rows(entries: Entries) -> list[list[str]]:
    """Return the library as rows, the names of the columns first."""
    found: list[list[str]] = []
    gone = set(entries.withdrawn_exercises)
    for exercise in _by_slug(entries.exercises):
        found.append(_row("exercise", exercise, but=("segments", "contraindications"), withdrawn=gone))
        for segment in exercise["segments"]:
            found.append(_row("part", segment, but=("steps",)))
            found += [_row("step", step) for step in segment["steps"]]
        found += [_row("caution", caution) for caution in exercise.get("contraindications") or ()]
    found += [
        _row("substitute", {"tag": tag, "slug": slug, "exercise": target})
        for tag, pairs in sorted(entries.substitutes.items())
        for slug, target in sorted(pairs.items())
    ]
    found += [_row("self-care", item, but=("kind",), withdrawn=gone) for item in _by_slug(entries.self_care)]
    found += [_row("article", item, but=("kind",), withdrawn=gone) for item in _by_slug(entries.articles)]
    for routine in _by_slug(entries.routines):
        found.append(_row("routine", routine, but=("items",), withdrawn=set(entries.withdrawn_routines)))
        found += [_row("item", item) for item in routine["items"]]
    return [list(HEADER), *found]


def _by_slug(documents: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(documents, key=lambda document: str(document["slug"]))


def _row(
    kind: str, document: Mapping[str, Any], *, but: Sequence[str] = (), withdrawn: Collection[str] = ()
) -> list[str]:
    columns = COLUMNS[kind]
    rest = {key: value for key, value in document.items() if key not in but}
    cells = {"kind": kind}
    for name, how in columns.items():
        value = _taken(rest, name)
        if value is not None:
            cells[name] = _as_text(value, how)
    if document.get("slug") in withdrawn:
        cells["withdrawn"] = "true"
    rest = _without_empty(rest)
    if rest:
        cells["more"] = _json(rest)
    return [cells.get(name, "") for name in HEADER]


def _taken(rest: Document, name: str) -> Any:
    """Return the value at a dotted name, which then is no longer in `rest`; None where there is none."""
    first, dot, inner = name.partition(".")
    if not dot:
        return rest.pop(first, None)
    holder = rest.get(first)
    if not isinstance(holder, Mapping):
        return None
    rest[first] = copied = dict(holder)
    return _taken(copied, inner)


def _without_empty(document: Document) -> Document:
    """Return a document without mappings of which everything was taken."""
    found = {key: _without_empty(value) if isinstance(value, dict) else value for key, value in document.items()}
    return {key: value for key, value in found.items() if value not in ({}, None)}


def _as_text(value: Any, how: Kind) -> str:
    if how == "lines" and isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        text = "\n".join(value)
        if "\n" not in "".join(value) and not text.startswith("[") and all(each.strip() == each for each in value):
            return text
    if how == "pair" and isinstance(value, list) and len(value) == 2:
        return f"{value[0]}-{value[1]}"
    if how == "flag" and isinstance(value, bool):
        return "true" if value else "false"
    if how in ("whole", "number") and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15f}".rstrip("0") if "e" in repr(value) else repr(value)
    return value if how == "text" and isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


# --- from the table -------------------------------------------------------------------------------------------


def read_rows(rows: Sequence[Sequence[str]]) -> Table:
    """Return the documents of a table. Raises ContentError with every problem, each with its row and column."""
    problems: list[Problem] = []
    header = [name.strip() for name in rows[0]] if rows else []
    if "kind" not in header:
        raise ContentError.at(
            "row 1", f"names no columns; the first row says: kind, {', '.join(HEADER[1:4])} and so on"
        )
    unknown = [name for name in header if name and name not in HEADER]
    problems += [Problem("row 1", f"there is no column {short(name)}; leave it out") for name in unknown]
    if len(set(filter(None, header))) < len(list(filter(None, header))):
        problems.append(Problem("row 1", "names a column twice; keep one"))
    reading = _Reading(problems)
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: cell for name, cell in zip(header, row, strict=False) if name and cell.strip()}
        if cells:
            reading.take(number, cells)
    if problems:
        raise ContentError(problems)
    return reading.table()


class _Reading:
    """One table being read, row by row; remembers which exercise, part and routine the next row belongs to."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.lists: dict[str, list[Document]] = {name: [] for name in _TOP.values()}
        self.substitutes: dict[str, dict[str, str]] = {}
        self.withdrawn: dict[str, list[str]] = {"exercises": [], "routines": []}  # as the two files list them
        self.rows: dict[str, int] = {}
        self.open: dict[str, tuple[Document, str]] = {}  # kind -> its last row's document and path

    def take(self, number: int, cells: dict[str, str]) -> None:
        kind = cells.pop("kind", "").strip().lower()
        if kind not in COLUMNS:
            self._problem(number, "kind", f"{short(kind)} is no kind of row; use one of: {', '.join(COLUMNS)}")
            return
        document = self._document(number, kind, cells)
        if kind == "substitute":
            tag, slug = str(document.get("tag", "")), str(document.get("slug", ""))
            self.substitutes.setdefault(tag, {})[slug] = str(document.get("exercise", ""))
            self.rows[f"substitutions.{tag}.{slug}"] = number
            return
        if document.pop("withdrawn", False):
            self.withdrawn["routines" if kind == "routine" else "exercises"].append(str(document.get("slug", "")))
        if kind in _INSIDE:
            holder, key = _INSIDE[kind]
            if holder not in self.open:
                self._problem(number, "kind", f"a {kind} stands below the {holder} that it belongs to")
                return
            owner, path = self.open[holder]
            entries, place = owner.setdefault(key, []), f"{path}.{key}"
        else:
            entries, place = self.lists[_TOP[kind]], _TOP[kind]
            self.open.clear()
        path = f"{place}[{len(entries)}]"
        entries.append(document)
        self.open[kind] = document, path
        self.rows[path] = number

    def _document(self, number: int, kind: str, cells: Mapping[str, str]) -> Document:
        found: Document = {}
        for name, cell in cells.items():
            if name == "more":
                more = _data(cell)
                if isinstance(more, dict):
                    _merge(found, more)
                else:
                    self._problem(number, name, "is not a JSON mapping; leave it empty if you did not write it")
            elif name in COLUMNS[kind]:
                _put(found, name, _value(cell, COLUMNS[kind][name]))
            elif name in HEADER:
                self._problem(number, name, f"means nothing for a {kind}; leave the cell empty")
        return found

    def _problem(self, number: int, column: str, text: str) -> None:
        self.problems.append(Problem(f"row {number}, {column}", text))

    def table(self) -> Table:
        exercises: Document = {name: self.lists[name] for name in ("exercises", "self_care", "articles")}
        routines: Document = {"routines": self.lists["routines"]}
        if self.substitutes:
            exercises["substitutions"] = self.substitutes
        for document, file in ((exercises, "exercises"), (routines, "routines")):
            if self.withdrawn[file]:
                document["withdrawn"] = self.withdrawn[file]
        return Table(exercises, routines, self.rows)


def _put(document: Document, name: str, value: Any) -> None:
    first, dot, inner = name.partition(".")
    if dot:
        _put(document.setdefault(first, {}), inner, value)
    else:
        document[first] = value


def _merge(document: Document, more: Document) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(document.get(key), dict):
            _merge(document[key], value)
        else:
            document.setdefault(key, value)


def _value(cell: str, how: Kind) -> Any:
    """Return the value of a cell, or its text where it is not what was asked for; the strict reading tells then."""
    text = cell.strip()
    if how == "text":
        return cell
    if how == "lines" and not text.startswith("["):
        return [line.strip() for line in text.splitlines() if line.strip()]
    if how == "flag" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if how == "whole" and _WHOLE.fullmatch(text):
        return int(text)
    if how == "number" and _NUMBER.fullmatch(text):
        return int(text) if _WHOLE.fullmatch(text) else float(text)
    if how == "pair" and (pair := _PAIR.fullmatch(text)):
        return [int(pair[1]), int(pair[2])]
    if how in ("data", "lines"):
        return _data(text)
    return text


def _data(text: str) -> Any:
    """Return the value of JSON in a cell, the text itself where it is none or goes too deep."""
    depth = deepest = 0
    for letter in text:
        depth += (letter in "[{") - (letter in "]}")
        deepest = max(deepest, depth)
    try:
        return json.loads(text, parse_constant=str) if deepest <= MAX_DEPTH else text
    except ValueError:  # also for numbers of thousands of digits
        return text
