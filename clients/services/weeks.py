"""Rules that look at whole weeks of a plan: each speaks once, when a week is over."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from clients.analytics.moments import look
from clients.analytics.speaking import Spoken, rules_in_force, speaking
from clients.models import Assignment, AssignmentVersion, Decision, PlanRule
from clients.rules import language
from clients.rules.plan_steps import Goal, changed_schedule, goal_of, goals_in, week_over, window_in
from clients.rules.schedule import Schedule
from clients.services.decide import keep
from routines.content import Rule

State = Decision.State
FIRST_WEEK = 1


def decide_week(
    assignment: Assignment, *, now: datetime, rules: Sequence[tuple[PlanRule, Rule]] | None = None
) -> list[Decision]:
    """Let the rules that look at weeks speak about the plan's last full week; return the new decisions.

    A week of a plan has seven days from the day on which it started (client's local date). Nothing happens in the
    first one, or where the week has had its word. rules: those of `weekly` in force, where they are read already.
    assignment.client, .routine and .current_version must be loaded.
    """
    today = now.astimezone(ZoneInfo(assignment.client.time_zone)).date()
    over = week_over(assignment.starts_on, today)
    if over is None:
        return []
    mine = rules if rules is not None else weekly(rules_in_force(assignment))
    key = f"week:{over.isoformat()}"
    version = assignment.current_version if mine else None  # read only where a rule asks
    if version is None or Decision.objects.filter(assignment=assignment, moment_key=key).exists():
        return []
    seen = look(assignment, version, at=now, rules=[rule for _, rule in mine], week_over=over)
    spoken = list(_worth_saying(assignment, version, speaking(assignment, mine, seen)))
    return keep(assignment, spoken, moment_key=key, at=now)


def weekly(rules: Iterable[tuple[PlanRule, Rule]]) -> list[tuple[PlanRule, Rule]]:
    """Return those of a plan's rules that look at weeks."""
    return [(row, rule) for row, rule in rules if language.stage_of(rule) == "week"]


def _worth_saying(assignment: Assignment, version: AssignmentVersion, spoken: Sequence[Spoken]) -> Iterator[Spoken]:
    """Leave out what would change nothing, or was said before; name the week that is meant."""
    document: dict[str, Any] = assignment.routine.document if assignment.routine is not None else {}
    goals = goals_in(document)
    week = _week_reached(assignment) if goals else FIRST_WEEK
    for each in spoken:
        if each.rule.action == "change_schedule":
            before = Schedule.from_dict(version.schedule)
            changes = changed_schedule(before, each.outcome, window=window_in(document)) != before
            if not _is_said(assignment, each) and (changes or each.outcome.get("field") == "every_minutes"):
                yield each
            continue
        goal = goal_of(goals, week + 1 if each.rule.action == "advance_week" else week)
        if goal is not None:
            yield replace(each, goal=_named(goal))
        elif each.rule.action == "repeat_week":
            yield each


def _named(goal: Goal) -> dict[str, int]:
    return {"week": goal.week, "minutes": goal.minutes, "days": goal.days}


def _week_reached(assignment: Assignment) -> int:
    """The week of its own plan that the client is in, from 1: as far as practitioners let the rules go."""
    rows = Decision.objects.filter(
        assignment=assignment, outcome__action="advance_week", state__in=[State.APPLIED, State.ACCEPTED]
    )
    return max((row.outcome.get("week", FIRST_WEEK) for row in rows), default=FIRST_WEEK)


def _is_said(assignment: Assignment, spoken: Spoken) -> bool:
    """Whether a rule that names its aim has said so before, also where a practitioner took it back."""
    if "to" not in spoken.outcome:
        return False
    return Decision.objects.filter(assignment=assignment, rule_key=spoken.row.rule_id).exists()
