"""Which days a plan is due."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.bites import LEAST_MIN, MOST_MIN
from clients.rules.schedule import GOALS, KINDS, Schedule, Span, days_between, monday_of
from clients.rules.schedule_reading import ScheduleError
from routines.content.routine import BITE_MIN, read_schedule
from routines.content.routine import KINDS as ROUTINE_KINDS
from routines.content.routine import Schedule as RoutineSchedule
from routines.reading import Fields, Problem

MONDAY = date(2026, 11, 23)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)


@st.composite
def spans(draw: st.DrawFn, longest: int = 60) -> Span:
    first = draw(DAYS)
    return Span(first, first + timedelta(days=draw(st.integers(0, longest))))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    starts_on = draw(DAYS)
    ends_on = draw(st.none() | st.integers(0, 400).map(lambda days: starts_on + timedelta(days=days)))
    times_per_day = draw(st.integers(1, 3))
    kind = draw(st.sampled_from(KINDS))
    named = kind in {"weekdays", "breaks"}
    return Schedule(
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        weekdays=draw(WEEKDAYS) if named else frozenset(),
        per_week=None if named else draw(st.integers(1, 7)),
        times_per_day=times_per_day,
        reminder_times=tuple(sorted(draw(st.sets(MINUTES, max_size=0 if kind == "breaks" else times_per_day)))),
        window=tuple(sorted(draw(st.sets(MINUTES, min_size=2, max_size=2)))) if kind == "breaks" else None,
        bite_min=None if kind in GOALS else draw(st.none() | st.integers(LEAST_MIN, MOST_MIN)),
    )


def test_a_plan_on_monday_wednesday_friday_is_due_on_those_days() -> None:
    plan = Schedule("weekdays", MONDAY, weekdays=frozenset({0, 2, 4}))
    due = [each.on.strftime("%a") for each in plan.occurrences_between(MONDAY, MONDAY + timedelta(days=6))]
    assert due == ["Mon", "Wed", "Fri"]


@pytest.mark.parametrize(
    ("day", "due"),
    [
        pytest.param(MONDAY - timedelta(days=7), 0, id="the Monday before the start"),
        pytest.param(MONDAY, 2, id="the first day"),
        pytest.param(MONDAY + timedelta(days=1), 0, id="a day that was not chosen"),
        pytest.param(MONDAY + timedelta(days=7), 0, id="a paused Monday"),
        pytest.param(MONDAY + timedelta(days=14), 2, id="the last day"),
        pytest.param(MONDAY + timedelta(days=21), 0, id="the Monday after the end"),
    ],
)
def test_ends_are_included_and_pauses_left_out(day: date, due: int) -> None:
    plan = Schedule("weekdays", MONDAY, ends_on=MONDAY + timedelta(days=14), weekdays=frozenset({0}), times_per_day=2)
    pause = Span(MONDAY + timedelta(days=5), MONDAY + timedelta(days=7))
    assert [each.slot for each in plan.occurrences_on(day, pauses=[pause])] == list(range(1, due + 1))


@given(DAYS, spans(), WEEKDAYS)
def test_chosen_and_other_weekdays_share_out_the_span(starts_on: date, span: Span, chosen: frozenset[int]) -> None:
    others = frozenset(range(7)) - chosen
    on = {each.on for each in Schedule("weekdays", starts_on, weekdays=chosen).occurrences_between(*_ends(span))}
    off = (
        {each.on for each in Schedule("weekdays", starts_on, weekdays=others).occurrences_between(*_ends(span))}
        if others
        else set()
    )
    assert on.isdisjoint(off)
    assert on | off == {day for day in span if day >= starts_on}


def _ends(span: Span) -> tuple[date, date]:
    return span.first, span.last


@given(schedules(), spans(), st.lists(spans(), max_size=3))
def test_occurrences_lie_in_the_span_sorted_once_and_never_in_a_pause(
    plan: Schedule, span: Span, pauses: list[Span]
) -> None:
    found = plan.occurrences_between(*_ends(span), pauses=pauses)
    assert list(found) == sorted(set(found))
    for each in found:
        assert each.on in span
        assert plan.starts_on <= each.on
        assert plan.ends_on is None or each.on <= plan.ends_on
        assert not any(each.on in pause for pause in pauses)
        assert each in plan.occurrences_on(each.on, pauses=pauses)


@given(schedules(), spans(), st.lists(spans(), max_size=3))
def test_no_week_asks_for_more_than_its_days_offer(plan: Schedule, span: Span, pauses: list[Span]) -> None:
    by_week = plan.planned_by_week(*_ends(span), pauses=pauses)
    assert [monday for monday, _ in by_week] == sorted({monday_of(day) for day in span})
    for monday, asked in by_week:
        first, last = max(monday, span.first), min(monday + timedelta(days=6), span.last)
        assert 0 <= asked <= len(plan.occurrences_between(first, last, pauses=pauses))
        assert asked <= plan.days_a_week * plan.times_per_day


@given(st.integers(1, 7), st.integers(1, 3), st.integers(0, 30))
def test_a_full_week_asks_for_exactly_so_many_days(days: int, times: int, weeks_on: int) -> None:
    plan = Schedule("per_week", MONDAY, per_week=days, times_per_day=times)
    monday = MONDAY + timedelta(weeks=weeks_on)
    assert plan.planned_between(monday, monday + timedelta(days=6)) == days * times


def test_a_week_cut_short_asks_for_its_share() -> None:
    plan = Schedule("per_week", MONDAY + timedelta(days=4), per_week=3)  # starts on a Friday
    assert plan.planned_between(MONDAY, MONDAY + timedelta(days=6)) == 1  # 3 days of 7 is 1.3


@given(schedules(), DAYS)
def test_a_client_who_has_done_every_day_so_far_is_never_wanted_more_than_the_plan_asks(
    plan: Schedule, day: date
) -> None:
    monday = monday_of(day)
    done: set[date] = set()
    for each in days_between(monday, monday + timedelta(days=6)):
        if plan.is_wanted_on(each, days_done=done):
            done.add(each)
    asked = plan.planned_between(monday, monday + timedelta(days=6))
    assert len(done) * plan.times_per_day == asked


def test_a_client_ahead_of_an_even_pace_is_left_alone() -> None:
    plan = Schedule("per_week", MONDAY, per_week=3)
    tuesday, wednesday, friday = (MONDAY + timedelta(days=days) for days in (1, 2, 4))
    assert plan.is_wanted_on(tuesday)
    assert not plan.is_wanted_on(tuesday, days_done=[MONDAY])
    assert plan.is_wanted_on(wednesday, days_done=[MONDAY])
    assert not plan.is_wanted_on(friday, days_done=[MONDAY, tuesday, wednesday])


@given(schedules())
def test_a_schedule_survives_its_json(plan: Schedule) -> None:
    minutes = Schedule.from_dict(plan.to_dict())
    assert Schedule.from_dict(minutes.to_dict()) == minutes
    assert minutes.starts_on == plan.starts_on
    assert minutes.occurrences_on(plan.starts_on) == plan.occurrences_on(plan.starts_on)


@pytest.mark.parametrize(
    ("template", "kind", "days", "times", "last_day"),
    [
        pytest.param(
            {"sessions_per_day": 2, "days_per_week": 7, "weeks": 4, "anchors": ["lunch"], "flexible": True},
            "weekdays",
            7,
            2,
            date(2026, 12, 20),
            id="knee squeezes: every day, twice",
        ),
        pytest.param(
            {"sessions_per_day": 1, "days_per_week": 3, "weeks": 4, "weekdays": ["mon", "wed", "fri"]},
            "weekdays",
            3,
            1,
            date(2026, 12, 20),
            id="strength: named days",
        ),
        pytest.param(
            {"sessions_per_day": 1, "days_per_week": 3, "weeks": 12, "flexible": True},
            "per_week",
            3,
            1,
            date(2027, 2, 14),
            id="walking: any three days",
        ),
        pytest.param(
            {"sessions_per_day": 5, "days_per_week": 5, "weeks": 6, "window": ["09:00", "17:30"]},
            "breaks",
            5,
            5,
            date(2027, 1, 3),
            id="desk breaks: a goal on working days",
        ),
        pytest.param({"days_per_week": 2}, "per_week", 2, 1, None, id="no end"),
        pytest.param({"days_per_week": 7, "kind": "per_week"}, "per_week", 7, 1, None, id="any seven days"),
        pytest.param({"days_per_week": 7, "kind": "weekdays"}, "weekdays", 7, 1, None, id="each day by its kind"),
        pytest.param({"days_per_week": 7, "kind": "walk"}, "walk", 7, 1, None, id="a walk every day"),
        pytest.param(
            {"weekdays": ["tue", "fri"], "window": ["09:00", "12:00"], "kind": "breaks"},
            "breaks",
            2,
            1,
            None,
            id="breaks on named days",
        ),
    ],
)
def test_a_routine_template_becomes_a_schedule(
    template: dict[str, object], kind: str, days: int, times: int, last_day: date | None
) -> None:
    plan = Schedule.from_template(template, starts_on=MONDAY)
    assert (plan.kind, plan.days_a_week, plan.times_per_day, plan.ends_on) == (kind, days, times, last_day)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"kind": "hourly"}, "kind", id="a kind that does not exist"),
        pytest.param({"weekdays": []}, "weekdays", id="no weekday"),
        pytest.param({"weekdays": [7]}, "weekdays", id="an eighth day"),
        pytest.param({"weekdays": ["mon"]}, "weekdays", id="a name for a number"),
        pytest.param({"weekdays": 3}, "weekdays", id="no list"),
        pytest.param({"per_week": 3}, "per_week", id="both ways at once"),
        pytest.param({"times_per_day": 0}, "times_per_day", id="no session a day"),
        pytest.param({"times_per_day": 10**9}, "times_per_day", id="a thousand million a day"),
        pytest.param({"times_per_day": True}, "times_per_day", id="yes is no number"),
        pytest.param({"starts_on": None}, "starts_on", id="no start"),
        pytest.param({"starts_on": "2026-02-30"}, "starts_on", id="a day that does not exist"),
        pytest.param({"ends_on": "2026-11-22"}, "ends_on", id="an end before the start"),
        pytest.param({"reminder_times": ["25:00"]}, "reminder_times", id="hour 25"),
        pytest.param({"reminder_times": ["09:00", "08:00"]}, "reminder_times", id="late before early"),
        pytest.param({"reminder_times": ["08:00", "09:00", "10:00"]}, "reminder_times", id="more than sessions"),
        pytest.param({"reminder_times": ["08:00:30"]}, "reminder_times", id="half a minute"),
        pytest.param({"bite_min": 2}, "bite_min", id="bites that are too short"),
        pytest.param({"reminder_times": "08:00"}, "reminder_times", id="a text for a list"),
        pytest.param({"colour": "red"}, "colour", id="an unknown field"),
    ],
)
def test_a_wrong_schedule_is_refused_by_field(change: dict[str, object], field: str) -> None:
    good = Schedule("weekdays", MONDAY, weekdays=frozenset({0, 3}), times_per_day=2, reminder_times=(time(8),))
    with pytest.raises(ScheduleError) as refused:
        Schedule.from_dict({**good.to_dict(), **change})
    assert field in {name for name, _ in refused.value.problems}


@pytest.mark.parametrize(
    ("template", "field"),
    [
        pytest.param({}, "days_per_week", id="neither days nor names"),
        pytest.param({"days_per_week": 8}, "days_per_week", id="eight days a week"),
        pytest.param({"days_per_week": 2, "weekdays": ["mon"]}, "weekdays", id="days and names differ"),
        pytest.param({"weekdays": ["monday"]}, "weekdays", id="an unknown name"),
        pytest.param({"days_per_week": 2, "weeks": 0}, "weeks", id="no week"),
        pytest.param({"days_per_week": 5, "window": ["09:00"]}, "window", id="hours without an end"),
        pytest.param([], "schedule", id="not an object"),
        pytest.param({"days_per_week": 5, "kind": "hourly"}, "kind", id="a kind that does not exist"),
        pytest.param({"days_per_week": 5, "kind": "weekdays"}, "weekdays", id="fixed days without names"),
        pytest.param({"weekdays": ["mon"], "kind": "walk"}, "weekdays", id="walks on named days"),
        pytest.param({"days_per_week": 5, "kind": "breaks"}, "window", id="breaks at no time"),
        pytest.param({"days_per_week": 5, "kind": "walk", "window": ["09:00", "12:00"]}, "window", id="walks in hours"),
        pytest.param({"days_per_week": 5, "bite_min": 2}, "bite_min", id="bites that are too short"),
    ],
)
def test_a_wrong_template_is_refused_by_field(template: dict[str, object], field: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        Schedule.from_template(template, starts_on=MONDAY)
    assert field in {name for name, _ in refused.value.problems}


@given(schedules(), DAYS)
def test_a_plan_that_is_kept_as_a_template_starts_again_as_it_was(plan: Schedule, day: date) -> None:
    template = plan.to_template(usual_weeks=4)
    again = Schedule.from_template(template, starts_on=day)
    assert replace(again, starts_on=plan.starts_on, ends_on=plan.ends_on) == replace(plan, reminder_times=())
    assert (again.starts_on, again.weeks) == (day, plan.weeks or 4)
    assert again.days_a_week == template["days_per_week"]
    assert parse_schedule(template).kind == plan.kind  # a routine may hold it


def test_a_routine_and_a_plan_know_the_same_kinds_and_minutes() -> None:
    assert ROUTINE_KINDS == KINDS
    assert BITE_MIN == (LEAST_MIN, MOST_MIN)


def parse_schedule(data: dict[str, Any]) -> RoutineSchedule:
    """What the library reads, none of it refused."""
    problems: list[Problem] = []
    read = read_schedule(Fields(data, "", problems))
    assert problems == []
    return read


BREAKS = Schedule("breaks", MONDAY, weekdays=frozenset(range(5)), times_per_day=5, window=(time(9), time(17, 30)))
WALKS = Schedule("walk", MONDAY, per_week=3, reminder_times=(time(8),))


@pytest.mark.parametrize(
    ("good", "change", "field"),
    [
        pytest.param(BREAKS, {"window": None}, "window", id="breaks at no time"),
        pytest.param(BREAKS, {"window": ["17:30", "09:00"]}, "window", id="an end before the beginning"),
        pytest.param(BREAKS, {"window": ["09:00", "09:00"]}, "window", id="no time between them"),
        pytest.param(BREAKS, {"window": ["09:00", "12:00", "17:30"]}, "window", id="three times"),
        pytest.param(BREAKS, {"window": "09:00-17:30"}, "window", id="a text for two times"),
        pytest.param(BREAKS, {"window": ["09:00:30", "17:30"]}, "window", id="half a minute"),
        pytest.param(BREAKS, {"weekdays": []}, "weekdays", id="breaks on no day"),
        pytest.param(BREAKS, {"per_week": 3}, "per_week", id="breaks on free days"),
        pytest.param(BREAKS, {"reminder_times": ["10:00"]}, "reminder_times", id="a mail about breaks"),
        pytest.param(BREAKS, {"bite_min": 5}, "bite_min", id="bites of breaks"),
        pytest.param(WALKS, {"per_week": None}, "per_week", id="walks on no day"),
        pytest.param(WALKS, {"per_week": 8}, "per_week", id="walks on eight days"),
        pytest.param(WALKS, {"weekdays": [0]}, "weekdays", id="walks on named days"),
        pytest.param(WALKS, {"window": ["09:00", "17:30"]}, "window", id="hours of a walk"),
        pytest.param(WALKS, {"bite_min": 5}, "bite_min", id="bites of a walk"),
    ],
)
def test_a_wrong_goal_is_refused_by_field(good: Schedule, change: dict[str, object], field: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        Schedule.from_dict({**good.to_dict(), **change})
    assert field in {name for name, _ in refused.value.problems}


@given(spans(), st.lists(spans(), max_size=3), st.integers(1, 7), st.integers(1, 3))
def test_walks_are_due_as_any_days_of_the_week_are(span: Span, pauses: list[Span], days: int, times: int) -> None:
    walks = Schedule("walk", span.first, per_week=days, times_per_day=times)
    free = Schedule("per_week", span.first, per_week=days, times_per_day=times)
    assert walks.planned_by_week(*_ends(span), pauses=pauses) == free.planned_by_week(*_ends(span), pauses=pauses)
    assert walks.offered_between(*_ends(span), pauses=pauses) == free.offered_between(*_ends(span), pauses=pauses)


def test_a_schedule_of_before_there_were_goals_is_read() -> None:
    kept = {name: value for name, value in WALKS.to_dict().items() if name != "window"}
    assert Schedule.from_dict(kept) == WALKS


def test_a_span_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before"):
        Span(MONDAY, MONDAY - timedelta(days=1))
