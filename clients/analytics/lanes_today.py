"""How a client is doing today: a flare-up, the way back, and the questions that belong to this day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clients.analytics.client_sentences import client_sentence
from clients.analytics.offers import approved_for_flares
from clients.analytics.plans import Plan, open_flare, past_asking
from clients.analytics.speaking import lowered_by, percent_after
from clients.analytics.standing import FlareUp, standing_of
from clients.exports.prescription import Prescribed
from clients.models import Client, Decision, Session
from clients.rules.lanes import (
    FULL,
    NEXT_DAY_FROM,
    NEXT_DAY_UNTIL,
    FlareSpan,
    FlareState,
    Today,
    day_of,
    flare_state,
    lane_percent,
    pick,
)
from clients.rules.pain import DEFAULT

NOTES_SHOWN = 3


@dataclass(frozen=True)
class PlanToday:
    """One plan today: what it offers before anything was asked, and what that comes to."""

    plan: Plan
    lane: str  # the one offered; "none": the plan rests
    percent: int
    sessions_left: int  # that are still lighter
    prescribed: Sequence[Prescribed]

    @property
    def rests(self) -> bool:
        """The plan asks for nothing: a flare-up, and no lane for it was approved."""
        return self.lane == "none"

    @property
    def is_lighter(self) -> bool:
        """Less than the whole dose, by a rule."""
        return self.lane == "steady" and self.percent < FULL


@dataclass(frozen=True)
class LanesToday:
    """flare_day: from 1, None outside of a flare-up. asks_pain: the daily question of a flare-up is open. next_day:
    sessions of yesterday whose next morning is asked now. notes: why today is lighter, in the client's words."""

    plans: tuple[PlanToday, ...]
    flare_day: int | None
    asks_pain: bool
    next_day: tuple[Session, ...]
    notes: tuple[str, ...]
    may_report: bool

    @property
    def in_flare(self) -> bool:
        return self.flare_day is not None

    @property
    def rests(self) -> bool:
        """In a flare-up, and nothing to do in it."""
        return self.in_flare and all(each.rests for each in self.plans)

    @property
    def sessions_left(self) -> int:
        """How many sessions are still lighter; 0 where none is."""
        return max((each.sessions_left for each in self.plans if each.is_lighter), default=0)


def lanes_today(client: Client, plans: Sequence[Plan], *, day: date, now: datetime) -> LanesToday:
    """Return how the client's plans stand on the day (local date)."""
    flare = plans[0].open_flare if plans else _flare_without_plan(client, day)
    # In a flare-up a plan goes by its own lane at its full dose, or rests: what lowered it does not matter.
    lowerable = [] if flare and day >= flare.first_day else [each for each in plans if each.may_be_lowered]
    lowered = lowered_by([plan.assignment.pk for plan in lowerable], at=now)
    approved = approved_for_flares([plan.assignment.pk for plan in plans]) if flare and plans else frozenset()
    found = tuple(
        _plan_today(
            plan,
            percent_after(lowered.get(plan.assignment.pk, ()), at=now),
            flare_state(FlareSpan(flare.first_day), day, preapproved=plan.assignment.pk in approved)
            if flare
            else "none",
        )
        for plan in plans
    )
    return LanesToday(
        plans=found,
        flare_day=None if flare is None else day_of(FlareSpan(flare.first_day), day),
        asks_pain=flare is not None and flare.answered_on != day,
        next_day=_next_day_of(plans, now) if plans else next_day_sessions(client, now),
        notes=_notes(row for each in found if each.is_lighter for row in lowered[each.plan.assignment.pk]),
        may_report=client.state == Client.State.ACTIVE and bool(plans) and flare is None,
    )


def _flare_without_plan(client: Client, day: date) -> FlareUp | None:
    return open_flare(standing_of([client.pk], [], since=day, said_since=day).flares[client.pk])


def _next_day_of(plans: Sequence[Plan], now: datetime) -> tuple[Session, ...]:
    """Return what next_day_sessions does, of sessions that were loaded with their plans."""
    ended = range_of_next_day(now)
    found = [
        session
        for plan in plans
        for session in plan.sessions
        if session.state == Session.State.FINISHED
        and session.fraction > 0
        and session.finished_at is not None
        and ended[0] <= session.finished_at <= ended[1]
        and not session.is_past_asking  # type: ignore[attr-defined]  # annotated in plans_of
    ]
    return tuple(sorted(found, key=lambda session: session.finished_at or now))


def range_of_next_day(now: datetime) -> tuple[datetime, datetime]:
    """Return between which instants, both included, a session ended whose next morning is now."""
    return now - NEXT_DAY_UNTIL, now - NEXT_DAY_FROM


def _plan_today(plan: Plan, percent: tuple[int, int], flare: FlareState) -> PlanToday:
    """Return what the plan offers while nothing was answered: pain_model does not matter to that."""
    version, written = plan.version.pk, plan.written
    if flare == "on" and not written.has(version, "flare"):
        flare = "resting"
    lane = pick(Today(None, flare, percent[0]), DEFAULT).lane
    if lane == "none":
        return PlanToday(plan, lane, FULL, 0, ())
    at = lane_percent(lane, percent[0])
    items = plan.prescribed if (lane, at) == ("steady", FULL) else written.prescribed(version, lane, at)
    return PlanToday(plan, lane, at, percent[1], items)


def next_day_sessions(client: Client, now: datetime) -> tuple[Session, ...]:
    """Return the sessions that ended 12 to 30 hours ago and whose next morning was not asked yet, oldest first.

    One answer stands for all of them. A question that was put and skipped is not put again, and none is put about a
    session that was filled in on a later day.
    """
    rows = Session.objects.filter(
        client=client,
        state=Session.State.FINISHED,
        fraction__gt=0,
        finished_at__range=range_of_next_day(now),
    )
    return tuple(rows.exclude(past_asking()).order_by("finished_at"))


def _notes(lowering: Iterable[Decision]) -> tuple[str, ...]:
    rows = sorted(lowering, key=lambda row: row.decided_at, reverse=True)[:NOTES_SHOWN]
    return tuple(dict.fromkeys(filter(None, (client_sentence(row) for row in rows))))[:1]
