"""The rule language: when all conditions hold, then one action. Source: routines.yaml, rule_language.

A condition is read off the moment into a plain reading (`read`), and the reading alone says whether it holds
(`holds`): a decision that keeps its readings can be replayed for ever. What is missing is None and never holds.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Literal

from clients.rules.pain import DEFAULT, PainModel
from routines.content.rules import NAMED_NUMBERS, RAISING, WEEKLY, Condition, Rule, parse_window

Json = Any  # a value of a JSON document; every value is checked where it is compared
Reading = Mapping[str, Json]
Stage = Literal["check_in", "session", "next_day", "flare", "week"]
Standing = Literal["applied", "suggested"]

DAYS_A_WEEK: Final = 7  # calendar, glossary
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
# At which moment a rule speaks: the latest of those that its conditions need.
_STAGES: Final[Mapping[str, Stage]] = {
    "pain_before": "check_in",
    "days_since_last_session": "check_in",
    "skipped_in_a_row": "check_in",
    "weekly_days_done_pct": "check_in",
    "breaks_per_day_avg": "check_in",
    "days_in_routine": "check_in",
    "flare_days": "check_in",
    "flare_reported": "flare",
    "pain_next_day_delta": "next_day",
}
_ORDER: Final[tuple[Stage, ...]] = ("check_in", "flare", "session", "next_day")
_FROM_SESSIONS: Final = frozenset(
    {"pain_during", "pain_rise_in_session", "pain_next_day_delta", "leg_symptoms", "leg_pain", "effort", "can_do"}
)


@dataclass(frozen=True, slots=True)
class Done:
    """One session as rules look back at it; None means not answered.

    peak: the answer "most during", worst: the highest of it and of every "This hurts" and item answer.
    """

    on: date
    before: int | None = None
    peak: int | None = None
    worst: int | None = None
    next: int | None = None
    effort: int | None = None
    leg_symptoms: str | None = None
    leg_pain: int | None = None
    can_do: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything that rules may know at one moment.

    sessions: those that ended before this one and had something done, oldest first; now: the session that this
    moment is about, None outside of one. days: every answer to "How is your pain right now?" by local date. numbers:
    counts by metric, or by "metric/window" for those over weeks; absent or None is not known. left_off: (exercise,
    part) of what the plan does not do and did not do when it was given.
    """

    today: date
    sessions: tuple[Done, ...] = ()
    now: Done | None = None
    days: tuple[tuple[date, int | None], ...] = ()
    numbers: Mapping[str, float | None] = field(default_factory=dict)
    flare_reported: bool = False
    red_flag: bool | None = None
    left_off: frozenset[tuple[str, str]] | None = None
    model: PainModel = DEFAULT


def stage_of(rule: Rule) -> Stage:
    """The moment at which a rule can speak: the latest that one of its conditions needs; a week's when it is over."""
    if rule.action in WEEKLY:
        return "week"
    stages = {_STAGES.get(each.metric, "session") for each in rule.conditions}
    return max(stages, key=_ORDER.index)


def read(condition: Condition, moment: Moment) -> dict[str, Json]:
    """Return the reading: the values that the condition looks at, how many it wants, and what it compares with."""
    window = parse_window(condition.window)
    value = condition.value
    if isinstance(value, str) and value in NAMED_NUMBERS:
        value = getattr(moment.model, value)
    return {
        "metric": condition.metric,
        "op": condition.op,
        "value": list(value) if isinstance(value, tuple) else value,
        "window": condition.window,
        "values": _values(condition, moment),
        "wanted": window.count if window.kind in {"sessions", "days_running"} else 1,
        "least": window.least if window.kind in {"sessions", "days_running"} else None,
    }


def _read_left_off(part: tuple[str, str], moment: Moment) -> dict[str, Json]:
    known = None if moment.left_off is None else part in moment.left_off
    named = {"metric": "left_off", "op": "==", "value": True, "window": None, "part": part[1]}
    return {**named, "values": [known], "wanted": 1, "least": None}


def holds(reading: Reading) -> bool:
    """Whether the values of a reading satisfy its condition; too few values or a missing one never do."""
    values: Sequence[Json] = reading["values"]
    if len(values) < reading["wanted"]:
        return False
    fit = sum(1 for each in values if _fits(each, reading["op"], reading["value"]))
    least = reading["least"]
    return fit >= (len(values) if least is None else least)


def judge(rule: Rule, moment: Moment) -> tuple[bool, tuple[dict[str, Json], ...]]:
    """Return whether the rule speaks at this moment, and the readings that say so."""
    readings = tuple(read(condition, moment) for condition in rule.conditions)
    if rule.left_off is not None:
        readings = (*readings, _read_left_off(rule.left_off, moment))
    return replay(readings), readings


def replay(readings: Sequence[Reading]) -> bool:
    """Whether all readings hold: the answer of a decision, from what was stored with it."""
    return bool(readings) and all(holds(reading) for reading in readings)


def standing(rule: Rule, *, preapproved: bool) -> Standing:
    """Whether the outcome of a rule applies at once or waits in the practitioner's list.

    Whatever a rule says of itself, an action that adds something applies only where it was pre-approved.
    """
    if rule.authorisation == "automatic" and rule.action not in RAISING:
        return "applied"
    return "applied" if rule.authorisation == "preapproved" and preapproved else "suggested"


def _fits(value: Json, op: str, wanted: Json) -> bool:
    if value is None:
        return False
    if op == "in":
        return value in wanted
    if op == "all":
        return all(each in value for each in wanted)
    if op == "any":
        return value == wanted if isinstance(wanted, bool) else any(each in value for each in wanted)
    if isinstance(value, bool) != isinstance(wanted, bool):
        return False
    return _COMPARE[op](value, wanted)


def _values(condition: Condition, moment: Moment) -> list[Json]:
    window = parse_window(condition.window)
    metric = condition.metric
    if metric == "pain_before":
        return _pain_before(window.kind, window.count, moment)
    if metric in _FROM_SESSIONS:
        return [_of_session(condition, each) for each in _looked_at(window.kind, window.count, moment)]
    if metric == "flare_reported":
        return [moment.flare_reported]
    if metric == "red_flag":
        return [moment.red_flag]
    key = metric if condition.window is None else f"{metric}/{condition.window}"
    return [moment.numbers.get(key)]


def _looked_at(kind: str, count: int, moment: Moment) -> Sequence[Done]:
    """The sessions of a window, oldest first."""
    every = (*moment.sessions, moment.now) if moment.now is not None else moment.sessions
    if kind == "now":
        return every[-1:]
    if kind == "sessions":
        return every[-count:]
    days = count * (DAYS_A_WEEK if kind == "weeks" else 1)
    return [each for each in every if moment.today - timedelta(days=days) < each.on <= moment.today]


def _pain_before(kind: str, count: int, moment: Moment) -> list[Json]:
    if kind in {"now", "sessions"}:
        if kind == "now" and moment.now is None:
            return [value for _, value in moment.days[-1:]]
        return [each.before for each in _looked_at(kind, count, moment)]
    found: list[Json] = []
    for back in range(count - 1, -1, -1):
        answers = [value for on, value in moment.days if on == moment.today - timedelta(days=back)]
        # The worst answer stands for the day; a day without one, or with one left open, is not known.
        known = [value for value in answers if value is not None]
        found.append(max(known) if known and len(known) == len(answers) else None)
    return found


def _of_session(condition: Condition, session: Done) -> Json:
    # A rule that stops at too much pain hears of any; one that adds something needs the answer itself.
    stops = condition.op in {">", ">="}
    most = session.worst if stops or session.peak is None else max(session.peak, session.worst or 0)
    if not stops and session.peak is None:
        most = None
    if condition.metric == "pain_during":
        return most
    if condition.metric == "pain_rise_in_session":
        return None if most is None or session.before is None else most - session.before
    if condition.metric == "pain_next_day_delta":
        return None if session.next is None or session.before is None else session.next - session.before
    if condition.metric == "can_do":
        return sorted(session.can_do)
    return getattr(session, condition.metric)
