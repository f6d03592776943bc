"""Wide tables of the desk on a laptop and on a tablet: nothing has to be scrolled sideways."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.accounts.tenancy import all_practices
from tests.clients.library import shelve
from tests.doors import STAFF, browser_of
from tests.factories import make_client, make_practice, make_staff
from tests.journeys.looking import assert_accessible, new_context
from tests.journeys.test_editor import signed_in
from tests.portal.workspace.work import do_session, give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll('.results, .table-wrap')]
  .filter((each) => each.scrollWidth > each.clientWidth + 1)
  .map((each) => `${each.className || each.tagName}: ${each.scrollWidth} > ${each.clientWidth}`)"""


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
