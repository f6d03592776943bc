"""A walk is noted with one tap, changed and taken back, and counted by its minutes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.analytics.lately import counts_of, flag_settings, lately_of
from clients.analytics.progress import progress_of
from clients.analytics.today import today_for
from clients.models import Alert, Assignment, Client, Event, PrescribedItem, Session
from clients.services.alerts import raise_alert
from clients.services.assign import change_plan
from portal.accounts.models import User
from tests.clients.conftest import NOW, TODAY
from tests.clients.goals.giving import WALKS, draft, form_of, note
from tests.factories import make_client


def test_a_walk_is_noted_with_one_tap_as_ticked(phone: Browser, walks: Assignment, carl: Client) -> None:
    page = note(phone, walks, minutes="10").content.decode()
    assert "Noted: a walk of 10 minutes." in page
    assert "You walked 10 minutes." in page
    assert "1 of 3 walks this week" in page
    assert "10 of 30 minutes" in page
    session = Session.objects.get()
    assert (session.counted, session.fraction, session.occurrence_on) == (True, 1, TODAY)
    assert Event.objects.get(type="set_done").data["mode"] == "ticked"
    assert today_for(carl, NOW).state == "done"


def test_a_walk_counts_by_the_minutes_that_were_told(phone: Browser, walks: Assignment, carl: Client) -> None:
    page = note(phone, walks, minutes="6").content.decode()
    assert "You walked 6 minutes." in page
    session = Session.objects.get()
    assert (session.counted, session.fraction) == (False, pytest.approx(0.6))
    page = note(phone, walks, minutes="12", session=str(session.pk)).content.decode()
    session.refresh_from_db()
    assert (session.counted, session.fraction) == (True, 1)
    assert "12 of 30 minutes" in page
    assert Event.objects.filter(type="set_done").count() == 2, "what was told first stays"


def test_a_walk_that_was_shorter_after_all_counts_no_more(phone: Browser, walks: Assignment, carl: Client) -> None:
    note(phone, walks, minutes="10")
    session = Session.objects.get()
    page = note(phone, walks, minutes="1", session=str(session.pk)).content.decode()
    session.refresh_from_db()
    assert (session.state, session.counted, session.fraction) == (
        Session.State.FINISHED, False, pytest.approx(0.1),
    )  # fmt: skip
    assert "You walked 1 minute." in page
    assert "0 of 3 walks this week" in page
    assert "Done today" not in page


def test_a_walk_is_not_said_to_be_noted_from_a_page_of_yesterday(
    phone: Browser, walks: Assignment, at_nine: Any
) -> None:
    note(phone, walks, minutes="10")
    session = Session.objects.get()
    at_nine.move_to(NOW + timedelta(hours=22))
    answer = note(phone, walks, minutes="12", session=str(session.pk))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "This page is from another day. Here is today." in page
    assert "Noted" not in page
    assert Session.objects.count() == 1
    assert Event.objects.filter(type="set_done").count() == 1


def test_a_walk_of_a_client_with_an_open_alert_leads_to_what_to_do_now(
    phone: Browser, walks: Assignment, carl: Client
) -> None:
    form = form_of(phone.get(reverse("today")).content.decode())
    raise_alert(carl, "emergency", level=Alert.Level.EMERGENCY, subject_key="check:x", now=NOW, locks=True)
    answer = phone.post(reverse("note_goal", args=[walks.pk, 1]), {"session": form, "minutes": "10"})
    assert answer.url == reverse("care_card")
    assert not Session.objects.exists()


def test_a_walk_is_noted_once_however_often_the_form_is_sent(phone: Browser, walks: Assignment) -> None:
    form = form_of(phone.get(reverse("today")).content.decode())
    for _ in range(3):
        note(phone, walks, minutes="10", session=form)
    assert Session.objects.count() == 1
    assert Event.objects.filter(type="set_done").count() == 1


def test_walks_noted_on_two_phones_are_said_one_by_one_and_each_can_be_taken_back(
    phone: Browser, walks: Assignment, at_nine: Any
) -> None:
    forms = [form_of(phone.get(reverse("today")).content.decode()) for _ in range(2)]
    note(phone, walks, minutes="10", session=forms[0])
    at_nine.move_to(NOW + timedelta(minutes=20))
    for _ in range(2):  # the second phone's form was open before, and is sent twice
        page = " ".join(note(phone, walks, minutes="15", session=forms[1]).content.decode().split())
    assert "You noted 10 minutes and 15 minutes. All of it counts. Was it one walk? Then take one back." in page
    assert "25 of 30 minutes" in page
    assert "1 of 3 walks this week" in page
    assert Session.objects.count() == 2
    for key, minutes in zip(forms, ("10", "15"), strict=True):
        assert re.search(rf"{reverse('take_back_goal', args=[key])}.{{1,400}}Take {minutes} minutes back", page)
    page = phone.post(reverse("take_back_goal", args=[forms[0]]), follow=True).content.decode()
    assert "You walked 15 minutes." in page
    assert "15 of 30 minutes" in page
    assert "You noted" not in page


def test_a_walk_is_taken_back_and_nothing_is_deleted(phone: Browser, walks: Assignment, carl: Client) -> None:
    note(phone, walks, minutes="10")
    session = Session.objects.get()
    before = Event.objects.count()
    for _ in range(2):  # the second press changes nothing
        phone.post(reverse("take_back_goal", args=[session.pk]))
    session.refresh_from_db()
    assert (session.state, session.counted, session.fraction) == (Session.State.LEFT, False, 0)
    assert Event.objects.count() == before + 1
    page = phone.get(reverse("today")).content.decode()
    assert "0 of 3 walks this week" in page
    assert "You walked" not in page
    assert not progress_of(carl, TODAY).sessions
    assert "You walked 8 minutes." in note(phone, walks, minutes="8").content.decode()


@pytest.mark.parametrize("minutes", ["", "0", "-5", "ten", "1441", "9" * 40])
def test_a_walk_asks_for_minutes_that_can_be(phone: Browser, walks: Assignment, minutes: str) -> None:
    form = form_of(phone.get(reverse("today")).content.decode())
    answer = phone.post(reverse("note_goal", args=[walks.pk, 1]), {"session": form, "minutes": minutes})
    assert answer.status_code == 400
    page = answer.content.decode()
    (field,) = re.findall(r'<input id="minutes-1"[^>]*>', page)
    assert f'value="{minutes}"' in field  # what was typed is still there
    assert 'aria-invalid="true" aria-describedby="minutes-1-error"' in field
    (problem,) = re.findall(r'id="minutes-1-error">(.*?)</div>', page)
    assert "Write your minutes as a whole number, such as 10." in problem
    assert not Session.objects.exists()


def test_a_walk_stays_there_on_a_day_without_one_and_counts_all_the_same(
    phone: Browser, walks: Assignment, carl: Client, at_nine: Any
) -> None:
    at_nine.move_to(NOW - timedelta(days=2))
    note(phone, walks, minutes="10")
    at_nine.move_to(NOW - timedelta(days=1))
    page = phone.get(reverse("today")).content.decode()
    assert "Rest day" in page
    assert "Not needed today. It counts all the same." in page
    assert "2 of 3 walks this week" in note(phone, walks, minutes="10").content.decode()


def test_a_walk_counts_in_adherence_and_is_shown_to_the_practitioner(
    phone: Browser, desk: Browser, walks: Assignment, carl: Client
) -> None:
    of = lately_of(carl, now=NOW, settings=flag_settings())
    assert counts_of(of, days=7) == (0, 0), "three days have room for three walks, so none is due"
    note(phone, walks, minutes="10")
    of = lately_of(carl, now=NOW, settings=flag_settings())
    assert counts_of(of, days=7) == (1, 1)
    page = " ".join(desk.get(reverse("admin:client", args=[carl.pk])).content.decode().split())
    assert "Walks: 1 of 1 in 7 days (10 of 10 minutes)" in page


def test_a_walk_may_be_walked_with_the_timer_instead(phone: Browser, walks: Assignment) -> None:
    assert phone.get(reverse("check_in", args=[walks.pk, 1])).status_code == 200


def test_a_walk_of_a_client_on_hold_or_due_for_the_questions_is_not_noted(
    phone: Browser, walks: Assignment, carl: Client, at_nine: Any
) -> None:
    form = form_of(phone.get(reverse("today")).content.decode())
    at_nine.move_to(NOW + timedelta(days=40))
    assert carl.user is not None
    phone.force_login(carl.user)
    answer = phone.post(reverse("note_goal", args=[walks.pk, 1]), {"session": form, "minutes": "10"})
    assert answer.url.startswith(reverse("safety_check"))
    assert not Session.objects.exists()
    assert phone.get(reverse("note_goal", args=[walks.pk, 1])).url == reverse("today")


def test_a_walk_is_nobody_elses_to_note_or_to_take_back(phone: Browser, walks: Assignment, priya: User) -> None:
    note(phone, walks, minutes="10")
    session = Session.objects.get()
    other = make_client(priya, first_name="Omar")
    assert other.user is not None
    theirs = Browser()
    theirs.force_login(other.user)
    mine = {"session": str(session.pk), "minutes": "20"}
    assert theirs.post(reverse("note_goal", args=[walks.pk, 1]), mine).status_code == 404
    assert theirs.post(reverse("take_back_goal", args=[session.pk])).status_code == 404
    session.refresh_from_db()
    assert session.counted
    assert Event.objects.filter(type="set_done").count() == 1


def test_a_walk_that_was_noted_before_the_plan_changed_is_changed_in_its_own_version(
    phone: Browser, walks: Assignment, carl: Client
) -> None:
    note(phone, walks, minutes="6")
    session = Session.objects.get()
    longer = [draft("walking", dose={"duration_s": 900})]
    change_plan(walks, items=longer, schedule=WALKS, by=carl.lead, effective_from=TODAY, based_on=1)
    page = note(phone, walks, minutes="10", session=str(session.pk)).content.decode()
    assert "Noted: a walk of 10 minutes." in page
    session.refresh_from_db()
    assert (session.version.number, session.counted, session.fraction) == (1, True, 1)


def test_a_walk_that_is_not_there_to_be_done_is_not_noted(phone: Browser, walks: Assignment) -> None:
    form = form_of(phone.get(reverse("today")).content.decode())
    PrescribedItem.objects.filter(version=walks.current_version).update(optional=True)
    answer = phone.post(reverse("note_goal", args=[walks.pk, 1]), {"session": form, "minutes": "10"})
    assert answer.url == reverse("today")
    assert "Nothing was noted." in phone.get(answer.url).content.decode()
    assert not Session.objects.exists()
