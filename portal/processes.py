"""The commands of the running portal: the one place that says how each process is started."""

import os
import sys

from django.conf import settings

from portal import store
from portal.supervisor import Process

PYTHON = sys.executable
WARM_STOP_S = 20.0  # a worker ends its batch first; its lease makes even a kill harmless


def manage(name: str, *words: str) -> Process:
    """A Django command that runs once beside the portal."""
    return Process(name, (PYTHON, "manage.py", *words), once=True)


def web() -> Process:
    """gunicorn. DEBUG: one process with threads, this machine only. Otherwise processes behind a buffering proxy."""
    shape: tuple[str, ...]
    if settings.DEBUG:
        shape = ("--bind", f"127.0.0.1:{settings.PORT}", "--worker-class", "gthread", "--threads", "8")
    else:
        shape = (
            *("--bind", f"{settings.BIND}:{settings.PORT}", "--preload"),
            *("--workers", str(settings.WEB_PROCESSES)),
        )
    options = (
        *("--log-level", "warning", "--graceful-timeout", "5", "--no-control-socket"),
        # A link may be a secret, so no line is logged per request; /dev/shm does not wait for a disk.
        *(("--worker-tmp-dir", "/dev/shm") if os.path.isdir("/dev/shm") else ()),  # noqa: S108  a file without a name
    )
    return Process("web", (PYTHON, "-m", "gunicorn", "portal.wsgi", *shape, *options))


def worker() -> Process:
    """Celery's worker. SQLite has one writer, so one sender."""
    count = 1 if settings.ON_SQLITE else settings.WORKER_PROCESSES
    options = ("--concurrency", str(count), "--without-gossip", "--without-mingle", "--loglevel", "WARNING")
    return Process("worker", (*_celery(), "worker", *options), patience_s=WARM_STOP_S)


def beat() -> Process:
    """Celery's clock. Two of them do no harm: a poke for what is done already finds nothing."""
    return Process("beat", (*_celery(), "beat", "--pidfile=", "--loglevel", "WARNING"))


def own_store(chosen: store.Store) -> Process:
    """The store of one's own, where `chosen` has a server."""
    return Process("store", tuple(store.server_argv(chosen)))


def _celery() -> tuple[str, ...]:
    return (PYTHON, "-m", "celery", "--quiet", "--app", "portal.celery")
