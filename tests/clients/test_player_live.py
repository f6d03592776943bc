"""The player against the real portal: from the check-in to the summary that the practice reads."""

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, Session
from portal.accounts.models import Practice
from portal.accounts.tenancy import practice_scope
from tests.clients.plans import give_plan
from tests.journeys import player

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def many_calls(settings: Any) -> None:
    """Let a phone tell of a quarter of an hour within seconds: the limit of calls is one of real time."""
    settings.API_CALLS_PER_MINUTE = 10_000


@pytest.fixture
def check_in(context: "BrowserContext", live_server: Any, carl: Client, practice: Practice) -> "Page":
    """Carl's phone, signed in, at the question before today's knee squeezes."""
    today = timezone.now().date()
    with practice_scope(practice):
        plan = give_plan(carl, "knee-squeezes", starts_on=today - timedelta(days=3), opted_in=("rocking",))
    visitor = Browser()
    assert carl.user is not None
    visitor.force_login(carl.user)
    cookie = visitor.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.clock.install()
    page.goto(live_server.url + reverse("check_in", args=[plan.pk, 1]))
    return page


def the_session(practice: Practice) -> Session:
    with practice_scope(practice):
        return Session.objects.get()


def test_carl_does_the_whole_session_and_the_practice_sees_all_of_it(check_in: "Page", practice: Practice) -> None:
    check_in.locator("[name=pain][value='2']").check()
    check_in.get_by_role("button", name="Start session").click()
    player.play(check_in, tick_blanket=True)
    player.wait_until_sent(check_in)
    session = the_session(practice)
    assert session.state == Session.State.FINISHED
    assert session.pain_before == 2
    assert session.fraction == Fraction(1)
    with practice_scope(practice):
        kept = list(session.events.order_by("at").values_list("type", "data__segment"))
    assert [segment for kind, segment in kept if kind == "set_done"] == ["single", "both", "rocking"]
    check_in.locator("[data-do=ok]").click()
    check_in.wait_for_url("**/after/")


def test_at_pain_5_the_session_is_whole_without_the_rocking(check_in: "Page", practice: Practice) -> None:
    check_in.locator("[name=pain][value='5']").check()
    check_in.get_by_role("button", name="Start session").click()
    player.play(check_in, tick_blanket=True)
    player.wait_until_sent(check_in)
    session = the_session(practice)
    assert session.state == Session.State.FINISHED
    assert session.fraction == Fraction(1)
    with practice_scope(practice):
        assert not session.events.filter(data__segment="rocking").exists()


def test_a_session_left_in_the_middle_is_carried_on_from_today(
    check_in: "Page", practice: Practice, live_server: Any
) -> None:
    check_in.locator("[name=pain][value='1']").check()
    check_in.get_by_role("button", name="Start session").click()
    check_in.locator(".player [data-do=start]").click()
    check_in.locator("[data-do=gate_leave_out]").click()
    for _ in range(3):
        check_in.locator("[data-do=next]").click()
    check_in.clock.resume()
    check_in.locator("[data-do=leave]").click()
    check_in.wait_for_url("**/today/")
    assert the_session(practice).state == Session.State.LEFT
    check_in.get_by_role("link", name="Carry on").click()
    check_in.get_by_text("You stopped at Knee squeezes").wait_for()
