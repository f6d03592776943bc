"""Words that a text for clients does not use. Source: clinical.md 1.3, house wording rules. Pure."""

from __future__ import annotations

import re

# What promises a result, frightens or blames. "for good" counts only where it ends a clause.
BANNED = (
    "cure", "cures", "cured", "for good", "only way", "best way", "guaranteed", "always works", "heal your spine",
    "out of alignment", "damaged", "worn out", "bad posture", "weak core", "crumbling", "must never bend",
)  # fmt: skip
PATIENT = ("patient", "patients")  # people are clients here

_ENDS_A_CLAUSE = {"for good": r"(?=\s*(?:[.,;:!?)]|$))"}


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = [re.escape(word).replace(r"\ ", r"\s+") + _ENDS_A_CLAUSE.get(word, "") for word in words]
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + r")(?!\w)", re.IGNORECASE)


_BANNED = _pattern(BANNED)
_PATIENT = _pattern(PATIENT)


def claims_in(text: str) -> list[str]:
    """Return the banned words of a text, as written, in their order."""
    return [found[0] for found in _BANNED.finditer(text)]


def calls_people_patients(text: str) -> bool:
    """Tell whether a text says "patient" of people."""
    return _PATIENT.search(text) is not None


def shouts(text: str) -> bool:
    """Tell whether a text has an exclamation mark."""
    return "!" in text
