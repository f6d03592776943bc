"""A package: a whole protocol in one signed file, to be given to other installations. Pure but for the ZIP it reads.

A ZIP holds package.json (what it is, and the SHA-256 of every other file), exercises.yaml, routines.yaml, translations
in languages/, media in media/, and signature.json over package.json. A changed byte anywhere makes it another package.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from routines.library.whole import LibraryError
from routines.library.yaml_reading import LoadedFile, load
from routines.reading import ContentError, Fields, Problem

FORMAT = 1
MAX_BYTES = 100_000_000
MAX_PARTS = 500
MAX_TEXT = 5_000_000  # bytes of one file of texts
TITLE, SIGNATURE = "package.json", "signature.json"
_NAME = re.compile(
    r"exercises\.yaml|routines\.yaml|languages/[a-z]{2,8}\.yaml"
    r"|media/[0-9a-f]{64}/(?:(?:480|960|1600)\.(?:avif|webp|jpg)|film|sound|captions)"
)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # so that the same package is the same file


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package is. `parent` is the digest of the package that it was made from, None for a first one.

    `evidence` says what the protocol rests on, `reviewers` who looked at it, `languages` which ones it is written in.
    `media` holds digest -> kind, width, height and seconds of what the exercises show.
    """

    identifier: str
    title: str
    version: int
    parent: str | None
    maker: str
    licence: str
    evidence: str
    reviewers: tuple[str, ...]
    languages: tuple[str, ...]
    routines: tuple[str, ...]
    media: Mapping[str, Any] = field(default_factory=dict)

    def to_document(self, files: Mapping[str, str]) -> dict[str, Any]:
        """Return the plain form with the SHA-256 of every file by name."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        lists = {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
        return {"format": FORMAT, **values, **lists, "media": dict(self.media), "files": dict(sorted(files.items()))}


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was read: its files are what the manifest says, which the key's holder signed."""

    manifest: Manifest
    digest: str  # SHA-256 of package.json, which names the package
    key: str  # public key of who signed it, hexadecimal
    texts: Mapping[str, bytes]  # every file but those under media/
    media: Mapping[str, bytes]  # "digest/part" -> content

    def load(self, name: str) -> LoadedFile:
        """Return a file of texts. Raises ContentError."""
        return load(self.texts[name], name=name)


def write(
    manifest: Manifest, texts: Mapping[str, bytes], media: Mapping[str, bytes], sign: Callable[[bytes], tuple[str, str]]
) -> tuple[bytes, str]:
    """Return the file of a package and its digest; the same content gives the same bytes."""
    files = {**texts, **{f"media/{name}": content for name, content in media.items()}}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    title = (json.dumps(manifest.to_document(hashes), ensure_ascii=False, indent=1) + "\n").encode()
    key, signature = sign(title)
    signed = json.dumps({"key": key, "signature": signature}, indent=1).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [(TITLE, title), (SIGNATURE, signed), *sorted(files.items())]:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_STORED if name.startswith("media/") else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return target.getvalue(), hashlib.sha256(title).hexdigest()


def looks_like_package(head: bytes) -> bool:
    """Return whether a file's first bytes are those of a package, whose first part is package.json."""
    return head[:4] == b"PK\x03\x04" and head[30:].startswith(TITLE.encode())


def read(file: BinaryIO, *, is_signed: Callable[..., bool], parts_of: Callable[..., list[zipfile.ZipInfo]]) -> Package:
    """Return the package of a file. Raises LibraryError where it is none, was changed, or passes a limit.

    is_signed checks a signature; parts_of gives the parts of a ZIP by its directory, ValueError past a limit.
    """
    size = file.seek(0, io.SEEK_END)
    if size > MAX_BYTES:
        raise LibraryError([f"the package has more than {MAX_BYTES // 1_000_000} MB"])
    try:
        infos = parts_of(file, size, most_parts=MAX_PARTS, most_unpacked=MAX_BYTES)
    except ValueError as error:
        raise LibraryError([str(error)]) from error
    try:
        with zipfile.ZipFile(file) as archive:
            contents = {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise LibraryError(["the package is damaged; fetch it again"]) from error
    title, signed = contents.pop(TITLE, b""), contents.pop(SIGNATURE, b"")
    signature = _mapping(signed, SIGNATURE)
    key = str(signature.get("key", ""))
    if not is_signed(title, key=key, signature=str(signature.get("signature", ""))):
        raise LibraryError([f"{SIGNATURE}: the package was changed after it was signed; ask for it anew"])
    document = _mapping(title, TITLE)
    hashes = document.pop("files", None)
    hashes = hashes if isinstance(hashes, dict) else {}
    wrong = [name for name in {*hashes, *contents} if _differs(contents.get(name), hashes.get(name), name)]
    if wrong or not {"exercises.yaml", "routines.yaml"} <= set(contents):
        raise LibraryError(
            [f"{name[:80]}: is not as it was signed, or does not belong into a package" for name in wrong]
        )
    texts = {name: content for name, content in contents.items() if not name.startswith("media/")}
    media = {name.removeprefix("media/"): content for name, content in contents.items() if name not in texts}
    return Package(_manifest(document), hashlib.sha256(title).hexdigest(), key, texts, media)


def _differs(content: bytes | None, sha256: object, name: str) -> bool:
    if content is None or not _NAME.fullmatch(name):
        return True
    too_long = len(content) > MAX_TEXT and not name.startswith("media/")
    return too_long or hashlib.sha256(content).hexdigest() != sha256


def _mapping(data: bytes, name: str) -> dict[str, Any]:
    try:
        found = json.loads(data[:1_000_000].decode()) if data.count(b"[") + data.count(b"{") < 5000 else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise LibraryError([f"{name}: is missing or not readable; this is not a package of a library"])
    return found


def _manifest(document: dict[str, Any]) -> Manifest:
    problems: list[Problem] = []
    fields = Fields(document, "", problems)
    fields.whole("format", FORMAT, FORMAT)
    parent = fields.text_or_none("parent", longest=64)
    manifest = Manifest(
        identifier=fields.text("identifier", longest=40),
        title=fields.text("title", longest=160),
        version=fields.whole("version", 1, 100_000),
        parent=parent,
        maker=fields.text("maker", longest=160),
        licence=fields.text("licence"),
        evidence=fields.text("evidence"),
        reviewers=fields.texts("reviewers", longest=160),
        languages=fields.texts("languages", longest=20),
        routines=fields.texts("routines", longest=80),
        media=fields.free_mapping("media") or {},
    )
    fields.close()
    if parent is not None and not _DIGEST.fullmatch(parent):
        problems.append(Problem("parent", "is not the name of a package"))
    if problems:
        raise LibraryError([f"{TITLE}: {problem}" for problem in problems])
    return manifest


def documents_of(package: Package) -> dict[str, dict[str, dict[str, Any]]]:
    """Return kind -> slug -> plain document: exercises, self_care, articles and routines. Raises ContentError."""
    exercises, routines = package.load("exercises.yaml").document, package.load("routines.yaml").document
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for kind, document in (
        ("exercises", exercises), ("self_care", exercises), ("articles", exercises), ("routines", routines)
    ):  # fmt: skip
        entries = document.get(kind, []) if isinstance(document, dict) else None
        if not isinstance(entries, list) or not all(isinstance(each, dict) and "slug" in each for each in entries):
            raise ContentError.at(kind, "is not a list of entries with a slug")
        found[kind] = {str(each["slug"]): each for each in entries}
    return found
