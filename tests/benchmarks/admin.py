"""The longest lists of the admin site at BENCH_ROWS rows each (default 1,000,000) on PostgreSQL.

Sessions, events, messages and the audit trail: the list, its second page, a search with many hits, few and none, and
each value of each filter, as the owner of a large practice sees them and as one of a small practice beside it. The same
pages at 1,000 rows stand beside them.
"""

import os
import tempfile
from collections.abc import Iterator

from tests.benchmarks.run import Figure, measured_by
from tests.rig import PostgreSQL
from tests.suites import clean_environment

ROWS = os.environ.get("BENCH_ROWS", "1000000")


def figures() -> Iterator[Figure]:
    """Yield each figure as it is measured."""
    with PostgreSQL(durable=False) as postgres, tempfile.TemporaryDirectory() as folder:
        environment = {
            **clean_environment(),
            "DATABASE_URL": postgres.make_database("records"),
            "LOCAL_DIR": folder,
            "LOG_LEVEL": "ERROR",
            "BENCH_ROWS": ROWS,
        }
        yield from measured_by("_records", environment)
