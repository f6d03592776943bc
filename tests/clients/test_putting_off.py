"""A session put off or reminded of once more: by the link of a reminder without signing in, and in the app."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client, PutOff, Reminder
from clients.notifications import links
from portal.accounts.tenancy import all_practices
from tests.clients.conftest import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)


def address(client: Client, on: date = TODAY) -> str:
    return f"/p/{links.put_off_token(client.pk, on, 1)}/"


def said() -> list[tuple[date, str]]:
    with all_practices():
        return list(PutOff.objects.values_list("on", "choice"))


def test_looking_at_the_link_changes_nothing(carl: Client, daily: Assignment, at_nine: Any) -> None:
    browser = Browser()
    assert browser.head(address(carl)).status_code == 200
    page = browser.get(address(carl)).content.decode()
    assert "Tomorrow" in page
    assert "Not today" in page
    assert said() == []


@pytest.mark.parametrize("choice", ["tomorrow", "not_today"])
def test_a_tap_keeps_it_once(carl: Client, daily: Assignment, at_nine: Any, choice: str) -> None:
    assert "Rest is allowed" in Browser().post(address(carl), {"choice": choice}).content.decode()
    assert said() == [(TODAY, choice)]
    for again in ("tomorrow", "not_today"):
        Browser().post(address(carl), {"choice": again})
    assert said() == [(TODAY, choice)], "the link works once"


@pytest.mark.parametrize("choice", ["", "moved", "rest", "x"])
def test_nothing_else_is_kept(carl: Client, daily: Assignment, at_nine: Any, choice: str) -> None:
    assert Browser().post(address(carl), {"choice": choice}).status_code == 200
    assert said() == []


@pytest.mark.parametrize("on", [TODAY - DAY, TODAY + DAY])
def test_on_another_day_it_asks_to_sign_in(carl: Client, daily: Assignment, at_nine: Any, on: date) -> None:
    assert "Please sign in" in Browser().post(address(carl, on), {"choice": "not_today"}).content.decode()
    assert said() == []


def test_a_session_that_is_done_stays_done(carl: Client, daily: Assignment, at_nine: Any) -> None:
    Browser().post(f"/d/{links.done_token(carl.pk, TODAY, 1)}/")
    assert "It is marked as done" in Browser().post(address(carl), {"choice": "not_today"}).content.decode()
    assert said() == []


def test_a_link_of_another_kind_is_none(carl: Client, daily: Assignment, at_nine: Any) -> None:
    assert Browser().get(f"/p/{links.done_token(carl.pk, TODAY, 1)}/").status_code == 404
    assert Browser().get(f"/d/{links.put_off_token(carl.pk, TODAY, 1)}/").status_code == 404
    assert Browser().get("/p/x/").status_code == 404


def asked() -> list[tuple[date, str, datetime]]:
    with all_practices():
        rows = Reminder.objects.filter(subject_key="later")
        return list(rows.values_list("local_date", "recipient", "due_at"))


def test_two_hours_later_is_one_more_row_however_often_it_is_tapped(
    carl: Client, daily: Assignment, at_nine: Any
) -> None:
    page = Browser().get(address(carl)).content.decode()
    assert "Remind me in 2 hours" in page
    assert asked() == []
    for _ in range(2):
        page = Browser().post(address(carl), {"choice": "later"}).content.decode()
        assert "We remind you again at 11:00." in page
        assert "Remind me in 2 hours" not in page
    assert asked() == [(TODAY, f"client:{carl.pk}", NOW + timedelta(hours=2))]
    assert said() == [], "the session stands as it was"
    assert "Rest is allowed" in Browser().post(address(carl), {"choice": "not_today"}).content.decode()


def tap(browser: Browser, plan: Assignment, slot: int = 1, **data: str) -> str:
    """What Carl reads after a tap on "Remind me in 2 hours" of the app, or on what data says."""
    return browser.post(reverse("later", args=[plan.pk, slot]), data, follow=True).content.decode()


def test_the_app_reminds_two_hours_later_too_and_takes_it_back_as_easily(
    carls_phone: Browser, carl: Client, daily: Assignment, at_nine: Any
) -> None:
    assert "Remind me in 2 hours" in carls_phone.get(reverse("not_now", args=[daily.pk, 1])).content.decode()
    assert asked() == []
    for _ in range(2):
        page = tap(carls_phone, daily)
        assert "That is fine. We remind you again at 11:00." in page
        assert "Start session" in page, "the session stands as it was"
        assert asked() == [(TODAY, f"client:{carl.pk}", NOW + timedelta(hours=2))]
    assert "We remind you again at 11:00." in carls_phone.get(reverse("today")).content.decode()
    for _ in range(2):
        assert "This reminder does not come." in tap(carls_phone, daily, take_back="1")
    assert "We remind you again" not in carls_phone.get(reverse("today")).content.decode()
    with all_practices():
        assert (row := Reminder.objects.get(subject_key="later")).reason == "taken back"
    assert row.state == "skipped", "a sender passes over it"
    at_nine.shift(timedelta(hours=1))
    assert "We remind you again at 12:00." in tap(carls_phone, daily)
    with all_practices():
        assert (row := Reminder.objects.get(subject_key="later")).state == "pending"
    assert (row.due_at, row.reason) == (NOW + timedelta(hours=3), "")


def test_what_has_gone_is_not_taken_back_or_asked_for_again(
    carls_phone: Browser, daily: Assignment, at_nine: Any
) -> None:
    tap(carls_phone, daily)
    with all_practices():
        Reminder.objects.filter(subject_key="later").update(state="sent")
    assert "on its way already" in tap(carls_phone, daily, take_back="1")
    assert "The reminder that you asked for has come already." in tap(carls_phone, daily)
    assert (
        "We remind you again"
        not in Browser().get(f"/p/{links.put_off_token(daily.client_id, TODAY, 1)}/").content.decode()
    )
    assert len(asked()) == 1


def test_one_that_quiet_hours_hold_says_when_it_comes(
    carls_phone: Browser, carl: Client, daily: Assignment, at_nine: Any
) -> None:
    with all_practices():
        Client.objects.filter(pk=carl.pk).update(quiet_from=time(10, 30), quiet_until=time(11, 45))
    assert "We remind you again at 11:45." in tap(carls_phone, daily)
    assert "We remind you again at 11:45." in carls_phone.get(reverse("today")).content.decode()


def test_two_sessions_of_a_day_have_two_messages_together(
    carls_phone: Browser, carl: Client, plan: Assignment, at_nine: Any
) -> None:
    Client.objects.filter(pk=carl.pk).update(reminder_times=["09:00"])
    tap(carls_phone, plan)
    assert "No other reminder can come today." in tap(carls_phone, plan, 2)
    assert len(asked()) == 1


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        pytest.param({"quiet_from": time(11), "quiet_until": time(8)}, "No other reminder can", id="quiet hours"),
        pytest.param({"reminder_channel": "none"}, "Your reminders are off", id="switched off"),
        pytest.param({"reminders_paused_until": TODAY}, "Your reminders are off", id="paused"),
        pytest.param({"mail_failed_at": NOW}, "mails do not reach you", id="address refused"),
    ],
)
def test_where_none_may_come_the_app_says_why(
    carls_phone: Browser, carl: Client, daily: Assignment, at_nine: Any, fields: dict[str, Any], why: str
) -> None:
    with all_practices():
        Client.objects.filter(pk=carl.pk).update(**fields)
    page = tap(carls_phone, daily)
    assert why in page
    assert "Remind me in 2 hours" not in page
    assert ("Switch reminders on" in page) is ("are off" in why)
    assert asked() == []


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"quiet_from": time(11), "quiet_until": time(8)}, id="quiet hours begin before"),
        pytest.param({"time_zone": "Pacific/Auckland"}, id="the day ends before"),
        pytest.param({"reminder_channel": "none"}, id="no reminders"),
    ],
)
def test_where_none_may_come_none_is_offered_or_kept(
    carl: Client, daily: Assignment, at_nine: Any, fields: dict[str, Any]
) -> None:
    with all_practices():
        Client.objects.filter(pk=carl.pk).update(**fields)
    assert "Remind me in 2 hours" not in Browser().get(address(carl)).content.decode()
    Browser().post(address(carl), {"choice": "later"})
    assert asked() == []


def test_two_reminders_a_day_are_the_most(carl: Client, plan: Assignment, at_nine: Any) -> None:
    Client.objects.filter(pk=carl.pk).update(reminder_times=["09:00", "18:00"])
    assert "Remind me in 2 hours" not in Browser().get(address(carl)).content.decode()
    Browser().post(address(carl), {"choice": "later"})
    assert asked() == []
