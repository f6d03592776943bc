"""Pictures, films and sounds for tests: real ones, and what attackers would send."""

import io
import struct
from collections.abc import Sequence

from PIL import Image

from routines.media.boxes import box, boxes, one

CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nSqueeze gently.\n"
PLACE = b"+48.2082+016.3738/"  # what a phone writes into its films
IDENTITY = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
QUARTER_TURN = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)


def picture(size: tuple[int, int] = (640, 480), kind: str = "JPEG", **options: object) -> bytes:
    """Return a picture whose left half is red and right half blue, with the corner at the top left white."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    image.paste("white", (0, 0, size[0] // 8, size[1] // 8))
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def photograph() -> bytes:
    """Return a photograph as a phone writes it: turned by its EXIF note, with its place and its owner in it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 29.5), 3: "E", 4: (16.0, 22.0, 25.7)})
    return picture(exif=exif, comment=b"owner: Priya")


def frames_of_film() -> tuple[bytes, bytes, tuple[int, int]]:
    """Return one key frame of AV1, its av1C, and its size: taken from an AVIF picture, which is just that."""
    avif = picture((320, 180), "AVIF")
    outer = {each.kind: each.content for each in boxes(avif)}
    properties = boxes(one(boxes(one(boxes(outer["meta"][4:]), "iprp")), "ipco"))
    return outer["mdat"], one(properties, "av1C"), (320, 180)


def movie(
    *,
    codec: str = "av01",
    brand: bytes = b"isom",
    frames: int = 20,
    seconds: int = 2,
    matrix: bytes = IDENTITY,
    extra: bytes = b"",
    in_movie: bytes = b"",
    handlers: Sequence[bytes] = (b"vide", b"meta"),
    gap: bytes = b"",
) -> bytes:
    """Return a film: one picture track of equal key frames, and a track of places that a camera recorded beside it."""
    frame, av1c, (width, height) = frames_of_film()
    heading = box("ftyp", brand, struct.pack(">I", 0), b"isomav01")
    at = len(heading) + 8 + len(gap)
    film_at, place_at = at, at + frames * len(frame)
    tracks = {
        b"vide": lambda: track(
            b"vide", 1, codec, av1c, [len(frame)] * frames, film_at, seconds, (width, height), matrix
        ),
        b"meta": lambda: track(b"meta", 2, "mebx", b"", [len(PLACE)], place_at, seconds, (0, 0), IDENTITY),
        b"soun": lambda: track(b"soun", 3, "mp4a", b"", [len(frame)] * frames, film_at, seconds, (0, 0), IDENTITY),
    }
    head = struct.pack(">5IIH10x", 0, 3_800_000_000, 3_800_000_000, 1000, seconds * 1000, 0x10000, 0x100)
    head += IDENTITY + bytes(24) + struct.pack(">I", 9)
    places = box("udta", box("\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7) + PLACE))
    moov = box("moov", box("mvhd", head), *(tracks[handler]() for handler in handlers), places, in_movie)
    return heading + box("mdat", gap, frame * frames, PLACE) + moov + extra


def track(
    handler: bytes,
    number: int,
    codec: str,
    configuration: bytes,
    sizes: Sequence[int],
    at: int,
    seconds: int,
    shape: tuple[int, int],
    matrix: bytes,
) -> bytes:
    times = struct.pack(">II", 3_800_000_000, 3_800_000_000)
    tkhd = struct.pack(">I", 3) + times + struct.pack(">IIIQHHHH", number, 0, seconds * 1000, 0, 0, 0, 0, 0)
    tkhd += matrix + struct.pack(">II", shape[0] << 16, shape[1] << 16)
    mdhd = struct.pack(">I", 0) + times + struct.pack(">IIHH", len(sizes), seconds * len(sizes), 0x55C4, 0)
    # one tick is a second divided by the number of samples, so that each sample lasts `seconds` ticks
    entry = bytes(6) + struct.pack(">H", 1)
    if handler == b"vide":
        entry += bytes(16) + struct.pack(">HHIIIH", *shape, 0x480000, 0x480000, 0, 1) + b"\x0bSecretPhone" + bytes(20)
        entry += struct.pack(">Hh", 24, -1) + box("av1C", configuration) + box("uuid", b"hidden")
        media_head = box("vmhd", struct.pack(">I8x", 1))
    elif handler == b"soun":
        entry += struct.pack(">8xHHIHH", 2, 16, 0, 48000, 0) + box("esds", bytes(20))
        media_head = box("smhd", bytes(8))
    else:
        media_head = box("gmhd", bytes(8))
    table = box(
        "stbl",
        box("stsd", struct.pack(">II", 0, 1), box(codec, entry)),
        box("stts", struct.pack(">IIII", 0, 1, len(sizes), seconds)),
        box("stsc", struct.pack(">IIIII", 0, 1, 1, len(sizes), 1)),
        box("stsz", struct.pack(f">III{len(sizes)}I", 0, 0, len(sizes), *sizes)),
        box("stco", struct.pack(">III", 0, 1, at)),
    )
    info = box("minf", media_head, box("dinf", box("dref", struct.pack(">II", 0, 1), box("url ", b"\0\0\0\1"))), table)
    name = box("hdlr", bytes(8) + handler + bytes(12) + b"SecretPhone\0")
    return box("trak", box("tkhd", tkhd), box("mdia", box("mdhd", mdhd), name, info), box("meta", PLACE))


def mp3(frames: int = 40) -> bytes:
    """Return silence with titles before it and behind it."""
    titles = b"ID3\4\0\0\0\0\0\x14" + b"TPE1 SecretArtist".ljust(20, b"\0")
    frame = b"\xff\xfb\x90\xc0" + bytes(413)  # MPEG 1, layer III, 128 kbit/s, 44.1 kHz: 417 bytes
    return titles + frame * frames + b"TAG" + b"SecretTitle".ljust(125, b"\0")
