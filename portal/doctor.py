"""What a person who looks after an installation wants to know, each finding with its remedy."""

import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from clients.models import Heartbeat, Reminder
from clients.services.remind import watch
from clients.services.remind.planning import PLANNER
from portal import health, store
from portal.accounts.tenancy import all_practices

OVERDUE_FOR = timedelta(minutes=2)
LITTLE_DISK_MB = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. wrong: it does not work; look: it works, but not as it should."""

    state: Literal["ok", "look", "wrong"]
    about: str
    detail: str
    remedy: str = ""


def _programs(now: datetime) -> Iterator[Finding]:
    detail = f"Python {platform.python_version()}, Django {django.get_version()}, {platform.system()}"
    yield Finding("ok", "programs", detail)


def _settings(now: datetime) -> Iterator[Finding]:
    mode = "development (DEBUG)" if settings.DEBUG else "production"
    yield Finding("ok", "settings", f"{mode}, {settings.SITE_URL}")
    for message in run_checks(include_deployment_checks=not settings.DEBUG):
        if message.level >= WARNING:
            yield Finding("wrong" if message.is_serious() else "look", str(message.id), message.msg, message.hint or "")


def _disk(now: datetime) -> Iterator[Finding]:
    settings.LOCAL_DIR.mkdir(parents=True, exist_ok=True)
    free_mb = shutil.disk_usage(settings.LOCAL_DIR).free // 1_000_000
    detail = f"{free_mb} MB free in {settings.LOCAL_DIR}"
    if free_mb < LITTLE_DISK_MB:
        yield Finding("look", "disk", detail, "Make room: a full disk stops the database.")
    else:
        yield Finding("ok", "disk", detail)


def _store(now: datetime) -> Iterator[Finding]:
    chosen = store.chosen()
    if store.answers(chosen, within=2.0):
        yield Finding("ok", "store", chosen.words)
    else:
        remedy = "Start the portal: it starts the store too." if chosen.is_own else "Start it, or correct REDIS_URL."
        yield Finding("look", "store", f"{chosen.words} does not answer", f"{remedy} Nothing is lost; messages wait.")


def _database(now: datetime) -> Iterator[Finding]:
    engine = connection.vendor
    where = connection.settings_dict["NAME" if engine == "sqlite" else "HOST"]
    if health.database_answers():
        version = ".".join(map(str, connection.get_database_version()))
        yield Finding("ok", "database", f"{engine} {version} at {where}")
    else:
        detail = f"{engine} at {where} does not answer"
        yield Finding("wrong", "database", detail, "Start it, or correct DATABASE_URL.")


def _migrations(now: datetime) -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        yield Finding("wrong", "migrations", f"{len(plan)} are not applied", "Run: python3 start.py manage migrate")
    else:
        yield Finding("ok", "migrations", "all are applied")


def _senders(now: datetime) -> Iterator[Finding]:
    heard = dict(Heartbeat.objects.values_list("name", "at"))
    for name in (*map(watch.sender_name, Reminder.Stream.values), PLANNER):
        if name not in heard:
            yield Finding("wrong", name, "was never heard", "Start the worker and beat. Messages wait until they run.")
            continue
        silence = now - heard[name]
        detail = f"heard {int(silence.total_seconds())} s ago"
        if silence > watch.SILENT_AFTER:
            yield Finding("wrong", name, detail, "Are the worker and beat running? Messages wait until they are.")
        else:
            yield Finding("ok", name, detail)


def _messages(now: datetime) -> Iterator[Finding]:
    with all_practices():
        rows = Reminder.objects.all()
        waiting = rows.filter(state=Reminder.State.PENDING, due_at__lte=now - OVERDUE_FOR, expires_at__gt=now).count()
        aside = rows.filter(state=Reminder.State.QUARANTINED).count()
    if waiting:
        yield Finding("wrong", "messages", f"{waiting} are overdue", "Look at the sender and the mail server.")
    elif aside:
        detail = f"{aside} are set aside after crashes"
        yield Finding("look", "messages", detail, "They are in admin under Messages sent.")
    else:
        yield Finding("ok", "messages", "none is overdue")


def _mail(now: datetime) -> Iterator[Finding]:
    if settings.EMAIL_URL:
        yield Finding("ok", "mail", f"goes to {urlsplit(settings.EMAIL_URL).hostname}:{settings.EMAIL_PORT}")
    else:
        yield Finding("ok", "mail", f"is written to {settings.MAIL_DIR} and shown at {settings.SITE_URL}/outbox/")


LOOKS: dict[str, Callable[[datetime], Iterator[Finding]]] = {
    "programs": _programs,
    "settings": _settings,
    "disk": _disk,
    "store": _store,
    "mail": _mail,
    "database": _database,
    "migrations": _migrations,
    "senders": _senders,
    "messages": _messages,
}
GROUND = ("database", "migrations")  # while one of these is wrong, what comes after cannot be asked


def findings(now: datetime, *, only: str = "") -> Iterator[Finding]:
    """Yield every finding, or those of one of LOOKS. Raises DatabaseError where that one cannot ask the database."""
    for name in [only] if only else LOOKS:
        found = list(LOOKS[name](now))
        yield from found
        if name in GROUND and any(finding.state == "wrong" for finding in found):
            return
