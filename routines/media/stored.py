"""Media that come in a package: taken where they are as they would have been written here, and refused otherwise."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping

from django.utils.translation import gettext as _
from PIL import Image

from routines.content.media import EDGES, MAX_SIDE, PICTURE_TYPES, scaled
from routines.media.captions import clean_captions
from routines.media.films import clean_film
from routines.media.refusal import MediaRefused
from routines.media.shapes import Cleaned, CleanFile
from routines.media.sounds import clean_sound

_FORMATS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}
_NOTES = ("exif", "xmp", "icc_profile", "comment", "photoshop", "XML:com.adobe.xmp")


def as_stored(files: Mapping[str, bytes], *, kind: str, width: int, height: int) -> Cleaned:
    """Return the files of one thing, by part, ready to be stored. Raises MediaRefused.

    Films, sound and captions must come out of cleaning unchanged. Pictures are decoded: each must be of the format and
    size that its name says, and hold no notes of a camera.
    """
    pictures = {f"{edge}.{ending}": (edge, ending) for edge in EDGES for ending in PICTURE_TYPES}
    wanted = {"image": set(pictures), "video": {*pictures, "film", "captions"}, "audio": {"sound"}}.get(kind)
    if wanted is None or set(files) != wanted:
        raise MediaRefused(_("The files of a picture, film or sound are not complete."))
    found = Cleaned(kind, width, height, None, [])
    for part, content in sorted(files.items()):
        if part in pictures:
            edge, ending = pictures[part]
            _check_picture(content, ending, scaled(width, height, edge) if kind == "image" else None)
            found.files.append(CleanFile(part, PICTURE_TYPES[ending], io.BytesIO(content)))
        elif part != "captions":
            found.files.append(_unchanged(found, content, is_film=part == "film"))
    if kind == "video":
        captions = clean_captions(io.BytesIO(files["captions"]), seconds=found.seconds or 0)
        found.files.append(_same(captions, files["captions"]))
    return found


def _unchanged(found: Cleaned, content: bytes, *, is_film: bool) -> CleanFile:
    cleaned = (clean_film if is_film else clean_sound)(io.BytesIO(content), len(content))
    [file] = cleaned.files
    found.seconds = cleaned.seconds
    if is_film and (cleaned.width, cleaned.height) != (found.width, found.height):
        cleaned.close()
        raise MediaRefused(_("A film has another size than its package says."))
    with file.content:
        return _same(CleanFile(file.name, file.content_type, io.BytesIO(file.content.read())), content)


def _same(file: CleanFile, content: bytes) -> CleanFile:
    file.content.seek(0)
    if file.content.read() != content:
        raise MediaRefused(_("A film, a sound or its captions hold more than what is shown. Make the package anew."))
    file.content.seek(0)
    return file


def _check_picture(content: bytes, ending: str, size: tuple[int, int] | None) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=[_FORMATS[ending]]) as image:
                fits = image.size == size if size else max(image.size) <= EDGES[-1]
                noted = any(image.info.get(note) for note in _NOTES) or bool(image.getexif())
                if fits and not noted and max(image.size) <= MAX_SIDE:
                    image.load()
                    return
    except (OSError, ValueError, SyntaxError, EOFError, Warning, Image.DecompressionBombError) as error:
        raise MediaRefused(_("A picture of the package is damaged.")) from error
    raise MediaRefused(_("A picture of the package is not as it would have been stored here. Make the package anew."))
