"""The ways through the portal that tests/journeys/test_screens.py takes: every page and state, by who sees it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.journeys.people import enter
from tests.journeys.portal import Portal

if TYPE_CHECKING:
    from playwright.sync_api import Page

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
    "choose-practice": "/choose/",
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
    "routines": "/admin/routine/",
    "account": "/accounts/2fa/",
    "search": "/admin/search/",
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
    "help-signed-out": "/help/",
    "not-found": "/styleguide/error-404/",  # at any other address a portal in development explains itself
}


def open_a_figure(page: "Page", portal: Portal) -> None:
    """Open the figure of the clinic's own bird dog, which is copied from the library the first time."""
    own = f"{portal.url}/admin/routines/exercise/?library=clinic"
    page.goto(own)
    if not page.get_by_role("link", name="Bird dog").count():
        page.goto(f"{portal.url}/admin/routines/exercise/?q=bird")
        page.get_by_role("link", name="Bird dog").first.click()
        page.get_by_role("link", name="Edit").click()
        with page.expect_navigation():  # going elsewhere at once would take the order back
            page.get_by_role("button", name="Make it ours").click()
        page.goto(own)
    page.get_by_role("link", name="Bird dog").first.click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("link", name="Figure", exact=True).click()
    page.locator(".pose.is-live .pose__warnings li").first.wait_for()
    page.locator("[data-panel='leg.R'] summary").click()


LANDSCAPE = {"width": 844, "height": 390}

# In messages stand addresses whose tokens only the portal can make; a GET of them changes nothing.
TOKENS = """
from clients.models import Client
from clients.notifications.links import done_token, unsubscribe_token
from clients.services.marking import standing
from django.utils import timezone
from portal.accounts.tenancy import all_practices
now = timezone.now()
with all_practices():
    keys = list(Client.objects.order_by("pk").values_list("pk", flat=True))
# Whose session may be marked is a matter of the day; where nobody's may, the page says so.
key = next((key for key in keys if standing(key, now.date(), 1, now=now)[0] == "open"), keys[0])
print(unsubscribe_token(keys[-1], "session"), done_token(key, now.date(), 1))
"""


def links_in_messages(page: "Page", portal: Portal) -> Iterator[str]:
    """Open what stands behind the links of a reminder: to stop them, and to say that today's session is done."""
    stop, mark = portal.manage("shell", "-v", "0", "-c", TOKENS).split()
    page.goto(f"{portal.url}/d/{mark}/")
    yield "mark-done"
    page.goto(f"{portal.url}/u/{stop}/")
    yield "unsubscribe"
    page.get_by_role("button").first.click()
    page.wait_for_load_state()
    yield "unsubscribed"


def next_until(page: "Page", place: str, *, most: int = 60) -> None:
    """Tap Next, as people do who look ahead, until the player is where the selector says."""
    there = page.locator(f".player{place}")
    for _ in range(most):
        if there.count():
            return
        page.locator(".player [data-do=next]:visible, .player [data-do=gate_leave_out]:visible").first.click()
        page.wait_for_timeout(200)
    raise AssertionError(f"the player never came to {place}")


def helped(page: "Page", portal: Portal) -> Iterator[str]:
    """Breathe with the player in a quick help, which nothing is recorded of, and end it."""
    page.goto(f"{portal.url}/ease/help/slow-breathing/")
    page.locator(".player [data-do=start]").click()
    next_until(page, "[data-stage=breathe]")
    page.wait_for_timeout(1500)
    yield "player-breath"
    page.locator(".player [data-do=pause]").click()
    page.locator(".player[data-screen=paused] [data-do=finish]:visible").click()
    page.locator(".player[data-screen=finished]").wait_for()
    yield "player-finished"


def finishing(page: "Page", portal: Portal) -> Iterator[str]:
    """Begin a session, end it early, leave out what is asked after it, and see what comes of it on Today."""
    page.goto(f"{portal.url}/plan/")
    handout = page.locator("main a[href$='/handout/']").first.get_attribute("href") or ""
    page.goto(portal.url + handout.replace("/plan/", "/check-in/").replace("handout", "1"))
    page.locator("label:has(input[name=pain][value='2'])").click()
    page.locator("main form button[type=submit]").first.click()
    page.locator(".player [data-do=start]").click()
    next_until(page, "[data-screen=rest]")
    page.wait_for_timeout(500)
    yield "player-rest"
    size = page.viewport_size
    page.set_viewport_size(LANDSCAPE)
    yield "player-rest-landscape"
    next_until(page, "[data-screen=work]")
    page.locator(".player__picture svg").first.wait_for()
    yield "player-work-landscape"
    page.locator(".player [data-do=pause]").click()
    yield "player-paused-landscape"
    if size:
        page.set_viewport_size(size)
    page.locator(".player[data-screen=paused] [data-do=finish]:visible").click()
    page.locator(".player[data-screen=finished]").wait_for()
    with page.expect_navigation():
        page.locator(".player[data-screen=finished] [data-part=big]").click()
    page.goto(page.url.partition("after/")[0] + "done/")
    page.get_by_role("heading", name="All done").wait_for()
    yield "done"
    page.goto(f"{portal.url}/today/")
    yield "today-done"


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
    page.locator("dialog[open] .aside__stills svg").last.wait_for()
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
        page.get_by_label("mail address").fill("margaret@home.example")
        page.get_by_role("button", name="Send me a code").click()
        page.locator("input[name=code]").wait_for()
        yield "sign-in-code"
        yield from links_in_messages(page, portal)
        return
    enter(page, portal, who)
    if who == "Alan Reid":
        yield from finishing(page, portal)
        return
    if who in OTHER_STAFF:
        for name, path in OTHER_STAFF[who].items():
            page.goto(portal.url + path)
            yield name
        if who == "Olive Bennett":
            page.goto(f"{portal.url}/admin/practice/people/")
            page.get_by_role("link", name="Priya Shah").first.click()
            yield "practice-person"
            page.get_by_role("link", name="Hand clients over").click()
            yield "hand-over"
        return
    if who == "Priya Shah":
        for name, path in STAFF_PAGES.items():
            page.goto(portal.url + path)
            yield name
        page.goto(f"{portal.url}/admin/search/")
        page.get_by_role("searchbox").fill("knee")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Knee squeezes").first.wait_for()
        yield "search-found"
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
        reviews = [link.get_attribute("href") for link in page.get_by_role("link", name=re.compile("Review")).all()]
        page.goto(f"{portal.url}{reviews[0]}")
        yield "session-review"
        # What an earlier walk made easier may have left its plan; another session has an exercise that is there.
        easier = page.get_by_role("button", name=re.compile("^Easier"))
        while not easier.count():
            page.goto(f"{portal.url}{reviews.pop()}")
        easier.first.click()
        page.wait_for_load_state()
        yield "plan-adjusted"
        page.goto(f"{portal.url}/admin/messages/")
        page.locator("main a[href^='/admin/messages/']").first.click()
        yield "thread"
        return
    for name, path in CLIENT_PAGES.items():
        page.goto(portal.url + path)
        yield name
    page.goto(f"{portal.url}/progress/")
    goal = page.locator("details:has(form[action^='/progress/goal/'])")
    goal.locator("summary").click()
    yield "tell-activity"
    yield from helped(page, portal)
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
ON_PHONES = ("stranger", "Margaret Hill", "Alan Reid")
PEOPLE = (*ON_PHONES, "Priya Shah", *OTHER_STAFF)
