"""Three-way merge of plain documents: what ours and theirs each made of the same base. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum, StrEnum
from functools import partial
from typing import Any, Final, Literal

from routines.reading import join

NAMING_KEYS = ("slug", "key", "exercise", "tag", "id", "week")  # what tells the entries of a list apart for good
MAX_DEPTH = 60  # levels of mappings and lists; library files end well before


class Side(StrEnum):
    """Whose wording is kept at one place."""

    OURS = "ours"
    THEIRS = "theirs"


class Absent(Enum):
    """The value of a place that a document does not have; None is a value like any other."""

    ABSENT = "absent"

    def __bool__(self) -> Literal[False]:
        return False


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Change:
    """One place that theirs changed since the base, with the three values (ABSENT where there is none).

    `path` is unique within a merge, as in "segments[hold].steps[1].text"; "segments[order]" is the order of the entries
    and "[2:4]" a run of entries that have no names. It is a conflict where ours changed the place too, and otherwise.
    `kept` says whose value the merged document has.
    """

    path: str
    base: Any  # Any: plain documents of texts, numbers, lists and mappings
    ours: Any
    theirs: Any
    is_conflict: bool
    kept: Side


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged document, and what theirs brought, in the order of the document."""

    document: Any
    changes: tuple[Change, ...]

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """The places that both sides changed, each in its own way."""
        return tuple(change for change in self.changes if change.is_conflict)


def merge(base: Any, ours: Any, theirs: Any, *, choices: Mapping[str, Side | str] | None = None) -> Merged:
    """Return what ours becomes with theirs taken over; Any: plain documents as read from YAML or JSON.

    Where only one side changed a place, its value counts. Where both did, ours stays and the place is a conflict.
    `choices` (path -> side) decides otherwise, place by place, for conflicts and for single changes of theirs alike;
    paths that name no change are ignored. Entries of lists are told apart by NAMING_KEYS, and where they have no names
    by what all three left as it was between them: a step that one side put in and one that the other reworded both
    survive unless they touch.
    Raises ValueError for a document deeper than MAX_DEPTH, or one whose whole was removed.
    """
    merging = _Merging({path: Side(side) for path, side in (choices or {}).items()})
    document = merging.value(base, ours, theirs, "", 0)
    if document is ABSENT:
        raise ValueError("There is no document on one side; nothing can be merged.")
    return Merged(document, tuple(merging.changes))


def is_same(one: Any, other: Any) -> bool:
    """Return whether two plain values say the same: True is not 1, the order of keys does not count."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(is_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


class _Merging:
    """One merge under way: the choices, and the changes found so far."""

    def __init__(self, choices: Mapping[str, Side]) -> None:
        self.choices = choices
        self.changes: list[Change] = []

    def value(self, base: Any, ours: Any, theirs: Any, path: str, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise ValueError(f"{path[:80]}: is nested too deeply; at most {MAX_DEPTH} levels can be merged.")
        if is_same(ours, theirs) or is_same(base, theirs):
            return ours
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            return self._mapping(base if isinstance(base, Mapping) else {}, ours, theirs, path, depth)
        if isinstance(base, list) and isinstance(ours, list) and isinstance(theirs, list):
            named = _by_name(base), _by_name(ours), _by_name(theirs)
            if named[0] is not None and named[1] is not None and named[2] is not None:
                return self._named_list(named[0], named[1], named[2], path, depth)
            return self._plain_list(base, ours, theirs, path, depth)
        return self._decide(base, ours, theirs, path)

    def _decide(self, base: Any, ours: Any, theirs: Any, path: str) -> Any:
        """Return the value kept at a place that theirs changed, and note the change."""
        is_conflict = not is_same(base, ours)
        kept = self.choices.get(path, Side.OURS if is_conflict else Side.THEIRS)
        self.changes.append(Change(path, base, ours, theirs, is_conflict, kept))
        return ours if kept is Side.OURS else theirs

    def _mapping(
        self, base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], path: str, depth: int
    ) -> dict[str, Any]:
        return self._entries(
            base, ours, theirs, _order(list(base), list(ours), list(theirs)), partial(join, path), depth
        )

    def _named_list(
        self, base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], path: str, depth: int
    ) -> list[Any]:
        entries = self._entries(base, ours, theirs, [*ours, *theirs], lambda name: f"{path}[{name}]", depth)
        orders = [[name for name in side if name in base] for side in (base, ours, theirs)]
        common = [name for name in orders[0] if name in ours and name in theirs]
        first, second, third = ([name for name in order if name in common] for order in orders)
        if third not in (first, second):
            order = self._decide(first, second, third, f"{path}[order]")
            leading, following = (list(ours), list(theirs)) if order == second else (list(theirs), list(ours))
        else:
            leading, following = (list(theirs), list(ours)) if second == first else (list(ours), list(theirs))
        return [entries[name] for name in _with_the_others(leading, following) if name in entries]

    def _entries(
        self,
        base: Mapping[str, Any],
        ours: Mapping[str, Any],
        theirs: Mapping[str, Any],
        names: Sequence[str],
        place: Callable[[str], str],
        depth: int,
    ) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for name in dict.fromkeys(names):
            sides = base.get(name, ABSENT), ours.get(name, ABSENT), theirs.get(name, ABSENT)
            value = self.value(*sides, place(name), depth + 1)
            if value is not ABSENT:
                merged[name] = value
        return merged

    def _plain_list(self, base: list[Any], ours: list[Any], theirs: list[Any], path: str, depth: int) -> list[Any]:
        merged: list[Any] = []
        for old, mine, other, start in _runs(base, ours, theirs):
            if len(old) == len(mine) == len(other):
                places = (f"{path}[{start + offset}]" for offset in range(len(mine)))
                merged += map(self.value, old, mine, other, places, [depth + 1] * len(mine))
            else:
                place = f"{path}[{start}:{start + len(mine)}]"
                merged += mine if is_same(mine, other) or is_same(old, other) else self._decide(old, mine, other, place)
        return merged


def _by_name(values: Sequence[Any]) -> dict[str, Any] | None:
    """Return the entries of a list by name, None where an entry has none or shares it."""
    found: dict[str, Any] = {}
    for value in values:
        key = next((key for key in NAMING_KEYS if isinstance(value, Mapping) and key in value), None)
        if key is None or str(value[key]) in found:
            return None
        found[str(value[key])] = value
    return found


def _order(base: list[str], ours: list[str], theirs: list[str]) -> list[str]:
    """Return all names of both sides in the order of the side that changed it; of ours where both did."""
    return _with_the_others(theirs, ours) if base == ours else _with_the_others(ours, theirs)


def _with_the_others(leading: Sequence[str], following: Sequence[str]) -> list[str]:
    """Return the names of `leading`, and those that only `following` has behind their neighbour there."""
    merged, known = list(leading), set(leading)
    for index, name in enumerate(following):
        if name not in known:
            before = following[index - 1] if index else None
            merged.insert(merged.index(before) + 1 if before is not None else 0, name)
            known.add(name)
    return merged


def _runs(base: list[Any], ours: list[Any], theirs: list[Any]) -> Iterator[tuple[list[Any], list[Any], list[Any], int]]:
    """Yield three lists in runs that belong together, and where each run begins in ours.

    An entry that all three have is a run of its own; between such entries lies what at least one side changed.
    """
    mine, other = _matches(base, ours), _matches(base, theirs)
    anchors = [index for index in range(len(base)) if index in mine and index in other]
    before = (0, 0, 0)
    for index in anchors:
        here = index, mine[index], other[index]
        if before != here:
            yield base[before[0] : here[0]], ours[before[1] : here[1]], theirs[before[2] : here[2]], before[1]
        yield base[here[0] : here[0] + 1], ours[here[1] : here[1] + 1], theirs[here[2] : here[2] + 1], here[1]
        before = here[0] + 1, here[1] + 1, here[2] + 1
    if before != (len(base), len(ours), len(theirs)):
        yield base[before[0] :], ours[before[1] :], theirs[before[2] :], before[1]


def _matches(base: list[Any], side: list[Any]) -> dict[int, int]:
    """Return index in base -> index in side of the entries that were left as they are."""
    matcher = SequenceMatcher(None, [_key(value) for value in base], [_key(value) for value in side], autojunk=False)
    return {
        block.a + offset: block.b + offset for block in matcher.get_matching_blocks() for offset in range(block.size)
    }


def _key(value: Any) -> Any:
    """Return something hashable that is equal for values that say the same."""
    if isinstance(value, Mapping):
        return frozenset((key, _key(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return tuple(_key(inner) for inner in value)
    return (isinstance(value, bool), value)
