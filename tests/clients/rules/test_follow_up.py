"""The one follow-up on the day of a reminder that found nobody."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.follow_up import AFTER, follow_up_on
from clients.rules.reminders import NO_QUIET_HOURS, QuietHours, ReminderWishes, RunningPlan, due_at, local_date
from clients.rules.schedule import Schedule, Span

BERLIN = "Europe/Berlin"
TUESDAY = date(2026, 11, 24)
MONDAY, SATURDAY = TUESDAY - timedelta(days=1), date(2026, 11, 21)
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
ZONES = st.sampled_from(sorted(available_timezones()))
DAYS = st.dates(date(2020, 2, 1), date(2035, 12, 31))


def plan_of(
    times: tuple[time, ...] = (time(9),), days: Collection[int] = range(7), per_day: int = 1, **more: Any
) -> RunningPlan:
    schedule = Schedule(
        "weekdays",
        weekdays=frozenset(days),
        times_per_day=per_day,
        starts_on=date(2020, 1, 1),
        reminder_times=times,
    )
    return RunningPlan(schedule, **{"since": LONG_AGO, **more})


@pytest.mark.parametrize(
    ("plan", "wishes", "comes"),
    [
        pytest.param({}, {}, True, id="nothing done yesterday and today"),
        pytest.param({"done": {TUESDAY: 1}}, {}, False, id="done today"),
        pytest.param({"done": {MONDAY: 1}}, {}, False, id="done yesterday: only one went by"),
        pytest.param({"done": {SATURDAY: 1}}, {}, True, id="done three days ago"),
        pytest.param({"put_off": frozenset({(TUESDAY, 1)})}, {}, False, id="put off today"),
        pytest.param({"put_off": frozenset({(MONDAY, 1)})}, {}, False, id="put off yesterday is an answer"),
        pytest.param({"pauses": (Span(TUESDAY, TUESDAY),)}, {}, False, id="a pause today"),
        pytest.param({"pauses": (Span(MONDAY, MONDAY),)}, {}, True, id="a pause yesterday: the day before that counts"),
        pytest.param(
            {"pauses": (Span(date(2026, 11, 1), MONDAY),)}, {}, False, id="back from a holiday: the first one again"
        ),
        pytest.param({"since": datetime(2026, 11, 23, 6, tzinfo=UTC)}, {}, False, id="a plan of yesterday"),
        pytest.param({"since": datetime(2026, 11, 22, 6, tzinfo=UTC)}, {}, True, id="a plan of the day before"),
        pytest.param({"since": datetime(2026, 11, 24, 9, tzinfo=UTC)}, {}, False, id="changed after the reminder"),
        pytest.param({"days": (1,)}, {}, True, id="one day a week, twice not done"),
        pytest.param({"days": (1,), "since": datetime(2026, 11, 23, 6, tzinfo=UTC)}, {}, False, id="its first day"),
        pytest.param({"per_day": 2, "times": (time(9), time(18))}, {}, False, id="two reminders are the day's cap"),
        pytest.param({}, {"paused_until": TUESDAY}, False, id="reminders paused"),
        pytest.param({}, {"paused_until": MONDAY}, True, id="no longer paused"),
        pytest.param({}, {"quiet": QuietHours(time(12), time(13))}, True, id="quiet at 12:30, held until 13:00"),
        pytest.param({}, {"quiet": QuietHours(time(12), time(15))}, False, id="quiet until its window is over"),
        pytest.param({"times": (time(17, 30),)}, {}, False, id="at 21:00 the night has begun"),
        pytest.param({"times": (time(17, 29),)}, {}, True, id="a minute before"),
        pytest.param({"times": (time(21),)}, {"quiet": NO_QUIET_HOURS}, False, id="another day by then"),
        pytest.param({"times": (time(20),)}, {"quiet": NO_QUIET_HOURS}, True, id="the same day still"),
    ],
)
def test_when_a_follow_up_comes(plan: dict[str, Any], wishes: dict[str, Any], comes: bool) -> None:
    found = follow_up_on(ReminderWishes(BERLIN, **wishes), [plan_of(**plan)], TUESDAY)
    assert (found is not None) is comes


def test_it_is_due_three_and_a_half_hours_later_and_two_hours_at_most_after_that() -> None:
    found = follow_up_on(ReminderWishes(BERLIN), [plan_of()], TUESDAY)
    assert found is not None
    assert (found.on, found.slot, found.wall, found.zone) == (TUESDAY, 1, time(12, 30), BERLIN)
    assert found.due_at == found.not_before == datetime(2026, 11, 24, 11, 30, tzinfo=UTC)
    assert found.expires_at == datetime(2026, 11, 24, 13, 30, tzinfo=UTC)


def test_what_was_done_of_another_plan_is_an_answer_too() -> None:
    both = [plan_of(), plan_of(done={TUESDAY: 1})]
    assert follow_up_on(ReminderWishes(BERLIN), both, TUESDAY) is None


def test_nobody_is_followed_up_for_breaks() -> None:
    breaks = Schedule(
        "breaks",
        weekdays=frozenset(range(7)),
        times_per_day=1,
        starts_on=date(2020, 1, 1),
        window=(time(9), time(17)),
    )
    assert follow_up_on(ReminderWishes(BERLIN, times=(time(9),)), [RunningPlan(breaks)], TUESDAY) is None


def test_who_is_ahead_of_the_pace_that_they_chose_is_left_alone() -> None:
    chosen = Schedule("per_week", per_week=3, starts_on=date(2020, 1, 1), reminder_times=(time(9),))
    ahead = RunningPlan(chosen, done={date(2026, 11, 23): 1}, since=LONG_AGO)
    assert follow_up_on(ReminderWishes(BERLIN), [ahead], TUESDAY) is None
    behind = RunningPlan(chosen, since=LONG_AGO)
    assert follow_up_on(ReminderWishes(BERLIN), [behind], TUESDAY) is not None


@pytest.mark.parametrize(
    ("day", "wall", "shown"),
    [
        pytest.param(date(2026, 3, 29), time(1), time(5, 30), id="spring: an hour is left out"),
        pytest.param(date(2026, 10, 25), time(1), time(3, 30), id="autumn: an hour comes twice"),
        pytest.param(date(2026, 10, 26), time(1), time(4, 30), id="the day after"),
    ],
)
def test_a_clock_that_changes_makes_it_neither_early_nor_late(day: date, wall: time, shown: time) -> None:
    wishes = ReminderWishes(BERLIN, quiet=NO_QUIET_HOURS)
    found = follow_up_on(wishes, [plan_of((wall,), since=datetime(2020, 1, 1, tzinfo=UTC))], day)
    assert found is not None
    assert found.due_at - due_at(day, wall, BERLIN) == AFTER
    assert found.due_at.astimezone(ZoneInfo(BERLIN)).time() == found.wall == shown


@given(DAYS, MINUTES, ZONES, MINUTES, MINUTES, st.integers(1, 12))
def test_a_follow_up_stays_on_its_day_out_of_quiet_hours_and_in_its_window(
    day: date, wall: time, zone: str, start: time, end: time, hours: int
) -> None:
    quiet = QuietHours(start, end)
    wishes = ReminderWishes(zone, quiet=quiet, window=timedelta(hours=hours))
    found = follow_up_on(wishes, [plan_of((wall,), since=None)], day)
    if found is None:
        return
    assert found.due_at == due_at(day, wall, zone) + AFTER
    assert found.due_at <= found.not_before < found.expires_at <= found.due_at + timedelta(hours=hours)
    assert not quiet.holds_at(found.not_before, zone)
    assert local_date(found.not_before, zone) == day
    assert local_date(found.expires_at - timedelta(microseconds=1), zone) == day


@given(DAYS, MINUTES, ZONES)
def test_without_quiet_hours_it_comes_wherever_the_day_is_long_enough(day: date, wall: time, zone: str) -> None:
    wishes = ReminderWishes(zone, quiet=NO_QUIET_HOURS)
    found = follow_up_on(wishes, [plan_of((wall,), since=None)], day)
    same_day = due_at(day, wall, zone) + AFTER < due_at(day + timedelta(days=1), time(0), zone)
    assert (found is not None) is same_day


@given(st.sets(st.integers(0, 7)), st.sets(st.integers(0, 7)))
def test_it_never_comes_where_today_or_the_day_before_was_answered(done: set[int], put_off: set[int]) -> None:
    days = {back: TUESDAY - timedelta(days=back) for back in range(8)}
    plan = plan_of(done={days[back]: 1 for back in done}, put_off=frozenset((days[back], 1) for back in put_off))
    comes = follow_up_on(ReminderWishes(BERLIN), [plan], TUESDAY) is not None
    assert comes is (not {0, 1} & (done | put_off))
