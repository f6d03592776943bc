"""The practitioner reads and switches rules, tries others out, writes lanes, and answers suggestions."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client, Decision, Flare, PainLevels, PlanRule
from clients.services.flares import report_flare
from portal.accounts.models import User
from routines.models import Routine
from tests.clients.conftest import NOW
from tests.clients.library import shelve
from tests.clients.test_decide import do_session, give, seed, six_good_sessions, spoken
from tests.doors import STAFF, sign_in
from tests.factories import make_staff

__all__ = ["seed"]
pytestmark = pytest.mark.usefixtures("at_nine", "in_riverside")


@pytest.fixture
def plan(carl: Client, seed: Routine, priya: User) -> Assignment:
    return give(carl, seed, priya)


def test_every_rule_is_read_in_words_and_pre_approvals_are_off(desk: Browser, plan: Assignment) -> None:
    page = desk.get(reverse("admin:plan_rules", args=[plan.pk]))
    said = page.content.decode()
    assert "When pain before &gt; 3: rocking is left out." in said
    assert "the change by the next day ≥ 2" in said
    assert said.count("Always on") == 2
    rows = [row for _, _, rows in page.context["groups"] for row in rows]
    assert len(rows) == PlanRule.objects.filter(assignment=plan).count()
    assert not any(row.row.is_preapproved for row in rows)


def test_rules_are_switched_and_the_versions_are_kept(desk: Browser, plan: Assignment) -> None:
    address = reverse("admin:plan_rules", args=[plan.pk])
    every = {f"on-{row.rule_id}": "on" for row in PlanRule.objects.filter(assignment=plan)}
    every.pop("on-global.gap7")
    assert desk.post(address, {**every, "ok-add_reps": "on"}).status_code == 302
    now = {row.rule_id: row for row in PlanRule.objects.filter(assignment=plan).in_force()}
    assert (now["global.gap7"].is_on, now["add_reps"].is_preapproved) == (False, True)
    assert (now["global.gap7"].number, now["global.gap21"].number) == (2, 1)
    assert now["global.pain_red"].is_on


def test_the_what_if_shows_what_would_have_been_different_and_writes_nothing(desk: Browser, plan: Assignment) -> None:
    do_session(plan, at=NOW - timedelta(days=3), before=2, following=3)
    before = Decision.objects.count(), PlanRule.objects.count()
    address = reverse("admin:what_if", args=[plan.pk])
    as_it_is = desk.get(address)
    assert as_it_is.context["changes"] == 0
    values = {f"on-{row.rule_id}": "on" for row in PlanRule.objects.filter(assignment=plan).in_force()}
    tried = desk.get(address, {"try": "1", **values, "v0-global.next_day_up2": "1"})
    changed = {(each.rule.row.rule_id, each.as_is, each.tried) for each in tried.context["found"]}
    assert ("global.next_day_up2", False, True) in changed
    assert tried.context["changes"] == 1
    assert (Decision.objects.count(), PlanRule.objects.count()) == before
    del values["on-global.next_day_up1"]
    assert desk.get(address, {"try": "1", **values}).context["changes"] == 1, "switched off, it would not have spoken"


@pytest.mark.parametrize("number", ["much", "1e9", "nan", ""])
def test_a_number_that_is_none_is_refused_with_the_rule_named(desk: Browser, plan: Assignment, number: str) -> None:
    page = desk.get(
        reverse("admin:what_if", args=[plan.pk]),
        {"try": "1", "on-global.gap7": "on", "v0-global.gap7": number},
    )
    assert page.status_code == 400
    assert "type a number from -10 to 100" in page.content.decode()


def test_lanes_are_read_side_by_side_and_one_is_written(desk: Browser, plan: Assignment) -> None:
    address = reverse("admin:plan_lanes", args=[plan.pk])
    page = desk.get(address)
    assert [column.lane for column in page.context["columns"]] == ["steady", "sore", "flare"]
    version = plan.current_version
    assert version is not None
    kept = version.items.filter(lane="sore").order_by("-position")[0]
    own = kept.exercise_version.content.dose.override(**kept.dose)
    data = {"lane": "sore", "do": "write", "based_on": version.number, f"keep-{kept.pk}": "on"}
    data |= {f"sets-{kept.pk}": own.sets, f"reps-{kept.pk}": 2, f"hold_s-{kept.pk}": own.hold_s}
    assert desk.post(address, data).status_code == 302
    plan.refresh_from_db()
    assert plan.current_version is not None
    assert plan.current_version.number == 2
    assert plan.current_version.written_lanes == ["sore"]
    (item,) = plan.current_version.items.filter(lane="sore")
    assert item.dose["reps"] == 2
    assert desk.post(address, {"lane": "sore", "do": "make", "based_on": 2}).status_code == 302
    plan.refresh_from_db()
    assert plan.current_version is not None
    assert plan.current_version.written_lanes == []


@pytest.mark.parametrize("data", [{"lane": "steady", "do": "write"}, {"lane": "sore", "do": "write"}, {}])
def test_a_lane_that_makes_no_sense_is_refused(desk: Browser, plan: Assignment, data: dict[str, str]) -> None:
    answer = desk.post(reverse("admin:plan_lanes", args=[plan.pk]), {**data, "based_on": "1"})
    assert answer.status_code == 400
    plan.refresh_from_db()
    assert plan.current_version is not None
    assert plan.current_version.number == 1


def test_a_suggestion_is_accepted_from_the_client_page(desk: Browser, plan: Assignment, carl: Client) -> None:
    six_good_sessions(plan, last=NOW - timedelta(days=2))
    said = desk.get(reverse("admin:client", args=[carl.pk])).content.decode()
    assert "Knee squeezes: 1 repetition more (at most 4) because" in said
    (waiting,) = spoken(plan, "add_reps")
    assert desk.post(reverse("admin:accept_decision", args=[waiting.pk])).status_code == 302
    plan.refresh_from_db()
    assert plan.current_version is not None
    assert plan.current_version.number == 2


def test_a_suggestion_is_never_pushed_out_by_what_was_decided_since(
    desk: Browser, plan: Assignment, carl: Client
) -> None:
    six_good_sessions(plan, last=NOW - timedelta(days=2))
    (waiting,) = spoken(plan, "add_reps")
    Decision.objects.bulk_create(
        Decision(
            assignment=plan,
            rule_key="lane",
            moment_key=f"later:{number}",
            inputs=waiting.inputs,
            outcome=waiting.outcome,
            state=Decision.State.APPLIED,
            decided_at=waiting.decided_at + timedelta(minutes=number + 1),
        )
        for number in range(40)
    )
    page = desk.get(reverse("admin:client", args=[carl.pk])).content.decode()
    assert reverse("admin:accept_decision", args=[waiting.pk]) in page


def test_what_a_rule_lowered_is_read_with_its_reason_and_taken_back(
    desk: Browser, plan: Assignment, carl: Client
) -> None:
    do_session(plan, at=NOW - timedelta(days=2), before=5, following=7)
    said = desk.get(reverse("admin:client", args=[carl.pk])).content.decode()
    assert "Rocking was left out because pain before was 5." in said
    assert "The next 2 sessions are at 75 % because the change by the next day was +2." in said
    (lowered,) = spoken(plan, "global.next_day_up2")
    assert desk.post(reverse("admin:undo_decision", args=[lowered.pk])).status_code == 302
    lowered.refresh_from_db()
    assert lowered.state == Decision.State.UNDONE


def test_a_flare_is_seen_and_ended_by_the_practitioner(desk: Browser, plan: Assignment, carl: Client) -> None:
    flare = report_flare(carl, now=NOW)
    assert "Day 1, since 18 Nov 2026." in desk.get(reverse("admin:client", args=[carl.pk])).content.decode()
    desk.post(reverse("admin:end_flare", args=[flare.pk]))
    assert Flare.objects.open().count() == 0


def test_pain_levels_are_set_by_owners_and_never_above_the_default(desk: Browser, plan: Assignment) -> None:
    address = reverse("admin:pain_levels")
    good = {"green_max": 1, "amber_max": 4, "rise_stop": 2, "next_day_reduce_delta": 2}
    assert desk.get(address).status_code == 200
    assert desk.post(address, good).status_code == 403
    owner = Browser()
    sign_in(owner, make_staff(plan.client.practice, "owner"), STAFF)
    refused = owner.post(address, {**good, "amber_max": 6})
    assert refused.status_code == 400
    assert "Raise it for one client in their plan" in refused.content.decode()
    assert owner.post(address, good).status_code == 302
    assert PainLevels.objects.get().model().amber_max == 4


def test_an_exercise_is_added_to_a_lane_by_the_picker_without_javascript(desk: Browser, plan: Assignment) -> None:
    address = reverse("admin:plan_lanes", args=[plan.pk])
    version = plan.current_version
    assert version is not None
    kept = version.items.filter(lane="sore").order_by("position")[0]
    own = kept.exercise_version.content.dose.override(**kept.dose)
    typed = {"lane": "sore", "based_on": version.number, f"keep-{kept.pk}": "on"}
    typed |= {f"sets-{kept.pk}": own.sets, f"reps-{kept.pk}": 3, f"hold_s-{kept.pk}": own.hold_s}
    new = shelve("belly-breathing")
    picking = desk.post(address, {**typed, "do": "pick"})
    assert picking.context["picking"] == "sore"
    assert picking.content.decode().count("data-find=") == 1
    found = desk.post(address, {**typed, "do": "find", "find-q": new.name})
    assert f'value="add:{new.pk}"' in found.content.decode()
    assert f'name="reps-{kept.pk}" value="3"' in found.content.decode(), "what was typed stays"
    assert PlanRule.objects.filter(assignment=plan).exists()
    assert desk.post(address, {**typed, "do": f"add:{new.pk}"}).status_code == 302
    plan.refresh_from_db()
    assert plan.current_version is not None
    sore = list(plan.current_version.items.filter(lane="sore").order_by("position"))
    assert [row.exercise_version.exercise_id for row in sore] == [kept.exercise_version.exercise_id, new.pk]
    assert sore[0].dose["reps"] == 3


@pytest.mark.parametrize("button", ["add:999999", "add:x", "add:"])
def test_an_exercise_that_is_not_offered_is_not_added(desk: Browser, plan: Assignment, button: str) -> None:
    answer = desk.post(reverse("admin:plan_lanes", args=[plan.pk]), {"lane": "sore", "based_on": "1", "do": button})
    assert answer.status_code == 404
