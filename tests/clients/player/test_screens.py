"""What the player's page shows: figures, breath, every screen at every size."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.clients.player import harness
from tests.clients.player.visit import CUT, FAINT, ON_ITS_SIDE, PHONE, SIZES, SMALL, TELEVISION, Visit
from tests.journeys.looking import violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator

pytestmark = pytest.mark.browser

RING = """() => [
  document.querySelector('[data-part="ringWord"]').innerText,
  Number(document.querySelector(".ring__ball").style.getPropertyValue("--size")),
]"""


def test_the_figure_moves_with_the_clock_and_stands_still_on_pause(visit: Visit) -> None:
    visit.open()
    visit.begin()
    picture = visit.page.locator(".player__picture")
    picture.locator("svg").wait_for()
    assert picture.get_attribute("role") == "img"
    assert "knee moves to the chest" in str(picture.get_attribute("aria-label"))
    before = picture.inner_html()
    visit.wait(1)
    assert picture.inner_html() != before
    visit.tap("pause")
    visit.wait(0.5)
    held = picture.inner_html()
    visit.wait(30)
    assert picture.inner_html() == held


def test_a_tap_is_answered_before_the_figure_goes_on_and_the_dialog_opens(visit: Visit) -> None:
    visit.open()
    visit.begin()
    visit.page.locator(".player__picture svg").wait_for()
    visit.page.evaluate(
        """() => {
          window.order = [];
          const note = (what, element, options) =>
            new MutationObserver(() => window.order.push(what)).observe(element, options);
          note("figure", document.querySelector(".player__picture"), { childList: true });
          note("dark", document.querySelector(".player"), { attributeFilter: ["data-aside"] });
          note("open", document.querySelector("[data-dialog=how]"), { attributeFilter: ["open"] });
          document.querySelector("[data-do=how]").addEventListener("pointerdown", () => { window.order = []; });
          requestAnimationFrame(function each() { window.order.push("frame"); requestAnimationFrame(each); });
        }"""
    )
    visit.page.wait_for_function("() => window.order.includes('figure')")
    visit.tap("how")
    order = visit.page.evaluate("() => window.order")
    assert order.index("frame", order.index("dark")) < order.index("open")
    assert "figure" not in order[: order.index("open")]
    visit.tap("close")
    visit.page.evaluate("() => { window.order = []; }")
    visit.page.wait_for_function("() => window.order.includes('figure')")


def test_the_other_side_is_the_mirrored_figure(visit: Visit) -> None:
    visit.open()
    visit.begin()
    turned = visit.page.locator(".player__picture svg > g[transform^='matrix(-1']")
    visit.page.locator(".player__picture svg").wait_for()
    seen = set()
    for _ in range(60):
        seen.add((turned.count(), str(visit.page.locator(".player__picture").get_attribute("aria-label"))))
        visit.wait(1)
    lying = "Lying on your back, knees bent, feet flat."
    assert {(0, f"{lying} The right knee moves to the chest"), (1, f"{lying} The left knee moves to the chest")} <= {
        (count, label.partition(" and")[0]) for count, label in seen
    }


def test_the_easier_one_is_shown_before_it_is_chosen(visit: Visit) -> None:
    visit.open()
    visit.begin()
    visit.tap("pause")
    visit.tap("easier")
    visit.page.clock.resume()
    pictures = visit.page.locator("dialog[open] .aside__stills figure:visible")
    pictures.nth(1).locator("svg").wait_for()
    assert pictures.all_inner_texts() == ["Start", "End"]
    assert visit.page.locator("dialog[open] .btn--big").inner_text() == "Change to Hamstring stretch with a strap"


def with_less_movement(browser: "Browser", asked: str) -> "BrowserContext":
    """A browser whose system asks for it, or whose owner has chosen it under More."""
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce" if asked == "system" else "no-preference")
    if asked == "own":
        context.add_init_script(
            "addEventListener('DOMContentLoaded', () => { document.documentElement.dataset.motion = 'less'; });"
        )
    return context


@pytest.mark.parametrize("asked", ["system", "own"])
def test_with_less_movement_start_and_end_stand_side_by_side(
    browser: "Browser", server: harness.PlayerServer, asked: str
) -> None:
    context = with_less_movement(browser, asked)
    server.bundle = harness.bundle([harness.item(3, "glute-bridge")])
    visit = Visit(context, server).open()
    visit.tap("start")
    visit.page.locator(".player__picture svg").first.wait_for()
    visit.tap("next")
    visit.wait(1)
    assert visit.page.locator(".player__picture svg").count() == 2
    first = visit.page.locator(".player__picture").inner_html()
    visit.wait(1)
    assert visit.page.locator(".player__picture").inner_html() == first
    assert visit.complaints == []


@pytest.mark.parametrize("asked", ["system", "own"])
def test_with_less_movement_nothing_is_animated(browser: "Browser", server: harness.PlayerServer, asked: str) -> None:
    context = with_less_movement(browser, asked)
    server.bundle = harness.bundle([harness.item(1, "belly-breathing")])
    visit = Visit(context, server).open()
    visit.tap("start")
    visit.tap("next")
    visit.tap("next")
    sizes = set()
    for _ in range(10):
        visit.wait(0.4)
        sizes.add(visit.page.evaluate("() => document.querySelector('.ring__ball').style.getPropertyValue('--size')"))
        assert visit.page.evaluate("() => document.getAnimations().length") == 0
    assert len(sizes) == 1, "the circle keeps its size"
    assert visit.complaints == []


def test_the_circle_grows_on_the_breath_in_and_shrinks_on_the_breath_out(visit: Visit) -> None:
    visit.server.bundle = harness.bundle([harness.item(1, "belly-breathing")])
    visit.open()
    visit.tap("start")
    visit.tap("next")
    visit.tap("next")
    moments = []
    for _ in range(12):
        visit.wait(1)
        moments.append(visit.page.evaluate(RING))
    # The clock goes on by itself between two looks, so that only what was seen under one word is compared.
    changes = [(word, after - before) for (word, before), (then, after) in pairwise(moments) if word == then]
    assert {word for word, _ in changes} == {"Breathe in", "Breathe out"}
    assert all(change > 0 for word, change in changes if word == "Breathe in")
    assert all(change < 0 for word, change in changes if word == "Breathe out")


def test_without_javascript_there_is_a_list_to_read_and_tick(browser: "Browser", server: harness.PlayerServer) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    server.bundle = harness.bundle([harness.knee_squeezes(1), harness.item(2, "cat-camel")])
    page.goto(f"{server.url}/session/")
    assert page.get_by_role("heading", name="Knee squeezes").is_visible()
    assert page.get_by_text("Breathe out and draw one knee towards your chest.").is_visible()
    assert page.get_by_role("button", name="Mark done").count() == 2
    assert not page.locator(".player").is_visible()
    form = page.locator("form[action$='/mark/1/']")
    assert form.get_attribute("method") == "post"


def every_screen(visit: Visit) -> Iterator[str]:
    """Bring the page to each of its screens, and name it."""
    yield "start"
    visit.page.get_by_role("button", name="Play a sound").first.click()
    visit.page.get_by_role("button", name="I hear nothing").click()
    yield "nothing heard"
    visit.tap("start")
    yield "gate"
    visit.page.locator("[data-part=gateAdd]").click()
    visit.settle()
    yield "gate, incomplete"
    visit.page.locator("[name=gate_equipment]").check()
    visit.page.locator("[data-part=gateAdd]").click()
    visit.settle()
    visit.wait(0.5)
    yield "ready"
    visit.tap("next")
    visit.tap("next")
    visit.wait(6)
    yield "timed"
    visit.tap("hurts")
    yield "hurts"
    visit.page.locator('[name=hurt][value="2"]').check()
    visit.settle()
    yield "hurts, rated"
    visit.tap("carry_on")
    visit.tap("how")
    yield "how"
    visit.tap("close")
    visit.tap("pause")
    yield "paused"
    visit.tap("easier")
    yield "swap"
    visit.tap("close")
    visit.tap("skip_ask")
    yield "skip"
    visit.tap("close")
    visit.tap("settings")
    yield "settings"
    visit.tap("close")
    visit.tap("carry_on")
    visit.tap("next")
    visit.tap("next")
    visit.wait(20)
    yield "rocking"
    for _ in range(4):
        visit.tap("next")
    visit.wait(1)
    yield "one side"
    visit.tap("next")
    yield "switch"
    visit.tap("next")
    visit.tap("next")
    yield "rest"
    for _ in range(4):
        visit.tap("next")
    for _ in range(2):
        visit.tap("next")
    visit.wait(1)
    yield "repetitions"
    visit.tap("how")
    visit.tap("pace", value="own")
    visit.tap("close")
    yield "own pace"
    visit.tap("pause")
    visit.tap("skip_ask")
    visit.tap("skip", value="no_time")
    visit.tap("next")
    visit.tap("next")
    visit.wait(2)
    yield "breath"
    visit.tap("pause")
    visit.tap("finish")
    yield "finished"


SCREENS = {
    "start", "nothing heard", "gate", "gate, incomplete", "ready", "timed", "hurts", "hurts, rated", "how", "paused",
    "swap", "skip", "settings", "rocking", "one side", "switch", "rest", "repetitions", "own pace", "breath",
    "finished",
}  # fmt: skip
QUESTIONS = {
    "nothing heard", "gate", "gate, incomplete", "hurts", "hurts, rated", "how", "swap", "skip", "settings",
}  # fmt: skip


LOOKS = {
    "upright": (PHONE, "light", 100),
    "upright and dark": (PHONE, "dark", 100),
    "on its side": (ON_ITS_SIDE, "light", 100),
    "small": (SMALL, "light", 100),
    "small with text twice as large": (SMALL, "light", 200),
    "on a television": (TELEVISION, "light", 100),
    "on a television, dark": (TELEVISION, "dark", 100),
}
# Pixels. Seen from 3 m on a screen of 40 inches (0.46 mm a pixel) this is as large as the word of the phase is
# from 1.5 m on a phone, 8.8 arc minutes of capital height; source: screens, "The player is read from 1.2-1.5 m".
LEAST_ON_A_TELEVISION = 25
BIG = """localStorage.setItem("steadyback-player", JSON.stringify({ big: true }))"""


@pytest.mark.parametrize(("size", "scheme", "text"), LOOKS.values(), ids=LOOKS)
def test_every_screen_is_accessible_and_loses_nothing(
    browser: "Browser", server: harness.PlayerServer, size: Any, scheme: Any, text: int
) -> None:
    """No rule of axe is broken, no text is cut, every target is large; on a phone all fits without scrolling."""
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    visit = Visit(context, server)
    if size is TELEVISION:
        visit.page.add_init_script(BIG)
    visit.open()
    if text != 100:
        visit.page.evaluate(f"() => {{ document.documentElement.style.fontSize = '{text}%'; }}")
    broken, seen = [], set()
    for screen in every_screen(visit):
        seen.add(screen)
        broken += [(screen, line) for line in violations(visit.page)]
        broken += [(screen, "cut", html) for html in visit.page.evaluate(CUT)]
        if size is TELEVISION:
            assert visit.page.locator("[data-tv] .player").count() == 1
            broken += [(screen, "faint", words) for words in visit.page.evaluate(FAINT, LEAST_ON_A_TELEVISION)]
        over = visit.page.evaluate(SIZES)
        if over["wide"] > 0 or (size is not SMALL and screen not in QUESTIONS and over["tall"] > 0):
            broken.append((screen, "does not fit", str(over)))
        for target in visit.page.locator(".player button").filter(visible=True).all():
            broken += [(screen, "small", words) for words in too_small(target)]
    assert broken == []
    assert seen == SCREENS


def too_small(target: "Locator") -> list[str]:
    """Return what is wrong with the size of a target."""
    box = target.bounding_box()
    assert box is not None
    least = 96 if target.get_attribute("data-part") == "pause" else 56
    is_large = box["width"] >= least and box["height"] >= least
    return [] if is_large else [f"{target.inner_text()}: {box['width']} x {box['height']}, at least {least}"]


def test_a_figure_that_cannot_be_drawn_leaves_the_words_and_the_session_goes_on(visit: Visit) -> None:
    visit.server.bundle = harness.bundle([harness.item(3, "glute-bridge")])
    visit.server.bundle["figures"]["palette"] = "no-such-look"
    visit.open()
    visit.page.wait_for_load_state("networkidle")  # the engine is there
    visit.tap("start")
    visit.wait(2)
    assert visit.page.locator(".player__picture").is_hidden()
    assert "Lie on your back" in visit.text("figure")
    visit.wait_for_screen("work")
    assert len(visit.complaints) == 1, visit.complaints
    assert "cannot be drawn" in visit.complaints[0]
    visit.complaints.clear()
