"""Whether a gated segment or a harder exercise may be offered today. Source: exercises.yaml, conventions.gate.

The player's twin is clients/static/clients/player/gates.js; tests/vectors/gates.json binds the two. What is not
known never counts as good: an absent or null fact withholds, and so does a condition that this code does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

NOT_WORSE: Final = frozenset({"none", "same", "better"})  # routines.yaml, rule_language
REMARKS: Final = frozenset({"seed_condition"})  # words for people, not a condition


@dataclass(frozen=True, slots=True)
class Opens:
    """Every condition of the gate holds."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """The first condition that does not hold, as a code such as "pain_too_high"."""

    reason: str


Json = Any  # gates and facts are parts of JSON documents; every value is checked where it is read
Condition = Callable[[Json, Mapping[str, Json]], str | None]


def evaluate(gate: Mapping[str, Json], facts: Mapping[str, Json]) -> Opens | Withheld:
    """Return Opens, or Withheld with the first reason in the order of CONDITIONS.

    facts: pain_before 0-10; pain_during_max3, the most during the last 3 sessions, 0-10; next_day_delta_max3, the
    largest rise by the next day in the last 3 sessions, -10 to 10; effort_max2, the most in the last 2 sessions,
    0-10; sessions_completed; leg_symptoms none|same|better|worse|further_down; tags, a list; equipment,
    {item: True|False}; approved. Absent or None means not known. Bounds are inclusive.
    """
    if any(name not in CONDITIONS and name not in REMARKS for name in gate):
        return Withheld("unknown_condition")
    for name, condition in CONDITIONS.items():
        if gate.get(name) is None:
            continue
        reason = condition(gate[name], facts)
        if reason is not None:
            return Withheld(reason)
    return Opens()


def _number(value: Json) -> int | float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _at_most(fact: str, unknown: str, too_high: str) -> Condition:
    def condition(limit: Json, facts: Mapping[str, Json]) -> str | None:
        value, highest = _number(facts.get(fact)), _number(limit)
        if highest is None:
            return "unknown_condition"
        if value is None:
            return unknown
        return None if value <= highest else too_high

    return condition


def _approval(wanted: Json, facts: Mapping[str, Json]) -> str | None:
    return None if not wanted or facts.get("approved") is True else "not_approved"


def _excluded_tags(excluded: Json, facts: Mapping[str, Json]) -> str | None:
    tags = facts.get("tags")
    if not isinstance(excluded, (list, tuple)):
        return "unknown_condition"
    if not isinstance(tags, (list, tuple, set, frozenset)):
        return "tags_unknown"
    return "excluded_tag" if any(tag in tags for tag in excluded) else None


def _sessions(least: Json, facts: Mapping[str, Json]) -> str | None:
    completed, needed = _number(facts.get("sessions_completed")), _number(least)
    if needed is None:
        return "unknown_condition"
    if completed is None:
        return "sessions_unknown"
    return None if completed >= needed else "too_few_sessions"


def _leg_symptoms(wanted: Json, facts: Mapping[str, Json]) -> str | None:
    answer = facts.get("leg_symptoms")
    if answer is None:
        return "leg_symptoms_unknown"
    if wanted == "better":
        return None if answer == "better" else "leg_symptoms_not_better"
    if wanted == "not_worse":
        return None if answer in NOT_WORSE else "leg_symptoms_worse"
    return "unknown_condition"


def _equipment(wanted: Json, facts: Mapping[str, Json]) -> str | None:
    ticked = facts.get("equipment")
    answers = ticked if isinstance(ticked, Mapping) else {}
    items = wanted if isinstance(wanted, (list, tuple)) else [wanted]
    if any(answers.get(item) is False for item in items):
        return "equipment_missing"
    return None if all(answers.get(item) is True for item in items) else "equipment_unknown"


CONDITIONS: Final[Mapping[str, Condition]] = {
    "practitioner_approval": _approval,
    "excluded_tags": _excluded_tags,
    "pain_before_max": _at_most("pain_before", "pain_unknown", "pain_too_high"),
    "pain_during_max": _at_most("pain_during_max3", "pain_during_unknown", "pain_during_too_high"),
    "pain_next_day_delta_max": _at_most("next_day_delta_max3", "next_day_unknown", "next_day_worse"),
    "sessions_completed_min": _sessions,
    "effort_max": _at_most("effort_max2", "effort_unknown", "effort_too_high"),
    "leg_symptoms": _leg_symptoms,
    "equipment_confirmed": _equipment,
}
