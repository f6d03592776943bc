"""Letters about alerts: to whom they are planned, and who may still have them when they leave.

A letter may wait a night. Meanwhile the client may have been handed over, a cover have begun or ended, and another
second contact been signed.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from clients.models import Alert, Client, Reminder
from clients.models.absence import covers_of
from clients.notifications.links import page_url
from clients.rules import alerts as rules
from clients.rules.reminders import QuietHours
from clients.services.outbox import enqueue_once
from clients.services.red_flags import responsible_for
from clients.services.safety_setup import current_setup, second_contacts
from portal.accounts.models import User

FIRST: Final = "alert:"  # and an alert's id: the subject of the letter to who looks after the client
SECOND: Final = "escalation:"  # and an alert's id: to the second contact, where nobody has seen it
NOTE: Final = "note:"  # and an alert's id: to the client


def tell(alert: Alert, *, now: datetime) -> None:
    """Plan the messages about a new alert: to the practitioner and who covers for them, to the second contact, and once
    to the client.
    """
    client, practice = alert.client, alert.client.practice
    setup = current_setup(practice)
    first = rules.told_at(alert.level, now=now, zone=practice.time_zone)
    if first is not None:
        _write(client.lead, alert, FIRST, due_at=first, now=now)
        for colleague in User.objects.filter(pk__in=covers_of(practice, client.lead_id, first)):
            _write(colleague, alert, FIRST, due_at=first, now=now)
    if first is not None and setup is not None:
        if alert.level == Alert.Level.EMERGENCY:
            _write(setup.second_contact, alert, FIRST, due_at=first, now=now)
        alert.escalate_at = rules.second_told_at(
            alert.level, now=now, zone=practice.time_zone, after_h=setup.escalate_after_h
        )
        alert.save(update_fields=["escalate_at"])
        _write(setup.second_contact, alert, SECOND, due_at=alert.escalate_at, now=now)
    if alert.reason_key == "safety_soon":  # what the client told; other alerts are the practitioner's alone
        quiet = QuietHours(client.quiet_from, client.quiet_until)
        due = now + rules.ASK_AGAIN_AFTER
        if quiet.holds_at(due, client.time_zone):
            due = quiet.released_at(due, client.time_zone)
        _write(client, alert, NOTE, due_at=due, now=now)


def tell_of_unseen_alerts(clients: Collection[Client], *, to: User, now: datetime) -> None:
    """Write to who looks after the clients from now on about alerts that nobody has seen, once about each."""
    for alert in Alert.objects.unseen().filter(client__in=clients).select_related("client__practice"):
        due = rules.told_at(alert.level, now=now, zone=alert.client.practice.time_zone)
        if due is not None:
            _write(to, alert, FIRST, due_at=due, now=now)


def readers_of(subjects: Collection[str], *, at: datetime) -> dict[str, tuple[User, ...]]:
    """Return who may have the letters with these subjects (FIRST or SECOND and an alert's id) at the moment.

    FIRST: who looks after the client then, and the second contact of an emergency or where nobody looks after the
    client. SECOND: the second contact. All practices; five statements at most, however many.
    """
    alerts = _by_subject(subjects)
    clients = {alert.client_id: alert.client for alert in alerts.values()}
    looking = responsible_for(clients.values(), at=at) if clients else {}
    contacts = second_contacts({client.practice_id for client in clients.values()}) if clients else {}
    readers = {}
    for subject, alert in alerts.items():
        people = looking[alert.client_id].people if subject.startswith(FIRST) else ()
        contact = contacts.get(alert.client.practice_id)
        if contact is not None and (not people or alert.level == Alert.Level.EMERGENCY):
            people = (*people, contact)
        readers[subject] = people
    return readers


def pass_on_alerts(subjects: Collection[str], *, now: datetime) -> int:
    """Plan the letters with these subjects for who may have them now and was not written to; return how many."""
    alerts = _by_subject(subjects)
    return sum(
        _write(person, alerts[subject], subject[: subject.index(":") + 1], due_at=now, now=now)
        for subject, people in readers_of(subjects, at=now).items()
        for person in people
    )


def _by_subject(subjects: Collection[str]) -> dict[str, Alert]:
    ids = {subject: int(subject.rpartition(":")[2]) for subject in subjects}
    alerts = Alert.objects.select_related("client__practice").in_bulk(set(ids.values())) if ids else {}
    return {subject: alerts[key] for subject, key in ids.items() if key in alerts}


def _write(to: User | Client, alert: Alert, about: str, *, due_at: datetime | None, now: datetime) -> bool:
    return enqueue_once(
        to,
        practice=alert.client.practice,
        stream=Reminder.Stream.ALERT,
        subject_key=f"{about}{alert.pk}",
        kind="note" if isinstance(to, Client) else "alert",
        secret={"link": page_url("today" if isinstance(to, Client) else "admin:index")},
        now=now,
        life=rules.LIFE,
        due_at=due_at,
    )
