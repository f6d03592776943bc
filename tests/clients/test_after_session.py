"""After a session and without the player: one tap a question, changes kept, and an honest record of how it was told."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.analytics.lanes_today import next_day_sessions
from clients.models import Assignment, AssignmentVersion, Client, Event, PutOff, Reminder, Session
from clients.rules.noted import how_noted
from clients.services.remind.facts import load
from tests.clients.conftest import NOW, TODAY
from tests.clients.plans import give_plan
from tests.clients.test_client_pages import start

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_riverside")]
YESTERDAY = TODAY - timedelta(days=1)


def finished(browser: Browser, plan: Assignment, *, pain: str = "3") -> Session:
    session = start(browser, plan, pain=pain)
    browser.post(reverse("finish_session", args=[session.pk]))
    return session


def note(browser: Browser, plan: Assignment, *, day: str = "", items: Any = None, slot: int = 1) -> Any:
    assert plan.current_version is not None
    chosen = [str(item.pk) for item in plan.current_version.items.all()] if items is None else items
    form = {"session": str(uuid.uuid4()), "items": chosen, **({"day": day} if day else {})}
    return browser.post(reverse("note_session", args=[plan.pk, slot]), form)


@pytest.mark.parametrize(
    ("modes", "how"),
    [
        pytest.param([], None, id="nothing done"),
        pytest.param(["guided", "guided"], "guided", id="guided alone"),
        pytest.param(["ticked"], "ticked", id="ticked alone"),
        pytest.param(["guided", "ticked"], "mixed", id="some of both"),
        pytest.param(["later"], "later", id="later alone"),
        pytest.param(["guided", "ticked", "later"], "later", id="one from memory makes it a memory"),
    ],
)
def test_a_session_says_how_it_was_noted(modes: list[str], how: str | None) -> None:
    assert how_noted(modes) == how


def test_the_last_page_counts_exercises_as_today_does(carls_phone: Browser, carl: Client) -> None:
    either = ("glute-bridge", "cat-camel")
    plan = give_plan(carl, "knee-squeezes", *either, one_of=either, starts_on=TODAY)
    (card,) = carls_phone.get(reverse("today")).context["page"].cards
    done = carls_phone.get(reverse("session_done", args=[finished(carls_phone, plan).pk]))
    assert (card.exercises, done.context["result"].exercises) == (2, 2)


def test_an_unknown_way_of_noting_is_an_error() -> None:
    with pytest.raises(ValueError, match="guided, ticked or later"):
        how_noted(["guessed"])


@pytest.mark.parametrize(
    ("step", "data"),
    [
        pytest.param("pain", {"pain_after": "11"}, id="above the scale"),
        pytest.param("pain", {"pain_after": ""}, id="nothing"),
        pytest.param("pain", {}, id="no field"),
        pytest.param("most", {"pain_peak": "3.5"}, id="half a point"),
        pytest.param("effort", {"effort": "4"}, id="an effort that is no choice"),
        pytest.param("note", {"note": "x" * 501}, id="a note that is too long"),
    ],
)
def test_an_answer_that_cannot_be_read_is_asked_again(
    carls_phone: Browser, plan: Assignment, step: str, data: dict[str, str]
) -> None:
    session = finished(carls_phone, plan)
    answer = carls_phone.post(reverse("after_session_step", args=[session.pk, step]), data)
    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()
    assert not Event.objects.filter(type__in=["pain_after", "pain_peak", "effort", "note"]).exists()


def test_each_question_may_be_skipped(carls_phone: Browser, plan: Assignment) -> None:
    session = finished(carls_phone, plan)
    address = reverse("after_session", args=[session.pk])
    for _ in range(3):
        address = carls_phone.post(address, {"skip": "1"})["Location"]
    assert address == reverse("session_done", args=[session.pk])
    assert "Not answered" in carls_phone.get(address).content.decode()


def test_a_question_that_does_not_exist_is_not_found(carls_phone: Browser, plan: Assignment) -> None:
    session = finished(carls_phone, plan)
    assert carls_phone.get(reverse("after_session_step", args=[session.pk, "mood"])).status_code == 404
    assert carls_phone.get(reverse("after_session_step", args=[session.pk, "leg"])).status_code == 404


def test_a_changed_answer_is_shown_with_what_it_was(carls_phone: Browser, plan: Assignment) -> None:
    session = finished(carls_phone, plan)
    address = reverse("after_session", args=[session.pk])
    carls_phone.post(address, {"pain_after": "2"})
    carls_phone.post(address, {"pain_after": "6"})
    assert [row.data for row in Event.objects.filter(type="pain_after")] == [{"value": 2}]
    page = carls_phone.get(reverse("session_detail", args=[session.pk])).content.decode()
    assert "Pain after: 6 instead of 2 (changed at 09:00)" in page


@pytest.mark.parametrize(("after", "says"), [("4", False), ("5", True)])
def test_a_rise_of_two_points_is_spoken_of_calmly(
    carls_phone: Browser, plan: Assignment, after: str, says: bool
) -> None:
    session = finished(carls_phone, plan, pain="3")
    carls_phone.post(reverse("after_session", args=[session.pk]), {"pain_after": after})
    page = carls_phone.get(reverse("session_done", args=[session.pk])).content.decode()
    assert ("If it stays above 5 tomorrow, tell Priya." in page) is says


@pytest.mark.parametrize(
    ("days", "changes", "is_said"),
    [
        pytest.param(0, [{"kind": "note"}], True, id="in force today"),
        pytest.param(1, [{"kind": "note"}], False, id="in force from tomorrow on"),
        pytest.param(0, [], False, id="nothing in it is new"),
    ],
)
def test_a_session_done_by_an_older_version_says_that_the_plan_has_changed_since(
    carls_phone: Browser, plan: Assignment, days: int, changes: list[Any], is_said: bool
) -> None:
    session = finished(carls_phone, plan)
    sentence = "changed your plan since. Your session is saved."
    assert sentence not in carls_phone.get(reverse("session_done", args=[session.pk])).content.decode()
    AssignmentVersion.objects.create(
        assignment=plan,
        number=2,
        effective_from=session.occurrence_on + timedelta(days=days),
        schedule=session.version.schedule,
        changes=changes,
        created_by=plan.client.lead,
    )
    page = carls_phone.get(reverse("session_done", args=[session.pk])).content.decode()
    assert (sentence in page) == is_said


def test_a_session_without_the_phone_is_ticked_and_counts(carls_phone: Browser, plan: Assignment) -> None:
    page = carls_phone.get(reverse("note_session", args=[plan.pk, 1])).content.decode()
    assert "Done without the phone" in page
    answer = note(carls_phone, plan)
    session = Session.objects.get()
    assert answer["Location"] == reverse("after_session", args=[session.pk])
    assert (session.state, session.fraction, session.counted, session.occurrence_on) == ("finished", 1, True, TODAY)
    assert session.pain_before is None, "nobody was asked"
    assert set(Event.objects.filter(type="set_done").values_list("data__mode", flat=True)) == {"ticked"}
    assert "Ticked by you" in carls_phone.get(reverse("session_detail", args=[session.pk])).content.decode()


def test_yesterday_is_filled_in_later_and_said_so(carls_phone: Browser, carl: Client, plan: Assignment) -> None:
    assert "Fill in yesterday" in carls_phone.get(reverse("today")).content.decode()
    answer = note(carls_phone, plan, day=YESTERDAY.isoformat())
    session = Session.objects.get()
    assert (session.occurrence_on, session.counted) == (YESTERDAY, True)
    assert set(Event.objects.filter(type="set_done").values_list("data__mode", flat=True)) == {"later"}
    assert "What was the most pain in the session?" in carls_phone.get(answer["Location"]).content.decode()
    assert "Question 1 of 2" in carls_phone.get(answer["Location"]).content.decode(), "no pain now of yesterday"
    assert "Filled in later" in carls_phone.get(reverse("session_detail", args=[session.pk])).content.decode()
    assert next_day_sessions(carl, NOW + timedelta(hours=20)) == ()


@pytest.mark.parametrize(
    "day",
    [
        pytest.param((TODAY - timedelta(days=2)).isoformat(), id="two days ago"),
        pytest.param((TODAY + timedelta(days=1)).isoformat(), id="tomorrow"),
        pytest.param("yesterday", id="no date"),
    ],
)
def test_other_days_cannot_be_filled_in(carls_phone: Browser, plan: Assignment, day: str) -> None:
    assert note(carls_phone, plan, day=day).status_code == 404
    assert not Session.objects.exists()


def test_only_exercises_of_the_plan_can_be_named(carls_phone: Browser, plan: Assignment) -> None:
    assert note(carls_phone, plan, items=[]).status_code == 400
    assert note(carls_phone, plan, items=["999999"]).status_code == 400
    assert note(carls_phone, plan, slot=3).status_code == 404
    assert not Session.objects.exists()


def test_noting_twice_with_one_form_keeps_one_session(carls_phone: Browser, plan: Assignment) -> None:
    assert plan.current_version is not None
    form = {"session": str(uuid.uuid4()), "items": [str(item.pk) for item in plan.current_version.items.all()]}
    for _ in range(2):
        carls_phone.post(reverse("note_session", args=[plan.pk, 1]), form)
    assert Session.objects.count() == 1


def asked_of(carl: Client) -> list[bool]:
    """Whether today's sessions still want a reminder."""
    (plan,) = load([carl.pk], now=NOW)[carl.pk].plans
    return [plan.asks(TODAY, slot) for slot in (1, 2)]


def test_not_today_is_fine_and_silences_the_reminders_of_that_session(
    carls_phone: Browser, carl: Client, plan: Assignment
) -> None:
    assert asked_of(carl) == [True, True]
    carls_phone.post(reverse("not_now", args=[plan.pk, 1]), {"choice": "not_today", "reason": "no_time"})
    row = PutOff.objects.get()
    assert (row.choice, row.reason_key, row.on) == ("not_today", "no_time", TODAY)
    page = carls_phone.get(reverse("today")).content.decode()
    assert "Not today. That is fine." in page
    assert "missed" not in page.lower()
    assert asked_of(carl) == [False, True], "the evening's session is still wanted"


def test_yesterday_has_no_later_today(carls_phone: Browser, plan: Assignment) -> None:
    address = reverse("not_now", args=[plan.pk, 1])
    assert "Later today?" in carls_phone.get(address).content.decode()
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    assert "Later today?" not in carls_phone.get(address, {"day": yesterday}).content.decode()


def test_a_session_moved_to_tomorrow_waits_there_and_counts_for_its_own_day(
    carls_phone: Browser, plan: Assignment, at_nine: Any
) -> None:
    carls_phone.post(reverse("not_now", args=[plan.pk, 1]), {"choice": "tomorrow"})
    at_nine.shift(timedelta(days=1))
    page = carls_phone.get(reverse("today")).content.decode()
    assert "From yesterday" in page
    address = f"{reverse('check_in', args=[plan.pk, 1])}?day={TODAY.isoformat()}"
    assert address in page
    carls_phone.post(address, {"pain": "2", "session": str(uuid.uuid4()), "day": TODAY.isoformat()})
    assert Session.objects.get().occurrence_on == TODAY


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"choice": "never"}, id="unknown choice"),
        pytest.param({"choice": "not_today", "reason": "lazy"}, id="unknown reason"),
    ],
)
def test_a_word_that_cannot_be_read_puts_nothing_off(
    carls_phone: Browser, plan: Assignment, data: dict[str, str]
) -> None:
    answer = carls_phone.post(reverse("not_now", args=[plan.pk, 1]), data)
    assert answer.status_code == 400
    if not data:
        assert "What suits you? Choose one of the answers." in answer.content.decode()
    assert not PutOff.objects.exists()


def test_another_client_finds_none_of_it(omars_phone: Browser, plan: Assignment) -> None:
    for name in ("note_session", "not_now", "later"):
        address = reverse(name, args=[plan.pk, 1])
        assert omars_phone.get(address).status_code == (405 if name == "later" else 404)
        assert omars_phone.post(address, {"choice": "not_today", "items": ["1"]}).status_code == 404
    assert not PutOff.objects.exists()
    assert not Reminder.objects.filter(subject_key="later").exists()
    assert not Session.objects.exists()
