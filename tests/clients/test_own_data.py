"""A client's own data: who can see it, the file with all of it, and asking for its deletion."""

import json
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.analytics.own_data import deletion_request
from clients.analytics.people import people_who_see
from clients.models import (
    Absence,
    ActivityGoal,
    ActivityValue,
    Alert,
    Assignment,
    Client,
    ClientNote,
    Flare,
    FlareAnswer,
    HeldNote,
    Message,
    PlanSketch,
    PutOff,
    Reminder,
    Session,
    Visit,
)
from clients.services.absences import plan_absence
from clients.services.alerts import clear_alert
from clients.services.messages import write_to_clinic
from clients.services.record import record_events
from clients.services.sharing import share_client
from clients.views.own_data import FILES
from portal.accounts.models import AuditEvent, Membership, Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from portal.session_views import CLIENT_KEY
from tests.clients.conftest import NOW, TODAY
from tests.clients.plans import give_plan
from tests.clients.test_record import whole_session
from tests.doors import CODE, browser_of
from tests.factories import make_client, make_practice, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]


@pytest.fixture
def phone(carl: Client) -> Browser:
    return browser_of(carl.user, CODE)


def file_of(browser: Browser) -> dict[str, Any]:
    answer = browser.post(reverse("my_data_file"))
    assert answer.status_code == 200, answer.content
    document: dict[str, Any] = json.loads(b"".join(answer.streaming_content))
    return document


def fill(client: Client, plan: Assignment, said: str) -> None:
    """One of everything that the file tells, with the word in all that was typed."""
    events = whole_session(plan)
    events[-1]["data"] = {"text": f"{said} note"}
    record_events(client, events, now=NOW)
    write_to_clinic(client, text=f"{said} question", now=NOW, key=uuid.uuid4())
    Message.objects.create(
        client=client, author=client.lead, is_from_client=False, text=f"{said} answer", key=uuid.uuid4(), sent_at=NOW
    )
    flare = Flare.objects.create(client=client, first_day=TODAY, reported_at=NOW)
    FlareAnswer.objects.create(flare=flare, on=TODAY, pain=6, at=NOW)
    PutOff.objects.create(client=client, assignment=plan, on=TODAY, slot=2, choice="not_today", at=NOW)
    Visit.objects.create(client=client, on=TODAY, by=client.lead, at=NOW)
    goal = ActivityGoal.objects.create(
        client=client, activity=f"{said} walk", unit="minutes", began_at=5, target=30, set_by=client.lead, set_at=NOW
    )
    ActivityValue.objects.create(goal=goal, value=12, on=TODAY, told_by=client.lead, told_at=NOW)


def test_the_file_tells_everything_that_the_client_said_and_was_given(
    carl: Client, plan: Assignment, phone: Browser
) -> None:
    fill(carl, plan, "heron")
    document = file_of(phone)
    assert list(document) == [
        "form", "made_at", "clinic", "client", "plans", "sessions", "goals", "put_off", "flare_ups", "messages",
        "safety_checks", "visits", "invitations", "refused_messages", "calendar_addresses",
        "reminder_devices", "messages_sent", "deletion_requests",
    ]  # fmt: skip
    assert (document["form"], document["made_at"]) == (1, "2026-11-18T09:00:00Z")
    assert document["clinic"]["name"] == "Riverside"
    assert (document["client"]["first_name"], document["client"]["quiet_from"]) == ("Carl", "21:00:00")
    (given,) = document["plans"]
    (version,) = given["versions"]
    (exercise,) = version["exercises"]
    assert (given["id"], given["starts_on"], version["number"]) == (plan.pk, "2026-11-02", 1)
    assert exercise["name"] == "Knee squeezes"
    assert exercise["dose"] == "2 each side, hold 8 seconds"
    (session,) = document["sessions"]
    assert (session["plan"], session["version"], session["on"]) == (plan.pk, 1, "2026-11-18")
    assert (session["pain_before"], session["pain_after"], session["note"]) == (3, 2, "heron note")
    assert [event["type"] for event in session["events"]] == [event["type"] for event in whole_session(plan)]
    assert session["events"][2]["exercise"] == exercise["id"]
    assert session["events"][0]["at"] == "2026-11-18T09:00:00Z"
    assert [(each["from"], each["author"], each["text"]) for each in document["messages"]] == [
        ("client", "Carl Hill", "heron question"),
        ("clinic", "Priya", "heron answer"),
    ]
    (check,) = document["safety_checks"]
    assert all(ticked == ["none"] for ticked in check["answers"].values())
    assert document["flare_ups"][0]["answers"] == [{"on": "2026-11-18", "pain": 6, "at": "2026-11-18T09:00:00Z"}]
    (goal,) = document["goals"]
    assert (goal["activity"], goal["began_at"], goal["target"], goal["unit"]) == ("heron walk", 5, 30, "minutes")
    assert goal["values"] == [{"value": 12, "on": "2026-11-18", "by": "Priya", "at": "2026-11-18T09:00:00Z"}]
    assert (document["put_off"][0]["choice"], document["visits"][0]["on"]) == ("not_today", "2026-11-18")


def test_the_file_is_a_download_that_nothing_keeps_and_the_audit_names(carl: Client, phone: Browser) -> None:
    answer = phone.post(reverse("my_data_file"))
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer["Content-Type"] == "application/json"
    assert "no-store" in answer["Cache-Control"]
    assert int(answer["Content-Length"]) == len(b"".join(answer.streaming_content))
    with all_practices():
        entry = AuditEvent.objects.get(action="own_data_downloaded")
    assert (entry.actor, entry.object_id, entry.practice) == (carl.user, str(carl.pk), carl.practice)


def test_the_sixth_file_of_an_hour_has_to_wait(phone: Browser, omar: Client, at_nine: Any) -> None:
    for _ in range(FILES):
        file_of(phone)
    answer = phone.post(reverse("my_data_file"))
    assert answer.status_code == 429
    assert "Please wait an hour" in answer.content.decode()
    assert file_of(browser_of(omar.user, CODE))
    at_nine.shift(timedelta(hours=1, seconds=1))
    assert file_of(phone)


def test_a_link_from_elsewhere_downloads_nothing(phone: Browser) -> None:
    assert phone.get(reverse("my_data_file")).status_code == 405
    with all_practices():
        assert not AuditEvent.objects.filter(action="own_data_downloaded").exists()


def test_nothing_of_anybody_else_is_in_the_file(
    carl: Client, omar: Client, plan: Assignment, phone: Browser, in_riverside: None
) -> None:
    fill(carl, plan, "heron")
    fill(omar, give_plan(omar, "knee-squeezes", starts_on=date(2026, 11, 2)), "magpie")
    hillside = make_practice(name="Hillside magpie")
    elsewhere = make_client(make_staff(hillside, first_name="Magpie"), hillside, user=carl.user, first_name="Magpie")
    with practice_scope(hillside):
        fill(elsewhere, give_plan(elsewhere, "knee-squeezes", starts_on=date(2026, 11, 2)), "magpie")
    session = phone.session
    session[CLIENT_KEY] = carl.pk
    session.save()
    text = json.dumps(file_of(phone)).lower()
    assert "heron" in text
    assert "magpie" not in text


def test_what_the_clinic_has_for_its_own_work_is_not_in_the_file(
    carl: Client, plan: Assignment, phone: Browser
) -> None:
    fill(carl, plan, "heron")
    session = Session.objects.get()
    HeldNote.objects.create(session=session, author=carl.lead, text="magpie", at=NOW)
    ClientNote.objects.create(client=carl, text="magpie", key=uuid.uuid4(), by=carl.lead, at=NOW)
    PlanSketch.objects.create(client=carl, author=carl.lead, values={"note": ["magpie"]}, saved_at=NOW)
    alert = Alert.objects.create(client=carl, level="routine", reason_key="rested", subject_key="magpie", raised_at=NOW)
    clear_alert(alert, by=carl.lead, note="magpie", now=NOW)
    Reminder.objects.create(
        practice=carl.practice, client=carl, recipient=f"client:{carl.pk}", stream="session", subject_key="magpie",
        local_date=TODAY, due_at=NOW, expires_at=NOW, sealed="magpie", reason="magpie",
    )  # fmt: skip
    document = file_of(phone)
    assert [each["kind"] for each in document["messages_sent"]].count("session") == 1
    assert "magpie" not in json.dumps(document)


def test_a_longer_history_costs_no_further_statement(carl: Client, plan: Assignment, phone: Browser) -> None:
    fill(carl, plan, "heron")
    with CaptureQueriesContext(connection) as with_one:
        assert len(file_of(phone)["sessions"]) == 1
    for days in range(1, 13):
        on = TODAY - timedelta(days=days)
        record_events(carl, whole_session(plan, on=on), now=NOW)
        Visit.objects.create(client=carl, on=on, by=carl.lead, at=NOW)
        write_to_clinic(carl, text=f"{days}", now=NOW, key=uuid.uuid4())
        flare = Flare.objects.create(client=carl, first_day=on, last_day=on, ended_how="settled", reported_at=NOW)
        FlareAnswer.objects.create(flare=flare, on=on, pain=3, at=NOW)
    give_plan(carl, "knee-squeezes", starts_on=TODAY)
    with CaptureQueriesContext(connection) as with_many:
        document = file_of(phone)
    assert (len(document["sessions"]), len(document["plans"]), len(document["flare_ups"])) == (13, 2, 13)
    assert all(len(session["events"]) == len(whole_session(plan)) for session in document["sessions"])
    assert len(with_many) == len(with_one)


def test_a_check_whose_key_is_gone_has_no_answers(carl: Client, plan: Assignment, phone: Browser) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clients_safetycheck SET sealed = 'gone'")
    (check,) = file_of(phone)["safety_checks"]
    assert check["answers"] is None


def sees(user: User, client: Client) -> bool:
    return Client.objects.visible_to(User.objects.get(pk=user.pk)).filter(pk=client.pk).exists()


@pytest.mark.parametrize("everybody", [False, True])
def test_the_page_names_whom_the_doors_let_in_and_why(everybody: bool) -> None:
    practice = make_practice(colleagues_see_all_clients=everybody)
    priya, nora, paul, sam, tess = (
        make_staff(practice, first_name=name) for name in ("Priya", "Nora", "Paul", "Sam", "Tess")
    )
    olive = make_staff(practice, Role.OWNER, first_name="Olive")
    leo = make_staff(practice, Role.EDITOR, first_name="Leo")
    stranger = make_staff(make_practice(), Role.PRACTITIONER, Role.OWNER, first_name="Ada")
    carl = make_client(priya, practice)
    with practice_scope(practice):
        share_client(carl, colleague=nora, by=priya)
        plan_absence(
            practice, away=priya, cover=paul, first_day=TODAY, last_day=date(2026, 11, 20), by=priya, today=TODAY
        )
        Membership.objects.filter(user=sam).update(is_active=False)
        told = people_who_see(carl, NOW)
        staff = [priya, nora, paul, sam, tess, olive, leo, stranger]
        assert sorted(each.name for each in told) == sorted(user.first_name for user in staff if sees(user, carl))
    others = [("Tess", "In your clinic all physiotherapists may see every client.")] if everybody else []
    assert [(each.name, each.why) for each in told] == [
        ("Priya", "Leads your care."),
        ("Nora", "Also looks after you."),
        ("Paul", "Stands in until 20 November."),
        ("Olive", "Runs the clinic."),
        *others,
    ]


def test_who_covered_is_gone_from_the_page_with_the_absence(carl: Client, practice: Practice, priya: User) -> None:
    paul = make_staff(practice, first_name="Paul")
    with practice_scope(practice):
        Absence.objects.create(
            practice=practice, away=priya, cover=paul, first_day=TODAY, last_day=TODAY, created_by=priya
        )
        assert [each.name for each in people_who_see(carl, NOW)] == ["Priya", "Paul"]
        with time_machine.travel(NOW + timedelta(days=1), tick=False):
            assert [each.name for each in people_who_see(carl, NOW + timedelta(days=1))] == ["Priya"]


def test_a_client_asks_for_deletion_once_and_nothing_is_deleted(
    carl: Client, plan: Assignment, phone: Browser, practice: Practice
) -> None:
    fill(carl, plan, "heron")
    page = reverse("my_data_delete")
    assert "Nothing is deleted by itself." in phone.get(page).content.decode()
    assert deletion_request(carl) is None
    for _ in range(2):
        answer = phone.post(page, follow=True)
        assert "You asked on 18 November 2026." in answer.content.decode()
    (alert,) = Alert.objects.filter(client=carl, reason_key="deletion_asked")
    assert (alert.level, alert.locks, alert.raised_at) == ("routine", False, NOW)
    assert AuditEvent.objects.filter(action="deletion_asked", actor=carl.user).count() == 1
    assert Session.objects.count() == 1
    assert phone.get(page)["Location"] == reverse("my_data")
    assert file_of(phone)["deletion_requests"] == [{"asked_at": "2026-11-18T09:00:00Z", "settled_at": None}]


def test_after_the_clinic_has_closed_a_request_the_client_may_ask_again(
    carl: Client, phone: Browser, in_riverside: None, at_nine: Any
) -> None:
    phone.post(reverse("my_data_delete"))
    clear_alert(Alert.objects.get(), by=carl.lead, note="", now=NOW + timedelta(days=2))
    page = phone.get(reverse("my_data")).content.decode()
    assert "You asked on 18 November 2026. Your clinic closed this request on 20 November 2026." in page
    assert reverse("my_data_delete") in page
    at_nine.move_to(datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    phone.post(reverse("my_data_delete"))
    assert Alert.objects.filter(reason_key="deletion_asked").count() == 2
    assert "You asked on 25 November 2026." in phone.get(reverse("my_data")).content.decode()


def test_the_practitioner_reads_what_is_asked(carl: Client, phone: Browser, priya: User, in_riverside: None) -> None:
    phone.post(reverse("my_data_delete"))
    page = browser_of(priya).get(reverse("admin:alert", args=[Alert.objects.get().pk])).content.decode()
    assert "The client asks to have their data deleted." in page
