"""Every page in a real browser: axe finds nothing, nothing is refused, nothing is fetched from elsewhere.

With `python3 start.py screenshots` the same walk keeps a picture of each page at both sizes and in both themes.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from portal.lib.appearance import COOKIE
from tests.journeys.looking import DESK, PHONE, loose_policies, misfits, new_context, picture, violations, watch
from tests.journeys.people import enter
from tests.journeys.portal import Portal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CLIENT_PAGES = {
    "today": "/today/",
    "plan": "/plan/",
    "progress": "/progress/",
    "more": "/more/",
    "devices": "/devices/",
    "passkey-offer": "/in/passkey/offer/",
    "help": "/help/",
    "progress-print": "/progress/print/",
    "ease": "/ease/",
    "breaks": "/ease/breaks/",
    "quick-help": "/ease/help/slow-breathing/",
    "ease-text": "/ease/warm-pack/",
    "welcome-name": "/welcome/",
    "welcome-sound": "/welcome/sound/",
    "welcome-habit": "/welcome/habit/",
    "welcome-reminder": "/welcome/reminder/",
    "welcome-home": "/welcome/home/",
    "habit": "/more/habit/",
    "accessibility": "/accessibility/",
    "safety-check": "/safety/",
    "care-card": "/safety/card/",
    "messages": "/messages/",
    "move-day": "/plan/1/move/",
    "install": "/more/install/",
    "sound": "/more/sound/",
    "calendar": "/more/calendar/",
    "my-data": "/more/data/",
    "my-data-delete": "/more/data/delete/",
}
STAFF_PAGES = {
    "caseload": "/admin/caseload/",
    "caseload-all": "/admin/caseload/?tab=current",
    "flag-rules": "/admin/flag-rules/",
    "absences": "/admin/absences/",
    "morning-summary": "/admin/summary/",
    "new-client": "/admin/client/new/",
    "assign-who": "/admin/assign/",
    "safety-set-up": "/admin/safety/",
    "records": "/admin/records/",
    "new-exercise": "/admin/exercise/new/",
    "exercise-editor": "/admin/exercise/1/",
    "exercise-versions": "/admin/exercise/1/versions/",
    "exercise-used": "/admin/exercise/1/used/",
    "clients-list": "/admin/clients/client/",
    "exercises-list": "/admin/routines/exercise/",
    "routines-list": "/admin/routines/routine/",
    "account": "/accounts/2fa/",
    "search": "/admin/search/?q=knee",
    "overview": "/admin/overview/",
    "inbox": "/admin/messages/",
    "replies": "/admin/replies/",
    "pain-levels": "/admin/pain-levels/",
    "exchange": "/admin/library/exchange/",
    "translations": "/admin/translations/",
    "new-routine": "/admin/routine/new/",
    "routine-editor": "/admin/routine/1/",
    "exercise-media": "/admin/exercise/1/media/",
}
PAGES_OF_A_CLIENT = {
    "client-sees": "sees/",
    "client-timeline": "timeline/",
    "client-plans": "plans/",
    "client-sessions": "sessions/",
    "client-notes": "notes/",
    "visit-brief": "brief/",
    "client-goals": "goals/",
    "client-details": "details/",
    "client-flag-rules": "flag-rules/",
    "client-people": "people/",
    "client-report": "report/",
    "client-monitoring": "monitoring/",
}
PAGES_OF_A_PLAN = {"plan-lanes": "lanes/", "plan-rules": "rules/", "plan-what-if": "what-if/"}
OWNER_PAGES = {
    "owner-caseload": "/admin/caseload/",
    "people": "/admin/accounts/membership/",
    "new-person": "/admin/accounts/membership/add/",
    "audit": "/admin/accounts/auditevent/",
    "practice": "/admin/practice/",
    "practice-hours": "/admin/practice/hours/",
    "practice-colours": "/admin/practice/colours/",
    "practice-people": "/admin/practice/people/",
    "bulk-invite": "/admin/practice/invite/",
}
EDITOR_PAGES = {
    "editor-records": "/admin/records/",
    "editor-exercises": "/admin/routines/exercise/",
    "editor-self-care": "/admin/self-care/1/",
    "editor-new-self-care": "/admin/self-care/new/",
    "editor-translation": "/admin/translations/exercise/1/de/",
}
PUBLIC_PAGES = {
    "sign-in": "/in/",
    "staff-sign-in": "/accounts/login/",
    "demo-door": "/demo/",
    "outbox": "/outbox/",
    "about": "/about/",
    "not-found": "/styleguide/error-404/",  # at any other address a portal in development explains itself
}

# As the setting "Very large" under More writes it.
LARGEST_TEXT = "addEventListener('DOMContentLoaded', () => { document.documentElement.dataset.text = '150'; });"
# What moves by itself; a walk with less movement finds nothing. The player shows start and end beside each other then.
# A fade between pages that takes no time is still listed until the next frame, which a busy machine draws late.
MOVING = """() => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().duration > 0).map((
  { effect, animationName, transitionProperty }) =>
  `${animationName ?? transitionProperty} moves ${effect.target.outerHTML.slice(0, 80)} ${effect.pseudoElement}`)"""
POSES = {"player-work": 2, "player-other-side": 2}


def open_a_figure(page: "Page", portal: Portal) -> None:
    """Open the figure of the clinic's own bird dog, which is copied from the library the first time."""
    own = f"{portal.url}/admin/routines/exercise/?library=clinic"
    page.goto(own)
    if not page.get_by_role("link", name="Bird dog").count():
        page.goto(f"{portal.url}/admin/routines/exercise/?q=bird")
        page.get_by_role("link", name="Bird dog").first.click()
        page.get_by_role("link", name="Edit").click()
        page.get_by_role("button", name="Make it ours").click()
        page.goto(own)
    page.get_by_role("link", name="Bird dog").first.click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("link", name="Figure", exact=True).click()
    page.locator(".pose.is-live .pose__warnings li").first.wait_for()
    page.locator("[data-panel='leg.R'] summary").click()


def playing(page: "Page") -> Iterator[str]:
    """Go into a session: a question where one is asked, getting ready, at work, and on the other side."""
    page.locator(".player [data-do=start]").click()
    leave_out = page.locator(".player [data-do=gate_leave_out]")
    leave_out.or_(page.locator(".player__picture svg").first).first.wait_for()
    if leave_out.is_visible():
        yield "player-question"
        leave_out.click()
    page.locator(".player__picture svg").first.wait_for()
    yield "player-ready"
    working = page.locator(".player[data-screen=work] .player__picture svg")
    while not working.count():
        page.locator(".player [data-do=next]").click()
        page.wait_for_timeout(200)
    page.locator(".player [data-do=next]").click()  # past getting into place
    page.wait_for_timeout(1500)
    yield "player-work"
    page.locator(".player [data-do=how]").click()
    page.locator(".aside__stills svg").last.wait_for()
    yield "player-how"
    page.locator("dialog[open] [data-do=close]").first.click()
    page.locator(".player [data-do=pause]").click()
    page.locator(".player[data-screen=paused]").wait_for()
    yield "player-paused"
    page.locator(".player[data-screen=paused] [data-do=hurts]:visible").first.click()
    page.locator("dialog[open] label:has(input[name=hurt][value='2'])").click()
    yield "player-hurts"
    page.locator("dialog[open] [data-do=close]").first.click()
    page.locator(".player [data-part=big]").click()
    turned = page.locator(".player__picture svg > g[transform^='matrix(-1']")
    first = turned.count()
    for _ in range(60):
        if turned.count() != first:
            page.wait_for_timeout(1500)
            yield "player-other-side"
            return
        page.wait_for_timeout(500)


def walk(page: "Page", portal: Portal, who: str) -> Iterator[str]:
    """Open each page of one kind of person and yield its name when it is shown."""
    if who == "stranger":
        for name, path in PUBLIC_PAGES.items():
            page.goto(portal.url + path)
            yield name
        page.goto(f"{portal.url}/in/")
        page.get_by_label("E-mail address").fill("margaret@home.example")
        page.get_by_role("button", name="Send me a code").click()
        page.locator("input[name=code]").wait_for()
        yield "sign-in-code"
        return
    enter(page, portal, who)
    if who in OTHER_STAFF:
        for name, path in OTHER_STAFF[who].items():
            page.goto(portal.url + path)
            yield name
        return
    if who == "Priya Shah":
        for name, path in STAFF_PAGES.items():
            page.goto(portal.url + path)
            yield name
        open_a_figure(page, portal)
        yield "figure-editor"
        page.get_by_role("link", name="New figure").click()
        page.locator(".pose.is-live .pose__warnings li").first.wait_for()
        yield "figure-new"
        page.goto(f"{portal.url}/admin/caseload/?tab=current")
        page.get_by_role("link", name="Margaret Hill").first.click()
        yield "client"
        client = page.url
        for name, path in PAGES_OF_A_CLIENT.items():
            page.goto(client + path)
            yield name
        page.goto(client)
        plan = page.locator("main a[href$='/lanes/']").first.get_attribute("href") or ""
        for name, path in PAGES_OF_A_PLAN.items():
            page.goto(portal.url + plan.replace("lanes/", path))
            yield name
        page.goto(client)
        page.get_by_role("link", name=re.compile("(Change|Assign)")).first.click()
        yield "plan-editor"
        page.goto(f"{portal.url}/admin/caseload/?tab=current")
        page.get_by_role("link", name=re.compile("Review")).first.click()
        yield "session-review"
        return
    for name, path in CLIENT_PAGES.items():
        page.goto(portal.url + path)
        yield name
    page.goto(f"{portal.url}/plan/")
    handout = page.locator("main a[href$='/handout/']").first.get_attribute("href") or ""
    page.locator("main a[href^='/plan/']").first.click()
    yield "exercise"
    page.goto(f"{portal.url}/progress/")
    page.locator("main a[href^='/progress/']:not([href$='/print/'])").first.click()
    yield "session"
    # By their addresses: Today offers each session once, and the pictures are taken in four walks.
    for name, path in {"not-now": "/not-now/", "did-it": "/did-it/", "check-in": "/check-in/"}.items():
        page.goto(portal.url + handout.replace("/plan/", path).replace("handout", "1"))
        yield name
    page.locator("label:has(input[name=pain][value='2'])").click()
    page.locator("main form button[type=submit]").first.click()
    page.locator(".player").wait_for()
    yield "player"
    yield from playing(page)
    session = page.url
    page.goto(session + "after/")
    yield "after-pain"
    page.goto(session + "after/most/")
    yield "after-most"
    page.goto(session + "after/effort/")
    yield "after-effort"
    page.goto(session + "after/note/")
    yield "after-note"
    page.goto(session + "after/exercises/")
    yield "after-exercises"
    page.goto(f"{portal.url}/today/")
    yield "today-started"


OTHER_STAFF = {"Olive Bennett": OWNER_PAGES, "Leo Marsh": EDITOR_PAGES}
PEOPLE = ("stranger", "Priya Shah", "Margaret Hill", *OTHER_STAFF)


@pytest.mark.long
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("who", PEOPLE)
def test_axe_finds_nothing_and_the_policy_holds(browser: "Browser", demo: Portal, who: str, theme: str) -> None:
    """Clients' pages in the dark with the largest text, in the light also narrow, at twice the text and by finger.

    Nothing on them moves: in the dark the system asks for it, in the light this device was set so under More.
    """
    is_phone = who in ("stranger", "Margaret Hill")
    motion = "reduce" if is_phone and theme == "dark" else "no-preference"
    page = new_context(browser, PHONE if is_phone else DESK, theme=theme, reduced_motion=motion).new_page()
    if is_phone and theme == "light":
        page.context.add_cookies([{"name": COOKIE, "value": "..less.", "url": demo.url}])
    if theme == "dark" and is_phone:
        page.add_init_script(LARGEST_TEXT)
    complaints, loose = watch(page), loose_policies(page)
    found = {}
    for name in walk(page, demo, who):
        found[name] = [*page.evaluate(MOVING), *violations(page)] if is_phone else violations(page)
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
