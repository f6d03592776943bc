"""A reminder that the mail server refuses, or about which it says nothing."""

from datetime import date, timedelta

import pytest

from clients.models import Assignment, Client
from clients.notifications import Refused, Unclear, Unreachable
from portal.accounts.tenancy import all_practices
from tests.clients.plans import give_plan
from tests.clients.reminders.conftest import MORNING, Post, Sender, finished, make_reminder, reread

pytestmark = pytest.mark.django_db

TEMPORARY = Refused("message 451", permanent=False)


def test_a_temporary_refusal_waits_longer_each_time_and_ends_with_the_window(
    sender: Sender, post: Post, carl: Client, plan: Assignment
) -> None:
    row = make_reminder(carl)
    start, waits = sender.now, []
    for _ in range(6):
        post.faults = [TEMPORARY]
        assert sender()["refused"] == 1
        waits.append((reread(row).next_try - sender.now).total_seconds() / 60)
        sender.now = reread(row).next_try
    assert waits == [1, 2, 4, 8, 16, 30]
    assert (reread(row).tries, reread(row).copies, reread(row).crashes) == (6, 0, 0)
    sender.now = start + timedelta(hours=2)
    sender()
    assert (reread(row).state, reread(row).reason) == ("skipped", "too late")
    assert post.letters == []


def test_an_address_that_is_refused_for_good_is_tried_once_and_flagged(
    sender: Sender, post: Post, carl: Client, plan: Assignment
) -> None:
    row = make_reminder(carl)
    post.faults = [Refused("recipient 550", permanent=True, address_is_bad=True)]
    assert sender()["failed"] == 1
    assert (reread(row).state, reread(row).tries, reread(row).reason) == ("failed", 1, "recipient 550")
    carl.refresh_from_db()
    assert carl.mail_failed_at == MORNING


def test_a_message_refused_for_good_does_not_blame_the_address(
    sender: Sender, post: Post, carl: Client, plan: Assignment
) -> None:
    make_reminder(carl)
    post.faults = [Refused("message 554", permanent=True)]
    sender()
    carl.refresh_from_db()
    assert carl.mail_failed_at is None


def test_an_unclear_answer_is_repeated_once_with_the_same_message_id(
    sender: Sender, post: Post, carl: Client, plan: Assignment
) -> None:
    row = make_reminder(carl)
    post.faults = [("after", Unclear("line broke")), ("after", Unclear("line broke"))]
    assert sender()["unclear"] == 1
    assert (reread(row).state, reread(row).copies) == ("unknown", 1)
    assert sender()["sent"] == 0, "not at once"
    sender.now += timedelta(minutes=1)
    assert sender()["unclear"] == 1
    for _ in range(5):
        sender.now += timedelta(minutes=5)
        sender()
    assert (reread(row).state, reread(row).copies, reread(row).lease_until) == ("unknown", 2, None)
    assert [message["Message-ID"] for message in post.messages] == [row.message_id] * 2


def test_a_repeat_that_is_answered_is_sent(sender: Sender, post: Post, carl: Client, plan: Assignment) -> None:
    row = make_reminder(carl)
    post.faults = [("after", Unclear("line broke"))]
    sender()
    sender.now += timedelta(minutes=1)
    assert sender()["sent"] == 1
    assert (reread(row).state, reread(row).reason) == ("sent", "")


def test_a_repeat_that_is_refused_may_be_repeated_again_for_only_one_copy_may_have_arrived(
    sender: Sender, post: Post, carl: Client, plan: Assignment
) -> None:
    row = make_reminder(carl)
    post.faults = [("after", Unclear("line broke")), TEMPORARY]
    sender()
    sender.now += timedelta(minutes=1)
    assert sender()["refused"] == 1
    assert (reread(row).state, reread(row).copies, reread(row).tries) == ("unknown", 1, 1)
    sender.now += timedelta(minutes=2)
    assert sender()["sent"] == 1


def test_an_unclear_one_that_is_not_wanted_any_more_is_not_repeated(
    sender: Sender, post: Post, carl: Client, plan: Assignment
) -> None:
    row = make_reminder(carl)
    post.faults = [("after", Unclear("line broke"))]
    sender()
    finished(carl, plan)
    sender.now += timedelta(minutes=1)
    sender()
    assert len(post.letters) == 1
    assert (reread(row).state, reread(row).reason, reread(row).lease_until) == ("unknown", "done", None)


def test_an_unclear_one_whose_window_is_over_is_not_repeated(
    sender: Sender, post: Post, carl: Client, plan: Assignment
) -> None:
    row = make_reminder(carl)
    post.faults = [("after", Unclear("line broke"))]
    sender()
    sender.now += timedelta(hours=2)
    sender()
    assert len(post.letters) == 1
    assert (reread(row).state, reread(row).lease_until) == ("unknown", None)


def test_no_mail_server_holds_everything_off_and_asks_once(
    sender: Sender, post: Post, carl: Client, omar: Client, plan: Assignment
) -> None:
    with all_practices():
        give_plan(omar, "knee-squeezes", starts_on=date(2026, 11, 2))
    rows = [make_reminder(carl), make_reminder(omar)]
    post.faults = [Unreachable("no connection")]
    assert sender()["refused"] == 2
    assert post.letters == []
    for row in map(reread, rows):
        assert (row.state, row.tries, row.copies) == ("pending", 1, 0)
        assert row.next_try == MORNING + timedelta(minutes=1)
    sender.now += timedelta(minutes=1)
    assert sender()["sent"] == 2
