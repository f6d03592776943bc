"""A text that is put together when it is first asked for, as an answer that a browser may keep for good."""

import gzip
import re
from functools import lru_cache

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

A_YEAR_S = 365 * 24 * 3600


# The smallest first.
_WAYS = {"br": brotli.compress, "gzip": lambda content: gzip.compress(content, 9, mtime=0)}


@lru_cache(maxsize=16)
def _compressed(text: str, way: str) -> bytes:
    content: bytes = _WAYS[way](text.encode())
    return content


def lasting_answer(request: HttpRequest, text: str, kind: str) -> HttpResponse:
    """Return the text as `kind`; its address has to hold its hash. Compressed once, as hard as it goes."""
    accepted = request.headers.get("Accept-Encoding", "")
    way = next((each for each in _WAYS if re.search(rf"\b{each}\b", accepted)), None)
    response = HttpResponse(_compressed(text, way) if way else text, content_type=kind)
    if way:
        response["Content-Encoding"] = way
    response["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
