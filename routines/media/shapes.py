"""What cleaning a file gives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 256 * 1024  # bytes


@dataclass(slots=True)
class CleanFile:
    """One file as it is stored: its name within the thing ("480.webp", "film"), its type, and its content."""

    name: str
    content_type: str
    content: BinaryIO

    def sha256(self) -> str:
        """Return the hash of the content in hexadecimal; leaves it at its start."""
        self.content.seek(0)
        found = hashlib.sha256()
        while chunk := self.content.read(CHUNK):
            found.update(chunk)
        self.content.seek(0)
        return found.hexdigest()


@dataclass(slots=True)
class Cleaned:
    """One picture, film or sound, ready to be stored. seconds: None for a picture; width, height: 0 for a sound."""

    kind: str
    width: int
    height: int
    seconds: float | None
    files: list[CleanFile]

    def close(self) -> None:
        """Let go of every file that was not stored."""
        for file in self.files:
            file.content.close()


def digest_of(hashes: Iterable[tuple[str, str]]) -> str:
    """Return what names a thing of several files: the SHA-256 over (name, SHA-256 of the content), sorted by name."""
    lines = "".join(f"{name} {sha256}\n" for name, sha256 in sorted(hashes))
    return hashlib.sha256(lines.encode()).hexdigest()
