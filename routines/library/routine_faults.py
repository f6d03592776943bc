"""What does not fit between routines and the exercises, rules and routines that they name. Pure: no Django."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from routines.content import ContentError, ExerciseContent, Problem, RoutineContent, RoutineItemContent, Rule
from routines.timeline import compile as compile_timeline


def routine_faults(
    routines: Mapping[str, tuple[RoutineContent, dict[str, Any]]],
    contents: Mapping[str, ExerciseContent],
    others: Collection[str],
    self_care: Collection[str],
    global_ids: set[str],
) -> list[Problem]:
    """Return what does not fit in routines. contents: exercises by slug; others: routines beside the file's own."""
    found: list[Problem] = []
    known = {*routines, *others}
    for index, (routine, _) in enumerate(routines.values()):
        place = f"routines[{index}]"
        found += routine_problems(routine, contents, path=place)
        for position, slug in enumerate(routine.next):
            if slug not in known:
                found.append(Problem(f"{place}.next[{position}]", f"no routine {slug!r} in this file"))
        for position, slug in enumerate(routine.self_care):
            if slug not in self_care:
                found.append(Problem(f"{place}.self_care[{position}]", f"no self-care item {slug!r}"))
        for key, rules in (("progression", routine.progression), ("regression", routine.regression)):
            for position, rule in enumerate(rules):
                where = f"{place}.{key}[{position}]"
                if isinstance(rule, str):
                    if rule not in global_ids:
                        found.append(Problem(where, f"no global rule {rule!r}"))
                else:
                    found += _rule_faults(rule, where, contents, known)
    return found


def _rule_faults(
    rule: Rule, place: str, exercises: Mapping[str, ExerciseContent], routines: Collection[str]
) -> list[Problem]:
    found: list[Problem] = []
    exercise, routine = rule.details.get("exercise"), rule.details.get("routine")
    if exercise is not None and exercise not in exercises:
        found.append(Problem(f"{place}.then.exercise", f"no exercise {exercise!r}"))
    elif exercise is not None and rule.details.get("segment"):
        keys = [segment.key for segment in exercises[exercise].segments]
        if rule.details["segment"] not in keys:
            text = f"{exercise} has no segment {rule.details['segment']!r}; use one of: {', '.join(keys)}"
            found.append(Problem(f"{place}.then.segment", text))
    if routine is not None and routine not in routines:
        found.append(Problem(f"{place}.then.routine", f"no routine {routine!r}"))
    for key in ("keep", "routine_subset"):
        unknown = [slug for slug in rule.details.get(key) or () if slug not in exercises]
        found += [Problem(f"{place}.then.{key}", f"no exercise {slug!r}") for slug in unknown]
    return found


def routine_problems(
    routine: RoutineContent, exercises: Mapping[str, ExerciseContent], *, path: str = ""
) -> list[Problem]:
    """Return why a routine's items do not suit the given exercises; paths start with `path`."""
    found: list[Problem] = []
    prefix = f"{path}." if path else ""
    total = 0.0
    groups: set[str] = set()
    for index, item in enumerate(routine.items):
        where = f"{prefix}items[{index}]"
        seconds = _item_seconds(item, exercises, where, found)
        if item.optional or item.choice_group in groups:
            continue
        if item.choice_group:
            groups.add(item.choice_group)
        total += seconds
    for name, lane in routine.lanes.items():
        for index, item in enumerate(lane.items):
            _item_seconds(item, exercises, f"{prefix}lanes.{name}.items[{index}]", found)
    if not found and abs(total / 60 - routine.estimated_minutes) > 1:
        text = f"is {routine.estimated_minutes} but the items take about {max(1, round(total / 60))} minutes"
        found.append(Problem(f"{prefix}estimated_minutes", text))
    return found


def _item_seconds(
    item: RoutineItemContent, exercises: Mapping[str, ExerciseContent], place: str, found: list[Problem]
) -> float:
    content = exercises.get(item.exercise)
    if content is None:
        found.append(Problem(f"{place}.exercise", f"no exercise {item.exercise!r}"))
        return 0
    try:
        dose = content.dose.override(**item.dose)
        seconds = compile_timeline(content, dose, segments=item.segments).seconds
        compile_timeline(content, dose, segments=item.segments, opted_in=item.optional_segments)
    except ContentError as error:
        found += [Problem(f"{place}.{problem.path}", problem.message) for problem in error.problems]
        return 0
    if item.estimated_seconds not in (None, seconds):
        text = f"is {item.estimated_seconds} but the timeline takes {seconds:g}; write {seconds:g} or leave it out"
        found.append(Problem(f"{place}.estimated_seconds", text))
    return seconds
