"""A session that was begun again: of goes that overlap one counts, of those one after the other each."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.begun_again import Go, replaced

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def go(name: str, start: int, end: int, fraction: float = 1) -> Go:
    """One go; minutes after nine."""
    return Go(name, NINE + timedelta(minutes=start), NINE + timedelta(minutes=end), fraction)


@pytest.mark.parametrize(
    ("goes", "gone"),
    [
        pytest.param([go("a", 0, 15)], set(), id="one"),
        pytest.param([go("a", 0, 40), go("b", 20, 30)], {"a"}, id="begun again, and the first finished late"),
        pytest.param([go("a", 0, 25), go("b", 20, 30)], {"a"}, id="begun again, and the first finished before it"),
        pytest.param([go("a", 0, 15), go("b", 15, 30)], set(), id="done again after it"),
        pytest.param([go("a", 0, 90), go("b", 20, 30), go("c", 60, 75)], {"a"}, id="and once more after that"),
        pytest.param([go("a", 0, 90), go("b", 20, 80), go("c", 60, 75)], {"a", "b"}, id="begun again twice"),
        pytest.param([go("a", 0, 40), go("b", 20, 30, 0.5)], {"b"}, id="only the first is done"),
        pytest.param([go("a", 0, 40, 0.8), go("b", 20, 30, 0.9)], {"a"}, id="both are done"),
        pytest.param([go("a", 0, 40, 0.7), go("b", 20, 30, 0.5)], {"b"}, id="neither is done: the fuller"),
        pytest.param([go("a", 0, 40, 0.5), go("b", 20, 30, 0.5)], {"a"}, id="neither is done: the later"),
    ],
)
def test_which_goes_count_no_more(goes: list[Go], gone: set[str]) -> None:
    assert replaced(goes) == gone
    assert replaced(reversed(goes)) == gone


MINUTES = st.integers(0, 60)
GOES = st.lists(st.tuples(MINUTES, MINUTES, st.sampled_from([0.0, 0.5, 0.8, 1.0])), max_size=6).map(
    lambda rows: [go(str(number), start, start + length, share) for number, (start, length, share) in enumerate(rows)]
)


@given(GOES, st.randoms())
def test_the_order_of_arrival_changes_nothing_and_something_always_counts(goes: list[Go], dice: Random) -> None:
    shuffled = list(goes)
    dice.shuffle(shuffled)
    gone = replaced(goes)
    assert replaced(shuffled) == gone
    assert len(gone) < max(1, len(goes))
    assert max((each.fraction >= 0.8 for each in goes), default=False) == any(
        each.fraction >= 0.8 for each in goes if each.id not in gone
    )


@given(GOES)
def test_goes_one_after_the_other_all_count(goes: list[Go]) -> None:
    apart = [go(each.id, 100 * place, 100 * place + 60, float(each.fraction)) for place, each in enumerate(goes)]
    assert not replaced(apart)
