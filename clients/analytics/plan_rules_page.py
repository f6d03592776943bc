"""The rules of one plan as its practitioner reads them, what they decided, and what other rules would have decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Case, When

from clients.analytics.client_sentences import client_sentence
from clients.analytics.decision_words import SIGNS, metric_words, rule_words, sentence, window_words
from clients.analytics.moments import look
from clients.analytics.speaking import FIXED_ACTIONS, percent_in_effect
from clients.models import Assignment, Decision, Flare, PlanRule, Session
from clients.rules import language
from clients.rules.lanes import FULL, FlareSpan, day_of
from clients.rules.language import Stage
from clients.rules.plan_steps import week_over
from routines.content import Condition, Rule
from routines.models import Exercise, Routine

SESSIONS_REPLAYED: Final = 20  # sessions; enough for the longest window and some weeks of history
DECISIONS_SHOWN: Final = 8
LIMITS: Final = (0, 100)  # what may be typed for a number of a rule in the what-if


@dataclass(frozen=True)
class RuleRow:
    """One rule on the page. fixed: always on. conditions: those with a number that may be tried out, by place."""

    row: PlanRule
    rule: Rule
    words: str
    client_text: str

    @property
    def fixed(self) -> bool:
        return self.rule.action in FIXED_ACTIONS

    @property
    def can_preapprove(self) -> bool:
        return self.rule.authorisation == "preapproved"

    @property
    def numbers(self) -> list[tuple[int, str, str, Any]]:
        """(place of the condition, what it is called, sign, number) of each number that may be tried out."""
        return [
            (
                place,
                _called(each),
                SIGNS[each.op],
                each.value,
            )
            for place, each in enumerate(self.rule.when)
            if is_number(each)
        ]


def _called(condition: Condition) -> str:
    name = metric_words(condition.metric)
    return f"{name} ({window_words(condition.window)})" if condition.window else name


def is_number(condition: Condition) -> bool:
    """Whether the condition compares with a plain number."""
    return isinstance(condition.value, (int, float)) and not isinstance(condition.value, bool)


@dataclass(frozen=True)
class DecisionRow:
    """One decision in words."""

    decision: Decision
    words: str
    client_words: str
    current: int | None  # id of the plan's version

    @property
    def can_undo(self) -> bool:
        return (
            self.decision.state == Decision.State.APPLIED
            and self.decision.may_undo == Decision.UndoneBy.PRACTITIONER
            and self.decision.version_id in {None, self.current}
        )

    @property
    def asks_for_exercises(self) -> bool:
        return asks_for_exercises(self.decision)

    @property
    def routine(self) -> str:
        """Slug of the routine that is suggested, "" for none."""
        return str(self.decision.outcome.get("routine", ""))


def asks_for_exercises(decision: Decision) -> bool:
    """Whether it is a change of dose that names no exercise: the practitioner says which."""
    return decision.outcome["action"] == "change_dose" and not decision.outcome.get("exercise")


def rule_rows(assignment: Assignment) -> list[RuleRow]:
    """Return the plan's rules in their order."""
    rows = list(PlanRule.objects.filter(assignment=assignment).in_force())
    rules = [row.content for row in rows]
    names = names_for([rule.details for rule in rules])
    return [
        RuleRow(row, rule, rule_words(rule, names), rule.client_text) for row, rule in zip(rows, rules, strict=True)
    ]


def names_for(outcomes: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the names of the exercises and routines that outcomes speak of, by slug. Runs in the practice scope."""
    exercises = {str(each["exercise"]) for each in outcomes if each.get("exercise")}
    routines = {str(each["routine"]) for each in outcomes if each.get("routine")}
    found = dict(Exercise.objects.filter(slug__in=exercises).values_list("slug", "name")) if exercises else {}
    return found | (dict(Routine.objects.filter(slug__in=routines).values_list("slug", "name")) if routines else {})


@dataclass(frozen=True)
class PlanLanes:
    """How one plan stands on the practitioner's page: what waits for a word, what was decided, the way back."""

    waiting: Sequence[DecisionRow]
    recent: Sequence[DecisionRow]
    percent: int
    sessions_left: int

    @property
    def is_lighter(self) -> bool:
        return self.percent < FULL


def lanes_of_plan(assignment: Assignment, *, now: datetime) -> PlanLanes:
    """Return the decisions of a plan, newest first, and the percent that its rules leave.

    What waits for a word comes first, so that it is never pushed out by what was decided since.
    """
    is_settled = Case(When(state=Decision.State.SUGGESTED, then=0), default=1)
    rows = list(
        Decision.objects.told()
        .filter(assignment=assignment)
        .select_related("rule", "settled_by")
        .order_by(is_settled, "-decided_at", "-pk")[: 4 * DECISIONS_SHOWN]
    )
    names = names_for([row.outcome for row in rows])
    current = assignment.current_version_id
    found = [DecisionRow(row, sentence(row, names), client_sentence(row), current) for row in rows]
    percent, left = percent_in_effect(assignment, at=now)
    return PlanLanes(
        waiting=[each for each in found if each.decision.state == Decision.State.SUGGESTED],
        recent=[each for each in found if each.decision.state != Decision.State.SUGGESTED][:DECISIONS_SHOWN],
        percent=percent,
        sessions_left=left,
    )


@dataclass(frozen=True)
class FlareNow:
    """A flare-up that lasts, and which day of it today is."""

    flare: Flare
    day: int


def flare_of(client: Any, today: date) -> FlareNow | None:
    """Return the client's flare-up that lasts today (local date), or None."""
    flare = Flare.objects.open().filter(client=client).first()
    return None if flare is None else FlareNow(flare, day_of(FlareSpan(flare.first_day), today))


# --- what if --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Replayed:
    """One moment of the past at which a rule spoke as it is, or would have spoken as it was tried out."""

    on: date
    stage: Stage
    rule: RuleRow
    as_is: bool
    tried: bool


def changed_rule(rule: Rule, numbers: Mapping[int, float]) -> Rule:
    """Return the rule with other numbers in its conditions, by place; places without a number stay."""
    when = tuple(
        replace(each, value=numbers[place]) if place in numbers and is_number(each) else each
        for place, each in enumerate(rule.when)
    )
    return replace(rule, when=when)


def replay_history(assignment: Assignment, rows: Sequence[RuleRow], tried: Mapping[str, Rule | None]) -> list[Replayed]:
    """Return where rules spoke in the last sessions, and where they would have, newest first. Nothing is written.

    tried: rule id -> the rule as it is tried out, None for switched off; rules that are not named stay as they are.
    Each moment is judged by what was known then.
    """
    sessions = list(
        Session.objects.filter(assignment=assignment, state=Session.State.FINISHED, fraction__gt=0)
        .select_related("version")
        .order_by("-started_at")[:SESSIONS_REPLAYED]
    )
    found = []
    judged: set[date] = set()  # weeks of the plan; each has its word once
    for session in sessions:
        for stage, at in _stages(session):
            over = week_over(assignment.starts_on, session.occurrence_on) if stage == "week" else None
            if stage == "week" and (over is None or over in judged):
                continue
            judged |= {over} if over is not None else set()
            mine = [row for row in rows if language.stage_of(row.rule) == stage]
            both = [row.rule for row in mine] + [rule for row in mine if (rule := tried.get(row.row.rule_id))]
            if not mine:
                continue
            about = session if over is None else None
            seen = look(assignment, session.version, at=at, rules=both, session=about, week_over=over).moment
            for row in mine:
                other = tried.get(row.row.rule_id, row.rule if row.row.is_on else None)
                as_is = row.row.is_on and language.judge(row.rule, seen)[0]
                would = other is not None and language.judge(other, seen)[0]
                if as_is or would:
                    found.append(Replayed(session.occurrence_on, stage, row, as_is, would))
    return found


def _stages(session: Session) -> list[tuple[Stage, datetime]]:
    ended = session.finished_at or session.started_at
    stages: list[tuple[Stage, datetime]] = [("next_day", ended)] if session.pain_next is not None else []
    return [*stages, ("session", ended), ("check_in", session.started_at), ("week", session.started_at)]
