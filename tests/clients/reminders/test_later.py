"""The reminder that a client asks for, two hours from now, from the table to the letter."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clients.models import Assignment, Client, Reminder
from clients.services import remind
from clients.services.session import put_off
from portal.accounts.tenancy import all_practices
from tests.clients.reminders.conftest import WEDNESDAY, Post, Sender, finished, make_reminder

pytestmark = pytest.mark.django_db
ASKED_AT = datetime(2026, 11, 18, 9, 10, tzinfo=UTC)
DUE = ASKED_AT + timedelta(hours=2)


@pytest.fixture
def later(carl: Client, plan: Assignment) -> Reminder:
    """The reminder of nine has gone; Carl asked for another one."""
    make_reminder(carl, state="sent", sent_at=ASKED_AT)
    with all_practices():
        for _ in range(2):
            remind.remind_later(carl, WEDNESDAY, 1, ASKED_AT)
        return Reminder.objects.get(subject_key="later")


def sent(sender: Sender, later: Reminder) -> str:
    sender.now = DUE + timedelta(minutes=1)
    sender()
    with all_practices():
        later.refresh_from_db()
    return later.reason or later.state


def test_it_goes_out_two_hours_later_once(sender: Sender, post: Post, later: Reminder) -> None:
    assert (later.due_at, later.state, later.stream) == (DUE, "pending", "session")
    sender()
    assert post.letters == [], "not before"
    remind.plan_reminders(ASKED_AT + timedelta(minutes=5))
    assert sent(sender, later) == "sent"
    assert sent(sender, later) == "sent"
    assert len(post.letters) == 1


def left_out(carl: Client, plan: Assignment) -> None:
    put_off(carl, assignment=plan, on=WEDNESDAY, slot=1, choice="not_today", now=ASKED_AT)


def switched_off(carl: Client, plan: Assignment) -> None:
    Client.objects.filter(pk=carl.pk).update(reminder_channel="none")


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        pytest.param(lambda carl, plan: finished(carl, plan), "done", id="done meanwhile"),
        pytest.param(left_out, "done", id="left out after all"),
        pytest.param(switched_off, "reminders switched off", id="no more reminders"),
    ],
)
def test_it_is_left_out_where_nobody_wants_it_any_more(
    sender: Sender,
    post: Post,
    later: Reminder,
    carl: Client,
    plan: Assignment,
    happens: Callable[[Client, Assignment], Any],
    why: str,
) -> None:
    with all_practices():
        happens(carl, plan)
    assert sent(sender, later) == why
    assert post.letters == []


def test_no_second_reminder_of_a_day_follows_it(sender: Sender, carl: Client, later: Reminder) -> None:
    follow_up = make_reminder(carl, stream="follow_up", due_at=DUE + timedelta(hours=1, minutes=20))
    assert sent(sender, later) == "sent"
    sender.now = DUE + timedelta(hours=2)
    with all_practices():
        plan = carl.assignments.get()
        plan.versions.update(created_at=datetime(2026, 11, 1, 12, 0, tzinfo=UTC))
    sender("follow_up")
    with all_practices():
        follow_up.refresh_from_db()
    assert follow_up.reason == "asked for later"


def test_asking_for_it_is_an_answer(sender: Sender, post: Post, carl: Client, plan: Assignment) -> None:
    for days in range(1, 9):
        gone = ASKED_AT - timedelta(days=days)
        make_reminder(carl, state="sent", sent_at=gone, due_at=gone, local_date=gone.date())
    with all_practices():
        plan.versions.update(created_at=datetime(2026, 10, 1, 12, 0, tzinfo=UTC))
        remind.remind_later(carl, WEDNESDAY, 1, ASKED_AT)
        later = Reminder.objects.get(subject_key="later")
        Reminder.objects.filter(pk=later.pk).update(created_at=ASKED_AT)
    assert sent(sender, later) == "sent", "eight that nobody answered stop the others alone"
    assert "break" not in post.messages[0].get_body(("plain",)).get_content()
