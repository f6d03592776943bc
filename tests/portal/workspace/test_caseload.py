"""The landing page of a practitioner: who needs them, at a cost that does not grow."""

import gzip
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, AssignmentVersion, Client, Session
from portal.accounts.models import User
from portal.accounts.tenancy import all_practices
from tests.factories import make_client
from tests.portal.workspace.work import (
    FONT_BYTES,
    QUERIES_FOR_A_CASELOAD,
    QUERIES_FOR_A_CLIENT,
    START,
    TODAY,
    do_session,
    give,
    many_sessions,
    queries_of,
    session_values,
)

pytestmark = pytest.mark.django_db


def test_the_admins_own_address_is_the_caseload(desk: Browser, carl: Client) -> None:
    plan = give(carl, "knee-squeezes")
    for day in (14, 15, 17):
        do_session(plan, date(2026, 11, day), pain_before=day - 12, pain_after=1)
    do_session(plan, date(2026, 11, 16), fraction=0.5)
    (row,) = desk.get("/admin/").context["page"].rows
    assert (row.done, row.due) == (3, 13)  # 5 to 17 November; today is not over
    assert row.days[-5:] == ("done", "done", "part", "done", "planned")
    assert row.pains[-5:] == (2, 3, None, 5, None)
    assert (row.last_before, row.last_after, row.plan_week) == (5, 1, 3)
    assert b"pain 5 before, 1 after" in desk.get(reverse("admin:caseload")).content


def test_days_off_and_other_plans_do_not_count_as_not_done(desk: Browser, carl: Client) -> None:
    plan = give(carl, "knee-squeezes", starts_on=TODAY - timedelta(days=3))
    (row,) = desk.get("/admin/").context["page"].rows
    assert (row.done, row.due) == (0, 3)
    with all_practices():
        plan.pauses.create(first_day=TODAY - timedelta(days=2), last_day=TODAY, created_by=carl.lead)
    (row,) = desk.get("/admin/").context["page"].rows
    assert row.due == 1


def test_each_tab_holds_its_clients_and_search_begins_with_a_name(desk: Browser, priya: User, carl: Client) -> None:
    zoe = make_client(priya, first_name="Zoë", last_name="Özdemir", user=None)
    held = make_client(priya, first_name="Hilda", last_name="Held", state=Client.State.ON_HOLD)
    gone = make_client(priya, first_name="Gustav", last_name="Gone", state=Client.State.DISCHARGED)

    def shown(query: str) -> set[Client]:
        return {row.client for row in desk.get(f"/admin/caseload/?{query}").context["page"].rows}

    assert shown("") == {carl, zoe, held}
    assert shown("tab=not_started") == {zoe}
    assert shown("tab=on_hold") == {held}
    assert shown("tab=discharged") == {gone}
    assert shown("q=ozd") == {zoe}
    assert shown("q=zoe+öz") == {zoe}
    assert shown(f"q={carl.email.upper()}") == {carl}
    assert shown("q=dem") == set()
    assert shown("q=%25&tab=nonsense&page=minus") == set()


def test_two_hundred_clients_cost_as_many_queries_as_one(desk: Browser, priya: User) -> None:
    first = give(make_client(priya), "knee-squeezes")
    for day in range(28):
        do_session(first, TODAY - timedelta(days=day), pain_before=4)
    few = queries_of(desk, "/admin/")
    with all_practices():
        version = AssignmentVersion.objects.get()
        pattern = version.assignment
        clients = Client.objects.bulk_create(
            Client(
                practice=pattern.client.practice,
                lead=priya,
                email=f"many{number}@example.org",
                first_name="Many",
                last_name=f"Number{number:03}",
                time_zone="Europe/London",
                state=Client.State.ACTIVE,
            )
            for number in range(199)
        )
        plans = Assignment.objects.bulk_create(
            Assignment(client=client, name="Morning", state="active", starts_on=START, created_by=priya)
            for client in clients
        )
        versions = AssignmentVersion.objects.bulk_create(
            AssignmentVersion(
                assignment=plan, number=1, effective_from=START, schedule=version.schedule, created_by=priya
            )
            for plan in plans
        )
        for plan, own in zip(plans, versions, strict=True):
            plan.current_version = own
        Assignment.objects.bulk_update(plans, ["current_version"])
        Session.objects.bulk_create(
            Session(**session_values(plan, TODAY - timedelta(days=day), pain_before=4))
            for plan in plans
            for day in range(28)
        )
    pages = [desk.get(f"/admin/caseload/?page={number}").context["page"] for number in range(1, 5)]
    assert [len(page.rows) for page in pages] == [50, 50, 50, 50]
    assert sum(row.done for page in pages for row in page.rows) == 200 * 14
    html = desk.get("/admin/").content
    repeat = len(gzip.compress(html, 6))
    used = {finders.find(name.decode()) for name in re.findall(rb'(?:href|src)="/static/([\w./-]+)', html)}
    files = [Path(str(file)) for file in used if file and not str(file).endswith(".png")]
    first = repeat + FONT_BYTES + sum(len(gzip.compress(file.read_bytes(), 6)) for file in files)
    print(f"caseload: {repeat} bytes again, {first} bytes at the first visit")
    assert repeat <= 35_000
    assert first <= 110_000
    many = queries_of(desk, "/admin/")
    print(f"caseload: {few} queries for 1 client, {many} for 200")
    assert many == few <= QUERIES_FOR_A_CASELOAD


def test_a_long_history_costs_no_further_queries(desk: Browser, carl: Client) -> None:
    plan = give(carl, "knee-squeezes", "glute-bridge")
    address = reverse("admin:client", args=[carl.pk])
    many_sessions(plan, 10)
    short = queries_of(desk, "/admin/"), queries_of(desk, address)
    many_sessions(plan, 9_990)
    long = queries_of(desk, "/admin/"), queries_of(desk, address)
    print(f"10 and 10,000 sessions: caseload {short[0]} and {long[0]}, client {short[1]} and {long[1]} queries")
    assert long == short
    assert long[0] <= QUERIES_FOR_A_CASELOAD
    assert long[1] <= QUERIES_FOR_A_CLIENT
