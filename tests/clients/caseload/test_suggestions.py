"""What rules suggest, answered on the page where a practitioner reads it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client, Decision, Visit
from clients.rules.decisions import of_rule
from clients.services.sharing import share_client
from portal.accounts.models import User
from tests.clients.caseload.doing import did
from tests.clients.caseload.test_visit_pages import BRIDGE_DONE, HURT, titles
from tests.clients.conftest import NOW, TODAY
from tests.doors import browser_of


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
    assert desk.post(decline, {"next": page})["Location"] == f"{page}?declined={decision.pk}"
    assert titles(plan) == before
    decision.refresh_from_db()
    assert decision.state == Decision.State.DECLINED
    assert decline not in desk.get(page).content.decode()


@pytest.mark.parametrize("place", ["brief", "client"])
def test_a_decline_is_taken_back_for_ten_seconds_by_whoever_pressed_it(
    desk: Browser, nora: User, plan: Assignment, carl: Client, place: str
) -> None:
    decision = suggested(plan, exercise="glute-bridge")
    page, undo = reverse(f"admin:{place}", args=[carl.pk]), reverse("admin:undo_decision", args=[decision.pk])
    declined = desk.post(reverse("admin:decline_decision", args=[decision.pk]), {"next": page})["Location"]
    share_client(carl, colleague=nora, by=carl.lead)
    for looks_on in (browser_of(nora).get(declined), desk.get(page)):
        assert f'action="{undo}"' not in looks_on.content.decode()
    assert browser_of(nora).post(undo).status_code == 403
    assert f'action="{undo}"' in desk.get(declined).content.decode()
    with time_machine.travel(NOW + timedelta(seconds=11), tick=False):
        late = browser_of(carl.lead)
        assert f'action="{undo}"' not in late.get(declined).content.decode()
        assert late.post(undo).status_code == 409
    for _twice in range(2):
        assert desk.post(undo, {"next": page})["Location"] == page
    decision.refresh_from_db()
    assert (decision.state, decision.settled_by) == (Decision.State.SUGGESTED, None)
    assert reverse("admin:decline_decision", args=[decision.pk]) in desk.get(page).content.decode()


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


# --- what the brief itself proposes: answered, kept and taken back by the same mechanism --------------------------


@pytest.fixture
def sore(plan: Assignment) -> dict[str, str]:
    """Three sessions in which the bridge hurt, and the answer's form for what the brief then proposes."""
    for days_ago in (4, 3, 2):
        did(plan, days_ago, BRIDGE_DONE, HURT, pain_worst=8)
    return {"kind": "easier", "exercise": "glute-bridge"}


def edits(desk: Browser, carl: Client) -> list[str]:
    return [words for _edit, words, *_more in desk.get(reverse("admin:brief", args=[carl.pk])).context["edits"]]


def note_of(desk: Browser, carl: Client) -> str:
    note: str = desk.get(reverse("admin:brief", args=[carl.pk])).context["note"]
    return note


def test_a_declined_edit_changes_nothing_and_returns_only_with_another_session(
    desk: Browser, plan: Assignment, carl: Client, sore: dict[str, str]
) -> None:
    brief, answer = reverse("admin:brief", args=[carl.pk]), reverse("admin:answer_edit", args=[plan.pk])
    before = titles(plan)
    assert "Make “Bridge” easier" in edits(desk, carl)
    assert desk.post(answer, {**sore, "answer": "decline", "next": brief})["Location"].startswith(f"{brief}?declined=")
    assert titles(plan) == before
    assert "Make “Bridge” easier" not in edits(desk, carl)
    declined = "Proposed and declined:\n- Make “Bridge” easier because pain was higher than before in 3 of 3 sessions."
    assert declined in note_of(desk, carl)
    assert desk.post(answer, {**sore, "answer": "accept"}).status_code == 409  # a page that stood open
    did(plan, 1, BRIDGE_DONE, HURT, pain_worst=8)
    assert "Make “Bridge” easier" in edits(desk, carl)
    assert Decision.objects.get().state == Decision.State.DECLINED


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_an_answer_to_an_edit_that_is_taken_back_leaves_everything_as_it_was(
    desk: Browser, plan: Assignment, carl: Client, sore: dict[str, str], answer: str
) -> None:
    """Only the brief proposes it, on the rows that speak for it: it is no reason on the caseload and no suggestion."""
    brief = reverse("admin:brief", args=[carl.pk])
    address, sent = reverse("admin:answer_edit", args=[plan.pk]), {**sore, "answer": answer, "next": brief}

    def told() -> list[Any]:
        caseload = [line.text for row in desk.get("/admin/caseload/").context["page"].rows for line in row.flags]
        client = desk.get(reverse("admin:client", args=[carl.pk])).content.decode()
        timeline = desk.get(reverse("admin:client_timeline", args=[carl.pk]), {"kind": "rule"}).context["page"].entries
        return [titles(plan), edits(desk, carl), note_of(desk, carl), caseload, "Bridge” easier" in client, timeline]

    before = told()
    for _once_more in range(2):
        desk.post(address, sent)
        assert "Make “Bridge” easier" not in edits(desk, carl)
        assert f"Proposed and {answer.removesuffix('e')}ed:\n- Make “Bridge” easier because" in note_of(desk, carl)
        decision = Decision.objects.get()
        if answer == "decline":
            desk.post(reverse("admin:undo_decision", args=[decision.pk]), {"next": brief})
        else:
            assert titles(plan) != before[0]
            desk.post(reverse("admin:undo_change", args=[plan.pk]), {"version": decision.version.number, "next": brief})
        decision.refresh_from_db()
        assert (decision.state, decision.settled_by, decision.version) == (Decision.State.SUGGESTED, None, None)
        assert told() == before


def test_the_note_for_the_record_tells_what_rules_suggested_and_what_became_of_it(
    desk: Browser, plan: Assignment, carl: Client
) -> None:
    _waiting, accepted, declined = (suggested(plan, exercise="glute-bridge", max=most) for most in (4, 5, 6))
    desk.post(reverse("admin:accept_decision", args=[accepted.pk]))
    desk.post(reverse("admin:decline_decision", args=[declined.pk]))
    note = note_of(desk, carl)
    for title, most in (
        ("Proposed, not answered", 4),
        ("Proposed and accepted", 5),
        ("Proposed and declined", 6),
    ):
        assert f"{title}:\n- Bridge: 1 set more (at most {most})." in note
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        Visit.objects.create(client=carl, on=TODAY + timedelta(days=1), by=plan.created_by, at=NOW + timedelta(days=1))
        note = note_of(browser_of(plan.created_by), carl)
    assert tuple(f"at most {most}" in note for most in (4, 5, 6)) == (True, False, False)
