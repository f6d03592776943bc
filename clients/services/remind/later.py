"""A reminder that a client asks for, two hours from now: once for each session, in the same table as the others."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, Literal

from django.db import transaction
from django.db.models import Min

from clients.models import Client, Reminder
from clients.models.reminder import COMES_AT, LATER, OCCASION
from clients.rules.follow_up import later_on
from clients.rules.reminders import zone_named
from clients.services.remind.facts import load
from clients.services.remind.planning import recipients_of, row_of
from portal.accounts.tenancy import all_practices
from portal.lib.rows import lock

SESSION: Final = Reminder.Stream.SESSION
State = Reminder.State
TAKEN_BACK: Final = "taken back"
ANEW: Final = ["state", "reason", "wall_time", "time_zone", "due_at", "expires_at", "next_try", "minutes"]
WhyNot = Literal["", "asked", "off", "unreached", "late"]


@dataclass(frozen=True, slots=True)
class Later:
    """Whether one may be asked for, and when the one comes that was, on the client's clock; None: none is on its way.

    why_not: "asked" for already, also where it has gone; reminders are "off" or paused; mail is sent back
    ("unreached"); the hours or the messages of the day are used up, or the session is not wanted ("late"); "": it may.
    """

    why_not: WhyNot
    at: time | None = None


def later_of(client: Client, on: date, slot: int, now: datetime) -> Later:
    """Return how it stands for the session of the client's local date and slot."""
    asked = _asked(client, on).filter(slot=slot)
    if asked.exists():
        waiting = asked.filter(state__in=(State.PENDING, State.SENDING))
        comes = waiting.aggregate(at=Min(COMES_AT))["at"]
        return Later("asked", None if comes is None else comes.astimezone(zone_named(client.time_zone)).time())
    return Later(_rows(client, on, slot, now)[0])


@transaction.atomic
def remind_later(client: Client, on: date, slot: int, now: datetime) -> Later:
    """Insert the reminder, or one that was taken back anew; again, or where none may come, nothing changes."""
    lock(client)  # two taps at once ask once
    if not _asked(client, on).filter(slot=slot).exists():
        _, rows = _rows(client, on, slot, now)
        Reminder.objects.bulk_create(rows, update_conflicts=True, unique_fields=OCCASION, update_fields=ANEW)
    return later_of(client, on, slot, now)


def take_back_later(client: Client, on: date, slot: int) -> bool:
    """End the reminder while it waits; return whether none comes: False where it is on its way or has gone."""
    asked = _asked(client, on).filter(slot=slot)
    asked.filter(state=State.PENDING).update(state=State.SKIPPED, reason=TAKEN_BACK)
    return not asked.exists()


def _asked(client: Client, on: date) -> Any:  # Any: the manager is made by a function
    """The rows of reminders that were asked for on the local date and not taken back."""
    rows = client.reminders.filter(stream=SESSION, subject_key=LATER, local_date=on)
    return rows.exclude(state=State.SKIPPED, reason=TAKEN_BACK)


def _rows(client: Client, on: date, slot: int, now: datetime) -> tuple[WhyNot, list[Reminder]]:
    """Why none may be asked for, or the rows of one, not yet saved."""
    others = _asked(client, on).exclude(slot=slot).values("slot").distinct().count()
    with all_practices():
        facts = load([client.pk], now=now).get(client.pk)
        if facts is None:
            return "late", []
        if facts.wishes.is_paused_on(on) or facts.channel != Client.Channel.EMAIL or SESSION in facts.stopped:
            return "off", []
        each = later_on(facts.wishes, facts.plans, on, slot, now=now, asked=others)
        recipients = [] if each is None else recipients_of(facts, SESSION, each)
        if each is None or not recipients:
            return ("unreached" if each and facts.mail_failed else "late"), []
        return "", [row_of(facts, each, recipient, SESSION, LATER) for recipient in recipients]
