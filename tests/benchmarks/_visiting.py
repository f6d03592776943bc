"""Visits to the pages of clients. Run by pages.py, in a portal of its own."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.benchmarks.player import PHONE, SLOW_4G, SLOWER, VISITS, WATCH_THE_PAINT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

SIX = ("knee-squeezes", "glute-bridge", "bird-dog", "cat-camel", "side-bridge-knees", "belly-breathing")
# The figures' engine, and what Today keeps for a week without a network: each has a budget of its own.
APART = ("/figures/engine", "/more/week/")
# KB of a first and of a second visit.
BUDGETS = {"sign-in": (60, 16), "Today": (80, 16), "player": (95, 16)}
WATCH_THE_TAPS = """() => {
  window.taps = [];
  const told = new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) if (interactionId) window.taps.push(duration);
  });
  told.observe({ type: "event", durationThreshold: 16 });
}"""


def say(name: str, value: float, goal: float, unit: str = "") -> None:
    print(json.dumps({"name": name, "value": value, "goal": goal, "better": "lower", "unit": unit}), flush=True)


@contextmanager
def served() -> Iterator[str]:
    """The portal on loopback, one thread a request; the address."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def prepared() -> tuple[dict[str, str], dict[str, list[str]]]:
    """Fill the portal; return the addresses of the pages by name, and session cookies for each that needs one.

    Each visit takes one: a session that comes again without what its browser kept is told that this was deleted.
    """
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client as Browser
    from django.test.utils import setup_test_environment
    from django.urls import reverse
    from django.utils import timezone

    from clients.models import Session
    from portal.accounts.tenancy import practice_scope
    from tests.clients.plans import give_plan
    from tests.factories import make_client, make_practice, make_staff

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    setup_test_environment()
    practice = make_practice()
    priya = make_staff(practice)
    now = timezone.now()
    with practice_scope(practice):
        begun, new = (make_client(priya, practice, email=f"{name}@home.example") for name in ("carl", "omar"))
        plans = {
            each: give_plan(each, *SIX, starts_on=now.date() - timedelta(days=3), opted_in=("rocking",))
            for each in (begun, new)
        }
    cookies: dict[Any, list[str]] = {begun: [], new: []}
    for each in [begun, new] * (2 * VISITS + 1):
        browser = Browser(headers={"host": "localhost"})
        assert each.user is not None
        browser.force_login(each.user)
        cookies[each].append(browser.cookies[settings.SESSION_COOKIE_NAME].value)
        if each is begun and len(cookies[each]) == 1:
            browser.post(reverse("check_in", args=[plans[each].pk, 1]), {"pain": "2"})
    with practice_scope(practice):
        session = Session.objects.get()
    pages = {
        "sign-in": reverse("sign_in"),
        "Today": reverse("today"),
        "player": reverse("player", args=[session.pk]),
        "check-in": reverse("check_in", args=[plans[new].pk, 1]),
    }
    signed_in = {"Today": new, "player": begun, "check-in": new}
    return pages, {page: cookies[each] for page, each in signed_in.items()}


class Phone:
    """A browser with nothing kept, signed in where the page needs it."""

    def __init__(self, browser: "Browser", url: str, cookie: str) -> None:
        self.url = url
        self.context: BrowserContext = browser.new_context(viewport=PHONE, has_touch=True, service_workers="block")
        if cookie:
            from django.conf import settings

            # One that goes to https alone, which a browser takes this machine for.
            own = {"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url.replace("http:", "https:")}
            self.context.add_cookies([{**own, "secure": True}])

    def open(self, address: str, *, slow: bool = False, watch: str = "") -> tuple["Page", dict[str, float]]:
        """Open a page; return it with the bytes of each of its requests."""
        page = self.context.new_page()
        wire: CDPSession = self.context.new_cdp_session(page)
        sizes: dict[str, float] = {}
        addresses: dict[str, str] = {}
        kept: set[str] = set()
        wire.on("Network.responseReceived", lambda told: addresses.update({told["requestId"]: told["response"]["url"]}))
        wire.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}))
        wire.on("Network.requestServedFromCache", lambda told: kept.add(told["requestId"]))
        wire.send("Network.enable")
        if slow:
            wire.send("Network.emulateNetworkConditions", SLOW_4G)
            wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        if watch:
            page.add_init_script(watch)
        answer = page.goto(f"{self.url}{address}")
        assert answer, address
        assert answer.status == 200, (address, answer.status)
        assert page.url == f"{self.url}{address}", page.url
        page.wait_for_timeout(3000)
        sent = {key: size for key, size in sizes.items() if key not in kept}
        own = {key: size for key, size in sent.items() if not any(part in addresses[key] for part in APART)}
        return page, own


def answers(browser: "Browser", url: str, address: str, cookie: str) -> list[float]:
    """Tap each number of a pain scale on a slow phone; return what each tap took until the next picture, in ms."""
    phone = Phone(browser, url, cookie)
    page, _ = phone.open(address)
    phone.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.evaluate(WATCH_THE_TAPS)
    numbers = page.locator(".pain label").all()
    assert len(numbers) == 11, address
    for number in numbers:
        number.scroll_into_view_if_needed()
        box = number.bounding_box()
        assert box
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(300)
    assert page.locator(".pain input:checked").count() == 1, address
    taps: list[float] = page.evaluate("window.taps")
    phone.context.close()
    return taps


def main() -> None:
    import django

    django.setup()
    from playwright.sync_api import sync_playwright

    from tests.conftest import CHROMIUM, CHROMIUM_OPTIONS

    pages, cookies = prepared()
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        for name, goals in BUDGETS.items():
            phone = Phone(browser, url, cookies[name].pop() if name in cookies else "")
            for visit, goal in zip(("first", "second"), goals, strict=True):
                _, sizes = phone.open(pages[name])
                assert sizes, name
                say(f"{name}, {visit} visit of the page", sum(sizes.values()) / 1024, goal, "KB")
            phone.context.close()
        # What took longer in one visit than in another is other work on the machine.
        seen = []
        for _ in range(VISITS):
            phone = Phone(browser, url, cookies["Today"].pop())
            page, _ = phone.open(pages["Today"], slow=True, watch=WATCH_THE_PAINT)
            seen.append(page.evaluate("window.painted"))
            phone.context.close()
        say("Today largest paint, Slow 4G", min(each["largest"] for each in seen) / 1000, 1.8, "s")
        say("Today layout shift", max(each["shift"] for each in seen), 0.02)
        tries = [
            max(answers(browser, url, pages["check-in"], cookies["check-in"].pop()), default=0) for _ in range(VISITS)
        ]
        say(f"check-in slowest answer of the pain scale, {SLOWER} times slower", min(tries), 100, "ms")
        browser.close()


if __name__ == "__main__":
    main()
