"""The time that senders agree on: the database's."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

Clock = Callable[[], datetime]


def database_clock() -> Clock:
    """Return a clock set by the database once and carried on by this machine's steady counter.

    Machines whose clocks differ still agree on what is due and whose lease has lapsed. SQLite is this machine.
    """
    if connection.vendor != "postgresql":
        return timezone.now
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        started: datetime = cursor.fetchone()[0]
    counter = time.monotonic()
    return lambda: started.astimezone(UTC) + timedelta(seconds=time.monotonic() - counter)
