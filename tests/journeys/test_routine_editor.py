"""A routine is put together in the browser: found in spite of a slip, ordered by keys and by drag, kept."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.accounts.models import Role
from portal.accounts.tenancy import all_practices
from routines.models import Favourite, Routine
from tests.clients.library import shelve
from tests.doors import STAFF, browser_of
from tests.factories import make_practice, make_staff
from tests.journeys.looking import assert_accessible, drag, new_context, watch
from tests.journeys.test_editor import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "name": "Back easer",
    "goal": "Ease a stiff back.",
    "schedule.sessions_per_day": "1",
    "schedule.days_per_week": "5",
    "schedule.weeks": "4",
    "completion.weeks": "4",
    "completion.review": "Talk about what helped.",
}
FOUND = {"brigde": "Bridge", "cat": "Cat and camel", "walking": "Walking"}  # what is typed -> what is found


def test_a_routine_is_searched_for_ordered_and_kept_as_a_template(browser: Any, live_server: Any) -> None:
    shelved = {slug: shelve(slug) for slug in ("glute-bridge", "cat-camel", "walking", "band-row")}
    priya = make_staff(make_practice(), Role.PRACTITIONER)
    # Still titles to aim the drag at: no smooth scrolling, and room for every item.
    context = new_context(browser, {"width": 1280, "height": 3000}, reduced_motion="reduce")
    signed_in(context, live_server.url, browser_of(priya, STAFF))
    page = context.new_page()
    complaints = watch(page)
    page.goto(live_server.url + reverse("admin:new_routine"))
    page.locator("[data-module='routines/editor/routine'][data-mounted]").wait_for()
    for name, text in WORDS.items():
        page.locator(f"[name='{name}']").fill(text)
    box = page.locator("#add-exercise")
    box.focus()
    titles = page.locator(".routine-item h3")
    for number, (typed, found) in enumerate(FOUND.items(), start=1):
        expect(box).to_be_focused()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")  # before the hits are there: the first of them is added
        expect(titles).to_have_count(number)
        expect(titles.nth(number - 1)).to_contain_text(found)
    assert_accessible(page)

    page.get_by_role("button", name="Move Walking up").focus()
    page.keyboard.press("Enter")
    expect(titles.nth(1)).to_contain_text("Walking")
    drag(page, page.locator("[data-drag='items[2]']"), page.locator(".routine-item").nth(0))
    expect(titles.nth(0)).to_contain_text("Cat and camel")
    expect(titles.nth(2)).to_contain_text("Walking")

    page.locator("[name='items[1].dose.reps']").fill("6")
    for index in (0, 1):
        page.locator(f"[name='items[{index}].choice_group']").fill("floor")
    page.locator("[name='items[2].optional']").check()
    star = page.get_by_role("button", name="Bridge among my favourites")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[name='items[1].dose.reps']")).to_have_value("6")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved. Plans that were given before").wait_for()
    assert_accessible(page)
    page.goto("about:blank")
    assert complaints == []

    with all_practices():
        routine = Routine.objects.get(name="Back easer")
        assert [item.to_document() for item in routine.items.order_by("position")] == [
            {"exercise": "cat-camel", "choice_group": "floor"},
            {"exercise": "glute-bridge", "dose": {"reps": 6}, "choice_group": "floor"},
            {"exercise": "walking", "optional": True},
        ]
        assert (routine.practice, routine.owner) == (priya.memberships.get().practice, None)
        assert [row.exercise for row in Favourite.objects.filter(person=priya)] == [shelved["glute-bridge"]]
