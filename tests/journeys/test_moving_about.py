"""Going from page to page: they fade into each other, and nothing is complained of, however fast somebody taps."""

from typing import TYPE_CHECKING

import pytest

from tests.journeys.looking import PHONE, new_context, watch
from tests.journeys.people import enter
from tests.journeys.portal import Portal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

NAMES = ("Plan", "Progress", "More", "Today")
# Whether each page that is shown fades in; kept over the pages of a visit.
WATCH_THE_FADES = """
  window.addEventListener("pagereveal", ({ viewTransition }) => {
    sessionStorage.fades = (sessionStorage.fades ?? "") + (viewTransition ? "f" : "-");
  });
"""


def link(page: "Page", name: str) -> "Locator":
    """The link of this name in the bar."""
    return page.locator(".bar a").filter(has_text=name).first


@pytest.fixture
def phone(browser: "Browser", demo: Portal) -> "Page":
    """A client's phone on Today."""
    page = new_context(browser, PHONE).new_page()
    enter(page, demo, "Margaret Hill")
    link(page, "Today").click()
    page.wait_for_load_state()
    return page


def test_every_page_fades_into_the_next(phone: "Page") -> None:
    complaints = watch(phone)
    phone.add_init_script(WATCH_THE_FADES)
    for name in NAMES * 2:
        link(phone, name).click()
        phone.wait_for_load_state()
        phone.wait_for_timeout(250)  # longer than a fade
    assert complaints == []
    assert phone.evaluate("sessionStorage.fades") == "f" * 2 * len(NAMES)


def test_a_tap_while_the_last_page_still_comes_is_no_fault(phone: "Page") -> None:
    complaints = watch(phone)
    for name, then in zip(NAMES, reversed(NAMES), strict=True):
        link(phone, name).click(no_wait_after=True)
        phone.wait_for_timeout(30)
        address = link(phone, then).get_attribute("href")
        link(phone, then).click(no_wait_after=True)
        phone.wait_for_url(f"**{address}")
        phone.reload()
    phone.wait_for_timeout(500)
    assert complaints == []


def test_a_window_that_changes_its_size_during_a_fade_is_no_fault(phone: "Page") -> None:
    """A turned phone, or a keyboard that comes: browsers drop the fade and refuse its promise."""
    complaints = watch(phone)
    phone.add_init_script(WATCH_THE_FADES)
    for place, name in enumerate(NAMES * 3):
        link(phone, name).click(no_wait_after=True)
        for step in range(4):
            phone.wait_for_timeout(15 + 5 * (place % 4))
            phone.set_viewport_size({"width": 390 + 37 * (4 * place + step) % 200, "height": 700})
    phone.wait_for_timeout(500)
    assert complaints == []
    assert "f" in phone.evaluate("sessionStorage.fades")
