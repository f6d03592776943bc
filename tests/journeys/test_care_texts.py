"""An owner writes whom clients ask; a client reads it on the card, on paper, and on a phone without a network."""

from typing import TYPE_CHECKING

import pytest

from tests.journeys.looking import DESK, PHONE, assert_accessible, new_context, watch
from tests.journeys.losing import LosingProxy
from tests.journeys.people import enter
from tests.journeys.portal import Portal
from tests.journeys.test_offline import Phone

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

TODAY = "Ring the out-of-hours doctor."


def write_and_sign(desk: "Page", portal: Portal) -> None:
    """As the owner: from the practice's page to the signature, with a look at the cards."""
    desk.goto(f"{portal.url}/admin/practice/")
    desk.get_by_role("link", name="Care texts by country").click()
    assert_accessible(desk)
    desk.get_by_role("link", name="The country of the practice, in English").click()
    desk.get_by_label("Who to ask the same day").fill(f"{TODAY}\nUrgent care is at Mill Road.")
    desk.get_by_role("button", name="Look at the cards").click()
    desk.get_by_role("heading", name="What you wrote, not signed yet").wait_for()
    card = desk.locator(".care--same_day")
    assert TODAY in card.inner_text()
    assert card.get_by_role("link").count() == 0, "a card to look at dials nobody"
    assert_accessible(desk)
    desk.get_by_label("I have checked names, numbers and wording").check()
    desk.get_by_role("button", name="Sign", exact=True).click()
    desk.get_by_text("Below 999: signed by Olive Bennett").wait_for()


def stands_below(page: "Page", upper: str, lower: str) -> bool:
    first, second = (page.get_by_text(text).first.bounding_box() for text in (upper, lower))
    assert first is not None
    assert second is not None
    return first["y"] < second["y"]


def test_what_an_owner_signs_is_read_below_the_number_everywhere(browser: "Browser", new_demo: Portal) -> None:
    desk = new_context(browser, DESK).new_page()
    complaints = watch(desk)
    enter(desk, new_demo, "Olive Bennett")
    write_and_sign(desk, new_demo)
    assert complaints == []

    context = new_context(browser, PHONE, service_workers="allow")
    context.set_default_timeout(30_000)
    with LosingProxy(new_demo.url, share=0, seed=1) as proxy:
        phone = Phone(context, proxy)
        enter(phone.page, proxy, "Carl Hansen")
        phone.make_ready()
        phone.network(there=False)
        phone.open("/today/")
        phone.page.locator("[data-module='clients/offline/home'][data-ready]").wait_for()
        assert phone.page.get_by_role("link", name="Call 999").get_attribute("href") == "tel:999"
        assert stands_below(phone.page, "Call 999", TODAY)
        assert_accessible(phone.page)

    page = new_context(browser, PHONE).new_page()
    enter(page, new_demo, "Carl Hansen")
    page.goto(f"{new_demo.url}/help/")
    assert stands_below(page, "Call 999", TODAY)
    assert_accessible(page)

    page.goto(f"{new_demo.url}/safety/")
    for none in page.locator("input[value=none]").all():
        none.check()
    page.get_by_label("Fever").first.check()
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):  # the card shows before it
        page.get_by_role("button", name="Send my answers").click()
    page.locator("[data-card=same_day]").get_by_text(TODAY).wait_for()
    page.goto(f"{new_demo.url}/safety/card/")
    assert stands_below(page, "Call 999", TODAY)
    assert_accessible(page)
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        assert page.get_by_role("link", name="Call 999").is_visible(), media
        assert page.get_by_text(TODAY).is_visible(), media
    assert not page.get_by_role("link", name="Back to Today").is_visible(), "paper has no buttons"
