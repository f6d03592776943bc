"""How what was done came into the record: the honest dose. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

How = Literal["guided", "mixed", "ticked", "later"]


def how_noted(modes: Iterable[str | None]) -> How | None:
    """Return how a session's sets were told; None where no set was.

    modes: of each set, "guided" (the player counted it), "ticked" (the client said so on the day) or "later" (on a
    later day). One set told later makes the session "later": it is known from memory. Guided beside ticked is "mixed".
    Raises ValueError for a mode that is none of these.
    """
    found = set(modes)
    unknown = found - {"guided", "ticked", "later"}
    if unknown:
        raise ValueError(f"A set is guided, ticked or later, got {', '.join(sorted(map(str, unknown)))}.")
    if not found:
        return None
    if "later" in found:
        return "later"
    if len(found) == 2:
        return "mixed"
    return "guided" if "guided" in found else "ticked"
