"""Progress: a sentence, pictures with their tables, what was done, and a page for paper."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client, Session
from clients.services.record import record_events
from tests.clients.conftest import NOW, TODAY
from tests.clients.test_after_session import note
from tests.clients.test_record import whole_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_riverside")]


def weeks_of_sessions(carl: Client, plan: Assignment) -> None:
    """Ten sessions on the last ten days, with pain that eased."""
    for back in range(10, 0, -1):
        record_events(carl, whole_session(plan, on=TODAY - timedelta(days=back)), now=NOW)
        Session.objects.filter(occurrence_on=TODAY - timedelta(days=back)).update(
            pain_before=2 + back // 3, started_at=NOW - timedelta(days=back)
        )


def test_the_sentence_comes_first_then_pictures_each_with_its_table(
    carls_phone: Browser, carl: Client, plan: Assignment
) -> None:
    weeks_of_sessions(carl, plan)
    page = carls_phone.get(reverse("progress")).content.decode()
    assert "Your pain before sessions went from about 5 to about 2 in 1 week." in page
    assert page.index("Your pain before sessions") < page.index('class="chart"')
    assert page.count('role="img"') == page.count("Show as table") == 2
    assert "chart__grid--five" in page
    assert "You did something in 3 of 3 weeks." in page
    assert "Guided · " in page
    for word in ("streak", "missed", "in a row"):
        assert word not in page.lower()


def test_a_harder_time_is_said_calmly(carls_phone: Browser, carl: Client, plan: Assignment) -> None:
    weeks_of_sessions(carl, plan)
    for session in Session.objects.all():
        Session.objects.filter(pk=session.pk).update(pain_before=8 - (TODAY - session.occurrence_on).days // 2)
    page = carls_phone.get(reverse("progress")).content.decode()
    assert re.search(r"went from about \d to about \d in 1 week\. A harder time\. That happens\.", page)
    assert "danger" not in page


def test_a_harder_week_is_said_calmly_where_the_whole_time_was_not(
    carls_phone: Browser, carl: Client, plan: Assignment
) -> None:
    weeks_of_sessions(carl, plan)
    calm = "A harder week. That happens."
    assert calm not in carls_phone.get(reverse("progress")).content.decode()
    this_week = Session.objects.filter(occurrence_on__gt=TODAY - timedelta(days=7))
    this_week.update(pain_before=7)
    assert calm not in carls_phone.get(reverse("progress")).content.decode(), "the whole time was harder, and says so"
    this_week.filter(occurrence_on__gt=TODAY - timedelta(days=3)).update(pain_before=5)
    page = carls_phone.get(reverse("progress")).content.decode()
    assert f"Your pain before sessions stayed at about 5 over 1 week. {calm}" in page
    assert calm in carls_phone.get(reverse("progress_print")).content.decode()


def test_what_could_be_done_compares_the_first_session_with_the_last(
    carls_phone: Browser, carl: Client, plan: Assignment
) -> None:
    weeks_of_sessions(carl, plan)
    page = carls_phone.get(reverse("progress")).content.decode()
    assert "What you could do" in page
    row = page.partition("Knee squeezes</th>")[2].partition("</tr>")[0]
    cells = re.findall(r'<td data-label="([^"]+)">\d+\u00a0times</td>', row)
    assert cells == ["At first", "Last time", "Most so far"], "each value says what it is, for large text"


def test_a_return_after_a_gap_is_welcomed(carls_phone: Browser, carl: Client, plan: Assignment) -> None:
    record_events(carl, whole_session(plan, on=TODAY - timedelta(days=8)), now=NOW)
    assert "Welcome back" in carls_phone.get(reverse("progress")).content.decode()
    record_events(carl, whole_session(plan, on=TODAY - timedelta(days=1)), now=NOW)
    assert "Welcome back" not in carls_phone.get(reverse("progress")).content.decode()


def test_what_was_filled_in_says_so_in_the_list(carls_phone: Browser, plan: Assignment) -> None:
    note(carls_phone, plan, day=(TODAY - timedelta(days=1)).isoformat())
    assert "Filled in later" in carls_phone.get(reverse("progress")).content.decode()


def test_the_page_for_paper_holds_the_same_with_the_tables_open(
    carls_phone: Browser, carl: Client, plan: Assignment
) -> None:
    assert "After your first session" in carls_phone.get(reverse("progress_print")).content.decode()
    weeks_of_sessions(carl, plan)
    page = carls_phone.get(reverse("progress_print")).content.decode()
    assert "Carl Hill, 18 November 2026" in page
    assert "<details" not in page
    assert page.count("<table") == 3
    assert 'class="bar"' not in page


def test_another_clients_progress_is_empty(
    omars_phone: Browser, carl: Client, plan: Assignment, in_riverside: None
) -> None:
    weeks_of_sessions(carl, plan)
    for name in ("progress", "progress_print"):
        page = omars_phone.get(reverse(name)).content.decode()
        assert "After your first session" in page
        assert "Knee squeezes" not in page
