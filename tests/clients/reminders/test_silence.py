"""Reminders that nobody answers, from the sender to what client and practitioner read of it."""

import re
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from clients.models import Assignment, Client, Flare, Message, PlanPause, PutOff, Reminder, Session
from clients.notifications.wording import asking_push
from clients.services import remind
from clients.services.remind.queue import COLUMNS, Claimed
from clients.services.remind.silence import turns
from clients.services.settings import change_settings
from clients.services.streams import accept_stream, refuse_stream
from portal.accounts.tenancy import all_practices, practice_scope
from tests.clients.reminders.conftest import MORNING, WEDNESDAY, Post, Sender, finished, make_reminder, reread
from tests.doors import CODE, browser_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def plan(plan: Assignment) -> Assignment:
    """The plan, made before its first day."""
    with all_practices():
        plan.versions.update(created_at=datetime(2026, 11, 1, 12, 0, tzinfo=UTC))
    return plan


def day_by_day(sender: Sender, carl: Client, days: int, *, first: int = 0, slot: int = 1) -> list[str]:
    """Let each day's reminder fall due and be judged; return what became of each: its state, or why it was left out."""
    became = []
    for number in range(first, first + days):
        due = datetime(2026, 11, 18, 9, 0, tzinfo=MORNING.tzinfo) + number * DAY
        row = make_reminder(carl, local_date=WEDNESDAY + number * DAY, due_at=due, slot=slot)
        sender.now = MORNING + number * DAY
        sender()
        row = reread(row)
        became.append(row.reason or row.state)
    return became


REST, STOP = "every second one, while unanswered", "unanswered for a week"
A_SILENT_WEEK = ["sent", "sent", "sent", REST, "sent", REST, "sent", "sent", STOP]


def test_a_client_who_never_answers_is_reminded_less_asked_once_and_left_in_peace(
    sender: Sender, post: Post, carl: Client, plan: Assignment
) -> None:
    assert day_by_day(sender, carl, 9) == A_SILENT_WEEK
    assert day_by_day(sender, carl, 60, first=9) == [STOP] * 60
    asked = post.messages[-1]
    assert asked["Subject"] == "Your reminders take a break"
    text = asked.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # each letter has a text
    assert "Would another time or another plan suit you better?" in text
    assert "/more/" in text
    assert "minutes" not in text
    assert [message["Subject"] for message in post.messages[:-1]] == ["Your routine is ready"] * 5


def did_a_session(carl: Client, plan: Assignment, at: datetime) -> None:
    finished(carl, plan, occurrence_on=at.date(), started_at=at)
    Session.objects.update(updated_at=at)


def put_off(carl: Client, plan: Assignment, at: datetime) -> None:
    PutOff.objects.create(client=carl, assignment=plan, on=at.date(), slot=1, choice="not_today", at=at)


def wrote(carl: Client, plan: Assignment, at: datetime) -> None:
    Message.objects.create(client=carl, author=carl.user, is_from_client=True, text="Hello", key=uuid4(), sent_at=at)


def has_a_flare(carl: Client, plan: Assignment, at: datetime) -> None:
    Flare.objects.create(client=carl, first_day=at.date(), last_day=at.date(), reported_at=at, ended_how="settled")


def gets_another_plan(carl: Client, plan: Assignment, at: datetime) -> None:
    plan.versions.update(created_at=at)


def had_a_break(carl: Client, plan: Assignment, at: datetime) -> None:
    PlanPause.objects.create(assignment=plan, first_day=at.date(), last_day=at.date(), created_by=carl.lead)


def _sets(**values: Any) -> Any:
    def answer(carl: Client, plan: Assignment, at: datetime) -> None:
        assert carl.user is not None
        with time_machine.travel(at, tick=False), practice_scope(carl.practice):
            change_settings(carl, values=values, by=carl.user)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(_sets(reminder_times=["09:30"]), id="another time"),
        pytest.param(_sets(quiet_from=clock_time(20)), id="other quiet hours"),
        pytest.param(_sets(anchor="lunch"), id="another moment of the day"),
    ],
)
def test_a_change_of_the_reminders_is_an_answer(
    sender: Sender, carl: Client, plan: Assignment, answer: Any, everywhere: None
) -> None:
    day_by_day(sender, carl, 9)
    answer(carl, plan, sender.now + timedelta(hours=8))
    with time_machine.travel(sender.now + DAY, tick=False):
        assert not remind.have_stopped(carl)


@pytest.mark.parametrize("name", ["name_to_use", "figure_palette"])
def test_a_change_of_something_else_is_none(
    sender: Sender, carl: Client, plan: Assignment, name: str, everywhere: None
) -> None:
    day_by_day(sender, carl, 9)
    _sets(**{name: "mannequin"})(carl, plan, sender.now + timedelta(hours=8))
    with time_machine.travel(sender.now + DAY, tick=False):
        assert remind.have_stopped(carl)


@pytest.mark.parametrize("answer", [did_a_session, put_off, wrote, has_a_flare, gets_another_plan, had_a_break])
def test_any_answer_and_whatever_begins_anew_brings_them_back(
    sender: Sender, carl: Client, plan: Assignment, answer: Any, everywhere: None
) -> None:
    assert day_by_day(sender, carl, 9)[-1] == STOP
    assert remind.have_stopped(carl)
    answer(carl, plan, sender.now + timedelta(hours=8))
    with time_machine.travel(sender.now + DAY, tick=False):
        assert not remind.have_stopped(carl)
    assert day_by_day(sender, carl, 4, first=9) == ["sent", "sent", "sent", REST]


def test_a_holiday_is_no_silence(sender: Sender, carl: Client, plan: Assignment, everywhere: None) -> None:
    assert day_by_day(sender, carl, 3) == ["sent"] * 3
    away, back = WEDNESDAY + 3 * DAY, WEDNESDAY + 16 * DAY
    PlanPause.objects.create(assignment=plan, first_day=away, last_day=back, created_by=carl.lead)
    assert day_by_day(sender, carl, 14, first=3) == ["plan paused, changed or over"] * 14
    assert day_by_day(sender, carl, 4, first=17) == ["sent", "sent", "sent", REST]


def test_an_answer_of_somebody_else_is_none(sender: Sender, carl: Client, plan: Assignment, everywhere: None) -> None:
    day_by_day(sender, carl, 8)
    Message.objects.create(
        client=carl, author=carl.lead, is_from_client=False, text="Hi", key=uuid4(), sent_at=sender.now
    )
    with practice_scope(carl.practice):
        change_settings(carl, values={"minutes_a_day": 10}, by=carl.lead)
    assert day_by_day(sender, carl, 1, first=8) == [STOP]


def test_who_answers_day_by_day_has_every_reminder(sender: Sender, carl: Client, plan: Assignment) -> None:
    with all_practices():
        for number in range(6):
            assert day_by_day(sender, carl, 1, first=number) == ["sent"]
            put_off(carl, plan, sender.now + timedelta(hours=1))


def test_the_words_on_a_phone_name_nothing_either() -> None:
    title, text = asking_push(language="de")
    assert title == "Ihre Erinnerungen machen eine Pause"
    assert not re.search("schmerz|übung|rücken|verpass", text, re.IGNORECASE)


def test_mail_and_phone_are_one_reminder_to_who_reads_whether_they_rest(
    sender: Sender, carl: Client, plan: Assignment
) -> None:
    day_by_day(sender, carl, 9)
    with all_practices():
        for row in list(Reminder.objects.filter(reason=STOP)):
            make_reminder(
                carl, recipient="push:1", channel="webpush", local_date=row.local_date, due_at=row.due_at, state="sent"
            )
        assert not remind.have_stopped(carl), "a phone was reminded"


def test_the_client_reads_that_they_rest_and_takes_them_up_again(
    sender: Sender, carl: Client, plan: Assignment
) -> None:
    day_by_day(sender, carl, 9)
    with time_machine.travel(sender.now + DAY, tick=False):
        browser = browser_of(carl.user, CODE)
        page = browser.get(reverse("more")).content.decode()
        assert "Your reminders take a break." in page
        page = browser.post(reverse("remind_again"), follow=True).content.decode()
        assert "Your reminders start again." in page
        assert "Your reminders take a break." not in page
    assert day_by_day(sender, carl, 1, first=11) == ["sent"]


def test_the_letter_that_asks_leads_to_the_button(sender: Sender, carl: Client, plan: Assignment) -> None:
    assert day_by_day(sender, carl, 8) == A_SILENT_WEEK[:8]
    with time_machine.travel(sender.now + timedelta(minutes=5), tick=False):
        page = browser_of(carl.user, CODE).get(reverse("more")).content.decode()
    assert "Start my reminders again" in page


def test_who_stopped_them_is_not_told_of_a_break(sender: Sender, carl: Client, plan: Assignment) -> None:
    day_by_day(sender, carl, 9)
    refuse_stream(carl.pk, "session", how="link")
    with time_machine.travel(sender.now + timedelta(hours=1), tick=False):
        assert "take a break" not in browser_of(carl.user, CODE).get(reverse("more")).content.decode()
        page = browser_of(carl.lead).get(reverse("admin:client", args=[carl.pk])).content.decode()
        assert "Wants no reminders." in page
        assert "take a break" not in page
    with time_machine.travel(sender.now + timedelta(hours=2), tick=False), practice_scope(carl.practice):
        assert carl.user is not None
        accept_stream(carl, "session", by=carl.user)
    assert day_by_day(sender, carl, 1, first=9) == ["sent"]


def test_the_practitioner_reads_that_they_rest(sender: Sender, carl: Client, plan: Assignment) -> None:
    day_by_day(sender, carl, 9)
    with time_machine.travel(sender.now + timedelta(hours=1), tick=False):
        page = browser_of(carl.lead).get(reverse("admin:client", args=[carl.pk])).content.decode()
    assert "Reminders take a break: none was answered for a week." in page


def test_a_batch_of_any_size_asks_the_same_few_statements(
    sender: Sender, carl: Client, plan: Assignment, django_assert_num_queries: Any, everywhere: None
) -> None:
    day_by_day(sender, carl, 3)
    row = make_reminder(carl, local_date=WEDNESDAY + 3 * DAY, due_at=MORNING + 3 * DAY)
    claimed = Claimed(*Reminder.objects.filter(pk=row.pk).values_list(*COLUMNS)[0])
    with django_assert_num_queries(4):
        turns([claimed])
    with django_assert_num_queries(4):
        turns([claimed._replace(id=number) for number in range(100)])
