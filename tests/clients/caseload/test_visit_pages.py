"""The visit brief, "Seen today", the client's timeline, and a session that is looked over."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django.utils.formats import date_format

from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import Assignment, Client, Event, Flare, HeldNote, Message, Session, SessionLook, Visit
from clients.services.adjust import adjust_exercise
from clients.services.client_state import move_client
from clients.services.messages import send_message, write_to_clinic
from clients.services.plan_state import pause_plan
from clients.services.visits import mark_visit
from portal.accounts.models import Practice, Role, User
from tests.clients.caseload.doing import did
from tests.clients.conftest import NOW, TODAY
from tests.doors import browser_of
from tests.factories import make_client, make_staff

DONE = {"segment": "main", "set": 1, "side": "none", "done": 8, "of": 8, "seconds": 60, "mode": "guided"}
BRIDGE_DONE = ("set_done", "glute-bridge", DONE)
HURT = ("hurt", "glute-bridge", {"value": 8})


def titles(plan: Assignment) -> list[str]:
    plan.refresh_from_db()
    rows = plan.current_version.items.filter(lane="steady").select_related("exercise_version")
    return [f"{row.exercise_version.content.slug} {row.dose}" for row in rows.order_by("position")]


# --- the brief ------------------------------------------------------------------------------------------------


def test_the_brief_tells_what_happened_since_the_last_visit_and_nothing_older(
    desk: Browser, priya: User, plan: Assignment, carl: Client
) -> None:
    did(plan, 12, HURT, note="Old news.")
    Visit.objects.create(client=carl, on=TODAY - timedelta(days=7), by=priya, at=NOW - timedelta(days=7))
    for days_ago in (5, 4, 3):
        did(plan, days_ago, BRIDGE_DONE)
    latest = did(plan, 1, BRIDGE_DONE, HURT, note="It pinched.", pain_worst=8)
    answer = desk.get(reverse("admin:brief", args=[carl.pk]))
    shown = answer.content.decode()
    assert "Since the visit on 11 Nov 2026" in shown
    assert "Old news." not in shown
    assert "Bridge: more pain than before in 1 of 4 sessions." in shown
    assert "not done in 4 of 4 sessions" in shown
    assert "They wrote on 17 Nov: “It pinched.”" in answer.context["note"]
    assert reverse("admin:session", args=[latest.pk]) in shown
    assert carl.last_name not in answer.context["note"]


def test_seen_today_marks_one_visit_and_the_next_brief_begins_there(
    desk: Browser, priya: User, plan: Assignment, carl: Client
) -> None:
    did(plan, 3)
    for _ in range(2):
        assert desk.post(reverse("admin:seen_today", args=[carl.pk])).status_code == 302
    assert Visit.objects.get().on == TODAY
    assert "Seen today by Priya" in desk.get(reverse("admin:brief", args=[carl.pk])).content.decode()
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        answer = browser_of(priya).get(reverse("admin:brief", args=[carl.pk]))
    assert answer.context["page"].history.since == TODAY
    assert answer.context["page"].history.sessions == ()


def test_a_brief_costs_the_same_however_long_the_history_is(
    desk: Browser, plan: Assignment, carl: Client, django_assert_max_num_queries: Any
) -> None:
    for days_ago in range(15):
        did(plan, days_ago, BRIDGE_DONE)
    desk.get(reverse("admin:brief", args=[carl.pk]))
    with django_assert_max_num_queries(26):
        desk.get(reverse("admin:brief", args=[carl.pk]))


def test_an_accepted_edit_makes_the_next_version_and_nothing_applies_itself(
    desk: Browser, plan: Assignment, carl: Client
) -> None:
    for days_ago in (3, 2, 1):
        did(plan, days_ago, BRIDGE_DONE, HURT, pain_worst=8)
    brief = reverse("admin:brief", args=[carl.pk])
    (edit, *_rest) = desk.get(brief).context["edits"]
    assert edit[1] == "Make “Bridge” easier"
    before = titles(plan)
    assert plan.current_version is not None
    assert plan.current_version.number == 1
    sent = {"exercise": edit[0].exercise, "kind": edit[0].kind, "answer": "accept", "next": brief}
    made = desk.post(reverse("admin:answer_edit", args=[edit[3]]), sent)
    assert made["Location"].startswith(f"{brief}?undo=")
    assert titles(plan) != before
    assert plan.current_version.number == 2
    assert Session.objects.filter(version__number=1).count() == 3


def test_every_proposed_edit_leads_to_the_rows_that_justify_it(desk: Browser, plan: Assignment, carl: Client) -> None:
    sessions = [did(plan, days_ago, BRIDGE_DONE, HURT, pain_worst=8) for days_ago in (3, 2, 1)]
    shown = desk.get(reverse("admin:brief", args=[carl.pk])).content.decode()
    edits = shown[shown.index('aria-labelledby="edits"') : shown.index('aria-labelledby="record"')]
    assert "Make “Bridge” easier" in edits
    for session in sessions:
        assert reverse("admin:session", args=[session.pk]) in edits


def test_a_changed_plan_and_a_flare_up_lead_to_where_they_are_shown(
    desk: Browser, priya: User, plan: Assignment, carl: Client
) -> None:
    Visit.objects.create(client=carl, on=TODAY - timedelta(days=7), by=priya, at=NOW - timedelta(days=7))
    Flare.objects.create(client=carl, first_day=TODAY - timedelta(days=5), reported_at=NOW - timedelta(days=5))
    adjust_exercise(plan, exercise="knee-squeezes", kind="remove", by=priya, now=NOW)
    shown = desk.get(reverse("admin:brief", args=[carl.pk])).content.decode()
    changed = shown[shown.index('aria-labelledby="changed"') : shown.index('aria-labelledby="ask"')]
    assert f'href="{reverse("admin:client_plans", args=[carl.pk])}#plan-{plan.pk}">Version 2<' in changed
    assert f'href="{reverse("admin:client_timeline", args=[carl.pk])}?kind=flare">In the timeline<' in changed


@pytest.mark.parametrize("place", ["brief", "session"])
def test_what_one_click_changed_is_taken_back_on_the_page_where_it_was_pressed(
    desk: Browser, plan: Assignment, carl: Client, place: str
) -> None:
    session = did(plan, 1, BRIDGE_DONE)
    page = reverse("admin:brief", args=[carl.pk]) if place == "brief" else reverse("admin:session", args=[session.pk])
    before = titles(plan)
    undo = reverse("admin:undo_change", args=[plan.pk])
    assert undo not in desk.get(page).content.decode()
    sent = {"exercise": "knee-squeezes", "kind": "remove", "next": page}
    made = desk.post(reverse("admin:adjust_plan", args=[plan.pk]), sent)
    shown = desk.get(made["Location"]).content.decode()
    assert undo in shown
    assert "for 10 seconds" in shown
    assert desk.post(undo, {"version": "2", "next": page})["Location"] == page
    assert titles(plan) == before
    assert undo not in desk.get(made["Location"]).content.decode()  # it is not the version in force any more


def test_nobody_is_offered_to_take_back_anothers_change_or_an_old_one(
    desk: Browser, practice: Practice, priya: User, plan: Assignment, carl: Client
) -> None:
    page = reverse("admin:brief", args=[carl.pk])
    undo = reverse("admin:undo_change", args=[plan.pk])
    version = adjust_exercise(plan, exercise="knee-squeezes", kind="remove", by=priya, now=NOW)
    assert undo in desk.get(page, {"undo": version.pk}).content.decode()
    assert undo not in browser_of(make_staff(practice, Role.OWNER)).get(page, {"undo": version.pk}).content.decode()
    for odd in ("", "x", "-1", "9" * 30, str(version.pk + 1)):
        assert undo not in desk.get(page, {"undo": odd}).content.decode()
    with time_machine.travel(NOW + timedelta(seconds=11), tick=False):
        assert undo not in browser_of(priya).get(page, {"undo": version.pk}).content.decode()


def test_taking_an_exercise_out_leaves_the_others(priya: User, plan: Assignment) -> None:
    adjust_exercise(plan, exercise="knee-squeezes", kind="remove", by=priya, now=NOW)
    assert titles(plan) == ["glute-bridge {}"]


@pytest.mark.parametrize(
    ("exercise", "kind", "to", "field"),
    [
        pytest.param("no-such", "easier", "", "exercise", id="not in the plan"),
        pytest.param("glute-bridge", "sideways", "", "kind", id="no such change"),
        pytest.param("glute-bridge", "swap", "no-such", "to", id="not among the swaps"),
    ],
)
def test_a_change_that_cannot_be_made_names_field_and_remedy(
    priya: User, plan: Assignment, exercise: str, kind: str, to: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        adjust_exercise(plan, exercise=exercise, kind=kind, to=to, by=priya, now=NOW)
    assert list(refused.value.errors) == [field]


def test_owners_look_and_do_not_change(practice: Practice, carl: Client, plan: Assignment) -> None:
    owner = make_staff(practice, Role.OWNER)
    with pytest.raises(NotAllowed):
        mark_visit(carl, by=owner, now=NOW)
    with pytest.raises(NotAllowed):
        adjust_exercise(plan, exercise="glute-bridge", kind="easier", by=owner, now=NOW)


# --- a session that is looked over ----------------------------------------------------------------------------


def test_opening_a_session_looks_it_over_and_leads_to_the_next_unseen(desk: Browser, plan: Assignment) -> None:
    first, second, third = did(plan, 3), did(plan, 2), did(plan, 1)
    answer = desk.get(reverse("admin:session", args=[second.pk]))
    older, newer = answer.context["unseen"]
    assert (older, newer) == (first, third)
    assert SessionLook.objects.get().session == second
    assert desk.get(reverse("admin:session", args=[first.pk])).context["unseen"] == (None, third)


def test_an_owner_who_looks_on_leaves_the_session_unseen(practice: Practice, plan: Assignment) -> None:
    session = did(plan, 1)
    assert (
        browser_of(make_staff(practice, Role.OWNER)).get(reverse("admin:session", args=[session.pk])).status_code == 200
    )
    assert not SessionLook.objects.exists()


def test_a_session_offers_easier_for_what_the_plan_still_holds(desk: Browser, priya: User, plan: Assignment) -> None:
    session = did(plan, 1, BRIDGE_DONE, note="Went well.")
    address = reverse("admin:session", args=[session.pk])
    shown = desk.get(address).content.decode()
    assert shown.index("Went well.") < shown.index("Exercises: prescribed and done")
    assert shown.count('value="easier"') == 2
    adjust_exercise(plan, exercise="knee-squeezes", kind="remove", by=priya, now=NOW)
    shown = desk.get(address).content.decode()
    assert shown.count('value="easier"') == 1
    assert "not in the plan any more" in shown


def test_the_log_of_a_session_shows_the_devices_clock_and_names_another_day(desk: Browser, plan: Assignment) -> None:
    session = did(plan, 2)
    for number, later in enumerate((timedelta(minutes=3), timedelta(hours=23))):
        Event.objects.create(
            id=uuid.uuid4(), session=session, client=plan.client, type=("finished", "pain_next")[number],
            data=({}, {"value": 4})[number], at=session.started_at + later, utc_offset_min=600, content_hash="x",
        )  # fmt: skip
    log = desk.get(reverse("admin:session", args=[session.pk])).context["page"].events
    assert [(line.clock, line.day) for line in log] == [("18:17:00", ""), ("17:14:00", "Tue 17 Nov")]


def test_the_notes_of_one_review_leave_as_one_message(desk: Browser, plan: Assignment) -> None:
    session = did(plan, 1, BRIDGE_DONE)
    item = session.version.items.filter(lane="steady").order_by("position")[0]
    address = reverse("admin:add_note", args=[session.pk])
    for sent in ({"text": "Well done, keep going."}, {"text": "Slower on the way down.", "item": item.pk}):
        assert desk.post(address, sent).status_code == 302
    shown = desk.get(reverse("admin:session", args=[session.pk])).content.decode()
    assert "Slower on the way down." in shown
    assert desk.post(reverse("admin:send_notes", args=[session.pk])).status_code == 302
    message = Message.objects.get()
    assert (message.text, message.session) == ("Well done, keep going.", session)
    assert [note["text"] for note in message.detail["notes"]] == ["Slower on the way down."]
    assert desk.post(reverse("admin:send_notes", args=[session.pk])).status_code == 302
    assert Message.objects.count() == 1


def test_a_held_note_is_taken_back_and_a_wrong_one_is_refused(desk: Browser, plan: Assignment) -> None:
    session = did(plan, 1)
    address = reverse("admin:add_note", args=[session.pk])
    for wrong in ({"text": ""}, {"text": "x" * 501}, {"text": "Hello.", "item": "999999"}):
        assert desk.post(address, wrong).status_code == 302
    assert not HeldNote.objects.exists()
    desk.post(address, {"text": "Hello."})
    assert desk.post(reverse("admin:remove_note", args=[HeldNote.objects.get().pk])).status_code == 302
    assert not HeldNote.objects.exists()


# --- the client's page ----------------------------------------------------------------------------------------


def test_the_timeline_holds_everything_newest_first_with_filters(
    desk: Browser, priya: User, plan: Assignment, carl: Client
) -> None:
    did(plan, 1, note="It pinched.")
    mark_visit(carl, by=priya, now=NOW)
    adjust_exercise(plan, exercise="knee-squeezes", kind="remove", by=priya, now=NOW)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        page = desk.get(reverse("admin:client_timeline", args=[carl.pk])).context["page"]
        only = desk.get(reverse("admin:client_timeline", args=[carl.pk]), {"kind": "session"})
    kinds = [entry.kind for entry in page.entries]
    assert {"session", "visit", "plan"} <= set(kinds)
    assert [entry.at for entry in page.entries] == sorted((entry.at for entry in page.entries), reverse=True)
    assert [entry.kind for entry in only.context["page"].entries] == ["session"]
    assert "It pinched." in only.content.decode()


def test_the_timeline_holds_what_both_sides_wrote_and_says_whole_dates(
    desk: Browser, priya: User, carl: Client
) -> None:
    write_to_clinic(carl, text="May I swim?", now=NOW - timedelta(hours=1))
    send_message(carl, text="Yes, gently. " * 60, by=priya, now=NOW)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        answer = desk.get(reverse("admin:client_timeline", args=[carl.pk]), {"kind": "message"})
    first, second = answer.context["page"].entries
    assert (first.who, first.text, len(first.detail)) == (str(priya), "Message", 300)
    assert (second.who, second.text, second.detail) == ("", "Wrote a message", "May I swim?")
    page = answer.content.decode()
    assert reverse("admin:thread", args=[carl.pk]) in page
    assert f'Today 09:00<span class="hidden-text when__whole"> {date_format(NOW, "D j M Y")}</span>' in page


def test_a_long_timeline_goes_on_on_the_next_page(desk: Browser, plan: Assignment, carl: Client) -> None:
    for days_ago in range(45):
        did(plan, days_ago)
    address = reverse("admin:client_timeline", args=[carl.pk])
    first = desk.get(address, {"kind": "session"}).context["page"]
    second = desk.get(address, {"kind": "session", "before": first.before.isoformat()}).context["page"]
    assert (len(first.entries), len(second.entries), second.before) == (40, 5, None)
    assert desk.get(address, {"kind": "nonsense", "before": "yesterday"}).status_code == 200


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ("0001-01-01T00:00:00+14:00", 1),
        ("9999-12-31T23:59:59-14:00", 1),
        ("9999-12-31T23:59:59+00:00", 1),
        ("0001-01-01T00:00:00+00:00", 0),
    ],
)
def test_a_page_from_an_end_of_the_calendar_on_is_there(
    desk: Browser, plan: Assignment, carl: Client, before: str, shown: int
) -> None:
    did(plan, 0)
    page = desk.get(reverse("admin:client_timeline", args=[carl.pk]), {"kind": "session", "before": before})
    assert (page.status_code, len(page.context["page"].entries)) == (200, shown)


# --- on hold, back, discharged --------------------------------------------------------------------------------


def test_a_client_on_hold_is_asked_for_nothing_and_comes_back_as_they_were(
    desk: Browser, plan: Assignment, carl: Client
) -> None:
    address = reverse("admin:move_client", args=[carl.pk])
    for _ in range(2):
        assert desk.post(address, {"to": "on_hold"}).status_code == 302
    plan.refresh_from_db()
    assert plan.state == Assignment.State.PAUSED
    assert desk.post(address, {"to": "active"}).status_code == 302
    plan.refresh_from_db()
    carl.refresh_from_db()
    assert (plan.state, carl.state) == (Assignment.State.ACTIVE, Client.State.ACTIVE)


def test_a_plan_that_was_paused_for_itself_stays_paused(priya: User, plan: Assignment, carl: Client) -> None:
    pause_plan(plan, by=priya, first_day=TODAY, reason="On holiday")
    for to in ("on_hold", "active"):
        move_client(carl, to, by=priya, now=NOW)
    plan.refresh_from_db()
    assert plan.state == Assignment.State.PAUSED


def test_discharging_ends_the_plans_and_keeps_what_was_recorded(priya: User, plan: Assignment, carl: Client) -> None:
    did(plan, 1)
    move_client(carl, "discharged", by=priya, now=NOW)
    plan.refresh_from_db()
    assert (plan.state, plan.ends_on) == (Assignment.State.ENDED, TODAY)
    assert Session.objects.filter(client=carl).count() == 1


def test_a_move_that_cannot_follow_is_refused(priya: User, carl: Client, desk: Browser) -> None:
    invited = make_client(priya, user=None)
    with pytest.raises(WrongState):
        move_client(invited, "on_hold", by=priya, now=NOW)
    assert desk.post(reverse("admin:move_client", args=[carl.pk]), {"to": "nowhere"}).status_code == 409
