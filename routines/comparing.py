"""What changed between two wordings of an exercise, in words that an author knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from routines.field_words import field_words
from routines.library.merging import ABSENT, Change, merge
from routines.library.starter import vocabulary

_WORKED_OUT = {"estimated_seconds"}
_LONGEST = 300  # characters of one value on the page


@dataclass(frozen=True)
class Difference:
    """One place that changed: the field in words, and both values in words ("–" where there was none)."""

    field: str
    before: str
    after: str


def differences_in_words(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Return what changed from the old document to the new one, in the order of the document."""
    changes = merge(_said(old), _said(old), _said(new)).changes
    return [Difference(field_words(each.path), in_words(each.base), in_words(each.theirs)) for each in changes]


@dataclass(frozen=True)
class Offer:
    """One place that the source changed, with the three wordings. path: names it in the form."""

    path: str
    field: str
    before: str
    ours: str
    theirs: str
    is_conflict: bool
    takes_theirs: bool


def offer_of(change: Change) -> Offer:
    """Return a change of a merge in words."""
    return Offer(
        path=change.path,
        field=field_words(change.path),
        before=in_words(change.base),
        ours=in_words(change.ours),
        theirs=in_words(change.theirs),
        is_conflict=change.is_conflict,
        takes_theirs=change.kept == "theirs",
    )


def in_words(value: Any) -> str:
    """Return a value of a document as people read it. Any: texts, numbers, lists and mappings, or ABSENT."""
    if value is ABSENT or value is None or value in ([], {}, ""):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        text = "; ".join(f"{field_words(str(key))}: {in_words(each)}" for key, each in value.items())
    elif isinstance(value, list):
        text = ", ".join(in_words(each) for each in value)
    else:
        text = _word(str(value))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _word(text: str) -> str:
    known = vocabulary()
    for words in (known.tags, known.levels, known.categories, known.equipment, known.body_regions):
        if text in words:
            return _(words[text])
    return text


def _said(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in _WORKED_OUT}
