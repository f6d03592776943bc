"""Files that people add: hostile ones are refused with a sentence, and the others keep nothing but what is shown."""

import io
import re
import struct
import time
import zlib
from typing import Any

import pytest
from PIL import Image

from routines.content.media import EDGES, MAX_SECONDS
from routines.media.boxes import box, boxes, one
from routines.media.cleaning import clean
from routines.media.refusal import MediaRefused
from routines.media.shapes import Cleaned, digest_of
from tests.routines.media.making import (
    CAPTIONS,
    PLACE,
    QUARTER_TURN,
    movie,
    mp3,
    photograph,
    picture,
)


def cleaned(data: bytes, kind: str = "image", *, poster: bytes | None = None, captions: bytes | None = None) -> Cleaned:
    def file(content: bytes | None) -> Any:
        return None if content is None else io.BytesIO(content)

    if kind == "video":
        poster, captions = poster or picture(), captions or CAPTIONS
    found = clean(io.BytesIO(data), kind=kind, poster=file(poster), captions=file(captions))
    for each in found.files:  # from the disk into memory, so that no test has to close anything
        with each.content as content:
            each.content = io.BytesIO(content.read())
    return found


def content_of(found: Cleaned, name: str) -> bytes:
    [file] = [each for each in found.files if each.name == name]
    return file.content.read()


# --- pictures -------------------------------------------------------------------------------------------------


def test_a_photograph_loses_its_place_and_owner_and_stands_upright() -> None:
    sent = photograph()
    assert b"SecretPhone" in sent
    assert b"Priya" in sent
    found = cleaned(sent)
    assert (found.width, found.height) == (480, 640)
    assert {file.name for file in found.files} == {f"{edge}.{end}" for edge in EDGES for end in ("avif", "webp", "jpg")}
    for file in found.files:
        data = file.content.read()
        with Image.open(io.BytesIO(data)) as image:
            assert image.height > image.width
            assert not image.getexif()
            assert "comment" not in image.info
            assert "icc_profile" not in image.info
            red, _green, blue = image.convert("RGB").getpixel((image.width // 2, image.height // 4))
            assert red > 200 > blue  # the left half of the scene is the upper half once it is turned
        assert b"Secret" not in data
        assert b"Priya" not in data


def test_a_picture_is_never_blown_up() -> None:
    found = cleaned(picture((300, 200)))
    with Image.open(io.BytesIO(content_of(found, "1600.webp"))) as image:
        assert image.size == (300, 200)


def test_the_same_picture_gets_the_same_name_and_another_gets_another() -> None:
    def name(data: bytes) -> str:
        return digest_of((file.name, file.sha256()) for file in cleaned(data).files)

    assert name(picture()) == name(picture())
    assert name(picture()) != name(picture((640, 482)))


def test_a_see_through_picture_lies_on_white() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(target, "PNG")
    with Image.open(io.BytesIO(content_of(cleaned(target.getvalue()), "480.jpg"))) as image:
        assert image.getpixel((100, 100)) == (255, 255, 255)


def test_what_stands_behind_a_picture_is_not_kept() -> None:
    script = b"<script>alert(1)</script>"
    found = cleaned(picture() + script)
    assert not any(script in file.content.read() for file in found.files)


def bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 1) * 64), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def many_frames() -> bytes:
    frames = [Image.new("RGB", (120, 120), colour) for colour in ("red", "blue", "white")]
    target = io.BytesIO()
    frames[0].save(target, "WEBP", save_all=True, append_images=frames[1:])
    return target.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIF_JS = b"GIF89a/*" + bytes(120) + b"*/=1;alert(1)//"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(SVG, "not a picture", id="SVG"),
        pytest.param(b"<!doctype html><script>alert(1)</script>", "not a picture", id="HTML"),
        pytest.param(GIF_JS, "not a picture", id="GIF and script at once"),
        pytest.param(b"%PDF-1.7\n" + bytes(100), "not a picture", id="PDF named .jpg"),
        pytest.param(picture(kind="GIF"), "not a picture", id="GIF"),
        pytest.param(picture(kind="TIFF"), "not a picture", id="TIFF"),
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(picture()[:2000], "damaged or cut short", id="JPEG cut short"),
        pytest.param(picture(kind="PNG")[:300], "damaged or cut short", id="PNG cut short"),
        pytest.param(picture(kind="AVIF")[:-200], "damaged|not a picture", id="AVIF cut short"),
        pytest.param(bomb(30_000, 30_000), "too many pixels", id="30,000 by 30,000 pixels"),
        pytest.param(bomb(9_000, 9_000), "too many pixels", id="81 million pixels"),
        pytest.param(bomb(60_000, 120), "too many pixels", id="one long strip"),
        pytest.param(picture((90, 90)), "at least 100", id="too small"),
        pytest.param(many_frames(), "Moving pictures", id="moving picture"),
        pytest.param(bytes(21_000_000), "at most 20 MB", id="too many bytes"),
        pytest.param(movie(), "not a picture", id="a film"),
    ],
)
def test_a_picture_that_is_none_or_hostile_is_refused_quickly(data: bytes, said: str) -> None:
    begun = time.monotonic()
    with pytest.raises(MediaRefused, match=said):
        cleaned(data)
    assert time.monotonic() - begun < 5


# --- films ----------------------------------------------------------------------------------------------------


def test_a_film_loses_its_places_times_and_names_and_keeps_every_frame() -> None:
    sent = movie(gap=b"hidden between", extra=box("uuid", b"hidden behind") + box("free", b"hidden free"))
    assert PLACE in sent
    assert b"SecretPhone" in sent
    found = cleaned(sent, "video")
    film = content_of(found, "film")
    assert (found.kind, found.width, found.height, found.seconds) == ("video", 320, 180, 2.0)
    for gone in (PLACE, b"SecretPhone", b"hidden", b"\xa9xyz", b"mebx", struct.pack(">I", 3_800_000_000)):
        assert gone not in film
    outer = boxes(film)
    assert [each.kind for each in outer] == ["ftyp", "moov", "mdat"]
    assert samples_of(film) == samples_of(sent, of=b"vide")


def samples_of(film: bytes, of: bytes = b"vide") -> list[bytes]:
    """Return the samples of a film's track, found by its own tables: one chunk, as the tests make them."""
    movie_boxes = boxes(one(boxes(film), "moov"))
    for each in movie_boxes:
        if each.kind == "trak":
            media = boxes(one(boxes(each.content), "mdia"))
            if one(media, "hdlr")[8:12] == of:
                table = boxes(one(boxes(one(media, "minf")), "stbl"))
                sizes = one(table, "stsz")
                [at] = struct.unpack(">I", one(table, "stco")[8:12])
                found = []
                for (size,) in struct.iter_unpack(">I", sizes[12:]):
                    found.append(film[at : at + size])
                    at += size
                return found
    raise AssertionError("no such track")


def test_cleaning_a_clean_film_changes_nothing() -> None:
    once = content_of(cleaned(movie(), "video"), "film")
    assert content_of(cleaned(once, "video"), "film") == once


def test_a_film_that_was_recorded_upright_stays_upright() -> None:
    found = cleaned(movie(matrix=QUARTER_TURN), "video")
    assert (found.width, found.height) == (180, 320)
    assert QUARTER_TURN in content_of(found, "film")


def test_a_film_has_its_poster_and_captions_beside_it() -> None:
    found = cleaned(movie(), "video")
    assert content_of(found, "captions") == b"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nSqueeze gently.\n"
    assert "480.avif" in {file.name for file in found.files}
    for missing in ("poster", "captions"):
        parts = {"poster": io.BytesIO(picture()), "captions": io.BytesIO(CAPTIONS), missing: None}
        with pytest.raises(MediaRefused, match="A film needs"):
            clean(io.BytesIO(movie()), kind="video", **parts)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"\x1a\x45\xdf\xa3" + bytes(200), "not an MP4", id="WebM"),
        pytest.param(b"RIFF\0\0\0\0AVI " + bytes(200), "not an MP4", id="AVI"),
        pytest.param(picture(), "not an MP4", id="a picture"),
        pytest.param(movie(brand=b"qt  "), r"\(qt\) does not play everywhere", id="QuickTime"),
        pytest.param(movie(codec="hvc1"), "'?hvc1'?.*does not play|Its coding", id="HEVC"),
        pytest.param(movie()[:-100], "damaged or cut short", id="cut short"),
        pytest.param(movie()[:3000], "damaged or cut short", id="cut in its data"),
        pytest.param(movie(in_movie=box("mvex", b"")), "cut into pieces", id="in fragments"),
        pytest.param(movie(extra=box("moof", b"")), "cut into pieces", id="fragments behind it"),
        pytest.param(movie(seconds=MAX_SECONDS + 1), "lasts longer", id="too long"),
        pytest.param(movie(handlers=[b"meta"]), "must hold one film", id="nothing to be seen"),
        pytest.param(movie(handlers=[b"vide", b"vide"]), "damaged|must hold one film", id="two films"),
        pytest.param(movie() + b"<script>alert(1)</script>", "damaged or cut short", id="script behind it"),
        pytest.param(movie()[:24] + struct.pack(">I", 2**31) + movie()[28:], "damaged or cut short", id="lying length"),
    ],
)
def test_a_film_that_is_none_or_hostile_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(MediaRefused, match=said):
        cleaned(data, "video")


def test_no_single_changed_byte_of_a_film_makes_an_error_of_another_kind() -> None:
    sent = movie(frames=3)
    heading = len(sent) - len(one(boxes(sent), "moov")) - 8
    for at in [*range(40), *range(heading, len(sent), 3)]:
        for value in (0, 1, 255):
            hostile = sent[:at] + bytes([value]) + sent[at + 1 :]
            try:
                found = cleaned_film_alone(hostile)
            except MediaRefused:
                continue
            assert PLACE not in found


def cleaned_film_alone(data: bytes) -> bytes:
    from routines.media.films import clean_film

    [film] = clean_film(io.BytesIO(data), len(data)).files
    with film.content:
        return film.content.read()


# --- sound ----------------------------------------------------------------------------------------------------


def test_a_sound_loses_its_titles() -> None:
    found = cleaned(mp3(), "audio")
    sound = content_of(found, "sound")
    assert b"Secret" not in sound
    assert len(sound) == 40 * 417
    assert found.seconds == round(40 * 1152 / 44100, 1)


def test_a_sound_in_mp4_keeps_its_sound_track_alone() -> None:
    found = cleaned(movie(handlers=[b"soun", b"meta"]), "audio")
    assert found.kind == "audio"
    assert PLACE not in content_of(found, "sound")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(bytes(5000), "not a sound", id="silence of zeros"),
        pytest.param(mp3(40)[:-400], "damaged or cut short", id="cut short"),
        pytest.param(mp3(40) + b"", "", id="right"),
        pytest.param(mp3(40)[:-128] + b"<script>", "damaged or cut short", id="script behind it"),
        pytest.param(b"RIFF" + bytes(200), "not a sound", id="WAV"),
        pytest.param(movie(), "must hold one sound track", id="a film without sound"),
    ],
)
def test_a_sound_that_is_none_is_refused(data: bytes, said: str) -> None:
    if not said:
        cleaned(data, "audio")
        return
    with pytest.raises(MediaRefused, match=said):
        cleaned(data, "audio")


# --- captions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("captions", "said"),
    [
        pytest.param(b"1\n00:00:00,000 --> 00:00:01,000\nHello", "first line is WEBVTT", id="SubRip"),
        pytest.param(b"WEBVTT\n\n", "hold no words", id="no words"),
        pytest.param(b"WEBVTT\n\n00:01.000 --> 00:00.500\nBack", "Line 3.*write the times", id="backwards"),
        pytest.param(b"WEBVTT\n\n00:09.000 --> 00:10.000\nLate", "Line 3.*after the film", id="after the end"),
        pytest.param(b"WEBVTT\n\n00:00.000 --> 00:01.000\n\x00x", "control characters", id="control characters"),
        pytest.param(b"\xff\xfeW\0", "not UTF-8", id="UTF-16"),
        pytest.param(b"WEBVTT\n" + b"x" * 200_000, "larger than", id="too large"),
    ],
)
def test_captions_that_cannot_be_followed_are_refused_with_their_line(captions: bytes, said: str) -> None:
    with pytest.raises(MediaRefused, match=re.compile(said, re.DOTALL)):
        cleaned(movie(), "video", captions=captions)


def test_captions_keep_words_and_lose_mark_up() -> None:
    sent = b"\xef\xbb\xbfWEBVTT - title\n\nNOTE hidden\n\nSTYLE\n::cue{}\n\n1\n00:00.500 --> 00:01.000 align:start\n"
    found = content_of(cleaned(movie(), "video", captions=sent + b"<v Priya>Breathe <b>out</b></v> 3 < 4"), "captions")
    assert found == b"WEBVTT\n\n00:00:00.500 --> 00:00:01.000\nBreathe out 3 &lt; 4\n"
