"""How a caseload stands: how many clients fall into each band of adherence. Source: clinical.md 6.3 and 6.4.

Only counts: clients are never ranked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from clients.rules.adherence import Band, band, freq_week

BANDS: Final[tuple[Band | None, ...]] = ("on_track", "some", "needs_a_chat", None)  # None: nothing was due


@dataclass(frozen=True, slots=True)
class BandCount:
    """Clients of one band, of all clients counted."""

    band: Band | None
    clients: int
    of: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.clients, self.of) if self.of else None


def distribution(counts: Iterable[tuple[int, int]]) -> tuple[BandCount, ...]:
    """Return the clients of each band, every band once, from each client's sessions (done, due so far).

    done is capped week by week, as `clients.rules.adherence.combine` gives it.
    """
    found = [band(freq_week(done, due)) for done, due in counts]
    return tuple(BandCount(each, found.count(each), len(found)) for each in BANDS)
