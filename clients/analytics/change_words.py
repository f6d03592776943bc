"""Changes between two versions of a plan, in the practitioner's words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.rules.diff_words import Words
from clients.rules.plan_diff import Change


def change_words(changes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the sentences of a version's changes (AssignmentVersion.changes)."""
    words = Words(gettext=_, ngettext=ngettext, day_words=lambda day: date_format(day, "j M Y"))
    return [words.sentence(Change.from_dict(change)) for change in changes]
