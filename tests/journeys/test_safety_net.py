"""The safety net in a browser: decided on the phone without a network, seen and cleared by the practitioner."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.journeys import people, player
from tests.journeys.looking import DESK, PHONE, assert_accessible, new_context, watch
from tests.journeys.people import enter
from tests.journeys.player import wait_until_sent
from tests.journeys.portal import Portal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser


def fresh(browser: "Browser", size: dict[str, int]) -> "BrowserContext":
    """A browser that is given time: the demo's weeks fill in beside it."""
    context = new_context(browser, size)
    context.set_default_timeout(60_000)
    return context


def start_a_session(phone: "Page", new_demo: Portal) -> str:
    """Check in and start; return the address of the check-in."""
    phone.goto(f"{new_demo.url}/today/")
    door = phone.locator("main a[href^='/check-in/']").first.get_attribute("href")
    player.check_in(phone, new_demo.url, 2)
    phone.locator(".player [data-do=start]").click()
    phone.locator(".player[data-screen=ready], .player[data-screen=work]").wait_for()
    return f"{new_demo.url}{door}"


def test_an_emergency_without_a_network_shows_the_card_at_once_and_locks_the_plan(
    browser: "Browser", new_demo: Portal
) -> None:
    context = fresh(browser, PHONE)
    phone, desk = context.new_page(), fresh(browser, DESK).new_page()
    complaints = watch(desk)
    enter(phone, new_demo, "Carl Hansen")
    check_in = start_a_session(phone, new_demo)

    # Without a network: stop, answer, and know what to do.
    context.set_offline(True)
    phone.get_by_role("button", name="Stop", exact=True).click()
    phone.get_by_role("heading", name="Safety check").wait_for()
    assert_accessible(phone)
    phone.get_by_label("Wiping feels different").check()
    phone.get_by_role("button", name="Send my answers").click()
    phone.get_by_role("heading", name="Get help now").wait_for()
    assert_accessible(phone)
    assert phone.get_by_role("link", name="Call 999").get_attribute("href") == "tel:999"
    card = phone.locator("[data-card=emergency]").inner_text()
    assert "Do not wait for a message from us." in card
    assert "This service is not watched round the clock." in card
    phone.get_by_text("Your answers are kept on this phone.").wait_for()
    phone.keyboard.press("Escape")
    assert phone.get_by_role("heading", name="Get help now").is_visible(), "nothing lies behind it to go on with"

    # Back in the network: the server hears of it, and no door opens.
    context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    wait_until_sent(phone, suffix="-safety")
    phone.goto(f"{new_demo.url}/today/")
    phone.get_by_text("Your physiotherapist opens it again after a talk with you.").wait_for()
    assert phone.locator("main a[href^='/check-in/']").count() == 0
    assert_accessible(phone)
    phone.goto(check_in)
    phone.get_by_role("heading", name="Get help now").wait_for()

    # The practitioner sees it, says so, and clears it with a note.
    enter(desk, new_demo, "Priya Shah")
    desk.get_by_text("The safety check has an emergency answer").first.wait_for()
    desk.get_by_role("link", name=re.compile("Open the alert.*Carl Hansen", re.DOTALL)).click()
    desk.get_by_text("wiping feels different").wait_for()
    assert_accessible(desk)
    assert "wiping" not in desk.url
    desk.get_by_role("button", name="Seen, I take care of it").click()
    desk.get_by_text("Seen by Priya Shah").wait_for()
    desk.get_by_role("button", name="Clear with this note").click()
    desk.get_by_text("Say in a few words what you found").first.wait_for()
    desk.get_by_label("What you found").fill("Spoke by phone; seen by her doctor, all clear.")
    desk.get_by_role("button", name="Clear with this note").click()
    desk.get_by_text("Cleared. The note is kept with the alert.").wait_for()

    phone.goto(f"{new_demo.url}/today/")
    assert not phone.get_by_text("Your plan is on hold").first.is_visible()
    phone.goto(check_in)
    phone.get_by_text("How is your pain right now?").wait_for()
    assert [each for each in complaints if "400" not in each] == []


def test_stop_without_a_sign_ends_the_session_and_tells(browser: "Browser", new_demo: Portal) -> None:
    phone, desk = fresh(browser, PHONE).new_page(), fresh(browser, DESK).new_page()
    enter(phone, new_demo, "Janet Moss")
    start_a_session(phone, new_demo)
    phone.get_by_role("button", name="Stop", exact=True).click()
    phone.get_by_role("button", name="Send my answers").click()
    phone.get_by_text("Choose an answer.").first.wait_for()
    for choice in phone.locator("dialog[data-safety] input[value=none]").all():
        choice.check()
    phone.get_by_role("button", name="Send my answers").click()
    phone.get_by_role("heading", name="Thank you").wait_for()
    phone.get_by_text("Your clinic has your answers.").wait_for()
    enter(desk, new_demo, "Priya Shah")
    row = desk.get_by_role("row", name=re.compile("Janet Moss"))
    row.get_by_text("“Stop” was pressed").first.wait_for()
    row.get_by_role("link", name=re.compile("Open the alert.*Janet Moss", re.DOTALL)).wait_for()


def test_strong_pain_asks_first_and_the_fixed_link_is_in_the_footer(browser: "Browser", new_demo: Portal) -> None:
    phone = fresh(browser, PHONE).new_page()
    enter(phone, new_demo, "Ruth Adeyemi")  # whose plan asks for something every day
    phone.goto(f"{new_demo.url}/today/")
    phone.locator("main a[href^='/check-in/']").first.click()
    phone.locator("label:has(input[name=pain][value='8'])").click()
    phone.locator("main form button[type=submit]").first.click()
    phone.get_by_text("Your pain is strong today").wait_for()
    people.answer_no_to_all(phone)
    phone.get_by_text("Your clinic has your answers.").wait_for()
    phone.get_by_role("link", name="Go on").click()
    phone.get_by_text("How is your pain right now?").wait_for()
    phone.goto(f"{new_demo.url}/plan/")
    phone.locator("footer").get_by_role("link", name="Safety check").click()
    phone.get_by_role("heading", name="Safety check").wait_for()


def test_osteoporosis_makes_the_rocking_impossible_and_offers_another(browser: "Browser", new_demo: Portal) -> None:
    desk = fresh(browser, DESK).new_page()
    enter(desk, new_demo, "Priya Shah")
    desk.goto(f"{new_demo.url}/admin/caseload/?tab=current")
    desk.get_by_role("link", name="Eleni Papadaki").first.click()
    desk.get_by_role("link", name=re.compile("Assign")).first.click()
    desk.get_by_text("Knee squeezes: a short back easer").first.click()
    rocking = desk.get_by_label("Rocking variation (optional)", exact=True)
    if rocking.is_enabled():
        rocking.check()
    desk.get_by_role("button", name="Give to Eleni").click()
    desk.get_by_text(re.compile("would never offer this part")).first.wait_for()
    assert "/assign/" in desk.url, "no plan was given"
    desk.get_by_role("button", name="Swap for Pelvic tilt, lying").first.click()
    desk.get_by_text(re.compile("would never offer this part")).first.wait_for(state="detached")
    desk.get_by_text("Pelvic tilt, lying").first.wait_for()
    assert_accessible(desk)
