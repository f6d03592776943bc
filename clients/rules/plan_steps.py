"""What a rule's outcome makes of a plan's schedule, and the weeks of a plan that grows. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any, Final

from clients.rules.schedule import DAYS_A_WEEK, MAX_TIMES_PER_DAY, Schedule, Window

Json = Any  # a value of a routine's document or of a decision's outcome

MINUTE_S: Final = 60  # seconds; calendar, glossary


@dataclass(frozen=True, slots=True)
class Goal:
    """One week of a plan that grows: minutes a session, days a week. Source: routines.yaml, weekly_plan."""

    week: int
    minutes: int
    days: int


def week_over(starts_on: date, today: date) -> date | None:
    """Return the day after the plan's last full week, on or before today; None in its first week."""
    weeks = (today - starts_on).days // DAYS_A_WEEK
    return starts_on + timedelta(days=DAYS_A_WEEK * weeks) if weeks >= 1 else None


def goals_in(document: Mapping[str, Json]) -> tuple[Goal, ...]:
    """Return the weeks of a routine's document in their order; none for a routine that does not grow by weeks."""
    return tuple(Goal(each["week"], each["minutes"], each["days"]) for each in document.get("weekly_plan") or ())


def goal_of(goals: Sequence[Goal], week: int) -> Goal | None:
    """Return the goal of a week, counted from 1; None past the last one."""
    return goals[week - 1] if 1 <= week <= len(goals) else None


def window_in(document: Mapping[str, Json]) -> Window | None:
    """Return the hours of a routine that is done at intervals; None where it names none."""
    hours = (document.get("schedule") or {}).get("window")
    return (time.fromisoformat(hours[0]), time.fromisoformat(hours[1])) if hours else None


def changed_schedule(schedule: Schedule, outcome: Mapping[str, Json], *, window: Window | None = None) -> Schedule:
    """Return the schedule as the outcome changes it; the same one where it says nothing of it.

    window: what an interval of breaks is counted in. A week's goal never asks for fewer days than the schedule does.
    """
    if outcome["action"] == "advance_week":
        return _on_days(schedule, max(schedule.days_a_week, outcome["days"]))
    if outcome["action"] != "change_schedule":
        return schedule
    if outcome.get("field") == "sessions_per_day":
        now = schedule.times_per_day
        limit = max(now, outcome.get("max", MAX_TIMES_PER_DAY))  # a limit that is behind lowers nothing
        return _so_often(schedule, int(min(limit, outcome.get("to", now + outcome.get("by", 0)))))
    if outcome.get("field") == "days_per_week":
        return _on_days(schedule, int(outcome.get("to", schedule.days_a_week + outcome.get("by", 0))))
    hours = schedule.window or window
    if outcome.get("field") == "every_minutes" and hours is not None:
        return _spaced(schedule, timedelta(minutes=int(outcome["to"])), hours)
    return schedule


def asks_no_more(changed: Schedule, than: Schedule) -> bool:
    """Whether a schedule asks for no more days a week and no more sessions a day than the other one."""
    return changed.days_a_week <= than.days_a_week and changed.times_per_day <= than.times_per_day


def _so_often(schedule: Schedule, times: int) -> Schedule:
    times = max(1, min(times, MAX_TIMES_PER_DAY))
    return replace(schedule, times_per_day=times, reminder_times=schedule.reminder_times[:times])


def _on_days(schedule: Schedule, days: int) -> Schedule:
    """Fewer or more days a week; where they were named, the client chooses them from now on. Breaks keep named days."""
    days = max(1, min(DAYS_A_WEEK, days))
    if days == schedule.days_a_week:
        return schedule
    if schedule.kind == "walk":
        return replace(schedule, per_week=days)
    if schedule.kind == "breaks":
        named = sorted(schedule.weekdays)
        more = [day for day in range(DAYS_A_WEEK) if day not in named]
        return replace(schedule, weekdays=frozenset([*named, *more][:days]))
    if days == DAYS_A_WEEK:
        return replace(schedule, kind="weekdays", weekdays=frozenset(range(DAYS_A_WEEK)), per_week=None)
    return replace(schedule, kind="per_week", weekdays=frozenset(), per_week=days)


def _spaced(schedule: Schedule, every: timedelta, window: Window) -> Schedule:
    """As many sessions as fit at this distance, never more than now; reminders, where there are any, so far apart."""
    opens, closes = (timedelta(hours=at.hour, minutes=at.minute) for at in window)
    lowered = _so_often(schedule, min(schedule.times_per_day, (closes - opens) // every))
    reminders = range(len(lowered.reminder_times))
    return replace(lowered, reminder_times=tuple(_clock(opens + every * place) for place in reminders))


def _clock(since_midnight: timedelta) -> time:
    minutes = since_midnight // timedelta(minutes=1)
    return time(minutes // 60, minutes % 60)
