"""Films and sound in MP4 files: every box looked at, only what is shown or heard written anew, without transcoding.

The written file is a fixed heading, the tables of the kept tracks, and their samples one behind the other. Tracks of
places, text or previews, notes of cameras, times, names of devices, and whatever else lay between the samples are left
out. A file that does not add up to the byte is refused.
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from routines.content.media import MAX_SECONDS
from routines.media.boxes import Box, BrokenBox, Span, box, boxes, one, spans
from routines.media.refusal import MediaRefused
from routines.media.shapes import CHUNK, Cleaned, CleanFile

MAX_EDGE = 1920  # pixels; a phone shows no more
MAX_MOOV = 8_000_000  # bytes of tables; three minutes need less than one
MAX_SAMPLES = 100_000
CODECS = {"vide": ("avc1", "avc3", "av01", "vp09"), "soun": ("mp4a", "Opus")}  # what every current browser plays
BRANDS = (
    "isom",
    "iso2",
    "iso4",
    "iso5",
    "iso6",
    "mp41",
    "mp42",
    "avc1",
    "av01",
    "M4V ",
    "M4A ",
    "dash",
    "MSNV",
    "XAVC",
)
_HEADING = box("ftyp", b"isom", struct.pack(">I", 512), b"isomiso2avc1mp41")
_HERE = box("dinf", box("dref", struct.pack(">II", 0, 1), box("url ", struct.pack(">I", 1))))
_CODEC_BOXES = ("avcC", "av1C", "vpcC", "esds", "dOps", "pasp", "colr", "btrt", "clap", "fiel", "chnl")
_SAMPLE_HEADS = {"vide": 78, "soun": 28}  # bytes of a sample entry before its own boxes


@dataclass(slots=True)
class _Track:
    """One track that is kept: its boxes but for the places of its chunks, which follow from where they are written."""

    handler: str
    tkhd: bytes
    edits: bytes
    mdhd: bytes
    media_head: bytes  # vmhd or smhd, whole
    tables: bytes  # of stbl, whole boxes
    chunks: list[tuple[int, int]]  # where each chunk begins in the file that was sent, and its bytes
    seconds: float
    width: int
    height: int


def looks_like_mp4(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of an MP4 or of its relatives."""
    return head[4:8] == b"ftyp"


def clean_film(file: BinaryIO, size: int) -> Cleaned:
    """Return a film with one picture track and at most one of sound. Raises MediaRefused."""
    tracks = _tracks(file, size)
    seen = [track for track in tracks if track.handler == "vide"]
    if len(seen) != 1 or len(tracks) > 2:
        raise MediaRefused(_("The file must hold one film with at most one sound track. Export it again as MP4."))
    [film] = seen
    if max(film.width, film.height) > MAX_EDGE:
        text = _("The film has %(width)d by %(height)d pixels. Export it at 1080p or smaller.")
        raise MediaRefused(text % {"width": film.width, "height": film.height})
    content = _written(file, tracks)
    seconds = max(track.seconds for track in tracks)
    return Cleaned("video", film.width, film.height, seconds, [CleanFile("film", "video/mp4", content)])


def clean_mp4_sound(file: BinaryIO, size: int) -> Cleaned:
    """Return the one sound track of an MP4 file; its cover is left out. Raises MediaRefused."""
    tracks = [track for track in _tracks(file, size) if track.handler == "soun"]
    if len(tracks) != 1:
        raise MediaRefused(_("The file must hold one sound track. Export it again as M4A or MP3."))
    content = _written(file, tracks)
    return Cleaned("audio", 0, 0, tracks[0].seconds, [CleanFile("sound", "audio/mp4", content)])


def _tracks(file: BinaryIO, size: int) -> list[_Track]:
    try:
        return _read(file, size)
    except (BrokenBox, struct.error, UnicodeError) as error:
        raise MediaRefused(_("The film is damaged or cut short. Export it again as MP4 (H.264).")) from error


def _read(file: BinaryIO, size: int) -> list[_Track]:
    outermost = list(spans(file, size))
    if not outermost or outermost[0].kind != "ftyp":
        raise MediaRefused(_("This is not an MP4 file. Export it as MP4 (H.264)."))
    brand = _content(file, outermost[0], 4096)[:4].decode("latin-1")
    if brand not in BRANDS:
        text = _("This kind of file (%(kind)s) does not play everywhere. Export it as MP4 (H.264).")
        raise MediaRefused(text % {"kind": brand.strip() or "?"})
    if any(span.kind in ("moof", "sidx", "styp") for span in outermost):
        raise MediaRefused(_("The film is cut into pieces for streaming. Export it as one MP4 file."))
    movies = [span for span in outermost if span.kind == "moov"]
    if len(movies) != 1 or movies[0].end - movies[0].start > MAX_MOOV:
        raise BrokenBox("not one table of contents")
    movie = boxes(_content(file, movies[0], MAX_MOOV))
    if any(each.kind == "mvex" for each in movie):
        raise MediaRefused(_("The film is cut into pieces for streaming. Export it as one MP4 file."))
    data = [span for span in outermost if span.kind == "mdat"]
    found = [
        track for each in movie if each.kind == "trak" and (track := _track(boxes(each.content), data)) is not None
    ]
    if sum(length for track in found for _start, length in track.chunks) > size:
        raise BrokenBox("samples lie over each other")
    if any(track.seconds > MAX_SECONDS for track in found):
        text = _("It lasts longer than %(most)d seconds. Cut it to what is needed.")
        raise MediaRefused(text % {"most": MAX_SECONDS})
    return found


def _content(file: BinaryIO, span: Span, most: int) -> bytes:
    file.seek(span.start)
    return file.read(min(span.end - span.start, most))


def _track(track: list[Box], data: list[Span]) -> _Track | None:
    """Return a track that is seen or heard, None for any other, whose samples are left behind."""
    media = boxes(one(track, "mdia"))
    handler = one(media, "hdlr")[8:12].decode("latin-1")
    if handler not in CODECS:
        return None
    info = boxes(one(media, "minf"))
    for reference in boxes(one(boxes(one(info, "dinf")), "dref")[8:]):
        if not reference.content[3:4] or not reference.content[3] & 1:
            raise MediaRefused(_("The film's data lies in another file. Export it as one MP4 file."))
    table = boxes(one(info, "stbl"))
    sizes = _sample_sizes(one(table, "stsz"))
    mdhd, ticks = _media_header(one(media, "mdhd"))
    width, height, tkhd = _track_header(one(track, "tkhd"))
    edits = [each.content for each in track if each.kind == "edts"]
    return _Track(
        handler=handler,
        tkhd=tkhd,
        edits=box("edts", box("elst", _edit_list(one(boxes(edits[0]), "elst")))) if edits else b"",
        mdhd=mdhd,
        media_head=_media_head(info, handler),
        tables=_tables(table, handler, len(sizes)),
        chunks=_chunks(table, sizes, data),
        seconds=_seconds(one(table, "stts"), len(sizes), ticks),
        width=width,
        height=height,
    )


def _sample_sizes(content: bytes) -> list[int]:
    every, count = struct.unpack(">II", content[4:12])
    if not 1 <= count <= MAX_SAMPLES or len(content) != 12 + (0 if every else 4 * count):
        raise BrokenBox("sample sizes")
    return [every] * count if every else list(struct.unpack(f">{count}I", content[12:]))


def _without_times(content: bytes) -> tuple[bytes, int]:
    """Return a header box's content with its two times blank, and where its next field begins."""
    length = 16 if content[:1] == b"\1" else 8
    if len(content) < 4 + length:
        raise BrokenBox("a header")
    return content[:4] + bytes(length) + content[4 + length :], 4 + length


def _media_header(content: bytes) -> tuple[bytes, int]:
    """Return mdhd without its times, and the ticks of one second."""
    clean, at = _without_times(content)
    ticks = int.from_bytes(clean[at : at + 4])
    if not ticks or len(clean) != at + (16 if at == 20 else 12):
        raise BrokenBox("a media header")
    return clean, ticks


def _track_header(content: bytes) -> tuple[int, int, bytes]:
    """Return width and height as the track is shown, and tkhd without its times."""
    clean, at = _without_times(content)
    if len(clean) != (96 if at == 20 else 84):
        raise BrokenBox("a track header")
    a, b, _u, c, d, *_rest = struct.unpack(">9i", clean[-44:-8])
    width, height = (side >> 16 for side in struct.unpack(">II", clean[-8:]))
    is_turned = not a and not d and b and c  # by a quarter, as phones record upright films
    return (height, width, clean) if is_turned else (width, height, clean)


def _edit_list(content: bytes) -> bytes:
    count = int.from_bytes(content[4:8])
    if count > 100 or len(content) != 8 + count * (20 if content[:1] == b"\1" else 12):
        raise BrokenBox("an edit list")
    return content


def _media_head(info: list[Box], handler: str) -> bytes:
    kind, length = ("vmhd", 12) if handler == "vide" else ("smhd", 8)
    content = one(info, kind)
    if len(content) != length:
        raise BrokenBox(kind)
    return box(kind, content)


def _tables(table: list[Box], handler: str, samples: int) -> bytes:
    """Return the tables that are kept as they are, each checked to be nothing but a table."""
    found = [box("stsd", _sample_entries(one(table, "stsd"), handler))]
    for kind, width in (("stts", 8), ("ctts", 8), ("stss", 4), ("stsc", 12)):
        contents = [each.content for each in table if each.kind == kind]
        if len(contents) > 1 or (not contents and kind in ("stts", "stsc")):
            raise BrokenBox(kind)
        for content in contents:
            count = int.from_bytes(content[4:8])
            if count > samples or len(content) != 8 + count * width:
                raise BrokenBox(kind)
            found.append(box(kind, content))
    return b"".join([*found, box("stsz", one(table, "stsz"))])


def _sample_entries(content: bytes, handler: str) -> bytes:
    """Return stsd with the descriptions of codecs alone, without the encoder's name and what else stood beside them."""
    entries = boxes(content[8:])
    if not 1 <= len(entries) <= 4:
        raise BrokenBox("stsd")
    written = []
    for entry in entries:
        if entry.kind not in CODECS[handler]:
            text = _(
                "It is coded as %(codec)s, which does not play everywhere. Export it as MP4 (H.264 with AAC sound)."
            )
            raise MediaRefused(text % {"codec": ascii(entry.kind)[1:-1]})
        head = bytearray(entry.content[: _SAMPLE_HEADS[handler]])
        if len(head) < _SAMPLE_HEADS[handler] or (handler == "soun" and head[8:10] != b"\0\0"):
            raise BrokenBox("a sample entry")
        head[:8] = struct.pack(">6xH", 1)
        if handler == "vide":
            head[42:74] = bytes(32)  # the encoder's name
        inner = [each for each in boxes(entry.content[len(head) :]) if each.kind in _CODEC_BOXES]
        written.append(box(entry.kind, bytes(head), *(box(each.kind, each.content) for each in inner)))
    return struct.pack(">II", 0, len(written)) + b"".join(written)


def _chunks(table: list[Box], sizes: list[int], data: list[Span]) -> list[tuple[int, int]]:
    """Return where each chunk of samples begins and how long it is; all lie in the file's data."""
    places = _chunk_places(table)
    found: list[tuple[int, int]] = []
    taken = 0
    for start, samples in zip(places, _samples_per_chunk(one(table, "stsc"), len(places)), strict=True):
        length = sum(sizes[taken : taken + samples])
        taken += samples
        if not any(span.start <= start and start + length <= span.end for span in data):
            raise BrokenBox("a chunk outside the data")
        found.append((start, length))
    if taken != len(sizes):
        raise BrokenBox("chunks and samples do not add up")
    return found


def _chunk_places(table: list[Box]) -> list[int]:
    wide = any(each.kind == "co64" for each in table)
    content = one(table, "co64" if wide else "stco")
    count = int.from_bytes(content[4:8])
    if not 1 <= count <= MAX_SAMPLES or len(content) != 8 + count * (8 if wide else 4):
        raise BrokenBox("chunk offsets")
    return list(struct.unpack(f">{count}{'Q' if wide else 'I'}", content[8:]))


def _samples_per_chunk(content: bytes, chunks: int) -> Iterator[int]:
    """Yield how many samples each chunk has; the table's entries say from which chunk (1 is the first) they hold."""
    entries = list(struct.iter_unpack(">III", content[8:]))
    firsts = [first for first, _samples, _entry in entries]
    if not entries or firsts[0] != 1 or firsts != sorted(set(firsts)) or firsts[-1] > chunks:
        raise BrokenBox("samples in chunks")
    for (first, samples, _entry), following in zip(entries, [*firsts[1:], chunks + 1], strict=True):
        if not 1 <= samples <= MAX_SAMPLES:
            raise BrokenBox("samples in chunks")
        yield from [samples] * (following - first)


def _seconds(content: bytes, samples: int, ticks: int) -> float:
    entries = list(struct.iter_unpack(">II", content[8:]))
    if sum(count for count, _delta in entries) != samples:
        raise BrokenBox("times of samples")
    return max(0.1, round(sum(count * delta for count, delta in entries) / ticks, 1))


def _written(file: BinaryIO, tracks: list[_Track]) -> BinaryIO:
    """Return the new file, open at its start, without a name on the disk."""
    chunks = sorted(
        (start, length, number, index)
        for number, track in enumerate(tracks)
        for index, (start, length) in enumerate(track.chunks)
    )
    blank = [[0] * len(track.chunks) for track in tracks]
    at = len(_HEADING) + len(_movie(tracks, blank)) + 8
    places = blank
    for _start, length, number, index in chunks:
        places[number][index] = at
        at += length
    target = tempfile.TemporaryFile()  # noqa: SIM115  the caller closes it
    target.write(_HEADING + _movie(tracks, places))
    total = sum(length for _start, length, _number, _index in chunks)
    target.write(struct.pack(">I", total + 8) + b"mdat")
    for start, length, _number, _index in chunks:
        file.seek(start)
        while length:
            piece = file.read(min(length, CHUNK))
            if not piece:
                target.close()
                raise MediaRefused(_("The film is damaged or cut short. Export it again as MP4 (H.264)."))
            target.write(piece)
            length -= len(piece)
    target.seek(0)
    return target


def _movie(tracks: list[_Track], places: list[list[int]]) -> bytes:
    """Return moov. The movie's clock counts milliseconds; each track keeps its own clock and its own number."""
    identity = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    length = round(max(track.seconds for track in tracks) * 1000)
    head = struct.pack(">5IIH10x", 0, 0, 0, 1000, length, 0x10000, 0x100) + identity + bytes(24) + b"\0\0\0\xff"
    return box("moov", box("mvhd", head), *map(_track_box, tracks, places))


def _track_box(track: _Track, places: list[int]) -> bytes:
    offsets = box("stco", struct.pack(f">II{len(places)}I", 0, len(places), *places))
    handler = box("hdlr", bytes(8) + track.handler.encode("ascii") + bytes(13))
    info = box("minf", track.media_head, _HERE, box("stbl", track.tables, offsets))
    return box("trak", box("tkhd", track.tkhd), track.edits, box("mdia", box("mdhd", track.mdhd), handler, info))
