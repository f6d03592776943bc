"""Evidence of monitoring: two clocks, thresholds as data, and never a word of what may be claimed."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.monitoring import (
    THRESHOLDS,
    MonitoringFacts,
    TimeSpent,
    evidence,
    from_document,
    read_thresholds,
    to_document,
)
from clients.rules.session import Event

FIRST = date(2026, 10, 20)
LONG_AFTER = date(2026, 12, 31)


def told(offset: int, *, hour: int = 12, kind: str = "pain_before", **data: Any) -> tuple[str, Event]:
    at = datetime(2026, 10, 20, hour, tzinfo=UTC) + timedelta(days=offset)
    return "s", Event(f"{offset:03}-{hour:02}-{kind}", kind, at, None, data or {"value": 3})


def spent(number: int, start: datetime, minutes: int, *, who: str = "Priya", contact: str = "none") -> TimeSpent:
    return TimeSpent(number, who, start, start + timedelta(minutes=minutes), contact, "Looked at the sessions")


def facts(*events: tuple[str, Event], times: tuple[TimeSpent, ...] = (), **changes: Any) -> MonitoringFacts:
    whole = MonitoringFacts(FIRST, LONG_AFTER, "UTC", read_thresholds(THRESHOLDS), events, times)
    return replace(whole, **changes)


@pytest.mark.parametrize(
    ("days", "met"),
    [(0, []), (1, []), (2, ["98985"]), (15, ["98985"]), (16, ["98977"]), (30, ["98977"])],
)
def test_days_with_data_in_a_period_of_thirty_days(days: int, met: list[str]) -> None:
    window = evidence(facts(*(told(day) for day in range(days)))).windows[0]
    assert (window.first, window.last, len(window.days)) == (FIRST, date(2026, 11, 18), days)
    assert [each.threshold.key for each in window.verdicts if each.is_met] == met


@pytest.mark.parametrize(
    ("minutes", "contact", "met"),
    [
        (9, "phone", []),
        (10, "phone", ["98979"]),
        (19, "video", ["98979"]),
        (20, "video", ["98980"]),
        (200, "phone", ["98980"]),
        (20, "none", []),
    ],
)
def test_minutes_in_a_calendar_month_with_a_live_contact(minutes: int, contact: str, met: list[str]) -> None:
    entry = spent(1, datetime(2026, 11, 3, 9, tzinfo=UTC), minutes, contact=contact)
    october, november, _december = evidence(facts(times=(entry,))).months
    assert (october.minutes, november.minutes) == (0, minutes)
    assert [each.threshold.key for each in november.verdicts if each.is_met] == met
    assert november.verdicts[0].lacks_live is (contact == "none")


def test_the_two_clocks_run_apart() -> None:
    found = evidence(facts(told(0), told(29), told(30)))
    assert [len(window.days) for window in found.windows] == [2, 1, 0]
    assert [window.first for window in found.windows] == [FIRST + timedelta(days=30 * n) for n in range(3)]
    assert [month.first for month in found.months] == [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)]


def test_a_day_is_one_of_the_clients_calendar() -> None:
    late = told(0, hour=23)
    (day, types), *_ = evidence(facts(late, zone="Europe/Berlin")).windows[0].days
    assert (day, types) == (date(2026, 10, 21), {"pain_before": 1})


@pytest.mark.parametrize(
    ("event", "counts"),
    [
        (told(0, kind="set_done", done=4, of=4, seconds=60), True),
        (told(0, kind="set_done", done=0, of=4, seconds=0), False),
        (told(0, kind="pain_before", value=0), True),
        (told(0, kind="pain_before", value=None), False),
        (told(0, kind="started", version=1), False),
        (told(0, kind="left", none=0), False),
    ],
)
def test_only_sets_done_and_questions_answered_are_data(event: tuple[str, Event], counts: bool) -> None:
    assert bool(evidence(facts(event)).windows[0].days) is counts


def test_time_of_one_person_counts_once_where_entries_overlap() -> None:
    nine = datetime(2026, 11, 3, 9, tzinfo=UTC)
    own = (spent(1, nine, 10), spent(2, nine + timedelta(minutes=5), 10), spent(3, nine + timedelta(minutes=6), 2))
    other = spent(4, nine, 10, who="Omar")
    assert evidence(facts(times=own)).months[1].minutes == 15
    assert evidence(facts(times=(*own, other))).months[1].minutes == 25


def test_seconds_add_up_to_whole_minutes_of_the_month() -> None:
    nine = datetime(2026, 11, 3, 9, tzinfo=UTC)
    halves = tuple(
        replace(spent(n, nine + timedelta(hours=n), 1), ended_at=nine + timedelta(hours=n, seconds=90))
        for n in range(3)
    )
    assert evidence(facts(times=halves)).months[1].minutes == 4


def test_a_period_that_runs_says_from_which_day_on_it_can_still_be_met() -> None:
    running = facts(*(told(day) for day in range(6)), today=FIRST + timedelta(days=9))
    supply, more = evidence(running).windows[0].verdicts
    assert (supply.is_met, supply.last_start) == (True, None)
    assert (more.is_met, more.last_start) == (False, date(2026, 11, 9))  # ten days are missing, to 18 November
    late = replace(running, today=date(2026, 11, 10))
    assert evidence(late).windows[0].verdicts[1].last_start is None
    told_today = replace(running, events=(*running.events, told(21)), today=date(2026, 11, 10))
    assert evidence(told_today).windows[0].verdicts[1].last_start is None


def test_thresholds_are_data() -> None:
    own = read_thresholds([{"key": "ours", "clock": "30_days", "at_least": 3, "at_most": None, "live": False}])
    (verdict,) = evidence(facts(told(0), told(1), told(2), thresholds=own)).windows[0].verdicts
    assert (verdict.threshold.key, verdict.is_met) == ("ours", True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"at_least": 0}, {"at_least": "2"}, {"at_least": True}, {"at_least": 16}, {"clock": "week"}, {"live": 1},
        {"key": ""}, {"more": 1},
    ],
)  # fmt: skip
def test_a_threshold_that_cannot_be_read_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Threshold 2"):
        read_thresholds([THRESHOLDS[0], {**THRESHOLDS[0], **wrong}])


def test_thresholds_are_a_list() -> None:
    with pytest.raises(ValueError, match="list"):
        read_thresholds({"key": "98985"})


EVENTS = st.lists(st.tuples(st.integers(-3, 70), st.integers(0, 23)), max_size=20, unique=True)
TIMES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 90), st.sampled_from(["none", "phone"])), max_size=6)


@st.composite
def histories(draw: st.DrawFn) -> MonitoringFacts:
    noon = datetime(2026, 10, 20, 12, tzinfo=UTC)
    times = [
        spent(number, noon + timedelta(days=day), minutes, contact=contact)
        for number, (day, minutes, contact) in enumerate(draw(TIMES))
    ]
    zone = draw(st.sampled_from(["UTC", "America/New_York", "Pacific/Auckland"]))
    return facts(*(told(day, hour=hour) for day, hour in draw(EVENTS)), times=tuple(times), zone=zone)


@given(histories(), st.randoms(use_true_random=False))
def test_order_and_repeats_change_nothing(history: MonitoringFacts, random: Any) -> None:
    events = [*history.events, *random.sample(history.events, len(history.events) // 2)]
    times = [*history.times, *random.sample(history.times, len(history.times) // 2)]
    random.shuffle(events)
    random.shuffle(times)
    assert evidence(replace(history, events=tuple(events), times=tuple(times))) == evidence(history)


@given(histories())
def test_the_evidence_follows_from_the_exported_document(history: MonitoringFacts) -> None:
    found = evidence(history)
    assert evidence(from_document(json.loads(json.dumps(to_document(history))))) == found
    assert all(len(window.days) <= 30 for window in found.windows)
    assert sum(month.minutes for month in found.months) <= sum(
        (each.ended_at - each.started_at).total_seconds() / 60 for each in history.times
    )


def test_another_form_of_data_is_refused() -> None:
    with pytest.raises(ValueError, match="form 1"):
        from_document({**to_document(facts()), "form": 2})
