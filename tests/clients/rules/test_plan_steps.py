"""What outcomes make of a schedule: limits are kept, and an automatic one is told from one that asks for more."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.plan_steps import asks_no_more, changed_schedule, goal_of, goals_in, window_in
from clients.rules.schedule import Schedule
from routines.content import Rule
from routines.library.starter import library

MONDAY = date(2026, 11, 16)
DESK = library().routines["desk-breaks"][1]
WALK = library().routines["walking-build-up"][1]
HOURS = window_in(DESK)


def outcome_of(slug: str, rule_id: str) -> dict[str, Any]:
    routine = library().routines[slug][0]
    rules = (each for each in (*routine.progression, *routine.regression) if isinstance(each, Rule))
    rule = next(each for each in rules if each.id == rule_id)
    return {"action": rule.action, **rule.details}


def on(*weekdays: int, times: int = 1, reminders: int = 0) -> Schedule:
    at = tuple(time(8 + each) for each in range(reminders))
    return Schedule(
        kind="weekdays", starts_on=MONDAY, weekdays=frozenset(weekdays), times_per_day=times, reminder_times=at
    )


BREAKS = Schedule("breaks", MONDAY, weekdays=frozenset(range(5)), times_per_day=5, window=(time(9), time(12)))
WALKS = Schedule("walk", MONDAY, per_week=3)


def test_a_goal_stays_one_when_a_rule_changes_it() -> None:
    walks = changed_schedule(WALKS, {"action": "advance_week", "days": 5})
    assert walks == replace(WALKS, per_week=5)
    assert changed_schedule(WALKS, {"action": "advance_week", "days": 7}) == replace(WALKS, per_week=7)
    on_days = {"action": "change_schedule", "field": "days_per_week"}
    assert changed_schedule(BREAKS, {**on_days, "to": 2}) == replace(BREAKS, weekdays=frozenset({0, 1}))
    assert changed_schedule(BREAKS, {**on_days, "by": 1}) == replace(BREAKS, weekdays=frozenset(range(6)))


def test_breaks_are_spaced_within_their_own_hours() -> None:
    outcome = {"action": "change_schedule", "field": "every_minutes", "to": 90}
    assert changed_schedule(BREAKS, outcome, window=HOURS).times_per_day == 2  # three hours, not the routine's


def any_days(count: int, times: int = 1) -> Schedule:
    return Schedule(kind="per_week", starts_on=MONDAY, per_week=count, times_per_day=times)


@pytest.mark.parametrize(
    ("before", "slug", "rule_id", "days", "times"),
    [
        pytest.param(on(0, 1, 2, 3, 4, times=5), "desk-breaks", "more_breaks", 5, 6, id="one more break"),
        pytest.param(on(0, times=8), "desk-breaks", "more_breaks", 1, 8, id="at most 8"),
        pytest.param(on(0, times=10), "desk-breaks", "more_breaks", 1, 10, id="a limit that is behind lowers nothing"),
        pytest.param(on(0, times=8), "desk-breaks", "fewer", 1, 5, id="five times 90 minutes from 9 to half past 5"),
        pytest.param(on(0, times=3), "desk-breaks", "fewer", 1, 3, id="fewer already"),
        pytest.param(on(1, 4), "strength-phase-3", "maintain", 2, 1, id="two days as they are named"),
        pytest.param(on(0, 2, 4), "strength-phase-3", "maintain", 2, 1, id="two of three named days"),
        pytest.param(any_days(4), "strength-phase-3", "maintain", 2, 1, id="two of any four days"),
    ],
)
def test_a_rule_changes_how_often(before: Schedule, slug: str, rule_id: str, days: int, times: int) -> None:
    changed = changed_schedule(before, outcome_of(slug, rule_id), window=HOURS)
    assert (changed.days_a_week, changed.times_per_day) == (days, times)


def test_breaks_that_are_reminded_of_are_90_minutes_apart() -> None:
    changed = changed_schedule(on(0, times=5, reminders=3), outcome_of("desk-breaks", "fewer"), window=HOURS)
    assert changed.reminder_times == (time(9), time(10, 30), time(12))
    without = changed_schedule(on(0, times=5), outcome_of("desk-breaks", "fewer"), window=HOURS)
    assert without.reminder_times == (), "nobody is reminded who was not before"


def test_an_interval_without_hours_changes_nothing() -> None:
    assert changed_schedule(on(0, times=8), outcome_of("desk-breaks", "fewer")) == on(0, times=8)


@pytest.mark.parametrize("week", WALK["weekly_plan"], ids=lambda each: f"week {each['week']}")
def test_each_week_of_the_walking_plan_asks_for_its_days(week: Mapping[str, Any]) -> None:
    goal = goal_of(goals_in(WALK), week["week"])
    assert goal is not None
    assert (goal.minutes, goal.days) == (week["minutes"], week["days"])
    changed = changed_schedule(any_days(3), {"action": "advance_week", "days": goal.days})
    assert changed.days_a_week == week["days"]


def test_there_is_no_goal_before_the_first_week_or_after_the_last() -> None:
    goals = goals_in(WALK)
    assert goal_of(goals, 0) is None
    assert goal_of(goals, len(goals) + 1) is None
    assert goals_in({}) == ()


schedules = st.one_of(
    st.builds(lambda days, times: on(*days, times=times), st.sets(st.integers(0, 6), min_size=1), st.integers(1, 12)),
    st.builds(any_days, st.integers(1, 7), st.integers(1, 12)),
)
outcomes = st.fixed_dictionaries(
    {"action": st.just("change_schedule")},
    optional={
        "field": st.sampled_from(["sessions_per_day", "days_per_week", "every_minutes"]),
        "by": st.integers(-3, 3),
        "max": st.integers(1, 12),
        "to": st.integers(1, 240),
    },
).filter(lambda each: each.get("field") != "every_minutes" or "to" in each)


@given(schedules, outcomes)
def test_any_change_is_a_schedule_within_the_week_and_an_interval_never_asks_for_more(
    schedule: Schedule, outcome: dict[str, Any]
) -> None:
    changed = changed_schedule(schedule, outcome, window=HOURS)
    assert 1 <= changed.days_a_week <= 7
    asked = changed.planned_between(MONDAY, MONDAY + timedelta(days=6))
    assert asked == changed.days_a_week * changed.times_per_day
    if outcome.get("field") == "every_minutes":
        assert asks_no_more(changed, schedule)
