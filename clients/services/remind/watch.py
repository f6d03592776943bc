"""Who watches the sender: heartbeats, the figures of the table, and one ping to the outside."""

import json
import logging
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min

from clients.models import Heartbeat, Reminder
from portal.accounts.tenancy import all_practices

log = logging.getLogger(__name__)

SILENT_AFTER: Final = timedelta(minutes=3)  # safety.md 1: a stopped sender is visible in 3 minutes
PING_TIMEOUT_S: Final = 5


def beat(name: str, *, at: datetime, detail: dict[str, Any]) -> None:  # Any: a JSON document of counts
    """Write that the loop `name` was alive at the moment `at`, in one statement."""
    if connection.vendor == "postgresql":
        # One statement is one transaction. This one need not wait for the disk: the next beat comes in seconds.
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO clients_heartbeat (name, at, detail) SELECT %s, %s, %s::jsonb "
                "FROM (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried "
                "ON CONFLICT (name) DO UPDATE SET at = EXCLUDED.at, detail = EXCLUDED.detail",
                [name, at, json.dumps(detail)],
            )
        return
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=at, detail=detail)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at", "detail"],
    )


def sender_name(stream: str) -> str:
    """The heartbeat of a stream's sender."""
    return f"send_due:{stream}"


def silent_for(name: str, *, now: datetime) -> timedelta | None:
    """How long the loop has been silent; None while that is no reason to worry. Never heard of is for ever."""
    at = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    if at is None:
        return timedelta.max
    silence = now - at
    return silence if silence > SILENT_AFTER else None


def metric_lines(now: datetime) -> list[str]:
    """The figures of the reminder table as lines "name value", for a text that monitoring reads.

    Seconds and counts. Only session reminders count as overdue; those of the last 24 hours as failed.
    """
    with all_practices():
        return list(_metrics(now))


def _metrics(now: datetime) -> Iterator[str]:
    waiting = Reminder.objects.filter(state=Reminder.State.PENDING)
    due = waiting.filter(stream__in=Reminder.Stream.values, due_at__lte=now)
    oldest = due.aggregate(oldest=Min("due_at"))["oldest"]
    yield f"reminders_oldest_overdue_seconds {max(0, (now - oldest).total_seconds()) if oldest else 0:.0f}"
    yield f"reminders_pending {waiting.count()}"
    yield f"reminders_due {due.count()}"
    day = Reminder.objects.filter(due_at__gt=now - timedelta(days=1), due_at__lte=now)
    counts = dict(day.values_list("state").annotate(count=Count("pk")).values_list("state", "count"))
    for state in (Reminder.State.SENT, Reminder.State.SKIPPED, Reminder.State.UNKNOWN):
        yield f"reminders_{state.value} {counts.get(state.value, 0)}"
    failed = counts.get(Reminder.State.FAILED.value, 0) + counts.get(Reminder.State.QUARANTINED.value, 0)
    yield f"reminders_failed {failed}"
    for name, at in Heartbeat.objects.order_by("name").values_list("name", "at"):
        yield f'heartbeat_age_seconds{{name="{name}"}} {max(0, (now - at).total_seconds()):.0f}'


def ping_outside() -> None:
    """Tell the watch outside that the sender runs, where one is set up. It must never hold the sender up."""
    if not settings.DEAD_MAN_URL:
        return
    try:
        with urllib.request.urlopen(settings.DEAD_MAN_URL, timeout=PING_TIMEOUT_S):  # noqa: S310  set by the operator
            pass
    except (OSError, ValueError) as error:
        log.warning("the outside watch did not answer: %s", type(error).__name__)
