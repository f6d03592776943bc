"""Flag rules of one client: other numbers than the practice's, seen on their flags, and taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from clients.analytics.digest import digest_for
from clients.analytics.lately import flag_settings_of
from clients.analytics.timeline import timeline
from clients.errors import Invalid, NotAllowed
from clients.models import Assignment, Client, ClientFlagRules
from clients.services.flags import mark_seen, set_client_flag_rules, set_flag_rules
from portal.accounts.models import AuditEvent, Practice, Role, User
from tests.clients.caseload.test_flags import did, every_day, hurt, rows, texts
from tests.clients.conftest import NOW
from tests.clients.plans import give_plan
from tests.doors import browser_of
from tests.factories import make_client, make_staff


@pytest.fixture
def plan(carl: Client) -> Assignment:
    return give_plan(carl, "glute-bridge", starts_on=date(2026, 11, 2))


@pytest.fixture
def other_plan(priya: User) -> Assignment:
    return give_plan(make_client(priya, last_name="Zeller"), "glute-bridge", starts_on=date(2026, 11, 2))


def page_of(client: Client) -> str:
    return reverse("admin:client_flag_rules", args=[client.pk])


def text_of(desk: Browser, client: Client) -> str:
    return " ".join(desk.get(page_of(client)).content.decode().split())


def lately_in_pain(plan: Assignment, **pain: int) -> None:
    every_day(plan, until=1)
    did(plan, 0, **pain)


def test_another_number_counts_for_this_client_alone(
    desk: Browser, priya: User, plan: Assignment, other_plan: Assignment, carl: Client
) -> None:
    for each in (plan, other_plan):
        lately_in_pain(each, pain_worst=6, pain_before=5)
    assert texts(priya, "tab=needs") == {}
    assert desk.post(page_of(carl), {"pain_high.pain": "6"}).status_code == 302
    (row,) = rows(priya, "tab=needs").rows
    assert row.client == carl
    assert row.worst.text == "Pain 6 during a session, today 08:14"
    assert row.worst.rule == ("Pain of 6 or more before or during a session of the last 14 days. Set for this client.")
    assert "Set for this client." in desk.get(reverse("admin:client", args=[carl.pk])).content.decode()
    assert digest_for(priya, carl.practice, now=NOW).needs == (f"{carl.first_name[0]}W",)


def test_a_higher_number_hides_what_the_practice_would_show(
    desk: Browser, priya: User, plan: Assignment, carl: Client
) -> None:
    lately_in_pain(plan, pain_worst=8, pain_before=7)
    assert texts(priya, "tab=needs") == {carl.full_name: ["Pain 8 during a session, today 08:14"]}
    desk.post(page_of(carl), {"pain_high.pain": "9"})
    assert texts(priya, "tab=needs") == {}
    assert mark_seen(carl, "pain_high", by=priya, now=NOW) is None


def test_where_it_hurt_is_read_by_the_clients_own_number(
    priya: User, plan: Assignment, other_plan: Assignment, carl: Client
) -> None:
    for each in (plan, other_plan):
        every_day(each, until=1)
        hurt(did(each, 0, pain_before=3, pain_worst=5), 5)
    set_client_flag_rules(carl, wanted={"pain_high": {"pain": 5}}, by=priya)
    assert texts(priya, "tab=needs") == {carl.full_name: ["Pain 5 during Bridge, today 08:14"]}


def test_the_first_week_is_read_by_the_clients_own_numbers(
    priya: User, plan: Assignment, other_plan: Assignment, carl: Client
) -> None:
    for each in (plan, other_plan):
        every_day(each, until=2, pain_before=0)
        for days_ago in (1, 0):
            did(each, days_ago, pain_before=1)
    set_client_flag_rules(carl, wanted={"pain_rising": {"points": 1, "sessions": 2}}, by=priya)
    assert texts(priya, "tab=needs") == {carl.full_name: ["Pain before sessions: 0 in the first week, now 1"]}


def test_a_rule_is_switched_off_for_one_client_and_on_where_the_practice_has_it_off(
    desk: Browser, practice: Practice, priya: User, plan: Assignment, carl: Client
) -> None:
    lately_in_pain(plan, pain_worst=8, pain_before=7)
    desk.post(page_of(carl), {"pain_high.on": "no"})
    assert texts(priya, "tab=needs") == {}
    set_flag_rules(practice, wanted={"pain_high": {"on": False}}, by=make_staff(practice, Role.OWNER))
    desk.post(page_of(carl), {"pain_high.on": "yes"})
    assert texts(priya, "tab=needs") == {carl.full_name: ["Pain 8 during a session, today 08:14"]}
    assert "As in the practice: off" in text_of(desk, carl)


def test_what_is_left_empty_follows_the_practice(practice: Practice, priya: User, carl: Client) -> None:
    set_client_flag_rules(carl, wanted={"pain_rising": {"points": 4}}, by=priya)
    owner = make_staff(practice, Role.OWNER)
    set_flag_rules(practice, wanted={"pain_rising": {"points": 1, "sessions": 5}, "silent": {"days": 9}}, by=owner)
    settings = flag_settings_of(carl)
    assert (settings["pain_rising"].numbers, settings["pain_rising"].is_own) == ({"points": 4, "sessions": 5}, True)
    assert (settings["silent"].numbers, settings["silent"].is_own) == ({"days": 9}, False)


def test_the_page_says_both_numbers_who_set_them_and_how_to_go_back(desk: Browser, priya: User, carl: Client) -> None:
    before = text_of(desk, carl)
    assert "Empty: 7, as in the practice." in before
    assert "Back to the practice’s numbers" not in before
    desk.post(page_of(carl), {"silent.days": "14"})
    page = text_of(desk, carl)
    assert "<b>A plan runs, and there was no session for 14 days. Set for this client.</b>" in page
    assert "The practice: A plan runs, and there was no session for 7 days." in page
    assert "Set on 18 Nov 2026 by Priya Shah." in page
    desk.post(page_of(carl), {"do": "practice"})
    page = text_of(desk, carl)
    assert "Set for this client." not in page
    assert "Taken back to the practice’s numbers on 18 Nov 2026 by Priya Shah." in page
    assert [row.rules for row in ClientFlagRules.objects.all()] == [{}, {"silent": {"days": 14}}]
    events = AuditEvent.objects.filter(action="set_client_flag_rules").order_by("pk")
    assert [(event.actor, event.detail) for event in events] == [(priya, {"rules": ["silent"]}), (priya, {"rules": []})]


def flag_entries(client: Client, by: User, *, minutes: int = 60) -> list[tuple[str, str, str]]:
    page = timeline(client, by=by, before=NOW + timedelta(minutes=minutes), kind="flag")
    return [(entry.text, entry.detail, entry.who) for entry in page.entries]


def test_the_timeline_tells_what_was_set_for_a_client_and_who_did(
    practice: Practice, priya: User, carl: Client
) -> None:
    olive = make_staff(practice, Role.OWNER)
    silent = "A plan runs, and there was no session for %s days."
    pain = "Pain of %s or more before or during a session of the last 14 days."
    steps: list[tuple[dict[str, dict[str, int | bool]], str]] = [
        ({"silent": {"days": 14}}, f"On for this client: {silent % 14} Before: 7."),
        (
            {"silent": {"days": 10}, "pain_high": {"on": False}},
            f"Off for this client: {pain % 7} On for this client: {silent % 10} Before: 14.",
        ),
        (
            {"silent": {"days": 10}, "pain_high": {"pain": 8}},
            f"On for this client: {pain % 8} Before: off.",
        ),
        (
            {},
            f"As in the practice again: {pain % 6} Before: 8. As in the practice again: {silent % 7} Before: 10.",
        ),
    ]
    for number, (wanted, _words) in enumerate(steps):
        with time_machine.travel(NOW + timedelta(minutes=number), tick=False):
            if not wanted:
                set_flag_rules(practice, wanted={"pain_high": {"pain": 6}}, by=olive)
            set_client_flag_rules(carl, wanted=wanted, by=priya)
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):  # what counts later is not told of earlier
        set_flag_rules(practice, wanted={"silent": {"days": 3}}, by=olive)
    said = [("Flag rules of this client were set", words, "Priya Shah") for _wanted, words in steps]
    assert flag_entries(carl, priya) == said[::-1]
    assert flag_entries(carl, priya, minutes=1) == said[:1]


def test_a_second_number_is_told_with_the_one_before(priya: User, carl: Client) -> None:
    set_client_flag_rules(carl, wanted={"pain_rising": {"points": 3, "sessions": 4}}, by=priya)
    ((_text, words, _who),) = flag_entries(carl, priya)
    assert words.endswith("Before: 2, 3.")


def test_the_entry_leads_to_the_rules_and_many_cost_no_statement(desk: Browser, priya: User, carl: Client) -> None:
    def cost() -> int:
        address = reverse("admin:client_timeline", args=[carl.pk])
        with time_machine.travel(NOW + timedelta(hours=1), tick=False), CaptureQueriesContext(connection) as asked:
            html = desk.get(address, {"kind": "flag"}).content.decode()
        assert f'<a href="{page_of(carl)}">Flag rules of this client were set</a>' in html
        return len(asked)

    set_client_flag_rules(carl, wanted={"silent": {"days": 2}}, by=priya)
    cost()  # what a process reads once is read
    with_one = cost()
    for days in range(3, 29):
        set_client_flag_rules(carl, wanted={"silent": {"days": days}}, by=priya)
    assert cost() == with_one


def test_saving_what_is_in_force_already_keeps_nothing(desk: Browser, carl: Client) -> None:
    desk.post(page_of(carl), {"do": "practice"})
    assert not ClientFlagRules.objects.exists()
    for _ in range(2):
        answer = desk.post(page_of(carl), {"silent.days": "14", "pain_high.on": ""}, follow=True)
    assert "Nothing was changed." in answer.content.decode()
    assert ClientFlagRules.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        pytest.param("pain_high.pain", "11", "Pain, 0 to 10: Choose a whole number from 1 to 10.", id="above it"),
        pytest.param("silent.days", "1", "Days: Choose a whole number from 2 to 28.", id="below the least"),
        pytest.param("silent.days", "soon", "Days: Choose a whole number from 2 to 28.", id="a word"),
        pytest.param("silent.days", "9" * 400, "Days: Choose a whole number from 2 to 28.", id="a very long number"),
        pytest.param("missed.on", "perhaps", "Select a valid choice.", id="neither on nor off"),
    ],
)
def test_a_bad_number_is_named_and_nothing_is_kept(
    desk: Browser, carl: Client, field: str, value: str, sentence: str
) -> None:
    answer = desk.post(page_of(carl), {field: value})
    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {field}
    assert sentence in " ".join(strip_tags(answer.content.decode()).split()), "in the list of problems"
    assert not ClientFlagRules.objects.exists()


def test_the_service_names_what_is_wrong_itself(practice: Practice, priya: User, nora: User, carl: Client) -> None:
    wanted: dict[str, dict[str, Any]] = {"silent": {"days": 1}, "pain_high": {"pain": True}, "nonsense": {}}
    with pytest.raises(Invalid) as refused:
        set_client_flag_rules(carl, wanted=wanted, by=priya)
    assert set(refused.value.errors) == {"silent.days", "pain_high.pain", "nonsense"}
    for person in (nora, make_staff(practice, Role.OWNER)):
        with pytest.raises(NotAllowed):
            set_client_flag_rules(carl, wanted={"silent": {"days": 9}}, by=person)
    assert not ClientFlagRules.objects.exists()


def test_what_was_set_is_never_changed_nor_deleted(priya: User, carl: Client) -> None:
    rules = set_client_flag_rules(carl, wanted={"silent": {"days": 9}}, by=priya)
    assert rules is not None
    with pytest.raises(ValidationError):
        rules.save()
    with pytest.raises(ValidationError):
        rules.delete()


def test_a_rule_that_is_always_on_stays_so(desk: Browser, priya: User, carl: Client) -> None:
    assert desk.post(page_of(carl), {"hurt_ended.on": "no"}).status_code == 302
    set_client_flag_rules(carl, wanted={"hurt_ended": {"on": False}}, by=priya)
    assert not ClientFlagRules.objects.exists()


def test_who_may_see_a_client_reads_their_rules_and_a_colleague_does_not(
    practice: Practice, desk: Browser, priya: User, nora: User, carl: Client
) -> None:
    set_client_flag_rules(carl, wanted={"silent": {"days": 9}}, by=priya)
    owner = browser_of(make_staff(practice, Role.OWNER))
    page = text_of(owner, carl)
    assert "no session for 9 days" in page
    assert "Save for this client" not in page
    assert owner.post(page_of(carl), {"silent.days": "3"}).status_code == 403
    assert browser_of(nora).get(page_of(carl)).status_code == 403
    assert list(ClientFlagRules.objects.visible_to(nora)) == []
    assert ClientFlagRules.objects.visible_to(priya).count() == 1


def test_own_rules_of_many_clients_cost_no_statement(priya: User, desk: Browser) -> None:
    plans = [
        give_plan(make_client(priya, last_name=f"Client {number}"), "glute-bridge", starts_on=date(2026, 11, 2))
        for number in range(6)
    ]
    for each in plans:
        lately_in_pain(each, pain_worst=8, pain_before=7)

    def statements() -> int:
        desk.get("/admin/")
        with CaptureQueriesContext(connection) as caught:
            desk.get("/admin/")
        return len(caught)

    before = statements()
    for number, each in enumerate(plans):
        set_client_flag_rules(each.client, wanted={"pain_high": {"pain": 5 + number % 2}}, by=priya)
        set_client_flag_rules(each.client, wanted={"pain_high": {"pain": 6 + number % 2}}, by=priya)
    assert statements() == before <= 20
    assert all("Set for this client." in row.worst.rule for row in rows(priya, "tab=needs").rows)
