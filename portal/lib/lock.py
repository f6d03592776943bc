"""One holder at a time on this machine, freed by the system when the holder's process ends in any way."""

import fcntl
import os
from pathlib import Path
from typing import TextIO


class Held(Exception):
    """Another process holds the lock; `by` is its process id as text, empty where it is not known."""

    def __init__(self, by: str) -> None:
        self.by = by
        super().__init__(f"held by process {by or 'unknown'}")


def hold(path: Path) -> TextIO:
    """Return the open lock file, which keeps the lock until it is closed. Raises Held without waiting."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        by = file.read().strip()
        file.close()
        raise Held(by) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
