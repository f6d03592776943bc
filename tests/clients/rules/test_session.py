"""A session is what its events say, in whatever order and however often they arrive."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.session import Event, PrescribedWork, Work, fold, worked_seconds

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
KNEES, BRIDGE, WALK, EXTRA = 11, 12, 13, 14
PLAN = (
    PrescribedWork(KNEES, Work(units=5, segments=frozenset({"single", "both"})), swaps={"tilt": Work(units=10)}),
    PrescribedWork(BRIDGE, Work(units=20)),
    PrescribedWork(WALK, Work(units=1, target_s=600)),
    PrescribedWork(EXTRA, Work(units=8), optional=True),
)


def event(
    name: str,
    second: float,
    kind: str,
    item: int | None = None,
    **data: Any,  # Any: JSON values
) -> Event:
    return Event(name, kind, START + timedelta(seconds=second), item, data)


def done(name: str, second: float, item: int, segment: str, side: str, count: float, **more: Any) -> Event:
    return event(
        name,
        second,
        "set_done",
        item,
        **{"segment": segment, "set": 1, "side": side, "done": count, "mode": "guided", **more},
    )


WHOLE = [
    event("a", 0, "started", version=1, on="2026-11-23", slot=1),
    event("b", 1, "pain_before", value=2),
    done("c", 30, KNEES, "single", "left", 2),
    done("d", 60, KNEES, "single", "right", 2),
    done("e", 70, KNEES, "both", "both", 1),
    done("f", 75, KNEES, "rocking", "both", 4),
    done("g", 120, BRIDGE, "lift", "none", 10),
    done("h", 400, WALK, "walk", "none", 0, seconds=300),
    event("i", 500, "pain_peak", value=4),
    event("j", 501, "pain_after", value=None),
    event("k", 502, "effort", value=5),
    event("l", 503, "note", text="Fine today."),
    event("m", 504, "finished"),
]


def test_a_session_comes_to_its_answers_and_fractions() -> None:
    summary = fold(WHOLE, PLAN)
    assert summary.state == "finished"
    assert (summary.started_at, summary.finished_at) == (START, START + timedelta(seconds=504))
    assert (summary.pain_before, summary.pain_peak, summary.pain_after, summary.pain_next) == (2, 4, None, None)
    assert (summary.effort, summary.note) == (5, "Fine today.")
    assert summary.item_fractions == {KNEES: 1, BRIDGE: Fraction(1, 2), WALK: Fraction(1, 2), EXTRA: 0}
    assert summary.fraction == Fraction(2, 3)
    assert summary.status == "part"
    assert summary.modes == {"guided": 6}


def test_asked_and_not_answered_differs_from_never_asked() -> None:
    summary = fold(WHOLE, PLAN)
    assert summary.pain_after is None
    assert "pain_after" in summary.asked
    assert summary.pain_next is None
    assert "pain_next" not in summary.asked


def test_nothing_happened_is_no_answer_and_no_nought() -> None:
    summary = fold([], PLAN)
    assert (summary.pain_before, summary.effort, summary.started_at) == (None, None, None)
    assert (summary.status, summary.fraction) == ("none", 0)
    assert fold([], ()).fraction is None


@given(st.permutations([*WHOLE, *WHOLE]), st.lists(st.sampled_from(WHOLE)))
def test_any_order_and_any_repeat_gives_the_same_session(shuffled: list[Event], again: list[Event]) -> None:
    assert fold([*shuffled, *again], PLAN) == fold(WHOLE, PLAN)


OFFSETS = st.integers(0, 40)
ANY_EVENT = st.builds(
    lambda name, at, kind, item, data: Event(f"e{name}", kind, START + timedelta(seconds=at), item, data),
    st.integers(0, 12),
    OFFSETS,
    st.sampled_from(
        [
            "started",
            "set_done",
            "skipped",
            "swapped",
            "pain_before",
            "effort",
            "note",
            "edited",
            "hurt",
            "left",
            "finished",
        ]
    ),
    st.sampled_from([None, KNEES, BRIDGE, WALK]),
    st.fixed_dictionaries(
        {
            "value": st.none() | st.integers(0, 10),
            "field": st.sampled_from(["pain_before", "effort", "note", "started_at"]),
            "text": st.text(max_size=3),
            "segment": st.sampled_from(["single", "both", "rocking"]),
            "set": st.integers(1, 2),
            "side": st.sampled_from(["left", "right"]),
            "done": st.integers(0, 9),
            "seconds": st.none() | st.integers(0, 700),
            "mode": st.sampled_from(["guided", "ticked", "later"]),
            "to": st.just("tilt"),
            "reason": st.just("no_time"),
            "scope": st.sampled_from(["item", "segment"]),
        }
    ),
)


@given(st.lists(ANY_EVENT, max_size=14), st.randoms())
def test_any_events_fold_the_same_however_they_arrive(events: list[Event], random: Any) -> None:
    summary = fold(events, PLAN)
    shuffled = [*events, *events]
    random.shuffle(shuffled)
    assert fold(shuffled, PLAN) == summary
    assert all(0 <= fraction <= 1 for fraction in summary.item_fractions.values())
    assert summary.fraction is not None
    assert 0 <= summary.fraction <= 1


@given(st.lists(ANY_EVENT, max_size=10), ANY_EVENT)
def test_a_set_more_never_lowers_a_fraction(events: list[Event], more: Event) -> None:
    latest = START + timedelta(seconds=100)
    extra = Event("z", "set_done", latest, KNEES, {**more.data, "set": 99})
    assert fold([*events, extra], PLAN).item_fractions[KNEES] >= fold(events, PLAN).item_fractions[KNEES]


def test_a_set_done_again_counts_once() -> None:
    events = [done("c", 30, BRIDGE, "lift", "none", 10), done("x", 40, BRIDGE, "lift", "none", 12)]
    assert fold(events, PLAN).item_fractions[BRIDGE] == Fraction(12, 20)


def test_more_than_asked_is_still_one() -> None:
    assert fold([done("c", 30, BRIDGE, "lift", "none", 400)], PLAN).item_fractions[BRIDGE] == 1


def test_a_ticked_walk_counts_by_its_unit_and_a_guided_one_by_its_seconds() -> None:
    ticked = done("c", 30, WALK, "walk", "none", 1, mode="ticked", seconds=0)
    assert fold([ticked], PLAN).item_fractions[WALK] == 1
    guided = done("c", 30, WALK, "walk", "none", 1, seconds=60)
    assert fold([guided], PLAN).item_fractions[WALK] == Fraction(1, 10)


@pytest.mark.parametrize(
    ("minutes", "share", "status"),
    [
        pytest.param(4, Fraction(2, 5), "part", id="four of ten"),
        pytest.param(8, Fraction(4, 5), "done", id="four fifths are done"),
        pytest.param(25, Fraction(1), "done", id="more is no more than all of it"),
    ],
)
def test_a_walk_whose_minutes_the_client_told_counts_by_them(minutes: int, share: Fraction, status: str) -> None:
    told = done("a", 1, WALK, "walk", "none", 1, mode="ticked", seconds=60 * minutes, told=True)
    summary = fold([told, event("b", 2, "finished")], PLAN[2:3])
    assert (summary.fraction, summary.status) == (share, status)
    assert worked_seconds([told]) == 60 * minutes


def test_what_was_taken_back_counts_no_more_until_it_is_done_again() -> None:
    walk = done("a", 1, WALK, "walk", "none", 1, mode="ticked", seconds=600)
    back = [walk, event("b", 2, "finished"), event("c", 3, "taken_back")]
    undone = fold(back, PLAN[2:3])
    assert (undone.state, undone.fraction, undone.finished_at) == ("left", 0, None)
    assert worked_seconds(back) == 0
    assert fold([*back, *back[:2]], PLAN[2:3]) == undone  # a replay of what was taken back changes nothing
    shorter = done("d", 4, WALK, "walk", "none", 1, mode="ticked", seconds=300, told=True)
    again = [*back, shorter, event("e", 5, "finished")]
    assert (fold(again, PLAN[2:3]).state, fold(again, PLAN[2:3]).fraction) == ("finished", Fraction(1, 2))
    assert worked_seconds(reversed(again)) == 300


def test_an_edit_counts_before_an_answer_and_the_latest_edit_first() -> None:
    events = [
        *WHOLE,
        event("x", 900, "edited", field="pain_before", value=3),
        event("y", 905, "edited", field="pain_before", value=4),
        event("z", 910, "pain_before", value=9),  # a device with a wrong clock sends late
        event("w", 906, "edited", field="note", value="Better."),
    ]
    summary = fold(events, PLAN)
    assert (summary.pain_before, summary.note) == (4, "Better.")
    assert summary.edited == {"pain_before", "note"}


def test_an_edit_may_take_an_answer_back() -> None:
    assert fold([*WHOLE, event("x", 900, "edited", field="effort", value=None)], PLAN).effort is None


def test_a_skipped_item_keeps_its_reason_until_it_is_done_after_all() -> None:
    skip = event("s", 80, "skipped", BRIDGE, reason="too_sore", scope="item")
    part = event("t", 81, "skipped", KNEES, reason="no_space", scope="segment", segment="rocking")
    assert fold([skip, part], PLAN).skipped == {BRIDGE: "too_sore"}
    assert fold([skip, part], PLAN).skipped_segments == {(KNEES, "rocking"): "no_space"}
    assert fold([skip, done("u", 90, BRIDGE, "lift", "none", 3)], PLAN).skipped == {}


def test_work_before_and_after_a_swap_adds_up() -> None:
    events = [
        done("c", 30, KNEES, "single", "left", 2),
        event("s", 40, "swapped", KNEES, to="tilt"),
        done("d", 50, KNEES, "tilt", "none", 5),
    ]
    summary = fold(events, PLAN)
    assert summary.item_fractions[KNEES] == Fraction(2, 5) + Fraction(5, 10)
    assert summary.swapped == {KNEES: "tilt"}


def test_of_a_choice_the_best_counts_once() -> None:
    plan = (
        PrescribedWork(1, Work(units=10), choice_group="walk or swim"),
        PrescribedWork(2, Work(units=10), choice_group="walk or swim"),
        PrescribedWork(3, Work(units=10)),
    )
    assert fold([done("c", 1, 2, "x", "none", 10)], plan).fraction == Fraction(1, 2)


@pytest.mark.parametrize(
    ("last", "state"),
    [
        pytest.param([], "open", id="running"),
        pytest.param([event("x", 50, "left")], "left", id="left"),
        pytest.param([event("x", 50, "left"), event("y", 90, "resumed")], "open", id="carried on"),
        pytest.param([event("x", 50, "finished"), event("y", 90, "left")], "finished", id="finished stays"),
        pytest.param([event("x", 50, "left"), event("y", 90, "pain_next", value=1)], "left", id="next-day answer"),
    ],
)
def test_a_session_is_open_left_or_finished(last: list[Event], state: str) -> None:
    assert fold([WHOLE[0], *last], PLAN).state == state


def test_hurts_equipment_and_item_pain_are_kept_apart() -> None:
    events = [
        event("a", 1, "hurt", BRIDGE, value=6),
        event("b", 2, "hurt", BRIDGE, value=None),
        event("c", 3, "equipment_confirmed", equipment="thick_blanket", value=True),
        event("d", 4, "item_pain", BRIDGE, value=3),
    ]
    summary = fold(events, PLAN)
    assert [hurt.value for hurt in summary.hurts] == [6, None]
    assert summary.equipment == {"thick_blanket": True}
    assert summary.item_pain == {BRIDGE: 3}
    assert summary.pain_peak is None


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        Event("a", "started", datetime(2026, 11, 23, 8))  # noqa: DTZ001  the point of the test


@pytest.mark.parametrize("work", [{"units": 0}, {"units": 1, "target_s": 0}])
def test_work_without_an_amount_is_refused(work: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Work(**work)
