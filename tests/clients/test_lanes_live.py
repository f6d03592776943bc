"""In a browser: rocking that follows the pain, a flare-up and the way back, and the pages of rules and lanes."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Assignment, Client, Decision, Session
from clients.services.plan_rules import switch_rules
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from routines.models import Routine
from tests.clients.test_decide import give, seed
from tests.doors import STAFF, sign_in
from tests.factories import answer_all_no
from tests.journeys import people, player
from tests.journeys.looking import DESK, PHONE, assert_accessible, new_context

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import BrowserContext, Page

__all__ = ["seed"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def many_calls(settings: Any) -> None:
    """Let a phone tell of a quarter of an hour within seconds: the limit of calls is one of real time."""
    settings.API_CALLS_PER_MINUTE = 10_000


def let_in(context: "BrowserContext", visitor: Browser, live_server: Any) -> None:
    cookie = visitor.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])


def come_to_the_desk(context: "BrowserContext", who: User, live_server: Any) -> None:
    """Sign in with the second factor, which does not last for a day."""
    visitor = Browser()
    sign_in(visitor, who, STAFF)
    let_in(context, visitor, live_server)


@pytest.fixture
def phone(browser: "Chromium", live_server: Any, carl: Client) -> "BrowserContext":
    """Carl's phone, signed in; his safety questions are answered."""
    answer_all_no(carl)
    visitor = Browser()
    assert carl.user is not None
    visitor.force_login(carl.user)
    context = new_context(browser, PHONE)
    let_in(context, visitor, live_server)
    return context


@pytest.fixture
def desk(browser: "Chromium", live_server: Any, priya: User) -> "Page":
    """Priya at her desk."""
    context = new_context(browser, DESK)
    come_to_the_desk(context, priya, live_server)
    return context.new_page()


def start(context: "BrowserContext", url: str, pain: int | None) -> "Page":
    """Open today's session and answer the first question."""
    page = context.new_page()
    page.clock.install(time=timezone.now())
    page.goto(url + reverse("today"))
    page.locator("main a[href*='/check-in/']").first.click()
    if pain is None:
        page.get_by_role("button", name="Skip this question").click()
    else:
        page.locator(f"[name=pain][value='{pain}']").check()
        page.get_by_role("button", name="Start session").click()
    return page


def play(page: "Page") -> set[str]:
    """Let the session run to its end, the blanket ticked and no pain answered; return every remark that was shown."""
    seen = player.play(page, tick_blanket=True)
    player.wait_until_sent(page)
    page.locator("[data-do=ok]").click()
    page.wait_for_url("**/after/")
    page.close()
    return {moment["note"] for moment in seen.moments}


def segments_of(practice: Practice) -> list[str]:
    """The segments of the newest session in which something was done."""
    with practice_scope(practice):
        session = Session.objects.order_by("-started_at")[0]
        return [
            event.data["segment"]
            for event in session.events.order_by("at")
            if event.type == "set_done" and event.data["done"]
        ]


def test_rocking_is_offered_at_2_and_left_out_at_5_and_without_an_answer(
    desk: "Page", phone: "BrowserContext", live_server: Any, carl: Client, seed: Routine, practice: Practice
) -> None:
    desk.goto(f"{live_server.url}{reverse('admin:assign_to', args=[carl.pk])}?routine={seed.pk}")
    desk.get_by_role("checkbox", name="Rocking").first.check()
    assert desk.get_by_text("On hard days").is_visible()
    assert_accessible(desk)
    desk.get_by_role("button", name="Give to Carl").click()
    desk.get_by_text("Sent.").wait_for()

    play(start(phone, live_server.url, 2))
    assert "rocking" in segments_of(practice)

    notes = play(start(phone, live_server.url, 5))
    assert "rocking" not in segments_of(practice)
    assert any("It is for days when your pain is 3 or less." in note for note in notes), notes

    notes = play(start(phone, live_server.url, None))
    assert "rocking" not in segments_of(practice)
    assert any("We do not know how your pain is now." in note for note in notes), notes
    with practice_scope(practice):
        decisions = Decision.objects.filter(rule_key="gate:knee-squeezes:rocking").order_by("decided_at")
        assert [row.outcome["reason"] for row in decisions] == ["pain_too_high", "pain_unknown"]

    desk.goto(live_server.url + reverse("admin:client", args=[carl.pk]))
    desk.get_by_text("What the rules decided").click()
    desk.get_by_text("was left out because pain before was 5.").first.wait_for()
    desk.get_by_text("was left out because pain before was not answered.").first.wait_for()
    assert_accessible(desk)


def answer_the_day(page: "Page", pain: int) -> None:
    """Answer the one question a day of a flare-up, on Today."""
    question = page.get_by_role("region", name="One question a day")
    question.locator(f"[name=pain][value='{pain}']").check()
    question.get_by_role("button", name="Save").click()


def test_a_flare_goes_by_its_lane_and_comes_back_at_three_quarters_for_two_sessions(
    desk: "Page",
    phone: "BrowserContext",
    live_server: Any,
    carl: Client,
    priya: User,
    seed: Routine,
    practice: Practice,
) -> None:
    morning = (timezone.now() + timedelta(days=1)).replace(hour=9)  # a day that does not end during the story
    desk.goto(f"{live_server.url}{reverse('admin:assign_to', args=[carl.pk])}?routine={seed.pk}")
    desk.get_by_label("First day").fill(f"{morning:%Y-%m-%d}")
    desk.get_by_label("In a flare-up the client may switch").check()
    desk.get_by_role("button", name="Give to Carl").click()
    desk.get_by_text("Sent.").wait_for()

    def lanes() -> list[tuple[str, int]]:
        with practice_scope(practice):
            return list(Session.objects.order_by("started_at").values_list("lane", "percent"))

    today = phone.new_page()
    with time_machine.travel(morning):
        today.goto(live_server.url + reverse("today"))
        today.get_by_role("button", name="Flare-up today").click()
        people.answer_no_to_all(today)
        today.get_by_role("link", name="Go on").click()
        today.get_by_text("Flare-up session").wait_for()
        assert_accessible(today)
        answer_the_day(today, 4)
        today.get_by_text("Thanks for telling us.").wait_for()
        play(start(phone, live_server.url, 4))
        assert lanes() == [("flare", 100)]
        today.goto(live_server.url + reverse("today"))
        today.get_by_text("Done for today").wait_for()
        come_to_the_desk(desk.context, priya, live_server)
        desk.goto(live_server.url + reverse("admin:caseload"))
        assert "1/1" in desk.get_by_role("row").filter(has_text="Carl").inner_text()
        desk.goto(live_server.url + reverse("admin:client", args=[carl.pk]))
        desk.get_by_text(re.compile("then two sessions at 75 %, then the full plan")).wait_for()

    with time_machine.travel(morning + timedelta(days=1)):
        today.goto(live_server.url + reverse("today"))
        answer_the_day(today, 3)
        today.get_by_text("Start at about three quarters of where you were.").wait_for()
        today.get_by_text("2 sessions are lighter. Then it is your whole plan again.").wait_for()
        assert_accessible(today)
        play(start(phone, live_server.url, 3))

    with time_machine.travel(morning + timedelta(days=2)):
        today.goto(live_server.url + reverse("today"))
        today.get_by_text("1 session is lighter. Then it is your whole plan again.").wait_for()
        play(start(phone, live_server.url, 2))

    with time_machine.travel(morning + timedelta(days=3)):
        today.goto(live_server.url + reverse("today"))
        today.get_by_role("link", name="Start session").first.wait_for()
        assert not today.get_by_text("Then it is your whole plan again.").count()
        play(start(phone, live_server.url, 2))
    assert lanes() == [("flare", 100), ("steady", 75), ("steady", 75), ("steady", 100)]


def test_rules_pages_read_well_for_everybody(
    desk: "Page", live_server: Any, carl: Client, priya: User, seed: Routine, practice: Practice
) -> None:
    with practice_scope(practice):
        plan: Assignment = give(carl, seed, priya)
        switch_rules(plan, wanted={"add_reps": (True, True)}, by=priya)
    for name in ("admin:plan_lanes", "admin:plan_rules", "admin:what_if"):
        desk.goto(live_server.url + reverse(name, args=[plan.pk]))
        assert_accessible(desk)
    desk.goto(live_server.url + reverse("admin:pain_levels"))
    assert_accessible(desk)
