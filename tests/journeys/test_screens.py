"""Every page in a real browser: axe finds nothing, nothing is refused, nothing is fetched from elsewhere.

With `python3 start.py screenshots` the same walk keeps a picture of each page at both sizes and in both themes.
"""

from typing import TYPE_CHECKING

import pytest

from portal.lib.appearance import COOKIE
from tests.journeys.looking import DESK, PHONE, loose_policies, misfits, new_context, picture, violations, watch
from tests.journeys.portal import Portal
from tests.journeys.walk import ON_PHONES, PEOPLE, walk

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

# As the setting "Very large" under More writes it.
LARGEST_TEXT = "addEventListener('DOMContentLoaded', () => { document.documentElement.dataset.text = '150'; });"
# What moves by itself; a walk with less movement finds nothing. The player shows start and end beside each other then.
# A fade between pages that takes no time is still listed until the next frame, which a busy machine draws late.
MOVING = """() => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().duration > 0).map((
  { effect, animationName, transitionProperty }) =>
  `${animationName ?? transitionProperty} moves ${effect.target.outerHTML.slice(0, 80)} ${effect.pseudoElement}`)"""
POSES = {"player-work": 2, "player-other-side": 2}


@pytest.mark.long
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("who", PEOPLE)
def test_axe_finds_nothing_and_the_policy_holds(browser: "Browser", demo: Portal, who: str, theme: str) -> None:
    """Clients' pages in the dark with the largest text, in the light also narrow, at twice the text and by finger.

    Nothing on them moves: in the dark the system asks for it, in the light this device was set so under More.
    The desk in the dark is the desk in the light in other colours, so axe looks at these alone.
    """
    is_phone = who in ON_PHONES
    motion = "reduce" if is_phone and theme == "dark" else "no-preference"
    page = new_context(browser, PHONE if is_phone else DESK, theme=theme, reduced_motion=motion).new_page()
    if is_phone and theme == "light":
        page.context.add_cookies([{"name": COOKIE, "value": "..less.", "url": demo.url}])
    if theme == "dark" and is_phone:
        page.add_init_script(LARGEST_TEXT)
    complaints, loose = watch(page), loose_policies(page)
    found = {}
    for name in walk(page, demo, who):
        found[name] = page.evaluate(MOVING) if is_phone else []
        found[name] += violations(page, colours_only=theme == "dark" and not is_phone)
        if page.locator(".player__picture svg").count() < POSES.get(name, 0):
            found[name].append("not both poses")
        if theme == "light" and is_phone:
            found[name] += misfits(page)
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert [each for each in complaints if "404" not in each] == []
    assert loose == []


@pytest.mark.screenshots
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390x844", "1280x800"])
@pytest.mark.parametrize("who", PEOPLE)
def test_pictures_of_every_page(browser: "Browser", demo: Portal, who: str, size: dict[str, int], theme: str) -> None:
    page = new_context(browser, size, theme=theme).new_page()
    for name in walk(page, demo, who):
        assert picture(page, f"{size['width']}/{theme}/{name}").stat().st_size > 0
