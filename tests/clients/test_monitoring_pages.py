"""Evidence of monitoring, and the log of management time behind it."""

import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pypdf import PdfReader

from clients.analytics.monitoring import monitoring_facts
from clients.exports.monitoring import data_names
from clients.models import Assignment, Client, ManagementTime
from clients.rules.monitoring import ANSWERS, evidence, from_document
from clients.services.record import record_events
from portal.checks import the_thresholds_of_monitoring_can_be_read
from portal.lib import spreadsheets
from tests.clients.conftest import NOW, TODAY
from tests.clients.test_handout import words_of
from tests.clients.test_record import whole_session

pytestmark = pytest.mark.usefixtures("at_nine")

ENTRY = {"started_at": "2026-11-18T08:30", "minutes": "12", "contact": "phone", "what": "Talked about the week"}


@pytest.fixture
def two_days(carl: Client, plan: Assignment) -> Assignment:
    """A plan since 2 November with sessions on two days."""
    for offset in (0, 1):
        events = whole_session(plan, on=TODAY - timedelta(days=offset))
        moved = [
            {**each, "at": (NOW - timedelta(days=offset, minutes=30) + timedelta(seconds=place)).isoformat()}
            for place, each in enumerate(events)
        ]
        record_events(carl, moved, now=NOW)
    return plan


def address(client: Client) -> str:
    return reverse("admin:client_monitoring", args=[client.pk])


@pytest.mark.usefixtures("two_days")
def test_the_page_says_what_evidence_meets_and_never_what_may_be_claimed(desk: Browser, carl: Client) -> None:
    assert desk.post(address(carl), ENTRY).status_code == 302
    text = desk.get(address(carl)).content.decode()
    assert "Evidence meets the threshold set for 98985: 2 days with data (set: 2 to 15)." in text
    assert "Evidence meets the threshold set for 98979: 12 minutes (set: 10 to 19, and a live contact)." in text
    assert "Evidence does not meet the threshold set for 98977: 2 days with data (set: 16 to 30)." in text
    assert "It can still be met" not in text, "14 days are missing, and 13 are left"
    assert "billable" not in text.lower()


@pytest.mark.usefixtures("two_days")
def test_every_form_says_the_same(desk: Browser, carl: Client) -> None:
    desk.post(address(carl), ENTRY)

    def file(form: str) -> Any:
        return desk.get(reverse("admin:client_monitoring_file", args=[carl.pk, form])).content

    found = evidence(from_document(json.loads(file("json"))))
    assert found == evidence(monitoring_facts(carl, first=TODAY.replace(day=2), now=NOW))
    sentence = "Evidence meets the threshold set for 98985: 2 days with data (set: 2 to 15)."
    for form in ("csv", "xlsx"):
        cells = [cell for row in spreadsheets.read(io.BytesIO(file(form))) for cell in row]
        assert any(sentence in cell for cell in cells)
        assert any(found.events_hash in cell for cell in cells)
    assert sentence in words_of(file("pdf"))


def test_all_that_counts_as_data_has_its_name() -> None:
    assert set(data_names()) == ANSWERS | {"set_done"}


@pytest.mark.usefixtures("two_days")
def test_on_paper_a_period_stands_on_one_line_beside_its_long_evidence(desk: Browser, carl: Client) -> None:
    paper = desk.get(reverse("admin:client_monitoring_file", args=[carl.pk, "pdf"])).content
    lines = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages).splitlines()
    assert any(re.search(r"2 Nov 2026\D{1,3}1 Dec 2026", line) for line in lines), lines


def test_an_entry_that_is_struck_out_counts_no_more_and_stays(desk: Browser, carl: Client, plan: Assignment) -> None:
    desk.post(address(carl), ENTRY)
    entry = ManagementTime.objects.get()
    assert (entry.ended_at - entry.started_at) == timedelta(minutes=12)
    strike = reverse("admin:strike_time", args=[entry.pk])
    assert desk.post(strike).status_code == 302
    assert desk.post(strike).status_code == 409
    assert ManagementTime.objects.count() == 1
    facts = monitoring_facts(carl, first=TODAY, now=NOW)
    assert facts.times == ()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"minutes": "0"}, "Minutes: Choose a whole number from 1 to 240."),
        ({"minutes": "241"}, "Minutes: Choose a whole number from 1 to 240."),
        ({"minutes": "31"}, "This time is not over yet."),
        ({"started_at": "soon"}, "Enter a valid date/time."),
        ({"started_at": "9999-12-31T23:59"}, "This time is not over yet."),
        ({"started_at": "0001-01-01T00:00"}, "This is more than a year ago."),
        ({"started_at": "1200-01-01T00:00"}, "This is more than a year ago."),
        ({"contact": "letter"}, "Select a valid choice."),
        ({"what": " "}, "This field is required."),
    ],
)
def test_an_entry_that_is_wrong_is_kept_nowhere(
    desk: Browser, carl: Client, plan: Assignment, changes: dict[str, str], sentence: str
) -> None:
    answer = desk.post(address(carl), {**ENTRY, **changes})
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)
    assert not ManagementTime.objects.exists()


@pytest.mark.parametrize("first", ["2026-11-19", "2025-11-17", "x"])
def test_a_first_day_that_makes_no_period_is_said(desk: Browser, carl: Client, first: str) -> None:
    assert desk.get(address(carl), {"first": first}).status_code == 400
    file = reverse("admin:client_monitoring_file", args=[carl.pk, "csv"])
    assert desk.get(file, {"first": first}).status_code == 400


def test_thresholds_of_the_practice_are_read_from_the_setting(desk: Browser, carl: Client, settings: Any) -> None:
    settings.MONITORING_THRESHOLDS = [
        {"key": "ours", "clock": "30_days", "at_least": 1, "at_most": None, "live": False}
    ]
    assert the_thresholds_of_monitoring_can_be_read(None) == []
    assert (
        "Evidence does not meet the threshold set for ours: 0 days with data (set: 1 and more)."
        in desk.get(address(carl)).content.decode()
    )
    settings.MONITORING_THRESHOLDS = [{"key": "ours"}]
    assert [each.id for each in the_thresholds_of_monitoring_can_be_read(None)] == ["portal.E006"]
