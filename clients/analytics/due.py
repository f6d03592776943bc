"""What plans asked for and what was done of it, read from the database: versions in force, days off, sessions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from operator import itemgetter

from django.db.models import Q, Value

from clients.analytics.locks import lock_spans
from clients.models import Assignment, AssignmentVersion, Client, Flare, PlanPause, PutOff, Session
from clients.rules import adherence
from clients.rules.adherence import DoneSession, InForce, Week
from clients.rules.lanes import FlareSpan, flare_days
from clients.rules.moving import moves_of, with_moves
from clients.rules.schedule import Schedule, Span


@dataclass(frozen=True)
class Plan:
    """One plan of one client: its versions with the days on which each is in force, and the days off."""

    id: int
    name: str
    starts_on: date
    state: str  # an Assignment.State
    version_id: int | None  # the newest, in force or not
    is_running: bool
    in_force: tuple[InForce, ...]
    pauses: tuple[Span, ...]
    flare_days: frozenset[date] = frozenset()  # ask for nothing but what was done in the flare lane
    ends_on: date | None = None  # the last day, included; None: runs on
    sessions: tuple[Session, ...] = ()  # of plans_between alone; pages of many clients read fewer columns

    @property
    def counts_apart(self) -> bool:
        """Whether its counts stand beside adherence and not in it: breaks through the day, clinical.md 6.4."""
        return any(version.schedule.counts_apart for version in self.in_force)

    @property
    def off(self) -> tuple[Span, ...]:
        """Days that ask for nothing of the plan itself."""
        return (*self.pauses, *(Span(day, day) for day in self.flare_days))

    @property
    def done_sessions(self) -> list[DoneSession]:
        """The plan's sessions as the adherence rules read them: finished ones at their fraction."""
        return done_of(self.sessions)

    def schedule_on(self, day: date) -> Schedule:
        """Return the schedule in force on the day; before the first version that one's."""
        begun = [version for version in self.in_force if version.since <= day]
        return (begun[-1] if begun else self.in_force[0]).schedule


def done_of(sessions: Iterable[Session]) -> list[DoneSession]:
    """Return the finished ones of some sessions as the adherence rules read them, without those that were replaced."""
    return [
        DoneSession(session.occurrence_on, Fraction(session.fraction).limit_denominator(10_000), session.lane)
        for session in sessions
        if session.state == Session.State.FINISHED and not session.replaced
    ]


def plans_since(
    todays: Mapping[int, date], *, since: date, locked: Mapping[int, Sequence[Span]]
) -> Mapping[int, tuple[Plan, ...]]:
    """Return the plans of each client (client id -> local date of today) that ran on or after `since`.

    Newest first. Four queries, however many clients, plans or versions. locked: days on which an alert locked them.
    """
    rows = list(
        Assignment.objects.filter(client__in=list(todays))
        .exclude(state=Assignment.State.DRAFT)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=since))
        .order_by("-starts_on", "-pk")
    )
    ids = [row.pk for row in rows]
    pauses, moves = _pauses_and_moves(ids)
    versions: dict[int, list[tuple[date, Schedule]]] = defaultdict(list)
    for assignment_id, effective_from, schedule in (
        AssignmentVersion.objects.filter(assignment__in=ids)
        .order_by("assignment", "number")
        .values_list("assignment_id", "effective_from", "schedule")
    ):
        versions[assignment_id].append((effective_from, Schedule.from_dict(schedule)))
    flares: dict[int, list[FlareSpan]] = defaultdict(list)
    for client_id, first, last in (
        Flare.objects.filter(client__in=list(todays))
        .exclude(last_day__lt=since)
        .values_list("client_id", "first_day", "last_day")
    ):
        flares[client_id].append(FlareSpan(first, last))
    found: dict[int, list[Plan]] = defaultdict(list)
    for row in rows:
        today = todays[row.client_id]
        found[row.client_id].append(
            Plan(
                id=row.pk,
                name=row.name,
                starts_on=row.starts_on,
                state=row.state,
                version_id=row.current_version_id,
                is_running=row.state == Assignment.State.ACTIVE and (row.ends_on is None or row.ends_on >= today),
                in_force=_until(with_moves(versions[row.pk], moves_of(moves[row.pk])), row.ends_on),
                pauses=(
                    *(Span(first, last or date.max) for first, last in pauses[row.pk]),
                    *locked.get(row.client_id, ()),
                ),
                flare_days=flare_days(flares[row.client_id], until=today),
                ends_on=row.ends_on,
            )
        )
    return {client_id: tuple(plans) for client_id, plans in found.items()}


def _pauses_and_moves(
    ids: Sequence[int],
) -> tuple[dict[int, list[tuple[date, date | None]]], dict[int, list[tuple[date, date]]]]:
    """Return (first day, last day or None) of pauses, and (day, day instead) of moves, by plan: one statement."""
    pauses: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    moves: dict[int, list[tuple[date, date]]] = defaultdict(list)
    paused = PlanPause.objects.filter(assignment__in=ids)
    moved = PutOff.objects.moves().filter(assignment__in=ids).order_by()
    rows = paused.values_list("pk", "assignment_id", "first_day", "last_day", Value("pause")).union(
        moved.values_list("pk", "assignment_id", "on", "moved_to", Value("move")), all=True
    )
    for _pk, assignment_id, day, other, kind in sorted(rows, key=itemgetter(0)):  # the last word on a day counts
        (pauses if kind == "pause" else moves)[assignment_id].append((day, other))
    return pauses, moves


def plans_between(client: Client, first: date, last: date) -> list[Plan]:
    """Return every plan that ran on a day from first to last (both included), ended ones too, with its sessions.

    Oldest first. Six queries, however many plans, versions or sessions.
    """
    found = plans_since({client.pk: last}, since=first, locked=lock_spans([client.pk])).get(client.pk, ())
    sessions: dict[int, list[Session]] = defaultdict(list)
    for session in Session.objects.filter(client=client, occurrence_on__range=(first, last)):
        sessions[session.assignment_id].append(session)
    ran = [replace(plan, sessions=tuple(sessions[plan.id])) for plan in found if plan.starts_on <= last]
    return sorted(ran, key=lambda plan: plan.id)


def weeks_of(
    plans: Iterable[Plan], done: Mapping[int, Sequence[DoneSession]], *, first: date, last: date, today: date
) -> tuple[Week, ...]:
    """Return the counts of each week that touches first to last (both included), all plans added up, oldest first.

    plans: every plan that ran on one of these days; those that count apart are left out. done: what was done of each,
    by its id.
    """
    return adherence.combine(
        weeks_of_one(plan, done.get(plan.id, ()), first=first, last=last, today=today)
        for plan in plans
        if plan.starts_on <= last and (plan.ends_on or last) >= first and not plan.counts_apart
    )


def weeks_of_one(plan: Plan, done: Sequence[DoneSession], *, first: date, last: date, today: date) -> tuple[Week, ...]:
    """Return the counts of one plan's weeks, not capped, oldest first; none where it ran on none of these days."""
    return adherence.weeks(
        plan.in_force,
        done,
        first=max(first, plan.starts_on),
        last=min(last, plan.ends_on or last),
        today=today,
        pauses=plan.pauses,
        flare_days=plan.flare_days,
    )


def weeks_in(plans: Sequence[Plan], *, first: date, last: date, today: date) -> tuple[Week, ...]:
    """Return weeks_of plans that are loaded with their sessions, as plans_between gives them."""
    return weeks_of(plans, {plan.id: plan.done_sessions for plan in plans}, first=first, last=last, today=today)


def done_of_due(weeks: Sequence[Week]) -> tuple[int, int]:
    """Return sessions done and due in some weeks."""
    return sum(week.done for week in weeks), sum(week.due for week in weeks)


def _until(versions: tuple[InForce, ...], ends_on: date | None) -> tuple[InForce, ...]:
    """Close the versions at the last day of the plan: it may end before its schedule says."""
    if ends_on is None:
        return versions
    return tuple(
        InForce(version.schedule, version.since, min(version.until or ends_on, ends_on))
        for version in versions
        if version.since <= ends_on
    )
