"""A client with the page of a session open in a browser, and a clock that the test turns."""

from typing import TYPE_CHECKING, Any

from tests.clients.player import harness
from tests.journeys.player import STEP_MS

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PHONE = {"width": 390, "height": 844}
ON_ITS_SIDE = {"width": 844, "height": 390}
SMALL = {"width": 320, "height": 640}
TELEVISION = {"width": 1920, "height": 1080}
SIZES = """() => ({
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  tall: document.documentElement.scrollHeight - document.documentElement.clientHeight,
})"""
# A read of the same store comes after every write that was begun, and a message after what waited for them.
SETTLE = """async (account) => {
  if (window.indexedDB) {
    const open = indexedDB.open(`steadyback-${account}`);
    await new Promise((done) => { open.onsuccess = done; open.onerror = done; });
    const read = open.result.transaction("events").objectStore("events").getAll();
    await new Promise((done) => { read.onsuccess = done; });
    open.result.close();
  }
  // A tap is answered, what it shows is painted, and a dialog opens: each in a task of its own.
  for (let task = 0; task < 3; task += 1) {
    const channel = new MessageChannel();
    await new Promise((done) => { channel.port1.onmessage = done; channel.port2.postMessage(0); });
  }
}"""
OPENED = "() => !document.querySelector('.player[data-aside]') || document.querySelector('dialog[open]')"
CUT = """() => [...document.querySelectorAll(".player :is(h1, h2, p, button, li, label, legend)")]
  .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
  .filter((each) => getComputedStyle(each).display !== "inline" && !each.closest(".hidden-text, .player__tempo"))
  .map((each) => each.outerHTML.slice(0, 100))"""
# The words of a screen that is not a dialog, with how large they are set.
FAINT = """(least) => [...document.querySelectorAll(".player *")]
  .filter((each) => each.checkVisibility() && !each.closest(".hidden-text, svg"))
  .filter((each) => [...each.childNodes].some(({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim()))
  .map((each) => [parseFloat(getComputedStyle(each).fontSize), each])
  .filter(([size]) => size < least)
  .map(([size, each]) => `${size} px: ${each.outerHTML.slice(0, 100)}`)"""
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""
LISTEN = """() => {
  const line = document.getElementById("say");
  window.heard = [];
  const hear = () => window.heard.push(line.textContent);
  new MutationObserver(hear).observe(line, {childList: true, characterData: true, subtree: true});
}"""


class Visit:
    """A client with the page of a session open, and a clock that the test turns."""

    def __init__(self, context: "BrowserContext", server: harness.PlayerServer) -> None:
        self.server = server
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self._note(message.text)

    def _note(self, text: str) -> None:
        # The network is made bad on purpose, and the pages that the harness leads to are bare.
        if not any(words in text for words in ("Failed to load resource", "ViewTransition opt-in")):
            self.complaints.append(text)

    def open(self, *, clock: bool = True) -> "Visit":
        if clock:
            self.page.clock.install()
        self.page.goto(f"{self.server.url}/session/")
        self.page.wait_for_selector(".player[data-ready]")
        return self

    def wait(self, seconds: float) -> None:
        """Let time pass for the page, in steps that a timer of a real page would take."""
        self.page.clock.run_for(int(seconds * 1000))
        self.settle()

    def settle(self) -> None:
        """Let the store and the screen finish what was begun."""
        self.page.evaluate(SETTLE, self.server.bundle["account"])

    def tap(self, action: str, *, value: str = "") -> None:
        scope = "dialog[open] " if self.page.locator("dialog[open]").count() else ""
        wanted = f'{scope}[data-do="{action}"]' + (f'[data-value="{value}"]' if value else "")
        self.page.locator(wanted).filter(visible=True).first.click()
        self.settle()
        # A dialog opens after the frame in which the page darkens.
        self.page.wait_for_function(OPENED)

    def screen(self) -> str:
        return self.page.locator(".player").get_attribute("data-screen") or ""

    def text(self, part: str) -> str:
        return self.page.locator(f'[data-part="{part}"]').inner_text()

    def wait_for_screen(self, screen: str, limit: int = 800) -> None:
        for _ in range(limit):
            if self.screen() == screen:
                return
            self.page.clock.fast_forward(STEP_MS)
            self.settle()
        raise AssertionError(f"{screen} never came; the screen is {self.screen()}")

    def begin(self) -> None:
        """Start, tick the blanket and wait until the first set."""
        self.tap("start")
        self.page.locator("[name=gate_equipment]").check()
        self.page.locator("[data-part=gateAdd]").click()
        self.settle()
        self.tap("next")
        self.tap("next")
