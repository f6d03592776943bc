"""A routine in small bites: nothing lost, nothing moved, three to five minutes and one position where that can be."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.bites import LEAST_S, LONGEST_S, Bite, Place, bites, place_of
from routines.library.starter import exercises_file


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([], (), id="nothing"),
        pytest.param([("floor", 300)], (), id="five minutes are one bite already"),
        pytest.param(
            [("floor", 200), ("floor", 190)],
            (Bite(("floor",), (0,), 200), Bite(("floor",), (1,), 190)),
            id="too long for one bite",
        ),
        pytest.param(
            [("floor", 100), ("floor", 150), ("standing", 180)],
            (Bite(("floor",), (0, 1), 250), Bite(("standing",), (2,), 180)),
            id="by position",
        ),
        pytest.param(
            [("floor", 100), ("standing", 100), ("standing", 200)],
            (Bite(("floor", "standing"), (0, 1), 200), Bite(("standing",), (2,), 200)),
            id="what is too short for a bite goes with its neighbour",
        ),
        pytest.param(
            [("floor", 190), ("chair", 190), ("floor", 190)],
            (Bite(("floor",), (0,), 190), Bite(("chair",), (1,), 190), Bite(("floor",), (2,), 190)),
            id="the order stays",
        ),
        pytest.param(
            [("anywhere", 90), ("floor", 100), ("standing", 200)],
            (Bite(("floor",), (0, 1), 190), Bite(("standing",), (2,), 200)),
            id="what is done anywhere goes with any place",
        ),
        pytest.param([("standing", 600)], (Bite(("standing",), (0,), 600),), id="one long exercise is not cut"),
    ],
)
def test_a_routine_falls_into_bites(parts: list[tuple[Place, float]], expected: tuple[Bite, ...]) -> None:
    assert bites(parts) == expected


def test_bites_are_as_long_as_somebody_chose() -> None:
    parts: list[tuple[Place, float]] = [("floor", 170), ("floor", 170), ("floor", 170)]
    assert [bite.parts for bite in bites(parts, longest_s=180)] == [(0,), (1,), (2,)]
    assert [len(bite.parts) for bite in bites(parts, longest_s=360)] in ([1, 2], [2, 1])
    assert bites(parts, longest_s=600) == ()


PLACES: list[Place] = ["floor", "chair", "standing", "anywhere"]
ROUTINES = st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 400)), max_size=9)


@given(ROUTINES)
def test_every_exercise_stands_in_one_bite_in_its_order(parts: list[tuple[Place, float]]) -> None:
    found = bites(parts)
    if not found:
        assert sum(seconds for _, seconds in parts) <= LONGEST_S
        return
    assert [index for bite in found for index in bite.parts] == list(range(len(parts)))
    for bite in found:
        there = {parts[index][0] for index in bite.parts}
        assert set(bite.places) == (there - {"anywhere"} or there)
        assert bite.seconds == sum(parts[index][1] for index in bite.parts)
        assert bite.seconds <= LONGEST_S or len(bite.parts) == 1


def _every_way(parts: list[tuple[Place, float]]) -> list[list[float]]:
    """The seconds of the bites of every way to cut a routine in which only a single exercise may be too long."""
    ways = []
    for cuts in product([False, True], repeat=len(parts) - 1):
        ends = [0, *(place for place, is_cut in enumerate(cuts, start=1) if is_cut), len(parts)]
        runs = [parts[start:end] for start, end in pairwise(ends)]
        if all(len(run) == 1 or sum(seconds for _, seconds in run) <= LONGEST_S for run in runs):
            ways.append([sum(seconds for _, seconds in run) for run in runs])
    return ways


@given(ROUTINES)
def test_a_bite_is_too_short_only_where_no_way_of_cutting_avoids_it(parts: list[tuple[Place, float]]) -> None:
    found = bites(parts)
    if not found:
        return

    def missing(seconds: list[float]) -> float:
        return sum(max(0, LEAST_S - each) for each in seconds)

    assert missing([bite.seconds for bite in found]) == min(missing(way) for way in _every_way(parts))


def test_less_than_no_time_is_an_error() -> None:
    with pytest.raises(ValueError, match="less than 0"):
        bites([("floor", -1)])


def test_every_position_of_the_library_has_its_place() -> None:
    positions = {each["position"] for each in exercises_file().document["exercises"]}
    assert {name for name in positions if place_of(name) == "anywhere"} == set()
