"""Stored pictures, films and sound: the rows, their files in the storage, and which versions show them."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.models import Practice, User
from routines.content.media import media_in
from routines.media.shapes import Cleaned, digest_of
from routines.models import ExerciseVersion, MediaFile, MediaItem, MediaUse
from routines.reading import ContentError, Problem

FOLDER = "exercises"  # in the storage
UNUSED_FOR = timedelta(days=7)  # an item that no version shows is kept so long, for an author who changes their mind


@contextmanager
def kept_with_rows() -> Iterator[list[str]]:
    """Run a transaction; where it fails, the files whose names were put into the list are deleted as well."""
    written: list[str] = []
    try:
        with transaction.atomic():
            yield written
    except BaseException:
        for name in written:
            default_storage.delete(name)
        raise


def store(cleaned: Cleaned, written: list[str], *, practice: Practice | None, by: User | None) -> MediaItem:
    """Return the stored item of a library; the same content twice is stored once. `written` is of `kept_with_rows`."""
    hashes = {file.name: file.sha256() for file in cleaned.files}
    digest = digest_of(hashes.items())
    known = MediaItem._base_manager.filter(practice=practice, digest=digest).first()
    if known is not None:
        return known
    item = MediaItem(practice=practice, digest=digest, kind=cleaned.kind, created_by=by)
    item.width, item.height, item.seconds = cleaned.width, cleaned.height, cleaned.seconds
    item.save()
    for file in cleaned.files:
        stored_as = default_storage.save(f"{FOLDER}/{secrets.token_hex(20)}", File(file.content))
        written.append(stored_as)
        MediaFile._base_manager.create(
            item=item,
            part=file.name,
            content_type=file.content_type,
            stored_as=stored_as,
            size=file.content.seek(0, io.SEEK_END),
            sha256=hashes[file.name],
        )
    audit.record("media added", item, by=by, detail={"kind": item.kind, "files": len(cleaned.files)})
    return item


def note_uses(version: ExerciseVersion) -> None:
    """Write down which items a saved draft shows. Raises ContentError where one is not in its library."""
    wanted = list(media_in(version.document))
    practice = version.exercise.practice_id
    items = items_by_digest(wanted, practice)
    missing = [digest for digest in wanted if digest not in items]
    if missing:
        text = _("shows a file that is not in this library (%(file)s); add it here, or import the package it came in")
        raise ContentError([Problem("media", text % {"file": digest[:12]}) for digest in missing])
    MediaUse._base_manager.filter(version=version).exclude(item__in=items.values()).delete()
    present = set(MediaUse._base_manager.filter(version=version).values_list("item_id", flat=True))
    MediaUse._base_manager.bulk_create(
        [MediaUse(version=version, item=item) for item in items.values() if item.pk not in present]
    )


def items_by_digest(digests: Iterable[str], practice_id: int | None) -> dict[str, MediaItem]:
    """Return stored items by digest as a library finds them: a practice's own before a shared one."""
    rows = MediaItem._base_manager.filter(digest__in=list(digests))
    found = {row.digest: row for row in rows.filter(practice=None)}
    if practice_id is not None:
        found.update({row.digest: row for row in rows.filter(practice=practice_id)})
    return found


def delete_unused(now: datetime) -> int:
    """Delete items that no version has shown for UNUSED_FOR, with their files; return how many."""
    deleted = 0
    for item in MediaItem._base_manager.filter(uses=None, created_at__lt=now - UNUSED_FOR):
        names = list(MediaFile._base_manager.filter(item=item).values_list("stored_as", flat=True))
        with transaction.atomic():
            if MediaUse._base_manager.filter(item=item).exists():
                continue
            item.delete()
        for name in names:
            default_storage.delete(name)
        deleted += 1
    return deleted
