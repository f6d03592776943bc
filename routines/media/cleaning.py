"""One door for every file: what it is follows from its content, and never from its name or what a browser says."""

from __future__ import annotations

import io
from typing import BinaryIO

from django.utils.translation import gettext as _

from routines.media.captions import clean_captions
from routines.media.films import clean_film, looks_like_mp4
from routines.media.pictures import MAX_BYTES as PICTURE_BYTES
from routines.media.pictures import clean_picture
from routines.media.refusal import MediaRefused
from routines.media.shapes import Cleaned
from routines.media.sounds import MAX_BYTES as SOUND_BYTES
from routines.media.sounds import clean_sound

FILM_BYTES = 60_000_000
MAX_BYTES = FILM_BYTES + PICTURE_BYTES  # of one upload: a film and its poster


def clean(file: BinaryIO, *, kind: str, poster: BinaryIO | None = None, captions: BinaryIO | None = None) -> Cleaned:
    """Return what is stored for an upload. kind: image, video or audio, as its author says; the content must agree.

    A film needs a poster and captions. Raises MediaRefused with a sentence for the author.
    """
    size = file.seek(0, io.SEEK_END)
    most = {"image": PICTURE_BYTES, "video": FILM_BYTES, "audio": SOUND_BYTES}.get(kind)
    if most is None:
        raise MediaRefused(_("Choose whether it is a picture, a film or a sound."))
    if not size:
        raise MediaRefused(_("The file is empty."))
    if size > most:
        text = _("The file has %(size).0f MB; at most %(most)d MB are taken.")
        raise MediaRefused(text % {"size": size / 1_000_000, "most": most // 1_000_000})
    if kind == "image":
        return clean_picture(file)
    if kind == "audio":
        return clean_sound(file, size)
    return _film(file, size, poster, captions)


def _film(file: BinaryIO, size: int, poster: BinaryIO | None, captions: BinaryIO | None) -> Cleaned:
    file.seek(0)
    if not looks_like_mp4(file.read(12)):
        raise MediaRefused(_("This is not an MP4 file. Export it as MP4 (H.264)."))
    if poster is None:
        raise MediaRefused(_("A film needs a picture that is shown before it runs."))
    if captions is None:
        raise MediaRefused(_("A film needs captions (a WebVTT file), so that it can be followed without sound."))
    picture = clean_picture(poster)
    film = clean_film(file, size)
    try:
        film.files += [*picture.files, clean_captions(captions, seconds=film.seconds or 0)]
    except MediaRefused:
        film.close()
        raise
    return film
