"""The lane of a day, as the YAML and the shared vectors say."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules import lanes
from clients.rules.lanes import FlareSpan, Reduction, Today, pick
from clients.rules.pain import DEFAULT, PainModel, zone
from routines.dose import Dose
from routines.library.starter import ROUTINES, exercises, load_path

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "lanes.json").read_text(encoding="utf-8")
)
FILE: dict[str, Any] = load_path(ROUTINES).document
PAIN = FILE["safety"]["pain_model"]
SETTINGS = PAIN["settings"]
MONDAY = date(2026, 11, 16)
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.mark.parametrize("vector", [pytest.param(each, id=each["name"]) for each in VECTORS])
def test_the_lane_is_the_one_that_the_shared_vectors_say(vector: dict[str, Any]) -> None:
    picked = pick(Today(**vector["today"]), PainModel(amber_max=vector["amber_max"]))
    assert (picked.lane, picked.percent, picked.reason) == (vector["lane"], vector["percent"], vector["reason"])
    assert list(lanes.choices(picked.lane, vector["written"])) == vector["choices"]


def test_the_vectors_hold_every_reason() -> None:
    reasons = {vector["reason"] for vector in VECTORS}
    assert reasons == {"as_planned", "not_answered", "pain_high", "flare", "flare_resting", "reduced"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(each["zone"], value, id=f"{value} is {each['zone']}")
        for each in PAIN["zones"]
        for value in range(each["range"][0], each["range"][1] + 1)
    ],
)
def test_every_point_of_the_scale_lies_in_the_zone_of_the_yaml(name: str, value: int) -> None:
    assert zone(value) == name
    offered = pick(Today(value)).lane
    assert offered == ("sore" if name == "red" else "steady")


def test_the_edges_are_the_settings_of_the_yaml() -> None:
    for name in ("green_max", "amber_max", "rise_stop", "next_day_ok_delta", "next_day_reduce_delta"):
        assert getattr(DEFAULT, name) == SETTINGS[name], name


def test_the_constants_of_the_way_back_are_those_of_the_yaml() -> None:
    words = FILE["rule_language"]["lanes"]
    assert f"dose at {lanes.SORE_PERCENT} %" in words["sore"]
    assert f"{lanes.RETURN_PERCENT} % for two sessions" in words["return"]
    assert lanes.RETURN_SESSIONS == 2
    rules = {rule["id"]: rule for rule in FILE["global_rules"]}
    assert rules["global.flare"]["then"]["max_days"] == lanes.FLARE_DAYS_AT_MOST
    assert rules["global.back_from_flare"]["then"]["pct"] == lanes.RETURN_PERCENT


@pytest.mark.parametrize(
    ("dose", "expected"),
    [
        pytest.param(Dose("reps", 1, 8), {"reps": 6}, id="8 become 6"),
        pytest.param(Dose("reps", 2, 10), {"reps": 7}, id="7.5 is rounded down"),
        pytest.param(Dose("reps", 1, 2), {"reps": 1}, id="2 become 1"),
        pytest.param(Dose("reps", 3, 1), {"sets": 2}, id="one repetition lowers the sets"),
        pytest.param(Dose("hold", 1, 1, hold_s=90), {}, id="one hold stays"),
        pytest.param(Dose("time", 1, 1, duration_s=300), {"duration_s": 225}, id="a bout of 5 minutes"),
        pytest.param(
            Dose("reps", 1, 4, segment_reps={"both": 4}), {"reps": 3, "segment_reps": {"both": 3}}, id="parts"
        ),
    ],
)
def test_three_quarters_are_rounded_down_and_at_least_one(dose: Dose, expected: dict[str, Any]) -> None:
    assert lanes.at_percent(dose, lanes.SORE_PERCENT) == expected


@given(st.sampled_from(sorted(exercises())), st.integers(1, 100), st.integers(1, 20), st.integers(1, 60))
def test_no_percent_ever_raises_a_dose(slug: str, percent: int, sets: int, reps: int) -> None:
    dose = exercises()[slug].dose.override(sets=sets, reps=reps)
    lowered = dose.override(**lanes.at_percent(dose, percent))
    assert lowered.sets <= dose.sets
    assert lowered.reps <= dose.reps
    assert lowered.hold_s == dose.hold_s
    assert (lowered.duration_s or 0) <= (dose.duration_s or 0)
    assert lowered.sets >= 1
    assert lowered.reps >= 1


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_a_percent_that_is_no_lowering_is_refused(percent: int) -> None:
    with pytest.raises(ValueError, match="percent"):
        lanes.at_percent(Dose("reps", 1, 8), percent)


def after(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("finished", "expected"),
    [
        pytest.param([], (75, 2), id="before the first"),
        pytest.param([after(-3)], (75, 2), id="sessions before it do not count"),
        pytest.param([after(1)], (75, 1), id="after one"),
        pytest.param([after(1), after(25)], (100, 0), id="after two it is full again"),
    ],
)
def test_the_way_back_lasts_two_sessions(finished: list[datetime], expected: tuple[int, int]) -> None:
    way_back = Reduction(lanes.RETURN_PERCENT, lanes.RETURN_SESSIONS, NOON)
    assert lanes.percent_now([way_back], finished) == expected


def test_of_several_reductions_the_lowest_counts() -> None:
    assert lanes.percent_now([Reduction(75, 2, NOON), Reduction(50, 2, NOON)], []) == (50, 2)


@given(
    st.lists(st.tuples(st.integers(1, 100), st.integers(0, 5), st.integers(-50, 50)), max_size=6),
    st.lists(st.integers(-50, 50), max_size=8),
)
def test_reductions_never_give_more_than_the_approved_dose(made: list[tuple[int, int, int]], ended: list[int]) -> None:
    percent, left = lanes.percent_now([Reduction(p, n, after(h)) for p, n, h in made], [after(h) for h in ended])
    assert 1 <= percent <= 100
    assert left >= 0


@pytest.mark.parametrize(
    ("day", "preapproved", "expected"),
    [
        pytest.param(-1, True, "none", id="the day before"),
        pytest.param(0, True, "on", id="day 1, approved"),
        pytest.param(6, True, "on", id="day 7, approved"),
        pytest.param(7, True, "resting", id="day 8: longer than seven days"),
        pytest.param(0, False, "resting", id="day 1, not approved"),
    ],
)
def test_a_flare_takes_its_lane_for_seven_days_where_that_was_approved(
    day: int, preapproved: bool, expected: str
) -> None:
    flare = FlareSpan(MONDAY)
    assert lanes.flare_state(flare, MONDAY + timedelta(days=day), preapproved=preapproved) == expected


def test_a_flare_that_is_over_changes_nothing() -> None:
    assert lanes.flare_state(FlareSpan(MONDAY, MONDAY), MONDAY, preapproved=True) == "none"


@pytest.mark.parametrize(("apart", "expected"), [(1, True), (27, True), (28, False), (60, False)])
def test_a_second_flare_within_four_weeks_is_noticed(apart: int, expected: bool) -> None:
    earlier = FlareSpan(MONDAY - timedelta(days=apart + 3), MONDAY - timedelta(days=apart))
    assert lanes.is_second_flare(FlareSpan(MONDAY), [earlier]) is expected


@pytest.mark.parametrize(
    ("days", "pain", "expected"), [(6, 8, False), (7, 6, True), (7, 5, False), (7, None, False), (9, 10, True)]
)
def test_seven_days_at_six_or_more_are_noticed(days: int, pain: int | None, expected: bool) -> None:
    assert lanes.is_not_settling(FlareSpan(MONDAY), MONDAY + timedelta(days=days), pain) is expected


@given(
    st.one_of(st.none(), st.integers(0, 10)),
    st.sampled_from(["none", "on", "resting"]),
    st.integers(1, 100),
    st.sampled_from([3, 5, 7]),
)
def test_no_answer_is_ever_offered_more_than_the_dose_that_was_approved(
    before: int | None, flare: Any, percent: int, amber_max: int
) -> None:
    offered = pick(Today(before, flare, percent), PainModel(amber_max=amber_max))
    assert 1 <= offered.percent <= 100
    if offered.lane == "steady":
        assert offered.percent <= percent
    for chosen in lanes.choices(offered.lane, lanes.LANES):
        assert lanes.LANES.index(chosen) >= lanes.LANES.index(offered.lane), "a gentler lane, never a harder one"
