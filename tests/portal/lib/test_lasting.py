"""Answers that a browser keeps for good: the same text whatever a browser takes, as small as it takes it."""

import gzip
from collections.abc import Callable

import brotli
import pytest
from django.test import RequestFactory

from portal.lib.lasting import lasting_answer

TEXT = "export const words = 'Lie on your back. Breathe out.';\n" * 40


def as_it_is(content: bytes) -> bytes:
    return content


@pytest.mark.parametrize(
    ("accepted", "way", "unpack"),
    [
        pytest.param("gzip, deflate, br, zstd", "br", brotli.decompress, id="what Chromium takes over https"),
        pytest.param("gzip, deflate", "gzip", gzip.decompress, id="no Brotli"),
        pytest.param("identity", None, as_it_is, id="nothing"),
        pytest.param("", None, as_it_is, id="not said"),
        pytest.param("abracadabra", None, as_it_is, id="letters that are in a word"),
    ],
)
def test_a_text_comes_as_small_as_the_browser_takes_it(
    accepted: str, way: str | None, unpack: Callable[[bytes], bytes]
) -> None:
    answer = lasting_answer(RequestFactory().get("/", headers={"Accept-Encoding": accepted}), TEXT, "text/javascript")
    assert answer.get("Content-Encoding") == way
    assert unpack(answer.content).decode() == TEXT
    assert answer["Vary"] == "Accept-Encoding"
    assert "immutable" in answer["Cache-Control"]
