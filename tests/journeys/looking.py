"""Looking at a page as people and axe do."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests import rig
from tests.conftest import PATIENCE_MS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response

SCREENS = rig.ROOT / "tests" / "journeys" / "screens"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 700}
COLOUR_RULES = ["color-contrast", "link-in-text-block"]  # those of RULES that another theme can break
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

SMALLEST_TARGET = 44  # CSS pixels; source: acceptance check 2 of the screens
# A link inside a sentence may be as small as its words (WCAG 2.2, 2.5.8).
TOO_SMALL = """(size) => {
  const words = (element) => element.innerText.trim();
  const inSentence = (link) => link.matches("p a") && words(link.closest("p")) !== words(link);
  return [...document.querySelectorAll("a[href], button, label:has(input), summary, select")]
    .filter((element) => !element.closest(".skip, [hidden]") && !inSentence(element))
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([element, box]) => box.width > 0 && (box.width < size || box.height < size))
    .map(([element, box]) => `${element.outerHTML.slice(0, 100)} is ${box.width} x ${box.height}`);
}"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(page: "Page", *, colours_only: bool = False) -> list[str]:
    """Return what axe finds, one line each: rule, and the first place.

    colours_only: of a page that was looked at in another theme, where nothing but colours differs.
    """
    # A click returns when the next page is on its way, which has no element yet.
    page.wait_for_load_state()
    # Of a sheet that imports another, as Django's admin/css/forms.css does, axe makes a <style>, which our policy
    # refuses; reading sheets ahead serves one rule alone, about pages locked to one orientation.
    imports = page.locator('link[href*="admin/css/forms"]').count() > 0
    # What holds is not listed place by place: that would take most of the time.
    wanted = {"type": "rule", "values": COLOUR_RULES} if colours_only else {"type": "tag", "values": RULES}
    options = {"runOnly": wanted, "resultTypes": ["violations"], "preload": not imports}
    found = Axe().run(page, options=options)
    return [
        f"{each['id']} ({each['impact']}): {each['nodes'][0]['html'][:160]}" for each in found.response["violations"]
    ]


def assert_accessible(page: "Page") -> None:
    """Fail with the list where axe finds anything."""
    assert violations(page) == [], page.url


def misfits(page: "Page", *, targets: bool = True) -> list[str]:
    """Return what a finger misses, and by how much the page scrolls sideways at 320 px and at twice the text."""
    found = list(page.evaluate(TOO_SMALL, SMALLEST_TARGET)) if targets else []
    size = page.viewport_size or PHONE
    for viewport, text in ((NARROW, "100%"), (NARROW, "200%"), (PHONE, "200%")):
        page.set_viewport_size(viewport)
        page.evaluate("(text) => { document.documentElement.style.fontSize = text; }", text)
        wider = page.evaluate(WIDER)
        if wider > 0:
            found.append(f"{wider} px too wide at {viewport['width']} px with text of {text}")
    page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    page.set_viewport_size(size)
    return found


def watch(page: "Page") -> list[str]:
    """Return a list that fills with everything the page complains of: errors, refused content, foreign requests."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"error: {error} ({page.url})"))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"console: {message.text} ({page.url}, {message.location})")
            if message.type == "error"
            else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            complaints.append(f"foreign host: {request.url}")
            if "//localhost:" not in request.url and not request.url.startswith(("data:", "blob:"))
            else None
        ),
    )
    return complaints


def loose_policies(page: "Page") -> list[str]:
    """Return a list that fills with the pages that come without a policy, or with one that lets anything inline run."""
    found: list[str] = []

    def look(answer: "Response") -> None:
        policy = answer.headers.get("content-security-policy", "unsafe-inline")
        if answer.frame == page.main_frame and answer.headers.get("content-type", "").startswith("text/html"):
            found.extend(f"{loose}: {answer.url}" for loose in ("unsafe-inline", "unsafe-eval") if loose in policy)

    page.on("response", look)
    return found


def drag(page: "Page", handle: "Locator", entry: "Locator") -> None:
    """Drag by a handle and let go once the entry shows that it takes what is held, as people do."""
    handle.hover()
    page.mouse.down()
    for _ in range(2):  # the first move begins the drag, the second is one over the entry
        entry.hover()
    expect(entry).to_contain_class("is-target")
    page.mouse.up()


def picture(page: "Page", name: str, *, folder: Path = SCREENS) -> Path:
    """Keep a full-page picture and return where it lies."""
    path = folder / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.wait_for_load_state()
    page.screenshot(path=path, full_page=True, animations="disabled")
    return path


def new_context(browser: "Browser", size: dict[str, int], *, theme: str = "light", **options: Any) -> "BrowserContext":
    """Return a fresh browser of a size and theme."""
    # The app without a network has its own story; elsewhere its worker would only take time.
    options.setdefault("service_workers", "block")
    made = browser.new_context(
        viewport=size,
        color_scheme=theme,
        locale="en-GB",
        timezone_id="Europe/London",
        **options,
    )
    made.set_default_timeout(PATIENCE_MS)
    return made
