"""How many clients fall into each band."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.overview import BANDS, distribution


@pytest.mark.parametrize(
    ("counts", "clients"),
    [
        ([], [0, 0, 0, 0]),
        ([(8, 10), (10, 10)], [2, 0, 0, 0]),
        ([(79, 100), (5, 10)], [0, 2, 0, 0]),
        ([(49, 100), (0, 3)], [0, 0, 2, 0]),
        ([(0, 0), (2, 0)], [0, 0, 0, 2]),
        ([(9, 10), (6, 10), (1, 10), (0, 0)], [1, 1, 1, 1]),
    ],
)
def test_every_client_falls_into_one_band(counts: list[tuple[int, int]], clients: list[int]) -> None:
    found = distribution(counts)
    assert [each.band for each in found] == list(BANDS)
    assert [each.clients for each in found] == clients


def test_nobody_has_no_share() -> None:
    assert {each.share for each in distribution([])} == {None}
    assert distribution([(1, 1), (0, 1)])[0].share == Fraction(1, 2)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=30))
def test_the_bands_add_up_to_all_clients(counts: list[tuple[int, int]]) -> None:
    found = distribution(counts)
    assert sum(each.clients for each in found) == len(counts)
    assert found == distribution(reversed(counts))
