"""Answering with a part of a file, as players ask for it (RFC 9110, section 14): one range, or the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def ranged(file: IO[Any], *, size: int, content_type: str, wanted: str, head: bool) -> HttpResponseBase:
    """Return the answer for a file of so many bytes: 200 with all of it, 206 with a part, 416 for a part outside.

    wanted: the Range header, empty for all; one that is not understood counts as none. head: no content, headers alone.
    """
    part = _span(wanted, size)
    if part is None:
        file.close()
        response: HttpResponseBase = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    first, end, is_part = part
    if head:
        file.close()
        response = HttpResponse(content_type=content_type, status=206 if is_part else 200)
    else:
        response = StreamingHttpResponse(_Pieces(file, first, end), status=206 if is_part else 200)
        response["Content-Type"] = content_type
    response["Content-Length"] = str(end - first)
    response["Accept-Ranges"] = "bytes"
    if is_part:
        response["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    return response


def _span(wanted: str, size: int) -> tuple[int, int, bool] | None:
    """Return first byte, end (excluded) and whether it is a part; None for a part that the file does not have."""
    found = _RANGE.fullmatch(wanted.strip())
    if found is None or not any(found.groups()):
        return 0, size, False
    start, last = found.groups()
    if not start:  # the last so many bytes
        first, end = max(0, size - int(last)), size
    else:
        first, end = int(start), min(size, int(last) + 1) if last else size
    return (first, end, True) if first < end else None


class _Pieces:
    """A part of a file, piece by piece; closes the file when it was sent, or when nobody reads on."""

    def __init__(self, file: IO[Any], first: int, end: int) -> None:
        self.file = file
        self.left = end - first
        file.seek(first)

    def __iter__(self) -> Iterator[bytes]:
        with self.file:
            while self.left and (piece := self.file.read(min(CHUNK, self.left))):
                self.left -= len(piece)
                yield piece

    def close(self) -> None:
        """Called by Django when the answer is over, whether all of it was read or not."""
        self.file.close()
