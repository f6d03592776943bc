"""The boxes of an MP4 file (ISO/IEC 14496-12): read with every bound checked, and written anew.

A box is a length, four letters and a content, which may be boxes again.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAX_BOXES = 20_000  # of one level; an engineering limit


class BrokenBox(ValueError):
    """A box that is cut short, or whose length leads out of its parent."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box inside a piece of bytes: its four letters and its content."""

    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Span:
    """One box of the outermost level of a file: its four letters; `start` and `end` of its content, end excluded."""

    kind: str
    start: int
    end: int


def spans(file: BinaryIO, size: int) -> Iterator[Span]:
    """Yield the outermost boxes of a file of `size` bytes. Raises BrokenBox."""
    at = 0
    for _count in range(MAX_BOXES):
        if at == size:
            return
        file.seek(at)
        head = file.read(16)
        length, skipped = _length(head, size - at)
        kind = _letters(head[4:8])
        yield Span(kind, at + skipped, at + length)
        at += length
    raise BrokenBox("too many boxes")


def boxes(content: bytes) -> list[Box]:
    """Return the boxes that a content is made of. Raises BrokenBox."""
    found: list[Box] = []
    at = 0
    while at < len(content):
        length, skipped = _length(content[at : at + 16], len(content) - at)
        found.append(Box(_letters(content[at + 4 : at + 8]), content[at + skipped : at + length]))
        at += length
        if len(found) > MAX_BOXES:
            raise BrokenBox("too many boxes")
    return found


def box(kind: str, *contents: bytes) -> bytes:
    """Return a box with these contents, one behind the other."""
    content = b"".join(contents)
    return struct.pack(">I", len(content) + 8) + kind.encode("latin-1") + content


def one(found: list[Box], kind: str) -> bytes:
    """Return the content of the only box of a kind. Raises BrokenBox where there is none, or more."""
    matches = [each.content for each in found if each.kind == kind]
    if len(matches) != 1:
        raise BrokenBox(f"{len(matches)} boxes of kind {kind}")
    return matches[0]


def _length(head: bytes, room: int) -> tuple[int, int]:
    """Return the length of a box with its head, and the length of the head; room: bytes that are left for it."""
    if len(head) < 8:
        raise BrokenBox("cut short")
    length, skipped = int.from_bytes(head[:4]), 8
    if length == 1:
        if len(head) < 16:
            raise BrokenBox("cut short")
        length, skipped = int.from_bytes(head[8:16]), 16
    elif length == 0:  # to the end of the file
        length = room
    if not skipped <= length <= room:
        raise BrokenBox("a length leads out of the file")
    return length, skipped


def _letters(raw: bytes) -> str:
    return raw.decode("latin-1")
