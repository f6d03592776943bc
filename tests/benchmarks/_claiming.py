"""How quickly due rows are claimed and an empty table is looked at. Run by reminders.py, in a portal of its own."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

CLAIMED, BATCH, ROUNDS = 20_000, 1000, 5
SMALL = 100_000
ROWS = int(os.environ["BENCH_ROWS"])

HISTORY = """
INSERT INTO clients_reminder (practice_id, client_id, recipient, stream, subject_key, local_date, slot, channel,
    wall_time, time_zone, due_at, expires_at, state, tries, crashes, copies, lease_by, message_id, sealed, reason,
    created_at)
SELECT %(practice)s, %(client)s, 'client:' || (g %% 20000), 'session', %(subject)s,
    date '2000-01-01' + (g / 20000)::int, 1, 'email', time '09:00', 'Europe/Berlin',
    %(due)s::timestamptz, %(due)s::timestamptz + interval '2 hours', %(state)s, 0, 0, 0, '',
    '<' || md5(g::text) || '@portal.example>', '', '', now()
FROM generate_series(%(first)s, %(last)s) g
"""
# The least that any claim of this table has to do.
BARE = """
UPDATE clients_reminder SET state = 'sending', lease_until = now() + interval '90 seconds' WHERE id IN (
    SELECT id FROM clients_reminder WHERE stream = 'session' AND state = 'pending' AND due_at <= now()
    ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id
"""


def say(name: str, value: float, goal: float, better: str, unit: str = "") -> None:
    print(json.dumps({"name": name, "value": value, "goal": goal, "better": better, "unit": unit}), flush=True)


def note(words: str) -> None:
    """Tell the person at the terminal something beside the figures."""
    print(words, file=sys.stderr, flush=True)


def rate(claim: Callable[[], int]) -> float:
    """Rows a second until CLAIMED rows are claimed."""
    begun, rows = time.perf_counter(), 0
    while rows < CLAIMED:
        got = claim()
        assert got, "the rows ran out"
        rows += got
    return rows / (time.perf_counter() - begun)


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from clients.services import remind
    from clients.services.remind.clock import database_clock
    from clients.services.remind.queue import Queue
    from portal.accounts.tenancy import all_practices
    from tests.faults.world import make_people

    call_command("migrate", verbosity=0)
    with all_practices():
        make_people(1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT practice_id, id FROM clients_client")
        practice, client = cursor.fetchone()
    ids: dict[str, Any] = {"practice": practice, "client": client}

    def insert(state: str, subject: str, first: int, last: int, due: datetime) -> None:
        with connection.cursor() as cursor:
            values = {**ids, "state": state, "subject": subject, "first": first, "last": last, "due": due}
            cursor.execute(HISTORY, values)

    def refill() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM clients_reminder WHERE state <> 'sent'")
        insert("pending", "due", 1, CLAIMED + BATCH, datetime.now(UTC))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE clients_reminder")

    def bare() -> int:
        with connection.cursor() as cursor:
            cursor.execute(BARE, [BATCH])
            return len(cursor.fetchall())

    def ours() -> int:
        with all_practices():
            return len(Queue("session", clock).claim(BATCH))

    def look() -> float:
        begun = time.perf_counter()
        remind.send_due("session")
        return (time.perf_counter() - begun) * 1000

    ours_at: dict[int, float] = {}
    looks_at: dict[int, float] = {}
    filled = 0
    for size in (SMALL, ROWS):
        insert("sent", "history", filled + 1, size, datetime(2020, 1, 1, tzinfo=UTC))
        filled = size
        pairs = []
        for _ in range(ROUNDS):
            refill()
            limit = rate(bare)
            refill()
            clock = database_clock()
            pairs.append((limit, rate(ours)))
        limits, mine = (statistics.median(column) for column in zip(*pairs, strict=True))
        ours_at[size] = mine
        note(f"{size} rows: bare claim {limits:.0f}/s, ours {mine:.0f}/s")
        say(f"claim, ours / bare statement, {size} rows", mine / limits, 0.5, "higher")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM clients_reminder WHERE state <> 'sent'")
            cursor.execute("VACUUM ANALYZE clients_reminder")
        looks_at[size] = statistics.median(look() for _ in range(100))
    say(f"claim, {ROWS} rows / {SMALL} rows", ours_at[ROWS] / ours_at[SMALL], 0.7, "higher")
    say(f"look at nothing due, {ROWS} rows", looks_at[ROWS], 2, "lower", "ms")
    say(f"look at nothing due, {ROWS} rows / {SMALL} rows", looks_at[ROWS] / looks_at[SMALL], 1.5, "lower")


if __name__ == "__main__":
    main()
