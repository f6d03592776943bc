"""Static files as they are served: hashed, compressed, and our own sheets and modules without comments and indents."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from portal.lib.bundling import compact

OURS = ("portal/", "routines/", "clients/")
# A string stays as it is; a comment goes; space is one sign, and none beside the signs that part rules and values. No
# selector has a space behind its colon, and the last value of a rule needs no sign.
_CSS = re.compile(r"""(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/|(?P<space>\s+)""", re.DOTALL)
_BESIDE = re.compile(r"\s*([{};,])\s*|(?<=:) ")


def tight_css(source: str) -> str:
    """Return a sheet without comments and needless space. Spaces that part selectors and sums stay."""
    texts: list[str] = []

    def shorter(match: re.Match[str]) -> str:
        if match["text"] is None:
            return " " if match["space"] else ""
        texts.append(match["text"])
        return f"\0{len(texts) - 1}\0"

    code = _BESIDE.sub(r"\1", _CSS.sub(shorter, source)).strip().replace(";}", "}")
    return re.sub("\0(\\d+)\0", lambda match: texts[int(match[1])], code)


def tight(name: str, content: bytes) -> bytes:
    """Return a static file as it is served, by its name below /static/."""
    if name.startswith(OURS) and name.endswith(".css"):
        return tight_css(content.decode()).encode()
    if name.startswith(OURS) and name.endswith(".js"):
        return compact(content.decode()).encode()
    return content


class _Tight(Storage):
    """The files of another storage, tightened as they are read."""

    def __init__(self, inner: Storage) -> None:
        self.inner = inner

    def _open(self, name: str, mode: str = "rb") -> "ContentFile[bytes]":
        with self.inner.open(name) as file:
            return ContentFile(tight(name, file.read()), name=name)


class _OursWithBrotli(Compressor):
    """gzip for every file, and Brotli for ours: over all of the API's own browser it takes most of a minute."""

    def __init__(self, root: str, **options: Any) -> None:
        super().__init__(**options)
        self.root = root
        self.others = Compressor(use_brotli=False, **options)

    def compress(self, path: str) -> list[str]:
        is_ours = Path(path).relative_to(self.root).as_posix().startswith(OURS)
        found: list[str] = super().compress(path) if is_ours else self.others.compress(path)
        return found


class TightStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashes and compresses what is tight already, so that an address changes only with what browsers read."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Yield what became of each file, see Django's HashedFilesMixin. paths: name -> (storage, path in it)."""
        tightened = {name: (_Tight(storage), path) for name, (storage, path) in paths.items()}
        yield from super().post_process(tightened, dry_run=dry_run, **options)

    def create_compressor(self, **options: Any) -> Compressor:
        return _OursWithBrotli(self.location, **options)
