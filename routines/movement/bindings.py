"""How a step of an exercise names its figure: {figure, key | loop, via, start, mirror, note}."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from routines.reading import Problem, join

FIELDS = ("figure", "key", "via", "loop", "start", "mirror", "note")


def figure_ids(poses: Iterable[Mapping[str, Any] | None]) -> list[str]:
    """Return the figures that these poses show, each once, in order; poses without a figure are left out."""
    return list(dict.fromkeys(pose["figure"] for pose in poses if pose and "figure" in pose))


def binding_problems(pose: Mapping[str, Any], path: str, figures: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """Yield what is wrong with the pose of one step; nothing for a pose that shows no figure."""
    if "figure" not in pose:
        return
    for name in pose:
        if name not in FIELDS:
            yield Problem(join(path, name), f"is not a field of a pose; use any of: {', '.join(FIELDS)}")
    figure = figures.get(str(pose["figure"]))
    if figure is None:
        yield Problem(join(path, "figure"), f"there is no figure {pose['figure']!r}; see routines/library/poses.yaml")
        return
    if ("key" in pose) == ("loop" in pose):
        yield Problem(path, "names a key or a loop of keys, one of the two")
    count = len(figure["keys"])
    for name in ("key", "start", "via", "loop"):
        value = pose.get(name, 0)
        for index in value if isinstance(value, list | tuple) else [value]:
            if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < count:
                yield Problem(join(path, name), f"{index!r} is not a key of {pose['figure']}; use 0 to {count - 1}")
