"""What waits to be read, on Today: who wrote and the first words, once and quietly."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.exports.week import week_json
from clients.models import Client
from clients.services.messages import send_message, write_to_clinic
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from tests.clients.plans import give_plan
from tests.doors import CODE, browser_of
from tests.factories import make_client

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_practice(practice: Practice) -> Iterator[None]:
    with practice_scope(practice), time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def phone(carl: Client) -> Browser:
    return browser_of(carl.user, CODE)


def rows(browser: Browser) -> str:
    """The words at the end of Today: the message, and what eases a back."""
    page = browser.get(reverse("today")).content.decode()
    (found,) = re.findall(r'(?s)<div class="stack">(?:(?!<div class="stack">).)*Feeling stiff.*?</section>', page)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found)))


def test_nothing_is_said_while_nothing_is_new(phone: Browser, carl: Client) -> None:
    assert "New message" not in rows(phone)
    write_to_clinic(carl, text="May I swim?", now=NOW)
    assert "New message" not in rows(phone), "one's own is not new"


def test_the_newest_message_is_told_with_its_sender_and_leads_to_the_thread(
    phone: Browser, carl: Client, priya: User
) -> None:
    send_message(carl, by=priya, text="First.", now=NOW)
    send_message(carl, by=priya, text="Yes, do.\n\n<b>Start</b> with ten minutes.", now=NOW + timedelta(seconds=1))
    assert "New message from Priya Yes, do. <b>Start</b> with ten minutes." in rows(phone)
    assert "First." not in rows(phone)
    assert f'href="{reverse("messages")}"' in phone.get(reverse("today")).content.decode()
    phone.get(reverse("messages"))
    assert "New message" not in rows(phone)


def test_a_long_message_is_cut_short(phone: Browser, carl: Client, priya: User) -> None:
    send_message(carl, by=priya, text="word " * 100, now=NOW)
    (shown,) = re.findall(r"Priya ((?:word ?)+…)", rows(phone))
    assert len(shown) <= 80


@pytest.mark.parametrize(
    ("about", "words"),
    [
        pytest.param({"version": True}, "Priya changed your plan", id="a plan"),
        pytest.param({"version": True, "text": "One set more."}, "One set more.", id="a plan, with words"),
    ],
)
def test_a_message_without_words_says_what_it_is_about(
    phone: Browser, carl: Client, priya: User, about: dict[str, Any], words: str
) -> None:
    plan = give_plan(carl, "glute-bridge", starts_on=NOW.date())
    send_message(carl, by=priya, text=about.get("text", ""), version=plan.current_version, now=NOW)
    assert f"New message from Priya {words}" in rows(phone)


def test_another_clients_message_is_not_told(phone: Browser, practice: Practice, priya: User) -> None:
    other = make_client(priya, practice)
    send_message(other, by=priya, text="For another.", now=NOW)
    assert "New message" not in rows(phone)
    assert "For another." not in phone.get(reverse("today")).content.decode()


def test_the_phone_keeps_no_word_of_it_for_days_without_a_network(carl: Client, priya: User) -> None:
    give_plan(carl, "glute-bridge", starts_on=NOW.date())
    send_message(carl, by=priya, text="Yes, do.", now=NOW)
    assert "Yes, do." not in str(week_json(carl, NOW, asked={}))


def test_it_costs_no_statement_of_its_own(phone: Browser, carl: Client, priya: User) -> None:
    give_plan(carl, "glute-bridge", starts_on=NOW.date())

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            phone.get(reverse("today"))
        return len(asked)

    statements()
    before = statements()
    send_message(carl, by=priya, text="Yes, do.", now=NOW)
    assert statements() == before <= 12
