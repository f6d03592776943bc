"""Goals on Today: a walk of so many minutes, and breaks through the day, each noted with one tap."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.db.models import Q

from clients.analytics.plans import Plan
from clients.exports.prescription import Prescribed, whole_minutes
from clients.models import Event, Session
from clients.rules.schedule import DAYS_A_WEEK, Schedule, Window, monday_of
from clients.rules.session import Event as Told
from clients.rules.session import worked_seconds

ToldOf = Mapping[UUID, Sequence[Told]]


@dataclass(frozen=True, slots=True)
class WeekOfGoal:
    """What a goal asks for in the week of a day, from Monday to Sunday, and what was done of it up to now.

    minutes and minutes_asked: of walks; whole minutes, as the client told or the player timed them.
    """

    done: int
    asked: int
    minutes: int
    minutes_asked: int


@dataclass(frozen=True, slots=True)
class Goal:
    """What the card of a goal says beside its plan. kind: walk or breaks.

    noted: the session that may be changed or taken back, None where there is none. minutes: how long that walk was,
    None where there is none. walks: every walk of the day and slot with its minutes, oldest first: more than one where
    two phones noted each its own. done, of: breaks of the day. entry: the walk, or the move that the next break
    suggests. is_extra: a walk on a day on which an even pace asks for none. form_id: made anew each time, so that a
    form that is sent twice notes once.
    """

    kind: str
    entry: Prescribed
    week: WeekOfGoal
    noted: UUID | None = None
    minutes: int | None = None
    walks: tuple[tuple[UUID, int], ...] = ()
    done: int = 0
    of: int = 0
    window: Window | None = None
    is_extra: bool = False
    form_id: UUID = field(default_factory=uuid4)


def told_of(wanted: Q) -> ToldOf:
    """Return the events of sessions, by the session's id. wanted: which events. One statement."""
    told: dict[UUID, list[Told]] = {}
    for row in Event.objects.filter(wanted):
        told.setdefault(row.session_id, []).append(Told(str(row.pk), row.type, row.at, row.item_id, row.data))
    return told


def timed(sessions: Collection[UUID]) -> Q:
    """Return which events tell how long sessions took."""
    return Q(session__in=sessions, type__in=["set_done", "taken_back"])


def minutes_of(sessions: Collection[UUID]) -> dict[UUID, int]:
    """Return the minutes of each session that has some, by id: one statement, none where there is no session."""
    return minutes_in(told_of(timed(sessions))) if sessions else {}


def minutes_in(told: ToldOf) -> dict[UUID, int]:
    """Return the minutes of each session that has some, by id."""
    return {key: whole_minutes(seconds) for key, events in told.items() if (seconds := worked_seconds(events))}


def minutes_asked(entry: Prescribed) -> int:
    """Return the whole minutes that a walk is to take."""
    return whole_minutes(entry.timeline.target_seconds or entry.timeline.seconds)


def week_of(plan: Plan, entry: Prescribed, day: date, minutes: dict[UUID, int]) -> WeekOfGoal:
    """Return the counts of the day's week. plan: with its sessions since Monday. minutes: as minutes_of gives them."""
    monday = monday_of(day)
    sunday = monday + timedelta(days=DAYS_A_WEEK - 1)
    mine = [session for session in plan.sessions if monday <= session.occurrence_on <= sunday]
    asked = plan.schedule.planned_between(monday, sunday, pauses=plan.off)
    return WeekOfGoal(
        done=sum(session.counted for session in mine),
        asked=asked,
        minutes=sum(minutes.get(session.pk, 0) for session in mine),
        minutes_asked=asked * minutes_asked(entry),
    )


def walk_of(plan: Plan, entry: Prescribed, day: date, slot: int, *, week: WeekOfGoal, minutes: dict[UUID, int]) -> Goal:
    """Return the walk of a day and slot."""
    walks = [session for session in _finished(plan, day, [slot]) if session.pk in minutes]
    noted = _noted(plan, day, [slot])
    return Goal(
        kind="walk",
        entry=entry,
        week=week,
        noted=noted.pk if noted else None,
        minutes=minutes.get(noted.pk) if noted else None,
        walks=tuple((session.pk, minutes[session.pk]) for session in walks),
    )


def next_break(plan: Plan, moves: Sequence[Prescribed], day: date) -> tuple[int, Prescribed]:
    """Return the slot of the day's next break and the move that it suggests; the last slot where all are done.

    The moves take turns, from day to day too.
    """
    times = plan.schedule.times_per_day
    slot = next((slot for slot in range(1, times + 1) if not plan.is_done(day, slot)), times)
    return slot, moves[(day.toordinal() * times + slot - 1) % len(moves)]


def breaks_of(plan: Plan, move: Prescribed, day: date, *, week: WeekOfGoal) -> Goal:
    """Return the breaks of a day. move: what the next one suggests."""
    slots = range(1, plan.schedule.times_per_day + 1)
    noted = _noted(plan, day, slots)
    return Goal(
        kind="breaks",
        entry=move,
        week=week,
        noted=noted.pk if noted else None,
        done=sum(plan.is_done(day, slot) for slot in slots),
        of=len(slots),
        window=plan.schedule.window,
    )


def goal_ahead(schedule: Schedule, entries: Sequence[Prescribed]) -> Goal | None:
    """Return the goal of a plan that is still being written, None while its exercise cannot be worked out."""
    if not entries:
        return None
    asked = schedule.days_a_week * schedule.times_per_day
    week = WeekOfGoal(done=0, asked=asked, minutes=0, minutes_asked=asked * minutes_asked(entries[0]))
    return Goal(schedule.kind, entries[0], week, of=schedule.times_per_day, window=schedule.window)


def _noted(plan: Plan, day: date, slots: Iterable[int]) -> Session | None:
    """Return the newest finished session of these slots of the day."""
    return next(reversed(_finished(plan, day, slots)), None)


def _finished(plan: Plan, day: date, slots: Iterable[int]) -> list[Session]:
    """Return the finished sessions of these slots of the day, oldest first."""
    wanted = set(slots)
    finished = [
        session
        for session in plan.sessions
        if session.occurrence_on == day and session.slot in wanted and session.state == Session.State.FINISHED
    ]
    return sorted(finished, key=lambda session: (session.finished_at or session.started_at, session.pk))
