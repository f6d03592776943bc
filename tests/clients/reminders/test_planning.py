"""Which rows are planned, and that planning again changes nothing."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Assignment, Client, Heartbeat, Reminder
from clients.services import remind
from clients.services.settings import change_settings
from portal.accounts.tenancy import all_practices
from tests.clients.conftest import make_client
from tests.clients.plans import give_plan
from tests.clients.reminders.conftest import WEDNESDAY, Sender, make_reminder, reread

pytestmark = pytest.mark.django_db

EARLY = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)


def rows() -> list[Reminder]:
    with all_practices():
        return list(Reminder.objects.order_by("due_at"))


def change(row: Any, **fields: Any) -> None:
    with all_practices():
        type(row).objects.filter(pk=row.pk).update(**fields)


@pytest.fixture
def old_plan(plan: Assignment) -> Assignment:
    """The plan, made before its first day: nothing due since then is new."""
    with all_practices():
        plan.versions.update(created_at=datetime(2026, 11, 1, 12, 0, tzinfo=UTC))
    return plan


def test_two_days_are_planned_with_everything_a_sender_needs(carl: Client, old_plan: Assignment) -> None:
    assert remind.plan_reminders(EARLY).inserted == 2
    first, second = rows()
    assert (first.local_date, second.local_date) == (WEDNESDAY, WEDNESDAY + timedelta(days=1))
    assert (first.recipient, first.slot, first.wall_time) == (f"client:{carl.pk}", 1, time(9))
    assert (first.due_at.hour, first.expires_at.hour, first.time_zone) == (9, 11, "Europe/London")
    assert first.message_id != second.message_id
    assert first.minutes == 2


def test_planning_again_inserts_nothing(carl: Client, old_plan: Assignment) -> None:
    remind.plan_reminders(EARLY)
    before = [(row.pk, row.message_id) for row in rows()]
    assert remind.plan_reminders(EARLY + timedelta(minutes=2)).inserted == 0
    assert [(row.pk, row.message_id) for row in rows()] == before


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"state": "on_hold"}, id="on hold"),
        pytest.param({"user": None}, id="without an account"),
        pytest.param({"reminder_channel": "none"}, id="reminders off"),
        pytest.param({"reminders_paused_until": WEDNESDAY + timedelta(days=9)}, id="reminders paused"),
    ],
)
def test_who_wants_none_gets_none(carl: Client, old_plan: Assignment, fields: dict[str, Any]) -> None:
    change(carl, **fields)
    assert remind.plan_reminders(EARLY).inserted == 0


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"state": "draft"}, id="a draft"),
        pytest.param({"state": "ended"}, id="ended"),
        pytest.param({"ends_on": WEDNESDAY - timedelta(days=1)}, id="over since yesterday"),
    ],
)
def test_a_plan_that_does_not_run_plans_nothing(old_plan: Assignment, fields: dict[str, Any]) -> None:
    change(old_plan, **fields)
    assert remind.plan_reminders(EARLY).inserted == 0


def test_a_plan_made_at_noon_does_not_catch_up_its_morning(carl: Client, plan: Assignment) -> None:
    noon = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
    with all_practices():
        plan.versions.update(created_at=noon)
    remind.plan_reminders(noon)
    assert rows()[0].local_date == WEDNESDAY + timedelta(days=1)


def test_an_edited_time_moves_pending_rows_and_leaves_sent_ones(carl: Client, old_plan: Assignment) -> None:
    remind.plan_reminders(EARLY)
    sent, pending = rows()
    change(sent, state="sent")
    change(carl, reminder_times=["18:00"])
    done = remind.plan_reminders(EARLY + timedelta(hours=5))
    assert (done.moved, done.inserted) == (1, 0)
    assert reread(sent).wall_time == time(9)
    assert reread(pending).due_at == datetime(2026, 11, 19, 18, 0, tzinfo=UTC)
    keys = [(row.local_date, row.slot) for row in rows()]
    assert len(keys) == len(set(keys))


def test_an_edited_zone_moves_pending_rows_on_the_same_dates(carl: Client, old_plan: Assignment) -> None:
    remind.plan_reminders(EARLY)
    change(carl, time_zone="Europe/Berlin")
    assert remind.plan_reminders(EARLY).moved == 2
    assert [(row.local_date.day, row.due_at.hour, row.time_zone) for row in rows()[:2]] == [
        (18, 8, "Europe/Berlin"),
        (19, 8, "Europe/Berlin"),
    ]


def test_a_time_moved_into_the_past_sends_nothing_at_once(sender: Sender, carl: Client, old_plan: Assignment) -> None:
    change(carl, reminder_times=["18:00"])
    remind.plan_reminders(EARLY)
    change(carl, reminder_times=["08:30"])
    remind.plan_reminders(datetime(2026, 11, 18, 9, 0, tzinfo=UTC))
    sender.now = datetime(2026, 11, 18, 9, 1, tzinfo=UTC)
    assert sender()["sent"] == 0


def test_planning_and_sending_remind_once_a_day_through_the_nights_that_clocks_change(
    sender: Sender, carl: Client, settings: Any
) -> None:
    """Half past two in Berlin, without quiet hours, from the day before each change to the day after."""
    change(carl, time_zone="Europe/Berlin", reminder_times=["02:30"], quiet_from=time(0), quiet_until=time(0))
    with all_practices():
        plan = give_plan(carl, "knee-squeezes", starts_on=date(2026, 1, 1))
        plan.versions.update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    for middle in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        sender.post.letters.clear()
        sent: dict[date, list[str]] = {}
        now = middle - timedelta(days=1)
        while now < middle + timedelta(days=2):
            remind.plan_reminders(now)
            sender.now = now
            sender()
            now += timedelta(hours=1)
        with all_practices():
            for row in Reminder.objects.filter(state="sent", due_at__gt=middle - timedelta(days=2)):
                if row.due_at < middle + timedelta(days=3):
                    sent.setdefault(row.local_date, []).append(row.due_at.strftime("%H:%M"))
        day = middle.date()
        assert all(len(times) == 1 for times in sent.values()), sent
        assert {day - timedelta(days=1), day, day + timedelta(days=1)} <= set(sent)
        assert sent[day] == (["01:30"] if day.month == 3 else ["00:30"])


def test_many_clients_cost_as_many_statements_as_few(
    carl: Client, old_plan: Assignment, practice: Any, priya: Any, django_assert_max_num_queries: Any
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            remind.plan_reminders(EARLY)
        return len(captured.captured_queries)

    remind.plan_reminders(EARLY)
    few = statements()
    with all_practices():
        for number in range(30):
            person = make_client(practice, priya, f"c{number}@home.example", "C")
            give_plan(person, starts_on=date(2026, 11, 2)).versions.update(created_at=datetime(2026, 11, 1, tzinfo=UTC))
    remind.plan_reminders(EARLY)
    assert statements() == few


def test_a_large_installation_is_gone_through_in_turn(practice: Any, priya: Any) -> None:
    with all_practices():
        for number in range(5):
            person = make_client(practice, priya, f"c{number}@home.example", "C")
            give_plan(person, starts_on=date(2026, 11, 2)).versions.update(created_at=datetime(2026, 11, 1, tzinfo=UTC))
    seen = [remind.plan_reminders(EARLY, clients_a_run=2).inserted for _ in range(3)]
    assert seen == [4, 4, 2]
    assert Heartbeat.objects.get(name="plan_reminders").detail["clients"] == 2


def test_one_client_is_planned_at_once_when_asked_for(carl: Client, old_plan: Assignment) -> None:
    assert remind.plan_for(carl, EARLY).inserted == 2


@pytest.mark.parametrize("hour", [3, 13, 22])
def test_a_time_that_the_client_changes_moves_every_reminder_at_once(
    carl: Client, old_plan: Assignment, hour: int
) -> None:
    now = EARLY.replace(hour=hour)
    remind.plan_reminders(now)
    with all_practices():
        carl.reminder_times = ["19:45"]
        carl.save()
    remind.plan_for(carl, now)
    ahead = [row for row in rows() if row.due_at > now]
    assert len(ahead) >= 2
    assert {row.wall_time for row in ahead} == {time(19, 45)}


def test_settings_plan_anew_themselves(carl: Client, old_plan: Assignment) -> None:
    with all_practices():
        change_settings(carl, values={"reminder_times": ["19:45"]}, by=carl.user)
    assert {row.wall_time for row in rows()} == {time(19, 45)}


def test_a_row_made_by_another_planner_a_moment_ago_stays(carl: Client, old_plan: Assignment) -> None:
    other = make_reminder(carl, message_id="<theirs@host>")
    assert remind.plan_reminders(EARLY).inserted == 1
    assert reread(other).message_id == "<theirs@host>"
