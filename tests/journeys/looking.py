"""Looking at a page as people and axe do."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

from tests import rig
from tests.conftest import PATIENCE_MS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SCREENS = rig.ROOT / "tests" / "journeys" / "screens"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: "Page") -> list[str]:
    """Return what axe finds, one line each: rule, and the first place."""
    # Of a sheet that imports another, as Django's admin/css/forms.css does, axe makes a <style>, which our policy
    # refuses; reading sheets ahead serves one rule alone, about pages locked to one orientation.
    imports = page.locator('link[href*="admin/css/forms"]').count() > 0
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "preload": not imports})
    return [
        f"{each['id']} ({each['impact']}): {each['nodes'][0]['html'][:160]}" for each in found.response["violations"]
    ]


def assert_accessible(page: "Page") -> None:
    """Fail with the list where axe finds anything."""
    assert violations(page) == [], page.url


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


def picture(page: "Page", name: str, *, folder: Path = SCREENS) -> Path:
    """Keep a full-page picture and return where it lies."""
    path = folder / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
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
