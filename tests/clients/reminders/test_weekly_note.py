"""The note on Sundays, for who asked for it."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client, Reminder, Session
from clients.notifications import links
from clients.services import remind
from clients.services.settings import change_settings
from clients.services.streams import refuse_stream
from portal.accounts.models import AuditEvent
from portal.accounts.tenancy import all_practices
from tests.clients.reminders.conftest import MORNING, Post, Sender, change, finished, make_reminder
from tests.clients.reminders.test_push import subscribe
from tests.doors import CODE, browser_of

pytestmark = pytest.mark.django_db
SUNDAY = date(2026, 11, 22)
FRIDAY_EVENING = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
FIVE = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


@pytest.fixture
def wanted(carl: Client, plan: Assignment) -> Client:
    """Carl asked for the note, and did a session on Wednesday."""
    with all_practices():
        plan.versions.update(created_at=datetime(2026, 11, 1, 12, 0, tzinfo=UTC))
    change(carl, weekly_note=True)
    finished(carl, plan)
    with all_practices():
        Session.objects.update(updated_at=MORNING)
    return carl


def may_send_to(client: Client, stream: str) -> bool:
    with all_practices():
        return remind.may_send_to(client, stream)


def notes() -> list[Reminder]:
    with all_practices():
        return list(Reminder.objects.filter(stream="weekly"))


def evening(sender: Sender, *, minutes: int = 1) -> Reminder:
    """Plan on Friday, send on Sunday evening."""
    remind.plan_reminders(FRIDAY_EVENING)
    sender.now = FIVE + timedelta(minutes=minutes)
    sender("weekly")
    return notes()[0]


def test_nobody_has_one_who_did_not_ask(carl: Client, plan: Assignment) -> None:
    remind.plan_reminders(FRIDAY_EVENING)
    assert notes() == []
    assert not may_send_to(carl, "weekly")


def test_one_is_planned_however_often_and_by_mail_alone(wanted: Client) -> None:
    subscribe(wanted, "https://push.example")
    for hours in (0, 1, 20):
        remind.plan_reminders(FRIDAY_EVENING + timedelta(hours=hours))
    (row,) = notes()
    assert (row.recipient, row.channel, row.local_date, row.slot) == (f"client:{wanted.pk}", "email", SUNDAY, 1)
    assert (row.wall_time, row.due_at, row.expires_at) == (time(17), FIVE, FIVE + timedelta(hours=2))


def test_who_wants_no_reminders_may_have_the_note(sender: Sender, wanted: Client) -> None:
    change(wanted, reminder_channel="none")
    refuse_stream(wanted.pk, "session", how="link")
    assert evening(sender).state == "sent"


def test_the_letter_says_nothing_of_the_week_and_can_be_stopped_alone(
    sender: Sender, post: Post, wanted: Client, settings: Any
) -> None:
    assert evening(sender).state == "sent"
    (message,) = post.messages
    assert message["Subject"] == "Your week is ready to look at"
    for kind in ("plain", "html"):
        text = message.get_body((kind,)).get_content()  # type: ignore[union-attr]  # each letter has both
        assert "Hello Carl," in text
        assert f"{settings.SITE_URL}/progress/" in text
        assert "you switched the note on Sundays on" in text
        assert not re.search(r"/d/", text), "nothing to mark as done"
        body = re.sub(
            r"<style>.*</style>|<[^>]*>|https?://\S+", "", text.replace("<!doctype html>", ""), flags=re.DOTALL
        )
        assert not re.search(r"\d|pain|back|exercis|session|physio|missed|!", body, re.IGNORECASE)
    token = re.search(r"/u/([\w=-]+)/", message["List-Unsubscribe"])
    assert token is not None
    assert links.read_unsubscribe_token(token[1]) == (wanted.pk, "weekly")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"weekly_note": False}, "not asked for", id="switched off since"),
        pytest.param({"state": "on_hold"}, "client on_hold", id="on hold"),
        pytest.param({"state": "discharged"}, "client discharged", id="discharged"),
        pytest.param({"reminders_paused_until": SUNDAY}, "reminders paused", id="paused"),
        pytest.param({"mail_failed_at": FIVE}, "address refused before", id="the address takes no mail"),
        pytest.param({"quiet_from": time(16)}, "none for this day any more", id="quiet from four on"),
    ],
)
def test_it_is_looked_at_again_before_it_goes(
    sender: Sender, post: Post, wanted: Client, fields: dict[str, Any], reason: str
) -> None:
    remind.plan_reminders(FRIDAY_EVENING)
    change(wanted, **fields)
    sender.now = FIVE + timedelta(minutes=1)
    sender("weekly")
    assert notes()[0].reason == reason
    assert post.letters == []


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        pytest.param(-7, "nothing to look at", id="the Wednesday before"),
        pytest.param(-3, "nothing to look at", id="the Sunday before"),
        pytest.param(-2, "", id="Monday"),
        pytest.param(4, "", id="that very Sunday"),
    ],
)
def test_a_week_without_a_session_is_not_held_up_to_anybody(
    sender: Sender, carl: Client, plan: Assignment, days: int, reason: str
) -> None:
    change(carl, weekly_note=True)
    finished(carl, plan, occurrence_on=date(2026, 11, 18) + timedelta(days=days))
    assert evening(sender).reason == reason


def test_a_session_that_was_only_begun_is_nothing_to_look_at(sender: Sender, carl: Client, plan: Assignment) -> None:
    change(carl, weekly_note=True)
    finished(carl, plan, state="open")
    assert evening(sender).reason == "nothing to look at"


def test_after_two_hours_it_is_too_late(sender: Sender, wanted: Client) -> None:
    assert evening(sender, minutes=121).reason == "too late"


def test_a_client_who_moves_west_gets_it_at_five_there_and_once(sender: Sender, post: Post, wanted: Client) -> None:
    remind.plan_reminders(FRIDAY_EVENING)
    change(wanted, time_zone="America/New_York")
    sender.now = FIVE + timedelta(minutes=1)
    assert sender("weekly")["moved"] == 1
    sender.now = FIVE + timedelta(hours=5, minutes=1)
    sender("weekly")
    remind.plan_reminders(sender.now)
    assert [(row.state, row.due_at) for row in notes()] == [("sent", FIVE + timedelta(hours=5))]
    assert len(post.letters) == 1


def test_it_leaves_the_reminders_of_who_does_not_answer_as_they_are(sender: Sender, wanted: Client) -> None:
    assert evening(sender).state == "sent"
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    states = []
    for days in range(4):
        due = monday + timedelta(days=days)
        make_reminder(wanted, local_date=due.date(), due_at=due)
        sender.now = due + timedelta(minutes=5)
        states.append(sender()["sent"])
    assert states == [1, 1, 1, 0], "three go out, as without a note"


def test_the_settings_switch_it_on_and_the_link_off(carl: Client, plan: Assignment) -> None:
    with time_machine.travel(FRIDAY_EVENING, tick=False):
        browser = browser_of(carl.user, CODE)
        form = {"time_zone": "Europe/London", "reminder_channel": "email", "language": "en-gb", "weekly_note": "on"}
        assert not re.search(r'name="weekly_note"[^>]* checked', browser.get(reverse("more")).content.decode())
        browser.post(reverse("more"), form)
        assert may_send_to(carl, "weekly")
        assert len(notes()) == 1, "the one of this Sunday is planned at once"
        with all_practices():
            said = AuditEvent.objects.filter(action="settings_changed").latest("pk")
        assert "weekly_note" in said.detail["fields"]
        address = f"/u/{links.unsubscribe_token(carl.pk, 'weekly')}/"
        assert "Stop these notes?" in Browser().get(address).content.decode()
        assert Browser().post(address, {"List-Unsubscribe": "One-Click"}).content == b"These notes are stopped."
        assert not may_send_to(carl, "weekly")
        assert not re.search(r'name="weekly_note"[^>]* checked', browser.get(reverse("more")).content.decode())
        browser.post(reverse("more"), form)
        assert may_send_to(carl, "weekly"), "asked for again"


def test_another_change_of_settings_leaves_the_stop_as_it_is(wanted: Client) -> None:
    refuse_stream(wanted.pk, "weekly", how="link")
    assert wanted.user is not None
    with all_practices():
        change_settings(wanted, values={"name_to_use": "Carlo"}, by=wanted.user)
    assert not may_send_to(wanted, "weekly")
