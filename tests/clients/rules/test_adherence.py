"""How much of what was due was done."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.adherence import (
    DoneSession,
    Week,
    band,
    combine,
    day_shares,
    dose_week,
    freq_period,
    freq_week,
    in_force,
    is_over_dose,
    over_dose,
    percent,
    session_fraction,
    session_status,
    weeks,
)
from clients.rules.schedule import Schedule, Span

MONDAY = date(2026, 11, 23)
SUNDAY = MONDAY + timedelta(days=6)
COUNT = st.integers(0, 30)
SHARE = st.fractions(0, 1, max_denominator=20)
FULL = Fraction(1)


def on(offset: int, fraction: Fraction = FULL, lane: str = "steady") -> DoneSession:
    return DoneSession(MONDAY + timedelta(days=offset), fraction, lane)


def daily(**kwargs: object) -> Schedule:
    return Schedule("weekdays", MONDAY, weekdays=frozenset(range(7)), **kwargs)


def one_week(
    schedule: Schedule, sessions: list[DoneSession], *, today: date = SUNDAY + timedelta(days=1), **kwargs: object
) -> Week:
    found = weeks(
        in_force([(schedule.starts_on, schedule)]),
        sessions,
        first=MONDAY,
        last=SUNDAY,
        today=today,
        **kwargs,
    )
    assert len(found) == 1
    return found[0]


def test_nothing_due_is_neither_nought_nor_full() -> None:
    assert freq_week(0, 0) is None
    assert dose_week([], 0) is None
    assert freq_period([(0, 0)]) is None
    assert over_dose(3, 0) is None
    assert band(None) is None
    assert percent(None) is None
    assert session_fraction([]) is None


@pytest.mark.parametrize(
    ("fraction", "status"),
    [
        (Fraction(0), "none"),
        (Fraction(1, 100), "part"),
        (Fraction(79, 100), "part"),
        (Fraction(4, 5), "done"),
        (FULL, "done"),
        (None, "none"),
    ],
)
def test_a_session_is_done_from_four_fifths_on(fraction: Fraction | None, status: str) -> None:
    assert session_status(fraction) == status


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (Fraction(80, 100), "on_track"),
        (Fraction(79, 100), "some"),
        (Fraction(50, 100), "some"),
        (Fraction(49, 100), "needs_a_chat"),
        (Fraction(0), "needs_a_chat"),
    ],
)
def test_bands_begin_at_eighty_and_fifty(share: Fraction, expected: str) -> None:
    assert band(share) == expected


def test_a_percent_is_never_rounded_up_over_an_edge() -> None:
    assert percent(Fraction(799, 1000)) == 79


def test_minutes_weigh_the_items() -> None:
    assert session_fraction([(FULL, 3), (Fraction(0), 1)]) == Fraction(3, 4)


@given(st.lists(st.tuples(COUNT, COUNT), min_size=1, max_size=10))
def test_an_over_busy_week_cannot_hide_a_missed_one(counts: list[tuple[int, int]]) -> None:
    share = freq_period(counts)
    if share is not None:
        assert 0 <= share <= 1
        assert (share == 1) == all(done >= due for done, due in counts)
        assert share == freq_period([(min(done, due), due) for done, due in counts])


def test_seven_then_none_of_four_is_half() -> None:
    assert freq_period([(7, 4), (0, 4)]) == Fraction(1, 2)


@pytest.mark.parametrize(("done", "flagged"), [(13, False), (14, True), (0, False)])
def test_more_than_thirteen_of_ten_is_flagged(done: int, flagged: bool) -> None:
    assert is_over_dose(done, 10) is flagged


@given(st.lists(SHARE, max_size=20), st.integers(1, 14))
def test_the_dose_of_a_week_is_capped(fractions: list[Fraction], due: int) -> None:
    share = dose_week(fractions, due)
    assert share is not None
    assert share == min(FULL, sum(fractions, Fraction(0)) / due)


@pytest.mark.parametrize("counts", [(-1, 1), (1, -1)])
def test_negative_counts_are_refused(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="never negative"):
        freq_week(*counts)


def test_twice_a_day_is_due_fourteen_times_and_extra_sessions_are_over_dose() -> None:
    week = one_week(daily(times_per_day=2), [on(day) for day in range(7) for _ in range(3)])
    assert (week.due, week.done, week.freq) == (14, 21, FULL)
    assert is_over_dose(week.done, week.due)


def test_days_not_due_yet_do_not_count() -> None:
    wednesday = MONDAY + timedelta(days=2)
    assert one_week(daily(), [on(0)], today=wednesday).freq == Fraction(1, 2)
    assert one_week(daily(), [on(0), on(2)], today=wednesday).freq == Fraction(2, 3)
    assert one_week(daily(), [], today=MONDAY).freq is None


def test_any_three_days_are_not_due_while_there_is_room_for_them() -> None:
    plan = Schedule("per_week", MONDAY, per_week=3)
    friday, saturday = MONDAY + timedelta(days=4), MONDAY + timedelta(days=5)
    assert one_week(plan, [], today=friday).due == 0
    assert one_week(plan, [], today=saturday).due == 1
    assert one_week(plan, [on(0), on(1)], today=friday).freq == FULL
    assert one_week(plan, [on(0)], today=SUNDAY + timedelta(days=1)).freq == Fraction(1, 3)


def test_a_pause_leaves_the_denominator() -> None:
    pause = Span(MONDAY + timedelta(days=1), MONDAY + timedelta(days=4))
    assert one_week(daily(), [on(0), on(5), on(6)], pauses=[pause]).freq == FULL
    assert one_week(daily(), [], pauses=[Span(MONDAY, SUNDAY)]).freq is None


def test_a_flare_day_not_done_leaves_the_denominator_and_a_flare_session_is_one_of_one() -> None:
    tuesday = MONDAY + timedelta(days=1)
    steady = [on(day) for day in (0, 2, 3, 4, 5, 6)]
    without = one_week(daily(times_per_day=2), steady * 2, flare_days=[tuesday])
    assert (without.done, without.due) == (12, 12)
    done = one_week(daily(times_per_day=2), [*steady * 2, on(1, lane="flare")], flare_days=[tuesday])
    assert (done.done, done.due) == (13, 13)


def test_a_part_session_counts_for_the_dose_and_not_for_the_frequency() -> None:
    week = one_week(daily(ends_on=MONDAY + timedelta(days=1)), [on(0), on(1, Fraction(1, 2))])
    assert (week.freq, week.dose) == (Fraction(1, 2), Fraction(3, 4))


def test_a_plan_changed_in_the_week_is_split_by_date() -> None:
    thursday = MONDAY + timedelta(days=3)
    first = daily(times_per_day=2)
    second = Schedule("weekdays", MONDAY, weekdays=frozenset({4}))
    found = weeks(
        in_force([(MONDAY, first), (thursday, second)]),
        [],
        first=MONDAY,
        last=SUNDAY,
        today=SUNDAY + timedelta(days=1),
    )
    assert found[0].due == 3 * 2 + 1


def test_of_two_versions_of_one_day_the_later_is_in_force() -> None:
    assert [
        each.schedule.times_per_day for each in in_force([(MONDAY, daily()), (MONDAY, daily(times_per_day=3))])
    ] == [3]


@given(
    st.lists(st.tuples(st.integers(0, 27), SHARE), max_size=30),
    st.lists(st.tuples(st.integers(0, 27), st.integers(0, 9)), max_size=3),
    st.integers(0, 30),
    st.sampled_from(
        [
            Schedule("weekdays", MONDAY, weekdays=frozenset({0, 2, 5}), times_per_day=2),
            Schedule("per_week", MONDAY, per_week=4),
            Schedule("per_week", MONDAY, per_week=2, times_per_day=3),
        ]
    ),
)
def test_a_session_more_never_lowers_the_share(
    done: list[tuple[int, Fraction]], pauses: list[tuple[int, int]], today: int, plan: Schedule
) -> None:
    spans = [Span(MONDAY + timedelta(days=first), MONDAY + timedelta(days=first + more)) for first, more in pauses]
    sessions = [on(day, fraction) for day, fraction in done if day <= today]

    def share(having: list[DoneSession]) -> Fraction | None:
        found = weeks(
            in_force([(MONDAY, plan)]),
            having,
            first=MONDAY,
            last=MONDAY + timedelta(days=27),
            today=MONDAY + timedelta(days=today),
            pauses=spans,
        )
        for week in found:
            asked = plan.planned_between(week.monday, week.monday + timedelta(days=6), pauses=spans)
            assert 0 <= week.due <= asked
        return freq_period([(week.done, week.due) for week in found])

    before, after = share(sessions), share([*sessions, on(min(today, 27))])
    assert before is None or (after is not None and after >= before)


def test_two_plans_add_up_and_one_cannot_cover_for_the_other() -> None:
    busy, missed = Week(MONDAY, 3, 6, Fraction(6)), Week(MONDAY, 3, 0, Fraction(0))
    together = combine([[busy], [missed]])
    assert [(week.due, week.done, week.dose) for week in together] == [(6, 3, Fraction(1, 2))]


def test_the_marks_of_the_days_show_due_and_done() -> None:
    plan = Schedule("weekdays", MONDAY, weekdays=frozenset({0, 2}))
    marks = day_shares(in_force([(MONDAY, plan)]), [on(0), on(1, Fraction(1, 2))], first=MONDAY, last=SUNDAY)
    assert [(asked, done) for _, asked, done in marks] == [(1, 1), (0, 0), (1, 0), (0, 0), (0, 0), (0, 0), (0, 0)]
