"""What a client's own figures say in a sentence: tables, and what holds for any figures."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.rules.adherence import Week
from clients.rules.helping import (
    EACH_END,
    GAP,
    PainStory,
    WeekStory,
    is_harder_week,
    is_return,
    pain_story,
    week_story,
)

FIRST = datetime(2026, 10, 1, 9, tzinfo=UTC)
MONDAY = date(2026, 11, 16)


def days(*values: int | None, apart: float = 4) -> list[tuple[datetime, int | None]]:
    return [(FIRST + timedelta(days=apart * place), value) for place, value in enumerate(values)]


@pytest.mark.parametrize(
    ("answers", "story"),
    [
        pytest.param([], None, id="no session"),
        pytest.param(days(None, None), None, id="never answered"),
        pytest.param(days(4), PainStory("single", 4, 4, 1), id="one answer"),
        pytest.param(days(5, 3, 2, 2, 1), PainStory("single", 5, 1, 2), id="five answers are no trend"),
        pytest.param(days(5, 6, 5, 3, 3, 2), PainStory("eased", 5, 3, 3), id="eased"),
        pytest.param(days(3, 3, 9, 3, 0, 3), PainStory("same", 3, 3, 3), id="one bad and one good day change nothing"),
        pytest.param(days(2, 2, 2, 4, 5, 6), PainStory("harder", 2, 5, 3), id="harder"),
        pytest.param(days(5, None, 6, 5, None, 3, 3, 2), PainStory("eased", 5, 3, 4), id="no answer is no number"),
        pytest.param(days(5, 5, 5, 3, 3, 3, apart=0.1), PainStory("eased", 5, 3, 1), id="all on one day"),
    ],
)
def test_how_pain_went(answers: list[tuple[datetime, int | None]], story: PainStory | None) -> None:
    assert pain_story(answers) == story


@pytest.mark.parametrize("value", [-1, 11])
def test_a_number_that_is_no_pain_is_an_error(value: int) -> None:
    with pytest.raises(ValueError, match="0 to 10"):
        pain_story([(FIRST, value)])


some_answers = st.lists(
    st.tuples(
        st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  bounds are naive
        st.none() | st.integers(0, 10),
    ),
    max_size=40,
)


@given(some_answers, st.randoms())
def test_the_order_of_telling_changes_nothing(answers: list[tuple[datetime, int | None]], random: object) -> None:
    shuffled = list(answers)
    random.shuffle(shuffled)
    assert pain_story(shuffled) == pain_story(answers)


@given(some_answers)
def test_the_numbers_said_were_really_answered(answers: list[tuple[datetime, int | None]]) -> None:
    story = pain_story(answers)
    given_ = [value for _, value in answers if value is not None]
    if story is None:
        assert given_ == []
        return
    assert {story.first, story.last} <= set(given_)
    assert story.weeks >= 1
    assert (story.course == "single") is (len(given_) < 2 * EACH_END)
    if story.course != "single":
        assert (story.last < story.first) is (story.course == "eased")


@pytest.mark.parametrize(
    ("counts", "story"),
    [
        pytest.param([], WeekStory(0, 0), id="no week"),
        pytest.param([(0, 0), (0, 0)], WeekStory(0, 0), id="nothing asked, nothing done"),
        pytest.param([(5, 5), (0, 0), (5, 2), (5, 0), (5, 1)], WeekStory(3, 4), id="a week off breaks nothing"),
        pytest.param([(0, 2)], WeekStory(1, 1), id="done though nothing was asked"),
    ],
)
def test_weeks_are_counted_never_in_a_row(counts: list[tuple[int, int]], story: WeekStory) -> None:
    found = [
        Week(MONDAY + timedelta(weeks=place), due, done, Fraction(done)) for place, (due, done) in enumerate(counts)
    ]
    assert week_story(found) == story
    assert week_story(list(reversed(found))) == story


@pytest.mark.parametrize(
    ("back", "welcome"),
    [
        pytest.param([], False, id="never began"),
        pytest.param([0], False, id="the first session"),
        pytest.param([0, 1], False, id="yesterday and today"),
        pytest.param([4], False, id="four days off"),
        pytest.param([5], True, id="five days off"),
        pytest.param([0, 5], True, id="back today after a gap"),
        pytest.param([0, 4], False, id="back today after a short one"),
        pytest.param([1, 9], False, id="back since yesterday"),
    ],
)
def test_a_return_after_a_gap_is_welcomed(back: list[int], welcome: bool) -> None:
    assert timedelta(days=5) == GAP
    assert is_return([MONDAY - timedelta(days=days) for days in back], MONDAY) is welcome


@pytest.mark.parametrize(
    ("before", "last", "harder"),
    [
        pytest.param([], [], False, id="no session"),
        pytest.param([3, 3, 3], [5, 5, 5], True, id="two points more"),
        pytest.param([3, 3, 3], [4, 4, 4], False, id="one point more is no harder week"),
        pytest.param([5, 5, 5], [3, 3, 3], False, id="an easier week"),
        pytest.param([3, 3, 3], [3, 9, 3], False, id="one bad day is no harder week"),
        pytest.param([3, 3, 3], [3, 5, 9], True, id="the middle answer counts"),
        pytest.param([3, 3, 3, 3], [3, 3, 5, 5], False, id="of two middle answers the lower"),
        pytest.param([3, 3, 3], [8, 8], False, id="too few answers this week"),
        pytest.param([0, 0], [8, 8, 8], False, id="too few answers the week before"),
        pytest.param([3, 3, 3], [8, 8, None], False, id="an answer that was not given is none"),
    ],
)
def test_a_harder_week_is_one_of_clearly_more_pain_before(
    before: list[int], last: list[int | None], harder: bool
) -> None:
    answers: list[tuple[date, int | None]] = [(MONDAY - timedelta(days=7 + place), v) for place, v in enumerate(before)]
    answers += [(MONDAY - timedelta(days=place), value) for place, value in enumerate(last)]
    assert is_harder_week(answers, MONDAY) is harder
    assert is_harder_week(reversed(answers), MONDAY) is harder


@pytest.mark.parametrize(
    ("back", "harder"),
    [
        pytest.param((6, 13), True, id="the last and the first day of both weeks"),
        pytest.param((7, 13), False, id="a day more is the week before"),
        pytest.param((6, 14), False, id="older answers are not compared"),
        pytest.param((-1, 13), False, id="tomorrow is not this week"),
    ],
)
def test_a_harder_week_has_seven_days(back: tuple[int, int], harder: bool) -> None:
    answers = [
        (MONDAY - timedelta(days=days), value) for days, value in zip(back, (8, 3), strict=True) for _ in range(3)
    ]
    assert is_harder_week(answers, MONDAY) is harder
