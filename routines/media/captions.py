"""Captions of a film (WebVTT): read strictly and written anew, as plain words with their times."""

from __future__ import annotations

import io
import re
from typing import BinaryIO

from django.utils.translation import gettext as _

from routines.media.refusal import MediaRefused
from routines.media.shapes import CleanFile
from routines.reading import is_storable

MAX_BYTES = 100_000
MAX_CUES = 500
MAX_LINES = 6  # of one caption
_TIME = re.compile(r"(?:(\d{1,2}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
_TAG = re.compile(r"<[^<>]*>")


def clean_captions(file: BinaryIO, *, seconds: float) -> CleanFile:
    """Return captions for a film of so many seconds. Raises MediaRefused naming the line.

    Notes, styles, regions, positions and mark-up are left out; the words and their times are kept.
    """
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise MediaRefused(_("The captions are larger than %(most)d kB.") % {"most": MAX_BYTES // 1000})
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MediaRefused(_("The captions are not UTF-8 text. Save them as UTF-8.")) from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise MediaRefused(_("Captions are a WebVTT file: its first line is WEBVTT."))
    cues = list(_cues(lines, seconds))
    if not cues:
        raise MediaRefused(_("The captions hold no words. Write what is said, or what happens where nobody speaks."))
    if len(cues) > MAX_CUES:
        raise MediaRefused(_("The captions have more than %(most)d entries.") % {"most": MAX_CUES})
    return CleanFile("captions", "text/vtt; charset=utf-8", io.BytesIO(("WEBVTT\n\n" + "\n".join(cues)).encode()))


def _cues(lines: list[str], seconds: float) -> list[str]:
    found: list[str] = []
    at = 1
    before = -1
    while at < len(lines):
        if "-->" not in lines[at]:
            at += 1
            continue
        number = at + 1
        times = [_milliseconds(part) for part in _ends(lines[at])]
        words: list[str] = []
        at += 1
        while at < len(lines) and lines[at].strip():
            words.append(_plain(lines[at], at + 1))
            at += 1
        start, end = (times[0], times[1]) if len(times) == 2 else (None, None)
        if start is None or end is None or not before <= start < end:
            raise _wrong(number, _("write the times as 00:01.000 --> 00:04.000, one after the other"))
        if start > seconds * 1000:
            raise _wrong(number, _("it begins after the film has ended"))
        if not any(words) or len(words) > MAX_LINES:
            raise _wrong(number, _("give it 1 to %(most)d lines of words") % {"most": MAX_LINES})
        before = start
        found.append(f"{_clock(start)} --> {_clock(end)}\n" + "\n".join(filter(None, words)) + "\n")
    return found


def _ends(line: str) -> list[str]:
    start, _arrow, rest = line.partition("-->")
    return [start.strip(), *rest.split()[:1]]


def _milliseconds(text: str) -> int | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hours, minutes, whole, thousandths = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + whole) * 1000 + thousandths


def _clock(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _plain(line: str, number: int) -> str:
    text = _TAG.sub("", line).replace("-->", "").strip()
    if not is_storable(text):
        raise _wrong(number, _("remove the control characters"))
    # What is left of mark-up is written so that a player shows it and never reads it.
    return text.replace("&nbsp;", " ").replace("<", "&lt;").replace(">", "&gt;")


def _wrong(number: int, why: str) -> MediaRefused:
    return MediaRefused(_("Line %(number)d of the captions: %(why)s.") % {"number": number, "why": why})
