"""A routine in small bites: nothing lost, nothing moved, one position each, none too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.bites import LONGEST_S, Bite, Place, bites, place_of
from routines.library.starter import exercises_file


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([], (), id="nothing"),
        pytest.param([("floor", 300)], (), id="five minutes are one bite already"),
        pytest.param(
            [("floor", 200), ("floor", 150)],
            (Bite("floor", (0,), 200), Bite("floor", (1,), 150)),
            id="too long for one bite",
        ),
        pytest.param(
            [("floor", 100), ("floor", 150), ("standing", 120)],
            (Bite("floor", (0, 1), 250), Bite("standing", (2,), 120)),
            id="by position",
        ),
        pytest.param(
            [("floor", 150), ("chair", 150), ("floor", 150)],
            (Bite("floor", (0,), 150), Bite("chair", (1,), 150), Bite("floor", (2,), 150)),
            id="the order stays",
        ),
        pytest.param([("standing", 600)], (Bite("standing", (0,), 600),), id="one long exercise is not cut"),
    ],
)
def test_a_routine_falls_into_bites(parts: list[tuple[Place, float]], expected: tuple[Bite, ...]) -> None:
    assert bites(parts) == expected


def test_bites_are_as_long_as_somebody_chose() -> None:
    parts: list[tuple[Place, float]] = [("floor", 170), ("floor", 170), ("floor", 170)]
    assert [bite.parts for bite in bites(parts, longest_s=180)] == [(0,), (1,), (2,)]
    assert [bite.parts for bite in bites(parts, longest_s=360)] == [(0, 1), (2,)]
    assert bites(parts, longest_s=600) == ()


PLACES: list[Place] = ["floor", "chair", "standing", "anywhere"]


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 700)), max_size=12))
def test_every_exercise_stands_in_one_bite_in_its_order(parts: list[tuple[Place, float]]) -> None:
    found = bites(parts)
    if not found:
        assert sum(seconds for _, seconds in parts) <= LONGEST_S
        return
    assert [index for bite in found for index in bite.parts] == list(range(len(parts)))
    for bite in found:
        assert {parts[index][0] for index in bite.parts} == {bite.place}
        assert bite.seconds == sum(parts[index][1] for index in bite.parts)
        assert bite.seconds <= LONGEST_S or len(bite.parts) == 1


def test_less_than_no_time_is_an_error() -> None:
    with pytest.raises(ValueError, match="less than 0"):
        bites([("floor", -1)])


def test_every_position_of_the_library_has_its_place() -> None:
    positions = {each["position"] for each in exercises_file().document["exercises"]}
    assert {name for name in positions if place_of(name) == "anywhere"} == set()
