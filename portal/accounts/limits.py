"""Limits that hold under parallel tries and without Redis: one row, one statement."""

import hashlib
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from portal.accounts.models import RateLimit


def take(key: str, *, limit: int, per: timedelta, now: datetime | None = None) -> bool:
    """Count one try under the key; return True while the window holds at most `limit` of them.

    The window starts with the first try and lasts `per`. One upsert counts and reads in the same statement, so fifty
    parallel tries are counted as fifty. Raises ValueError for a limit below 1.
    """
    return take_many(key, 1, limit=limit, per=per, now=now) == 1


def take_many(key: str, wanted: int, *, limit: int, per: timedelta, now: datetime | None = None) -> int:
    """Count `wanted` tries at once; return how many of them the window still holds, from 0 to wanted.

    Raises ValueError for a limit or a wish below 1.
    """
    if limit < 1 or wanted < 1:
        raise ValueError("A limit is at least 1, and so is what is asked for.")
    moment = now or timezone.now()
    opened_after = moment - per
    table = connection.ops.quote_name(RateLimit._meta.db_table)
    adapt = connection.ops.adapt_datetimefield_value
    sql = (
        f"INSERT INTO {table} (key_hash, since, count) VALUES (%s, %s, %s) "  # noqa: S608  the table's own name
        "ON CONFLICT (key_hash) DO UPDATE SET "
        f"count = CASE WHEN {table}.since <= %s THEN %s ELSE {table}.count + %s END, "
        f"since = CASE WHEN {table}.since <= %s THEN %s ELSE {table}.since END "
        "RETURNING count"
    )
    digest = hashlib.sha256(key.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [digest, adapt(moment), wanted, adapt(opened_after), wanted, wanted, adapt(opened_after), adapt(moment)],
        )
        row = cursor.fetchone()
    return max(0, min(wanted, limit - (int(row[0]) - wanted)))


def forget_older_than(age: timedelta, *, now: datetime | None = None) -> int:
    """Delete counters whose window began before `age` ago; return how many."""
    return RateLimit.objects.filter(since__lt=(now or timezone.now()) - age).delete()[0]
