"""What changed between two documents, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from routines.reading import join

_KEYS = ("slug", "key", "exercise", "tag", "id", "text", "week")  # what tells the entries of a list apart


def differences(old: Any, new: Any, path: str = "") -> list[str]:
    """Return one line a change, as in "dose.reps: 2 -> 3"; entries of lists are named, not numbered, where they can be.

    Any: plain documents of texts, numbers, lists and mappings.
    """
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        lines: list[str] = []
        for key in [*new, *(key for key in old if key not in new)]:
            place = join(path, str(key))
            if key not in old:
                lines.append(f"{place}: added {_shown(new[key])}")
            elif key not in new:
                lines.append(f"{place}: removed {_shown(old[key])}")
            else:
                lines += differences(old[key], new[key], place)
        return lines
    if isinstance(old, list) and isinstance(new, list):
        return _list_differences(old, new, path)
    if old == new and type(old) is type(new):
        return []
    return [f"{path}: {_shown(old)} -> {_shown(new)}"]


def _list_differences(old: Sequence[Any], new: Sequence[Any], path: str) -> list[str]:
    names = _names(old), _names(new)
    if names[0] is None or names[1] is None:
        if len(old) == len(new):
            pairs = zip(old, new, strict=True)
            return [line for n, (a, b) in enumerate(pairs) for line in differences(a, b, f"{path}[{n}]")]
        return [f"{path}: {_shown(old)} -> {_shown(new)}"]
    before, after = dict(zip(names[0], old, strict=True)), dict(zip(names[1], new, strict=True))
    lines: list[str] = []
    for name, value in after.items():
        place = f"{path}[{name}]"
        lines += differences(before[name], value, place) if name in before else [f"{place}: added"]
    lines += [f"{path}[{name}]: removed" for name in before if name not in after]
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        lines.append(f"{path}: put in another order")
    return lines


def _names(values: Sequence[Any]) -> list[str] | None:
    """Return a name for each entry of a list, None where they cannot all be told apart."""
    found: list[str] = []
    for value in values:
        key = next((key for key in _KEYS if isinstance(value, Mapping) and key in value), None)
        name = str(value[key]) if key else value if isinstance(value, str) else None
        if name is None or name in found:
            return None
        found.append(name)
    return found


def _shown(value: Any) -> str:
    text = f"{value!r}" if isinstance(value, str) else str(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
