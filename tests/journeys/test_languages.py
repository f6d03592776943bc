"""Clients' pages in German and from right to left, in a real browser: nothing is cut or overflows, axe is quiet."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.looking import DESK, PHONE, misfits, new_context, picture, violations, watch
from tests.journeys.people import enter
from tests.journeys.portal import Portal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGES = {
    "today": "/today/",
    "plan": "/plan/",
    "progress": "/progress/",
    "more": "/more/",
    "ease": "/ease/",
    "ease-bath": "/ease/warm-bath/",
    "safety": "/safety/",
    "help": "/help/",
}
SMALL = {"width": 320, "height": 640}  # WCAG 1.4.10
GERMAN = """
from clients.models import Client
from portal.accounts.tenancy import all_practices
with all_practices():
    Client.objects.filter(first_name="Margaret").update(language="de")
"""
# What sticks out to the side, or holds words that are cut because they do not fit.
OVERFLOW = """() => {
  const page = document.documentElement;
  const wide = page.scrollWidth > page.clientWidth + 1 ? [`page ${page.scrollWidth} > ${page.clientWidth}`] : [];
  const words = document.querySelectorAll('main :is(h1, h2, h3, p, li, a, button, label, span, b)');
  const cut = [...words].filter((each) => {
    const style = getComputedStyle(each);
    const hides = style.overflowX === 'hidden' || style.textOverflow === 'ellipsis';
    return each.clientWidth > 1 && hides && each.scrollWidth > each.clientWidth + 1;
  });
  return [...wide, ...cut.map((each) => `cut: ${each.outerHTML.slice(0, 120)}`)];
}"""


@pytest.fixture(scope="module")
def demo(clinics: tuple[Path, Path]) -> Iterator[Portal]:
    """The demo clinic with one client who reads German."""
    with Portal(made=clinics[1]) as running:
        running.manage("shell", "-c", GERMAN)
        yield running


def walk(page: "Page", portal: Portal) -> Iterator[str]:
    """Open each of Margaret's pages and yield its name when it is shown."""
    enter(page, portal, "Margaret Hill")
    for name, path in PAGES.items():
        page.goto(portal.url + path)
        yield name
    page.goto(f"{portal.url}/plan/")
    page.locator("main a[href^='/plan/']").first.click()
    page.wait_for_load_state()
    yield "exercise"
    page.goto(f"{portal.url}/today/")
    page.locator("main a[href^='/check-in/'], main a[href^='/session/']").first.click()
    page.wait_for_load_state()
    if "/check-in/" in page.url:
        yield "check-in"
        page.locator("label:has(input[name=pain][value='2'])").click()
        page.locator("main form button[type=submit]").first.click()
    page.locator(".player[data-ready]").wait_for()
    yield "player"
    session = re.sub(r"(/session/[^/]+/).*", r"\1", page.url)
    for step in ("", "effort/", "note/"):
        page.goto(f"{session}after/{step}")
        yield f"after-{step.strip('/') or 'pain'}"


@pytest.mark.parametrize("size", [SMALL, PHONE, DESK], ids=["320x640", "390x844", "1280x800"])
def test_german_pages_fit_and_axe_finds_nothing(browser: "Browser", demo: Portal, size: dict[str, int]) -> None:
    page = new_context(browser, size).new_page()
    complaints = watch(page)
    found = {}
    for name in walk(page, demo):
        assert page.locator("html").get_attribute("lang") == "de", name
        found[name] = [*page.evaluate(OVERFLOW), *violations(page)]
        if size == SMALL:  # long words, at twice the text too
            found[name] += misfits(page, targets=False)
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert [each for each in complaints if "404" not in each] == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390x844", "1280x800"])
def test_pages_read_from_right_to_left_fit_and_axe_finds_nothing(
    browser: "Browser", demo: Portal, size: dict[str, int]
) -> None:
    page = new_context(browser, size).new_page()
    found = {}
    for name in walk(page, demo):
        page.evaluate("document.documentElement.dir = 'rtl'")
        found[name] = [*page.evaluate(OVERFLOW), *violations(page)]
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.screenshots
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_pictures_of_german_pages(browser: "Browser", demo: Portal, direction: str) -> None:
    page = new_context(browser, PHONE).new_page()
    for name in walk(page, demo):
        page.evaluate(f"document.documentElement.dir = '{direction}'")
        assert picture(page, f"de/{direction}/{name}").stat().st_size > 0
