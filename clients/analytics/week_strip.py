"""The strip of the week on Today: seven marks, what was done of what was planned, and the next day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format

from clients.analytics.plans import Plan
from clients.rules.adherence import DONE, day_shares
from clients.rules.schedule import Schedule, Span

LOOK_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class DayMark:
    """One day of the week strip, in the shape of the day_marks component."""

    name: str
    full_name: str
    state: str
    today: bool


def week_of_plans(plans: Sequence[Plan], monday: date, today: date) -> tuple[list[DayMark], int, int]:
    """Return the seven marks, the sessions done and the sessions planned in this week, each plan capped."""
    sunday = monday + timedelta(days=6)
    asked: dict[date, int] = {}
    done_on: dict[date, int] = {}
    started: set[date] = set()
    done = planned = 0
    for plan in (plan for plan in plans if not plan.schedule.counts_apart):
        shares = day_shares(plan.versions, plan.done_sessions, first=monday, last=sunday, pauses=plan.off)
        for day, due, did in shares:
            asked[day] = asked.get(day, 0) + due
            done_on[day] = done_on.get(day, 0) + did
        for on in _offered(plan, max(today, monday), sunday) if plan.schedule.per_week is not None else ():
            asked[on] = asked.get(on, 0) + plan.schedule.times_per_day
        started |= {session.occurrence_on for session in plan.sessions if session.fraction > 0}
        plan_asked = sum(
            span.schedule.planned_between(max(monday, span.since), min(sunday, span.until or sunday), pauses=plan.off)
            for span in plan.versions
            if span.since <= sunday and (span.until is None or span.until >= monday)
        )
        # A session of the flare lane counts 1 of 1; a flare day without one asks for nothing.
        plan_asked += sum(
            1
            for each in plan.done_sessions
            if each.lane == "flare"
            and each.on in plan.flare_days
            and each.fraction >= DONE
            and monday <= each.on <= sunday
        )
        planned += plan_asked
        done += min(plan_asked, sum(did for _, _, did in shares))
    marks = []
    for offset in range(7):
        day = monday + timedelta(days=offset)
        state = (
            "done"
            if done_on.get(day) and done_on[day] >= asked.get(day, 0)
            else "part"
            if done_on.get(day) or day in started
            else "planned"
            if asked.get(day) and day >= today
            else "rest"
        )
        marks.append(DayMark(date_format(day, "D"), date_format(day, "l"), state, day == today))
    return marks, done, planned


def next_day(plans: Sequence[Plan], day: date) -> date | None:
    """Return the next day after today on which a session is planned, within two weeks: the week marks it too."""
    upcoming = [on for plan in plans for on in _offered(plan, day, day + LOOK_AHEAD) if on > day]
    return min(upcoming, default=None)


def begins_on(
    schedule: Schedule, day: date, *, days_done: Collection[date] = (), pauses: Collection[Span] = ()
) -> date:
    """Return the first day from `day` on that offers a session; `day` itself where two weeks offer none."""
    days = schedule.offered_between(day, day + LOOK_AHEAD, days_done=days_done, pauses=pauses)
    return min(days, default=day)


def _offered(plan: Plan, first: date, last: date) -> tuple[date, ...]:
    """The days that the plan is to be done on; of a plan without named days, those at an even pace."""
    done = {session.occurrence_on for session in plan.sessions if session.counted}
    return plan.schedule.offered_between(first, last, days_done=done, pauses=plan.pauses)
