"""Library files as people bring and take them: YAML and spreadsheets, told by their content."""

from __future__ import annotations

import io
import secrets
from datetime import datetime, timedelta
from typing import BinaryIO

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from portal.accounts.models import Practice, User
from portal.lib import spreadsheets
from routines.library import starter
from routines.library.table import read_rows, to_rows
from routines.library.whole import Library, LibraryError, read_library
from routines.library.yaml_reading import MAX_BYTES, LoadedFile, load
from routines.reading import ContentError
from routines.services.exporting import entries_of
from routines.services.importing import surroundings

FOLDER = "imports"  # in the storage: files that were tried and may yet be imported
KEPT = timedelta(hours=1)


def export_table(practice: Practice | None, *, by: User, form: str) -> bytes:
    """Return a library as one table. form: csv or xlsx. Raises NotAllowed."""
    rows = to_rows(entries_of(practice, by=by))
    return spreadsheets.write_csv(rows) if form == "csv" else spreadsheets.write_xlsx(rows, title=_("Library"))


def read_upload(file: BinaryIO, *, name: str, practice: Practice | None) -> Library:
    """Return the library of a file for a practice (None: for the shared library).

    It is a spreadsheet (CSV, XLSX), an exercises file or a routines file (YAML). Raises LibraryError.
    """
    try:
        files = _files(file, name)
        return read_library(*files, around=surroundings(practice, whole=False))
    except spreadsheets.SpreadsheetError as error:
        raise LibraryError([str(error)]) from error
    except ContentError as error:
        raise LibraryError([str(problem) for problem in error.problems]) from error


def _files(file: BinaryIO, name: str) -> tuple[LoadedFile, LoadedFile]:
    heads = _heads()
    file.seek(0)
    head = file.read(4096)
    if head.startswith(b"PK\x03\x04") or _is_table(head):
        return read_rows(spreadsheets.read(file)).files(name, heads)
    file.seek(0)
    loaded = load(file.read(MAX_BYTES + 1), name=name)
    found = loaded.document if isinstance(loaded.document, dict) else {}
    nothing: tuple[dict[str, object], dict[str, object]] = (
        {"exercises": [], "self_care": [], "articles": []},
        {"routines": []},
    )
    if "exercises" in found:
        return loaded, LoadedFile(name, {**heads[1], **nothing[1]}, {})
    if "routines" in found:
        return LoadedFile(name, {**heads[0], **nothing[0]}, {}), loaded
    raise ContentError.at(name, _("is neither a library file (YAML) nor a spreadsheet with a column named kind"))


def _heads() -> tuple[dict[str, object], dict[str, object]]:
    """Return what the shipped files say before their entries: schema, conventions, safety texts, global rules."""
    exercises, routines = starter.exercises_file().document, starter.load_path(starter.ROUTINES).document
    entries = {"exercises", "self_care", "articles", "substitutions", "routines"}
    return (
        {key: value for key, value in exercises.items() if key not in entries},
        {key: value for key, value in routines.items() if key not in entries},
    )


def _is_table(head: bytes) -> bool:
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n")[0].lower()
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True  # UTF-16, as some programs save CSV: the reader says what to do
    return b"kind" in [name.strip(b'" \r') for name in first.replace(b";", b",").split(b",")]


# --- between trying and importing -----------------------------------------------------------------------------


def keep(file: BinaryIO) -> str:
    """Return the opaque name under which a file that was tried is kept for an hour."""
    file.seek(0)
    return str(default_storage.save(f"{FOLDER}/{secrets.token_hex(20)}", File(file)))


def kept(name: str) -> BinaryIO | None:
    """Return a kept file, in memory; None where it is gone."""
    try:
        with default_storage.open(name) as file:
            return io.BytesIO(file.read())
    except FileNotFoundError:
        return None


def let_go(name: str) -> None:
    """Delete a kept file; one that is gone is fine."""
    default_storage.delete(name)


def delete_stale(now: datetime) -> int:
    """Delete kept files older than an hour; return how many."""
    if not default_storage.exists(FOLDER):
        return 0
    names = [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    old = [name for name in names if default_storage.get_modified_time(name) < now - KEPT]
    for name in old:
        default_storage.delete(name)
    return len(old)
