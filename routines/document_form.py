"""A document as a form: every value has its path as its name ("segments[0].steps[1].text").

What is typed goes into a plain document as it stands, also where it is wrong, so that nothing typed is lost; the strict
reading of `routines.content` then says what is wrong, by the same paths. Pure but for the words of labels.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

from portal.lib import strict_json

Kind = Literal["text", "area", "whole", "number", "choice", "flag", "words", "lines", "pair", "data"]
Document = dict[str, Any]  # values of a YAML document

STEP = re.compile(r"([a-z_0-9]+)|\[(\d{1,3})\]")
MOVE_TO = re.compile(r"to-(\d{1,3})")
MAX_INDEX = 200
WHOLE = re.compile(r"-?\d{1,9}")
NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")


@dataclass(frozen=True)
class Spec:
    """One value of a mapping: its key and how it is typed.

    kind: words are several of the options; lines are a list of texts, one a line; pair is two whole numbers; data is
    JSON. options: (value, label).
    """

    key: str
    label: str
    kind: Kind = "text"
    options: Sequence[tuple[str, str]] = ()
    hint: str = ""


@dataclass
class Input:
    """One value on the page, ready to be shown."""

    name: str
    spec: Spec
    value: str = ""
    chosen: Sequence[str] = ()
    errors: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return id_of(self.name)

    @property
    def is_known(self) -> bool:
        """False where a choice holds something that is not among the options, which must be shown all the same."""
        return self.value in [value for value, _label in self.spec.options]


def id_of(path: str) -> str:
    """Return the id of the field for a path: "segments[0].name" -> "f-segments-0-name"."""
    return "f-" + re.sub(r"[^a-z0-9_]+", "-", path.lower()).strip("-")


def join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


# --- from the document to the page ----------------------------------------------------------------------------


def inputs_of(mapping: Any, specs: Sequence[Spec], path: str, errors: Mapping[str, Sequence[str]]) -> list[Input]:
    """Return the inputs of one mapping of the document, with the errors whose path is theirs or lies in them."""
    known = mapping if isinstance(mapping, Mapping) else {}
    found = []
    for spec in specs:
        name = join(path, spec.key)
        shown = Input(name, spec, errors=list(_errors_at(name, spec, errors)))
        value = known.get(spec.key)
        if spec.kind == "words":
            shown.chosen = [str(each) for each in value] if isinstance(value, list) else []
        elif spec.kind == "flag":
            shown.chosen = ["true"] if value is True else []
        elif value is not None:
            shown.value = _as_text(value, spec.kind)
        found.append(shown)
    return found


def _errors_at(name: str, spec: Spec, errors: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for path, texts in errors.items():
        inside = spec.kind in ("words", "lines", "pair", "data") and path.startswith((f"{name}[", f"{name}."))
        if path == name or inside:
            yield from texts


def _as_text(value: Any, kind: Kind) -> str:
    if kind == "lines" and isinstance(value, list):
        return "\n".join(str(each) for each in value)
    if kind == "pair" and isinstance(value, list):
        return "-".join(str(each) for each in value)
    if kind == "data" and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


# --- from the page to the document ----------------------------------------------------------------------------


def read(specs: Sequence[Spec], values: Callable[[str], Sequence[str]], path: str) -> Document:
    """Return the mapping that was typed; empty fields are left out."""
    found: Document = {}
    for spec in specs:
        value = _typed(spec, values(join(path, spec.key)))
        if value is not None:
            found[spec.key] = value
    return found


def _typed(spec: Spec, posted: Sequence[str]) -> Any:
    """The typed value as the document has it, or the text itself where it is not what was asked for."""
    if spec.kind == "words":
        return list(posted) or None
    if spec.kind == "flag":
        return True if posted else None
    text = posted[0].replace("\r\n", "\n").strip() if posted else ""
    if not text:
        return None
    if spec.kind == "whole" and WHOLE.fullmatch(text):
        return int(text)
    if spec.kind == "number" and NUMBER.fullmatch(text):
        return int(text) if WHOLE.fullmatch(text) else float(text)
    if spec.kind == "lines":
        return [line.strip() for line in text.split("\n") if line.strip()]
    if spec.kind == "pair":
        parts = re.split(r"\s*(?:-|–|to|,)\s*", text)
        return [int(part) if WHOLE.fullmatch(part) else part for part in parts]
    if spec.kind == "data":
        try:
            return strict_json.read(text)
        except ValueError:
            return text
    return text


def indexes(names: Sequence[str], path: str) -> list[int]:
    """Return the numbers of the entries that were posted for a list, lowest first."""
    entry = re.compile(re.escape(path) + r"\[(\d{1,3})\]\.")
    return sorted({int(found[1]) for name in names if (found := entry.match(name)) and int(found[1]) < MAX_INDEX})


# --- buttons --------------------------------------------------------------------------------------------------


def change_list(document: Document, verb: str, path: str, new: Callable[[str], Any]) -> str:
    """Add to a list (`path` names it) or move, copy or remove an entry (`path` names it); return the path to look at.

    verb: add, up, down, copy, remove, or "to-3": to that place of its list, counted from 0. A path that is not there
    changes nothing and returns "". new makes an entry for the list of that path.
    """
    if verb == "add":
        owner, key = _owner_of(document, path)
        if owner is None or not isinstance(key, str):
            return ""
        entries = owner.setdefault(key, [])
        if not isinstance(entries, list) or len(entries) >= MAX_INDEX:
            return ""
        entries.append(new(path))
        return f"{path}[{len(entries) - 1}]"
    owner, index = _owner_of(document, path)
    if not isinstance(owner, list) or not isinstance(index, int) or index >= len(owner):
        return ""
    base = path[: path.rindex("[")]
    if verb == "remove":
        del owner[index]
        return f"{base}[{min(index, len(owner) - 1)}]" if owner else base
    if verb == "copy":
        if len(owner) >= MAX_INDEX:
            return ""
        owner.insert(index + 1, deepcopy(owner[index]))
        return f"{base}[{index + 1}]"
    place = MOVE_TO.fullmatch(verb)
    other = int(place[1]) if place else {"up": index - 1, "down": index + 1}.get(verb, -1)
    if not 0 <= other < len(owner):
        return ""
    owner.insert(other, owner.pop(index))
    return f"{base}[{other}]"


def _owner_of(document: Document, path: str) -> tuple[Any, str | int | None]:
    """Return what holds the last part of the path, and that part; (None, None) where the path leads nowhere."""
    parts: list[str | int] = [found[1] if found[1] is not None else int(found[2]) for found in STEP.finditer(path)]
    if not parts:
        return None, None
    here: Any = document
    for part in parts[:-1]:
        if isinstance(part, str) and isinstance(here, dict):
            here = here.get(part)
        elif isinstance(part, int) and isinstance(here, list) and part < len(here):
            here = here[part]
        else:
            return None, None
    return here, parts[-1]
