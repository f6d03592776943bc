"""The rules of a routine as data: when all conditions hold, then one action. Pure; clients.rules.language evaluates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from routines.reading import ContentError, Fields, Problem, kind_of

OPS = ("<", "<=", "==", ">=", ">", "in", "all", "any")
METRICS = (
    "pain_before",
    "pain_during",
    "pain_next_day_delta",
    "pain_rise_in_session",
    "leg_symptoms",
    "leg_pain",
    "effort",
    "sessions_completed",
    "skipped_in_a_row",
    "adherence_pct",
    "weekly_days_done_pct",
    "breaks_per_day_avg",
    "weeks_in_routine",
    "days_in_routine",
    "days_since_last_session",
    "flare_reported",
    "flare_days",
    "can_do",
    "red_flag",
)
LEG_SYMPTOMS = ("none", "same", "better", "worse", "further_down")  # rule_language.leg_symptoms_values
# What each metric is compared with; every other metric is a number.
TRUTHS = frozenset({"flare_reported", "red_flag"})
WORDS = frozenset({"leg_symptoms"})
MARKERS = frozenset({"can_do"})
ORDERINGS = ("<", "<=", "==", ">=", ">")
# Settings of the pain model that a rule may name in place of a number, as in `pain_during > amber_max`.
NAMED_NUMBERS = ("green_max", "amber_max", "rise_stop", "next_day_ok_delta", "next_day_reduce_delta")
AUTHORISATIONS = ("automatic", "preapproved", "practitioner")
# What each action may say beside its name.
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "advance_week": (),
    "alert_practitioner": ("priority",),
    "change_dose": ("exercise", "field", "by", "by_pct", "to", "max", "max_factor"),
    "change_schedule": ("field", "by", "to", "max"),
    "hold_dose": (),
    "offer_item": ("exercise",),
    "offer_segment": ("exercise", "segment"),
    "offer_short_form": ("keep",),
    "red_flag_pathway": (),
    "reduce_dose": ("pct", "or", "sessions"),
    "repeat_week": (),
    "resume_at": ("pct", "or"),
    "skip_segments": ("segments",),
    "stop_exercise": (),
    "stop_exercise_offer_rest": ("routine_subset",),
    "suggest_routine": ("routine",),
    "switch_routine_temporarily": ("routine", "max_days", "requires", "if_not_preapproved"),
}
_LISTS = ("keep", "routine_subset", "segments")
_NUMBERS = ("by", "by_pct", "to", "max", "max_factor", "pct", "sessions", "max_days")
# Actions that add something; only a practitioner's word lets them happen (rule_language.principle).
RAISING = frozenset(
    {
        "advance_week",
        "change_dose",  # lowering is reduce_dose
        "offer_item",
        "offer_segment",
        "suggest_routine",
        "switch_routine_temporarily",
    }
)
# Actions that ask more of the body: more repetitions, sets, weight or minutes.
LOADING = frozenset({"change_dose", "advance_week"})
# Actions that change what a plan asks for. change_schedule may lower or raise: what it comes to decides.
CHANGING = RAISING | {"change_schedule"}
# Actions about a whole week of a plan: they speak once, when it is over.
WEEKLY = frozenset({"advance_week", "repeat_week", "change_schedule"})


WindowKind = Literal["now", "sessions", "days_running", "days", "weeks"]
_LEFT_OFF = re.compile(r"(?P<part>[a-z][a-z ]*) was left off when the routine was assigned")
_WINDOWS: tuple[tuple[WindowKind, re.Pattern[str]], ...] = (
    ("sessions", re.compile(r"(?:(?P<least>\d+) of )?last (?P<count>\d+) sessions")),
    ("sessions", re.compile(r"(?P<count>\d+) sessions running")),
    ("days_running", re.compile(r"(?P<count>\d+) days running")),
    ("days", re.compile(r"(?P<count>\d+) days?")),
    ("weeks", re.compile(r"(?P<count>\d+) weeks?")),
)


@dataclass(frozen=True, slots=True)
class Window:
    """What a condition looks back at: `count` sessions, days or weeks, of which at least `least` must satisfy it."""

    kind: WindowKind = "now"
    count: int = 1
    least: int = 1


def parse_window(text: str | None) -> Window:
    """Return the window of words such as "last 3 sessions"; None is this moment. Raises ValueError."""
    if text is None:
        return Window()
    for kind, pattern in _WINDOWS:
        found = pattern.fullmatch(text)
        if found:
            parts = found.groupdict()
            count = int(parts["count"])
            least = int(parts.get("least") or count)
            if 1 <= least <= count:
                return Window(kind, count, least)
    raise ValueError(
        f"{text!r} is no window; write last 3 sessions, 3 of last 4 sessions, 2 sessions running, "
        "2 days running, 7 days or 2 weeks"
    )


@dataclass(frozen=True, slots=True)
class Condition:
    """A metric compared with a value, over a window in words ("last 3 sessions"); None: this session."""

    metric: str
    op: str
    value: Any  # a number, a text, true, or a list of texts, as the metric needs
    window: str | None


# What holds before more is asked of the body, whatever a rule says beside it (progress_ok in clinical.md 4.1): no
# session in the red zone, and no rise by the next day unless the rule says itself what the next day may bring.
NOT_IN_THE_RED = Condition("pain_during", "<=", "amber_max", "last 3 sessions")
NOT_SORER = Condition("pain_next_day_delta", "<=", "next_day_ok_delta", "last 3 sessions")


@dataclass(frozen=True, slots=True)
class Rule:
    """When all `conditions` hold, then the action; `client_text` is what the client reads.

    when: the rule's own conditions, as they are written.
    """

    id: str
    when: tuple[Condition, ...]
    action: str
    details: Mapping[str, Any]
    client_text: str
    notify_practitioner: bool
    authorisation: str
    only_if: str | None  # "rocking was left off when the routine was assigned"; None: nothing more is asked

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The rule's own conditions, and what is asked before any rule may ask more of the body."""
        if self.action not in LOADING:
            return self.when
        own = {each.metric for each in self.when}
        return (*self.when, NOT_IN_THE_RED, *(() if NOT_SORER.metric in own else (NOT_SORER,)))

    @property
    def left_off(self) -> tuple[str, str] | None:
        """(exercise, part) that must not be in use for the rule to speak; None where `only_if` asks for nothing."""
        found = _LEFT_OFF.fullmatch(self.only_if) if self.only_if else None
        return (str(self.details["exercise"]), found["part"].replace(" ", "_")) if found else None

    def to_document(self) -> dict[str, Any]:
        """Return the plain form, as written in YAML, without what says nothing."""
        when = [
            {
                name: value
                for name, value in (
                    ("metric", each.metric),
                    ("op", each.op),
                    ("value", list(each.value) if isinstance(each.value, tuple) else each.value),
                    ("window", each.window),
                )
                if value is not None
            }
            for each in self.when
        ]
        then = {name: list(value) if isinstance(value, tuple) else value for name, value in self.details.items()}
        return {
            "id": self.id,
            "when": when,
            "then": {"action": self.action, **then},
            "client_text": self.client_text,
            "notify_practitioner": self.notify_practitioner,
            "authorisation": self.authorisation,
            **({"only_if": self.only_if} if self.only_if else {}),
        }


def parse_rule(document: object, path: str = "") -> Rule:
    """Return the rule of a plain document; raises ContentError with every problem and its remedy."""
    problems: list[Problem] = []
    rule = read_rule(Fields(document, path, problems))
    if problems:
        raise ContentError(problems)
    return rule


def read_rules(fields: Fields, key: str) -> tuple[Rule | str, ...]:
    """Return the rules under a key; a text names a global rule by its id."""
    found: list[Rule | str] = []
    for index, value in enumerate(fields.entries(key)):
        place = f"{key}[{index}]"
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, Mapping):
            found.append(read_rule(Fields(value, f"{fields.path}.{place}" if fields.path else place, fields.problems)))
        else:
            fields.problem(place, f"expected a rule or the id of a global rule, found {kind_of(value)}")
    ids = [rule if isinstance(rule, str) else rule.id for rule in found]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            fields.problem(f"{key}[{index}]", f"the rule {name!r} is listed twice; keep one")
    return tuple(found)


def read_rule(fields: Fields) -> Rule:
    """Return the rule that `fields` hold; problems are added to the reader's list."""
    conditions = tuple(_read_condition(inner) for inner in fields.mappings("when"))
    if not conditions:
        fields.problem("when", "is empty; give at least one condition")
    then = fields.mapping("then")
    action = then.choice("action", tuple(ACTIONS))
    details = {name: _read_detail(then, name) for name in ACTIONS[action] if name in then}
    then.close()
    rule = Rule(
        id=fields.text("id", longest=80),
        when=conditions,
        action=action,
        details=details,
        client_text=fields.text("client_text"),
        notify_practitioner=fields.flag("notify_practitioner"),
        authorisation=fields.choice("authorisation", AUTHORISATIONS),
        only_if=fields.text_or_none("only_if"),
    )
    fields.close()
    if rule.only_if and ("exercise" not in rule.details or not _LEFT_OFF.fullmatch(rule.only_if)):
        text = 'is not understood; write "<part> was left off when the routine was assigned" and name the exercise'
        fields.problem("only_if", f"{text} in then")
    if rule.authorisation == "automatic" and rule.action in RAISING:
        text = f"{rule.action} adds something; it needs preapproved or practitioner"
        fields.problem("authorisation", text)
    return rule


def _read_detail(then: Fields, name: str) -> Any:
    if name in _LISTS:
        return then.texts(name, longest=80)
    return then.number(name, -1000, 1000) if name in _NUMBERS else then.text(name)


def _read_condition(fields: Fields) -> Condition:
    condition = Condition(
        metric=fields.choice("metric", METRICS),
        op=fields.choice("op", OPS),
        value=fields.plain("value"),
        window=fields.text_or_none("window", longest=60),
    )
    fields.close()
    try:
        parse_window(condition.window)
    except ValueError as error:
        fields.problem("window", str(error))
    problem = None if condition.value is None else _unsuited(condition)
    if problem:
        fields.problem("value", problem)
    return condition


def _unsuited(condition: Condition) -> str | None:
    """Why the value cannot be compared with the metric by this operator; None where it can."""
    metric, op, value = condition.metric, condition.op, condition.value
    listed = isinstance(value, list | tuple)
    if op == "in" and not listed:
        return "the operator in compares with a list; write [one, two]"
    if listed and op not in ("in", "all", "any"):
        return f"a list cannot be compared with {op}; use in, all or any"
    if metric in TRUTHS:
        return (
            None if isinstance(value, bool) and op in ("==", "any") else f"{metric} is compared with true by == or any"
        )
    if metric in WORDS:
        fits = op == "in" and listed and all(each in LEG_SYMPTOMS for each in value)
        return None if fits else f"{metric} is compared by in with words out of: {', '.join(LEG_SYMPTOMS)}"
    if metric in MARKERS:
        return None if op in ("all", "any") and listed else f"{metric} is compared by all or any with a list of markers"
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if op in ORDERINGS and (number or value in NAMED_NUMBERS):
        return None
    named = ", ".join(NAMED_NUMBERS)
    return f"{metric} is a number; compare it by {', '.join(ORDERINGS)} with a number or one of: {named}"
