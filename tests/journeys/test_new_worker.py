"""A new service worker, and the switch that takes it away, on a phone with a session that is not over."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import rig
from tests.journeys.looking import PHONE, new_context
from tests.journeys.losing import LosingProxy
from tests.journeys.people import enter
from tests.journeys.phone import WITHOUT_SYNC, Phone, begin_offline
from tests.journeys.portal import Portal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser

VERSION = re.compile(r'"version":"[0-9a-f]{16}"')
NEXT = "0123456789abcdef"
CACHES = "async () => (await caches.keys()).filter((name) => name.startsWith('steadyback-')).sort()"
WORKERS = """async () => (await navigator.serviceWorker.getRegistrations()).map(
  (each) => [each.installing, each.waiting, each.active].map((worker) => worker?.state ?? null))"""
LOOK_FOR_A_NEW_ONE = """async () => {
  await (await navigator.serviceWorker.getRegistration()).update();
}"""


@pytest.fixture
def context(browser: "Browser") -> "Iterator[BrowserContext]":
    context = new_context(browser, PHONE, service_workers="allow")
    context.set_default_timeout(30_000)
    context.add_init_script(WITHOUT_SYNC)
    yield context
    context.close()


def in_a_session(phone: Phone, name: str) -> str:
    """Sign in, begin today's session without a network, and go on to a set; return its exercise."""
    enter(phone.page, phone.proxy, name)
    phone.make_ready()
    phone.network(there=False)
    begin_offline(phone)
    phone.tap("start")
    phone.screen("ready")
    phone.tap("next")
    phone.screen("work")
    return phone.page.locator("[data-part=heading]").inner_text()


def test_a_new_worker_waits_until_the_session_is_over(context: "BrowserContext", new_demo: Portal) -> None:
    with LosingProxy(new_demo.url, share=0, seed=1) as proxy:
        phone = Phone(context, proxy)
        exercise = in_a_session(phone, "Carl Hansen")
        (old,) = phone.page.evaluate(CACHES)
        new = f"steadyback-{NEXT}"
        assert old != new
        phone.network(there=True)
        proxy.rewrites["/worker.js"] = lambda text: VERSION.sub(f'"version":"{NEXT}"', text, count=1)
        phone.page.evaluate(LOOK_FOR_A_NEW_ONE)
        waiting = [[None, "installed", "activated"]]
        rig.wait_for(lambda: phone.page.evaluate(WORKERS) == waiting, within_s=30, what="the new worker to wait")

        # Today in another tab is the page that asks it to take over.
        other = context.new_page()
        other.goto(f"{proxy.url}/today/")
        other.locator("html[data-kept]").wait_for(state="attached")
        assert other.evaluate(WORKERS) == waiting, "not while a session runs"
        assert other.evaluate(CACHES) == sorted([old, new])
        other.close()
        phone.tap("pause")
        phone.shows("paused")
        phone.tap("carry_on")
        phone.screen("work", "ready")

        # What the session began with is still there when the network goes and the page dies.
        phone.network(there=False)
        session = phone.page.url
        phone.die()
        phone.page.goto(session)
        phone.page.locator(".player[data-ready]").wait_for()
        assert exercise in phone.page.locator("[data-part=lines]").inner_text()
        phone.tap("start")
        phone.screen("ready", "work")
        phone.network(there=True)
        phone.tap("pause")
        phone.tap("finish")
        phone.screen("finished")
        phone.tap("ok")
        phone.page.get_by_role("heading", name="How is your pain now?").wait_for()

        def took_over() -> bool:
            """Each visit to Today asks; while the page that was left still counts as a session, it is not yet time."""
            phone.open("/today/")
            phone.page.locator("html[data-kept]").wait_for(state="attached")
            after = (phone.page.evaluate(WORKERS), phone.page.evaluate(CACHES))
            print("workers and caches:", *after)
            return after == ([[None, None, "activated"]], [new])

        rig.wait_for(took_over, within_s=60, what="the new worker to take over")
        rig.wait_for(phone.has_sent_all, within_s=20, what="all events to be sent")
        assert set(proxy.sent) == {each["id"] for each in phone.entries()}


def test_the_switch_takes_worker_and_caches_away_and_leaves_what_waits(
    context: "BrowserContext", clinics: tuple[Path, Path]
) -> None:
    with Portal(made=clinics[0]) as portal, LosingProxy(portal.url, share=0, seed=1) as proxy:
        phone = Phone(context, proxy)
        in_a_session(phone, "Carl Hansen")
        phone.tap("pause")
        phone.shows("paused")
        unsent = phone.unsent()
        assert unsent > 0
        assert len(phone.page.evaluate(CACHES)) == 1
        portal.stop()
        portal.settings["OFFLINE_APP"] = "0"
        portal.start()
        proxy.refuses = True
        phone.network(there=True)
        phone.open("/today/")
        rig.wait_for(lambda: phone.page.evaluate(WORKERS) == [], within_s=30, what="the worker to be gone")
        rig.wait_for(lambda: phone.page.evaluate(CACHES) == [], within_s=10, what="what it kept to be gone")
        assert phone.unsent() >= unsent, "what waits stays"
        proxy.refuses = False
        phone.open("/today/")
        rig.wait_for(lambda: len(proxy.sent) >= unsent, within_s=20, what="the pages to send what waits")
        phone.open("/today/")  # which is loaded anew once all is sent
        assert phone.unsent() == 0
