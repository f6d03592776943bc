"""The safety check on pages, without JavaScript: asked when due, and what to do comes at once."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Alert, Assignment, Event, SafetyCheck, Session
from clients.rules import safety as rules
from clients.safety_words import CARDS, NOT_WATCHED, WORDS
from clients.services.alerts import clear_alert
from clients.services.safety_setup import current_setup
from portal.accounts.models import User
from portal.accounts.tenancy import practice_scope
from routines.library import starter
from tests.clients.conftest import NOW
from tests.clients.plans import begin
from tests.clients.test_safety import a_check
from tests.doors import CODE, sign_in
from tests.factories import sign_safety

NO = {each.id: rules.NONE for each in rules.asked(starter.safety().questions, [])}


@pytest.fixture
def phone(plan: Assignment) -> Browser:
    """The browser of the client with a running plan."""
    sign_safety(plan.client.practice, plan.client.lead)
    browser = Browser()
    assert plan.client.user is not None
    sign_in(browser, plan.client.user, CODE)
    return browser


def answer(phone: Browser, **changed: Any) -> Any:
    return phone.post(reverse("safety_check"), {**NO, **changed}, follow=True)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_each_symptom_has_a_line_of_its_own_with_none_and_not_sure_last(phone: Browser) -> None:
    page = phone.get(reverse("safety_check")).content.decode()
    for question in rules.asked(starter.safety().questions, []):
        values = re.findall(rf'name="{question.id}" id="[^"]*" value="([^"]*)"', page)
        assert values == [*map(str, range(len(question.symptoms))), rules.NONE, rules.NOT_SURE]
    assert NOT_WATCHED in page
    assert 'name="pregnancy"' not in page
    assert " checked" not in page


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({"cauda_equina": "0"}, "emergency"),
        ({"heart_breath": rules.NOT_SURE}, "emergency"),
        ({"infection": "1"}, "same_day"),
        ({"malignancy": "0"}, "soon"),
        ({}, "clear"),
    ],
)
def test_the_card_of_the_level_comes_at_once(phone: Browser, answers: dict[str, str], level: str) -> None:
    response = answer(phone, **answers)
    assert response.redirect_chain == [(reverse("care_card"), 302)]
    page = text_of(response)
    title, lines = CARDS[level]
    assert title in page
    for line in lines:
        assert (line % {"number": "999"} in page) is (line != WORDS["stopped"]), "no session was running"
    assert ('href="tel:999"' in page) is (level in {"emergency", "same_day"})


def test_an_emergency_is_kept_whatever_else_is_unanswered(phone: Browser) -> None:
    response = phone.post(reverse("safety_check"), {"cauda_equina": "0"}, follow=True)
    assert CARDS["emergency"][0] in text_of(response)
    assert Alert.objects.get().locks


def test_an_unanswered_question_is_named_and_nothing_is_kept(phone: Browser) -> None:
    response = phone.post(reverse("safety_check"), {**NO, "infection": []})
    assert response.status_code == 400
    assert "Choose an answer." in text_of(response)
    assert not SafetyCheck.objects.exclude(trigger="onboarding").exists()


def test_a_form_sent_twice_is_kept_once(phone: Browser) -> None:
    page = phone.get(reverse("safety_check")).content.decode()
    check = re.findall(r'name="check" value="([^"]+)"', page)[0]
    before = SafetyCheck.objects.count()
    for _ in range(2):
        answer(phone, check=check)
    assert SafetyCheck.objects.count() in {before + 1, before + 2}
    assert SafetyCheck.objects.filter(pk=check).exists()


def test_no_answer_stands_in_an_address(phone: Browser) -> None:
    response = answer(phone, cauda_equina="0", next=reverse("today"))
    for address, _status in response.redirect_chain:
        assert "cauda" not in address
        assert "emergency" not in address


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_on_never_leaves_the_site(phone: Browser, onward: str) -> None:
    assert "evil" not in text_of(answer(phone, next=onward))


# --- doors of a session -----------------------------------------------------------------------------------


def start_page(plan: Assignment) -> str:
    return reverse("check_in", args=[plan.pk, 1])


def test_the_questions_come_before_the_first_session_and_lead_back(plan: Assignment, phone: Browser) -> None:
    SafetyCheck.objects.all()._raw_delete("default")
    response = phone.get(start_page(plan))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("safety_check"))
    assert "before your first session" in text_of(phone.get(response["Location"]))
    done = answer(phone, next=start_page(plan))
    assert f'href="{start_page(plan)}"' in text_of(done)
    assert phone.get(start_page(plan)).status_code == 200


def test_pain_of_eight_or_more_asks_before_anything_is_offered(plan: Assignment, phone: Browser) -> None:
    response = phone.post(start_page(plan), {"pain": "8"}, follow=True)
    assert "Your pain is strong today" in text_of(response)
    assert "pain" not in response.redirect_chain[0][0]
    assert not Session.objects.exists()
    assert 'name="trigger" value="pain"' in text_of(response)
    answer(phone, next=start_page(plan), trigger="pain")
    assert SafetyCheck.objects.order_by("-received_at")[0].trigger == "pain"
    assert "Your pain is strong today" not in text_of(phone.post(start_page(plan), {"pain": "8"}, follow=True))


def test_pain_of_eight_told_by_a_phone_keeps_the_player_shut(plan: Assignment, phone: Browser) -> None:
    session = begin(plan, now=timezone.now(), pain=8)
    address = reverse("player", args=[session.pk])
    assert phone.get(address)["Location"].startswith(reverse("safety_check"))
    answer(phone)
    assert phone.get(address).status_code == 200


def test_a_locked_plan_opens_no_door_and_says_why(plan: Assignment, phone: Browser, priya: User) -> None:
    phone.post(start_page(plan), {"pain": "2"})
    session = Session.objects.get()
    answer(phone, cauda_equina="0")
    session.refresh_from_db()
    assert session.state == Session.State.FINISHED
    assert phone.get(start_page(plan))["Location"] == reverse("care_card")
    assert phone.post(start_page(plan), {"pain": "2"})["Location"] == reverse("care_card")
    assert Session.objects.count() == 1
    today = text_of(phone.get(reverse("today")))
    assert "Your plan is on hold" in today
    assert start_page(plan) not in today
    with practice_scope(plan.client.practice):
        clear_alert(Alert.objects.get(), by=priya, note="Seen by her doctor today.", now=session.started_at)
    assert phone.get(start_page(plan)).status_code == 200


def test_a_blocking_tag_opens_no_door_either(plan: Assignment, phone: Browser) -> None:
    plan.client.tags = ["progressive_neuro"]
    plan.client.save()
    assert phone.get(start_page(plan))["Location"] == reverse("care_card")
    card = text_of(phone.get(reverse("care_card")))
    assert "Your plan is on hold" in card
    assert "You ticked none" not in card


def test_stop_without_the_player_ends_the_session_asks_and_tells(plan: Assignment, phone: Browser) -> None:
    phone.post(start_page(plan), {"pain": "2"})
    session = Session.objects.get()
    assert "Stop" in text_of(phone.get(reverse("player", args=[session.pk])))
    response = phone.post(reverse("stop_session", args=[session.pk]), follow=True)
    assert "You stopped a session" in text_of(response)
    session.refresh_from_db()
    assert session.state == Session.State.FINISHED
    assert list(Event.objects.filter(session=session, type="stopped").values_list("type", flat=True)) == ["stopped"]
    assert "We tell your physiotherapist that you stopped." in text_of(answer(phone))
    assert Alert.objects.get().reason_key == "stop_pressed"
    assert phone.get(start_page(plan)).status_code == 200


def test_the_fixed_link_stands_on_every_page_of_a_client(plan: Assignment, phone: Browser) -> None:
    for name in ("today", "plan", "progress", "more", "help"):
        assert f'href="{reverse("safety_check")}"' in text_of(phone.get(reverse(name))), name


def test_the_help_page_lists_every_stop_sign(plan: Assignment, phone: Browser) -> None:
    page = text_of(phone.get(reverse("help"))).lower()
    for sign in starter.safety().stop_signs:
        assert sign.lower() in page


def test_without_a_signed_number_the_card_still_says_whom_to_call(plan: Assignment, priya: User) -> None:
    browser = Browser()
    assert plan.client.user is not None
    sign_in(browser, plan.client.user, CODE)
    assert current_setup(plan.client.practice) is None
    assert "Call the emergency number of your country" in text_of(answer(browser, cauda_equina="0"))


def test_a_phone_sends_its_checks_through_the_api(plan: Assignment, phone: Browser) -> None:
    check = a_check({"cauda_equina": ["0"]})
    response = phone.post(reverse("api:safety_checks"), {"checks": [check, {}]}, content_type="application/json")
    assert [each["status"] for each in response.json()["results"]] == [200, 400]
    assert phone.post(reverse("api:safety_checks"), {"answers": []}, content_type="application/json").status_code == 400
    assert SafetyCheck.objects.get(pk=check["id"]).level == "emergency"


@pytest.mark.parametrize("level", ["emergency", "same_day"])
def test_the_card_speaks_of_a_session_only_where_one_was_ended(phone: Browser, plan: Assignment, level: str) -> None:
    told = {"cauda_equina": "0"} if level == "emergency" else {"infection": "1"}
    ended = "Your session has ended"
    assert ended not in text_of(phone.get(reverse("safety_check"))), "nothing runs"
    assert ended not in text_of(answer(phone, trigger="four_weeks", **told))
    assert ended not in text_of(phone.get(reverse("care_card")))


def test_the_card_says_that_the_session_has_ended_where_the_answers_ended_it(phone: Browser, plan: Assignment) -> None:
    begin(plan, now=NOW)
    assert "Your session has ended" in text_of(answer(phone, cauda_equina="0"))
