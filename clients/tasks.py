"""Celery tasks. Each calls one service, may run twice, and is only a poke: what is due stands in the table."""

import logging

from celery import shared_task
from django.utils import timezone

from clients.services import remind
from clients.services.covers import tell_covers
from clients.services.digest import write_digests
from clients.services.held_notes import release_held
from clients.services.invite import invite_again
from clients.services.plan_news import tell_changes
from clients.services.tidy import tidy as tidy_up

log = logging.getLogger(__name__)


@shared_task(name="clients.tasks.send_due")
def send_due(stream: str) -> None:
    """Send what is due in one stream."""
    try:
        remind.send_due(stream)
    except remind.SenderBusy as busy:
        log.warning("%s", busy)


@shared_task(name="clients.tasks.plan_reminders")
def plan_reminders() -> None:
    """Insert the reminders of the next 48 hours."""
    remind.plan_reminders()


@shared_task(name="clients.tasks.release_notes")
def release_notes() -> None:
    """Send the notes of reviews to which nothing was added for a while."""
    release_held(timezone.now())


@shared_task(name="clients.tasks.tell_changes")
def tell_plan_changes() -> None:
    """Tell clients of changed plans to which nothing was added for a while."""
    tell_changes(timezone.now())


@shared_task(name="clients.tasks.write_digests")
def write_morning_summaries() -> None:
    """Write the morning summaries of colleagues where it is time."""
    write_digests(timezone.now())


@shared_task(name="clients.tasks.tell_covers")
def tell_those_who_cover() -> None:
    """Tell colleagues whose cover has begun what nobody has seen."""
    tell_covers(timezone.now())


@shared_task(name="clients.tasks.invite_again")
def invite_those_who_wait() -> None:
    """Send the one reminder of an invitation."""
    invite_again(timezone.now())


@shared_task(name="clients.tasks.tidy")
def tidy() -> None:
    """Delete old codes, counters and sessions."""
    tidy_up(timezone.now())
