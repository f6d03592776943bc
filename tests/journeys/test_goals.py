"""A walk and breaks as people meet them: given at the desk, noted on the phone with one tap, also without scripts."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from clients.models import Session
from clients.rules.schedule import Schedule
from clients.services.assign import assign_routine
from clients.services.drafting import ItemDraft
from portal.accounts.tenancy import all_practices, practice_scope
from tests.clients.library import shelve
from tests.doors import STAFF, browser_of
from tests.factories import answer_all_no, make_client, make_practice, make_staff
from tests.journeys.looking import DESK, PHONE, assert_accessible, new_context, watch
from tests.journeys.test_editor import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("theme", "scripts"), [("light", True), ("dark", False)])
def test_a_walk_is_given_and_noted_changed_and_taken_back(
    browser: Any, live_server: Any, theme: str, scripts: bool
) -> None:
    priya = make_staff(make_practice(), first_name="Priya")
    carl = make_client(priya, first_name="Carl", time_zone="UTC")
    version, moves = shelve("walking").current_version, [shelve(slug) for slug in ("stand-and-reach", "chin-tuck")]
    assert version is not None
    with practice_scope(carl.practice):
        answer_all_no(carl)
        today = timezone.now().date()
        breaks = Schedule.from_dict(
            {"kind": "breaks", "weekdays": list(range(7)), "times_per_day": 3, "starts_on": today,
             "window": ["09:00", "17:30"]}
        )  # fmt: skip
        drafts = [
            ItemDraft(exercise_version=move.current_version, choice_group="rotate")
            for move in moves
            if move.current_version
        ]
        assign_routine(carl, items=drafts, schedule=breaks, by=priya, name="Desk breaks")

    context = new_context(browser, DESK, theme=theme, reduced_motion="reduce", java_script_enabled=scripts)
    signed_in(context, live_server.url, browser_of(priya, STAFF))
    desk = context.new_page()
    desk.goto(live_server.url + reverse("admin:assign_to", args=[carl.pk]))
    desk.get_by_role("link", name="A walking goal").click()
    desk.wait_for_url("**goal=walk")
    if scripts:
        desk.locator("[data-module='clients/practitioner/plan_editor'][data-mounted]").wait_for()
    desk.get_by_label("Minutes a walk").fill("15")
    desk.get_by_label("Number of days a week").fill("7")  # of fewer, a plan that is given on a Sunday asks for none
    if scripts:
        expect(desk.get_by_text("Walk today: 15 minutes")).to_be_visible()
        assert_accessible(desk)
    desk.get_by_role("button", name="Give to Carl").click()
    desk.wait_for_url("**/sent/")

    assert carl.user is not None
    own = Browser()
    own.force_login(carl.user)
    context = new_context(browser, PHONE, theme=theme, reduced_motion="reduce", java_script_enabled=scripts)
    signed_in(context, live_server.url, own)
    phone = context.new_page()
    complaints = watch(phone)
    phone.goto(live_server.url + reverse("today"))
    if scripts:
        assert_accessible(phone)
    walk = phone.locator("article", has_text="Walk today")
    walk.get_by_role("button", name="Done").click()
    expect(walk.get_by_text("You walked 15 minutes.")).to_be_visible()
    walk.get_by_text("Change the minutes").click()
    walk.get_by_label("Minutes").fill("6")
    walk.get_by_role("button", name="Save").click()
    expect(walk.get_by_text("You walked 6 minutes.")).to_be_visible()
    walk.get_by_role("button", name="Undo").click()
    expect(walk.get_by_role("button", name="Done")).to_be_visible()
    phone.get_by_role("button", name="One break done").click()
    expect(phone.get_by_role("heading", name="Breaks today: 1 of 3")).to_be_visible()
    if scripts:
        assert_accessible(phone)
        phone.goto(live_server.url + reverse("progress"))
        expect(phone.get_by_text("breaks this week")).to_be_visible()
        assert_accessible(phone)
    assert complaints == []
    with all_practices():
        assert sorted(Session.objects.values_list("fraction", "counted")) == [(0, False), (1, True)]
