"""What a client does now: today's sessions and the week around them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.db.models import Q

from clients.analytics.goals import (
    Goal,
    ToldOf,
    breaks_of,
    minutes_asked,
    minutes_in,
    next_break,
    timed,
    told_of,
    walk_of,
    week_of,
)
from clients.analytics.lanes_today import LanesToday, PlanToday, lanes_today
from clients.analytics.locks import is_locked, why_not_with_tags
from clients.analytics.offers import kept_short
from clients.analytics.plans import Plan, plans_of
from clients.analytics.speaking import rules_of_plans
from clients.analytics.stopped import TOLD_BY, Stopped, stopped_in
from clients.analytics.thread import newest_unread
from clients.analytics.week_strip import DayMark, next_day, week_of_plans
from clients.exports.prescription import (
    Prescribed,
    bites_of,
    exercise_count,
    in_a_session,
    kit_of,
    plan_seconds,
    whole_minutes,
)
from clients.models import Client, Message, PutOff, Session
from clients.rules.moving import standing_words
from clients.rules.schedule import monday_of
from routines.looks import has_figure

CHANGED_FOR = timedelta(days=7)  # how long a changed plan is news; engineering bound


@dataclass(frozen=True, slots=True)
class Card:
    """One session of today. state: ready, started or done; session_id is set once it was started."""

    assignment_id: int
    name: str
    on: date
    slot: int
    slots: int
    minutes: int
    exercises: int
    kit: list[str]
    state: str
    session_id: str | None
    note: str
    lane: str = "steady"
    is_lighter: bool = False  # less than the whole dose, by a rule
    bites: int = 0  # into which the session may be split, as the practitioner chose; 0: in one go
    put_off: str = ""  # what the client said about it: not_today, tomorrow or nothing
    later_at: time | None = None  # when the reminder comes that the client asked for, on their clock
    is_of_yesterday: bool = False
    goal: Goal | None = None  # of a goal for the day: it is noted, not played
    short_minutes: int | None = None  # of the short form, which is offered after a gap; None: none is
    stopped: Stopped | None = None  # where it is carried on with; None where that cannot be named
    shown: Prescribed | None = None  # the exercise whose picture stands on the card: the first that has one
    stands_for: int = 1  # of the day's sessions of a plan: those that are done have one card


@dataclass(frozen=True, slots=True)
class Open:
    """A session of yesterday that nobody has told of yet."""

    assignment_id: int
    name: str
    on: date
    slot: int


@dataclass(frozen=True, slots=True)
class Today:
    """Everything on the page. state: locked, no_plan, on_hold, flare_rest, rest, done or ready."""

    day: date
    part_of_day: str  # morning, afternoon or evening
    state: str
    cards: list[Card]
    week: list[DayMark]
    done: int
    planned: int
    next_on: date | None
    is_back: bool  # the last session was five days ago or longer
    lanes: LanesToday
    yesterday: tuple[Open, ...] = ()  # may be filled in
    unread: Message | None = None  # the newest message of the clinic that the client has not opened
    offers_short: bool = False  # a short form of one of the cards
    has_news: bool = False  # a plan was changed, and no session was begun by its new version yet

    @property
    def has_start(self) -> bool:
        """Whether the first card has the page's primary button."""
        first = self.cards[0] if self.cards else None
        if first is None or first.state == "done":
            return False
        return not first.goal.minutes if first.goal else first.state == "started" or not first.put_off


def local_day(client: Client, now: datetime) -> date:
    """Return the date on the client's calendar."""
    return now.astimezone(ZoneInfo(client.time_zone)).date()


def today_for(client: Client, now: datetime) -> Today:
    """Return today's page for the client at the moment `now` (aware)."""
    local = now.astimezone(ZoneInfo(client.time_zone))
    day = local.date()
    monday = monday_of(day)
    plans = plans_of(client, day, since=monday - timedelta(days=7))
    lanes = lanes_today(client, plans, day=day, now=now)
    locked = plans[0].is_locked if plans else is_locked(client)
    held = client.state == Client.State.ON_HOLD
    allowed = [each for each in lanes.plans if not why_not_with_tags(client, each.plan.version)]
    locked = locked or bool(lanes.plans and not allowed)
    startable = [] if locked or held else allowed
    said = _put_off([each.plan for each in startable])
    undone = [(each, open_) for each in startable if each.lane == "steady" for open_ in _undone(each.plan, day)]
    moved = [(each, open_) for each, open_ in undone if said.get(_key(open_)) == PutOff.Choice.TOMORROW]
    told = _told_of(startable, day)
    cards = [_moved_card(each, open_) for each, open_ in moved]
    cards += [
        replace(card, put_off=said.get(_key(card), ""), later_at=_later_at(each.plan, card, local.tzinfo))
        for each in startable
        for card in _cards(each, day, told)
    ]
    stopped = stopped_in(startable, {card.session_id for card in cards if card.session_id and not card.goal}, told)
    cards = [replace(card, stopped=stopped.get(card.session_id or "")) for card in cards]
    is_back = bool(plans) and not lanes.in_flare and plans[0].is_back_on(day)
    if is_back:
        cards = _with_short_forms(cards, startable)
    marks, done, planned = week_of_plans(plans, monday, day)
    return Today(
        day=day,
        part_of_day="morning" if local.hour < 12 else "afternoon" if local.hour < 18 else "evening",
        state=(
            "locked"
            if locked
            else "flare_rest"
            if lanes.rests and plans and not cards and not held
            else _state(client, plans, cards)
        ),
        cards=_in_order(cards),
        week=marks,
        done=done,
        planned=planned,
        next_on=next_day(plans, day),
        is_back=is_back,
        offers_short=any(card.short_minutes and card.state == "ready" for card in cards),
        lanes=lanes,
        yesterday=tuple(open_ for _, open_ in undone if _key(open_) not in said),
        unread=newest_unread(client),
        has_news=any(_is_news(plan, day) for plan in plans),
    )


def _told_of(plans: Sequence[PlanToday], day: date) -> ToldOf:
    """Return what was told of the walks, and of the sessions that may be carried on with: one statement at most."""
    walks = {row.pk for each in plans if each.plan.schedule.kind == "walk" for row in each.plan.sessions}
    stopped = {
        row.pk
        for each in plans
        if not each.plan.schedule.is_goal
        for row in each.plan.sessions
        if row.state != Session.State.FINISHED and row.occurrence_on >= day - timedelta(days=1)
    }
    return told_of(timed(walks) | Q(session__in=stopped, type__in=TOLD_BY)) if walks or stopped else {}


def _in_order(cards: Sequence[Card]) -> list[Card]:
    """Return what is to do now first, then what was put off, then what is done: of each plan in one card, the last."""
    shown = [card for card in cards if card.state != "done" or card.goal]
    done: dict[int, Card] = {}
    for card in (card for card in cards if card.state == "done" and card.goal is None):
        before = done.get(card.assignment_id)
        done[card.assignment_id] = replace(card, stands_for=before.stands_for + 1 if before else 1)
    order = ("started", "ready", "done")
    return sorted([*shown, *done.values()], key=lambda card: (order.index(card.state), bool(card.put_off)))


def _is_news(plan: Plan, day: date) -> bool:
    version = plan.version
    begun = any(session.version_id == version.pk for session in plan.sessions)
    return bool(version.number > 1 and version.changes and not begun and day - version.effective_from < CHANGED_FOR)


def _key(session: Card | Open) -> tuple[int, date, int]:
    return session.assignment_id, session.on, session.slot


def _later_at(plan: Plan, card: Card, zone: tzinfo | None) -> time | None:
    comes = plan.later.get((card.on, card.slot))
    return None if comes is None else comes.astimezone(zone).time()


def _put_off(plans: Sequence[Plan]) -> dict[tuple[int, date, int], str]:
    """Return what the client said last about each session, by plan, date and slot. Days that were moved are no word."""
    return {
        (plan.assignment.pk, on, slot): word
        for plan in plans
        for (on, slot), word in standing_words(
            (row.on, row.slot, row.choice, row.moved_to) for row in plan.said
        ).items()
    }


def _undone(plan: Plan, day: date) -> list[Open]:
    """Return yesterday's sessions of fixed days that were not done. A flexible plan has no sessions of a day."""
    yesterday = day - timedelta(days=1)
    schedules = [span.schedule for span in plan.versions if span.covers(yesterday)]
    return [
        Open(plan.assignment.pk, plan.name, yesterday, entry.slot)
        for schedule in schedules
        if schedule.per_week is None and not schedule.counts_apart
        for entry in schedule.occurrences_on(yesterday, pauses=plan.off)
        if not plan.is_done(yesterday, entry.slot)
    ]


def _moved_card(today: PlanToday, open_: Open) -> Card:
    """The card of a session that the client moved from yesterday to today."""
    unfinished = today.plan.open_session(open_.on, open_.slot)
    return Card(
        assignment_id=open_.assignment_id,
        name=open_.name,
        on=open_.on,
        slot=open_.slot,
        slots=1,
        minutes=whole_minutes(plan_seconds(today.prescribed)),
        exercises=exercise_count(today.prescribed),
        kit=kit_of(today.prescribed),
        state="started" if unfinished else "ready",
        session_id=str(unfinished.pk) if unfinished else None,
        note="",
        shown=shown_of(today.prescribed),
        is_lighter=today.is_lighter,
        is_of_yesterday=True,
    )


def _state(client: Client, plans: Sequence[Plan], cards: Sequence[Card]) -> str:
    if client.state == Client.State.ON_HOLD:
        return "on_hold"
    if not plans:
        return "no_plan"
    wanted = [card for card in cards if card.goal is None or not card.goal.is_extra]
    if not wanted:
        return "rest"
    return "done" if all(card.state == "done" for card in wanted) else "ready"


def shown_of(prescribed: Sequence[Prescribed]) -> Prescribed | None:
    """Return the first exercise of a session that has a picture."""
    return next((entry for entry in in_a_session(prescribed) if has_figure(entry.content)), None)


def _flare_card(today: PlanToday, day: date) -> Card:
    """The one card of a flare day: as often as it does good, whatever the schedule says."""
    plan = today.plan
    slot = 1 + sum(1 for session in plan.sessions if session.occurrence_on == day and session.counted)
    unfinished = plan.open_session(day, slot)
    return Card(
        assignment_id=plan.assignment.pk,
        name=plan.assignment.name,
        on=day,
        slot=slot,
        slots=1,
        minutes=whole_minutes(plan_seconds(today.prescribed)),
        exercises=exercise_count(today.prescribed),
        kit=kit_of(today.prescribed),
        state="started" if unfinished else "done" if slot > 1 else "ready",
        session_id=str(unfinished.pk) if unfinished else None,
        note=plan.version.note,
        shown=shown_of(today.prescribed),
        lane="flare",
    )


def _cards(today: PlanToday, day: date, told: ToldOf) -> list[Card]:
    if today.rests:
        return []
    if today.lane == "flare":
        return [_flare_card(today, day)]
    plan = today.plan
    if plan.schedule.is_goal:
        return _goal_cards(today, day, told)
    occurrences = plan.schedule.occurrences_on(day, pauses=plan.pauses)
    days_done = {session.occurrence_on for session in plan.sessions if session.counted}
    started = any(plan.open_session(day, entry.slot) or plan.is_done(day, entry.slot) for entry in occurrences)
    if not started and not plan.schedule.is_offered_on(day, days_done=days_done, pauses=plan.pauses):
        return []
    minutes = whole_minutes(plan_seconds(today.prescribed))
    kit = kit_of(today.prescribed)
    shown = shown_of(today.prescribed)
    bite_min = plan.schedule.bite_min
    bites = len(bites_of(today.prescribed, bite_min)[1]) if bite_min else 0
    cards = []
    for entry in occurrences:
        unfinished = plan.open_session(day, entry.slot)
        is_done = plan.is_done(day, entry.slot)
        cards.append(
            Card(
                assignment_id=plan.assignment.pk,
                name=plan.name,
                on=day,
                slot=entry.slot,
                slots=len(occurrences),
                minutes=minutes,
                exercises=exercise_count(today.prescribed),
                kit=kit,
                state="done" if is_done else "started" if unfinished else "ready",
                session_id=str(unfinished.pk) if unfinished and not is_done else None,
                note=plan.version.note,
                shown=shown,
                is_lighter=today.is_lighter,
                bites=bites,
            )
        )
    return cards


def _goal_cards(today: PlanToday, day: date, told: ToldOf) -> list[Card]:
    """The walks of a day, also beyond an even pace until the week has its walks; or one card for all its breaks."""
    plan, schedule = today.plan, today.plan.schedule
    moves = [entry for entry in today.prescribed if not entry.item.optional]
    occurrences = schedule.occurrences_on(day, pauses=plan.pauses)
    if not occurrences or not moves:
        return []
    minutes = minutes_in({row.pk: told.get(row.pk, ()) for row in plan.sessions}) if schedule.kind == "walk" else {}
    week = week_of(plan, moves[0], day, minutes)
    if schedule.kind == "breaks":
        slot, move = next_break(plan, moves, day)
        goal = breaks_of(plan, move, day, week=week)
        return [_goal_card(today, day, goal, slot=slot, is_done=goal.done == goal.of)]
    days_done = {session.occurrence_on for session in plan.sessions if session.counted and session.occurrence_on != day}
    is_extra = not schedule.is_offered_on(day, days_done=days_done, pauses=plan.pauses)
    cards = []
    for entry in occurrences:
        goal = walk_of(plan, moves[0], day, entry.slot, week=week, minutes=minutes)
        if goal.noted or not is_extra or week.done < week.asked:
            is_done = plan.is_done(day, entry.slot)
            goal = replace(goal, is_extra=is_extra)
            cards.append(_goal_card(today, day, goal, slot=entry.slot, is_done=is_done))
    return cards


def _goal_card(today: PlanToday, day: date, goal: Goal, *, slot: int, is_done: bool) -> Card:
    unfinished = today.plan.open_session(day, slot)
    return Card(
        assignment_id=today.plan.assignment.pk,
        name=today.plan.name,
        on=day,
        slot=slot,
        slots=today.plan.schedule.times_per_day,
        minutes=minutes_asked(goal.entry),
        exercises=1,
        kit=kit_of([goal.entry]),
        state="done" if is_done else "started" if unfinished and unfinished.fraction else "ready",
        session_id=str(unfinished.pk) if unfinished and unfinished.fraction and not is_done else None,
        note=today.plan.version.note,
        is_lighter=today.is_lighter,
        goal=goal,
    )


def _with_short_forms(cards: Sequence[Card], plans: Sequence[PlanToday]) -> list[Card]:
    """Return the cards, those of plans that have a short form with its minutes."""
    steady = {each.plan.assignment.pk: each.plan for each in plans if each.lane == "steady"}
    rules = rules_of_plans(steady)
    shorts = {key: kept_short(plan, [rule for _, rule in rules[key]]) for key, plan in steady.items()}
    minutes = {key: whole_minutes(plan_seconds(entries)) for key, entries in shorts.items() if entries}
    return [
        card if card.is_of_yesterday else replace(card, short_minutes=minutes.get(card.assignment_id)) for card in cards
    ]
