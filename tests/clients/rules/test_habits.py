"""Moments of the day on which small bites hang: in the order of the day, the client's own always among them."""

from datetime import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.habits import ANCHORS, OWN_WORDS, USUAL_TIMES, through_the_day


@pytest.mark.parametrize(
    ("count", "own", "own_at", "expected"),
    [
        pytest.param(0, "lunch", None, (), id="nothing to hang"),
        pytest.param(2, "", None, ("getting_up", "lunch"), id="no plan of one's own"),
        pytest.param(2, "before_bed", None, ("getting_up", "before_bed"), id="the own moment is the last of the day"),
        pytest.param(3, "lunch", None, ("getting_up", "lunch", "getting_home"), id="the own moment in between"),
        pytest.param(2, OWN_WORDS, None, (OWN_WORDS, "getting_up"), id="own words at no known time"),
        pytest.param(2, OWN_WORDS, time(18), ("getting_up", OWN_WORDS), id="own words, reminded in the evening"),
        pytest.param(
            8,
            "",
            None,
            ("getting_up", "getting_up", "brushing_teeth", "kettle", "lunch", "lunch", "getting_home", "before_bed"),
            id="more than there are moments",
        ),
    ],
)
def test_moments_are_chosen(count: int, own: str, own_at: time | None, expected: tuple[str, ...]) -> None:
    assert through_the_day(count, own=own, own_at=own_at) == expected


@given(
    st.integers(1, 20),
    st.sampled_from(["", OWN_WORDS, *ANCHORS]),
    st.none() | st.times(),
)
def test_moments_follow_the_clock_and_hold_the_clients_own(count: int, own: str, own_at: time | None) -> None:
    found = through_the_day(count, own=own, own_at=own_at)
    times = {**USUAL_TIMES, OWN_WORDS: own_at or time.min}
    assert len(found) == count
    assert all(times[earlier] <= times[later] for earlier, later in pairwise(found))
    assert not own or own in found
