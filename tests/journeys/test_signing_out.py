"""Signing out of a phone that still has something to send: nothing of it is deleted without asking."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import rig
from tests.journeys.looking import PHONE, assert_accessible, new_context
from tests.journeys.losing import LosingProxy
from tests.journeys.people import enter
from tests.journeys.phone import WITHOUT_SYNC, Phone, begin_offline
from tests.journeys.portal import Portal

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

MODULE = "[data-module='clients/offline/sign-out'][data-ready]"
# How many databases, caches and entries of localStorage there are.
HELD = "async () => [(await indexedDB.databases()).length, (await caches.keys()).length, localStorage.length]"


@pytest.fixture
def phone(browser: "Browser", new_demo: Portal) -> Iterator[Phone]:
    context = new_context(browser, PHONE, service_workers="allow")
    context.set_default_timeout(30_000)
    context.add_init_script(WITHOUT_SYNC)
    with LosingProxy(new_demo.url, share=0, seed=1) as proxy:
        yield Phone(context, proxy)
    context.close()


def with_one_unsent(phone: Phone, name: str) -> int:
    """Begin a session without a network, and come back to a server that refuses; return how many events wait."""
    enter(phone.page, phone.proxy, name)
    phone.make_ready()
    phone.network(there=False)
    begin_offline(phone)
    phone.tap("start")
    phone.screen("ready", "work", "gate")
    phone.proxy.refuses = True
    phone.network(there=True)
    waiting = phone.unsent()
    assert waiting > 0
    return waiting


def test_every_device_is_signed_out_only_once_the_client_has_said_that_what_waits_may_go(phone: Phone) -> None:
    waiting = with_one_unsent(phone, "Margaret Hill")
    phone.open("/devices/")
    phone.page.locator(MODULE).wait_for()
    phone.page.get_by_role("button", name="Sign out on every device").click()
    phone.page.get_by_role("heading", name="Sign out now?").wait_for()
    expect(phone.page.get_by_text("Not all of what you did could be sent.")).to_be_visible()
    assert_accessible(phone.page)
    phone.page.get_by_role("button", name="Stay, and keep it").click()
    assert phone.unsent() == waiting
    assert phone.page.url.endswith("/devices/")

    phone.network(there=False)
    phone.page.get_by_role("button", name="Sign out on every device").click()
    expect(phone.page.get_by_role("button", name="Clear this phone")).to_be_visible()
    phone.page.get_by_role("button", name="Stay, and keep it").click()
    assert phone.unsent() == waiting
    phone.network(there=True)

    phone.proxy.refuses = False
    phone.page.get_by_role("button", name="Sign out on every device").click()
    phone.page.get_by_role("heading", name="Sign in").wait_for()
    assert phone.page.evaluate(HELD) == [0, 0, 0]
    assert len(phone.proxy.sent) == waiting, "sent before the phone was cleared"


def test_a_page_that_cannot_ask_deletes_nothing_and_the_sign_in_page_says_what_waits(phone: Phone) -> None:
    waiting = with_one_unsent(phone, "Carl Hansen")
    phone.open("/devices/")
    # As without JavaScript: no module hears of this.
    phone.page.evaluate("() => document.querySelector('form[action=\"/out/everywhere/\"]').submit()")
    phone.page.get_by_text("Sign in to send 1 saved session.").wait_for()
    assert phone.unsent() == waiting


def test_who_signs_out_on_the_same_phone_takes_nothing_of_another_who_has_not_sent_yet(phone: Phone) -> None:
    waiting = with_one_unsent(phone, "David Chen")
    for name, path in (("Margaret Hill", "/more/"), ("Priya Shah", "/admin/")):
        enter(phone.page, phone.proxy, name)
        phone.open(path)
        phone.page.locator(MODULE).wait_for()
        phone.page.get_by_role("button", name="Sign out", exact=True).click()
        phone.page.get_by_role("heading", name="Sign in").first.wait_for()
        assert phone.unsent() == waiting, f"{name} was not asked about it, and cannot send it"
    phone.proxy.refuses = False
    enter(phone.page, phone.proxy, "David Chen")
    phone.open("/today/")
    rig.wait_for(lambda: len(phone.proxy.sent) == waiting, within_s=20, what="David's own sign-in to send it")
