"""What becomes of a due reminder."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Assignment, Client, Heartbeat, PlanPause, Session, StreamChoice
from portal.accounts.models import RateLimit
from portal.accounts.tenancy import all_practices
from tests.clients.plans import give_plan
from tests.clients.reminders.conftest import MORNING, WEDNESDAY, Post, Sender, change, finished, make_reminder, reread

pytestmark = pytest.mark.django_db


def test_a_due_reminder_is_sent_once(sender: Sender, post: Post, carl: Client, plan: Assignment) -> None:
    row = make_reminder(carl)
    assert sender()["sent"] == 1
    assert sender()["sent"] == 0
    assert post.to == ["carl@home.example"]
    assert post.messages[0]["Message-ID"] == row.message_id
    row = reread(row)
    assert (row.state, row.sent_at, row.lease_until) == ("sent", MORNING, None)


def test_nothing_is_sent_before_it_is_due(sender: Sender, post: Post, carl: Client, plan: Assignment) -> None:
    make_reminder(carl, due_at=MORNING + timedelta(seconds=1))
    make_reminder(carl, slot=2, next_try=MORNING + timedelta(seconds=1))
    sender()
    assert post.letters == []


def test_a_reminder_too_late_is_skipped_and_says_so(sender: Sender, post: Post, carl: Client, plan: Assignment) -> None:
    row = make_reminder(carl, due_at=MORNING - timedelta(hours=2, minutes=1))
    assert sender()["late"] == 1
    assert post.letters == []
    assert (reread(row).state, reread(row).reason) == ("skipped", "too late")


def paused(carl: Client, plan: Assignment) -> None:
    with all_practices():
        PlanPause.objects.create(assignment=plan, first_day=WEDNESDAY, created_by=carl.lead)


def unsubscribed(carl: Client, plan: Assignment) -> None:
    with all_practices():
        StreamChoice.objects.create(client=carl, stream="session", how="link")


@pytest.mark.parametrize(
    ("happened", "reason"),
    [
        pytest.param(lambda c, p: change(c, state="on_hold"), "client on_hold", id="client on hold"),
        pytest.param(lambda c, p: change(c, state="discharged"), "client discharged", id="client discharged"),
        pytest.param(lambda c, p: change(c, user=None), "no account", id="invitation not accepted"),
        pytest.param(lambda c, p: change(c.user, is_active=False), "no account", id="account closed"),
        pytest.param(lambda c, p: change(c, reminder_channel="none"), "reminders switched off", id="switched off"),
        pytest.param(unsubscribed, "unsubscribed", id="unsubscribed by link"),
        pytest.param(lambda c, p: change(c, mail_failed_at=MORNING), "address refused before", id="address is bad"),
        pytest.param(lambda c, p: change(c.practice, is_active=False), "practice closed", id="practice closed"),
        pytest.param(
            lambda c, p: change(c, reminders_paused_until=WEDNESDAY), "reminders paused", id="paused, last day"
        ),
        pytest.param(lambda c, p: change(p, state="paused"), "plan paused, changed or over", id="plan paused"),
        pytest.param(
            lambda c, p: change(p, ends_on=WEDNESDAY - timedelta(days=1)),
            "plan paused, changed or over",
            id="plan over",
        ),
        pytest.param(paused, "plan paused, changed or over", id="approved break"),
        pytest.param(finished, "done", id="done already"),
        pytest.param(
            lambda c, p: change(c, quiet_from=time(9), quiet_until=time(12)), "quiet hours", id="quiet hours edited"
        ),
        pytest.param(lambda c, p: change(c, reminder_times=["06:30"]), "time was changed", id="time moved to the past"),
    ],
)
def test_everything_is_looked_at_again_before_sending(
    sender: Sender, post: Post, carl: Client, plan: Assignment, happened: Any, reason: str
) -> None:
    row = make_reminder(carl)
    happened(carl, plan)
    assert sender()["skipped"] == 1
    assert post.letters == []
    assert (reread(row).state, reread(row).reason, reread(row).lease_until) == ("skipped", reason, None)


def test_a_session_being_done_now_needs_no_reminder_and_one_left_does(
    sender: Sender, post: Post, carl: Client, plan: Assignment
) -> None:
    row = make_reminder(carl)
    finished(carl, plan, state="open")
    change(Session(pk="00000000-0000-4000-8000-000000000001"), updated_at=MORNING - timedelta(minutes=30))
    sender()
    assert reread(row).reason == "done"
    change(row, state="pending")
    change(Session(pk="00000000-0000-4000-8000-000000000001"), updated_at=MORNING - timedelta(hours=2))
    sender()
    assert reread(row).state == "sent"


def test_a_new_version_of_the_plan_counts_from_its_day(
    sender: Sender, post: Post, carl: Client, plan: Assignment
) -> None:
    row = make_reminder(carl)
    with all_practices():
        version = plan.current_version
        version.pk, version.number, version._state.adding = None, 2, True
        version.effective_from = WEDNESDAY
        version.schedule = {**version.schedule, "weekdays": [0, 4]}
        version.save()
    sender()
    assert reread(row).reason == "plan paused, changed or over"


def test_a_time_edited_to_later_moves_the_reminder(sender: Sender, post: Post, carl: Client, plan: Assignment) -> None:
    row = make_reminder(carl)
    change(carl, reminder_times=["18:30"])
    assert sender()["moved"] == 1
    assert post.letters == []
    moved = reread(row)
    assert (moved.state, moved.wall_time, moved.due_at.hour, moved.due_at.minute) == ("pending", time(18, 30), 18, 30)
    sender.now = moved.due_at
    assert sender()["sent"] == 1


def test_quiet_hours_hold_a_reminder_whose_window_lasts(
    sender: Sender, post: Post, carl: Client, plan: Assignment, settings: Any
) -> None:
    late = datetime(2026, 11, 18, 21, 30, tzinfo=UTC)
    change(carl, reminder_times=["21:30"])
    row = make_reminder(carl, wall_time=time(21, 30), due_at=late, expires_at=late + timedelta(hours=11))
    sender.now = late
    assert sender()["held"] == 1
    assert (reread(row).state, reread(row).next_try) == ("pending", datetime(2026, 11, 19, 8, 0, tzinfo=UTC))
    sender.now = datetime(2026, 11, 19, 7, 59, tzinfo=UTC)
    assert sender()["sent"] == 0
    sender.now = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
    assert sender()["sent"] == 1


def test_after_an_outage_each_client_gets_the_newest_alone(
    sender: Sender, post: Post, carl: Client, omar: Client, practice: Any
) -> None:
    with all_practices():
        for each in (carl, omar):
            give_plan(each, "knee-squeezes", starts_on=date(2026, 11, 2), times_per_day=2)
    change(carl, reminder_times=["08:30", "09:00"])
    early = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)
    older = make_reminder(carl, wall_time=time(8, 30), due_at=early)
    newer = make_reminder(carl, slot=2)
    other = make_reminder(omar)
    sender()
    assert sorted(post.to) == ["carl@home.example", "omar@home.example"]
    assert (reread(older).state, reread(older).reason) == ("skipped", "a newer one is due")
    assert [reread(row).state for row in (newer, other)] == ["sent", "sent"]


def test_marks_come_in_groups_of_at_most_twenty(
    sender: Sender, post: Post, carl: Client, plan: Assignment, priya: Any, practice: Any, settings: Any
) -> None:
    from tests.clients.conftest import make_client

    with all_practices():
        people = [make_client(practice, priya, f"c{number}@home.example", "C") for number in range(100)]
        for person in people:
            give_plan(person, starts_on=date(2026, 11, 2))
    for person in people:
        make_reminder(person)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert sender()["sent"] == 100
    marks = [query for query in captured.captured_queries if "CASE WHEN" in query["sql"]]
    assert len({letter.to for letter in post.letters}) == 100
    assert len(marks) >= 5, "at most twenty mails between two marks"
    assert len(captured.captured_queries) <= 40, "a fixed number, and a few marks"


def test_an_empty_look_costs_few_statements(sender: Sender, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        sender()


def test_no_more_leave_in_a_minute_than_allowed(
    sender: Sender, post: Post, carl: Client, omar: Client, plan: Assignment, settings: Any
) -> None:
    settings.REMINDER_RATE_PER_MINUTE = 1
    with all_practices():
        give_plan(omar, "knee-squeezes", starts_on=date(2026, 11, 2))
    make_reminder(carl)
    held = make_reminder(omar)
    tally = sender()
    assert (tally["sent"], tally["held"]) == (1, 1)
    assert reread(held).next_try == MORNING + timedelta(minutes=1)
    RateLimit.objects.all().delete()
    sender.now += timedelta(minutes=1)
    assert sender()["sent"] == 1


def test_each_run_leaves_a_heartbeat(sender: Sender) -> None:
    sender()
    sender.now += timedelta(seconds=30)
    sender()
    assert [(beat.name, beat.at) for beat in Heartbeat.objects.all()] == [("send_due:session", sender.now)]


def test_one_stream_does_not_touch_another(sender: Sender, post: Post, carl: Client, plan: Assignment) -> None:
    row = make_reminder(carl)
    sender("sign_in")
    assert reread(row).state == "pending"
