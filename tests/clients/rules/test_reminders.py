"""When a reminder is due, and until when it may go out."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.reminders import (
    NO_QUIET_HOURS,
    TRANSITIONS,
    Needed,
    QuietHours,
    ReminderWishes,
    RunningPlan,
    UnknownZoneError,
    back_off,
    due_at,
    expires_at,
    local_date,
    may_become,
    needed,
)
from clients.rules.schedule import Schedule, Span

BERLIN = "Europe/Berlin"
ZONES = st.sampled_from(sorted(available_timezones()))
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
QUIET = QuietHours()
MONDAY = date(2026, 11, 23)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "wall", "zone", "expected"),
    [
        pytest.param(date(2026, 3, 29), time(2, 30), BERLIN, "2026-03-29T01:30", id="left out: 03:30 summer time"),
        pytest.param(date(2026, 10, 25), time(2, 30), BERLIN, "2026-10-25T00:30", id="twice: the first 02:30"),
        pytest.param(date(2026, 3, 28), time(2, 30), BERLIN, "2026-03-28T01:30", id="the day before"),
        pytest.param(date(2026, 3, 30), time(2, 30), BERLIN, "2026-03-30T00:30", id="the day after"),
        pytest.param(date(2026, 11, 23), time(8), "UTC", "2026-11-23T08:00", id="no offset"),
        pytest.param(date(2026, 11, 23), time(8), "Asia/Kathmandu", "2026-11-23T02:15", id="a quarter of an hour"),
        pytest.param(date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", "2026-10-03T15:45", id="half-hour jump"),
        pytest.param(date(2026, 11, 23), time(8), "Pacific/Kiritimati", "2026-11-22T18:00", id="14 hours ahead"),
    ],
)
def test_a_wall_time_becomes_one_instant(day: date, wall: time, zone: str, expected: str) -> None:
    assert due_at(day, wall, zone) == utc(expected)


def test_a_time_that_the_clock_leaves_out_shows_as_one_hour_later() -> None:
    shown = due_at(date(2026, 3, 29), time(2, 30), BERLIN).astimezone(ZoneInfo(BERLIN))
    assert shown.time() == time(3, 30)


@given(DAYS, MINUTES, ZONES)
def test_the_clock_shows_the_time_unless_it_leaves_it_out(day: date, wall: time, zone: str) -> None:
    due = due_at(day, wall, zone)
    shown = due.astimezone(ZoneInfo(zone))
    if (shown.date(), shown.time()) != (day, wall):
        assert shown.replace(tzinfo=None) > datetime.combine(day, wall)
    else:  # nothing earlier shows the same: it is the first of two
        for minutes in (30, 60, 90, 120):
            earlier = (due - timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
            assert (earlier.date(), earlier.time()) != (day, wall)


@given(DAYS, MINUTES, ZONES)
def test_changing_clocks_lose_no_day_and_double_none(first: date, wall: time, zone: str) -> None:
    instants = [due_at(first + timedelta(days=days), wall, zone) for days in range(8)]
    assert all(earlier < later for earlier, later in pairwise(instants))


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "\0", "x" * 5000])
def test_an_unknown_zone_is_refused_by_name(name: str) -> None:
    with pytest.raises(UnknownZoneError, match="Europe/Berlin"):
        due_at(MONDAY, time(8), name)


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        ("2026-11-23T19:59", False),
        ("2026-11-23T20:00", True),
        ("2026-11-24T02:00", True),
        ("2026-11-24T06:59", True),
        ("2026-11-24T07:00", False),
    ],
)
def test_quiet_hours_run_from_nine_to_eight_in_berlin(at: str, quiet: bool) -> None:
    assert QUIET.holds_at(utc(at), BERLIN) is quiet


@pytest.mark.parametrize(
    ("at", "until"),
    [
        pytest.param("2026-11-23T20:30", "2026-11-24T07:00", id="21:30 waits until 08:00"),
        pytest.param("2026-11-23T12:00", "2026-11-23T12:00", id="noon does not wait"),
        pytest.param("2026-03-28T20:30", "2026-03-29T06:00", id="the short night"),
        pytest.param("2026-10-24T19:30", "2026-10-25T07:00", id="the long night"),
    ],
)
def test_quiet_hours_hold_across_changing_clocks(at: str, until: str) -> None:
    assert QUIET.released_at(utc(at), BERLIN) == utc(until)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), MINUTES, MINUTES, ZONES)  # noqa: DTZ001  bounds are naive; UTC below
def test_what_is_released_is_never_quiet_and_never_early(at: datetime, start: time, end: time, zone: str) -> None:
    instant = at.replace(tzinfo=UTC)
    quiet = QuietHours(start, end)
    released = quiet.released_at(instant, zone)
    assert released >= instant
    assert released - instant <= timedelta(hours=49)  # one zone once left out a whole day
    if start != end:
        assert released == instant or not quiet.holds_at(released, zone) or _in_doubled_hour(released, zone)


def _in_doubled_hour(instant: datetime, zone: str) -> bool:
    """Whether clocks change near the instant, so that the end of quiet hours may itself come twice or never."""
    offsets = {(instant + timedelta(hours=hours)).astimezone(ZoneInfo(zone)).utcoffset() for hours in (-2, 0, 2)}
    return len(offsets) > 1


@pytest.mark.parametrize(
    ("due", "next_slot", "expected"),
    [
        pytest.param("2026-11-23T08:00", None, "2026-11-23T10:00", id="two hours"),
        pytest.param("2026-11-23T19:00", None, "2026-11-23T20:00", id="quiet hours begin at 21:00"),
        pytest.param("2026-11-23T08:00", "2026-11-23T09:30", "2026-11-23T09:30", id="the next slot"),
        pytest.param("2026-11-23T08:00", "2026-11-23T18:00", "2026-11-23T10:00", id="a far slot"),
        pytest.param("2026-11-23T20:30", None, "2026-11-23T22:30", id="in quiet hours: not made longer"),
    ],
)
def test_a_reminder_expires_at_the_earliest_of_three(due: str, next_slot: str | None, expected: str) -> None:
    found = expires_at(utc(due), zone=BERLIN, quiet=QUIET, next_slot=utc(next_slot) if next_slot else None)
    assert found == utc(expected)


def test_a_wide_window_lets_a_held_reminder_go_out_in_the_morning() -> None:
    due = utc("2026-11-23T20:30")
    assert expires_at(due, zone=BERLIN, quiet=QUIET, window=timedelta(hours=12)) == utc("2026-11-24T08:30")


@given(DAYS, MINUTES, ZONES, MINUTES, MINUTES, st.integers(1, 24))
def test_every_reminder_has_a_window(day: date, wall: time, zone: str, start: time, end: time, hours: int) -> None:
    due = due_at(day, wall, zone)
    expires = expires_at(due, zone=zone, quiet=QuietHours(start, end), window=timedelta(hours=hours))
    assert due < expires <= due + timedelta(hours=hours)


def test_refusals_wait_one_minute_to_thirty() -> None:
    assert [back_off(tries).total_seconds() / 60 for tries in range(1, 9)] == [1, 2, 4, 8, 16, 30, 30, 30]
    assert back_off(10**6) == timedelta(minutes=30)
    with pytest.raises(ValueError, match="first"):
        back_off(0)


@pytest.mark.parametrize("state", TRANSITIONS)
@pytest.mark.parametrize("to", TRANSITIONS)
def test_what_is_over_stays_over_and_only_a_claim_sends(state: str, to: str) -> None:
    if state in {"sent", "failed", "skipped", "quarantined"}:
        assert not may_become(state, to)
    if to in {"sent", "failed", "unknown", "quarantined"}:
        assert may_become(state, to) == (state == "sending")
    if to == state:
        assert not may_become(state, to)


def test_every_state_can_be_reached_and_every_open_one_left() -> None:
    reached, edge = {"pending"}, {"pending"}
    while edge:
        edge = {to for state in edge for to in TRANSITIONS[state]} - reached
        reached |= edge
    assert reached == set(TRANSITIONS)


# What a client needs in the next 48 hours


def daily(*times: time, per_day: int = 1, zone: str = BERLIN, **more: object) -> tuple[ReminderWishes, RunningPlan]:
    schedule = Schedule("weekdays", MONDAY, weekdays=frozenset(range(7)), times_per_day=per_day, reminder_times=times)
    return ReminderWishes(zone), RunningPlan(schedule, **more)


def stamps(found: tuple[Needed, ...]) -> list[tuple[int, int, str]]:
    return [(each.on.day, each.slot, each.due_at.strftime("%d %H:%M")) for each in found]


def test_two_days_of_one_reminder_a_day() -> None:
    wishes, plan = daily(time(8))
    assert stamps(needed(wishes, [plan], now=utc("2026-11-23T06:00"))) == [(23, 1, "23 07:00"), (24, 1, "24 07:00")]


def test_a_reminder_a_little_late_is_still_needed_and_a_very_late_one_is_not() -> None:
    wishes, plan = daily(time(8))
    assert stamps(needed(wishes, [plan], now=utc("2026-11-23T08:59")))[0] == (23, 1, "23 07:00")
    assert stamps(needed(wishes, [plan], now=utc("2026-11-23T09:00")))[0] == (24, 1, "24 07:00")


def test_a_plan_made_after_its_hour_does_not_remind_at_once() -> None:
    wishes, plan = daily(time(8), since=utc("2026-11-23T07:30"))
    assert stamps(needed(wishes, [plan], now=utc("2026-11-23T07:31")))[0] == (24, 1, "24 07:00")


def test_nobody_is_reminded_of_breaks_not_even_at_the_clients_own_times() -> None:
    breaks = Schedule("breaks", MONDAY, weekdays=frozenset(range(7)), times_per_day=5, window=(time(9), time(17)))
    own = ReminderWishes(BERLIN, times=(time(8),))
    assert not needed(own, [RunningPlan(breaks)], now=utc("2026-11-23T06:00"))
    _, daily_plan = daily(time(8))
    both = needed(own, [RunningPlan(breaks), daily_plan], now=utc("2026-11-23T06:00"))
    assert stamps(both) == stamps(needed(own, [daily_plan], now=utc("2026-11-23T06:00")))


def test_a_walk_is_reminded_of_at_an_even_pace_as_any_days_are() -> None:
    walks = Schedule("walk", MONDAY, per_week=3, reminder_times=(time(8),))
    free = Schedule("per_week", MONDAY, per_week=3, reminder_times=(time(8),))
    for done in ({}, {MONDAY: 1}):
        found = [
            needed(ReminderWishes(BERLIN), [RunningPlan(each, done=done)], now=utc("2026-11-23T06:00"))
            for each in (walks, free)
        ]
        assert found[0] == found[1]
        assert (23 in {each.on.day for each in found[0]}) == (not done)


def test_what_is_done_needs_no_reminder() -> None:
    wishes, plan = daily(time(8), time(18), per_day=2, done={MONDAY: 1})
    assert stamps(needed(wishes, [plan], now=utc("2026-11-23T06:00")))[0] == (23, 2, "23 17:00")
    wishes, plan = daily(time(8), time(18), per_day=2, done={MONDAY: 2})
    assert stamps(needed(wishes, [plan], now=utc("2026-11-23T06:00")))[0] == (24, 1, "24 07:00")


def test_two_plans_make_one_reminder_until_both_are_done() -> None:
    wishes, early = daily(time(8))
    _, late = daily(time(10))
    now = utc("2026-11-23T06:00")
    assert stamps(needed(wishes, [early, late], now=now)) == [(23, 1, "23 07:00"), (24, 1, "24 07:00")]
    half = RunningPlan(early.schedule, done={MONDAY: 1})
    assert stamps(needed(wishes, [half, late], now=now))[0] == (23, 1, "23 07:00")
    other = RunningPlan(late.schedule, done={MONDAY: 1})
    assert stamps(needed(wishes, [half, other], now=now))[0] == (24, 1, "24 07:00")


def test_never_more_than_two_a_day() -> None:
    wishes, plan = daily(time(8), time(12), time(16), per_day=3)
    assert [each.slot for each in needed(wishes, [plan], now=utc("2026-11-23T06:00"))] == [1, 2, 1, 2]


def test_the_clients_own_times_come_before_the_plans() -> None:
    _, plan = daily(time(8))
    wishes = ReminderWishes(BERLIN, times=(time(9, 30),))
    assert stamps(needed(wishes, [plan], now=utc("2026-11-23T06:00")))[0] == (23, 1, "23 08:30")


def test_a_plan_without_times_reminds_nobody() -> None:
    wishes, plan = daily()
    assert needed(wishes, [plan], now=utc("2026-11-23T06:00")) == ()


def test_paused_days_are_left_out_up_to_the_last() -> None:
    _, plan = daily(time(8), pauses=(Span(MONDAY, MONDAY),))
    assert stamps(needed(ReminderWishes(BERLIN), [plan], now=utc("2026-11-23T06:00"))) == [(24, 1, "24 07:00")]
    _, plan = daily(time(8))
    wishes = ReminderWishes(BERLIN, paused_until=MONDAY)
    assert stamps(needed(wishes, [plan], now=utc("2026-11-23T06:00"))) == [(24, 1, "24 07:00")]


def test_a_time_in_quiet_hours_is_dropped_and_with_a_wide_window_held() -> None:
    _, plan = daily(time(21, 30))
    now = utc("2026-11-23T06:00")
    assert needed(ReminderWishes(BERLIN), [plan], now=now) == ()
    wide = ReminderWishes(BERLIN, window=timedelta(hours=12))
    assert needed(wide, [plan], now=now)[0].not_before == utc("2026-11-24T07:00")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2026, 3, 29), "2026-03-29T01:30", id="spring: one, at 03:30"),
        pytest.param(date(2026, 10, 25), "2026-10-25T00:30", id="autumn: one, the first 02:30"),
    ],
)
def test_half_past_two_comes_once_on_the_nights_that_clocks_change(day: date, expected: str) -> None:
    schedule = Schedule("weekdays", date(2026, 1, 1), weekdays=frozenset(range(7)), reminder_times=(time(2, 30),))
    wishes = ReminderWishes(BERLIN, quiet=NO_QUIET_HOURS)
    midnight = due_at(day, time(0), BERLIN)
    found = [each for each in needed(wishes, [RunningPlan(schedule)], now=midnight) if each.on == day]
    assert [each.due_at for each in found] == [utc(expected)]


def test_a_client_who_chooses_the_days_is_left_alone_while_ahead() -> None:
    schedule = Schedule("per_week", MONDAY, per_week=3, reminder_times=(time(8),))
    wishes, now = ReminderWishes(BERLIN), utc("2026-11-24T06:00")
    assert [each.on.day for each in needed(wishes, [RunningPlan(schedule)], now=now)] == [24, 25]
    ahead = RunningPlan(schedule, done={MONDAY: 1})
    assert [each.on.day for each in needed(wishes, [ahead], now=now)] == [25]


@given(ZONES, st.lists(MINUTES, min_size=1, max_size=3, unique=True), st.integers(0, 14 * 24 * 60), DAYS)
def test_reminders_are_once_per_date_and_slot_and_open_when_they_go_out(
    zone: str, times: list[time], minutes: int, first: date
) -> None:
    schedule = Schedule(
        "weekdays",
        first,
        weekdays=frozenset(range(7)),
        times_per_day=len(times),
        reminder_times=tuple(sorted(times)),
    )
    now = datetime.combine(first, time(0), tzinfo=UTC) + timedelta(minutes=minutes)
    found = needed(ReminderWishes(zone), [RunningPlan(schedule)], now=now)
    keys = [(each.on, each.slot) for each in found]
    assert len(set(keys)) == len(keys)
    for each in found:
        assert each.due_at <= each.not_before < each.expires_at
        assert now < each.expires_at
        assert each.due_at <= now + timedelta(hours=48)
        assert not QUIET.holds_at(each.not_before, zone)
        assert each.on >= first


@given(ZONES, DAYS, st.integers(1, 96))
def test_planning_often_finds_every_day_once(zone: str, first: date, step_hours: int) -> None:
    schedule = Schedule("weekdays", first, weekdays=frozenset(range(7)), reminder_times=(time(12),))
    step = timedelta(hours=min(step_hours, 40))
    now = datetime.combine(first, time(0), tzinfo=UTC) - timedelta(days=2)
    planned: set[date] = set()
    while now < datetime.combine(first, time(0), tzinfo=UTC) + timedelta(days=6):
        planned |= {each.on for each in needed(ReminderWishes(zone), [RunningPlan(schedule)], now=now)}
        now += step
    assert {first + timedelta(days=days) for days in range(5)} <= planned


def test_the_local_date_is_the_recipients() -> None:
    assert local_date(utc("2026-11-22T23:30"), BERLIN) == MONDAY
