"""Every component and page shell in a real browser: read by axe, in both themes, narrow and with very large text."""

from typing import TYPE_CHECKING, Any

import pytest

from portal import styleguide_pages
from tests.journeys.looking import DESK, PHONE, misfits, new_context, violations, watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(live_server: Any, settings: Any) -> str:
    """Where the style guide is, as on a development server."""
    settings.DEBUG = True
    return f"{live_server.url}/styleguide/"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_any_component(browser: "Browser", address: str, theme: str) -> None:
    context = new_context(browser, PHONE)
    page = context.new_page()
    page.goto(f"{address}?theme={theme}")
    assert violations(page) == []


@pytest.mark.parametrize("name", sorted(styleguide_pages.PAGES))
def test_a_page_serves_people_with_any_screen_and_eyes(browser: "Browser", address: str, name: str) -> None:
    """axe on a phone, light and dark, and on a desk; no sideways scrolling, neither at 320 px nor at twice the text."""
    context = new_context(browser, PHONE, reduced_motion="reduce")  # else colours are caught half way
    page = context.new_page()
    complaints = watch(page)
    page.goto(f"{address}{name}/")
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert misfits(page, targets=styleguide_pages.PAGES[name][0].startswith("clients/")) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    page.set_viewport_size(DESK)
    assert violations(page) == []
    assert complaints == []


def test_the_pain_question_says_what_the_chosen_number_means(browser: "Browser", address: str) -> None:
    context = new_context(browser, PHONE)
    page = context.new_page()
    page.goto(f"{address}check-in/")
    advice = page.locator("[data-module='clients/pain-words'][data-mounted]")
    page.locator("input[name=pain][value='3']").check()
    assert "3 is mild." in advice.inner_text()
    page.locator("input[name=pain][value='8']").check()
    assert "That is above 5" in advice.inner_text()


def test_less_motion_stops_every_animation(browser: "Browser", address: str) -> None:
    context = new_context(browser, PHONE, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    assert page.evaluate("document.getAnimations().length") == 0


def test_what_has_focus_is_never_under_the_bar(browser: "Browser", address: str) -> None:
    context = new_context(browser, PHONE, reduced_motion="reduce")  # else it is measured while it scrolls
    page = context.new_page()
    page.goto(f"{address}progress/")
    bar = page.locator(".bar").bounding_box()
    assert bar
    links = page.locator("main a[href]")
    assert links.count() > 5
    lowest = "document.activeElement.closest('main') && document.activeElement.getBoundingClientRect().bottom"
    for _ in range(links.count()):
        page.keyboard.press("Tab")
        focused = page.evaluate(lowest)
        assert focused is None or focused <= bar["y"]
