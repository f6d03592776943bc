"""Back after a few days off: Today offers the short form of a plan that has one, and the check-in takes it."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.exports.week import week_json
from clients.models import Assignment, Client, PlanRule, Session
from portal.accounts.models import Practice, User
from tests.clients.checking_in.conftest import EVERY_DAY
from tests.clients.conftest import NOW
from tests.clients.living import do_session
from tests.clients.test_weeks import give

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_riverside")]

SHORT = ["pelvic-tilt-lying", "knee-squeezes", "knee-rolls"]
WELCOME = "A few days off is fine. Start with a short session today."
GENTLY = "A few days off is fine. Go gently today."


@pytest.fixture
def weekly(carl: Client, practice: Practice, priya: User) -> Assignment:
    """Once a week, so that a gap skips no day that a rule would count."""
    exercises = ("pelvic-tilt-lying", "knee-squeezes", "glute-bridge")
    return give(carl, "morning-mobility-10", exercises, priya, practice, **{**EVERY_DAY, "weekdays": frozenset({2})})


def today(browser: Browser) -> str:
    page = browser.get(reverse("today")).content.decode()
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page)))


def check_in(plan: Assignment) -> str:
    return reverse("check_in", args=[plan.pk, 1])


@pytest.mark.parametrize(
    ("days", "is_back"), [pytest.param(4, False, id="four days"), pytest.param(5, True, id="five days")]
)
def test_after_five_days_the_short_form_is_offered(
    browser: Browser, morning: Assignment, days: int, is_back: bool
) -> None:
    do_session(morning, at=NOW - timedelta(days=days))
    text = today(browser)
    assert (WELCOME in text) is is_back
    assert bool(re.search(r"Short session, \d+ min", text)) is is_back
    assert "Start session" in text, "the whole session is still there"


@pytest.mark.parametrize(("days", "is_back"), [(2, False), (6, True)])
def test_a_session_of_a_plan_that_ended_counts_as_well(
    browser: Browser, weekly: Assignment, carl: Client, practice: Practice, priya: User, days: int, is_back: bool
) -> None:
    ended = give(carl, "first-aid-stiff-back", ("cat-camel",), priya, practice, **EVERY_DAY)
    do_session(weekly, at=NOW - timedelta(days=14))
    do_session(ended, at=NOW - timedelta(days=days))
    Assignment.objects.filter(pk=ended.pk).update(state=Assignment.State.ENDED)
    assert (WELCOME in today(browser)) is is_back
    page = browser.get(check_in(weekly), {"short": "1"}).content.decode()
    assert ('name="short"' in page) is is_back, "Today and the check-in offer the same"


def test_it_is_chosen_already_at_the_check_in_and_begins(browser: Browser, weekly: Assignment) -> None:
    do_session(weekly, at=NOW - timedelta(days=7))
    assert f'href="{check_in(weekly)}?short=1"' in browser.get(reverse("today")).content.decode()
    page = browser.get(check_in(weekly), {"short": "1"}).content.decode()
    assert re.search(r'name="short" value="1" checked', page)
    assert not re.search(r'name="short" value="1" checked', browser.get(check_in(weekly)).content.decode())
    browser.post(check_in(weekly), {"pain": "2", "short": "1"})
    assert Session.objects.latest("started_at").short_form == SHORT


def test_without_a_gap_nothing_of_it_is_offered_or_taken(browser: Browser, weekly: Assignment) -> None:
    do_session(weekly, at=NOW - timedelta(days=2))
    assert "Short session" not in today(browser)
    assert 'name="short"' not in browser.get(check_in(weekly), {"short": "1"}).content.decode()
    browser.post(check_in(weekly), {"pain": "2", "short": "1"})
    assert Session.objects.latest("started_at").short_form == []


def test_where_the_practitioner_switched_the_short_form_off_the_plain_words_stay(
    browser: Browser, weekly: Assignment
) -> None:
    PlanRule.objects.filter(assignment=weekly, rule_id="short_form").update(is_on=False)
    do_session(weekly, at=NOW - timedelta(days=7))
    text = today(browser)
    assert GENTLY in text
    assert "Short session" not in text
    browser.post(check_in(weekly), {"pain": "2", "short": "1"})
    assert Session.objects.latest("started_at").short_form == []


def test_a_plan_without_a_short_form_keeps_the_plain_words(
    browser: Browser, carl: Client, practice: Practice, priya: User
) -> None:
    plan = give(carl, "first-aid-stiff-back", ("knee-squeezes",), priya, practice, **EVERY_DAY)
    do_session(plan, at=NOW - timedelta(days=6))
    text = today(browser)
    assert GENTLY in text
    assert "Short session" not in text


def test_the_phone_keeps_the_short_form_for_days_without_a_network(carl: Client, weekly: Assignment) -> None:
    do_session(weekly, at=NOW - timedelta(days=7))
    (kept,) = week_json(carl, timezone.now(), asked={})["plans"]
    assert len(kept["short"]["items"]) == 2


def test_it_costs_one_statement(browser: Browser, morning: Assignment) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            browser.get(reverse("today"))
        return len(asked)

    do_session(morning, at=NOW - timedelta(days=4))
    statements()
    before = statements()
    Session.objects.update(occurrence_on=NOW.date() - timedelta(days=5))
    assert statements() == before + 1 <= 12
