"""After a day without any sender nobody is flooded, and nobody is woken."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clients.models import Assignment, AssignmentVersion, Client, Reminder
from clients.notifications.email import new_message_id
from clients.rules.reminders import QuietHours, due_at, expires_at
from clients.rules.schedule import Schedule
from portal.accounts.models import Practice, RateLimit, User
from portal.accounts.tenancy import all_practices
from tests.clients.reminders.conftest import Post, Sender
from tests.factories import MANY, make_many_clients

pytestmark = pytest.mark.django_db

ZONES = ("Europe/London", "Europe/Berlin", "America/New_York", "Australia/Sydney", "Pacific/Auckland")
PEOPLE = 1250
RATE = 200  # mails a minute
TIMES = (time(8, 0), time(10, 30))
NOW = datetime(2026, 11, 19, 11, 0, tzinfo=UTC)
DAYS = (date(2026, 11, 18), date(2026, 11, 19))


def five_thousand_overdue(practice: Practice, lead: User) -> int:
    """Two days of two reminders for each client, none of them sent."""
    schedule = Schedule(
        "weekdays", date(2026, 11, 1), weekdays=frozenset(range(7)), times_per_day=2, reminder_times=TIMES
    )
    clients = make_many_clients(practice, lead, (f"c{number}@home.example" for number in range(PEOPLE)))
    for number, client in enumerate(clients):
        client.time_zone = ZONES[number % len(ZONES)]
    Client.objects.bulk_update(clients, ["time_zone"], batch_size=MANY)
    plans = Assignment.objects.bulk_create(
        Assignment(client=client, name="Plan", state="active", starts_on=schedule.starts_on, created_by=lead)
        for client in clients
    )
    AssignmentVersion.objects.bulk_create(
        AssignmentVersion(
            assignment=plan, number=1, effective_from=schedule.starts_on, schedule=schedule.to_dict(), created_by=lead
        )
        for plan in plans
    )
    rows = [
        Reminder(
            practice=practice,
            client=client,
            recipient=f"client:{client.pk}",
            stream=Reminder.Stream.SESSION,
            subject_key="session",
            local_date=day,
            slot=slot,
            wall_time=wall,
            time_zone=client.time_zone,
            due_at=due_at(day, wall, client.time_zone),
            expires_at=expires_at(due_at(day, wall, client.time_zone), zone=client.time_zone, quiet=QuietHours()),
            message_id=new_message_id(),
        )
        for client in clients
        for day in DAYS
        for slot, wall in enumerate(TIMES, start=1)
    ]
    return len(Reminder.objects.bulk_create(rows, batch_size=500))


def test_five_thousand_overdue_become_at_most_one_mail_each_in_daylight_at_the_allowed_rate(
    sender: Sender, post: Post, practice: Practice, priya: User, settings: Any
) -> None:
    settings.REMINDER_RATE_PER_MINUTE = RATE
    with all_practices():
        assert five_thousand_overdue(practice, priya) == 5000
    sender.now = NOW
    a_minute: list[int] = []
    for _ in range(15):
        before = len(post.letters)
        for _ in range(3):  # more than one poke a minute
            sender()
            sender.now += timedelta(seconds=20)
        a_minute.append(len(post.letters) - before)
        RateLimit.objects.all().delete()  # the limit counts by the real clock
    with all_practices():
        rows = list(Reminder.objects.select_related("client"))
    sent = [row for row in rows if row.state == "sent"]
    states = Counter(row.state for row in rows)
    reasons = Counter(row.reason for row in rows if row.state == "skipped")
    print(f"\n{dict(states)} {dict(reasons)} a minute: {a_minute}")
    assert len(sent) == len(post.letters) >= PEOPLE // len(ZONES)
    assert set(Counter(post.to).values()) == {1}
    assert max(a_minute) <= RATE
    for row in sent:
        local = row.sent_at.astimezone(ZoneInfo(row.time_zone))
        assert time(8) <= local.time() < time(21), row.time_zone
        assert row.sent_at < row.expires_at
    assert all(row.reason for row in rows if row.state == "skipped")
    assert not [row for row in rows if row.due_at < NOW - timedelta(hours=3) and row.state != "skipped"]
