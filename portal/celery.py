"""The Celery app. Beat only pokes: what is due stands in the reminder table, and the poked task reads it there.

A poke carries a stream's name and nothing else. One that is lost is made good by the next, one that comes twice finds
nothing left to do. So there is no late acknowledgement, no retry, no result, no countdown, and web pages never publish.
"""

import os
from datetime import UTC, datetime
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

from portal import store

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("steadyback")


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Leave logging as portal.settings set it up; that this is connected keeps Celery from changing it."""


def transport_options(chosen: store.Store) -> dict[str, Any]:
    """Return what the broker's connection needs: short waits on a server, three folders without one."""
    if chosen.folder:
        return {
            "data_folder_in": str(chosen.folder),
            "data_folder_out": str(chosen.folder),
            "control_folder": str(chosen.folder / "control"),
        }
    return {
        "socket_timeout": 2,  # seconds; without it a frozen store holds beat for ever
        "socket_connect_timeout": 1,
        "socket_keepalive": True,
        # A deaf connection is noticed after brpop_timeout (1 s) and twice this.
        "health_check_interval": 10,
        "max_retries": 1,
    }


def poke(task: str, *, every_s: int, expires_s: int, **about: str) -> dict[str, Any]:
    """Return an entry of beat's schedule: at once when beat starts, then at every interval.

    A poke that nobody took within expires_s is dropped, so that workers find no pile of them after an outage.
    """
    return {
        "task": task,
        "schedule": every_s,
        "kwargs": about,
        "options": {"expires": expires_s},
        "last_run_at": LONG_AGO,
    }


LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
LEASE_S = int(settings.REMINDER_LEASE.total_seconds())

app.conf.update(
    broker_url=store.chosen().broker_url,
    broker_transport_options=transport_options(store.chosen()),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # for ever: the store may be away longer than any count
    task_default_queue="steadyback",
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_publish_retry=False,
    task_acks_late=False,
    task_reject_on_worker_lost=False,
    # A sender that hangs ends before its lease does, so that no other takes its rows while it still sends.
    task_soft_time_limit=max(1, LEASE_S * 2 // 3),
    task_time_limit=max(2, LEASE_S - 1),
    worker_prefetch_multiplier=1,
    worker_soft_shutdown_timeout=5,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    enable_utc=True,
    timezone="UTC",
    beat_scheduler="celery.beat:Scheduler",  # in memory: every entry is an interval, so there is nothing to keep
    beat_schedule={
        "send sign-in codes": poke("clients.tasks.send_due", every_s=2, expires_s=10, stream="sign_in"),
        "send alerts": poke("clients.tasks.send_due", every_s=5, expires_s=20, stream="alert"),
        "send invitations": poke("clients.tasks.send_due", every_s=5, expires_s=20, stream="invitation"),
        "send session reminders": poke("clients.tasks.send_due", every_s=30, expires_s=50, stream="session"),
        "send follow-ups": poke("clients.tasks.send_due", every_s=30, expires_s=50, stream="follow_up"),
        "send weekly notes": poke("clients.tasks.send_due", every_s=30, expires_s=50, stream="weekly"),
        "send notices of messages": poke("clients.tasks.send_due", every_s=30, expires_s=50, stream="message"),
        "send morning summaries": poke("clients.tasks.send_due", every_s=30, expires_s=50, stream="digest"),
        "write morning summaries": poke("clients.tasks.write_digests", every_s=300, expires_s=120),
        "tell those who cover": poke("clients.tasks.tell_covers", every_s=300, expires_s=120),
        "remind of invitations": poke("clients.tasks.invite_again", every_s=3600, expires_s=3000),
        "release held notes": poke("clients.tasks.release_notes", every_s=60, expires_s=50),
        "tell of changed plans": poke("clients.tasks.tell_changes", every_s=60, expires_s=50),
        "plan session reminders": poke("clients.tasks.plan_reminders", every_s=120, expires_s=110),
        "tidy up": poke("clients.tasks.tidy", every_s=3600, expires_s=3000),
    },
)
app.autodiscover_tasks()
