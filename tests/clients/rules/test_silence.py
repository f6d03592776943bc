"""What becomes of reminders that nobody answers."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.silence import IN_A_ROW, SILENT_FOR, Earlier, Turn, turn

FIRST = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
SEND, REST, ASK, STOP = Turn.SEND, Turn.REST, Turn.ASK, Turn.STOP


def course(dues: list[datetime], *, answers: tuple[datetime, ...] = ()) -> list[Turn]:
    """What becomes of one reminder after the other, each judged as the sender does it."""
    turns: list[Turn] = []
    earlier: list[Earlier] = []
    for due in dues:
        since = max((at for at in answers if at < due), default=datetime.min.replace(tzinfo=UTC))
        turns.append(turn(due, [each for each in earlier if each.due_at > since]))
        earlier.append(Earlier(due, SEND if turns[-1] is ASK else turns[-1]))
    return turns


@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        pytest.param(range(10), [SEND, SEND, SEND, REST, SEND, REST, SEND, ASK, STOP, STOP], id="every day"),
        pytest.param([0, 2, 4, 7, 9, 11], [SEND, SEND, SEND, ASK, STOP, STOP], id="three days a week"),
        pytest.param([0, 7, 14, 21, 28], [SEND, SEND, SEND, ASK, STOP], id="one day a week still has its three"),
        pytest.param([0, 0.4, 1, 1.4, 2, 2.4, 3], [SEND, SEND, SEND, REST, SEND, REST, SEND], id="twice a day"),
    ],
)
def test_unanswered_reminders_grow_fewer_and_stop(days: list[float], wanted: list[Turn]) -> None:
    assert course([FIRST + each * DAY for each in days]) == wanted


def test_an_answer_begins_anew() -> None:
    dues = [FIRST + number * DAY for number in range(14)]
    turns = course(dues, answers=(dues[8] + timedelta(hours=3),))
    assert turns[7:9] == [ASK, STOP]
    assert turns[9:] == [SEND, SEND, SEND, REST, SEND]


@given(
    st.lists(st.integers(1, 14 * 24), min_size=1, max_size=60),
    st.lists(st.integers(0, 60 * 24), max_size=5),
)
def test_whoever_answers_is_reminded_and_whoever_does_not_is_asked_once(gaps: list[int], answers: list[int]) -> None:
    dues = [FIRST + timedelta(hours=sum(gaps[: number + 1])) for number in range(len(gaps))]
    heard = tuple(FIRST + timedelta(hours=hours, minutes=1) for hours in answers)
    turns = course(dues, answers=heard)
    ends = [*sorted(heard), dues[-1] + DAY]
    for begin, end in zip([FIRST - DAY, *sorted(heard)], ends, strict=True):
        stretch = [(due, each) for due, each in zip(dues, turns, strict=True) if begin < due <= end]
        of = [each for _, each in stretch]
        assert of[:IN_A_ROW] == [SEND] * len(of[:IN_A_ROW])
        assert of.count(ASK) <= 1
        assert STOP not in of or ASK in of
        if ASK in of:
            asked = of.index(ASK)
            assert stretch[asked][0] - stretch[0][0] >= SILENT_FOR
            assert set(of[asked + 1 :]) <= {STOP}
        assert all((before, after) != (REST, REST) for before, after in pairwise(of))
