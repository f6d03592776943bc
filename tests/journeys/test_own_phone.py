"""A client's own phone: the first steps settle how it sounds, and it says when the browser deleted what it kept."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.looking import PHONE, assert_accessible, new_context, watch
from tests.journeys.people import enter
from tests.journeys.portal import Portal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

DELETE_WHAT_IS_KEPT = """async () => {
  localStorage.clear();
  for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
}"""


@pytest.fixture
def phone(browser: "Browser", demo: Portal) -> "Page":
    page = new_context(browser, PHONE).new_page()
    enter(page, demo, "Margaret Hill")
    return page


def settings_of(phone: "Page") -> dict[str, object]:
    found: dict[str, object] = phone.evaluate("JSON.parse(localStorage['steadyback-player'])")
    return found


def test_the_first_steps_settle_how_a_session_sounds(phone: "Page", demo: Portal) -> None:
    complaints = watch(phone)
    phone.goto(f"{demo.url}/welcome/sound/")
    expect(phone.get_by_role("button", name="I hear it")).to_be_hidden()
    phone.get_by_role("button", name="Play a sound").click()
    expect(phone.locator(".btn--primary:visible")).to_have_count(1)
    phone.get_by_role("button", name="I hear nothing").click()
    expect(phone.get_by_text("look at the small switch on its side")).to_be_visible()
    assert_accessible(phone)
    phone.get_by_role("button", name="Use text only").click()
    phone.get_by_role("heading", name="A plan of your own").wait_for()
    assert (settings_of(phone)["talk"], settings_of(phone)["checked"]) == ("off", True)
    phone.goto(f"{demo.url}/welcome/home/")
    expect(phone.locator("details[open] summary")).to_have_count(1)
    assert_accessible(phone)
    assert complaints == []


def test_colours_are_asked_of_who_wants_to_choose_them(phone: "Page", demo: Portal) -> None:
    phone.goto(f"{demo.url}/more/")
    phone.get_by_label("As my clinic has it").check()
    expect(phone.get_by_role("group", name="Skin")).to_be_hidden()
    phone.get_by_label("As I choose").check()
    expect(phone.get_by_role("group", name="Skin")).to_be_visible()


def test_a_browser_that_deleted_what_was_kept_says_once_what_may_be_missing(phone: "Page", demo: Portal) -> None:
    missing = phone.get_by_text("Something may be missing")
    for _ in range(2):
        phone.goto(f"{demo.url}/today/")
        phone.locator("html[data-kept]").wait_for(state="attached")
        expect(missing).to_be_hidden()
    phone.evaluate(DELETE_WHAT_IS_KEPT)
    phone.reload()
    expect(missing).to_be_visible()
    expect(phone.get_by_text("You can fill it in.")).to_be_visible()
    assert_accessible(phone)
    phone.reload()
    phone.locator("html[data-kept]").wait_for(state="attached")
    expect(missing).to_be_hidden()
