"""Looking at processes of this machine, for tests that start and kill them. Linux only, as /proc is."""

import os
from pathlib import Path


def descendants(pid: int) -> dict[int, str]:
    """Return the living processes below one: process id -> its command line."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it ended while the list was read
            continue
        if state != "Z":
            parents[int(stat.parent.name)] = int(parent)
    below = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in below} - below
        if not more:
            return {child: command_line(child) for child in below - {pid}}
        below |= more


def command_line(pid: int) -> str:
    """Return a process's words; empty where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    """Return whether a process runs; one that ended and was not reaped yet does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def alive(pids: set[int]) -> set[int]:
    """Return those that still run."""
    return {pid for pid in pids if is_alive(pid)}
