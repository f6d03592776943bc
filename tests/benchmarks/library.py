"""The library at 10,000 made-up exercises: list, search, autocomplete and picker, on both databases.

Each request goes through the whole portal. Times are the 95th percentile over different searches, each the best of a
few tries, since other work on the machine is not the portal's. A plain icontains search stands beside them.

BENCH_EXERCISES sets the size of the library (default 10,000).
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tests.benchmarks.run import Figure
from tests.rig import ROOT, PostgreSQL
from tests.suites import clean_environment

EXERCISES = os.environ.get("BENCH_EXERCISES", "10000")


def figures() -> Iterator[Figure]:
    """Yield each figure as it is measured, on SQLite and then on PostgreSQL."""
    yield from _measured("SQLite", "")
    with PostgreSQL(durable=False) as postgres:
        yield from _measured("PostgreSQL", postgres.make_database("library"))


def _measured(name: str, database: str) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **clean_environment(),
            **({"DATABASE_URL": database} if database else {}),
            "LOCAL_DIR": folder,
            "LOG_LEVEL": "ERROR",
            "BENCH_EXERCISES": EXERCISES,
            "BENCH_DATABASE": name,
        }
        command = [sys.executable, "-m", "tests.benchmarks._finding"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for line in process.stdout:
            yield Figure(**json.loads(line))
        if process.wait() != 0:
            raise RuntimeError(f"the measurement on {name} ended with {process.returncode}")
