"""A client's lanes on Today and at the check-in: offered by the rules, gentler by choice, back in two sessions."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Assignment, Client, Decision, Event, Flare, Session
from clients.services.plan_rules import switch_rules
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from routines.models import Routine
from tests.clients.conftest import NOW
from tests.clients.test_decide import do_session, give, seed
from tests.doors import CODE, sign_in
from tests.factories import answer_all_no

__all__ = ["seed"]
pytestmark = pytest.mark.usefixtures("at_nine", "in_riverside")


@pytest.fixture
def given_plan(carl: Client, seed: Routine, priya: User) -> Assignment:
    answer_all_no(carl)
    return give(carl, seed, priya)


@pytest.fixture
def browser(carl: Client) -> Browser:
    browser = Browser()
    assert carl.user is not None
    sign_in(browser, carl.user, CODE)
    return browser


def check_in(plan: Assignment) -> str:
    return reverse("check_in", args=[plan.pk, 1])


def test_a_usual_answer_starts_the_whole_plan(browser: Browser, given_plan: Assignment) -> None:
    answer = browser.post(check_in(given_plan), {"pain": "4"})
    session = Session.objects.get()
    assert answer.url == reverse("player", args=[session.pk])
    assert (session.lane, session.percent) == ("steady", 100)


def test_the_check_in_hands_the_page_what_the_lane_is_picked_from(browser: Browser, given_plan: Assignment) -> None:
    page = browser.get(check_in(given_plan))
    assert page.context["offer_data"] == {"today": {"flare": "none", "percent": 100}, "levels": {"amber_max": 5}}
    assert re.search(r'data-module="clients/lane-hint"[^>]*data-onward="Go on"', page.content.decode())


def test_pain_above_the_limit_is_offered_the_gentle_session(browser: Browser, given_plan: Assignment) -> None:
    page = browser.post(check_in(given_plan), {"pain": "6"})
    assert page.status_code == 200
    said = page.content.decode()
    assert "Gentle session" in said
    assert "Rest today" in said
    assert not Session.objects.exists()
    refused = browser.post(check_in(given_plan), {"pain": "6", "lane": "steady"})
    assert refused.status_code == 400
    browser.post(check_in(given_plan), {"pain": "6", "lane": "sore"})
    session = Session.objects.get()
    assert (session.lane, session.percent) == ("sore", 100)
    bundle = browser.get(reverse("player", args=[session.pk])).context["bundle"]
    steady = {row.pk for row in given_plan.current_version.items.filter(lane="steady")}
    assert not steady & {item["id"] for item in bundle["items"]}
    (lane,) = Decision.objects.filter(rule_key="lane")
    assert lane.outcome["reason"] == "pain_high"


def test_the_client_may_choose_the_gentle_session_on_any_day(browser: Browser, given_plan: Assignment) -> None:
    browser.post(check_in(given_plan), {"pain": "1", "lane": "sore"})
    assert Session.objects.get().lane == "sore"
    (lane,) = Decision.objects.filter(rule_key="lane")
    assert lane.outcome["reason"] == "client_chose"


@pytest.mark.parametrize("lane", ["flare", "harder", "steady,sore"])
def test_a_lane_that_is_not_offered_is_refused(browser: Browser, given_plan: Assignment, lane: str) -> None:
    answer = browser.post(check_in(given_plan), {"pain": "1", "lane": lane})
    assert answer.status_code == 400
    assert not Session.objects.exists()


def test_a_flare_that_was_not_approved_lets_the_plan_rest(
    browser: Browser, given_plan: Assignment, carl: Client
) -> None:
    browser.post(reverse("report_flare"))
    assert Flare.objects.open().count() == 1
    said = browser.get(reverse("today")).content.decode()
    assert "Your plan rests" in said
    assert "How is your pain today?" in said
    assert browser.get(check_in(given_plan)).status_code == 302


def test_a_flare_day_done_counts_and_two_settled_days_lead_back(
    browser: Browser, given_plan: Assignment, carl: Client, priya: User, practice: Practice
) -> None:
    switch_rules(given_plan, wanted={"global.flare": (True, True)}, by=priya)
    browser.post(reverse("report_flare"))
    answer_all_no(carl)
    page = browser.get(reverse("today"))
    assert [card.lane for card in page.context["page"].cards] == ["flare"]
    browser.post(reverse("flare_day"), {"pain": "4"})
    browser.post(check_in(given_plan), {"pain": "4"})
    assert Session.objects.get().lane == "flare"
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        done = browser.post(reverse("flare_day"), {"pain": "3"}, follow=True).content.decode()
        assert "2 sessions are lighter" in done
        browser.post(check_in(given_plan), {"pain": "3"})
    newest = Session.objects.order_by("-started_at")[0]
    assert (newest.lane, newest.percent) == ("steady", 75)


def test_the_morning_after_is_asked_once_for_all_sessions_of_the_day_before(
    browser: Browser, given_plan: Assignment
) -> None:
    do_session(given_plan, at=NOW - timedelta(hours=26))
    do_session(given_plan, at=NOW - timedelta(hours=14))
    assert "The day after your session" in browser.get(reverse("today")).content.decode()
    browser.post(reverse("next_day"), {"pain": "5"})
    assert [session.pain_next for session in Session.objects.all()] == [5, 5]
    assert "The day after your session" not in browser.get(reverse("today")).content.decode()


def test_a_morning_question_that_was_skipped_is_not_asked_again_and_is_missing(
    browser: Browser, given_plan: Assignment
) -> None:
    do_session(given_plan, at=NOW - timedelta(hours=20))
    browser.post(reverse("next_day"), {"skip": "1"})
    assert Session.objects.get().pain_next is None
    assert Event.objects.filter(type="pain_next").count() == 1
    assert "The day after your session" not in browser.get(reverse("today")).content.decode()


def test_nonsense_in_the_daily_question_is_refused_with_a_sentence(browser: Browser, given_plan: Assignment) -> None:
    browser.post(reverse("report_flare"))
    said = browser.post(reverse("flare_day"), {"pain": "eleven"}, follow=True).content.decode()
    assert "Choose a number, or skip this question." in said
    assert Flare.objects.get().answers.count() == 0


def test_a_stranger_cannot_start_a_flare_for_somebody_else(omar: Client, given_plan: Assignment) -> None:
    other = Browser()
    assert omar.user is not None
    sign_in(other, omar.user, CODE)
    other.post(reverse("report_flare"))
    with practice_scope(omar.practice):
        assert [flare.client_id for flare in Flare.objects.all()] == [omar.pk]
    assert timezone.now() == NOW
