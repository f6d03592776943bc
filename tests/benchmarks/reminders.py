"""Reminders against what limits them: claiming against the bare statement, delivering against bare SMTP and peers.

Everything runs on a PostgreSQL of its own that waits for the disk, and against a mail server that only counts. Rates
are measured in alternating rounds and compared by their medians.

BENCH_ROWS sets the size of the table's history (default 1,000,000 sent reminders).
"""

import os
import tempfile
from collections.abc import Iterator

from tests.benchmarks.run import Figure, measured_by
from tests.rig import MailSink, PostgreSQL
from tests.suites import clean_environment

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))


def figures() -> Iterator[Figure]:
    """Yield each figure as it is measured."""
    with PostgreSQL() as postgres, MailSink(only_count=True) as sink, tempfile.TemporaryDirectory() as folder:
        environment = {
            **clean_environment(),
            "DATABASE_URL": postgres.make_database("reminders"),
            "EMAIL_URL": sink.url(),
            "LOCAL_DIR": folder,
            "LOG_LEVEL": "ERROR",
            "POST_OFFICE_DATABASE_URL": postgres.make_database("post_office"),
            "BENCH_ROWS": str(ROWS),
            "BENCH_SINK_PORT": str(sink.port),
            "REMINDER_BATCH": "500",
            "REMINDER_RATE_PER_MINUTE": "1000000",
        }
        yield from measured_by("_claiming", environment)
        yield from measured_by("_delivering", environment)
