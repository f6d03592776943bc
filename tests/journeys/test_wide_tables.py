"""Wide tables of the desk on a laptop and on a tablet: nothing has to be scrolled sideways."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from portal.accounts.tenancy import all_practices
from tests.clients.library import shelve
from tests.doors import STAFF, browser_of
from tests.factories import make_client, make_practice, make_staff
from tests.journeys.looking import PHONE, assert_accessible, new_context
from tests.journeys.test_editor import signed_in
from tests.portal.workspace.work import do_session, give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll('.results, .table-wrap')]
  .filter((each) => each.scrollWidth > each.clientWidth + 1)
  .map((each) => `${each.className || each.tagName}: ${each.scrollWidth} > ${each.clientWidth}`)"""

LINES = """(cells) => cells.map((cell) => {
  const words = document.createRange();
  words.selectNodeContents(cell);
  return words.getClientRects().length;
})"""


@pytest.mark.parametrize("width", [800, 900, 1024, 1280])
def test_every_column_of_a_wide_table_is_in_sight(browser: Any, live_server: Any, width: int) -> None:
    priya = make_staff(make_practice(), first_name="Priya")
    carl = make_client(priya, first_name="Alexandra", last_name="Featherstone", problem="Low back pain after a lift")
    plan = give(carl, "knee-squeezes", starts_on=timezone.now().date())
    shelve("bird-dog")
    with all_practices():
        type(plan).objects.filter(pk=plan.pk).update(name="Knee squeezes: a short back easer for the morning")
    do_session(plan, timezone.now().date(), pain_before=8, pain_peak=9, pain_after=10)

    context = new_context(browser, {"width": width, "height": 800}, reduced_motion="reduce")
    signed_in(context, live_server.url, browser_of(priya, STAFF))
    page = context.new_page()
    for name in ("clients_session_changelist", "routines_exercise_changelist", "caseload"):
        page.goto(live_server.url + reverse(f"admin:{name}"))
        assert page.get_by_text("Alexandra" if "exercise" not in name else "Bird dog").first.is_visible(), name
        assert page.evaluate(SIDEWAYS) == [], name
    assert_accessible(page)


def test_a_reason_takes_two_lines_at_most_on_a_laptop(browser: Any, live_server: Any) -> None:
    priya = make_staff(make_practice(), first_name="Priya")
    carl = make_client(priya, first_name="Alexandra", last_name="Featherstone", problem="Low back pain after a lift")
    give(carl, "knee-squeezes", starts_on=timezone.now().date() - timedelta(days=26))
    context = new_context(browser, {"width": 1280, "height": 800}, reduced_motion="reduce")
    signed_in(context, live_server.url, browser_of(priya, STAFF))
    page = context.new_page()
    page.goto(live_server.url + reverse("admin:caseload"))
    reason = page.locator(".why > summary")
    assert "planned sessions in a row not done" in reason.inner_text()
    box, name = reason.bounding_box(), page.get_by_role("rowheader")
    assert box is not None
    assert box["height"] <= 70  # two lines and the badge's own room
    assert reason.evaluate("(each) => each.scrollWidth <= each.clientWidth")
    reason.click()  # what it is made of stands below; the name stays beside its beginning
    top = name.evaluate("(each) => each.firstElementChild.getBoundingClientRect().top")
    assert abs(top - box["y"]) < 30
    assert_accessible(page)


def test_a_report_has_periods_on_one_line_and_no_empty_labels_on_a_phone(browser: Any, live_server: Any) -> None:
    priya = make_staff(make_practice(), first_name="Priya")
    carl = make_client(priya, first_name="Alexandra", last_name="Featherstone")
    plan = give(carl, "knee-squeezes", starts_on=timezone.now().date() - timedelta(days=70))
    do_session(plan, timezone.now().date(), pain_before=4, pain_peak=4, pain_after=4)

    context = new_context(browser, {"width": 1280, "height": 800}, reduced_motion="reduce")
    signed_in(context, live_server.url, browser_of(priya, STAFF))
    page = context.new_page()
    first = {"first": (timezone.now().date() - timedelta(days=70)).isoformat()}
    page.goto(live_server.url + reverse("admin:client_monitoring", args=[carl.pk]) + f"?{urlencode(first)}")
    periods = page.locator(".stack--tight", has=page.locator("#section-periods")).locator("tbody th")
    assert periods.count() > 1
    assert periods.evaluate_all(LINES) == [1] * periods.count()
    page.set_viewport_size(PHONE)
    page.goto(live_server.url + reverse("admin:client_report", args=[carl.pk]))
    empty = page.locator("td:empty")
    assert empty.count() > 0
    assert [each for each in empty.all() if each.is_visible()] == []
    assert page.evaluate(SIDEWAYS) == []
