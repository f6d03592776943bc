"""Pictures: decoded, turned upright, and written anew in three sizes and three formats.

Nothing of the file itself is kept, so whatever a camera, a phone or an attacker wrote beside the picture (place, owner,
previews, a second file) is gone. Only formats of the allow-list are opened, told by their content.
"""

from __future__ import annotations

import io
import warnings
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from routines.content.media import EDGES, MAX_SIDE, PICTURE_TYPES, scaled
from routines.media.refusal import MediaRefused
from routines.media.shapes import Cleaned, CleanFile

MAX_BYTES = 20_000_000  # a phone's photograph has 3 to 8 MB
MAX_PIXELS = 50_000_000  # 150 MB while it is decoded; phones take 12 to 48 million
MIN_SIDE = 100  # pixels; below it nobody sees how to do an exercise
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
QUALITY = {"avif": 60, "webp": 80, "jpg": 82}
_SRGB = ImageCms.createProfile("sRGB")


def clean_picture(file: BinaryIO) -> Cleaned:
    """Return the picture in its sizes, named "480.avif" and so on. Raises MediaRefused."""
    upright = _decode(file)
    files: list[CleanFile] = []
    for edge in EDGES:
        sized = upright.resize(scaled(*upright.size, edge), Image.Resampling.LANCZOS)
        files += [
            CleanFile(f"{edge}.{ending}", content_type, io.BytesIO(_encode(sized, ending)))
            for ending, content_type in PICTURE_TYPES.items()
        ]
    return Cleaned("image", upright.width, upright.height, None, files)


def _decode(file: BinaryIO) -> Image.Image:
    """Return the picture upright, in sRGB, on white where it was see-through, with nothing but its pixels."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of bombs and of broken metadata
            with Image.open(file, formats=FORMATS) as image:
                _check_size(image)
                image.load()
                turned = _in_srgb(ImageOps.exif_transpose(image))
    except UnidentifiedImageError as error:
        text = _("This is not a picture that can be shown. Save it as JPEG, PNG, WebP or AVIF and try again.")
        raise MediaRefused(text) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise MediaRefused(_too_large()) from error
    except (OSError, ValueError, SyntaxError, EOFError, Warning, MemoryError, OverflowError) as error:
        # What Pillow raises for files that are cut short or damaged.
        raise MediaRefused(_("The picture is damaged or cut short. Save it again and try once more.")) from error
    clean = Image.new("RGB", turned.size, "white")
    clean.paste(turned, mask=turned.getchannel("A") if turned.mode == "RGBA" else None)
    return clean


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise MediaRefused(_too_large())
    if min(width, height) < MIN_SIDE:
        text = _("The picture has %(width)d by %(height)d pixels. Choose one of at least %(least)d on each side.")
        raise MediaRefused(text % {"width": width, "height": height, "least": MIN_SIDE})
    if getattr(image, "n_frames", 1) > 1:
        raise MediaRefused(_("Moving pictures cannot be added as a picture. Add a film (MP4) instead."))


def _too_large() -> str:
    text = _("The picture has too many pixels. Choose one of at most %(million)d million, such as 8000 by 6000.")
    return text % {"million": MAX_PIXELS // 1_000_000}


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return the picture as RGB or RGBA; a camera's own colour space is carried over, and then forgotten."""
    profile = image.info.get("icc_profile")
    see_through = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    plain = image.convert("RGBA" if see_through else "RGB")
    if not profile or image.mode not in ("RGB", "RGBA"):
        return plain
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(plain, source, _SRGB, outputMode=plain.mode) or plain
    except (ImageCms.PyCMSError, OSError, ValueError):
        return plain  # a damaged profile: the colours as they are


def _encode(image: Image.Image, ending: str) -> bytes:
    target = io.BytesIO()
    options: dict[str, object] = {"quality": QUALITY[ending]}
    if ending == "avif":
        options["speed"] = 8
    elif ending == "jpg":
        options |= {"progressive": True, "optimize": True}
    image.save(target, {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}[ending], **options)
    return target.getvalue()
