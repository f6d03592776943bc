"""The pages of one client on a phone and by keyboard: the row of links, and a note for colleagues."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.accounts.tenancy import all_practices
from tests.clients.caseload.test_client_tabs import TABS
from tests.doors import STAFF, browser_of
from tests.factories import make_client, make_practice, make_staff
from tests.journeys.looking import assert_accessible, misfits, new_context
from tests.journeys.test_editor import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROW = 'nav[aria-label="Pages of this client"]'
BOXES = "(links) => links.map((each) => each.getBoundingClientRect().toJSON())"


@pytest.mark.parametrize(
    ("width", "theme", "scripts"), [(320, "light", True), (390, "dark", False), (640, "light", True)]
)
def test_the_links_of_a_client_are_one_line_that_begins_with_the_current_one(
    browser: Any, live_server: Any, width: int, theme: str, scripts: bool
) -> None:
    """640 is 1280 at a zoom of 200 %."""
    priya = make_staff(make_practice(), first_name="Priya")
    carl = make_client(priya, last_name="Winter")
    size = {"width": width, "height": 800}
    context = new_context(browser, size, theme=theme, reduced_motion="reduce", java_script_enabled=scripts)
    signed_in(context, live_server.url, browser_of(priya, STAFF))
    page = context.new_page()
    for name in TABS:
        page.goto(live_server.url + reverse(f"admin:{name}", args=[carl.pk]))
        boxes = page.locator(f"{ROW} a").evaluate_all(BOXES)
        assert len(boxes) == len(TABS)
        assert len({box["y"] for box in boxes}) == 1, name
        assert min(box["height"] for box in boxes) >= 44
        assert min(box["width"] for box in boxes) >= 44
        current = page.locator(f"{ROW} [aria-current]").inner_text()
        here = page.locator(ROW).evaluate("(row) => getComputedStyle(row, '::before').content")
        if name == TABS[0]:
            assert here == "none"  # it is the first link, in view by itself
            assert boxes[0]["x"] >= 0
        else:
            assert here.startswith(f'"{current}"'), name
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name
    if scripts:  # the check itself needs them
        assert_accessible(page)


def test_a_finger_finds_every_link_beside_the_words(browser: Any, live_server: Any) -> None:
    """Links of the overview's cards, and the filters of the timeline, of which the one chosen says so."""
    priya = make_staff(make_practice(), first_name="Priya")
    carl = make_client(priya)
    context = new_context(browser, {"width": 390, "height": 844}, reduced_motion="reduce")
    signed_in(context, live_server.url, browser_of(priya, STAFF))
    page = context.new_page()
    page.goto(live_server.url + reverse("admin:client", args=[carl.pk]))
    for name in ("Change what to watch for", "Share or hand over", "Write a note", "All notes"):
        box = page.get_by_role("link", name=name).bounding_box()
        assert box is not None, name
        assert box["height"] >= 44, name
    page.goto(live_server.url + reverse("admin:client_timeline", args=[carl.pk]))
    filters = page.get_by_role("navigation", name="Show")
    filters.get_by_role("link", name="Plans").click()
    expect(filters.locator('[aria-current="true"]')).to_have_text("Plans")
    assert min(box["height"] for box in filters.get_by_role("link").evaluate_all(BOXES)) >= 44
    assert_accessible(page)


def test_a_name_without_a_space_makes_no_page_scroll_sideways(browser: Any, live_server: Any) -> None:
    priya = make_staff(make_practice(), first_name="Priya")
    carl = make_client(priya, last_name="W" * 60)
    context = new_context(browser, {"width": 320, "height": 700}, reduced_motion="reduce")
    signed_in(context, live_server.url, browser_of(priya, STAFF))
    page = context.new_page()
    for name in (*TABS, "client_flag_rules", "client_monitoring", "thread"):
        page.goto(live_server.url + reverse(f"admin:{name}", args=[carl.pk]))
        assert misfits(page, targets=False) == [], name


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_note_is_written_by_keyboard_from_the_overview(browser: Any, live_server: Any, scripts: bool) -> None:
    priya = make_staff(make_practice(), first_name="Priya", last_name="Shah")
    carl = make_client(priya, last_name="Winter")
    context = new_context(browser, {"width": 1280, "height": 800}, reduced_motion="reduce", java_script_enabled=scripts)
    signed_in(context, live_server.url, browser_of(priya, STAFF))
    page = context.new_page()
    page.goto(live_server.url + reverse("admin:client", args=[carl.pk]))
    page.get_by_role("link", name="Write a note").press("Enter")
    expect(page).to_have_url(f"{live_server.url}{reverse('admin:client_notes', args=[carl.pk])}#id_text")
    note = page.get_by_label("Note for colleagues")
    expect(note).to_be_focused()
    page.keyboard.type("Prefers mornings.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Keep the note")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The note is kept.")).to_be_visible()
    expect(page.locator(".timeline").get_by_text("Prefers mornings.", exact=True)).to_be_visible()
    if scripts:  # the check itself needs them
        assert_accessible(page)
    page.get_by_text("Withdraw: Prefers").press("Enter")
    page.get_by_role("button", name="Withdraw this note").press("Enter")
    expect(page.get_by_text("Note for colleagues, withdrawn by Priya Shah")).to_be_visible()
    if scripts:  # the check itself needs them
        assert_accessible(page)
    with all_practices():
        assert carl.notes.get().withdrawn_by == priya
