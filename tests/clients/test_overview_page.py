"""The caseload in counts."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.analytics.client_page import client_page
from clients.analytics.lately import flag_settings, lately_of
from clients.analytics.overview import overview
from clients.models import Assignment, Client
from clients.services.record import record_events
from portal.accounts.models import Practice, Role, User
from tests.clients.conftest import NOW, TODAY, make_client
from tests.clients.plans import give_plan
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
