"""A client without a mouse: signs in, does a session, answers, writes. What has the focus can be seen at every step."""

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from clients.models import Event, Message, Session
from portal.accounts.tenancy import all_practices, practice_scope
from tests.clients.plans import exercise_version, give_plan
from tests.clients.player.visit import SETTLE
from tests.doors import secrets_to
from tests.factories import make_client, make_practice, make_staff
from tests.journeys import player
from tests.journeys.looking import PHONE, assert_accessible, new_context, watch
from tests.journeys.test_editor import Keyboard

if TYPE_CHECKING:
    from clients.models import Client

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What is wrong with the place that has the focus, "" where it is seen: in view, marked, and under nothing else. A
# heading that takes the focus to be read is no control and needs no mark.
UNSEEN = """() => {
  const { activeElement: element } = document;
  if (!element || element === document.body) return "nothing has the focus";
  const said = element.outerHTML.slice(0, 120);
  const shown = (element.matches("input") && element.closest("label")) || element;
  const box = shown.getBoundingClientRect();
  if (element.tabIndex < 0) return box.bottom > 0 && box.top < innerHeight ? "" : `${said} is not in view`;
  if (box.top < -1 || box.bottom > innerHeight + 1 || box.left < -1 || box.right > innerWidth + 1)
    return `${said} is out of view: ${box.top} to ${box.bottom}`;
  const isMarked = (each) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  };
  if (!isMarked(element) && !isMarked(shown)) return `${said} is not marked`;
  const hit = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  return shown.contains(hit) ? "" : `${said} lies under ${hit?.outerHTML.slice(0, 120)}`;
}"""


class Hands(Keyboard):
    """A client with keys alone, who looks where the focus is after each of them."""

    def press(self, key: str) -> None:
        super().press(key)
        if key.endswith("Tab"):
            self.look()

    def here(self) -> str:
        """The same without what only a screen reader is told after the words."""
        return super().here().partition("\n")[0]

    def look(self) -> None:
        for _ in range(20):  # the focus of a new screen comes a moment after it
            unseen = self.page.evaluate(UNSEEN)
            if not unseen:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{unseen}, on {self.page.url}")

    def choose(self, name: str, key: str = "Enter") -> None:
        """Go to a button or link and press it."""
        self.go_to(name)
        self.press(key)

    def in_the_player(self, screen: str) -> None:
        """Wait until a screen of the player is shown and something has the focus there."""
        self.page.locator(f".player[data-screen={screen}]").wait_for()
        self.page.locator("dialog[open]").wait_for(state="hidden")
        self.page.wait_for_function("() => document.activeElement !== document.body")
        self.look()

    def in_the_dialog(self, name: str) -> None:
        """Wait until a dialog is open, which takes a frame of the clock; its title has the focus."""
        self.page.locator(".player[data-aside]").wait_for()
        self.page.clock.run_for(50)
        expect(self.page.locator(f"dialog[data-dialog={name}][open] .aside__top h2")).to_be_focused()
        self.look()

    def escape_to(self, opener: str) -> None:
        """Close the dialog; the focus is again on the button that opened it."""
        self.press("Escape")
        self.page.locator("dialog[open]").wait_for(state="hidden")
        expect(self.page.locator(".player :focus")).to_have_text(opener)
        self.look()


def test_a_client_goes_from_the_code_to_a_message_by_keyboard_alone(browser: Any, live_server: Any) -> None:
    priya = make_staff(make_practice(), first_name="Priya")
    carl = make_client(priya, first_name="Carl")
    with practice_scope(carl.practice):
        exercise_version("single-knee-to-chest")
        give_plan(carl, "knee-squeezes", "glute-bridge", "cat-camel", starts_on=timezone.now().date())
    page = new_context(browser, PHONE, reduced_motion="reduce").new_page()
    complaints = watch(page)
    hands = Hands(page)
    page.goto(live_server.url + reverse("sign_in"))

    sign_in(hands, carl)
    check_in(hands)
    do_the_session(hands)
    answer(hands)
    write(hands)

    assert complaints == []
    with all_practices():
        session = Session.objects.get()
        done = set(Event.objects.filter(session=session).values_list("type", flat=True))
        assert Message.objects.get().text == "The bridge was too much today."
    assert (session.state, session.pain_before) == (Session.State.FINISHED, 1)
    assert {"paused", "hurt", "swapped", "skipped", "set_done", "finished"} <= done


def sign_in(hands: Hands, carl: "Client") -> None:
    hands.press("Tab")
    expect(hands.page.get_by_role("link", name="Skip to main content")).to_be_focused()
    hands.go_to("email")
    hands.write(carl.email)
    hands.choose("Send me a code")
    hands.page.locator("input[name=code]").wait_for()
    hands.go_to("code")
    hands.write(secrets_to(f"user:{carl.user_id}")[-1]["code"].lower())
    hands.choose("Sign in")
    hands.page.get_by_role("button", name="Not now").wait_for()
    hands.choose("Not now")
    hands.page.get_by_role("link", name="Start session").wait_for()


def check_in(hands: Hands) -> None:
    hands.choose("Start session")
    hands.page.locator("input[name=pain]").first.wait_for()
    hands.go_to("pain")
    hands.press("Space")
    hands.press("ArrowDown")
    hands.look()
    hands.press("Shift+Tab")
    hands.press("Tab")
    expect(hands.page.locator("input[name=pain]:focus")).to_have_value("1")
    hands.page.clock.install(time=timezone.now())
    hands.choose("Start session")
    hands.page.locator(".player[data-ready]").wait_for()


def do_the_session(hands: Hands) -> None:
    """Each of the three exercises with what may happen in it; the clock stands but for what the keys ask for."""
    page = hands.page
    hands.choose("Start")
    hands.in_the_player("ready")
    page.clock.pause_at(page.evaluate("() => Date.now() / 1000") + player.PAUSE_S)
    hands.press("ArrowRight")
    hands.in_the_player("work")
    expect(page.locator("[data-part=pause]")).to_be_focused()
    hands.press("Space")
    hands.in_the_player("paused")
    hands.press("Enter")
    hands.in_the_player("work")

    hands.choose("How to do it")
    hands.in_the_dialog("how")
    hands.escape_to("How to do it")
    hands.press("Shift+Tab")
    assert hands.here() == "This hurts"
    hands.press("Enter")
    hands.in_the_dialog("hurts")
    hands.go_to("hurt")
    hands.press("ArrowDown")
    hands.look()
    hands.escape_to("This hurts")

    hands.choose("Easier one")
    hands.in_the_dialog("swap")
    hands.escape_to("Easier one")
    hands.press("Enter")
    hands.in_the_dialog("swap")
    hands.press("Tab")
    hands.press("Enter")
    hands.in_the_player("paused")
    hands.press("Enter")
    hands.in_the_player("ready")

    go_on_to(hands, "work", "Bridge")
    hands.press("Escape")
    hands.in_the_player("paused")
    hands.choose("Skip this one")
    hands.in_the_dialog("skip")
    hands.escape_to("Skip this one")
    hands.press("Enter")
    hands.in_the_dialog("skip")
    hands.choose("Too sore", "Space")

    go_on_to(hands, "work", "Cat")
    go_on_to(hands, "finished")
    hands.page.clock.resume()
    assert_accessible(page)
    hands.choose("Next: how was it?")


def go_on_to(hands: Hands, screen: str, title: str = "") -> None:
    """Press the right arrow until a screen of an exercise is shown."""
    page = hands.page
    account = page.locator(".player").get_attribute("data-account")
    passed = []
    for _ in range(40):
        page.evaluate(SETTLE, account)
        seen = page.evaluate(player.SHOWN)
        passed.append((seen["screen"], seen["heading"]))
        if seen["screen"] == screen and title in seen["heading"]:
            hands.in_the_player(screen)
            return
        hands.press("ArrowRight")
    raise AssertionError(f"{screen} {title} never came: {passed}")


def answer(hands: Hands) -> None:
    """The questions after a session, one on each page: a button is an answer."""
    page = hands.page
    for heading, value in {
        "How is your pain now?": "1",
        "What was the most pain": "2",
        "How hard was it?": "5",
    }.items():
        page.get_by_role("heading", name=heading).wait_for()
        hands.choose(value)
    page.get_by_role("heading", name="All done, Carl.").wait_for()
    assert_accessible(page)


def write(hands: Hands) -> None:
    page = hands.page
    hands.choose("Messages")
    page.get_by_label("Your message").wait_for()
    hands.go_to("text")
    hands.write("The bridge was too much today.")
    hands.press("Tab")
    hands.press("Shift+Tab")
    hands.choose("Send")
    page.get_by_text("The bridge was too much today.").wait_for()
