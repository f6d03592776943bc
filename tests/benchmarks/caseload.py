"""The caseload of 200 clients and 28 days on PostgreSQL: statements, time, bytes, and what a long history adds.

The same page is asked for by turns in a database of 10,000 and in one of BENCH_EVENTS events (default 1,000,000). All
but what the page shows is older history, half of it of another practice. A page as one writes it without thinking of
statements stands beside it.
"""

import os
import tempfile
from collections.abc import Iterator

from tests.benchmarks.run import Figure, measured_by
from tests.rig import PostgreSQL
from tests.suites import clean_environment

EVENTS = os.environ.get("BENCH_EVENTS", "1000000")


def figures() -> Iterator[Figure]:
    """Yield each figure as it is measured."""
    with PostgreSQL(durable=False) as postgres, tempfile.TemporaryDirectory() as folder:
        environment = {
            **clean_environment(),
            "DATABASE_URL": postgres.make_database("caseload"),
            "LOCAL_DIR": folder,
            "LOG_LEVEL": "ERROR",
            "BENCH_EVENTS": EVENTS,
        }
        yield from measured_by("_looking", environment)
