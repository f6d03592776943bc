"""The pages of one client: one row of links on each, all plans, all sessions, what was put into words."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.analytics.client_page import PLANS_SHOWN
from clients.analytics.timeline import PAGE
from clients.models import Alert, Assignment, Client, FlagSeen, HeldNote, PlanSketch
from clients.rules.schedule import Schedule
from clients.services.adjust import adjust_exercise
from clients.services.assign import assign_routine
from clients.services.drafting import ItemDraft
from clients.services.plan_state import end_plan, pause_plan
from portal.accounts.models import Practice, Role, User
from tests.clients.caseload.doing import did
from tests.clients.conftest import NOW, TODAY
from tests.clients.library import shelve
from tests.doors import browser_of
from tests.factories import make_staff

TABS = (
    "client",
    "client_sees",
    "client_timeline",
    "client_plans",
    "client_sessions",
    "client_notes",
    "client_goals",
    "brief",
    "client_report",
    "client_people",
    "client_details",
)


def give(client: Client, by: User, name: str) -> Assignment:
    schedule = Schedule(kind="weekdays", starts_on=TODAY - timedelta(days=16), weekdays=frozenset(range(7)))
    versions = [shelve(slug).current_version for slug in ("glute-bridge", "knee-squeezes")]
    items = [ItemDraft(exercise_version=version) for version in versions if version is not None]
    return assign_routine(client, items=items, schedule=schedule, by=by, name=name)


@pytest.fixture
def plan(carl: Client, priya: User) -> Assignment:
    return give(carl, priya, "Morning")


def seen(desk: Browser, name: str, client: Client, **query: str) -> Any:
    with time_machine.travel(NOW, tick=False):
        return desk.get(reverse(f"admin:{name}", args=[client.pk]), query)


@pytest.mark.parametrize("name", [*TABS, "client_monitoring", "client_flag_rules"])
def test_each_page_of_a_client_has_the_row_of_links_and_marks_itself(
    desk: Browser, plan: Assignment, carl: Client, name: str
) -> None:
    html = seen(desk, name, carl).content.decode()
    row = re.search(r'<nav class="tabs" aria-label="Pages of this client"[^>]*>.*?</nav>', html, re.DOTALL)
    assert row is not None
    addresses = [reverse(f"admin:{each}", args=[carl.pk]) for each in TABS]
    assert re.findall(r'href="([^"]+)"', row.group()) == addresses
    current = {"client_monitoring": "client_report", "client_flag_rules": "client"}.get(name, name)
    marked = re.findall(r'href="([^"]+)" aria-current="page"', row.group())
    assert marked == [reverse(f"admin:{current}", args=[carl.pk])]


def head_of(desk: Browser, client: Client) -> str:
    html = seen(desk, "client", client).content.decode()
    return html[: html.index('<nav class="tabs"')]


def test_the_head_of_a_client_leads_to_their_one_plan(
    desk: Browser, practice: Practice, priya: User, plan: Assignment, carl: Client
) -> None:
    print_it, change_it = (
        f'href="{reverse("admin:" + name, args=[plan.pk])}"' for name in ("plan_handout", "change_plan")
    )
    assert print_it in head_of(desk, carl)
    assert change_it in head_of(desk, carl)
    owner = browser_of(make_staff(practice, Role.OWNER))
    assert print_it in head_of(owner, carl)
    assert change_it not in head_of(owner, carl)
    give(carl, priya, "Evening")
    for address in (print_it, change_it):  # which one is asked on the cards of the plans
        assert address not in head_of(desk, carl)
        assert address in seen(desk, "client", carl).content.decode()


def test_the_head_of_a_client_without_a_plan_offers_to_give_one(desk: Browser, carl: Client) -> None:
    head = head_of(desk, carl)
    assert reverse("admin:assign_to", args=[carl.pk]) in head
    assert "Change plan" not in head


def test_the_plans_stand_with_their_versions_and_what_changed(
    desk: Browser, priya: User, plan: Assignment, carl: Client
) -> None:
    adjust_exercise(plan, exercise="knee-squeezes", kind="remove", by=priya, now=NOW)
    old = give(carl, priya, "Evening")
    end_plan(old, by=priya, on=TODAY)
    answer = seen(desk, "client_plans", carl)
    page, html = answer.context["page"], answer.content.decode()
    assert [card.assignment for card in page.running] == [plan]
    assert [version.number for version in page.running[0].versions] == [2, 1]
    assert [(past.assignment, len(past.versions)) for past in page.past] == [(old, 1)]
    assert re.search(r"<li>[^<]*Knee squeezes[^<]*</li>", html)
    for name in ("change_plan", "pause_plan", "end_plan", "plan_handout"):
        assert reverse(f"admin:{name}", args=[plan.pk]) in html, name
    assert f'name="last_day" min="{TODAY:%Y-%m-%d}"' in html, "a browser asks again before it sends a day that is over"
    handout = reverse("admin:plan_handout", args=[old.pk])
    assert handout in html
    assert reverse("admin:end_plan", args=[old.pk]) not in html
    assert f"?copy={old.pk}" in html
    assert desk.get(handout).status_code == 200


@pytest.mark.parametrize(("older", "more"), [(PLANS_SHOWN - 1, False), (PLANS_SHOWN, True)])
def test_a_plan_that_runs_is_shown_however_many_came_after_it(
    desk: Browser, plan: Assignment, carl: Client, priya: User, older: int, more: bool
) -> None:
    for number in range(older):
        end_plan(give(carl, priya, f"Given later {number}"), by=priya, on=TODAY)
    page = seen(desk, "client_plans", carl).content.decode()
    assert "Morning" in page
    assert len(set(re.findall(r"Given later \d+", page))) == PLANS_SHOWN - 1
    assert ("All plans" in page) is more
    assert "Morning" in seen(desk, "client", carl).content.decode()


def test_ones_own_draft_stands_among_the_plans_and_nobody_elses(
    desk: Browser, practice: Practice, carl: Client, priya: User
) -> None:
    olive = make_staff(practice, Role.OWNER)
    PlanSketch.objects.create(client=carl, author=priya, values={}, saved_at=NOW)
    carry_on = f"{reverse('admin:assign_to', args=[carl.pk])}?draft=1"
    assert carry_on in seen(desk, "client_plans", carl).content.decode()
    assert carry_on not in seen(browser_of(olive), "client_plans", carl).content.decode()


def test_who_only_looks_on_is_offered_no_change(practice: Practice, plan: Assignment, carl: Client) -> None:
    html = seen(browser_of(make_staff(practice, Role.OWNER)), "client_plans", carl).content.decode()
    assert "Morning" in html
    for name in ("change_plan", "pause_plan", "end_plan"):
        assert reverse(f"admin:{name}", args=[plan.pk]) not in html, name


def test_a_session_stands_with_what_was_prescribed_and_done(desk: Browser, plan: Assignment, carl: Client) -> None:
    session = did(plan, 1, fraction=0.5, pain_before=6, pain_after=4, note="It pinched.")
    did(plan, 2, lane="sore")
    did(plan, 3, short_form=["glute-bridge"])
    answer = seen(desk, "client_sessions", carl)
    html = answer.content.decode()
    assert [row.exercises for row in answer.context["page"].rows] == [2, 2, 1]
    assert reverse("admin:session", args=[session.pk]) in html
    assert "50\N{NO-BREAK SPACE}%" in html
    assert "pain 6 before, 4 after" in html
    assert "It pinched." in html


def test_a_long_list_of_sessions_goes_on_on_the_next_page(desk: Browser, plan: Assignment, carl: Client) -> None:
    for days_ago in range(1, 31):
        did(plan, days_ago)
    first = seen(desk, "client_sessions", carl).context["page"]
    second = seen(desk, "client_sessions", carl, before=first.before.isoformat()).context["page"]
    assert (len(first.rows), len(second.rows), second.before) == (25, 5, None)
    assert not {row.session.pk for row in first.rows} & {row.session.pk for row in second.rows}
    assert len(seen(desk, "client_sessions", carl, before="yesterday").context["page"].rows) == 25


def test_the_notes_are_what_both_sides_put_into_words(
    desk: Browser, priya: User, plan: Assignment, carl: Client
) -> None:
    told = did(plan, 1, note="It pinched.")
    did(plan, 2)
    HeldNote.objects.create(
        session=told, item=plan.current_version.items.first(), author=priya, text="Slower.", at=NOW - timedelta(hours=2)
    )
    for note in ("Called her.", ""):
        FlagSeen.objects.create(
            client=carl, rule_key="silent", on=TODAY, note=note, by=priya, at=NOW - timedelta(hours=1)
        )
    pause_plan(plan, by=priya, first_day=TODAY, last_day=None, reason="On holiday")
    Alert.objects.create(
        client=carl, level="same_day", reason_key="safety_same_day", subject_key="x", locks=False,
        raised_at=NOW - timedelta(days=3), cleared_at=NOW, cleared_by=priya, cleared_note="All well.",
    )  # fmt: skip
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        answer = desk.get(reverse("admin:client_notes", args=[carl.pk]))
    entries = answer.context["page"].entries
    said = {"It pinched.", "Slower.", "Called her.", "On holiday"}
    assert {entry.detail for entry in entries} >= said
    assert any("All well." in entry.detail for entry in entries)
    assert len(entries) == len(said) + 1
    assert [entry.at for entry in entries] == sorted((entry.at for entry in entries), reverse=True)
    assert "Note on “Bridge”" in answer.content.decode()


@pytest.mark.parametrize("name", ["client_timeline", "client_notes"])
def test_what_happened_at_one_moment_is_not_lost_between_two_pages(
    desk: Browser, priya: User, plan: Assignment, carl: Client, name: str
) -> None:
    for days_ago in range(1, PAGE):
        did(plan, days_ago, note=f"Day {days_ago}.")
    did(plan, PAGE + 1, note="The oldest.")
    at = did(plan, PAGE, note="Told with the pain.").started_at
    FlagSeen.objects.create(client=carl, rule_key="silent", on=TODAY, note="Seen with it.", by=priya, at=at)
    first = seen(desk, name, carl).context["page"]
    second = seen(desk, name, carl, before=first.before.isoformat()).context["page"]
    told = [entry.detail for entry in (*first.entries, *second.entries)]
    assert [told.count(each) for each in ("Told with the pain.", "Seen with it.", "The oldest.")] == [1, 1, 1]


@pytest.mark.parametrize("name", ["client_plans", "client_sessions", "client_notes"])
def test_a_page_of_a_client_costs_few_statements(
    desk: Browser, plan: Assignment, carl: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    for days_ago in range(1, 31):
        did(plan, days_ago, note="Fine.")
    with django_assert_max_num_queries(24):
        assert seen(desk, name, carl).status_code == 200


@pytest.mark.parametrize("name", ["client_plans", "client_sessions", "client_notes"])
def test_a_page_of_a_client_with_nothing_yet_says_so(desk: Browser, carl: Client, name: str) -> None:
    assert 'class="card empty"' in seen(desk, name, carl).content.decode()
