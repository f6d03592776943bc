"""Senders that die, are stopped, or lose their lease."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from clients.models import Assignment, Client, Reminder
from clients.services import remind
from clients.services.remind.queue import Queue
from portal.accounts.tenancy import all_practices
from tests.clients.plans import give_plan
from tests.clients.reminders.conftest import MORNING, Post, Sender, change, make_reminder, reread

pytestmark = pytest.mark.django_db


def claim(row: Reminder, now: datetime = MORNING) -> Queue:
    with all_practices():
        queue = Queue("session", lambda: now)
        assert [each.id for each in queue.claim(10)] == [row.pk]
    return queue


def sweep(now: datetime) -> None:
    with all_practices():
        Queue("session", lambda: now).sweep()


def test_a_claimed_row_is_nobody_elses_until_its_lease_lapses(
    sender: Sender, post: Post, carl: Client, plan: Assignment, settings: Any
) -> None:
    row = make_reminder(carl)
    claim(row)
    sender.now += settings.REMINDER_LEASE - timedelta(seconds=1)
    assert sender()["sent"] == 0
    sender.now += timedelta(seconds=1)
    tally = sender()
    assert (tally["lapsed"], tally["sent"]) == (1, 1)
    assert reread(row).crashes == 0, "its own sending had not begun"


def test_a_sender_killed_before_the_message_costs_no_copy(
    sender: Sender, post: Post, carl: Client, plan: Assignment, settings: Any
) -> None:
    row = make_reminder(carl)
    with all_practices():
        claim(row).mark([], [row.pk], data=False)
    sender.now += settings.REMINDER_LEASE
    assert (sender()["lapsed"], reread(row).crashes, reread(row).copies) == (1, 1, 0)
    assert reread(row).next_try == sender.now + timedelta(minutes=1), "it waits, for it may be its own fault"
    sender.now += timedelta(minutes=1)
    assert sender()["sent"] == 1


def test_a_sender_killed_after_the_mark_makes_one_repeat_and_a_second_kill_none(
    sender: Sender, post: Post, carl: Client, plan: Assignment, settings: Any
) -> None:
    row = make_reminder(carl)
    for copies in (1, 2):
        with all_practices():
            claim(row, sender.now).mark([], [row.pk], data=True)
        sender.now += settings.REMINDER_LEASE
        sweep(sender.now)
        sender.now += timedelta(minutes=2)
        assert (reread(row).state, reread(row).copies, reread(row).crashes) == ("unknown", copies, copies)
    assert sender()["sent"] == 0
    assert post.letters == []
    assert reread(row).lease_until is None


def test_the_third_crash_of_a_row_sets_it_aside(
    sender: Sender, post: Post, carl: Client, plan: Assignment, settings: Any
) -> None:
    row = make_reminder(carl)
    for _ in range(3):
        with all_practices():
            claim(row, sender.now).mark([], [row.pk], data=False)
        sender.now += settings.REMINDER_LEASE
        sweep(sender.now)
        sender.now += timedelta(minutes=2)
    assert sender()["sent"] == 0
    assert (reread(row).state, reread(row).reason) == ("quarantined", "3 crashes")
    assert post.letters == []


def test_a_row_that_breaks_its_sender_keeps_no_other_back(
    sender: Sender, post: Post, carl: Client, omar: Client, plan: Assignment, caplog: pytest.LogCaptureFixture
) -> None:
    with all_practices():
        give_plan(omar, "knee-squeezes", starts_on=date(2026, 11, 2))
    bad, good = make_reminder(carl), make_reminder(omar)
    post.faults = [ValueError("carl@home.example is odd")]
    tally = sender()
    assert (tally["crashed"], tally["sent"]) == (1, 1)
    assert (reread(bad).state, reread(bad).crashes) == ("pending", 1)
    assert reread(good).state == "sent"
    assert "carl@home.example" not in caplog.text
    for _ in range(2):
        sender.now += timedelta(minutes=3)
        post.faults = [ValueError("odd")]
        sender()
    assert reread(bad).state == "quarantined"


def test_rows_that_a_sender_died_of_go_last(
    sender: Sender, post: Post, carl: Client, omar: Client, plan: Assignment
) -> None:
    with all_practices():
        give_plan(omar, "knee-squeezes", starts_on=date(2026, 11, 2))
    make_reminder(carl, crashes=1)
    make_reminder(omar)
    sender()
    assert post.to == ["omar@home.example", "carl@home.example"]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param({"reminder_times": ["nine"]}, id="no time"),
        pytest.param({"time_zone": "Mars/Olympus"}, id="no zone"),
    ],
)
def test_a_client_who_cannot_be_read_keeps_no_other_back(
    sender: Sender, post: Post, carl: Client, omar: Client, plan: Assignment, spoil: dict[str, Any]
) -> None:
    with all_practices():
        give_plan(omar, "knee-squeezes", starts_on=date(2026, 11, 2))
    bad, good = make_reminder(carl), make_reminder(omar)
    change(carl, **spoil)
    sender()
    assert [reread(row).state for row in (bad, good)] == ["skipped", "sent"]
    assert remind.plan_reminders(MORNING).clients == 2


def test_a_plan_that_cannot_be_read_keeps_no_other_back(
    sender: Sender, post: Post, carl: Client, omar: Client, plan: Assignment
) -> None:
    with all_practices():
        give_plan(omar, "knee-squeezes", starts_on=date(2026, 11, 2))
        plan.versions.update(schedule={"kind": "hourly"})
    bad, good = make_reminder(carl), make_reminder(omar)
    sender()
    assert [reread(row).state for row in (bad, good)] == ["skipped", "sent"]
    assert remind.plan_reminders(MORNING).clients == 2


def test_a_process_that_is_stopped_gives_back_what_it_had_not_sent(
    sender: Sender, post: Post, carl: Client, omar: Client, plan: Assignment
) -> None:
    with all_practices():
        give_plan(omar, "knee-squeezes", starts_on=date(2026, 11, 2))
    first, second = make_reminder(carl), make_reminder(omar)
    post.faults = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        sender()
    assert [reread(row).state for row in (first, second)] == ["pending", "pending"]
    assert [reread(row).copies for row in (first, second)] == [0, 0]
    post.faults = [None, ("after", KeyboardInterrupt())]
    with pytest.raises(KeyboardInterrupt):
        sender()
    assert [reread(row).state for row in (first, second)] == ["sent", "unknown"]


def test_a_sender_that_lost_its_lease_sends_nothing_more_of_it(
    sender: Sender, post: Post, carl: Client, plan: Assignment
) -> None:
    row = make_reminder(carl)
    with all_practices():
        late = claim(row)
        change(row, lease_by="another")
        assert late.mark([], [row.pk], data=True) == set()
        held = late.claim_name
        assert held != "another"
        assert late.mark([row.pk], [], data=False) == set()
    assert reread(row).state == "sending"


# Marks, rate, figures
