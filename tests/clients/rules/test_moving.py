"""Days of a plan that a client does on another day: nobody gains, loses or misses a session by it."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.adherence import DoneSession, InForce, in_force, weeks
from clients.rules.moving import WITHIN, Days, days_for_moving, moves_of, standing_words, with_moves
from clients.rules.schedule import Schedule, Span, days_between

MONDAY = date(2026, 11, 23)
DAYS = [MONDAY + timedelta(days=number) for number in range(14)]
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = DAYS[1:5]
BEFORE = MONDAY - timedelta(days=28)
NAMED = frozenset({0, 2})  # Mondays and Wednesdays


def plan(moved: tuple[tuple[date, date], ...] = (), **fields: Any) -> Schedule:
    return Schedule(**{"kind": "weekdays", "starts_on": BEFORE, "weekdays": NAMED, "moved": moved, **fields})


def days_of(schedule: Schedule, *, today: date = MONDAY, begun: tuple[date, ...] = (), off: Any = ()) -> Days:
    return days_for_moving(in_force([(BEFORE, schedule)]), today=today, begun=begun, off=off)


@st.composite
def moved_plans(draw: st.DrawFn) -> tuple[Schedule, date, date]:
    """A plan as it stands on the Monday, and a move of a day that it allows."""
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=1, max_size=6))
    schedule = plan(weekdays=weekdays, times_per_day=draw(st.integers(1, 3)))
    days = days_of(schedule)
    chosen = draw(st.sampled_from(days.planned))
    return schedule, chosen.on, draw(st.sampled_from([day for day in days.free if not days.why_not_to(chosen, day)]))


def with_move(schedule: Schedule, on: date, to: date) -> Schedule:
    (span,) = with_moves([(BEFORE, schedule)], moves_of([(on, to)]))
    return span.schedule


@given(moved_plans())
def test_a_move_keeps_the_number_of_sessions(made: tuple[Schedule, date, date]) -> None:
    schedule, on, to = made
    moved = with_move(schedule, on, to)
    span = (MONDAY, MONDAY + WITHIN)
    assert moved.planned_between(*span) == schedule.planned_between(*span)
    assert moved.occurrences_on(on) == ()
    assert [each.slot for each in moved.occurrences_on(to)] == [each.slot for each in schedule.occurrences_on(on)]
    others = [day for day in days_between(*span) if day not in {on, to}]
    assert [moved.sessions_on(day) for day in others] == [schedule.sessions_on(day) for day in others]


@given(moved_plans())
def test_a_move_back_is_as_if_nothing_had_been_moved(made: tuple[Schedule, date, date]) -> None:
    schedule, on, to = made
    moved = with_move(schedule, on, to)
    days = days_of(moved)
    chosen = days.planned_on(to)
    assert chosen is not None
    assert (chosen.own, days.why_not_to(chosen, on)) == (on, None)
    assert moves_of([(on, to), (on, on)]) == ()


@given(moved_plans(), st.integers(0, 13))
def test_what_was_moved_is_never_missed_before_the_day_instead_is_over(
    made: tuple[Schedule, date, date], later: int
) -> None:
    schedule, on, to = made
    today = MONDAY + timedelta(days=later)
    first, last = MONDAY, MONDAY + timedelta(days=13)

    def missed(each: Schedule) -> int:
        done = [
            DoneSession(day, Fraction(1))
            for day in days_between(first, today)
            if day != to
            for _ in each.occurrences_on(day)
        ]
        counted = weeks(in_force([(BEFORE, each)]), done, first=first, last=last, today=today)
        return sum(week.due - week.done for week in counted)

    assert missed(with_move(schedule, on, to)) == (schedule.times_per_day if to < today else 0)


def changed(
    moves: tuple[tuple[date, date], ...], weekdays: frozenset[int], *, since: date = THURSDAY, **fields: Any
) -> list[date]:
    """The days of the first two weeks that ask for sessions, the plan being changed to other weekdays."""
    return asked_in(with_moves([(BEFORE, plan()), (since, plan(weekdays=weekdays, **fields))], moves), DAYS)


def asked_in(spans: tuple[InForce, ...], days: list[date]) -> list[date]:
    return [day for day in days for span in spans if span.covers(day) and span.schedule.sessions_on(day)]


SATURDAY = DAYS[5]
NEXT_MONDAY, NEXT_THURSDAY = DAYS[7], DAYS[10]


@pytest.mark.parametrize(
    ("moves", "weekdays", "expected"),
    [
        pytest.param([(WEDNESDAY, FRIDAY)], {0}, [MONDAY, FRIDAY, NEXT_MONDAY], id="its weekday is gone"),
        pytest.param([(WEDNESDAY, FRIDAY)], {4}, [MONDAY, FRIDAY, DAYS[11]], id="the day instead is planned now"),
        pytest.param([(NEXT_MONDAY, SATURDAY)], {3}, [MONDAY, WEDNESDAY, THURSDAY, NEXT_THURSDAY], id="both are after"),
        pytest.param(
            [(NEXT_MONDAY, SATURDAY)], {0, 5}, [MONDAY, WEDNESDAY, SATURDAY, NEXT_MONDAY, DAYS[12]], id="both planned"
        ),
        pytest.param([(NEXT_MONDAY, TUESDAY)], {3}, [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, DAYS[10]], id="done ahead"),
    ],
)
def test_a_move_stays_promised_when_the_plan_is_changed(
    moves: list[tuple[date, date]], weekdays: set[int], expected: list[date]
) -> None:
    assert changed(tuple(moves), frozenset(weekdays)) == expected


def test_days_without_names_take_in_what_was_moved_to_them() -> None:
    asked = changed(((WEDNESDAY, FRIDAY),), frozenset(), kind="per_week", per_week=7)
    assert asked == [MONDAY, *DAYS[3:]]


def test_of_two_moves_to_one_day_the_later_day_is_asked_again() -> None:
    both = ((MONDAY, FRIDAY), (WEDNESDAY, FRIDAY))
    assert asked_in(with_moves([(BEFORE, plan())], both), DAYS[:7]) == [WEDNESDAY, FRIDAY]


@given(moved_plans(), st.frozensets(st.integers(0, 6), min_size=1), st.integers(0, 13))
def test_no_change_of_the_plan_makes_a_moved_day_missed_or_lost(
    made: tuple[Schedule, date, date], weekdays: frozenset[int], number: int
) -> None:
    schedule, on, to = made
    since = DAYS[number]
    versions = [(BEFORE, schedule), (since, plan(weekdays=weekdays, times_per_day=schedule.times_per_day))]
    before, after = in_force(versions), with_moves(versions, moves_of([(on, to)]))
    asked = asked_in(after, DAYS)
    others = [day for day in DAYS if day not in {on, to}]
    assert [day for day in asked if day in others] == asked_in(before, others)
    if on < since:
        assert on not in asked
    if to < since or (on < since and to in DAYS):
        assert to in asked
    assert len([day for day in asked if day in {on, to}]) <= max(len(asked_in(before, [on, to])), 1 + (on in asked))


@given(
    st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)), max_size=6),
    st.lists(st.tuples(st.sampled_from(DAYS), st.frozensets(st.integers(0, 6), min_size=1)), max_size=3),
)
def test_whatever_was_moved_each_day_gets_the_sessions_of_one_other_at_most(
    said: list[tuple[date, date]], changes: list[tuple[date, frozenset[int]]]
) -> None:
    versions = [
        (BEFORE, plan()),
        *((day, plan(weekdays=days)) for day, days in sorted(changes, key=lambda each: each[0])),
    ]
    spans = with_moves(versions, moves_of(said))
    (moved,) = {span.schedule.moved for span in spans}
    for day in DAYS:
        span = next(span for span in spans if span.covers(day))
        named = day.weekday() in span.schedule.weekdays
        assert bool(span.schedule.sessions_on(day)) == (
            day in {to for _, to in moved} or (named and day not in dict(moved))
        )
    for version in spans:
        inside = [(on, to) for on, to in moved if version.covers(on) and version.covers(to)]
        assert len({to for _, to in inside}) == len(inside), "two days share one"
        assert all(to in dict(moved) or to.weekday() not in version.schedule.weekdays for _, to in inside), (
            "one is lost"
        )


SAID_NOT_TODAY = (MONDAY, 1, "not_today", None)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        pytest.param([SAID_NOT_TODAY], {(MONDAY, 1): "not_today"}, id="a word stands"),
        pytest.param([SAID_NOT_TODAY, (MONDAY, 1, "moved", TUESDAY)], {}, id="the day was moved after it"),
        pytest.param(
            [SAID_NOT_TODAY, (MONDAY, 1, "moved", TUESDAY), (WEDNESDAY, 1, "moved", MONDAY)], {}, id="and another to it"
        ),
        pytest.param(
            [(MONDAY, 1, "moved", TUESDAY), (TUESDAY, 1, "not_today", None), (MONDAY, 1, "moved", FRIDAY)],
            {},
            id="the day instead was moved on",
        ),
        pytest.param(
            [(MONDAY, 1, "moved", TUESDAY), (TUESDAY, 2, "tomorrow", None), (WEDNESDAY, 1, "moved", FRIDAY)],
            {(TUESDAY, 2): "tomorrow"},
            id="another day was moved",
        ),
        pytest.param([SAID_NOT_TODAY, (MONDAY, 1, "tomorrow", None)], {(MONDAY, 1): "tomorrow"}, id="the last word"),
    ],
)
def test_a_word_is_over_once_its_session_is_on_another_day(
    said: list[tuple[date, int, str, date | None]], left: dict[tuple[date, int], str]
) -> None:
    assert standing_words(said) == left


def test_a_pause_takes_the_day_instead_too() -> None:
    assert not plan(((WEDNESDAY, FRIDAY),)).occurrences_on(FRIDAY, pauses=[Span(FRIDAY, FRIDAY)])


def test_days_may_be_swapped_through_a_free_one() -> None:
    schedule = plan(((MONDAY, TUESDAY), (WEDNESDAY, MONDAY)))
    assert [schedule.sessions_on(day) for day in DAYS[:4]] == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        pytest.param(MONDAY - timedelta(days=5), "past", id="a Wednesday before"),
        pytest.param(MONDAY, None, id="today"),
        pytest.param(TUESDAY, "not_planned", id="a free day"),
        pytest.param(WEDNESDAY, "begun", id="begun ahead"),
        pytest.param(DAYS[7], None, id="the last day"),
        pytest.param(DAYS[9], "too_far", id="a Wednesday in more than a week"),
    ],
)
def test_which_days_may_be_moved(day: date, why: str | None) -> None:
    assert days_of(plan(), begun=(WEDNESDAY,)).why_not(day) == why


@pytest.mark.parametrize(
    ("to", "why"),
    [
        pytest.param(MONDAY - timedelta(days=1), "past", id="yesterday"),
        pytest.param(MONDAY, "taken", id="another planned day"),
        pytest.param(WEDNESDAY, "taken", id="itself"),
        pytest.param(TUESDAY, None, id="a free day before it"),
        pytest.param(THURSDAY, "not_running", id="a pause"),
        pytest.param(FRIDAY, "taken", id="something was done"),
        pytest.param(DAYS[6], None, id="the last day of the plan"),
        pytest.param(DAYS[7], "not_running", id="after the end"),
        pytest.param(DAYS[8], "too_far", id="in more than a week"),
    ],
)
def test_to_which_days_it_may_be_moved(to: date, why: str | None) -> None:
    days = days_of(plan(ends_on=DAYS[6]), begun=(FRIDAY,), off=[Span(THURSDAY, THURSDAY)])
    chosen = days.planned_on(WEDNESDAY)
    assert chosen is not None
    assert days.why_not_to(chosen, to) == why


def test_a_day_is_not_moved_on_and_on() -> None:
    days = days_of(plan(((MONDAY, FRIDAY),)), today=FRIDAY)
    chosen = days.planned_on(FRIDAY)
    assert chosen is not None
    assert chosen.own == MONDAY
    assert days.why_not_to(chosen, DAYS[6]) is None
    assert days.why_not_to(chosen, DAYS[8]) == "too_far"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"kind": "per_week", "weekdays": frozenset(), "per_week": 3}, id="the client chooses the days"),
        pytest.param({"kind": "walk", "weekdays": frozenset(), "per_week": 3}, id="walks"),
        pytest.param({"weekdays": frozenset(range(7))}, id="every day"),
    ],
)
def test_nothing_moves_where_there_is_no_planned_or_no_free_day(fields: dict[str, Any]) -> None:
    assert days_of(plan(**fields)).movable == ()
