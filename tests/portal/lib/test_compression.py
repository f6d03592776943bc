"""What leaves compressed and what does not."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from portal.lib.compression import CompressText

LONG = "Lie on your back. " * 100


def sent(answer: HttpResponseBase, *, takes: str = "gzip, br") -> HttpResponseBase:
    request = RequestFactory().get("/", headers={"Accept-Encoding": takes})
    return CompressText(lambda _request: answer)(request)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json", "image/svg+xml", "text/calendar"])
def test_text_is_compressed_and_stays_the_same(kind: str) -> None:
    answer = sent(HttpResponse(LONG, content_type=kind))
    assert isinstance(answer, HttpResponse)
    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content).decode() == LONG
    assert len(answer.content) < 400
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(HttpResponse(LONG, content_type="video/mp4"), id="a film"),
        pytest.param(HttpResponse(LONG, content_type="application/pdf"), id="a document"),
        pytest.param(HttpResponse(LONG, content_type="text/plain", status=206), id="a part of a file"),
        pytest.param(StreamingHttpResponse([LONG], content_type="text/csv"), id="a stream"),
        pytest.param(
            HttpResponse(LONG, content_type="text/javascript", headers={"Content-Encoding": "gzip"}), id="twice"
        ),
    ],
)
def test_the_rest_goes_as_it_is(answer: HttpResponseBase) -> None:
    before = answer.get("Content-Encoding")
    assert sent(answer).get("Content-Encoding") == before


def test_a_browser_that_takes_no_compression_gets_none() -> None:
    assert not sent(HttpResponse(LONG), takes="").has_header("Content-Encoding")
