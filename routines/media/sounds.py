"""Sound in MP3 files: the frames alone are kept, without titles, covers and whatever else players write beside them."""

from __future__ import annotations

import tempfile
from typing import BinaryIO

from django.utils.translation import gettext as _

from routines.content.media import MAX_SECONDS
from routines.media.films import clean_mp4_sound, looks_like_mp4
from routines.media.refusal import MediaRefused
from routines.media.shapes import Cleaned, CleanFile

MAX_BYTES = 15_000_000
LEAST_FRAMES = 20  # half a second; anything below is chance, not sound
# kbit/s and samples a second of MPEG audio layer III, by version (ISO/IEC 11172-3, 13818-3)
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def clean_sound(file: BinaryIO, size: int) -> Cleaned:
    """Return the sound of an MP3 or MP4 (M4A) file. Raises MediaRefused."""
    file.seek(0)
    if looks_like_mp4(file.read(12)):
        return clean_mp4_sound(file, size)
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise MediaRefused(_("The sound is larger than %(most)d MB.") % {"most": MAX_BYTES // 1_000_000})
    at = start = _behind_titles(data)
    frames, seconds = 0, 0.0
    while (frame := _frame(data, at)) is not None:
        length, lasts = frame
        at += length
        frames += 1
        seconds += lasts
    if frames < LEAST_FRAMES:
        raise MediaRefused(_("This is not a sound that can be played. Save it as MP3 or M4A and try again."))
    if at > len(data) or not _is_a_note(data[at:]):
        raise MediaRefused(_("The sound is damaged or cut short. Save it again and try once more."))
    if seconds > MAX_SECONDS:
        text = _("It lasts longer than %(most)d seconds. Cut it to what is needed.")
        raise MediaRefused(text % {"most": MAX_SECONDS})
    target = tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it
    target.write(data[start:at])
    target.seek(0)
    return Cleaned("audio", 0, 0, round(seconds, 1), [CleanFile("sound", "audio/mpeg", target)])


def _behind_titles(data: bytes) -> int:
    """Return where the first frame must begin: behind the titles (ID3v2), whose length has 7 bits in a byte."""
    if data[:3] != b"ID3" or len(data) < 10 or any(byte & 0x80 for byte in data[6:10]):
        return 0
    length = 0
    for byte in data[6:10]:
        length = length << 7 | byte
    return 10 + length + (10 if data[5] & 0x10 else 0)


def _frame(data: bytes, at: int) -> tuple[int, float] | None:
    """Return the bytes and seconds of the frame that begins here; None where none does."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:  # sync, layer III
        return None
    version, kbits_at, rate_at = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or rate_at == 3 or kbits_at in (0, 15):
        return None
    samples = 1152 if version == 3 else 576
    rate = _RATES[version][rate_at]
    kbits = (_KBITS_1 if version == 3 else _KBITS_2)[kbits_at]
    return samples // 8 * kbits * 1000 // rate + (head[2] >> 1 & 1), samples / rate


def _is_a_note(rest: bytes) -> bool:
    """Return whether what follows the frames is nothing, silence, or the notes that players append."""
    return not rest.strip(b"\0") or rest.startswith((b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3"))
