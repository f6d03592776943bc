"""The whole date beside "Today" and "Yesterday": by pointing, with the keyboard and by a tap, and away with Escape."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import expect

from clients.analytics.today import local_day
from clients.services.client_notes import write_note
from portal.accounts.tenancy import practice_scope
from tests.doors import STAFF, browser_of
from tests.factories import make_client, make_practice, make_staff
from tests.journeys.looking import DESK, PHONE, assert_accessible, misfits, new_context
from tests.journeys.test_editor import signed_in
from tests.portal.workspace.work import do_session, give

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def is_shown(date: "Locator") -> bool:
    """Whether the date can be seen, and not only heard."""
    box = date.bounding_box()
    return box is not None and box["width"] > 100


def see_and_hide(page: "Page", link: "Locator", whole: "Locator") -> None:
    """See the date of a link with the keyboard, hide it by Escape, and see it by pointing."""
    assert not is_shown(whole)
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert is_shown(whole)
    page.keyboard.press("Escape")
    assert not is_shown(whole)
    page.keyboard.press("Shift+Tab")
    link.hover()
    assert is_shown(whole)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_whole_date_is_a_look_away(browser: Any, live_server: Any, size: dict[str, int]) -> None:
    priya = make_staff(make_practice(), first_name="Priya")
    carl = make_client(priya)
    today = local_day(carl, timezone.now())
    session = do_session(give(carl, "knee-squeezes", starts_on=today), today, hour=0, pain_before=8)
    begun = session.started_at.astimezone(ZoneInfo(carl.time_zone))
    with practice_scope(carl.practice_id):
        write_note(carl, by=priya, text="Prefers mornings.", key=uuid4(), now=timezone.now())
    context = new_context(browser, size, reduced_motion="reduce", has_touch=size == PHONE)
    signed_in(context, live_server.url, browser_of(priya, STAFF))
    page = context.new_page()

    page.goto(live_server.url + reverse("admin:caseload") + "?tab=current")
    link = page.get_by_role("link", name=f"Today {begun:%H:%M} {date_format(begun, 'D j M Y')}")
    whole = link.locator(".when__whole")
    flag = page.locator("summary").filter(has_text="Pain 8 before a session, today")
    assert not is_shown(flag.locator(".when__whole"))
    if size == PHONE:  # a tap on the link would open it
        assert is_shown(whole)
        flag.tap()
        assert is_shown(flag.locator(".when__whole"))
    else:
        see_and_hide(page, link, whole)
        flag.hover()
        assert is_shown(flag.locator(".when__whole"))
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.goto(live_server.url + reverse("admin:client", args=[carl.pk]))
    noted = page.get_by_role("region", name="Notes for colleagues").locator("time")
    assert not is_shown(noted.locator(".when__whole"))
    if size == PHONE:
        noted.tap()
    else:
        noted.focus()
    expect(noted).to_be_focused()
    assert is_shown(noted.locator(".when__whole"))
    assert_accessible(page)
    assert misfits(page, targets=False) == []
