"""A new practitioner gives a plan between two clients: in few actions, by mouse and by keyboard alone.

An action is a click, a key such as Enter, or what is typed in one go. Tab moves and does nothing, so it is counted for
itself. Budgets: screens.md 3.3; at 2.5 seconds an action.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from clients.models import Client
from portal.accounts.models import Practice, User
from tests.clients.library import make_routine, shelve
from tests.doors import CODE, STAFF, browser_of
from tests.factories import answer_all_no, make_client, make_practice, make_staff
from tests.journeys.looking import DESK, PHONE, assert_accessible, new_context, watch
from tests.journeys.test_editor import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UNCHANGED = 6  # actions from the caseload to sent
WITH_DOSES = 12  # actions with three doses changed
KEYSTROKES = 20
FROM_NOTHING = 36  # actions for four exercises: 90 seconds
TABS = 90  # on the way to an unchanged template by keyboard; engineering bound
ROUTINE = "Back easer"
EXERCISES = ("glute-bridge", "cat-camel", "knee-squeezes")
FIRST_DOSE = "input[name='item-{}-reps']"


class Hands:
    """Somebody at the desk, whose actions, typed signs and steps by Tab are counted."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.actions = self.keystrokes = self.tabs = 0

    def click(self, target: "Locator") -> None:
        target.click()
        self.actions += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.actions += 1
        self.keystrokes += len(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.actions += 1

    def tab_to(self, target: "Locator") -> None:
        """Press Tab until the target has the focus."""
        expect(target).to_be_visible()
        for _ in range(TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            self.tabs += 1
        raise AssertionError(f"{target} was not reached by Tab")

    def enter(self, target: "Locator") -> None:
        self.tab_to(target)
        self.press("Enter")

    def __str__(self) -> str:
        return f"{self.actions} actions, {self.keystrokes} keystrokes, {self.tabs} tabs"


@pytest.fixture
def practice() -> Practice:
    return make_practice()


@pytest.fixture
def priya(practice: Practice) -> User:
    return make_staff(practice, first_name="Priya")


@pytest.fixture
def carl(priya: User) -> Client:
    client = make_client(priya, first_name="Carl", last_name="Hansen")
    answer_all_no(client)
    return client


@pytest.fixture
def desk(browser: Any, live_server: Any, priya: User, carl: Client) -> Iterator["Page"]:
    """The caseload of a practitioner who has one client, and exercises and a routine to give."""
    make_routine(*EXERCISES, name=ROUTINE)
    shelve("walking")
    context = new_context(browser, DESK)
    signed_in(context, live_server.url, browser_of(priya, STAFF))
    page = context.new_page()
    complaints = watch(page)
    page.goto(f"{live_server.url}/admin/")
    yield page
    page.goto("about:blank")
    assert complaints == []


def open_editor(hands: Hands, start: str) -> None:
    page = hands.page
    hands.click(page.get_by_role("link", name="Assign a plan"))
    hands.click(page.get_by_role("link", name="Carl Hansen"))
    hands.click(page.get_by_role("link", name=re.compile(start)))
    page.locator("[data-module='clients/practitioner/plan_editor'][data-mounted]").wait_for()


def sent(page: "Page") -> None:
    page.get_by_role("heading", name="Sent. Carl can start now.").wait_for()


def assert_on_today(browser: Any, url: str, client: Client, *words: str) -> None:
    """The client's own Today shows the plan at once."""
    context = new_context(browser, PHONE)
    signed_in(context, url, browser_of(client.user, CODE))
    phone = context.new_page()
    phone.goto(f"{url}/")
    for text in words:
        phone.get_by_text(text).first.wait_for()
    assert_accessible(phone)


def test_a_template_is_given_unchanged_and_the_client_sees_it(
    desk: "Page", browser: Any, live_server: Any, carl: Client
) -> None:
    hands = Hands(desk)
    open_editor(hands, ROUTINE)
    hands.click(desk.get_by_role("button", name="Give to Carl"))
    sent(desk)
    print(f"unchanged: {hands}")
    assert hands.actions <= UNCHANGED
    assert_accessible(desk)
    assert_on_today(browser, live_server.url, carl, ROUTINE, "3 exercises")


def test_three_doses_are_changed_on_the_way(desk: "Page", browser: Any, live_server: Any, carl: Client) -> None:
    hands = Hands(desk)
    open_editor(hands, ROUTINE)
    for place, reps in enumerate(("12", "6", "4")):
        hands.click(desk.locator(FIRST_DOSE.format(place)))
        hands.write(reps)
    expect(desk.locator("[data-part=words]").nth(2)).to_contain_text("4")
    assert_accessible(desk)
    hands.click(desk.get_by_role("button", name="Give to Carl"))
    sent(desk)
    print(f"three doses: {hands}")
    assert hands.actions <= WITH_DOSES
    assert hands.keystrokes <= KEYSTROKES
    assert_on_today(browser, live_server.url, carl, ROUTINE)


def test_a_template_is_given_by_keyboard_alone(desk: "Page", browser: Any, live_server: Any, carl: Client) -> None:
    hands = Hands(desk)
    hands.enter(desk.get_by_role("link", name="Assign a plan"))
    expect(desk.locator("#q")).to_be_focused()
    hands.enter(desk.get_by_role("link", name="Carl Hansen"))
    hands.enter(desk.get_by_role("link", name=re.compile(ROUTINE)))
    desk.locator("[data-module='clients/practitioner/plan_editor'][data-mounted]").wait_for()
    hands.enter(desk.get_by_role("link", name="Skip to the end of the plan"))
    hands.enter(desk.get_by_role("button", name="Give to Carl"))
    sent(desk)
    print(f"by keyboard: {hands}")
    assert hands.actions <= UNCHANGED
    assert hands.tabs <= TABS
    assert_on_today(browser, live_server.url, carl, ROUTINE)


def test_a_plan_of_four_exercises_is_made_from_nothing(
    desk: "Page", browser: Any, live_server: Any, carl: Client
) -> None:
    hands = Hands(desk)
    open_editor(hands, "Start with an empty plan")
    expect(desk.locator("#add-exercise")).to_be_focused()
    titles = desk.locator(".plan-item h3")
    for number, (typed, found) in enumerate(
        {"bridge": "Bridge", "cat": "Cat and camel", "walking": "Walking", "squeeze": "Knee squeezes"}.items(), start=1
    ):
        hands.press("ControlOrMeta+a")
        hands.write(typed)
        hands.press("Enter")
        expect(titles).to_have_count(number)
        expect(titles.nth(number - 1)).to_contain_text(found)
        expect(desk.locator("#add-exercise")).to_be_focused()
    for place in (0, 1, 3):
        hands.click(desk.locator(FIRST_DOSE.format(place)))
        hands.write("6")
    assert_accessible(desk)
    hands.click(desk.get_by_role("button", name="Give to Carl"))
    sent(desk)
    print(f"from nothing: {hands}")
    assert hands.actions <= FROM_NOTHING
    assert_on_today(browser, live_server.url, carl, "Home exercises", "4 exercises")
