"""Which rules of a plan speak at a moment, and what they have left of its dose. Reads only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from clients.analytics.moments import Look, look
from clients.models import Assignment, AssignmentVersion, Decision, PlanRule, Session
from clients.rules import decisions, language
from clients.rules.lanes import Reduction, percent_now
from routines.content import Rule
from routines.content.rules import CHANGING, WEEKLY, parse_window

State = Decision.State
LOWERING = ("reduce_dose", "resume_at", "hold_dose")
# What the portal always does: it stops what hurts too much, and follows the warning signs. No switch turns it off.
FIXED_ACTIONS = frozenset({"stop_exercise", "stop_exercise_offer_rest", "red_flag_pathway"})


@dataclass(frozen=True)
class Spoken:
    """A rule that speaks at a moment, with its readings."""

    row: PlanRule
    rule: Rule
    readings: tuple[dict[str, Any], ...]  # Any: see clients.rules.language.read
    goal: Mapping[str, Any] = field(default_factory=dict)  # the week that a rule about weeks means

    @property
    def outcome(self) -> dict[str, Any]:
        """What the rule says is to happen, as a decision keeps it."""
        details = {
            name: list(value) if isinstance(value, tuple) else value for name, value in self.rule.details.items()
        }
        return {"action": self.rule.action, **details, **self.goal}


def rules_in_force(assignment: Assignment) -> list[tuple[PlanRule, Rule]]:
    """Return the plan's rules that are on, in their order, with their content."""
    return rules_of_plans([assignment.pk])[assignment.pk]


def rules_of_plans(assignment_ids: Collection[int]) -> dict[int, list[tuple[PlanRule, Rule]]]:
    """Return the rules of several plans that are on, by the plan's id: each one's in their order."""
    found: dict[int, list[tuple[PlanRule, Rule]]] = {key: [] for key in assignment_ids}
    for row in PlanRule.objects.filter(assignment__in=assignment_ids).in_force().filter(is_on=True):
        found[row.assignment_id].append((row, row.content))
    return found


def speaking(assignment: Assignment, rules: Sequence[tuple[PlanRule, Rule]], seen: Look) -> list[Spoken]:
    """Return the rules that speak at this moment.

    A rule that changes the plan waits while an earlier word of it waits, and looks at new sessions only once one was
    answered: one change at a time. A week's rule has a new week each time.
    """
    return _speaking(rules, seen, _said_before(assignment, rules))


def _speaking(rules: Sequence[tuple[PlanRule, Rule]], seen: Look, past: Mapping[str, Decision]) -> list[Spoken]:
    found = []
    for row, rule in rules:
        moment = seen.moment
        if row.rule_id in past:
            earlier = past[row.rule_id]
            if earlier.state == State.SUGGESTED or not (_wants_new_sessions(rule) or rule.action in WEEKLY):
                continue
            if rule.action not in WEEKLY:
                moment = seen.since(earlier.settled_at or earlier.decided_at)
        speaks, readings = language.judge(rule, moment)
        if speaks:
            found.append(Spoken(row, rule, readings))
    return found


def _wants_new_sessions(rule: Rule) -> bool:
    return any(parse_window(condition.window).kind == "sessions" for condition in rule.conditions)


def _said_before(assignment: Assignment, rules: Sequence[tuple[PlanRule, Rule]]) -> dict[str, Decision]:
    """The newest decision of each rule that changes something for good."""
    rule_ids = [row.rule_id for row, rule in rules if rule.action in CHANGING]
    if not rule_ids:
        return {}
    rows = Decision.objects.filter(assignment=assignment, rule_key__in=rule_ids).order_by("created_at", "pk")
    return {row.rule_key: row for row in rows}


def lowered_by(assignments: Collection[int], *, at: datetime) -> dict[int, list[Any]]:
    """Return the decisions that lower or hold the dose of plans (ids) at the instant `at`, by plan, the newest first.

    Each with `ended`: how many sessions ended since. Sessions of the flare lane are no part of the way back. Undoing a
    decision takes it out. One statement.
    """
    ended = (
        Session.objects.filter(
            assignment=OuterRef("assignment"),
            state=Session.State.FINISHED,
            replaced=False,
            fraction__gt=0,
            finished_at__gt=OuterRef("decided_at"),
        )
        .exclude(lane="flare")
        .order_by()
        .values("assignment")
        .annotate(count=Count("pk"))
    )
    found: dict[int, list[Any]] = {key: [] for key in assignments}
    rows = Decision.objects.in_effect().filter(assignment__in=found, outcome__action__in=LOWERING, decided_at__lte=at)
    rows = rows.annotate(ended=Coalesce(Subquery(ended.values("count")), 0)).select_related("rule")
    for row in rows.order_by("-decided_at"):
        if row.assignment_id is not None:
            found[row.assignment_id].append(row)
    return found


def percent_after(lowered: Iterable[Any], *, also: Iterable[Spoken] = (), at: datetime) -> tuple[int, int]:
    """Return (percent of the approved dose, sessions left at it) at the instant `at`. lowered: of lowered_by.

    also: rules that speak at this moment and are not written yet.
    """
    reductions = [
        Reduction(percent, sessions - row.ended, since=row.decided_at)
        for row in lowered
        for percent, sessions in filter(None, [decisions.reduction_of(row.outcome)])
    ]
    for each in also:
        reduced = decisions.reduction_of({"action": each.rule.action, **each.rule.details})
        if reduced is not None and language.standing(each.rule, preapproved=False) == "applied":
            reductions.append(Reduction(*reduced, since=at))
    return percent_now(reductions, [])


def percent_in_effect(assignment: Assignment, *, also: Iterable[Spoken] = (), at: datetime) -> tuple[int, int]:
    """Return percent_after of one plan."""
    return percent_after(lowered_by([assignment.pk], at=at)[assignment.pk], also=also, at=at)


def speaking_at_check_in(
    assignment: Assignment, version: AssignmentVersion, *, pain_before: int | None, at: datetime
) -> list[Spoken]:
    """Return the rules that the answer to the first question makes speak. Nothing is written."""
    return speaking_by_answer(assignment, version, [pain_before], at=at)[0]


def speaking_by_answer(
    assignment: Assignment, version: AssignmentVersion, answers: Sequence[int | None], *, at: datetime
) -> list[list[Spoken]]:
    """Return for each possible answer what speaking_at_check_in returns for it, at the cost of one."""
    rules = [(row, rule) for row, rule in rules_in_force(assignment) if language.stage_of(rule) == "check_in"]
    if not rules:
        return [[] for _ in answers]
    seen = look(assignment, version, at=at, rules=[rule for _, rule in rules], is_check_in=True)
    past = _said_before(assignment, rules)
    return [_speaking(rules, seen.answering(pain), past) for pain in answers]
