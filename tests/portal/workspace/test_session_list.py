"""Lists of the records: the time beside the day, and how rows are found by their client."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients import admin
from clients.models import Client
from tests.factories import make_client
from tests.portal.workspace.work import TODAY, do_session, give

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("planned", "shown"),
    [
        pytest.param(TODAY, "08:00", id="on its own day"),
        pytest.param(
            TODAY - timedelta(days=1),
            "18 Nov, 08:00",
            id="on the day after",
        ),
    ],
)
def test_a_session_says_when_it_began(desk: Browser, carl: Client, planned: date, shown: str) -> None:
    plan = give(carl, "knee-squeezes")
    do_session(plan, TODAY, occurrence_on=planned)
    page = desk.get(reverse("admin:clients_session_changelist")).content.decode()
    assert re.findall(r"<td[^>]*field-started[^>]*>([^<]*)</td>", page) == [shown]


LISTS = ["assignment", "session", "event", "reminder"]


@pytest.mark.parametrize("name", LISTS)
def test_where_no_client_is_found_no_row_is_read(desk: Browser, carl: Client, name: str) -> None:
    do_session(give(carl, "knee-squeezes"), TODAY)
    address = reverse(f"admin:clients_{name}_changelist")
    with CaptureQueriesContext(connection) as seen:
        assert desk.get(f"{address}?q=zzzz").status_code == 200
    assert not [query["sql"] for query in seen.captured_queries if f'FROM "clients_{name}"' in query["sql"]]


@pytest.mark.parametrize("few", [admin.FEW_CLIENTS, 0], ids=["few", "many"])
def test_rows_are_found_by_their_client(desk: Browser, carl: Client, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "FEW_CLIENTS", few)
    other = make_client(carl.lead, first_name="Zoë", last_name="Abel", email="zoe@home.example")
    for client in (carl, other):
        do_session(give(client, "knee-squeezes"), TODAY)
    wanted = {"win": {carl}, "zoe abel": {other}, "zoe win": set(), carl.email: {carl}, " ": {carl, other}}
    for words, found in wanted.items():
        page = desk.get(reverse("admin:clients_session_changelist"), {"q": words})
        assert {row.client for row in page.context["cl"].result_list} == found, words
