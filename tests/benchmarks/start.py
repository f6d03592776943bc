"""From nothing to the first page, and what the running portal costs (goals: 90 s cold, 10 s warm, 80 MB a process)."""

import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests import rig
from tests.benchmarks.run import Figure
from tests.journeys.portal import Portal
from tests.processes import descendants
from tests.suites import clean_environment


class FreshClone(Portal):
    """`start.py run` in a clone of this repository that has no .local/ yet."""

    def prepare(self) -> None:
        subprocess.run(["git", "clone", "--quiet", str(rig.ROOT), str(self.clone)], check=True, timeout=120)

    @property
    def clone(self) -> Path:
        return self.folder / "clone"

    @property
    def environment(self) -> dict[str, str]:
        return {**clean_environment(), "PORT": str(self.port)}

    def page(self, path: str) -> int:
        """Return the status of a page, redirects followed; 0 where nothing answers."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=5) as answer:
                return int(answer.status)
        except OSError as error:
            return int(getattr(error, "code", 0))

    def argv(self) -> list[str]:
        return [sys._base_executable, str(self.clone / "start.py"), "run"]  # the system's Python, not this environment


def seconds_to_first_page(portal: FreshClone) -> float:
    """Start and return how long it took until a page, not only a probe, was answered."""
    begun = time.monotonic()
    portal.start()
    rig.wait_for(lambda: portal.page("/") == 200, within_s=120, what="the first page")
    return time.monotonic() - begun


def proportional_mb(pid: int) -> float:
    """Return a process's memory in MB, what it shares with others divided among them. Linux."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def figures() -> Iterator[Figure]:
    clone = FreshClone()
    clone.prepare()
    (clone.folder / "prepared").touch()
    try:
        yield Figure("start: first page of a fresh clone", seconds_to_first_page(clone), 90, "lower", "s")
        clone.stop()
        yield Figure("start: first page, started again", seconds_to_first_page(clone), 10, "lower", "s")
        web = [pid for pid, words in descendants(clone.pid).items() if "gunicorn" in words]
        yield Figure("start: memory of a web process", max(map(proportional_mb, web)), 80, "lower", "MB")
        begun = time.monotonic()
        clone.stop()
        yield Figure("start: Ctrl-C to nothing left", time.monotonic() - begun, 10, "lower", "s")
    finally:
        clone.stop()
        shutil.rmtree(clone.folder, ignore_errors=True)
