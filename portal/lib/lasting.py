"""A text that is put together when it is first asked for, as an answer that a browser may keep for good."""

import gzip
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

A_YEAR_S = 365 * 24 * 3600


@lru_cache(maxsize=8)
def _compressed(text: str) -> bytes:
    return gzip.compress(text.encode(), 9, mtime=0)


def lasting_answer(request: HttpRequest, text: str, kind: str) -> HttpResponse:
    """Return the text as `kind`; its address has to hold its hash. Compressed once, as hard as it goes."""
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(_compressed(text) if takes_gzip else text, content_type=kind)
    if takes_gzip:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
