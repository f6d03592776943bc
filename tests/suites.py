"""The suites: the portal's own tests, journeys in a browser, and what real servers are needed for.

    python3 start.py test              the portal on SQLite, the browser code under node, and the core of the others
    python3 start.py test --all        all of it in one go and each test once: test, services, journeys
    python3 start.py test -k reminder  words for pytest: one run, of whatever they name
    python3 start.py journeys          people's stories in a browser (needs Chromium)
    python3 start.py services          faults, then what uses a database once more on PostgreSQL and Redis
    python3 start.py faults            first starts, kills, frozen stores, refused mail (most need services)
    python3 start.py screenshots       pictures of every page, into tests/journeys/screens/

The core is the main job in a browser, on both databases, and killed senders: `test` runs it where Chromium, PostgreSQL
and Redis are there, and says what runs the rest, since it is to end within ten minutes on two cores. Faults run alone,
because they watch the clock; what else runs uses every core.
DATABASE_URL and REDIS_URL name servers to use instead of throw-away ones; tests make a database of their own there.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from tests import rig
from tests.conftest import CHROMIUM

# Settings of the person's own portal must not change what tests see.
OWN_SETTINGS = (
    *("DEBUG", "SECRET_KEY", "SECRET_KEY_FALLBACKS", "ALLOWED_HOSTS", "SITE_URL", "PORT", "BIND", "TRUSTED_PROXIES"),
    "VAPID_PRIVATE_KEY",
    *("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "MAIL_FROM", "UNSUBSCRIBE_MAILBOX", "DEAD_MAN_URL", "LOCAL_DIR"),
    *("LOG_LEVEL", "SECURE_SSL_REDIRECT", "WEB_PROCESSES", "WORKER_PROCESSES", "STAFF_IDLE_MINUTES", "OFFLINE_APP"),
    *("UPLOAD_SECONDS", "API_CALLS_PER_MINUTE", "MONITORING_THRESHOLDS", "SHARED_LIBRARY_NEEDS_REVIEW"),
    *("REMINDER_RATE_PER_MINUTE", "REMINDER_LEASE_SECONDS", "REMINDER_BATCH", "REMINDER_GROUP"),
    "REMINDER_BACKOFF_DIVISOR",
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # set by the browser fixture for the tests' own process alone
)
# A file stays with one worker, which keeps what the file sets up once. A worker whose test waits for ever ends and is
# replaced once, so that the rest is still heard of.
ON_EVERY_CORE = ("--numprocesses", "auto", "--dist", "loadfile", "--max-worker-restart", "1")
# A journey waits for most of its time, so that three share two cores well. The longest, which are marked, begin first
# and go to any worker; the others stay together by file.
THREE_AT_ONCE = ("--numprocesses", str(max(3, os.cpu_count() or 1)))
WAITING = (*THREE_AT_ONCE, "--max-worker-restart", "1", "--dist", "loadgroup", "--no-loadscope-reorder")
FAULTS = ("faults", ["-m", "(services or processes) and not browser", "-rP"])
SUITES = {
    "test": [("the portal, on SQLite", ["-m", "not services and not processes and not browser", *ON_EVERY_CORE])],
    "journeys": [("journeys in a browser", ["-m", "browser", *WAITING])],
    "services": [FAULTS],  # and then the second database
    "faults": [FAULTS],
    "screenshots": [("pictures of every page", ["--screenshots"])],
}
# The marks that need more than Python, with what each lacks on this machine in words.
BEYOND_PYTHON: dict[str, Callable[[], str]] = {
    "browser": lambda: "" if CHROMIUM else "no Chromium is installed (Debian: apt install chromium)",
    "services": lambda: "; ".join(rig.missing_services()),
}
# What `test --all` runs, in this order; the tests of the core are among them.
EVERYTHING = ("test", "services", "journeys")


@dataclass(frozen=True)
class Result:
    """One run: what it was, how it ended, how long it took."""

    name: str
    status: int | None  # None: left out
    seconds: float = 0.0
    why: str = ""

    def __str__(self) -> str:
        if self.status is None:
            return f"left out  {self.name}: {self.why}"
        return f"{'passed' if self.status == 0 else 'FAILED':<9} {self.name} ({self.seconds:.0f} s)"


def clean_environment() -> dict[str, str]:
    """Return the environment without the settings of the person's own portal."""
    return {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}


def pytest_run(name: str, words: list[str], environment: dict[str, str]) -> Result:
    """Run pytest once and return how it went."""
    print(f"\n=== {name} ===", flush=True)
    begun = time.monotonic()
    status = subprocess.call(
        [sys.executable, "-m", "pytest", "--durations=12", "--durations-min=5", *words], cwd=rig.ROOT, env=environment
    )
    return Result(name, status, time.monotonic() - begun)


def second_database() -> Result:
    """Run what uses the database on PostgreSQL, as the migrations make it, with Redis as the store."""
    name = "what uses a database, on PostgreSQL and Redis"
    given = {key: os.environ[key] for key in ("DATABASE_URL", "REDIS_URL") if os.environ.get(key)}
    lacking = [] if len(given) == 2 else rig.missing_services()
    if lacking:
        return Result(name, None, why="; ".join(lacking))
    with ExitStack() as servers:
        if len(given) < 2:
            given = {
                "DATABASE_URL": servers.enter_context(rig.PostgreSQL(durable=False)).url(),
                "REDIS_URL": servers.enter_context(rig.Redis()).url(),
            }
        return pytest_run(name, ["--database-only", "--migrations", *ON_EVERY_CORE], {**clean_environment(), **given})


def core() -> Result:
    """Run the core of the other suites, as far as this machine has what it needs."""
    name = "the core of journeys and faults"
    lacking = {mark: why() for mark, why in BEYOND_PYTHON.items() if why()}
    if len(lacking) == len(BEYOND_PYTHON):
        return Result(name, None, why="; ".join(lacking.values()))
    words = ["-m", " and not ".join(["core", *lacking]), *THREE_AT_ONCE, "--dist", "load"]
    return pytest_run(name, words, clean_environment())


def runs(suite: str, words: list[str], *, everything: bool) -> Iterator[Result]:
    """Run a suite, or all of them, one after the other; words go to pytest in each."""
    for each in EVERYTHING if everything else (suite,):
        for name, argv in SUITES[each]:
            yield pytest_run(name, [*argv, *words], clean_environment())
        if each == "services":
            yield second_database()
    if suite == "test" and not everything:
        yield core()


def left_out(suite: str, *, everything: bool) -> Iterator[Result]:
    """Yield what was not run: why, and the words that run it."""
    if suite == "test" and not shutil.which("node"):
        yield Result("browser code under node", None, why="node is not installed")
    for name, mark in (("services", "services"), ("journeys", "browser")):
        lacks, command = BEYOND_PYTHON[mark](), f"python3 start.py {name}"
        if lacks and (everything or suite in ("test", name)):
            yield Result(name, None, why=f"{lacks}; then {command}")
        elif suite == "test" and not everything:
            why = f"too long for the ten minutes of this command: {command}, or python3 start.py test --all"
            yield Result(f"{name}, but for the core", None, why=why)


def main(words: list[str]) -> int:
    """Run one suite, or all of them, and return 0 where nothing failed."""
    parser = argparse.ArgumentParser(prog="python3 start.py", add_help=False, allow_abbrev=False)
    parser.add_argument("suite", choices=SUITES)
    parser.add_argument("--all", action="store_true", dest="everything")
    chosen, rest = parser.parse_known_args(words)
    if chosen.everything and (chosen.suite != "test" or rest):
        parser.error("--all belongs to test, and stands alone: it runs everything.")
    if chosen.suite == "test" and rest:
        results = [
            pytest_run("the tests asked for, on SQLite", rest, clean_environment()),
            Result("everything else", None, why="words for pytest were given"),
        ]
    else:
        results = [
            *runs(chosen.suite, rest, everything=chosen.everything),
            *left_out(chosen.suite, everything=chosen.everything),
        ]
    print("\n=== summary ===", *results, sep="\n", flush=True)
    return int(any(result.status for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
