"""Is it helping? Weeks done of planned, pain before and after, what could be done, and the sessions behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from clients.analytics.due import plans_between, weeks_in
from clients.analytics.goals import WeekOfGoal, minutes_of, week_of
from clients.analytics.plans import Plan, plans_of
from clients.models import Client, Event, Session
from clients.rules.adherence import Week
from clients.rules.helping import PainStory, WeekStory, is_harder_week, is_return, pain_story, week_story
from clients.rules.noted import How, how_noted
from clients.rules.schedule import monday_of

WEEKS_SHOWN = 12
SESSIONS_SHOWN = 60
ABILITIES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Ability:
    """How much of one exercise was done in a session: the first one shown, the newest, and the most in any.

    Numbers are repetitions, or seconds where the exercise is timed; both sides together. lang: that of the title where
    it is not the reader's.
    """

    title: str
    lang: str
    is_timed: bool
    first: int
    last: int
    most: int


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal of a running plan in the week of today. kind: walk or breaks."""

    name: str
    kind: str
    week: WeekOfGoal


@dataclass(frozen=True, slots=True)
class Progress:
    """The page's figures; weeks oldest first, sessions newest first. Empty before the first session."""

    weeks: tuple[Week, ...]
    sessions: list[Session]
    pain: PainStory | None
    is_harder_week: bool
    regular: WeekStory
    is_return: bool
    abilities: tuple[Ability, ...]
    how: Mapping[UUID, How | None]  # by session
    goals: tuple[GoalLine, ...] = ()


def progress_of(client: Client, today: date) -> Progress:
    """Return the client's progress up to today (local date)."""
    first = monday_of(today) - timedelta(weeks=WEEKS_SHOWN - 1)
    sessions = list(
        Session.objects.filter(client=client, occurrence_on__gte=first)
        .exclude(state=Session.State.OPEN, fraction=0)
        .exclude(version__schedule__kind="breaks")
        .exclude(Exists(Event.objects.filter(session=OuterRef("pk"), type="taken_back")), fraction=0)
        .order_by("-occurrence_on", "-started_at")[:SESSIONS_SHOWN]
    )
    counted = weeks_in(plans_between(client, first, today), first=first, last=today, today=today)
    plans = plans_of(client, today, since=monday_of(today))
    sets = _sets(sessions)
    told: dict[UUID, list[str]] = {}
    for session_id, _, data in sets:
        told.setdefault(session_id, []).append(data["mode"])
    return Progress(
        weeks=counted,
        sessions=sessions,
        pain=pain_story((session.started_at, session.pain_before) for session in sessions),
        is_harder_week=is_harder_week(((session.occurrence_on, session.pain_before) for session in sessions), today),
        regular=week_story(counted),
        is_return=is_return((session.occurrence_on for session in sessions), today),
        abilities=_abilities(plans, sessions, sets),
        goals=tuple(_goal(plan, today) for plan in plans if plan.schedule.is_goal and plan.prescribed),
        how={session.pk: how_noted(told.get(session.pk, ())) for session in sessions},
    )


def _sets(sessions: Sequence[Session]) -> list[tuple[UUID, int, dict[str, Any]]]:
    """Return (session, exercise, data) of every set as it was told last."""
    latest: dict[tuple[Any, ...], tuple[UUID, int, dict[str, Any]]] = {}
    rows = Event.objects.filter(session__in=[session.pk for session in sessions], type="set_done").order_by("at", "pk")
    for row in rows.values_list("session", "item__exercise_version__exercise", "data", "item"):
        session, exercise, data, item = row
        latest[session, item, data.get("segment"), data.get("set"), data.get("side")] = (session, exercise, data)
    return list(latest.values())


def _goal(plan: Plan, today: date) -> GoalLine:
    kind = plan.schedule.kind
    minutes = minutes_of({session.pk for session in plan.sessions}) if kind == "walk" else {}
    return GoalLine(plan.name, kind, week_of(plan, plan.prescribed[0], today, minutes))


def _abilities(
    plans: Sequence[Plan], sessions: Sequence[Session], sets: Sequence[tuple[UUID, int, dict[str, float]]]
) -> tuple[Ability, ...]:
    """Return what was done of each exercise of the running plans, in the plan's order."""
    amounts: dict[int, dict[UUID, tuple[float, float]]] = {}
    for session_id, exercise_id, data in sets:
        reps, seconds = amounts.setdefault(exercise_id, {}).get(session_id, (0.0, 0.0))
        amounts[exercise_id][session_id] = reps + (data.get("done") or 0), seconds + (data.get("seconds") or 0)
    oldest_first = [session.pk for session in reversed(sessions)]
    found: dict[int, Ability] = {}
    for entry in (entry for plan in plans for entry in plan.prescribed):
        key = entry.item.exercise_version.exercise_id
        is_timed = entry.dose.mode == "time"
        done = [round(amounts[key][pk][is_timed]) for pk in oldest_first if pk in amounts.get(key, {})]
        if len(done) > 1 and key not in found:
            found[key] = Ability(entry.title, entry.foreign, is_timed, done[0], done[-1], max(done))
    return tuple(found.values())[:ABILITIES_SHOWN]
