"""A client's report as page, tables, paper and data: the same figures everywhere."""

import io
import json
import subprocess
import sys
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.analytics.client_page import client_page
from clients.analytics.lately import flag_settings, lately_of
from clients.analytics.report import facts_of
from clients.models import Assignment, Client
from clients.rules.report_data import from_document
from clients.rules.reports import report
from clients.services.record import record_events
from portal.accounts.models import AuditEvent, Practice, User
from portal.lib import spreadsheets
from tests.clients.conftest import NOW, TODAY
from tests.clients.living import do_session
from tests.clients.test_handout import words_of
from tests.clients.test_record import whole_session
from tests.clients.test_weeks import give
from tests.rig import ROOT

pytestmark = pytest.mark.usefixtures("at_nine")

PERIOD = {"first": "2026-11-02", "last": "2026-11-18"}


@pytest.fixture
def three_sessions(carl: Client, plan: Assignment) -> Assignment:
    """The plan with three whole sessions, all timed by the player."""
    for offset in (0, 1, 2):
        record_events(carl, whole_session(plan, on=TODAY - timedelta(days=offset)), now=NOW)
    return plan


def file(desk: Browser, client: Client, form: str, **query: str) -> Any:
    return desk.get(reverse("admin:client_report_file", args=[client.pk, form]), {**PERIOD, **query})


@pytest.mark.usefixtures("three_sessions")
def test_the_page_says_done_of_due_and_how_sure(desk: Browser, carl: Client) -> None:
    answer = desk.get(reverse("admin:client_report", args=[carl.pk]), PERIOD)
    text = answer.content.decode()
    found = answer.context["report"]
    assert (found.adherence.done, found.adherence.due) == (3, 33)  # 16 whole days twice, and what was done today
    assert "3 of 33" in text
    assert "3 timed by the player, 0 ticked off, 0 filled in later." in text
    assert found.events_hash in text
    assert AuditEvent.objects.filter(action="opened", object_type="clients.client").exists()


@pytest.mark.usefixtures("three_sessions")
def test_the_report_agrees_with_the_clients_page(carl: Client) -> None:
    page = client_page(lately_of(carl, now=NOW, settings=flag_settings()), now=NOW)
    found = report(facts_of(carl, first=TODAY - timedelta(days=27), last=TODAY, now=NOW))
    assert (found.adherence.done, found.adherence.due) == (page.last_28.done, page.last_28.due)
    assert {line.id: float(line.fraction) for line in found.sessions} == {
        str(session.pk): session.fraction for session in page.sessions
    }


def test_a_short_form_that_was_done_is_done_in_the_report_too(
    carl: Client, practice: Practice, priya: User, in_riverside: None
) -> None:
    daily = {"kind": "weekdays", "per_week": None, "weekdays": frozenset(range(7))}
    exercises = ("pelvic-tilt-lying", "knee-squeezes", "glute-bridge")
    plan = give(carl, "morning-mobility-10", exercises, priya, practice, **daily)
    session = do_session(plan, at=NOW, short=True)
    assert session.short_form
    found = report(facts_of(carl, first=TODAY, last=TODAY, now=NOW))
    assert [float(line.fraction) for line in found.sessions] == [session.fraction] == [1]
    assert found.adherence.done == 1
    assert "Glute bridge" not in [line.title for line in found.exercises]


@pytest.mark.usefixtures("three_sessions")
def test_every_form_says_the_same(desk: Browser, carl: Client) -> None:
    data = json.loads(file(desk, carl, "json").content)
    found = report(from_document(data))
    sheet = spreadsheets.read(io.BytesIO(file(desk, carl, "csv").content))
    book = spreadsheets.read(io.BytesIO(file(desk, carl, "xlsx").content))
    printed = words_of(file(desk, carl, "pdf").content)
    for rows in (sheet, book):
        assert ["Sessions done", "3", "33", "9\N{NO-BREAK SPACE}%", "needs a chat"] in rows
        assert any(found.events_hash in cell for row in rows for cell in row)
    assert "Sessions done 3 33 9 % needs a chat" in printed.replace("\N{NO-BREAK SPACE}", " ")
    assert found.events_hash in printed.replace(" ", "")
    assert found.events == len(data["events"]) == 27
    assert AuditEvent.objects.filter(action="report_exported").count() == 4


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_name_that_looks_like_a_formula_stays_a_text(
    desk: Browser, carl: Client, three_sessions: Assignment, form: str
) -> None:
    Assignment.objects.filter(pk=three_sessions.pk).update(name='=HYPERLINK("http://x.example")')
    content = file(desk, carl, form).content
    if form == "csv":
        assert "\"'=HYPERLINK" in content.decode()
    rows = spreadsheets.read(io.BytesIO(content))
    assert any('=HYPERLINK("http://x.example")' in row for row in rows)


def test_files_are_called_without_a_name_and_are_not_kept(desk: Browser, carl: Client, plan: Assignment) -> None:
    answer = file(desk, carl, "csv")
    assert answer["Content-Disposition"] == 'attachment; filename="report.csv"'
    assert "no-store" in answer["Cache-Control"]


def test_a_report_without_a_session_has_dashes(desk: Browser, omar: Client) -> None:
    text = desk.get(reverse("admin:client_report", args=[omar.pk])).content.decode()
    assert "Nothing was due in these days." in text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"first": "2026-11-10", "last": "2026-11-09"}, "The first day comes after the last."),
        ({"first": "2026-11-10", "last": "2026-11-19"}, "This day is still to come."),
        ({"first": "2025-11-17", "last": "2026-11-18"}, "A report covers at most 366 days."),
        ({"first": "yesterday", "last": "2026-11-18"}, "Enter a valid date."),
        ({"first": "2026-11-10"}, "This field is required."),
    ],
)
def test_days_that_make_no_period_are_said(desk: Browser, carl: Client, query: dict[str, str], sentence: str) -> None:
    page = desk.get(reverse("admin:client_report", args=[carl.pk]), query)
    assert (page.status_code, sentence in page.content.decode()) == (400, True)
    answer = desk.get(reverse("admin:client_report_file", args=[carl.pk, "csv"]), query)
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)


def test_a_form_or_paper_nobody_has(desk: Browser, carl: Client, plan: Assignment) -> None:
    assert file(desk, carl, "doc").status_code == 404
    assert file(desk, carl, "pdf", paper="a0").status_code == 400


@pytest.mark.usefixtures("in_riverside")
def test_a_longer_history_costs_no_more_queries(desk: Browser, carl: Client, three_sessions: Assignment) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            facts_of(carl, first=date(2026, 11, 2), last=TODAY, now=NOW)
        return len(caught)

    before = queries()
    for offset in range(3, 12):
        record_events(carl, whole_session(three_sessions, on=TODAY - timedelta(days=offset)), now=NOW)
    assert queries() == before <= 12


@pytest.mark.usefixtures("three_sessions")
def test_whoever_has_the_export_counts_again_without_a_portal(desk: Browser, carl: Client) -> None:
    """As ARCHITECTURE.md says: a Python that loads no Django, and the file."""
    recount = (
        "import json, sys\n"
        "from clients.rules.report_data import from_document\n"
        "from clients.rules.reports import report\n"
        "found = report(from_document(json.load(sys.stdin)))\n"
        "print(found.adherence.done, found.adherence.due, found.events_hash, 'django' in sys.modules)"
    )
    content = file(desk, carl, "json").content
    counted = subprocess.run(
        [sys.executable, "-c", recount], input=content, capture_output=True, cwd=ROOT, check=True
    ).stdout.decode()
    page = desk.get(reverse("admin:client_report", args=[carl.pk]), PERIOD).context["report"]
    assert counted.split() == [str(page.adherence.done), str(page.adherence.due), page.events_hash, "False"]
