"""The library at 10,000 made-up exercises: list, search, autocomplete and picker, on both databases.

Each request goes through the whole portal. Times are the 95th percentile over different searches, each the best of a
few tries, since other work on the machine is not the portal's. A plain icontains search stands beside them.

BENCH_EXERCISES sets the size of the library (default 10,000).
"""

import os
import tempfile
from collections.abc import Iterator

from tests.benchmarks.run import Figure, measured_by
from tests.rig import PostgreSQL
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
        yield from measured_by("_finding", environment)
