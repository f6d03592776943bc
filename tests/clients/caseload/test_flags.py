"""Reasons on the caseload: shown with their rule and rows, marked as seen, back again; the practice's own rules."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.errors import Invalid, NotAllowed
from clients.models import Alert, Assignment, Client, Decision, Event, FlagRules, FlagSeen, Invitation, Session
from clients.services.alerts import raise_alert
from clients.services.flags import mark_seen, set_flag_rules
from clients.services.messages import send_message, write_to_clinic
from clients.services.plan_state import pause_plan
from portal.accounts.models import AuditEvent, Practice, Role, User
from tests.clients.conftest import NOW, TODAY
from tests.clients.plans import give_plan
from tests.doors import browser_of
from tests.factories import make_client, make_staff


@pytest.fixture
def plan(carl: Client) -> Assignment:
    return give_plan(carl, "glute-bridge", starts_on=date(2026, 11, 2))


def did(plan: Assignment, days_ago: int, **fields: Any) -> Session:
    on = TODAY - timedelta(days=days_ago)
    at = datetime.combine(on, time(8, 14), tzinfo=UTC)
    values = {"state": Session.State.FINISHED, "fraction": 1, "finished_at": at, "pain_before": 2, **fields}
    session: Session = Session.objects.create(
        id=uuid.uuid4(),
        client=plan.client,
        assignment=plan,
        version=plan.current_version,
        occurrence_on=on,
        started_at=at,
        **values,
    )
    return session


def hurt(session: Session, value: int | None) -> None:
    Event.objects.create(
        id=uuid.uuid4(),
        session=session,
        client=session.client,
        type="hurt",
        item=session.version.items.get(),
        data={"value": value},
        at=session.started_at,
        utc_offset_min=0,
        content_hash="x",
    )


def every_day(plan: Assignment, *, until: int = 0, **fields: Any) -> None:
    for days_ago in range(16, until - 1, -1):
        did(plan, days_ago, **fields)


def rows(user: User, query: str = "") -> Any:
    return browser_of(user).get(f"/admin/caseload/?{query}").context["page"]


def texts(user: User, query: str = "") -> dict[str, list[str]]:
    return {row.client.full_name: [line.text for line in row.flags] for row in rows(user, query).rows}


def test_a_reason_names_exercise_and_moment_in_the_clinics_words(priya: User, plan: Assignment) -> None:
    every_day(plan, until=1)
    hurt(did(plan, 0, pain_worst=8), 8)
    assert texts(priya)["Carl Winter"] == [
        "Pain 8 during Bridge, today 08:14",
        "Pain up 6 points during Bridge, today 08:14",
    ]


def test_this_hurts_ended_a_session(priya: User, plan: Assignment) -> None:
    every_day(plan, until=2)
    hurt(did(plan, 1, state=Session.State.LEFT, fraction=0.4, finished_at=None), None)
    assert texts(priya)["Carl Winter"][0] == "“This hurts” ended a session during Bridge, yesterday 08:14"


def test_the_page_shows_the_rule_links_to_the_rows_and_offers_one_next_step(priya: User, plan: Assignment) -> None:
    every_day(plan, until=1)
    session = did(plan, 0, pain_worst=7, pain_before=6)
    shown = browser_of(priya).get("/admin/").content.decode()
    assert "Pain 7 during a session, today 08:14" in shown
    assert "Pain of 7 or more before or during a session of the last 14 days." in shown
    assert shown.count(reverse("admin:session", args=[session.pk])) == 3  # its row, the last session, the next step
    assert "1 of 1 client needs you." in shown


def test_a_reason_that_no_session_gives_links_to_what_it_was_made_of_too(priya: User, plan: Assignment) -> None:
    every_day(plan)
    Assignment.objects.filter(pk=plan.pk).update(ends_on=TODAY + timedelta(days=3))
    write_to_clinic(plan.client, text="May I swim?", now=NOW - timedelta(days=5))
    Decision.objects.create(
        assignment=plan, rule_key="up", moment_key="m", state=Decision.State.SUGGESTED, decided_at=NOW,
        inputs={}, outcome={"action": "progress"},
    )  # fmt: skip
    late = make_client(priya, first_name="Zora", last_name="Zeta")
    give_plan(late, "glute-bridge", starts_on=TODAY - timedelta(days=6))
    invited = Invitation.objects.create(
        client=late, email=late.email, token_hash="x" * 64, created_by=priya, expires_at=NOW
    )
    Invitation.objects.filter(pk=invited.pk).update(created_at=NOW - timedelta(days=6))
    found = {line.flag.key: line.rows for row in rows(priya).rows for line in row.flags}
    names = {key: [link.name for link in links] for key, links in found.items()}
    assert names.pop("missed", []) in ([], ["admin:client_timeline"])
    assert names == {
        "question": ["admin:thread"],
        "suggestion": ["admin:client_plans"],
        "plan_ends": ["admin:client_plans"],
        "not_started": ["admin:client_timeline"],
    }


def test_an_owner_who_only_looks_is_offered_no_plan_to_give(practice: Practice, priya: User, plan: Assignment) -> None:
    every_day(plan)
    owner = make_staff(practice, Role.OWNER)
    step = reverse("admin:assign_to", args=[plan.client_id])
    for ends_on, state in ((TODAY + timedelta(days=3), "active"), (None, "ended")):
        Assignment.objects.filter(pk=plan.pk).update(ends_on=ends_on, state=state)
        for address in ("/admin/caseload/?tab=current", reverse("admin:client", args=[plan.client_id])):
            assert step in browser_of(priya).get(address).content.decode()
            assert step not in browser_of(owner).get(address).content.decode()
    whom = f'href="{reverse("admin:assign")}"'
    assert whom in browser_of(priya).get("/admin/caseload/").content.decode()
    assert whom not in browser_of(owner).get("/admin/caseload/").content.decode()


def test_a_client_on_hold_is_opened_and_not_given_another_plan(priya: User, plan: Assignment) -> None:
    pause_plan(plan, by=priya, first_day=TODAY)
    Client.objects.filter(pk=plan.client_id).update(state=Client.State.ON_HOLD)
    shown = browser_of(priya).get("/admin/caseload/?tab=on_hold").content.decode()
    assert "no plan now" in shown
    assert reverse("admin:assign_to", args=[plan.client_id]) not in shown


def test_the_most_urgent_client_comes_first_and_the_calm_one_is_under_all(priya: User, plan: Assignment) -> None:
    every_day(plan, until=4)
    sore = make_client(priya, first_name="Zora", last_name="Zeta")
    every_day(give_plan(sore, "glute-bridge", starts_on=date(2026, 11, 2)), pain_worst=8)
    calm = make_client(priya, first_name="Amy", last_name="Alpha")
    every_day(give_plan(calm, "glute-bridge", starts_on=date(2026, 11, 2)))
    assert list(texts(priya)) == ["Zora Zeta", "Carl Winter"]
    assert list(texts(priya, "tab=current")) == ["Zora Zeta", "Carl Winter", "Amy Alpha"]
    assert rows(priya).counts == {"needs": 2, "current": 3, "not_started": 0, "on_hold": 0, "discharged": 0}


def test_missed_sessions_and_silence_are_told_in_days(priya: User, plan: Assignment) -> None:
    every_day(plan, until=8)
    assert texts(priya) == {
        "Carl Winter": ["7 planned sessions in a row not done", "No session for 8 days"],
    }


def test_pain_is_compared_with_the_first_week_of_the_plan(priya: User, plan: Assignment) -> None:
    for days_ago in range(16, -1, -1):
        did(plan, days_ago, pain_before=2 if days_ago >= 10 else 5)
    assert texts(priya) == {"Carl Winter": ["Pain before sessions: 2 in the first week, now 5"]}


def test_an_alert_is_told_after_discharge_too_and_cannot_be_marked_away(
    priya: User, plan: Assignment, carl: Client
) -> None:
    every_day(plan)
    raise_alert(carl, "stop_pressed", level=Alert.Level.SAME_DAY, subject_key="session:1", now=NOW)
    Client.objects.filter(pk=carl.pk).update(state=Client.State.DISCHARGED)
    assert texts(priya) == {"Carl Winter": ["“Stop” was pressed during a session."]}
    assert texts(priya, "tab=current") == {}
    assert not rows(priya).rows[0].worst.can_be_seen


def test_nobody_misses_what_is_not_asked(priya: User, plan: Assignment, carl: Client) -> None:
    every_day(plan, until=8)
    Client.objects.filter(pk=carl.pk).update(state=Client.State.ON_HOLD)
    assert texts(priya, "tab=current") == {"Carl Winter": []}
    Client.objects.filter(pk=carl.pk).update(state=Client.State.ACTIVE)
    pause_plan(plan, by=priya, first_day=TODAY - timedelta(days=7), last_day=TODAY)
    assert texts(priya, "tab=current") == {"Carl Winter": []}


def test_a_mark_hides_the_flag_until_it_happens_again_and_is_kept(priya: User, plan: Assignment, carl: Client) -> None:
    every_day(plan, until=1)
    did(plan, 0, pain_worst=7, pain_before=6)
    desk = browser_of(priya)
    sent = {"rule": "pain_high", "note": "Talked on the phone.", "next": "/admin/caseload/?tab=needs"}
    answer = desk.post(reverse("admin:mark_seen", args=[carl.pk]), sent)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/caseload/?tab=needs")
    assert texts(priya, "tab=needs") == {}
    mark = FlagSeen.objects.get()
    assert (mark.note, mark.by, mark.on) == ("Talked on the phone.", priya, TODAY)
    assert AuditEvent.objects.filter(action="flag_seen").count() == 1
    did(plan, 1, pain_worst=9, pain_before=7)  # told late, by a phone without a connection
    assert texts(priya)["Carl Winter"] == ["Pain 9 during a session, yesterday 08:14"]


def test_a_message_that_waits_is_a_reason_until_it_is_answered(priya: User, plan: Assignment, carl: Client) -> None:
    every_day(plan)
    write_to_clinic(carl, text="Shall I go on?", now=NOW - timedelta(days=2))
    assert texts(priya) == {"Carl Winter": ["A message waits for 2 working days"]}
    send_message(carl, by=priya, text="Yes.", now=NOW)
    assert texts(priya, "tab=needs") == {}


def test_a_second_press_changes_nothing_and_a_foreign_address_is_not_followed(
    priya: User, plan: Assignment, carl: Client
) -> None:
    every_day(plan, until=8)
    desk = browser_of(priya)
    for _ in range(2):
        sent = {"rule": "silent", "next": "https://elsewhere.example/admin/"}
        answer = desk.post(reverse("admin:mark_seen", args=[carl.pk]), sent)
        assert answer["Location"] == reverse("admin:caseload")
    assert FlagSeen.objects.count() == 1


@pytest.mark.parametrize(
    ("rule", "note", "field"), [("alert", "", "rule"), ("no such", "", "rule"), ("silent", "x" * 301, "note")]
)
def test_what_cannot_be_marked_is_refused_with_the_remedy(
    priya: User, carl: Client, rule: str, note: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        mark_seen(carl, rule, by=priya, now=NOW, note=note)
    assert list(refused.value.errors) == [field]


def test_an_owner_looks_and_does_not_mark(practice: Practice, carl: Client) -> None:
    with pytest.raises(NotAllowed):
        mark_seen(carl, "silent", by=make_staff(practice, Role.OWNER), now=NOW)


def test_a_practice_sets_its_own_numbers_and_they_count_at_once(
    practice: Practice, priya: User, plan: Assignment
) -> None:
    every_day(plan, until=1)
    did(plan, 0, pain_worst=6, pain_before=5)
    assert texts(priya, "tab=needs") == {}
    owner = browser_of(make_staff(practice, Role.OWNER))
    address = reverse("admin:flag_rules")
    form = owner.get(address).context["form"]
    values = {name: field.initial for name, field in form.fields.items() if field.initial}
    assert owner.post(address, {**values, "pain_high.pain": "6"}).status_code == 302
    assert texts(priya)["Carl Winter"] == ["Pain 6 during a session, today 08:14"]
    assert "Pain of 6 or more" in browser_of(priya).get(address).content.decode()


def test_a_number_outside_its_range_is_named_and_nothing_is_kept(practice: Practice, priya: User) -> None:
    owner = make_staff(practice, Role.OWNER)
    with pytest.raises(Invalid) as refused:
        set_flag_rules(practice, wanted={"silent": {"days": 1}, "nonsense": {}}, by=owner)
    assert set(refused.value.errors) == {"silent.days", "nonsense"}
    answer = browser_of(owner).post(reverse("admin:flag_rules"), {"silent.days": "1"})
    assert answer.status_code == 400
    assert not FlagRules.objects.exists()
    with pytest.raises(NotAllowed):
        set_flag_rules(practice, wanted={}, by=priya)


def test_a_suspended_practitioner_is_out_on_the_next_request(practice: Practice, priya: User, plan: Assignment) -> None:
    desk: Browser = browser_of(priya)
    assert desk.get("/admin/caseload/").status_code == 200
    priya.memberships.update(is_active=False)
    assert desk.get("/admin/caseload/").status_code in {302, 403}
    assert desk.post(reverse("admin:mark_seen", args=[plan.client_id]), {"rule": "silent"}).status_code in {302, 403}


def test_the_landing_page_asks_the_database_twenty_times_at_most(
    priya: User, plan: Assignment, django_assert_max_num_queries: Any
) -> None:
    """With everything there is to look at: hurts, a first week, an old session, a mark, an alert, a suggestion."""
    every_day(plan, until=1, pain_before=5)
    hurt(did(plan, 0, state=Session.State.LEFT, fraction=0.2, pain_before=9), 9)
    silent = make_client(priya, first_name="Old", last_name="Session")
    did(give_plan(silent, "glute-bridge", starts_on=date(2026, 8, 3)), 60)
    mark_seen(silent, "silent", by=priya, now=NOW)
    raise_alert(silent, "stop_pressed", level=Alert.Level.SAME_DAY, subject_key="session:1", now=NOW)
    desk = browser_of(priya)
    desk.get("/admin/")
    with django_assert_max_num_queries(20):
        assert len(desk.get("/admin/").context["page"].rows) == 2


@pytest.mark.parametrize("asked", ["page", "lead"])
@pytest.mark.parametrize("number", ["x", "0", "-1", "9" * 30, "9" * 5000], ids=lambda text: f"{text[:2]}x{len(text)}")
def test_a_number_that_is_none_is_not_asked_for(priya: User, carl: Client, asked: str, number: str) -> None:
    shown = browser_of(priya).get(reverse("admin:caseload"), {"tab": "current", asked: number})
    assert shown.status_code == 200
    assert (carl.full_name in shown.content.decode()) is (number != "0" or asked == "page")
