"""Strict reading of plain documents (dicts, lists, texts, numbers): every problem with its path."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

REQUIRED: Final = object()
MAX_TEXT = 500  # characters in one sentence-like field; an engineering limit
MAX_ITEMS = 200  # entries in one list; an engineering limit


class Problem(NamedTuple):
    """One thing wrong in a document: where (`segments[1].steps[0].breath`) and what to do about it."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class ContentError(ValueError):
    """A document that cannot be accepted; `problems` names every place and its remedy."""

    def __init__(self, problems: list[Problem] | tuple[Problem, ...]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def at(cls, path: str, message: str) -> ContentError:
        """Return an error with a single problem."""
        return cls([Problem(path, message)])


def join(path: str, key: str) -> str:
    """Return the path of `key` inside `path`; the root is the empty path."""
    return f"{path}.{key}" if path else key


def kind_of(value: object) -> str:
    """Return the name of a value's type in the words of a person who writes YAML."""
    names = {
        bool: "yes or no",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        tuple: "a list",
    }
    if value is None:
        return "nothing"
    return "a mapping" if isinstance(value, Mapping) else names.get(type(value), type(value).__name__)


class Fields:
    """Reads one mapping key by key; `close` then reports the keys that nobody asked for.

    A field that is wrong adds a Problem and gives a harmless stand-in, so that one reading finds all
    problems. The caller raises ContentError when `problems` is not empty.
    """

    def __init__(self, document: object, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems
        self._asked: set[str] = set()
        self._values: Mapping[str, Any] = {}  # values are checked by the getters below
        if isinstance(document, Mapping):
            self._values = document
        else:
            self.problem("", f"expected a mapping of fields, found {kind_of(document)}")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def problem(self, key: str, message: str) -> None:
        """Add a problem at `key` of this mapping (or at the mapping itself for an empty key)."""
        self.problems.append(Problem(join(self.path, key) if key else self.path, message))

    def raw(self, key: str, default: object = REQUIRED) -> Any:  # Any: the caller checks what it is
        """Return the value as it stands, or `default` where the key is absent or empty."""
        self._asked.add(key)
        value = self._values.get(key)
        if value is not None:
            return value
        if default is REQUIRED:
            self.problem(key, "is missing; give it a value")
            return None
        return default

    def text(self, key: str, default: object = REQUIRED, *, longest: int = MAX_TEXT) -> str:
        """Return a text without outer blanks; empty texts count as missing."""
        value = self.raw(key, default)
        if value is None or value is default:
            return value if isinstance(value, str) else ""
        return self._as_text(key, value, longest)

    def text_or_none(self, key: str, *, longest: int = MAX_TEXT) -> str | None:
        """Return a text, or None where the key is absent."""
        value = self.raw(key, None)
        return None if value is None else self._as_text(key, value, longest)

    def slug(self, key: str) -> str:
        """Return a slug of lower-case letters, digits and single hyphens."""
        value = self.text(key, longest=80)
        if value and not is_slug(value):
            self.problem(key, f"{value!r} is not a slug; use lower-case letters, digits and single hyphens")
        return value

    def choice(self, key: str, options: tuple[str, ...], default: object = REQUIRED) -> str:
        """Return one of the given words."""
        value = self.raw(key, default)
        if value is default and default is not REQUIRED:
            return str(value)
        if value is None:
            return options[0]
        if not isinstance(value, str) or value not in options:
            self.problem(key, f"{short(value)} is not one of: {', '.join(options)}")
            return options[0]
        return value

    def whole(self, key: str, low: int, high: int, default: int | object = REQUIRED, *, unit: str = "") -> int:
        """Return a whole number from `low` to `high`, both included."""
        value = self.raw(key, default)
        if value is default and isinstance(value, int):
            return value
        number = self._as_number(key, value, low, high, unit, whole=True)
        return low if number is None else int(number)

    def whole_or_none(self, key: str, low: int, high: int, *, unit: str = "") -> int | None:
        """Return a whole number from `low` to `high`, both included, or None where the key is absent."""
        value = self.raw(key, None)
        if value is None:
            return None
        number = self._as_number(key, value, low, high, unit, whole=True)
        return None if number is None else int(number)

    def number(self, key: str, low: float, high: float, *, unit: str = "") -> float:
        """Return a number from `low` to `high`, both included."""
        number = self._as_number(key, self.raw(key), low, high, unit, whole=False)
        return low if number is None else number

    def number_or_none(self, key: str, low: float, high: float, *, unit: str = "") -> float | None:
        """Return a number from `low` to `high`, both included, or None where the key is absent."""
        value = self.raw(key, None)
        return None if value is None else self._as_number(key, value, low, high, unit, whole=False)

    def flag(self, key: str, default: bool = False) -> bool:
        """Return true or false; the words yes, no, on and off are texts and are refused."""
        value = self.raw(key, default)
        if not isinstance(value, bool):
            self.problem(key, f"expected true or false, found {short(value)}")
            return default
        return value

    def texts(self, key: str, default: object = (), *, longest: int = MAX_TEXT) -> tuple[str, ...]:
        """Return a list of texts; absent means none unless required."""
        found: list[str] = []
        for index, value in enumerate(self.entries(key, default)):
            found.append(self._as_text(f"{key}[{index}]", value, longest))
        return tuple(found)

    def words(
        self, key: str, options: tuple[str, ...] | None = None, default: object = (), *, kind: str = "word"
    ) -> tuple[str, ...]:
        """Return a list of different words, each out of `options` where those are given."""
        found = self.texts(key, default, longest=80)
        for index, value in enumerate(found):
            if options is not None and value and value not in options:
                self.problem(f"{key}[{index}]", f"{value!r} is not a known {kind}; use one of: {', '.join(options)}")
            if value in found[:index]:
                self.problem(f"{key}[{index}]", f"{value!r} is listed twice; keep one")
        return found

    def entries(self, key: str, default: object = ()) -> list[Any]:  # Any: the caller checks each entry
        """Return a list as it stands."""
        value = self.raw(key, default)
        if value is None or value == ():
            return []
        if not isinstance(value, list | tuple):
            self.problem(key, f"expected a list, found {kind_of(value)}")
            return []
        if len(value) > MAX_ITEMS:
            self.problem(key, f"has {len(value)} entries; at most {MAX_ITEMS} are accepted")
            return []
        return list(value)

    def mappings(self, key: str, default: object = ()) -> Iterator[Fields]:
        """Yield a reader for each mapping of a list."""
        for index, value in enumerate(self.entries(key, default)):
            yield Fields(value, join(self.path, f"{key}[{index}]"), self.problems)

    def mapping(self, key: str) -> Fields:
        """Return a reader for a mapping that must be there."""
        value = self.raw(key)
        return Fields({} if value is None else value, join(self.path, key), self.problems)

    def mapping_or_none(self, key: str) -> Fields | None:
        """Return a reader for a mapping, or None where the key is absent."""
        value = self.raw(key, None)
        return None if value is None else Fields(value, join(self.path, key), self.problems)

    def span(self, key: str, low: int, high: int) -> tuple[int, int] | None:
        """Return two whole numbers from `low` to `high`, lowest first; None where the key is absent."""
        values = self.entries(key)
        if key not in self or not values:
            return None
        whole = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
        if len(values) != 2 or len(whole) != 2 or not low <= whole[0] <= whole[1] <= high:
            self.problem(key, f"expected two whole numbers, lowest first, from {low} to {high}")
            return None
        return whole[0], whole[1]

    def free_mapping(self, key: str, *, depth: int = 6, most: int = 500) -> Mapping[str, Any] | None:
        """Return a mapping whose inside is checked elsewhere (poses, notes on sources), or None where absent.

        Only its outer bounds are checked: plain values, at most `depth` deep and `most` values in all.
        """
        value = self.raw(key, None)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.problem(key, f"expected a mapping, found {kind_of(value)}")
            return None
        if not _is_plain(value, depth=depth, budget=[most]):
            self.problem(key, "is too large or holds other things than texts, numbers, lists and mappings")
            return None
        return value

    def plain(self, key: str) -> Any:  # Any: a number, a text, true or a short list, told apart by the caller
        """Return a value that must be there and is plain: no mapping, no more than a list of plain values."""
        value = self.raw(key)
        if isinstance(value, Mapping) or not _is_plain(value, depth=1, budget=[MAX_ITEMS]):
            self.problem(key, f"expected a number, a text or a list of them, found {kind_of(value)}")
            return None
        return value

    def items(self) -> list[tuple[str, Any]]:  # Any: free-form mappings, checked by the caller
        """Return all keys with their values; counts them all as asked for."""
        self._asked.update(str(key) for key in self._values)
        return [(str(key), value) for key, value in self._values.items()]

    def close(self) -> None:
        """Report every key that no getter asked for."""
        for key in self._values:
            if key not in self._asked:
                known = ", ".join(sorted(self._asked))
                self.problem(str(key), f"is not a known field; remove it or use one of: {known}")

    def _as_text(self, key: str, value: object, longest: int) -> str:
        if not isinstance(value, str):
            self.problem(key, f"expected text, found {short(value)}; put it in quotes if it is meant as text")
            return ""
        text = value.strip()
        if not text:
            self.problem(key, "is empty; write something or leave the field out")
        elif len(text) > longest:
            self.problem(key, f"has {len(text)} characters; at most {longest} are accepted")
            return ""
        elif not is_storable(text):
            self.problem(key, "holds control characters; remove them")
            return ""
        return text

    def _as_number(self, key: str, value: object, low: float, high: float, unit: str, *, whole: bool) -> float | None:
        if value is None:
            return None
        span = f"{low:g} to {high:g}{' ' + unit if unit else ''}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.problem(key, f"expected a number from {span}, found {short(value)}")
        elif whole and value != value // 1:
            self.problem(key, f"expected a whole number from {span}, found {short(value)}")
        elif not low <= value <= high:
            self.problem(key, f"{short(value)} is out of range; use {span}")
        else:
            return value
        return None


def is_slug(value: str) -> bool:
    """Tell whether a text is a slug of lower-case letters, digits and single hyphens."""
    return all(part.isascii() and part.isalnum() and part == part.lower() for part in value.split("-"))


def is_storable(text: str) -> bool:
    """Tell whether a text holds no control characters (but line breaks and tabs) and no halves of a character."""
    return not any((ord(letter) < 32 and letter not in "\n\t") or 0xD800 <= ord(letter) <= 0xDFFF for letter in text)


def short(value: object) -> str:
    """Return a value for an error message, cut to a bearable length."""
    if isinstance(value, Mapping | list | tuple):
        return kind_of(value)
    shown = ascii(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _is_plain(value: object, *, depth: int, budget: list[int]) -> bool:
    budget[0] -= 1
    if depth < 0 or budget[0] < 0:
        return False
    if isinstance(value, Mapping):
        return all(
            isinstance(key, str)
            and len(key) <= 80
            and is_storable(key)
            and _is_plain(inner, depth=depth - 1, budget=budget)
            for key, inner in value.items()
        )
    if isinstance(value, list | tuple):
        return all(_is_plain(inner, depth=depth - 1, budget=budget) for inner in value)
    if isinstance(value, str):
        return len(value) <= MAX_TEXT and is_storable(value)
    return value is None or (isinstance(value, int | float) and math.isfinite(value))
