"""A practice begins: clients from a list, one of them found from anywhere, all with the keyboard."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from clients.models import Client, Reminder
from portal.accounts.models import Role
from portal.accounts.tenancy import all_practices
from tests.doors import STAFF, browser_of
from tests.factories import make_practice, make_staff
from tests.journeys.looking import DESK, PHONE, assert_accessible, new_context, watch
from tests.journeys.test_editor import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LINES = "Ann,Hill,ann@example.org,en,Europe/London\nBob,Best,bob@example.org"


@pytest.mark.parametrize(("size", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_clients_are_invited_from_a_list_and_found_by_keys(
    browser: Any, live_server: Any, size: dict[str, int], theme: str
) -> None:
    olive = make_staff(make_practice(), Role.OWNER, Role.PRACTITIONER, first_name="Olive", last_name="Park")
    context = new_context(browser, size, theme=theme, reduced_motion="reduce")
    signed_in(context, live_server.url, browser_of(olive, STAFF))
    page = context.new_page()
    complaints = watch(page)

    page.goto(live_server.url + reverse("admin:index"))
    expect(page.get_by_role("heading", name="Your first client, in five steps")).to_be_visible()
    assert_accessible(page)
    for name in ("practice", "practice_people", "practice_hours", "practice_colours", "practice_sharing"):
        page.goto(live_server.url + reverse(f"admin:{name}"))
        assert_accessible(page)

    _search_is_ready(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("csv")
    expect(page.get_by_role("option", name="Invite many clients")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.get_by_label("Or the lines themselves").fill(f"{LINES},Mars\nCid,Cook,cid@")
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_text("2 lines need a correction")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Or the lines themselves").fill(LINES)
    page.get_by_role("button", name="Check again").click()
    page.get_by_text("2 clients are invited").wait_for()
    page.get_by_role("button", name="Send the invitations").click()
    page.get_by_text("2 invitations are on their way").wait_for()

    for at, key in (("admin:caseload", "/"), ("admin:clients_client_changelist", "Control+k")):
        page.goto(live_server.url + reverse(at))
        _search_is_ready(page)
        page.keyboard.press(key)
        box = page.get_by_role("combobox", name="Search clients, pages, routines and exercises")
        expect(box).to_be_focused()
        page.keyboard.type("ann")
        expect(page.get_by_role("option", name="Ann Hill Invited")).to_have_attribute("aria-selected", "true")
        expect(page.locator("dialog [role=status]")).to_have_text("1 found")
        expect(box).to_have_attribute("aria-expanded", "true")
        assert_accessible(page)
        page.keyboard.press("ArrowDown")
        assign = page.get_by_role("option", name="Assign a plan Ann Hill")
        expect(assign).to_have_attribute("aria-selected", "true")
        expect(box).to_have_attribute("aria-activedescendant", str(assign.get_attribute("id")))
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    ann = _client("ann@example.org")
    page.wait_for_url(f"**{reverse('admin:client', args=[ann.pk])}")
    _search_is_ready(page)
    page.keyboard.press("/")
    page.keyboard.type("bob")
    page.keyboard.press("Enter")  # before the list is there: the first of it opens
    page.wait_for_url(f"**{reverse('admin:client', args=[_client('bob@example.org').pk])}")
    page.goto("about:blank")
    assert complaints == []
    with all_practices():
        assert Reminder.objects.filter(stream=Reminder.Stream.INVITATION).count() == 2


def test_the_search_works_without_javascript(browser: Any, live_server: Any) -> None:
    olive = make_staff(make_practice(), Role.OWNER)
    context = new_context(browser, DESK, java_script_enabled=False)
    signed_in(context, live_server.url, browser_of(olive, STAFF))
    page = context.new_page()
    page.goto(live_server.url + reverse("admin:practice"))
    page.get_by_role("link", name="Search").click()
    page.locator("#q").fill("peop")
    page.locator("#q").press("Enter")
    page.get_by_role("link", name="People and roles").click()
    expect(page.get_by_role("heading", name="People and roles")).to_be_visible()


def _client(email: str) -> Client:
    with all_practices():
        found: Client = Client.objects.get(email=email)
        return found


def _search_is_ready(page: Any) -> None:
    page.locator("#find-text[role=combobox]").wait_for(state="attached")
