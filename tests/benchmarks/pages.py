"""The pages of clients in Chromium, served as in production: bytes on the wire, and how soon they are there and answer.

A first and a second visit to sign-in, Today and the player, without the service worker, which keeps pages for later on
its own account; Today over Slow 4G on a slow phone; and each tap on the pain scale of the check-in on a slow
phone. After a session the numbers are buttons that lead on, so that no page is left to tell how long they took.
"""

import sys
import tempfile
from collections.abc import Iterator

from tests.benchmarks.run import Figure, measured_by
from tests.check import PRODUCTION
from tests.conftest import CHROMIUM
from tests.rig import PostgreSQL
from tests.suites import clean_environment


def figures() -> Iterator[Figure]:
    """Yield each figure as it is measured."""
    if not CHROMIUM:
        sys.stderr.write("pages: left out, Chromium is not installed\n")
        return
    with PostgreSQL(durable=False) as postgres, tempfile.TemporaryDirectory() as folder:
        environment = {
            **clean_environment(),
            **PRODUCTION,
            "DATABASE_URL": postgres.make_database("pages"),
            "ALLOWED_HOSTS": "localhost",
            "SECURE_SSL_REDIRECT": "0",
            "TRUSTED_PROXIES": "0",
            "LOCAL_DIR": folder,
            "LOG_LEVEL": "ERROR",
        }
        yield from measured_by("_visiting", environment)
