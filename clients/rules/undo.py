"""For how long what a person did by one click may be taken back. Pure."""

from datetime import datetime, timedelta
from typing import Final

UNDO_FOR: Final = timedelta(seconds=10)  # screens.md 3, "undo for 10 s"


def seconds_left(since: datetime, now: datetime) -> int:
    """Return for how many seconds, rounded up, what was done then may still be taken back; 0 where it may not."""
    return max(0, -int(-(since + UNDO_FOR - now).total_seconds() // 1))
