"""Whole numbers that arrive as text."""

import pytest

from portal.lib.numbers import MOST, page_in, whole_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("0", 0, id="nought"),
        pytest.param("17", 17, id="a number"),
        pytest.param("٣", 3, id="digits of another script"),
        pytest.param(str(MOST), MOST, id="the largest"),
        pytest.param(str(MOST + 1), None, id="one more"),
        pytest.param("9" * 5000, None, id="more digits than Python reads"),
        pytest.param("-1", None, id="below nought"),
        pytest.param("1.5", None, id="a part"),
        pytest.param(" 1", None, id="a blank before it"),
        pytest.param("²", None, id="a digit that is no decimal"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_text_is_a_whole_number_or_none(text: str, number: int | None) -> None:
    assert whole_in(text) == number


@pytest.mark.parametrize(
    ("text", "page"),
    [("1", 1), ("999", 999), ("1000", 1), ("0", 1), ("", 1), ("two", 1), ("9" * 5000, 1)],
)
def test_what_names_no_page_is_the_first(text: str, page: int) -> None:
    assert page_in(text) == page
