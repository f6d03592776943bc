"""The suites: the portal's own tests, journeys in a browser, and what real servers are needed for.

    python3 start.py test              the portal on SQLite, the browser code under node, and the core of the others
    python3 start.py test -k reminder  words for pytest: one run, of whatever they name
    python3 start.py journeys          people's stories in a browser (needs Chromium)
    python3 start.py services          faults, then what uses a database once more on PostgreSQL and Redis
    python3 start.py faults            first starts, kills, frozen stores, refused mail (most need services)
    python3 start.py screenshots       pictures of every page, into tests/journeys/screens/

The core is the main job in a browser, on both databases, and killed senders: `test` runs it where Chromium, PostgreSQL
and Redis are there, and names the rest. Faults run alone, because they watch the clock; what else runs uses every core.
DATABASE_URL and REDIS_URL name servers to use instead of throw-away ones; tests make a database of their own there.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from tests import rig
from tests.conftest import CHROMIUM

# Settings of the person's own portal must not change what tests see.
OWN_SETTINGS = (
    *("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "PORT"),
    *("TRUSTED_PROXIES", "LOCAL_DIR", "MAIL_FROM", "BIND", "LOG_LEVEL"),
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # set by the browser fixture for the tests' own process alone
)
# A file stays with one worker, which keeps what the file sets up once. A worker whose test waits for ever ends and is
# replaced once, so that the rest is still heard of.
ON_EVERY_CORE = ("--numprocesses", "auto", "--dist", "loadfile", "--max-worker-restart", "1")
FAULTS = ("faults", ["-m", "(services or processes) and not browser", "-rP"])
SUITES = {
    "test": [("the portal, on SQLite", ["-m", "not services and not processes and not browser", *ON_EVERY_CORE])],
    "journeys": [("journeys in a browser", ["-m", "browser", *ON_EVERY_CORE])],
    "services": [FAULTS],  # and then the second database
    "faults": [FAULTS],
    "screenshots": [("pictures of every page", ["--screenshots"])],
}
# The marks that need more than Python, with what each lacks on this machine in words.
BEYOND_PYTHON: dict[str, Callable[[], str]] = {
    "browser": lambda: "" if CHROMIUM else "no Chromium is installed (Debian: apt install chromium)",
    "services": lambda: "; ".join(rig.missing_services()),
}
THE_REST = "not part of this command beyond its core: python3 start.py "


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
    words = ["-m", " and not ".join(["core", *lacking]), "--numprocesses", "auto", "--dist", "load"]
    return pytest_run(name, words, clean_environment())


def left_out(suite: str) -> list[Result]:
    """Return what a suite does not run on this machine, or leaves to other commands."""
    lacking = {"journeys": BEYOND_PYTHON["browser"](), "services": BEYOND_PYTHON["services"]()}
    if suite != "test":
        return [Result(suite, None, why=lacking[suite])] if lacking.get(suite) else []
    return [
        *([] if shutil.which("node") else [Result("browser code under node", None, why="node is not installed")]),
        *(Result(name, None, why=why or THE_REST + name) for name, why in lacking.items()),
    ]


def main(words: list[str]) -> int:
    """Run one suite and return 0 where nothing failed."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("suite", choices=SUITES)
    chosen, rest = parser.parse_known_args(words)
    if chosen.suite == "test" and rest:
        results = [
            pytest_run("the tests asked for, on SQLite", rest, clean_environment()),
            Result("everything else", None, why="words for pytest were given"),
        ]
    else:
        results = [pytest_run(name, [*argv, *rest], clean_environment()) for name, argv in SUITES[chosen.suite]]
        if chosen.suite == "test":
            results.append(core())
        if chosen.suite == "services":
            results.append(second_database())
        results += left_out(chosen.suite)
    print("\n=== summary ===", *results, sep="\n", flush=True)
    return int(any(result.status for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
