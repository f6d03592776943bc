"""A client's pages, their sessions, who may see them, and the lists of records."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.desk_forms import NewClientForm
from clients.models import Assignment, Client, Event, Invitation, PrescribedItem, Session
from portal.accounts.models import AuditEvent, Practice, Role, User
from portal.accounts.tenancy import all_practices
from routines.models import Routine
from tests.clients.library import make_routine, shelve
from tests.doors import CODE, browser_of
from tests.factories import make_client, make_practice, make_staff
from tests.portal.workspace.work import TODAY, do_session, filled, give, many_sessions, stored

pytestmark = pytest.mark.django_db


def test_a_new_client_is_invited_and_the_next_page_gives_a_plan(desk: Browser, practice: Practice) -> None:
    page = desk.get(reverse("admin:new_client"))
    data = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    data |= {"first_name": "Nora", "last_name": "Berg", "email": "Nora@Example.org", "tags": ["osteoporosis"]}
    answer = desk.post(reverse("admin:new_client"), data)
    with all_practices():
        nora = Client.objects.get(practice=practice)
        assert (nora.email, nora.tags, nora.time_zone) == ("nora@example.org", ["osteoporosis"], "Europe/London")
        assert Invitation.objects.filter(client=nora).count() == 1
    assert answer.url == reverse("admin:assign_to", args=[nora.pk])
    again = desk.post(reverse("admin:new_client"), data)
    assert again.status_code == 400
    assert "already has a client" in again.content.decode()
    for wrong in ({"time_zone": "Mars/Olympus"}, {"tags": ["moonsick"]}, {"email": "nobody"}, {"lead": "0"}):
        assert desk.post(reverse("admin:new_client"), {**data, "email": "x@example.org", **wrong}).status_code == 400
    with all_practices():
        assert Client.objects.filter(practice=practice).count() == 1


def test_a_new_client_takes_three_fields_and_the_rest_is_folded_away_until_it_is_wrong(desk: Browser) -> None:
    address = reverse("admin:new_client")
    page = desk.get(address).content.decode()
    asked, folded = page.split("<details", 1)
    assert [name for name in NewClientForm.base_fields if f'name="{name}"' in asked] == [*NewClientForm.AT_ONCE]
    assert all(f'name="{name}"' in folded for name in NewClientForm.base_fields if name not in NewClientForm.AT_ONCE)
    assert "<details open>" not in page
    wrong = desk.post(address, {"first_name": "Nora", "time_zone": "Mars/Olympus"}).content.decode()
    assert wrong.count("<details open>") == 1


def test_a_client_page_leads_on_to_a_message_and_to_the_latest_session(desk: Browser, carl: Client) -> None:
    address = reverse("admin:client", args=[carl.pk])
    assert reverse("admin:thread", args=[carl.pk]) in desk.get(address).content.decode()
    plan = give(carl, "knee-squeezes")
    session = do_session(plan, TODAY)
    page = desk.get(address).content.decode()
    assert f'href="{reverse("admin:session", args=[session.pk])}"><svg' in page
    assert re.search(rf"Stiff back, week \d+\. {plan.name}", page)


def test_print_and_change_lead_to_the_plan_or_to_a_choice_of_plans(desk: Browser, carl: Client) -> None:
    address = reverse("admin:client", args=[carl.pk])

    def leads_to(text: str) -> list[str]:
        head = desk.get(address).content.decode().split('<nav class="tabs"')[0]
        return re.findall(rf'<a class="btn[^"]*" href="([^"]*)">(?:<svg.*?</svg>)?<span>{text}', head)

    assert (leads_to("Print"), leads_to("Change plan")) == ([], [])
    first = give(carl, "knee-squeezes")
    assert leads_to("Print") == [reverse("admin:plan_handout", args=[first.pk])]
    assert leads_to("Change plan") == [reverse("admin:change_plan", args=[first.pk])]
    with all_practices():
        Assignment.objects.filter(pk=first.pk).update(name="Evening")
    second = give(carl, "glute-bridge")
    choice = reverse("admin:client_plans", args=[carl.pk])
    assert (leads_to("Print"), leads_to("Change plan")) == ([choice], [choice])
    page = desk.get(choice).content.decode()
    for name in ("plan_handout", "change_plan"):
        assert all(f'href="{reverse(f"admin:{name}", args=[plan.pk])}"' in page for plan in (first, second))


def test_rows_of_records_lead_to_where_people_work_on_them(desk: Browser, carl: Client) -> None:
    plan = give(carl, "knee-squeezes")
    session = do_session(plan, TODAY)
    page = reverse("admin:client", args=[carl.pk])
    wanted = {
        "client": page,
        "assignment": f"{page}#plan-{plan.pk}",
        "session": reverse("admin:session", args=[session.pk]),
    }
    for model, address in wanted.items():
        assert f'href="{address}"' in desk.get(reverse(f"admin:clients_{model}_changelist")).content.decode(), model


@pytest.mark.parametrize("model", ["event", "assignmentversion", "session", "reminder"])
def test_a_record_speaks_the_words_of_the_clinic(desk: Browser, carl: Client, model: str) -> None:
    do_session(give(carl, "knee-squeezes"), TODAY)
    row = apps.get_model("clients", model).objects
    with all_practices():
        pk = row.latest("pk").pk if row.exists() else None
    listed = desk.get(reverse(f"admin:clients_{model}_changelist")).content.decode()
    shown = listed + (desk.get(reverse(f"admin:clients_{model}_change", args=[pk])).content.decode() if pk else "")
    shown = re.sub(r"<[^>]+>", "", shown)
    for raw in ("object (", "set_done", "pain_before", "&#x27;kind&#x27;", '"kind"', "a.m.", "Assignment"):
        assert raw not in shown, raw


def test_an_owner_who_adds_a_client_comes_to_the_clients_page(practice: Practice, priya: User) -> None:
    office = browser_of(make_staff(practice, Role.OWNER))
    page = office.get(reverse("admin:new_client"))
    data = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    data |= {"first_name": "Nora", "last_name": "Berg", "email": "nora@example.org", "tags": [], "lead": priya.pk}
    answer = office.post(reverse("admin:new_client"), data, follow=True)
    assert answer.status_code == 200
    with all_practices():
        assert answer.redirect_chain[-1][0] == reverse("admin:client", args=[Client.objects.get().pk])


def test_who_keeps_no_clients_is_shown_no_place_of_theirs(practice: Practice) -> None:
    page = browser_of(make_staff(practice, Role.EDITOR)).get(reverse("admin:records")).content.decode()
    assert reverse("admin:routines_exercise_changelist") in page
    for name in ("caseload", "inbox", "overview"):
        assert f'href="{reverse(f"admin:{name}")}"' not in page


def test_an_address_that_another_practice_knows_is_like_any_other(desk: Browser, practice: Practice) -> None:
    other = make_practice()
    make_client(make_staff(other), email="shared@example.org")
    page = desk.get(reverse("admin:new_client"))
    data = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    data |= {"first_name": "Nora", "last_name": "Berg", "email": "shared@example.org", "tags": []}
    assert desk.post(reverse("admin:new_client"), data).status_code == 302


def test_opening_a_client_is_kept_and_new_tags_point_at_the_plan(desk: Browser, carl: Client, priya: User) -> None:
    give(carl, "knee-squeezes")
    address = reverse("admin:client", args=[carl.pk])
    assert "Look at this plan again" not in desk.get(address).content.decode()
    with all_practices():
        seen = AuditEvent.objects.get(action="opened", object_type="clients.client")
    assert (seen.actor, seen.object_id) == (priya, str(carl.pk))
    form = desk.get(reverse("admin:client_details", args=[carl.pk])).context["form"]
    data = {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}
    data["tags"] = ["recent_spinal_surgery"]
    assert desk.post(reverse("admin:client_details", args=[carl.pk]), data).status_code == 302
    assert "Look at this plan again" in desk.get(address).content.decode()
    assert desk.post(reverse("admin:client_details", args=[carl.pk]), {**data, "tags": ["moonsick"]}).status_code == 400
    carl.refresh_from_db()
    assert carl.tags == ["recent_spinal_surgery"]


def test_a_session_shows_what_was_asked_what_was_done_and_every_event(desk: Browser, carl: Client) -> None:
    plan = give(carl, "knee-squeezes", "glute-bridge")
    session = do_session(plan, TODAY, pain_before=3, pain_after=2, note="Stiff at first")
    with all_practices():
        squeeze, bridge = plan.current_version.items.filter(lane="steady")
        at = session.started_at
        told: list[tuple[str, PrescribedItem | None, dict[str, Any]]] = [
            ("started", None, {"version": plan.current_version_id, "on": TODAY.isoformat(), "slot": 1}),
            (
                "set_done",
                squeeze,
                {"segment": "single", "set": 1, "side": "left", "done": 2, "of": 2, "seconds": 32, "mode": "guided"},
            ),
            ("hurt", squeeze, {"value": 6}),
            ("skipped", bridge, {"reason": "too_sore", "scope": "item"}),
            ("leg_symptoms", None, {"value": None}),
            ("finished", None, {}),
        ]
        for number, (kind, item, data) in enumerate(told):
            Event.objects.create(
                id=uuid.uuid4(),
                session=session,
                client=carl,
                type=kind,
                item=item,
                data=data,
                at=at + timedelta(minutes=number),
                utc_offset_min=0,
                content_hash="-",
            )
    page = desk.get(reverse("admin:session", args=[session.pk])).content.decode()
    for words in (
        "Stiff at first",
        "This hurts, pain 6",
        "Skipped: too sore",
        "set 1, left, 2 of 2 in 32 seconds",
        "Leg symptoms: not answered",
        "Session finished",
    ):
        assert words in page
    with all_practices():
        assert AuditEvent.objects.filter(action="opened", object_type="clients.session").count() == 1


def pages_of(client: Client, plan: Assignment, session: Session) -> list[str]:
    return [
        reverse("admin:client", args=[client.pk]),
        reverse("admin:client_details", args=[client.pk]),
        reverse("admin:assign_to", args=[client.pk]),
        reverse("admin:change_plan", args=[plan.pk]),
        reverse("admin:session", args=[session.pk]),
    ]


def buttons_of(client: Client, plan: Assignment) -> list[str]:
    moves = [reverse(f"admin:{name}_plan", args=[plan.pk]) for name in ("pause", "resume", "end")]
    return [*moves, reverse("admin:assign_preview", args=[client.pk])]


def test_strangers_get_404_colleagues_403_and_nobody_else_gets_in(practice: Practice, carl: Client) -> None:
    plan = give(carl, "knee-squeezes")
    session = do_session(plan, TODAY)
    before = stored()
    foreign = make_staff(make_practice())
    colleague = make_staff(practice)
    editor = make_staff(practice, Role.EDITOR)
    for person, status in ((foreign, 404), (colleague, 403), (editor, 403)):
        browser = browser_of(person)
        for url in pages_of(carl, plan, session):
            assert browser.get(url).status_code == status, (url, status)
            assert carl.last_name not in browser.get(url).content.decode()
            assert browser.post(url, {"do": "save"}).status_code in (status, 405)
        for url in buttons_of(carl, plan):
            assert browser.post(url).status_code == status
    for browser in (browser_of(None), browser_of(carl.user, CODE)):
        for url in [*pages_of(carl, plan, session), "/admin/", "/admin/caseload/", "/admin/client/new/"]:
            assert browser.get(url).status_code in (302, 403)
    assert stored() == before


def test_an_owner_sees_every_client_and_leaves_plans_to_practitioners(practice: Practice, carl: Client) -> None:
    plan = give(carl, "knee-squeezes")
    browser = browser_of(make_staff(practice, Role.OWNER))
    assert browser.get(reverse("admin:client", args=[carl.pk])).status_code == 200
    assert browser.get(reverse("admin:assign_to", args=[carl.pk])).status_code == 403
    assert browser.post(reverse("admin:end_plan", args=[plan.pk])).status_code == 403


def test_forged_ids_of_another_practice_are_not_found_and_store_nothing(desk: Browser, carl: Client) -> None:
    other = make_practice()
    theirs = make_client(make_staff(other))
    foreign_plan = give(theirs, "knee-squeezes")
    foreign_exercise = shelve("dead-bug", practice=other)
    foreign_routine = make_routine("knee-squeezes", practice=other)
    ours = make_routine("knee-squeezes")
    chosen = reverse("admin:assign_to", args=[carl.pk])
    data = filled(desk, f"{chosen}?routine={ours.pk}")
    before = stored()
    assert foreign_exercise.current_version is not None
    for forged in (
        {"routine": str(foreign_routine.pk)},
        {"routine": "999999999"},
        {"item-0-version": str(foreign_exercise.current_version.pk)},
        {"item-0-version": "999999999"},
        {"item-0-version": "-1"},
        {"do": f"add:{foreign_exercise.pk}"},
        {"do": f"swap-0-{foreign_exercise.pk}"},
    ):
        assert desk.post(chosen, {**data, "do": "save", **forged}).status_code == 404
    for query in (f"copy={foreign_plan.pk}", f"routine={foreign_routine.pk}", "routine=x", "copy=x"):
        assert desk.get(f"{chosen}?{query}").status_code == 404
    assert desk.post(reverse("admin:assign_to", args=[theirs.pk]), {**data, "do": "save"}).status_code == 404
    assert stored() == before


def test_practice_and_state_cannot_be_posted(desk: Browser, carl: Client, squeezes: Routine) -> None:
    other = make_practice()
    chosen = reverse("admin:assign_to", args=[carl.pk])
    data = filled(desk, f"{chosen}?routine={squeezes.pk}")
    extra = {"practice": other.pk, "client": 1, "state": "ended", "created_by": 1, "do": "save"}
    assert desk.post(chosen, {**data, **extra}).status_code == 302
    with all_practices():
        plan = Assignment.objects.get()
    assert (plan.client, plan.state, plan.created_by) == (carl, "active", carl.lead)


LISTS = ("client", "assignment", "assignmentversion", "session", "event", "reminder")


@pytest.mark.parametrize("model", LISTS)
def test_lists_are_searched_and_paged_without_counting(desk: Browser, carl: Client, model: str) -> None:
    plan = give(carl, "knee-squeezes")
    many_sessions(plan, 120)
    address = reverse(f"admin:clients_{model}_changelist")
    for query in ("", "?q=win", "?q=%25", "?p=2", "?p=9999", "?o=1", "?state__exact=active", "?e=1"):
        with CaptureQueriesContext(connection) as seen:
            answer = desk.get(address + query, follow=True)
        assert answer.status_code == 200
        statements = " ".join(each["sql"].upper() for each in seen.captured_queries)
        assert "COUNT(" not in statements
        assert "DISTINCT" not in statements
    if model == "session":
        assert len(desk.get(address).context["cl"].result_list) == 50
        assert "Page 2" in desk.get(f"{address}?p=2").content.decode()
        assert len(desk.get(f"{address}?p=3").context["cl"].result_list) == 20


@pytest.mark.parametrize("model", LISTS)
def test_records_are_never_deleted_and_states_are_read_only(desk: Browser, carl: Client, model: str) -> None:
    plan = give(carl, "knee-squeezes")
    session = do_session(plan, TODAY)
    rows = {"client": carl, "assignment": plan, "assignmentversion": plan.current_version, "session": session}
    row = rows.get(model)
    if row is None:
        assert desk.get(reverse(f"admin:clients_{model}_add")).status_code == 403
        return
    page = desk.get(reverse(f"admin:clients_{model}_change", args=[row.pk]))
    assert page.status_code == 200
    assert b'name="state"' not in page.content
    assert desk.post(reverse(f"admin:clients_{model}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert desk.get(reverse(f"admin:clients_{model}_history", args=[row.pk])).status_code == 200


def test_add_leads_to_our_own_pages(desk: Browser) -> None:
    for model, name in (("client", "new_client"), ("assignment", "assign")):
        assert desk.get(reverse(f"admin:clients_{model}_add")).url == reverse(f"admin:{name}")
    assert desk.get(reverse("admin:routines_exercise_add")).url == reverse("admin:new_exercise")
