"""In a browser: settings that are saved with each change, with an error, and without a network."""

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from playwright.sync_api import expect

from clients.models import Client
from portal.accounts.tenancy import all_practices
from tests.journeys.looking import WIDER, assert_accessible
from tests.rig import wait_for

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def more(context: "BrowserContext", live_server: Any, carl: Client) -> "Page":
    """Carl's settings."""
    visitor = Browser()
    assert carl.user is not None
    visitor.force_login(carl.user)
    cookie = visitor.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + reverse("more"))
    page.locator("#screen-form[data-mounted]").wait_for()
    return page


def stored(carl: Client) -> Client:
    with all_practices():
        return Client.objects.get(pk=carl.pk)


def test_each_change_is_saved_at_once_and_says_so(more: "Page", carl: Client) -> None:
    form = more.locator("#reminders-form")
    expect(form.get_by_role("button", name="Save")).to_be_hidden()
    more.get_by_label("Minutes a day that suit me").fill("15")
    more.keyboard.press("Tab")
    expect(form.get_by_role("status")).to_have_text("Saved.")
    assert stored(carl).minutes_a_day == 15

    more.get_by_label("Colours").select_option("dark")
    expect(more.locator("#screen-form").get_by_role("status")).to_have_text("Saved.")
    expect(more.locator("html")).to_have_attribute("data-theme", "dark")
    assert_accessible(more)


def test_a_chosen_option_is_shown_whole_on_a_narrow_screen_with_very_large_text(more: "Page") -> None:
    more.set_viewport_size({"width": 320, "height": 700})
    more.evaluate("() => { document.documentElement.dataset.text = '150'; }")
    zone = more.locator("[name=time_zone]")
    tall = "(field) => field.clientHeight"
    zone.evaluate("(field) => { field.value = 'Asia/Aden'; }")
    line = zone.evaluate(tall)
    zone.evaluate("(field) => { field.value = 'America/Argentina/Buenos_Aires'; }")
    assert zone.evaluate(tall) > line, "what does not fit goes on in a second line"
    assert more.evaluate(WIDER) <= 0
    expect(more.locator("body")).to_have_css("hyphens", "auto")
    row = more.locator(".rows__item").first
    row.locator("> .icon").first.evaluate("(icon) => icon.remove()")
    text, arrow = row.locator(".rows__text").bounding_box(), row.locator("> .icon").bounding_box()
    assert text is not None
    assert arrow is not None
    assert text["y"] < arrow["y"] + arrow["height"], "without a picture the words stand beside the arrow"


def test_what_is_wrong_is_said_at_its_field_and_mended_there(more: "Page", carl: Client) -> None:
    form = more.locator("#reminders-form")
    pause = more.get_by_label("Pause reminders until")
    pause.fill("2020-01-01")
    pause.press("Tab")
    expect(form.get_by_role("status")).to_have_text("Not saved. Look at the field with the error.")
    expect(form.get_by_text("Choose today or a later day, or leave it empty.")).to_be_visible()
    assert_accessible(more)
    assert stored(carl).reminders_paused_until is None
    pause.fill("")
    pause.press("Tab")
    expect(form.get_by_role("status")).to_have_text("Saved.")
    expect(form.get_by_text("Choose today or a later day, or leave it empty.")).to_have_count(0)


def test_without_a_network_the_button_comes_back(more: "Page", context: "BrowserContext", carl: Client) -> None:
    form = more.locator("#reminders-form")
    context.set_offline(True)
    more.get_by_label("Minutes a day that suit me").fill("20")
    more.keyboard.press("Tab")
    expect(form.get_by_role("status")).to_have_text("Not saved. Try the button once you are online.")
    context.set_offline(False)
    form.get_by_role("button", name="Save").click()
    wait_for(lambda: stored(carl).minutes_a_day == 20, within_s=10, what="the minutes are stored")


def test_a_change_just_before_the_page_is_left_is_kept(more: "Page", carl: Client) -> None:
    more.get_by_label("Minutes a day that suit me").fill("25")
    more.keyboard.press("Tab")
    more.goto("about:blank")
    wait_for(lambda: stored(carl).minutes_a_day == 25, within_s=10, what="the minutes are stored")


# The longest animation of the fade to a page that was just opened, in milliseconds.
FADE = """addEventListener("pagereveal", ({ viewTransition }) => viewTransition?.ready.then(() => {
  window.fade = Math.max(...document.getAnimations().map(({ effect }) => effect.getComputedTiming().duration));
}))"""


@pytest.mark.parametrize(("chosen", "fades"), [("", True), ("less", False)])
def test_less_movement_reaches_the_fade_from_page_to_page(more: "Page", chosen: str, fades: bool) -> None:
    more.add_init_script(FADE)
    if chosen:
        more.get_by_label("Movement on screen").select_option(chosen)
        expect(more.locator("#screen-form").get_by_role("status")).to_have_text("Saved.")
    more.get_by_role("link", name="Plan", exact=True).click()
    more.wait_for_function("() => window.fade !== undefined")
    assert (more.evaluate("() => window.fade") > 0) is fades
