"""What rules suggest, answered on the page where a practitioner reads it."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client, Decision
from clients.rules.decisions import of_rule
from tests.clients.caseload.test_visit_pages import titles
from tests.clients.conftest import NOW


def suggested(plan: Assignment, **outcome: Any) -> Decision:
    decision: Decision = Decision.objects.create(
        assignment=plan, rule_key="up", moment_key=f"m{outcome}", state=Decision.State.SUGGESTED, decided_at=NOW,
        inputs=of_rule([]), outcome={"action": "change_dose", "field": "sets", "by": 1, "max": 4, **outcome},
    )  # fmt: skip
    return decision


def test_the_caseload_says_that_a_rule_suggests_a_change(desk: Browser, plan: Assignment) -> None:
    suggested(plan, exercise="glute-bridge")
    assert "A rule suggests a change" in desk.get("/admin/caseload/").content.decode()
    suggested(plan, exercise="knee-squeezes")
    assert "Rules suggest 2 changes" in desk.get("/admin/caseload/").content.decode()


@pytest.mark.parametrize("place", ["brief", "client"])
def test_what_a_rule_suggests_is_declined_where_it_is_read(
    desk: Browser, plan: Assignment, carl: Client, place: str
) -> None:
    decision = suggested(plan, exercise="glute-bridge")
    page, decline = reverse(f"admin:{place}", args=[carl.pk]), reverse("admin:decline_decision", args=[decision.pk])
    before = titles(plan)
    assert f'action="{decline}"' in desk.get(page).content.decode()
    assert desk.post(decline, {"next": page})["Location"] == page
    assert titles(plan) == before
    decision.refresh_from_db()
    assert decision.state == Decision.State.DECLINED
    assert decline not in desk.get(page).content.decode()


@pytest.mark.parametrize("place", ["brief", "client"])
def test_a_suggestion_that_names_no_exercise_asks_for_which_and_is_taken_back_where_it_was_accepted(
    desk: Browser, plan: Assignment, carl: Client, place: str
) -> None:
    decision = suggested(plan)
    page, accept = reverse(f"admin:{place}", args=[carl.pk]), reverse("admin:accept_decision", args=[decision.pk])
    before = titles(plan)
    assert desk.get(page).content.decode().count('type="checkbox" name="exercise"') == 2
    made = desk.post(accept, {"next": page, "choose": "1", "exercise": ["glute-bridge"]})
    bridge, squeezes = titles(plan)
    assert (bridge != before[0], squeezes) == (True, before[1])
    undo = reverse("admin:undo_change", args=[plan.pk])
    assert f'action="{undo}"' in desk.get(made["Location"]).content.decode()
    assert desk.post(undo, {"version": "2", "next": page})["Location"] == page
    assert titles(plan) == before
