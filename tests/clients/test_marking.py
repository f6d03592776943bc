"""The link of a reminder that marks a session as done, without signing in."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Alert, Assignment, Client, Event, Flare, PlanPause, Session
from clients.notifications import links
from clients.services.session import take_back
from portal.accounts.models import Practice
from portal.accounts.tenancy import all_practices, practice_scope
from portal.lib import sealing
from tests.clients.conftest import NOW
from tests.clients.living import do_session
from tests.doors import CODE, browser_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)


def address(client: Client, on: date = TODAY, slot: int = 1) -> str:
    return f"/d/{links.done_token(client.pk, on, slot)}/"


def sessions() -> list[tuple[date, str]]:
    with all_practices():
        return sorted(Session.objects.values_list("occurrence_on", "state"))


def test_looking_at_the_link_changes_nothing(carl: Client, daily: Assignment, at_nine: Any) -> None:
    browser = Browser()
    assert browser.options(address(carl)).status_code in {200, 405}
    assert [browser.head(address(carl)).status_code, browser.get(address(carl)).status_code] == [200, 200]
    assert "Mark today" in browser.get(address(carl)).content.decode()
    assert sessions() == []


def test_one_tap_marks_it_and_says_that_it_was_ticked(carl: Client, daily: Assignment, at_nine: Any) -> None:
    page = Browser().post(address(carl)).content.decode()
    assert "It is marked as done" in page
    assert sessions() == [(TODAY, "finished")]
    with all_practices():
        sets = Event.objects.filter(type="set_done")
        assert {event.data["mode"] for event in sets} == {"ticked"}
        assert not sets.filter(data__segment="rocking").exists(), "a part with questions is not taken as done"
        assert Session.objects.get().counted


def test_another_tap_and_another_phone_change_nothing(carl: Client, daily: Assignment, at_nine: Any) -> None:
    for _ in range(3):
        assert "It is marked as done" in Browser().post(address(carl)).content.decode()
    assert sessions() == [(TODAY, "finished")]
    with all_practices():
        assert Event.objects.filter(type="finished").count() == 1


def test_yesterday_is_filled_in_later_and_the_day_before_is_over(carl: Client, daily: Assignment, at_nine: Any) -> None:
    page = Browser().get(address(carl, TODAY - DAY)).content.decode()
    assert "Mark yesterday's session as done?" in page
    Browser().post(address(carl, TODAY - DAY))
    assert sessions() == [(TODAY - DAY, "finished")]
    with all_practices():
        assert {event.data["mode"] for event in Event.objects.filter(type="set_done")} == {"later"}
    for day in (TODAY - 2 * DAY, TODAY + DAY):
        assert "Please sign in" in Browser().post(address(carl, day)).content.decode()
    assert len(sessions()) == 1


def test_what_was_taken_back_in_the_account_stays_so(carl: Client, daily: Assignment, at_nine: Any) -> None:
    Browser().post(address(carl))
    with practice_scope(carl.practice):
        take_back(carl, Session.objects.get(), now=NOW + timedelta(minutes=5))
    assert "Please sign in" in Browser().post(address(carl)).content.decode()
    assert [state for _, state in sessions()] != ["finished"]


def test_a_tap_by_mistake_is_taken_back_in_the_account(carl: Client, daily: Assignment, at_nine: Any) -> None:
    Browser().post(address(carl))
    browser = browser_of(carl.user, CODE)
    with practice_scope(carl.practice):
        session = Session.objects.get()
    page = browser.get(reverse("session_detail", args=[session.pk])).content.decode()
    way = reverse("take_back_goal", args=[session.pk])
    assert way in page
    assert "Taken back." in browser.post(way, follow=True).content.decode()
    assert sessions() != [(TODAY, "finished")]
    assert way not in browser.get(reverse("session_detail", args=[session.pk])).content.decode()


def test_what_the_player_counted_is_not_taken_back(carl: Client, daily: Assignment, at_nine: Any) -> None:
    with practice_scope(carl.practice):
        session = do_session(daily, at=NOW - timedelta(hours=2))
    browser = browser_of(carl.user, CODE)
    way = reverse("take_back_goal", args=[session.pk])
    assert way not in browser.get(reverse("session_detail", args=[session.pk])).content.decode()
    assert browser.post(way).status_code == 404


def ended(carl: Client, plan: Assignment) -> None:
    Assignment.objects.filter(pk=plan.pk).update(state=Assignment.State.ENDED, ends_on=TODAY - DAY)


def paused(carl: Client, plan: Assignment) -> None:
    PlanPause.objects.create(assignment=plan, first_day=TODAY - DAY, created_by=carl.lead)


def in_a_flare(carl: Client, plan: Assignment) -> None:
    Flare.objects.create(client=carl, first_day=TODAY, reported_at=NOW)


def locked(carl: Client, plan: Assignment) -> None:
    Alert.objects.create(
        client=carl, level="emergency", reason_key="emergency", subject_key="check:1", locks=True, raised_at=NOW
    )


@pytest.mark.parametrize(
    "happened",
    [
        pytest.param(ended, id="plan over"),
        pytest.param(paused, id="approved break"),
        pytest.param(locked, id="plan locked"),
        pytest.param(in_a_flare, id="a flare-up"),
        pytest.param(lambda c, p: Client.objects.filter(pk=c.pk).update(state="on_hold"), id="on hold"),
        pytest.param(lambda c, p: Client.objects.filter(pk=c.pk).update(state="discharged"), id="discharged"),
        pytest.param(lambda c, p: Client.objects.filter(pk=c.pk).update(user=None), id="no account"),
        pytest.param(
            lambda c, p: Practice.objects.filter(pk=c.practice_id).update(is_active=False), id="practice closed"
        ),
    ],
)
def test_where_nothing_may_start_nothing_is_marked(
    carl: Client, daily: Assignment, happened: Any, at_nine: Any
) -> None:
    with all_practices():
        happened(carl, daily)
    for method in (Browser().get, Browser().post):
        assert "Please sign in" in method(address(carl)).content.decode()
    assert sessions() == []


@pytest.mark.parametrize("slot", [0, 2, 99])
def test_a_slot_that_the_day_does_not_have(carl: Client, daily: Assignment, slot: int, at_nine: Any) -> None:
    assert "Please sign in" in Browser().post(address(carl, slot=slot)).content.decode()
    assert sessions() == []


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "%00",
        sealing.short_token("unsubscribe", "1:2026-11-18:1"),
        sealing.short_token(links.MARKING, "1:2026-11-18"),
        sealing.short_token(links.MARKING, "1:2026-02-30:1"),
        sealing.short_token(links.MARKING, "one:2026-11-18:1"),
    ],
    ids=["short", "nul", "of another purpose", "cut", "no day", "no number"],
)
def test_a_link_that_was_not_made_here_is_not_found(token: str, db: None) -> None:
    assert Browser().post(f"/d/{token}/").status_code == 404


def test_the_button_needs_the_page(carl: Client, daily: Assignment, at_nine: Any) -> None:
    """No mail program posts here, so the page's own token is asked for."""
    assert Browser(enforce_csrf_checks=True).post(address(carl)).status_code == 403
    assert sessions() == []
