"""Pictures, films and sound that an exercise or one of its steps shows. Pure: names of files, never their bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from routines.reading import Fields

KINDS = ("image", "video", "audio")
EDGES = (480, 960, 1600)  # longest edges of a picture's sizes, in pixels
PICTURE_TYPES = {
    "avif": "image/avif",
    "webp": "image/webp",
    "jpg": "image/jpeg",
}  # best first
MAX_SIDE = 12_000  # pixels of a picture's or film's longer edge; an engineering limit
MAX_SECONDS = 180  # of a film or a sound: short enough to be looked at before an exercise; an engineering limit
MAX_PER_PLACE = 6  # things shown with one exercise or step; an engineering limit
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Media:
    """One picture, film or sound. `file` is the SHA-256 (hexadecimal) of what is stored and never changes.

    `alt` says what is to be seen, or for a sound the words that are spoken. `width` and `height` are pixels of the
    picture or film as it is shown, 0 for a sound; `seconds` are None for a picture.
    """

    file: str
    kind: str
    alt: str
    width: int = 0
    height: int = 0
    seconds: float | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the plain form."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in values.items() if value not in (None, 0)}

    @property
    def sizes(self) -> tuple[tuple[int, int, int], ...]:
        """The sizes of the picture, or of a film's poster, smallest first: (edge that names it, width, height)."""
        return tuple((edge, *scaled(self.width, self.height, edge)) for edge in EDGES)


def scaled(width: int, height: int, edge: int) -> tuple[int, int]:
    """Return width and height whose longer one is at most `edge`; never larger than they were, never below 1."""
    longest = max(width, height)
    if longest <= edge:
        return width, height
    return max(1, round(width * edge / longest)), max(1, round(height * edge / longest))


def is_digest(text: str) -> bool:
    """Return whether a text has the form of a file's digest."""
    return bool(_DIGEST.fullmatch(text))


def read_media(fields: Fields) -> tuple[Media, ...]:
    """Return the list under `media` of an exercise or a step; problems are added to the reader's list."""
    found = tuple(_read_one(inner) for inner in fields.mappings("media"))
    if len(found) > MAX_PER_PLACE:
        fields.problem("media", f"has {len(found)} entries; keep at most {MAX_PER_PLACE} in one place")
    return found


def _read_one(fields: Fields) -> Media:
    kind = fields.choice("kind", KINDS)
    digest = fields.text("file", longest=64)
    if digest and not is_digest(digest):
        fields.problem("file", "is not a file of this library; add the file on the exercise's media page")
    is_seen = kind != "audio"
    media = Media(
        file=digest,
        kind=kind,
        alt=fields.text("alt"),
        width=fields.whole("width", 1, MAX_SIDE, unit="pixels") if is_seen else 0,
        height=fields.whole("height", 1, MAX_SIDE, unit="pixels") if is_seen else 0,
        seconds=fields.number("seconds", 0.1, MAX_SECONDS, unit="seconds") if kind != "image" else None,
    )
    fields.close()
    return media


def media_in(document: Any) -> Iterator[str]:
    """Yield the digest of every file that an exercise's document names, each once, in its order.

    Any: a document as it stands, right or wrong; what has no such form is passed over.
    """
    seen: set[str] = set()
    for holder in _holders(document):
        entries = holder.get("media")
        for entry in entries if isinstance(entries, list) else ():
            digest = entry.get("file") if isinstance(entry, dict) else None
            if isinstance(digest, str) and is_digest(digest) and digest not in seen:
                seen.add(digest)
                yield digest


def _holders(document: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(document, dict):
        return
    yield document
    for segment in document.get("segments") or ():
        steps = segment.get("steps") if isinstance(segment, dict) else None
        yield from (step for step in steps or () if isinstance(step, dict))
