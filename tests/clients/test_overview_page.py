"""The caseload in counts."""

import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.analytics.client_page import client_page
from clients.analytics.lately import flag_settings, lately_of
from clients.analytics.overview import DAYS, Counted, overview
from clients.analytics.report import facts_of
from clients.models import Assignment, Client
from clients.rules.report_data import events_hash, events_in, from_document, to_document
from clients.rules.reports import report
from clients.services.record import record_events
from portal.accounts.models import AuditEvent, Practice, Role, User
from portal.lib import spreadsheets
from tests.clients.conftest import NOW, TODAY, make_client
from tests.clients.plans import give_plan
from tests.clients.test_handout import words_of
from tests.clients.test_record import whole_session
from tests.doors import browser_of
from tests.factories import make_staff

pytestmark = pytest.mark.usefixtures("at_nine")


@pytest.mark.usefixtures("in_riverside")
def test_counts_bands_and_who_has_no_plan(priya: User, carl: Client, omar: Client, plan: Assignment) -> None:
    for offset in (0, 1, 2):
        record_events(carl, whole_session(plan, on=TODAY - timedelta(days=offset)), now=NOW)
    found = overview(priya, now=NOW)
    assert (found.clients, found.states["active"], found.states["discharged"]) == (2, 2, 0)
    assert [client.first_name for client in found.without_plan] == ["Omar"]
    assert {each.band: each.clients for each in found.bands} == {
        "on_track": 0, "some": 0, "needs_a_chat": 1, None: 1,
    }  # fmt: skip
    page = client_page(lately_of(carl, now=NOW, settings=flag_settings()), now=NOW)
    assert (found.done, found.due) == (page.last_28.done, page.last_28.due) == (3, 33)
    assert [(lead.clients, lead.without_plan) for lead in found.leads] == [(2, 1)]


@pytest.mark.usefixtures("in_riverside")
def test_discharged_clients_count_only_as_discharged(priya: User, carl: Client, plan: Assignment) -> None:
    Client.objects.filter(pk=carl.pk).update(state=Client.State.DISCHARGED)
    found = overview(priya, now=NOW)
    assert (found.clients, found.states["discharged"], found.due, len(found.without_plan)) == (0, 1, 0, 0)


@pytest.mark.usefixtures("in_riverside")
def test_more_clients_cost_no_more_queries(priya: User, practice: Practice, carl: Client, plan: Assignment) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            overview(priya, now=NOW)
        return len(caught)

    queries()  # the first looks up the person's roles too
    before = queries()
    for number in range(5):
        ann = make_client(practice, priya, f"c{number}@home.example", "Ann")
        give_plan(ann, "pelvic-clock", starts_on=date(2026, 11, 2))
    assert queries() == before <= 12


def test_the_page_links_to_those_without_a_plan(priya: User, omar: Client) -> None:
    text = browser_of(priya).get(reverse("admin:overview")).content.decode()
    assert "1 client whom you may see." in text
    assert reverse("admin:client", args=[omar.pk]) in text
    assert "Nothing was due in these days." in text


def test_a_client_without_a_plan_has_the_next_step_beside_their_name_for_who_may_give_one(
    priya: User, practice: Practice, omar: Client
) -> None:
    step = reverse("admin:assign_to", args=[omar.pk])
    assert f'href="{step}"' in browser_of(priya).get(reverse("admin:overview")).content.decode()
    owner = browser_of(make_staff(practice, Role.OWNER)).get(reverse("admin:overview")).content.decode()
    assert reverse("admin:client", args=[omar.pk]) in owner
    assert step not in owner


def test_an_empty_practice_is_told_how_it_begins(priya: User) -> None:
    assert (
        "The counts begin with your first client." in browser_of(priya).get(reverse("admin:overview")).content.decode()
    )


@pytest.mark.usefixtures("in_riverside")
def test_each_clients_line_is_the_figure_of_their_report(
    priya: User, carl: Client, omar: Client, plan: Assignment
) -> None:
    Assignment.objects.filter(pk=plan.pk).update(starts_on=TODAY - timedelta(days=DAYS))
    for offset in (0, 1, 2, 9, DAYS):
        record_events(carl, whole_session(plan, on=TODAY - timedelta(days=offset)), now=NOW)
    first = TODAY - timedelta(days=DAYS - 1)
    page = overview(priya, now=NOW, reads_events=True)
    exported: list[Any] = []
    for client, done, due in page.lines:
        document = json.loads(json.dumps(to_document(facts_of(client, first=first, last=TODAY, now=NOW))))
        counted = report(from_document(document)).adherence
        assert (done, due) == (counted.done, counted.due), client
        assert (done > 0) is (client == carl)
        exported += events_in(document["events"])
    assert page.counted == Counted(len(exported), events_hash(exported))
    assert page.counted.events == 4 * 9  # nine events a session; those of a session before these days are not counted


@pytest.mark.usefixtures("in_riverside")
def test_every_file_says_what_the_page_says_and_each_clients_line(
    priya: User, carl: Client, omar: Client, plan: Assignment
) -> None:
    record_events(carl, whole_session(plan, on=TODAY), now=NOW)
    desk = browser_of(priya)
    page = desk.get(reverse("admin:overview"))
    (bands,) = page.context["sections"]
    of = overview(priya, now=NOW, reads_events=True).counted
    assert of is not None
    counted = f"Counted from 9 events. SHA-256 of the event list: {of.hash}"
    assert "SHA-256" not in page.content.decode(), "the page reads no event unless asked"
    assert 'href="?events"' in page.content.decode()
    asked = desk.get(reverse("admin:overview"), {"events": ""}).content.decode()
    assert (counted in asked, 'href="?events"' in asked) == (True, False)
    for form in ("csv", "xlsx", "pdf"):
        answer = desk.get(reverse("admin:overview_file", args=[form]))
        assert f'filename="overview.{form}"' in answer["Content-Disposition"]
        if form == "pdf":
            said = words_of(answer.content)
            assert counted.replace(" ", "") in said.replace(" ", "")
            assert all(" ".join(row).replace("\N{NO-BREAK SPACE}", " ") in said for row in bands.rows)
            continue
        rows = spreadsheets.read(io.BytesIO(answer.content))
        assert [row for row in [*bands.rows, [counted]] if row not in rows] == []
        lead = str(priya)
        assert [carl.full_name, "Active", lead, "yes", "1", "33", "3\N{NO-BREAK SPACE}%", "needs a chat"] in rows
        assert [omar.full_name, "Active", lead, "no", "0", "0", "–", "–"] in rows
    assert desk.get(reverse("admin:overview_file", args=["json"])).status_code == 404
    assert desk.get(reverse("admin:overview_file", args=["pdf"]), {"paper": "a0"}).status_code == 400
    assert AuditEvent.objects.filter(action="overview_exported", actor=priya).count() == 3
