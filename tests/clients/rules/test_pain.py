"""What pain answers ask for."""

import pytest

from clients.rules.pain import (
    PainModel,
    may_raise_amber_max,
    zone,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "green"), (2, "green"), (3, "amber"), (5, "amber"), (6, "red"), (10, "red"), (None, None)],
)
def test_the_zones_meet_at_two_and_five(value: int | None, expected: str | None) -> None:
    assert zone(value) == expected


def test_a_raised_edge_makes_seven_amber() -> None:
    assert zone(7, PainModel(amber_max=7)) == "amber"


@pytest.mark.parametrize(("usual", "allowed"), [(None, False), (4, False), (5, True), (9, True)])
def test_only_a_client_in_steady_pain_may_get_a_raised_edge(usual: int | None, allowed: bool) -> None:
    assert may_raise_amber_max(usual_pain=usual) is allowed


@pytest.mark.parametrize("value", [-1, 11, True])
def test_pain_outside_the_scale_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="0 to 10"):
        zone(value)


@pytest.mark.parametrize(
    "edges",
    [
        {"green_max": 5, "amber_max": 5},
        {"amber_max": 8},
        {"green_max": -1},
        {"rise_stop": 0},
        {"next_day_ok_delta": 2},
    ],
)
def test_edges_that_contradict_each_other_are_refused(edges: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        PainModel(**edges)
