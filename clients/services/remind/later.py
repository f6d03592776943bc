"""A reminder that a client asks for, two hours from now: once for each session, in the same table as the others."""

from datetime import date, datetime, time

from clients.models import Client, Reminder
from clients.models.reminder import LATER
from clients.rules.follow_up import later_on
from clients.rules.reminders import Needed
from clients.services.remind.facts import ClientFacts, load
from clients.services.remind.planning import recipients_of, row_of
from portal.accounts.tenancy import all_practices

SESSION = Reminder.Stream.SESSION


def asked_for_later(client: Client, on: date, slot: int) -> time | None:
    """Return when the reminder comes, or came, that the client asked for, on their clock; None where none was."""
    asked = client.reminders.filter(stream=SESSION, subject_key=LATER, local_date=on, slot=slot)
    return asked.values_list("wall_time", flat=True).first()


def may_remind_later(client: Client, on: date, slot: int, now: datetime) -> bool:
    """Whether there is a way and an hour for one. Whether it was asked for already: `asked_for_later`."""
    return _later(client, on, slot, now) is not None


def remind_later(client: Client, on: date, slot: int, now: datetime) -> None:
    """Insert the reminder for the client's local date and slot; again, or where none may come, nothing changes."""
    later = _later(client, on, slot, now)
    if later is None or asked_for_later(client, on, slot) is not None:
        return
    facts, each, recipients = later
    rows = [row_of(facts, each, recipient, SESSION, LATER) for recipient in recipients]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)


def _later(client: Client, on: date, slot: int, now: datetime) -> tuple[ClientFacts, Needed, list[str]] | None:
    with all_practices():
        facts = load([client.pk], now=now).get(client.pk)
        each = None if facts is None else later_on(facts.wishes, facts.plans, on, slot, now=now)
        if facts is None or each is None:
            return None
        recipients = recipients_of(facts, SESSION, each)
        return (facts, each, recipients) if recipients else None
