"""The page for breaks in the browser: what was chosen for today holds when it is opened again, and no longer."""

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from playwright.sync_api import expect

from clients.analytics.helps import BREAK_MOVES
from clients.models import Client
from portal.accounts.models import Practice
from portal.accounts.tenancy import practice_scope
from tests.clients.library import shelve
from tests.factories import answer_all_no
from tests.journeys.looking import assert_accessible
from tests.journeys.test_editor import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FRIDAY = "2026-11-27T10:00:00"
SATURDAY = "2026-11-28T10:00:00"


@pytest.fixture
def page(context: "BrowserContext", live_server: Any, carl: Client, practice: Practice) -> "Page":
    """Carl's phone at ten on a Friday, with the breaks begun."""
    with practice_scope(practice):
        for slug in BREAK_MOVES:
            shelve(slug)
        answer_all_no(carl)
    browser = Browser()
    assert carl.user is not None
    browser.force_login(carl.user)
    signed_in(context, live_server.url, browser)
    page = context.new_page()
    page.clock.install(time=FRIDAY)
    page.goto(live_server.url + reverse("breaks"))
    page.get_by_role("button", name="Begin").click()
    expect(heading(page)).to_have_text("Next break at 10:30")
    return page


def heading(page: "Page") -> Any:
    return page.locator("[data-part=heading]")


def opened_again(page: "Page") -> None:
    page.reload()
    page.locator(".breaks.is-live").wait_for()


def test_a_pause_for_today_holds_when_the_page_is_opened_again_and_ends_with_the_day(page: "Page") -> None:
    page.get_by_role("button", name="Pause for today").click()
    expect(heading(page)).to_have_text("Paused for today")
    opened_again(page)
    expect(heading(page)).to_have_text("Paused for today")
    assert_accessible(page)
    page.get_by_role("button", name="Go on today").click()
    expect(heading(page)).to_have_text("Next break at 10:30")
    page.get_by_role("button", name="Pause for today").click()
    page.clock.set_system_time(SATURDAY)
    opened_again(page)
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    expect(heading(page)).to_be_hidden()


def test_a_break_that_was_put_off_comes_at_its_time_although_the_page_was_opened_again(page: "Page") -> None:
    page.clock.fast_forward(30 * 60 * 1000)
    expect(heading(page)).to_have_text("Time to move")
    page.get_by_role("button", name="In 10 minutes").click()
    expect(heading(page)).to_have_text("Next break at 10:40")
    opened_again(page)
    expect(heading(page)).to_have_text("Next break at 10:40")
    page.clock.fast_forward(10 * 60 * 1000)
    expect(heading(page)).to_have_text("Time to move")
    page.get_by_role("button", name="Done").click()
    opened_again(page)
    expect(heading(page)).to_have_text("Next break at 11:10")


def test_times_that_are_being_changed_are_not_counted_when_the_page_is_opened_again(page: "Page") -> None:
    page.get_by_role("button", name="Change the times").click()
    opened_again(page)
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    expect(heading(page)).to_be_hidden()
