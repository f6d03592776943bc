"""The one follow-up on the day of a reminder that found nobody, from the planner to what is read."""

import json
import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client, Reminder
from clients.notifications import PushLetter, links, wording
from clients.services import remind
from clients.services.settings import change_settings
from clients.services.streams import refuse_stream
from portal.accounts.tenancy import all_practices
from tests.clients.reminders.conftest import WEDNESDAY, Post, Sender, change, finished, make_reminder
from tests.clients.reminders.test_push import push_row, recipient, subscribe
from tests.doors import CODE, browser_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NINE = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 18, 12, 35, tzinfo=UTC)  # five minutes after the follow-up is due


@pytest.fixture
def plan(plan: Assignment) -> Assignment:
    """The plan, made before its first day: nothing was done of it yet."""
    with all_practices():
        plan.versions.update(created_at=datetime(2026, 11, 1, 12, 0, tzinfo=UTC))
    return plan


@pytest.fixture
def reminded(carl: Client, plan: Assignment) -> Reminder:
    """The reminder of Wednesday, which has gone."""
    return make_reminder(carl, state="sent", sent_at=NINE)


def may_send_to(client: Client, stream: str) -> bool:
    with all_practices():
        return remind.may_send_to(client, stream)


def follow_ups() -> list[Reminder]:
    with all_practices():
        return list(Reminder.objects.filter(stream="follow_up").order_by("due_at"))


def morning(sender: Sender, days: int) -> str:
    """Plan and send the reminder of a day; return what became of it: its state, or why it was left out."""
    remind.plan_reminders(NINE + days * DAY - timedelta(hours=1))
    sender.now = NINE + days * DAY + timedelta(minutes=5)
    sender()
    with all_practices():
        row = Reminder.objects.get(stream="session", channel="email", local_date=WEDNESDAY + days * DAY)
    return row.reason or row.state


def noon(sender: Sender) -> Reminder:
    """Plan in the morning, send after noon; return the newest follow-up."""
    remind.plan_reminders(NINE + timedelta(minutes=10))
    sender.now = NOON
    sender("follow_up")
    return follow_ups()[-1]


def test_it_is_planned_once_the_reminder_has_gone_and_only_once(carl: Client, plan: Assignment) -> None:
    remind.plan_reminders(NINE - timedelta(hours=1))
    assert follow_ups() == [], "nobody knows yet whether it will be wanted"
    with all_practices():
        Reminder.objects.filter(stream="session", local_date=WEDNESDAY).update(state="sent")
    for minutes in (2, 4, 200):
        remind.plan_reminders(NINE + timedelta(minutes=minutes))
    (row,) = follow_ups()
    assert (row.recipient, row.local_date, row.slot, row.channel) == (f"client:{carl.pk}", WEDNESDAY, 1, "email")
    assert (row.wall_time, row.due_at) == (time(12, 30), NINE + timedelta(hours=3, minutes=30))
    assert row.expires_at == row.due_at + timedelta(hours=2)
    assert row.message_id


@pytest.mark.parametrize("state", ["pending", "skipped", "failed", "quarantined"])
def test_nothing_follows_a_reminder_that_did_not_go(carl: Client, plan: Assignment, state: str) -> None:
    make_reminder(carl, state=state)
    remind.plan_reminders(NINE + timedelta(minutes=10))
    assert follow_ups() == []


def test_it_goes_the_way_that_the_reminder_went(sender: Sender, carl: Client, plan: Assignment) -> None:
    phone = subscribe(carl, "https://push.example")
    make_reminder(carl, state="failed")
    push_row(phone, state="sent")
    remind.plan_reminders(NINE + timedelta(minutes=10))
    assert [(row.recipient, row.channel) for row in follow_ups()] == [(recipient(phone), "webpush")]
    letters: list[PushLetter] = []
    line = Post(letters=letters)  # type: ignore[arg-type]  # keeps what it is given, of either kind
    remind.send_due("follow_up", clock=lambda: NOON, channels={"webpush": line})
    (letter,) = letters
    shown = json.loads(letter.payload)["notification"]
    assert (shown["title"], shown["body"] in wording.FOLLOW_UP_TEXTS) == ("Your routine is ready", True)
    assert shown["navigate"].endswith("/today/")
    assert letter.ttl == 115 * 60, "of no use once it is too late"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"follow_up": False}, id="switched off"),
        pytest.param({"reminder_channel": "none"}, id="wants no reminders"),
        pytest.param({"if_missed": "tomorrow"}, id="planned the next day instead"),
        pytest.param({"state": "on_hold"}, id="on hold"),
        pytest.param({"reminders_paused_until": WEDNESDAY}, id="paused"),
        pytest.param({"mail_failed_at": NINE}, id="the address takes no mail"),
    ],
)
def test_who_wants_none_gets_none(
    sender: Sender, post: Post, carl: Client, reminded: Reminder, fields: dict[str, Any]
) -> None:
    make_reminder(carl, stream="follow_up", wall_time=time(12, 30), due_at=NINE + timedelta(hours=3, minutes=30))
    change(carl, **fields)
    remind.plan_reminders(NINE + timedelta(minutes=10))
    assert len(follow_ups()) == 1, "the planner adds none"
    assert noon(sender).state == "skipped", "and the one that was planned before does not go"
    assert post.letters == []


@pytest.mark.parametrize("stream", ["session", "follow_up"])
def test_a_no_to_it_or_to_all_reminders_stops_it(sender: Sender, carl: Client, reminded: Reminder, stream: str) -> None:
    remind.plan_reminders(NINE + timedelta(minutes=10))
    refuse_stream(carl.pk, stream, how="link")
    sender.now = NOON
    sender("follow_up")
    assert follow_ups()[0].reason == "unsubscribed"
    assert may_send_to(carl, "session") is (stream == "follow_up"), "the first reminder of a day stays"


def test_what_was_done_meanwhile_needs_none(sender: Sender, carl: Client, plan: Assignment, reminded: Reminder) -> None:
    remind.plan_reminders(NINE + timedelta(minutes=10))
    finished(carl, plan)
    sender.now = NOON
    sender("follow_up")
    assert follow_ups()[0].reason == "done"


def test_the_session_of_the_day_before_is_enough(carl: Client, plan: Assignment, reminded: Reminder) -> None:
    finished(carl, plan, occurrence_on=WEDNESDAY - DAY, started_at=NINE - DAY)
    remind.plan_reminders(NINE + timedelta(minutes=10))
    assert follow_ups() == []


def test_it_comes_once_a_week_at_most_and_never_to_who_answers_nothing(
    sender: Sender, post: Post, carl: Client, plan: Assignment
) -> None:
    """From a silent streak of two on one goes out; after the third unanswered reminder there is none any more."""
    became = []
    for days in range(9):
        first = morning(sender, days)
        remind.plan_reminders(NINE + days * DAY + timedelta(minutes=10))
        sender.now = NOON + days * DAY
        sender("follow_up")
        second = [each.reason or each.state for each in follow_ups() if each.local_date == WEDNESDAY + days * DAY]
        became.append((first, *second))
    rest, stop = "every second one, while unanswered", "unanswered for a week"
    assert became == [
        ("sent", "sent"),  # the plan had run for two weeks before
        ("sent", "one a week"),
        ("sent", "one a week"),
        (rest,),
        ("sent", "one a week"),
        (rest,),
        ("sent", "one a week"),
        ("sent", stop),  # the one that asks
        (stop,),
    ]
    assert len(post.letters) == 7


def test_a_silent_client_has_no_second_one_after_three(sender: Sender, carl: Client, plan: Assignment) -> None:
    for back in (2, 1):
        make_reminder(carl, state="sent", local_date=WEDNESDAY - back * DAY, due_at=NINE - back * DAY)
    make_reminder(carl, state="sent")
    assert noon(sender).reason == "every second one, while unanswered"


def test_it_does_not_count_as_a_reminder_that_nobody_answered(sender: Sender, carl: Client, reminded: Reminder) -> None:
    assert noon(sender).state == "sent"
    became = [morning(sender, days) for days in (1, 2, 3)]
    assert became == ["sent", "sent", "every second one, while unanswered"]


def test_too_late_is_not_at_all(sender: Sender, carl: Client, reminded: Reminder) -> None:
    remind.plan_reminders(NINE + timedelta(minutes=10))
    sender.now = NINE + timedelta(hours=5, minutes=31)
    sender("follow_up")
    assert follow_ups()[0].reason == "too late"


def test_quiet_hours_that_were_set_meanwhile_hold_it(sender: Sender, carl: Client, reminded: Reminder) -> None:
    remind.plan_reminders(NINE + timedelta(minutes=10))
    change(carl, quiet_from=time(12), quiet_until=time(13))
    sender.now = NOON
    assert sender("follow_up")["held"] == 1
    sender.now = NOON + timedelta(minutes=30)
    assert sender("follow_up")["sent"] == 1


def test_another_zone_moves_it_and_makes_no_second_one(sender: Sender, carl: Client, reminded: Reminder) -> None:
    remind.plan_reminders(NINE + timedelta(minutes=10))
    change(carl, time_zone="Atlantic/Azores")  # one hour behind London
    remind.plan_reminders(NINE + timedelta(hours=1, minutes=10))
    (row,) = follow_ups()
    assert (row.wall_time, row.due_at) == (time(12, 30), NINE + timedelta(hours=4, minutes=30))
    change(carl, time_zone="Europe/London")
    sender.now = row.due_at + timedelta(minutes=1)
    sender("follow_up")
    assert [each.state for each in follow_ups()] == ["sent"]


def test_its_letter_offers_says_why_and_can_be_stopped_alone(
    sender: Sender, post: Post, carl: Client, reminded: Reminder, settings: Any
) -> None:
    noon(sender)
    (message,) = post.messages
    assert message["Subject"] == "Your routine is ready"
    for kind in ("plain", "html"):
        text = message.get_body((kind,)).get_content()  # type: ignore[union-attr]  # each letter has both
        assert any(words in text for words in wording.FOLLOW_UP_TEXTS)
        assert "a second reminder is switched on" in text
        assert f"{settings.SITE_URL}/today/" in text
        assert len(re.findall(r"/d/[\w=-]+/", text)) == 1, "to mark it as done"
    token = re.search(r"/u/([\w=-]+)/", message["List-Unsubscribe"])
    assert token is not None
    assert links.read_unsubscribe_token(token[1]) == (carl.pk, "follow_up")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_page_of_its_link_says_that_the_first_reminder_stays(carl: Client) -> None:
    address = f"/u/{links.unsubscribe_token(carl.pk, 'follow_up')}/"
    assert "Your first reminder of a day stays." in Browser().get(address).content.decode()
    answer = Browser().post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not may_send_to(carl, "follow_up")


def test_a_phone_is_told_in_the_same_words(carl: Client) -> None:
    for language in ("en-gb", "de"):
        for number in range(len(wording.FOLLOW_UP_TEXTS)):
            title, text = wording.follow_up_push(number, language=language)
            assert len(title) < 40
            assert not re.search(
                r"pain|exercis|missed|should|must|schmerz|übung|verpass|sollte|müss|!", text, re.IGNORECASE
            )


def test_the_settings_switch_it_off_and_on(carl: Client, plan: Assignment) -> None:
    with time_machine.travel(NINE, tick=False):
        browser = browser_of(carl.user, CODE)
        form = {"time_zone": "Europe/London", "reminder_channel": "email", "language": "en-gb"}
        page = browser.get(reverse("more")).content.decode()
        assert re.search(r'<input type="checkbox" name="follow_up"[^>]* checked', page)
        browser.post(reverse("more"), form)
        assert not may_send_to(carl, "follow_up")
        browser.post(reverse("more"), {**form, "follow_up": "on"})
        assert may_send_to(carl, "follow_up")
        refuse_stream(carl.pk, "follow_up", how="one_click")
        page = browser.get(reverse("more")).content.decode()
        assert not re.search(r'<input type="checkbox" name="follow_up"[^>]* checked', page)
        browser.post(reverse("more"), {**form, "follow_up": "on"})
        assert may_send_to(carl, "follow_up")


def test_what_a_reminder_of_two_a_day_leaves_no_room_for(carl: Client, plan: Assignment) -> None:
    with all_practices():
        version = plan.versions.get()
        schedule = {**version.schedule, "times_per_day": 2, "reminder_times": ["09:00", "18:00"]}
        type(version).objects.filter(pk=version.pk).update(schedule=schedule)
    make_reminder(carl, state="sent")
    remind.plan_reminders(NINE + timedelta(minutes=10))
    assert follow_ups() == []


def test_another_change_of_settings_leaves_the_choice_as_it_is(carl: Client) -> None:
    refuse_stream(carl.pk, "follow_up", how="link")
    assert carl.user is not None
    with all_practices():
        change_settings(carl, values={"name_to_use": "Carlo"}, by=carl.user)
    assert not may_send_to(carl, "follow_up")
