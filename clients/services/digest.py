"""The morning summary: one letter on a working day to whom somebody needs, and none where nothing waits."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import translation

from clients.analytics.digest import digest_for, digest_words
from clients.models import Reminder
from clients.models.reminder import TO_PERSON
from clients.notifications.links import page_url
from clients.services.outbox import enqueue_now
from portal.accounts import audit
from portal.accounts.models import Membership, Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope

STARTS: Final = time(8)  # of the practice's clock; screens.md 3.6
ENDS: Final = time(12)  # a summary that could not be written by noon is not written; engineering bound
LIFE: Final = timedelta(hours=4)
NOTHING: Final = "nothing to tell"


def write_digests(now: datetime) -> int:
    """Write the summaries that are due at `now` (aware) and return how many will be sent. All practices.

    Each colleague gets one a day at most: the row of the reminder table, written where there is nothing to tell too,
    keeps that.
    """
    with all_practices():
        due = [practice for practice in Practice.objects.filter(is_active=True) if _is_time(practice, now)]
    return sum(_write_all(practice, now) for practice in due)


def set_digest(user: User, *, wanted: bool, practice: Practice) -> None:
    """Switch the person's summary on or off, in every practice of theirs."""
    _choose(user, "morning_summary", wanted, practice)


def set_red_flags_at_once(user: User, *, wanted: bool, practice: Practice) -> None:
    """Switch letters about red flags on or off for the person, in every practice of theirs."""
    _choose(user, "red_flags_at_once", wanted, practice)


def _choose(user: User, name: str, wanted: bool, practice: Practice) -> None:
    with transaction.atomic():
        setattr(user, name, wanted)
        user.save(update_fields=[name])
        audit.record("settings_changed", user, by=user, practice=practice, detail={"fields": [name]})


def _is_time(practice: Practice, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(practice.time_zone))
    return local.weekday() in practice.answer_days and STARTS <= local.time() < ENDS


def _write_all(practice: Practice, now: datetime) -> int:
    with practice_scope(practice):
        today = practice.day_at(now)
        written = Reminder.objects.filter(
            practice=practice, stream=Reminder.Stream.DIGEST, local_date=today
        ).values_list("recipient", flat=True)
        told = set(written)
        members = Membership.objects.in_force().filter(
            practice=practice, role__in=[Role.PRACTITIONER, Role.OWNER], user__morning_summary=True
        )
        people = User.objects.filter(pk__in=members.values("user")).order_by("pk")
        return sum(_write(person, practice, now) for person in people if f"{TO_PERSON}{person.pk}" not in told)


def _write(person: User, practice: Practice, now: datetime) -> bool:
    """Write one person's summary; return whether there was something to tell."""
    digest = digest_for(person, practice, now=now)
    with translation.override(person.language):
        words = digest_words(digest)
    try:
        with transaction.atomic():
            row = enqueue_now(
                person,
                practice=practice,
                stream=Reminder.Stream.DIGEST,
                subject_key=f"practice:{practice.pk}",
                kind="digest",
                secret={"line": words, "link": page_url("admin:caseload")},
                now=now,
                life=LIFE,
            )
            if digest.is_empty:
                Reminder.objects.filter(pk=row.pk).update(state=Reminder.State.SKIPPED, reason=NOTHING, sealed="")
    except IntegrityError:  # another process wrote it at the same moment
        return False
    return not digest.is_empty
