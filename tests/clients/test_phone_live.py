"""In a browser: the switch of reminders on this device, and the question after the second session.

Chromium cannot subscribe without a network, so the page gets a push manager of its own; all else is real.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from clients.models import Client, PushSubscription, Session
from portal.accounts.tenancy import all_practices
from portal.lib import vapid
from tests.clients.plans import give_plan
from tests.journeys.looking import assert_accessible
from tests.push_sink import Phone

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A subscription stays with the browser, as a real one does; asked of the browser: what the person answers.
MANAGER = """
(() => {
  const plain = (text) => atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = (text) => Uint8Array.from(plain(text), (letter) => letter.charCodeAt(0)).buffer;
  const keys = { p256dh: bytes("P256DH"), auth: bytes("AUTH") };
  const here = () => JSON.parse(localStorage.getItem("fake-push"));
  const made = (key) => ({
    endpoint: "https://push.example/to/1", options: { applicationServerKey: bytes(key) }, getKey: (name) => keys[name],
    unsubscribe: async () => { localStorage.removeItem("fake-push"); return true; },
  });
  PushManager.prototype.getSubscription = async () => (here() ? made(here()) : null);
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    const text = btoa(String.fromCharCode(...applicationServerKey));
    const key = text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    localStorage.setItem("fake-push", JSON.stringify(key));
    return made(key);
  };
  let permission = localStorage.getItem("fake-permission") ?? "default";
  Object.defineProperty(Notification, "permission", { get: () => permission });
  Notification.requestPermission = async () => { window.asked = true; permission = ANSWER; return permission; };
})();
"""


def give_manager(context: "BrowserContext", answer: str) -> None:
    phone = Phone()
    script = MANAGER.replace("P256DH", phone.p256dh).replace("AUTH", phone.auth).replace("ANSWER", f'"{answer}"')
    context.add_init_script(script)


@pytest.fixture
def visit(context: "BrowserContext", live_server: Any, carl: Client) -> Any:
    """Open a page as Carl."""
    visitor = Browser()
    assert carl.user is not None
    visitor.force_login(carl.user)
    cookie = visitor.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])

    def open_page(address: str) -> "Page":
        page = context.new_page()
        page.goto(live_server.url + address)
        return page

    return open_page


def kept() -> list[str]:
    with all_practices():
        return list(PushSubscription.objects.values_list("endpoint", flat=True))


def finish_sessions(carl: Client) -> str:
    """Two sessions of Carl's; returns the address of the page after the second."""
    with all_practices():
        plan = give_plan(carl, "knee-squeezes", starts_on=timezone.now().date() - timedelta(days=9))
        for number in (1, 2):
            made = Session.objects.create(
                pk=f"00000000-0000-4000-8000-00000000000{number}", client=carl, assignment=plan,
                version=plan.current_version, occurrence_on=timezone.now().date() - timedelta(days=number),
                started_at=timezone.now(), finished_at=timezone.now(), state=Session.State.FINISHED,
            )  # fmt: skip
    return reverse("session_done", args=[made.pk])


def test_the_switch_turns_this_device_on_and_off(context: "BrowserContext", visit: Any) -> None:
    give_manager(context, "granted")
    page = visit(reverse("more"))
    box = page.get_by_label("Remind me on this device")
    expect(box).not_to_be_checked()
    assert page.evaluate("window.asked") is None  # no question without a tap
    said = page.locator("section[aria-labelledby=phone]").get_by_role("status")
    box.check()
    expect(said).to_have_text("Saved.")
    assert kept() == ["https://push.example/to/1"]
    assert page.evaluate("JSON.parse(localStorage.getItem('fake-push'))") == vapid.public_key()
    assert_accessible(page)
    page.reload()
    expect(box).to_be_checked()
    box.uncheck()
    expect(said).to_have_text("Saved.")
    assert kept() == []


def test_a_browser_that_says_no_is_told_where_to_change_it(context: "BrowserContext", visit: Any) -> None:
    give_manager(context, "denied")
    page = visit(reverse("more"))
    box = page.get_by_label("Remind me on this device")
    box.click()
    said = page.locator("section[aria-labelledby=phone]").get_by_role("status")
    expect(said).to_have_text("This browser blocks our reminders. You can allow them in the settings of your browser.")
    expect(box).not_to_be_checked()
    assert kept() == []


def test_a_browser_without_push_shows_nothing_and_an_iphone_an_honest_line(
    context: "BrowserContext", visit: Any
) -> None:
    context.add_init_script("delete window.PushManager;")
    page = visit(reverse("more"))
    page.locator("section[aria-labelledby=phone][data-mounted]").wait_for(state="attached")
    expect(page.get_by_text("Reminders on this device")).to_be_hidden()
    context.add_init_script("Object.defineProperty(navigator, 'userAgent', { get: () => 'iPhone' });")
    page = visit(reverse("more"))
    expect(page.get_by_text("this works only from the Home Screen")).to_be_visible()
    expect(page.get_by_label("Remind me on this device")).to_be_hidden()


def test_yes_after_the_second_session(context: "BrowserContext", visit: Any, carl: Client) -> None:
    give_manager(context, "granted")
    page = visit(finish_sessions(carl))
    yes = page.get_by_role("button", name="Yes, remind me")
    expect(yes).to_be_visible()
    expect(page.locator("[data-part=said]")).to_be_hidden()  # an empty line else
    assert page.evaluate("window.asked") is None
    assert_accessible(page)
    yes.click()
    expect(page.locator("section[aria-labelledby=phone]").get_by_role("status")).to_have_text("Saved.")
    expect(yes).to_be_hidden()
    assert kept() == ["https://push.example/to/1"]


def test_not_now_asks_the_browser_nothing(context: "BrowserContext", visit: Any, carl: Client) -> None:
    give_manager(context, "granted")
    page = visit(finish_sessions(carl))
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_role("button", name="Yes, remind me")).to_be_hidden()
    assert page.evaluate("window.asked") is None
    assert kept() == []
    with all_practices():
        assert Client.objects.get(pk=carl.pk).push_put_off_at is not None
    page.reload()
    expect(page.get_by_text("Would you like a reminder on this phone?")).to_have_count(0)
