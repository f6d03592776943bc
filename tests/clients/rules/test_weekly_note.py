"""The note on Sundays that a week is ready to look at."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.reminders import NO_QUIET_HOURS, QuietHours, ReminderWishes
from clients.rules.weekly_note import AT, note_on, notes_needed, week_of

BERLIN = "Europe/Berlin"
SUNDAY = date(2026, 11, 29)
ZONES = st.sampled_from(sorted(available_timezones()))
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@pytest.mark.parametrize("days", range(1, 7))
def test_no_other_day_has_one(days: int) -> None:
    assert note_on(ReminderWishes(BERLIN), SUNDAY - timedelta(days=days)) is None


@pytest.mark.parametrize(
    ("sunday", "zone", "due"),
    [
        pytest.param(SUNDAY, BERLIN, "2026-11-29T16:00", id="winter"),
        pytest.param(date(2026, 3, 29), BERLIN, "2026-03-29T15:00", id="the day on which summer time begins"),
        pytest.param(date(2026, 10, 25), BERLIN, "2026-10-25T16:00", id="the day on which it ends"),
        pytest.param(SUNDAY, "Pacific/Kiritimati", "2026-11-29T03:00", id="14 hours ahead"),
        pytest.param(SUNDAY, "Pacific/Pago_Pago", "2026-11-30T04:00", id="11 hours behind: Monday elsewhere"),
    ],
)
def test_it_comes_at_five_on_the_clients_clock(sunday: date, zone: str, due: str) -> None:
    note = note_on(ReminderWishes(zone), sunday)
    assert note is not None
    assert (note.on, note.wall, note.due_at) == (sunday, time(17), datetime.fromisoformat(due).replace(tzinfo=UTC))
    assert note.expires_at - note.due_at == timedelta(hours=2)


@pytest.mark.parametrize(
    ("wishes", "comes"),
    [
        pytest.param({"paused_until": SUNDAY}, None, id="paused up to that day"),
        pytest.param({"paused_until": SUNDAY - timedelta(days=1)}, "17:00", id="paused until the day before"),
        pytest.param({"quiet": QuietHours(time(16), time(18))}, "18:00", id="held until quiet hours end"),
        pytest.param({"quiet": QuietHours(time(16), time(8))}, None, id="quiet for the rest of the day"),
        pytest.param({"quiet": NO_QUIET_HOURS}, "17:00", id="no quiet hours"),
    ],
)
def test_a_pause_and_quiet_hours_hold_for_it_too(wishes: dict[str, object], comes: str | None) -> None:
    note = note_on(ReminderWishes(BERLIN, **wishes), SUNDAY)  # type: ignore[arg-type]  # fields of the table above
    shown = note and note.not_before.astimezone(ZoneInfo(BERLIN)).strftime("%H:%M")
    assert shown == comes


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-11-27T15:59", []),
        ("2026-11-27T16:00", [SUNDAY]),
        ("2026-11-29T17:59", [SUNDAY]),
        ("2026-11-29T18:00", []),
    ],
)
def test_it_is_planned_two_days_ahead_and_never_late(now: str, found: list[date]) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert [note.on for note in notes_needed(ReminderWishes(BERLIN), now=at)] == found


def test_a_week_is_monday_to_sunday() -> None:
    assert (week_of(SUNDAY).first, week_of(SUNDAY).last) == (date(2026, 11, 23), SUNDAY)


@given(DAYS, ZONES, MINUTES, MINUTES, st.integers(1, 12))
def test_a_note_stays_out_of_quiet_hours_and_in_its_window(
    day: date, zone: str, start: time, end: time, hours: int
) -> None:
    wishes = ReminderWishes(zone, quiet=QuietHours(start, end), window=timedelta(hours=hours))
    note = note_on(wishes, day)
    if note is None:
        return
    assert day.weekday() == 6
    assert note.due_at <= note.not_before < note.expires_at <= note.due_at + timedelta(hours=hours)
    assert not wishes.quiet.holds_at(note.not_before, zone)
    assert note.due_at.astimezone(ZoneInfo(zone)).time() == AT


@given(DAYS, ZONES, st.integers(1, 47))
def test_planning_often_finds_each_sunday_once(first: date, zone: str, step_hours: int) -> None:
    wishes = ReminderWishes(zone, quiet=NO_QUIET_HOURS)
    now = datetime.combine(first, time(0), UTC)
    end = now + timedelta(days=15)
    planned: set[date] = set()
    while now < end:
        planned |= {note.on for note in notes_needed(wishes, now=now)}
        now += timedelta(hours=step_hours)
    inside = [first + timedelta(days=days) for days in range(2, 15)]
    assert {day for day in inside if day.weekday() == 6} == planned.intersection(inside)
