"""When a clinic reads, how long somebody waited, when a notice of a message leaves."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules import office_hours
from clients.rules.messages import NOTICES_A_DAY, QUIET_MINUTES, notice_at
from clients.rules.reminders import NO_QUIET_HOURS, QuietHours, local_date

LONDON = "Europe/London"
HOURS = office_hours.Hours(zone=LONDON, days=frozenset(range(5)), starts=time(8), ends=time(18))
FRIDAY_NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "is_open", "opens"),
    [
        pytest.param("2026-11-27T12:00", True, "2026-11-27T12:00", id="a working day at noon"),
        pytest.param("2026-11-27T08:00", True, "2026-11-27T08:00", id="the first minute"),
        pytest.param("2026-11-27T07:59", False, "2026-11-27T08:00", id="before it opens"),
        pytest.param("2026-11-27T18:00", False, "2026-11-30T08:00", id="Friday evening waits for Monday"),
        pytest.param("2026-11-26T22:00", False, "2026-11-27T08:00", id="Thursday night"),
        pytest.param("2026-11-28T10:00", False, "2026-11-30T08:00", id="Saturday"),
    ],
)
def test_when_a_clinic_reads(at: str, is_open: bool, opens: str) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert office_hours.is_open(now, HOURS) is is_open
    assert office_hours.opens_at(now, HOURS) == datetime.fromisoformat(opens).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "now", "days"),
    [
        pytest.param("2026-11-27T09:00", "2026-11-27T17:00", 0, id="the same day"),
        pytest.param("2026-11-26T17:00", "2026-11-27T09:00", 1, id="overnight"),
        pytest.param("2026-11-27T09:00", "2026-11-29T09:00", 0, id="over a weekend so far"),
        pytest.param("2026-11-27T09:00", "2026-11-30T09:00", 1, id="over a weekend"),
        pytest.param("2026-11-28T09:00", "2026-12-01T09:00", 2, id="written on Saturday"),
        pytest.param("2026-11-02T09:00", "2026-11-27T09:00", 19, id="weeks"),
    ],
)
def test_how_many_working_days_somebody_waited(since: str, now: str, days: int) -> None:
    first, last = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (since, now))
    assert office_hours.working_days_waited(first, last, HOURS) == days


def test_a_clinic_that_reads_on_two_afternoons() -> None:
    hours = office_hours.Hours(zone=LONDON, days=frozenset({1, 5}), starts=time(13), ends=time(17, 30))
    saturday = datetime(2026, 11, 28, 17, 29, tzinfo=UTC)
    assert office_hours.is_open(saturday, hours)
    assert not office_hours.is_open(saturday + timedelta(minutes=1), hours)
    assert office_hours.opens_at(saturday + timedelta(minutes=1), hours) == datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
    assert office_hours.working_days_waited(saturday, saturday + timedelta(days=14), hours) == 4


@given(st.integers(0, 60), st.integers(0, 60))
def test_waiting_adds_up_day_by_day(first: int, more: int) -> None:
    start, end = FRIDAY_NOON + timedelta(days=first), FRIDAY_NOON + timedelta(days=first + more)
    days = [start.date() + timedelta(days=step) for step in range(1, more + 1)]
    assert office_hours.working_days_waited(start, end, HOURS) == sum(day.weekday() < 5 for day in days)


def test_a_notice_waits_five_minutes_for_more() -> None:
    assert notice_at(FRIDAY_NOON, zone=LONDON, quiet=QuietHours(), used=()) == (FRIDAY_NOON + QUIET_MINUTES, 1)


def test_a_notice_waits_for_the_end_of_quiet_hours() -> None:
    night = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
    due, place = notice_at(night, zone=LONDON, quiet=QuietHours(time(21), time(8)), used=())
    assert (due, place) == (datetime(2026, 11, 28, 8, 0, tzinfo=UTC), 1)


def test_the_third_notice_of_a_day_goes_out_on_the_next() -> None:
    today = date(2026, 11, 27)
    second = notice_at(FRIDAY_NOON, zone=LONDON, quiet=QuietHours(), used=[(today, 1)])
    assert second == (FRIDAY_NOON + QUIET_MINUTES, 2)
    third, place = notice_at(FRIDAY_NOON, zone=LONDON, quiet=QuietHours(), used=[(today, 1), (today, 2)])
    assert (local_date(third, LONDON), place) == (date(2026, 11, 28), 1)


@given(st.integers(0, 60 * 24 * 7), st.sampled_from([QuietHours(), NO_QUIET_HOURS, QuietHours(time(12), time(14))]))
def test_notices_are_never_quiet_and_at_most_two_a_day(minutes: int, quiet: QuietHours) -> None:
    used: list[tuple[date, int]] = []
    now = FRIDAY_NOON + timedelta(minutes=minutes)
    for _ in range(7):
        due, place = notice_at(now, zone=LONDON, quiet=quiet, used=used)
        assert due >= now + QUIET_MINUTES
        assert not quiet.holds_at(due, LONDON)
        used.append((local_date(due, LONDON), place))
    assert len(set(used)) == 7
    assert all(place <= NOTICES_A_DAY for _, place in used)
