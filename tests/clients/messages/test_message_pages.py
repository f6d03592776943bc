"""Messages on pages: the client's thread, the inbox, the thread beside the client, saved replies."""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client, Message, PrescribedItem, SavedReply, Thread
from clients.models.message import TEXT_LIMIT
from clients.services.messages import send_message, write_to_clinic
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from tests.clients.plans import give_plan
from tests.doors import CODE, STAFF, browser_of
from tests.factories import make_client, sign_safety

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday
LATE = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)  # a Friday evening


@pytest.fixture(autouse=True)
def in_practice(practice: Practice) -> Iterator[None]:
    with practice_scope(practice), time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def phone(carl: Client) -> Browser:
    return browser_of(carl.user, CODE)


@pytest.fixture
def desk(priya: User) -> Browser:
    return browser_of(priya, STAFF)


def shown(browser: Browser, name: str, *ids: Any, **query: Any) -> str:
    answer = browser.get(reverse(name, args=ids), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_side_bar_says_how_many_wait_for_an_answer(desk: Browser, phone: Browser, carl: Client) -> None:
    waiting = '<span class="hidden-text"> waiting</span>'
    assert waiting not in shown(desk, "admin:overview")
    write_to_clinic(carl, text="May I swim?", now=NOW)
    assert f"<b>1{waiting}</b>" in shown(desk, "admin:caseload")
    assert f"<b>1{waiting}</b>" in shown(desk, "admin:caseload", q="nobody")
    assert f"<b>1{waiting}</b>" in shown(desk, "admin:records")


class TestTheClient:
    def test_writes_and_reads_on_one_page(self, phone: Browser, carl: Client, priya: User) -> None:
        page = shown(phone, "messages")
        assert "Priya usually answers within 2 working days." in page
        assert reverse("help") in page
        answer = phone.post(reverse("messages"), {"text": "Can I swap?", "key": str(uuid.uuid4())}, follow=True)
        assert "Can I swap?" in answer.content.decode()
        send_message(carl, by=priya, text="Yes, do.", now=NOW)
        assert "(1 new)" in shown(phone, "today")
        assert "Yes, do." in shown(phone, "messages")
        assert "(1 new)" not in shown(phone, "today")

    def test_is_told_how_much_is_too_long_and_keeps_the_words(self, phone: Browser) -> None:
        text = "x" * (TEXT_LIMIT + 1)
        answer = phone.post(reverse("messages"), {"text": text, "key": str(uuid.uuid4())})
        said = f"Your message has {TEXT_LIMIT + 1} characters. Keep it to {TEXT_LIMIT}, or send two messages."
        page = answer.content.decode()
        assert (answer.status_code, page.count(said) > 0, text in page) == (400, True, True)

    def test_reads_in_the_evening_when_somebody_is_there_again(self, phone: Browser) -> None:
        with time_machine.travel(LATE, tick=False):
            page = shown(phone, "messages")
        assert "Nobody reads messages right now. From Monday, 08:00 they are read again." in page
        assert "Nobody reads" not in shown(phone, "messages")

    def test_meets_the_care_words_first_after_urgent_words(
        self, phone: Browser, practice: Practice, priya: User
    ) -> None:
        sign_safety(practice, priya)
        sent = {"text": "My chest is tight", "key": str(uuid.uuid4())}
        answer = phone.post(reverse("messages"), sent, headers={"Accept": "application/json"})
        assert answer.json() == {"care_first": True}
        page = shown(phone, "messages")
        assert "Do not wait for an answer here" in page
        assert 'href="tel:999"' in page
        assert reverse("safety_check") in page

    @pytest.mark.parametrize(
        "sent",
        [
            pytest.param({"text": "", "key": str(uuid.uuid4())}, id="nothing"),
            pytest.param({"text": "x" * 2001, "key": str(uuid.uuid4())}, id="too much"),
            pytest.param({"text": "Hello", "key": "no key"}, id="no key"),
            pytest.param({}, id="empty"),
        ],
    )
    def test_is_told_what_is_wrong(self, phone: Browser, sent: dict[str, str]) -> None:
        assert phone.post(reverse("messages"), sent).status_code == 400
        answer = phone.post(reverse("messages"), sent, headers={"Accept": "application/json"})
        assert answer.status_code == 400
        assert answer.json()["detail"]
        assert not Message.objects.exists()

    @pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "²"])
    def test_odd_addresses_show_the_latest(self, phone: Browser, carl: Client, before: str) -> None:
        write_to_clinic(carl, text="Hello", now=NOW)
        assert "Hello" in shown(phone, "messages", before=before)

    def test_what_looks_like_code_is_text(self, phone: Browser, carl: Client, priya: User) -> None:
        send_message(carl, by=priya, text="<img src=x onerror=alert(1)>\n\nTwo", now=NOW)
        page = shown(phone, "messages")
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page

    def test_is_spoken_to_in_german(self, phone: Browser, carl: Client) -> None:
        Client.objects.update(language="de")
        assert "Priya antwortet meist innerhalb von 2 Arbeitstagen." in shown(phone, "messages")


class TestAskingAboutAnExercise:
    @pytest.fixture
    def item(self, carl: Client) -> PrescribedItem:
        return give_plan(carl, "knee-squeezes", starts_on=NOW.date()).current_version.items.get()

    @pytest.fixture
    def omars(self, priya: User) -> PrescribedItem:
        omar = make_client(priya, first_name="Omar")
        return give_plan(omar, "knee-squeezes", starts_on=NOW.date()).current_version.items.get()

    def test_starts_on_its_page_and_reaches_the_practitioner_by_name(
        self, phone: Browser, desk: Browser, carl: Client, item: PrescribedItem
    ) -> None:
        asking = f"{reverse('messages')}?about={item.pk}"
        assert f'href="{asking}#about"' in shown(phone, "exercise", item.pk)
        page = phone.get(asking).content.decode()
        assert "About: Knee squeezes" in page
        (field,) = re.findall(r'<input type="hidden" name="about"[^>]*>', page)
        assert f'value="{item.pk}"' in field
        phone.post(reverse("messages"), {"text": "How far?", "key": str(uuid.uuid4()), "about": item.pk})
        assert "About: Knee squeezes" in shown(phone, "messages")
        assert "About: Knee squeezes" in shown(desk, "admin:thread", carl.pk)
        assert "Knee squeezes: How far?" in shown(desk, "admin:inbox")

    def test_the_name_stays_when_the_plan_moves_on(self, phone: Browser, carl: Client, item: PrescribedItem) -> None:
        Assignment.objects.update(state=Assignment.State.ENDED)
        phone.post(reverse("messages"), {"text": "How far?", "key": str(uuid.uuid4()), "about": item.pk})
        assert Message.objects.get().detail == {"about": {"item": item.pk, "name": "Knee squeezes"}}

    def test_what_is_wrong_keeps_the_exercise(self, phone: Browser, item: PrescribedItem) -> None:
        answer = phone.post(reverse("messages"), {"text": "", "key": str(uuid.uuid4()), "about": item.pk})
        assert answer.status_code == 400
        assert "About: Knee squeezes" in answer.content.decode()

    def test_other_messages_are_about_nothing(self, phone: Browser, item: PrescribedItem) -> None:
        assert "About:" not in shown(phone, "messages")
        phone.post(reverse("messages"), {"text": "May I swim?", "key": str(uuid.uuid4()), "about": ""})
        assert Message.objects.get().detail == {}
        assert "About:" not in shown(phone, "messages")

    def test_anothers_exercise_is_not_found(self, phone: Browser, omars: PrescribedItem) -> None:
        sent = {"text": "How far?", "key": str(uuid.uuid4()), "about": omars.pk}
        assert phone.get(reverse("messages"), {"about": omars.pk}).status_code == 404
        assert phone.post(reverse("messages"), sent).status_code == 404
        assert not Message.objects.exists()

    @pytest.mark.parametrize("about", ["x", "-1", "5.0", "9" * 40, "²"])
    def test_what_is_no_exercise_is_told_so(self, phone: Browser, about: str) -> None:
        sent = {"text": "How far?", "key": str(uuid.uuid4()), "about": about}
        answer = phone.post(reverse("messages"), sent, headers={"Accept": "application/json"})
        assert answer.status_code == 400
        assert answer.json()["detail"] == "This exercise is not in your plan. Open it from your plan again."
        assert not Message.objects.exists()

    @pytest.mark.parametrize("about", ["x", "-1", "9" * 40, "²"])
    def test_odd_addresses_are_about_nothing(self, phone: Browser, about: str) -> None:
        assert "About:" not in shown(phone, "messages", about=about)


class TestThePractitioner:
    def test_answers_from_the_inbox(self, desk: Browser, carl: Client) -> None:
        write_to_clinic(carl, text="A question", now=NOW - timedelta(days=2))
        page = shown(desk, "admin:inbox")
        assert "waiting 2 working days" in page
        assert reverse("admin:thread", args=[carl.pk]) in page
        desk.post(reverse("admin:thread", args=[carl.pk]), {"text": "An answer", "key": str(uuid.uuid4())})
        assert "An answer" in shown(desk, "admin:thread", carl.pk)
        assert "Nobody waits for an answer" in shown(desk, "admin:inbox")
        assert carl.full_name in shown(desk, "admin:inbox", tab="all")

    def test_says_that_nothing_needs_an_answer(self, desk: Browser, carl: Client) -> None:
        write_to_clinic(carl, text="Thanks", now=NOW)
        desk.post(reverse("admin:settle_thread", args=[carl.pk]))
        assert Thread.objects.get().waiting_since is None

    def test_starts_from_a_saved_reply_in_the_clients_language(self, desk: Browser, carl: Client) -> None:
        Client.objects.update(language="de")
        desk.post(reverse("admin:saved_replies"), {"title": "Swim", "text": "Swimming is fine."})
        reply = SavedReply.objects.get()
        assert "Swimming is fine." in shown(desk, "admin:thread", carl.pk, reply=reply.pk)
        assert "Gut gemacht, weiter so." in shown(desk, "admin:thread", carl.pk, reply="quick-0")
        assert "Swimming" not in shown(desk, "admin:thread", carl.pk, reply="quick-9")
        desk.post(reverse("admin:remove_saved_reply", args=[reply.pk]))
        assert not SavedReply.objects.exists()

    def test_a_reply_of_the_same_name_takes_the_place_of_the_old_one(self, desk: Browser) -> None:
        for text in ("One", "Two"):
            desk.post(reverse("admin:saved_replies"), {"title": "Swim", "text": text})
        assert SavedReply.objects.get().text == "Two"
        assert desk.post(reverse("admin:saved_replies"), {"title": "", "text": "x"}).status_code == 400

    def test_sees_cards_about_sessions_in_the_thread(self, desk: Browser, carl: Client, priya: User) -> None:
        assert desk.post(reverse("admin:thread", args=[carl.pk]), {"text": "", "key": "x"}).status_code == 400
        assert desk.get(reverse("admin:thread", args=[carl.pk]), {"before": "9" * 40}).status_code == 200

    def test_costs_the_same_with_few_and_with_many_threads(
        self, desk: Browser, carl: Client, priya: User, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(12):
            write_to_clinic(make_client(priya), text=str(number), now=NOW)
        desk.get(reverse("admin:inbox"))
        with django_assert_max_num_queries(12):
            desk.get(reverse("admin:inbox"))
