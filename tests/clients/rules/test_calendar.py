"""Which rows a client's own calendar shows of a plan."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.adherence import in_force
from clients.rules.calendar import SHOWN_BACK, Line, lines_of, weekdays_of
from clients.rules.moving import with_moves
from clients.rules.schedule import Schedule, Span, days_between
from tests.clients.rules.test_schedule import schedules, spans

MONDAY = date(2026, 11, 23)
SUNDAY = MONDAY + timedelta(days=6)
MWF = frozenset({0, 2, 4})


def schedule(**changes: Any) -> Schedule:
    values: dict[str, Any] = {"kind": "weekdays", "starts_on": MONDAY, "weekdays": MWF, "reminder_times": (time(8),)}
    return Schedule(**{**values, **changes})


def lines(plan: Schedule, **changes: Any) -> tuple[Line, ...]:
    values: dict[str, Any] = {"times": (), "today": MONDAY}
    return lines_of(in_force([(plan.starts_on, plan)]), **{**values, **changes})


def days_of(line: Line, until: date) -> set[date]:
    """The days that a row shows, up to a day."""
    if line.is_off:
        return set()
    days = days_between(line.first, min(line.last or date.max, until))
    return {day for day in days if day.weekday() in line.weekdays and day not in line.left_out}


def test_fixed_weekdays_are_one_row_at_their_time() -> None:
    (line,) = lines(schedule())
    assert line == Line(place=0, slot=1, sessions=1, wall=time(8), weekdays=MWF, first=MONDAY, last=None)


def test_the_first_day_is_one_that_has_a_session() -> None:
    (line,) = lines(schedule(starts_on=MONDAY + timedelta(days=1)))
    assert line.first == MONDAY + timedelta(days=2)


def test_each_session_of_a_day_has_a_row_and_those_without_a_time_share_one() -> None:
    found = lines(schedule(times_per_day=4, reminder_times=(time(8), time(18))))
    assert [(line.slot, line.sessions, line.wall) for line in found] == [
        (1, 1, time(8)),
        (2, 1, time(18)),
        (3, 2, None),
    ]


def test_the_clients_own_times_come_first() -> None:
    (line,) = lines(schedule(), times=(time(7, 30),))
    assert line.wall == time(7, 30)


def test_days_that_the_client_chooses_are_shown_at_an_even_pace() -> None:
    assert weekdays_of(schedule(kind="per_week", weekdays=frozenset(), per_week=7)) == frozenset(range(7))
    for count in range(1, 8):
        assert len(weekdays_of(schedule(kind="per_week", weekdays=frozenset(), per_week=count))) == count


def test_breaks_are_not_shown() -> None:
    assert lines(schedule(kind="breaks", reminder_times=(), window=(time(9), time(17)), times_per_day=5)) == ()


def test_paused_days_are_left_out() -> None:
    (line,) = lines(schedule(ends_on=SUNDAY), pauses=[Span(MONDAY + timedelta(days=1), MONDAY + timedelta(days=3))])
    assert line.left_out == (MONDAY + timedelta(days=2),)
    assert line.last == SUNDAY


def test_a_pause_without_an_end_is_the_end_of_the_row() -> None:
    (line,) = lines(schedule(), pauses=[Span(MONDAY + timedelta(days=3), date.max)])
    assert line.last == MONDAY + timedelta(days=2)
    assert not line.is_off


@pytest.mark.parametrize(
    "pauses",
    [
        pytest.param([Span(MONDAY, date.max)], id="paused before it began"),
        pytest.param([Span(MONDAY, SUNDAY)], id="every day excused"),
    ],
)
def test_a_row_without_any_session_left_says_so(pauses: list[Span]) -> None:
    (line,) = lines(schedule(ends_on=SUNDAY), pauses=pauses)
    assert (line.is_off, line.first, line.last) == (True, MONDAY, MONDAY)


def test_an_earlier_end_of_the_plan_counts() -> None:
    (line,) = lines(schedule(ends_on=SUNDAY), ends_on=MONDAY + timedelta(days=2))
    assert line.last == MONDAY + timedelta(days=2)


def test_a_change_ends_the_row_of_the_version_before() -> None:
    later = MONDAY + timedelta(days=7)
    versions = in_force([(MONDAY, schedule()), (later, schedule(weekdays=frozenset({1})))])
    before, after = lines_of(versions, times=(), today=MONDAY)
    assert (before.place, before.last) == (0, SUNDAY)
    assert (after.place, after.first, after.weekdays) == (1, later + timedelta(days=1), frozenset({1}))


def test_what_is_long_over_is_not_shown() -> None:
    over = SUNDAY + SHOWN_BACK
    assert lines(schedule(ends_on=SUNDAY), today=over)
    assert lines(schedule(ends_on=SUNDAY), today=over + timedelta(days=1)) == ()


@given(schedules(), st.lists(spans(), max_size=3))
def test_rows_show_the_days_that_the_plan_asks_for_and_no_others(plan: Schedule, pauses: list[Span]) -> None:
    until = plan.starts_on + timedelta(days=120)
    shown = [(line, day) for line in lines(plan, today=plan.starts_on, pauses=pauses) for day in days_of(line, until)]
    if plan.kind == "weekdays":
        asked = plan.occurrences_between(plan.starts_on, until, pauses=pauses)
        assert sum(line.sessions for line, _ in shown) == len(asked)
        assert {day for _, day in shown} == {occurrence.on for occurrence in asked}
    else:
        assert all(plan.occurrences_on(day, pauses=pauses) for _, day in shown)


TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = (MONDAY + timedelta(days=days) for days in range(1, 6))


@pytest.mark.parametrize(
    ("moved", "until", "expected"),
    [
        pytest.param([(WEDNESDAY, THURSDAY)], None, {MONDAY, THURSDAY, FRIDAY}, id="one day"),
        pytest.param(
            [(MONDAY, TUESDAY), (WEDNESDAY, MONDAY)], None, {MONDAY, TUESDAY, FRIDAY}, id="through a free day"
        ),
        pytest.param([(WEDNESDAY, SATURDAY)], FRIDAY, {MONDAY, FRIDAY}, id="beyond the end of the plan"),
    ],
)
def test_a_moved_day_is_shown_once_where_it_is_asked_for(
    moved: list[tuple[date, date]], until: date | None, expected: set[date]
) -> None:
    (line,) = lines(schedule(moved=tuple(moved)), ends_on=until)
    assert not set(line.left_out) & set(line.added), "a day that is left out stays so, whatever is added"
    assert days_of(line, SUNDAY) | set(line.added) == expected


@pytest.mark.parametrize(
    ("weekdays", "expected"),
    [
        pytest.param(MWF, {MONDAY, FRIDAY, SATURDAY}, id="the weekday is kept"),
        pytest.param(frozenset({1, 3}), {MONDAY, THURSDAY, SATURDAY}, id="the weekday is gone"),
        pytest.param(frozenset({2, 5}), {MONDAY, SATURDAY}, id="the day instead is planned, too"),
    ],
)
def test_a_day_moved_beyond_a_change_of_the_plan_is_shown_as_the_new_version_asks(
    weekdays: frozenset[int], expected: set[date]
) -> None:
    versions = with_moves([(MONDAY, schedule()), (THURSDAY, schedule(weekdays=weekdays))], ((WEDNESDAY, SATURDAY),))
    found = lines_of(versions, times=(), today=MONDAY)
    assert sorted(day for line in found for day in {*days_of(line, SUNDAY), *line.added}) == sorted(expected)


@pytest.mark.parametrize(
    ("moved", "pauses", "expected"),
    [
        pytest.param([(MONDAY, SATURDAY)], [], {WEDNESDAY, SATURDAY}, id="one day"),
        pytest.param([(MONDAY, SATURDAY), (WEDNESDAY, FRIDAY)], [], {FRIDAY, SATURDAY}, id="two days"),
        pytest.param([(MONDAY, SATURDAY)], [Span(SUNDAY, date.max)], {WEDNESDAY, SATURDAY}, id="before a pause"),
        pytest.param([(MONDAY, SATURDAY)], [Span(SATURDAY, date.max)], {WEDNESDAY}, id="in a pause"),
    ],
)
def test_a_moved_day_is_shown_where_the_last_version_is_too_short_for_a_weekday_of_the_plan(
    moved: list[tuple[date, date]], pauses: list[Span], expected: set[date]
) -> None:
    named = schedule(weekdays=frozenset({0, 2}))
    versions = with_moves([(MONDAY, named), (THURSDAY, named)], tuple(moved))
    found = lines_of(versions, times=(), today=MONDAY, ends_on=SUNDAY if pauses else SATURDAY, pauses=pauses)
    assert sorted(day for line in found for day in {*days_of(line, SUNDAY), *line.added}) == sorted(expected)


def test_a_plan_whose_days_the_client_chooses_now_moves_none() -> None:
    free = schedule(kind="per_week", weekdays=frozenset(), per_week=3, moved=((MONDAY, TUESDAY),))
    (line,) = lines(free)
    assert (line.left_out, line.added) == ((), ())
