"""Adding pictures, films and sound to exercises. A published version keeps what it shows."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from portal.accounts.models import User
from routines.access import check_can_edit
from routines.content.media import Media
from routines.media.cleaning import clean
from routines.models import Exercise, ExerciseVersion
from routines.reading import ContentError
from routines.services.exercises import save_draft
from routines.services.media_store import kept_with_rows, store


def add_media(
    exercise: Exercise,
    *,
    place: str,
    kind: str,
    alt: str,
    file: BinaryIO,
    poster: BinaryIO | None = None,
    captions: BinaryIO | None = None,
    by: User,
) -> ExerciseVersion:
    """Return the draft that shows the file. place: "" for the whole exercise, or a step as in "segments[0].steps[1]".

    Raises NotAllowed, MediaRefused with a sentence for the author, ContentError for a missing text or an unknown place.
    """
    check_can_edit(by, exercise)
    if not alt.strip():
        raise ContentError.at("alt", _("Say what is to be seen or heard, for people who cannot see or hear it."))
    document = copy.deepcopy(newest_document(exercise))
    holder = holder_at(document, place)
    found = clean(file, kind=kind, poster=poster, captions=captions)
    try:
        with kept_with_rows() as written:
            item = store(found, written, practice=exercise.practice, by=by)
            shown = Media(item.digest, item.kind, alt.strip(), item.width, item.height, item.seconds)
            holder["media"] = [*_entries(holder, but=item.digest), shown.to_document()]
            return save_draft(exercise, document=document, by=by)
    finally:
        found.close()


def remove_media(exercise: Exercise, *, place: str, digest: str, by: User) -> ExerciseVersion:
    """Return the draft that no longer shows the file there. Raises NotAllowed, ContentError for an unknown place."""
    document = copy.deepcopy(newest_document(exercise))
    holder = holder_at(document, place)
    holder["media"] = _entries(holder, but=digest)
    if not holder["media"]:
        del holder["media"]
    return save_draft(exercise, document=document, by=by)


def newest_document(exercise: Exercise) -> dict[str, Any]:
    """Return the document of an exercise's newest version, draft or published."""
    found: dict[str, Any] = exercise.versions.order_by("-number")[0].document
    return found


def places_of(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return where an exercise may show something: the place's path, its words, and the mapping that holds `media`."""
    found: list[tuple[str, str, dict[str, Any]]] = [("", _("The whole exercise"), document)]
    for number, segment in enumerate(document.get("segments") or ()):
        for index, step in enumerate(segment.get("steps") or ()):
            words = _("Part %(part)d, step %(step)d: %(text)s")
            words %= {"part": number + 1, "step": index + 1, "text": step.get("text", "")[:60]}
            found.append((f"segments[{number}].steps[{index}]", words, step))
    return found


def holder_at(document: dict[str, Any], place: str) -> dict[str, Any]:
    """Return the mapping of a document that holds the media of a place. Raises ContentError."""
    for path, _words, holder in places_of(document):
        if path == place:
            return holder
    raise ContentError.at("place", _("Choose the exercise or one of its steps."))


def _entries(holder: Mapping[str, Any], *, but: str) -> list[Any]:
    return [entry for entry in holder.get("media") or () if entry.get("file") != but]
