"""Sessions that were begun again before they were over, and then finished after all, on another phone. Pure.

Such goes at one due session are one session: where both are finished, one of them counts (clinical.md 6.3, C counts
sessions). A session that is done a second time after the first was over is an extra, and counts as one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from operator import attrgetter

from clients.rules.adherence import DONE


@dataclass(frozen=True, slots=True)
class Go:
    """One finished go at an occurrence. fraction: 0 to 1."""

    id: str
    started_at: datetime
    finished_at: datetime
    fraction: Fraction | float


def replaced(goes: Iterable[Go]) -> frozenset[str]:
    """Return the ids of those, of one occurrence in any order, that count no more because another one of them does.

    Of goes each begun before the last one was over, the last that is done counts; where none is, the fullest.
    """
    found: set[str] = set()
    together: list[Go] = []
    for go in sorted(goes, key=attrgetter("started_at", "id")):
        if together and go.started_at >= together[-1].finished_at:
            together = []
        together.append(go)
        kept = max(together, key=lambda each: (1 if each.fraction >= DONE else each.fraction, each.started_at, each.id))
        found -= {each.id for each in together}
        found |= {each.id for each in together if each is not kept}
    return frozenset(found)
