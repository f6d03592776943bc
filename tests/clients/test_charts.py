"""The small charts: what is drawn, and what is said of it."""

import re

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from clients import charts

STATES = st.sampled_from(["done", "part", "planned", "rest"])


@given(st.lists(STATES, min_size=1, max_size=60))
def test_each_day_has_one_bar_inside_the_picture(states: list[charts.DayState]) -> None:
    drawn = charts.day_bars(states)
    assert [bar.state for bar in drawn.bars] == states
    assert drawn.done == states.count("done")
    assert drawn.due == len(states) - states.count("rest")
    for bar in drawn.bars:
        assert 0 <= bar.y < bar.y + bar.height <= drawn.height
        assert 0 <= bar.x < bar.x + bar.width <= drawn.width
    for left, right in zip(drawn.bars, drawn.bars[1:], strict=False):
        assert left.x + left.width < right.x


def test_a_day_partly_done_is_half_as_tall_as_a_done_day() -> None:
    done, part = charts.day_bars(["done", "part"]).bars
    assert part.height * 2 == done.height
    assert part.y + part.height == done.y + done.height


@given(st.lists(st.one_of(st.none(), st.integers(0, 10)), max_size=40))
def test_more_pain_is_drawn_higher_on_one_fixed_scale(values: list[int | None]) -> None:
    drawn = charts.sparkline(values)
    assert [point.value for point in drawn.points] == [value for value in values if value is not None]
    top, bottom = charts.SPARK_MARGIN, charts.SPARK_HEIGHT - charts.SPARK_MARGIN
    for point in drawn.points:
        assert point.y == pytest.approx(bottom - (bottom - top) * point.value / 10)
        assert 0 <= point.x <= drawn.width


@pytest.mark.parametrize(
    ("values", "direction"),
    [
        pytest.param([4, None, 8], "up", id="worse"),
        pytest.param([5, 2], "down", id="better"),
        pytest.param([3, 7, 3], "level", id="back where it was"),
        pytest.param([6], "unknown", id="one answer"),
        pytest.param([None], "unknown", id="no answer"),
    ],
)
def test_the_direction_compares_the_first_answer_with_the_last(values: list[int | None], direction: str) -> None:
    assert charts.sparkline(values).direction == direction


@pytest.mark.parametrize("value", [-1, 11])
def test_pain_outside_the_scale_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="0 to 10"):
        charts.sparkline([value])
    with pytest.raises(ValueError, match="0 to 10"):
        charts.pain_chart([charts.PainDay("Mon", 1, value)])


@given(st.lists(st.builds(charts.Week, st.just("1"), st.integers(0, 20), st.integers(0, 20)), max_size=12))
def test_columns_of_weeks_stand_on_the_base_and_stay_in_the_picture(weeks: list[charts.Week]) -> None:
    drawn = charts.week_bars(weeks)
    for column in drawn.columns:
        assert column.done_y + column.done_height == pytest.approx(drawn.base)
        assert column.planned_y + column.planned_height == pytest.approx(drawn.base)
        assert column.value_y > 0
        assert 0 <= column.x <= column.x + drawn.column_width <= drawn.width
        if column.week.done <= column.week.planned:
            assert column.done_height <= column.planned_height


def test_an_answer_left_out_is_left_out_of_the_chart() -> None:
    drawn = charts.pain_chart([charts.PainDay("Mon", 5, None), charts.PainDay("Tue", None, 2)])
    assert [point.value for point in drawn.before] == [5]
    assert [point.value for point in drawn.after] == [2]


def draw(text: str, **values: object) -> str:
    return Template("{% load charts %}" + text).render(Context(values))


def label_of(html: str) -> str:
    found = re.search(r'aria-label="([^"]*)"', html)
    assert found
    return found[1]


def test_bars_say_how_many_days_were_done() -> None:
    html = draw("{% day_bars states %}", states=["done", "rest", "part", "planned"])
    assert label_of(html) == "1 of 3 planned days done in 4 days"
    assert html.count("<rect") == 4


def test_the_pain_line_says_where_it_came_from_and_where_it_is() -> None:
    assert label_of(draw("{% sparkline v %}", v=[4, None, 8])) == "Pain over 2 answers: from 4 to 8, up"
    assert label_of(draw("{% sparkline v %}", v=[None])) == "No pain answers yet"
