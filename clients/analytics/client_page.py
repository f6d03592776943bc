"""Everything on the practitioner's page of one client. The number of queries does not grow with the history."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Case, When
from django.utils.formats import date_format

from clients.analytics.cautions import cautions_for
from clients.analytics.client_sessions import latest_sessions
from clients.analytics.goals import minutes_asked, minutes_of
from clients.analytics.lately import Lately, counts_of, counts_of_plan
from clients.analytics.plan_rules_page import FlareNow, PlanLanes, flare_of, lanes_of_plan
from clients.analytics.today import local_day
from clients.charts import PainDay
from clients.exports.prescription import Prescribed, kit_of, plan_seconds, prescribe, whole_minutes
from clients.models import Assignment, AssignmentVersion, Client, Invitation, PlanSketch, PrescribedItem, Session
from clients.rules import contraindications
from clients.rules.contraindications import Caution
from clients.rules.schedule import Schedule
from portal.accounts.models import User

SESSIONS_SHOWN = 10
RUNNING = (Assignment.State.ACTIVE, Assignment.State.PAUSED)
PLANS_SHOWN = 20
CHART_SESSIONS = 28


@dataclass(frozen=True)
class Share:
    """Sessions done of those due so far; None shares stand for nothing due."""

    done: int
    due: int


@dataclass(frozen=True)
class GoalCounts:
    """What was done of a goal. kind: walk or breaks. minutes: of the walks of the last 7 days; asked, of those due."""

    kind: str
    last_7: Share
    last_28: Share
    minutes: int = 0
    minutes_asked: int = 0


@dataclass(frozen=True)
class PlanCard:
    """One plan with its current version compiled. open_cautions: what the client's tags say that nobody answered."""

    assignment: Assignment
    version: AssignmentVersion
    versions: Sequence[AssignmentVersion]
    prescribed: Sequence[Prescribed]
    minutes: int
    kit: Sequence[str]
    open_cautions: Sequence[tuple[str, Caution]]
    lanes: PlanLanes
    goal: GoalCounts | None = None

    @property
    def is_over(self) -> bool:
        return self.assignment.state == Assignment.State.ENDED

    @property
    def exercises(self) -> list[tuple[str, str]]:
        """(slug, title) of each exercise, in its order."""
        return [(entry.content.slug, entry.title) for entry in self.prescribed]


@dataclass(frozen=True)
class PastPlan:
    """A plan that does not run, with its versions, newest first."""

    assignment: Assignment
    versions: Sequence[AssignmentVersion]


@dataclass(frozen=True)
class PlansPage:
    """All plans of one client. has_more: older ones are not among them. sketch: the reader's own, not given yet."""

    today: date
    running: Sequence[PlanCard]
    past: Sequence[PastPlan]
    has_more: bool
    sketch: PlanSketch | None


@dataclass(frozen=True)
class ClientPage:
    """The page. running: plans that are active or paused; past: the others. Dates are the client's own."""

    client: Client
    today: date
    running: Sequence[PlanCard]
    past: Sequence[Assignment]
    last_7: Share
    last_28: Share
    sessions: Sequence[Session]
    has_more_sessions: bool
    pain: Sequence[PainDay]
    pain_first: int | None
    pain_last: int | None
    invitation: Invitation | None
    plan_week: int | None
    flare: FlareNow | None

    @property
    def last_session(self) -> Session | None:
        return self.sessions[0] if self.sessions else None


def client_page(of: Lately, *, now: datetime) -> ClientPage:
    """Return the page of one client, with their last weeks, at the moment `now` (aware). Runs in the practice scope."""
    client: Any = of.client  # annotated by with_latest
    today = of.today
    running, past = _plans(client)
    sessions = list(latest_sessions(client)[: max(SESSIONS_SHOWN, CHART_SESSIONS) + 1])
    charted = sessions[:CHART_SESSIONS][::-1]
    answered = [session.pain_before for session in charted if session.pain_before is not None]
    cards = [replace(card, goal=_goal(of, card)) for card in _cards(running, client, now)]
    starts = [card.assignment.starts_on for card in cards if card.assignment.starts_on <= today]
    return ClientPage(
        client=client,
        today=today,
        running=cards,
        past=past[: PLANS_SHOWN - len(running)],
        last_7=Share(*counts_of(of, days=7)),
        last_28=Share(*counts_of(of, days=28)),
        sessions=sessions[:SESSIONS_SHOWN],
        has_more_sessions=len(sessions) > SESSIONS_SHOWN,
        pain=[
            PainDay(date_format(session.occurrence_on, "j M"), session.pain_before, session.pain_after)
            for session in charted
        ],
        pain_first=answered[0] if answered else None,
        pain_last=answered[-1] if answered else None,
        invitation=Invitation.objects.filter(client=client).order_by("-created_at").first(),
        flare=flare_of(client, today) if client.in_flare else None,
        plan_week=(today - min(starts)).days // 7 + 1 if starts else None,
    )


def plans_page(client: Client, *, by: User, now: datetime) -> PlansPage:
    """Return all plans of one client for who looks, at the moment `now` (aware). Runs in the practice scope.

    What was done of a goal is left to the overview, which counts the last weeks in any case.
    """
    running, past = _plans(client)
    versions = _versions(past)
    return PlansPage(
        today=local_day(client, now),
        running=_cards(running, client, now),
        past=[PastPlan(row, versions.get(row.pk, [])) for row in past[: PLANS_SHOWN - len(running)]],
        has_more=len(running) + len(past) > PLANS_SHOWN,
        sketch=PlanSketch.objects.visible_to(by).filter(client=client).first(),
    )


def _plans(client: Client) -> tuple[list[Assignment], list[Assignment]]:
    """Return the plans that run or pause, and the others; newest first. More than PLANS_SHOWN: there are older ones."""
    is_over = Case(When(state__in=RUNNING, then=False), default=True, output_field=BooleanField())
    rows = list(
        Assignment.objects.filter(client=client)
        .order_by(is_over, "-pk")  # one that runs is shown, however many came after it
        .select_related("current_version")[: PLANS_SHOWN + 1]
    )
    running = [row for row in rows if row.state in RUNNING]
    return running, [row for row in rows if row not in running]


def _goal(of: Lately, card: PlanCard) -> GoalCounts | None:
    """Return what was done of a plan that is a goal; None for a plan of sessions."""
    plan = next((plan for plan in of.plans if plan.id == card.assignment.pk), None)
    schedule = Schedule.from_dict(card.version.schedule)
    if plan is None or not schedule.is_goal:
        return None
    last_7 = Share(*counts_of_plan(of, plan, days=7))
    last_28 = Share(*counts_of_plan(of, plan, days=28))
    if schedule.kind != "walk" or not card.prescribed:
        return GoalCounts(schedule.kind, last_7, last_28)
    first = of.today - timedelta(days=6)
    walks = [row.id for row in of.sessions if row.assignment_id == plan.id and row.finished and row.on >= first]
    asked = last_7.due * minutes_asked(card.prescribed[0])
    return GoalCounts(schedule.kind, last_7, last_28, sum(minutes_of(walks).values()), asked)


def _versions(assignments: Sequence[Assignment]) -> dict[int, list[AssignmentVersion]]:
    """Return the versions of each plan by its id, newest first."""
    versions: dict[int, list[AssignmentVersion]] = {}
    rows = AssignmentVersion.objects.filter(assignment__in=[row.pk for row in assignments])
    for version in rows.select_related("created_by").order_by("-number"):
        versions.setdefault(version.assignment_id, []).append(version)
    return versions


def _cards(assignments: Sequence[Assignment], client: Client, now: datetime) -> list[PlanCard]:
    versions = _versions(assignments)
    items: dict[int, list[PrescribedItem]] = {}
    for item in (
        PrescribedItem.objects.filter(version__in=[row.current_version_id for row in assignments], lane="steady")
        .select_related("exercise_version")
        .order_by("position")
    ):
        items.setdefault(item.version_id, []).append(item)
    return [
        _card(row, versions[row.pk], items.get(row.current_version_id or 0, []), client, now) for row in assignments
    ]


def _card(
    assignment: Assignment,
    versions: Sequence[AssignmentVersion],
    items: Sequence[PrescribedItem],
    client: Client,
    now: datetime,
) -> PlanCard:
    prescribed = [prescribe(item, first_side=client.first_side) for item in items]
    version = versions[0]
    open_cautions = []
    for entry in prescribed:
        answers = contraindications.answers_from(entry.item.cautions)
        found = cautions_for(entry.content, entry.item.opted_in, client.tags)
        open_cautions += [(entry.title, caution) for caution in contraindications.unsettled(found, answers)]
    return PlanCard(
        assignment=assignment,
        version=version,
        versions=versions,
        prescribed=prescribed,
        minutes=whole_minutes(plan_seconds(prescribed)),
        kit=kit_of(prescribed),
        open_cautions=open_cautions,
        lanes=lanes_of_plan(assignment, now=now),
    )
