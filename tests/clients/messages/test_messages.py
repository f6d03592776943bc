"""The thread between a client and the clinic: kept once, told neutrally, never waiting with a red flag."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clients.analytics.promise import hours_of
from clients.analytics.thread import inbox, thread_page, unread_of
from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import Alert, Client, HeldNote, Message, Reminder, Session, Thread
from clients.notifications.wording import one_time_wording
from clients.services import held_notes
from clients.services.alerts import clear_alert
from clients.services.messages import (
    level_of,
    read_by_client,
    send_message,
    settle,
    shows_care_first,
    write_to_clinic,
)
from clients.services.remind.checks import look_again
from clients.services.remind.queue import Queue
from clients.services.remind.verdicts import Go, Skip
from portal.accounts.models import AuditEvent, Practice, User
from portal.accounts.tenancy import all_practices, practice_scope
from tests.clients.plans import give_plan
from tests.doors import secrets_to
from tests.factories import make_client, make_staff

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.fixture
def nora(practice: Practice) -> User:
    """A colleague who does not see Carl."""
    return make_staff(practice, first_name="Nora")


@pytest.fixture(autouse=True)
def in_practice(practice: Practice) -> Iterator[None]:
    with practice_scope(practice):
        yield


@pytest.fixture
def session(carl: Client) -> Session:
    plan = give_plan(carl, "knee-squeezes", "single-knee-to-chest", starts_on=NOW.date() - timedelta(days=7))
    return Session.objects.create(
        pk=uuid.uuid4(), client=carl, assignment=plan, version=plan.current_version, occurrence_on=NOW.date(),
        started_at=NOW - timedelta(hours=1), state=Session.State.FINISHED, fraction=1,
    )  # fmt: skip


def notices() -> list[Reminder]:
    return list(Reminder.objects.filter(stream=Reminder.Stream.MESSAGE).order_by("pk"))


class TestKeeping:
    def test_a_form_that_is_sent_twice_keeps_one_message(self, carl: Client, priya: User) -> None:
        key = uuid.uuid4()
        one = write_to_clinic(carl, text="Hello", key=key, now=NOW)
        assert write_to_clinic(carl, text="Hello", key=key, now=NOW + timedelta(minutes=1)) == one
        assert Message.objects.count() == 1

    def test_a_message_about_anothers_exercise_is_refused_by_name(self, carl: Client, priya: User) -> None:
        omars = give_plan(make_client(priya, first_name="Omar"), "knee-squeezes", starts_on=NOW.date())
        with pytest.raises(Invalid) as refused:
            write_to_clinic(carl, text="How far?", now=NOW, about=omars.current_version.items.get().pk)
        assert list(refused.value.errors) == ["about"]
        assert not Message.objects.exists()

    def test_a_message_is_never_changed_or_deleted(self, carl: Client) -> None:
        message = write_to_clinic(carl, text="Hello", now=NOW)
        message.text = "Another"
        with pytest.raises(ValidationError):
            message.save()
        with pytest.raises(ValidationError):
            message.delete()

    def test_a_card_about_a_session_names_it(self, carl: Client, priya: User) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.create(
                client=carl, author=priya, is_from_client=False, kind="review", key=uuid.uuid4(), sent_at=NOW
            )

    @pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
    def test_nothing_and_too_much_are_refused_by_name(self, carl: Client, priya: User, text: str) -> None:
        for write in (
            lambda: write_to_clinic(carl, text=text, now=NOW),
            lambda: send_message(carl, by=priya, text=text, now=NOW),
        ):
            with pytest.raises(Invalid) as refused:
                write()
            assert list(refused.value.errors) == ["text"]

    def test_colleagues_without_the_client_and_discharged_clients_are_left_out(
        self, carl: Client, priya: User, nora: User
    ) -> None:
        with pytest.raises(NotAllowed):
            send_message(carl, by=nora, text="Hello", now=NOW)
        carl.state = Client.State.DISCHARGED
        carl.save()
        with pytest.raises(WrongState):
            send_message(carl, by=priya, text="Hello", now=NOW)

    def test_who_sent_is_kept_without_a_word_of_it(self, carl: Client, priya: User) -> None:
        send_message(carl, by=priya, text="A secret word", now=NOW)
        entry = AuditEvent.objects.get(action="message_sent")
        assert entry.actor == priya
        assert "secret" not in repr(entry.detail)


class TestWaiting:
    def test_the_wait_begins_with_the_first_message_and_ends_with_an_answer(self, carl: Client, priya: User) -> None:
        write_to_clinic(carl, text="One", now=NOW)
        write_to_clinic(carl, text="Two", now=NOW + timedelta(hours=2))
        assert Thread.objects.get().waiting_since == NOW
        (row,) = inbox(priya, now=NOW + timedelta(days=1), hours=hours_of(carl.practice), tab="waiting")
        assert (row.days, row.is_new, row.last.text) == (1, True, "Two")
        send_message(carl, by=priya, text="Yes", now=NOW + timedelta(days=1))
        assert inbox(priya, now=NOW, hours=hours_of(carl.practice), tab="waiting") == []

    def test_what_needs_no_answer_waits_no_longer(self, carl: Client, priya: User, nora: User) -> None:
        write_to_clinic(carl, text="Thanks", now=NOW)
        with pytest.raises(NotAllowed):
            settle(carl, by=nora)
        settle(carl, by=priya)
        settle(carl, by=priya)
        assert Thread.objects.get().waiting_since is None
        assert AuditEvent.objects.filter(action="thread_settled").count() == 1

    def test_the_longest_wait_comes_first_and_only_what_one_may_see(
        self, carl: Client, priya: User, nora: User
    ) -> None:
        write_to_clinic(carl, text="Second", now=NOW)
        ann = make_client(priya, first_name="Ann")
        write_to_clinic(ann, text="First", now=NOW - timedelta(days=1))
        rows = inbox(priya, now=NOW, hours=hours_of(carl.practice), tab="waiting")
        assert [row.client for row in rows] == [ann, carl]
        assert inbox(nora, now=NOW, hours=hours_of(carl.practice), tab="all") == []

    def test_the_client_sees_how_many_are_new_until_the_thread_is_opened(self, carl: Client, priya: User) -> None:
        assert unread_of(carl) == 0
        send_message(carl, by=priya, text="One", now=NOW)
        second = send_message(carl, by=priya, text="Two", now=NOW)
        assert unread_of(Client.objects.get()) == 2
        assert thread_page(carl, read_to=0).new_from == second.pk - 1
        read_by_client(Client.objects.get())
        assert unread_of(Client.objects.get()) == 0

    def test_long_threads_come_page_by_page(self, carl: Client) -> None:
        for number in range(65):
            write_to_clinic(carl, text=str(number), now=NOW + timedelta(minutes=number))
        page = thread_page(carl, read_to=0)
        texts = [message.text for message in page.messages]
        while page.before:
            page = thread_page(carl, before=page.before, read_to=0)
            texts = [*(message.text for message in page.messages), *texts]
        assert texts == [str(number) for number in range(65)]


class TestNotices:
    def test_messages_within_five_minutes_share_one_notice_that_says_nothing(self, carl: Client, priya: User) -> None:
        send_message(carl, by=priya, text="Your back looks better", now=NOW)
        send_message(carl, by=priya, text="One more thing", now=NOW + timedelta(minutes=2))
        (notice,) = notices()
        assert notice.due_at == NOW + timedelta(minutes=5)
        assert "back" not in repr(secrets_to(f"client:{carl.pk}"))
        wording = one_time_wording("message", language="en-gb", sender="Riverside")
        assert wording.subject == "You have a new message"

    def test_a_clients_own_message_brings_no_mail(self, carl: Client) -> None:
        write_to_clinic(carl, text="Hello", now=NOW)
        assert notices() == []

    def test_at_most_two_a_day_leave(self, carl: Client, priya: User) -> None:
        for hour in range(4):
            send_message(carl, by=priya, text="Hello", now=NOW + timedelta(hours=hour))
            Reminder.objects.filter(stream=Reminder.Stream.MESSAGE).update(state=Reminder.State.SENT)
        assert [(row.local_date - NOW.date(), row.slot) for row in notices()] == [
            (timedelta(0), 1),
            (timedelta(0), 2),
            (timedelta(1), 1),
            (timedelta(1), 2),
        ]

    @pytest.mark.parametrize("has_read", [True, False])
    def test_what_was_read_meanwhile_is_not_told(self, carl: Client, priya: User, has_read: bool) -> None:
        send_message(carl, by=priya, text="Hello", now=NOW)
        if has_read:
            read_by_client(carl)
        with all_practices():
            queue = Queue("message", lambda: NOW + timedelta(minutes=6))
            rows = queue.claim(10)
            (verdict,) = look_again(rows, claim_name=queue.claim_name, now=queue.clock()).values()
        assert verdict == Skip("read already") if has_read else isinstance(verdict, Go)


class TestRedFlags:
    def test_urgent_words_raise_an_alert_at_once_and_the_message_is_kept(self, carl: Client, priya: User) -> None:
        write_to_clinic(carl, text="I am numb between my legs", now=NOW)
        alert = Alert.objects.get()
        assert (alert.reason_key, alert.level, alert.locks) == ("urgent_message", "emergency", False)
        assert Reminder.objects.filter(stream=Reminder.Stream.ALERT, recipient=f"user:{priya.pk}", due_at=NOW).exists()
        assert Message.objects.count() == 1
        assert shows_care_first(carl)
        clear_alert(alert, by=priya, note="Called her.", now=NOW)
        assert not shows_care_first(carl)

    @pytest.mark.parametrize(
        ("text", "level"),
        [
            ("I fell down the stairs and have a fever", "same_day"),
            ("fever. My chest is tight", "emergency"),
            ("I want to die", "emergency"),
            ("Can I swap the bridge?", None),
        ],
    )
    def test_the_most_serious_sign_counts(self, text: str, level: str | None) -> None:
        assert level_of(text) == level

    def test_an_everyday_message_raises_nothing(self, carl: Client) -> None:
        write_to_clinic(carl, text="Can I swap the bridge?", now=NOW)
        assert not Alert.objects.exists()
        assert not shows_care_first(carl)


class TestHeldNotes:
    def test_all_notes_of_a_review_leave_as_one_message(self, session: Session, priya: User) -> None:
        first, second = session.version.items.order_by("position")
        held_notes.hold_note(session, by=priya, text="Well done", now=NOW)
        held_notes.hold_note(session, by=priya, text="Slower", now=NOW, item=first)
        held_notes.hold_note(session, by=priya, text="Lovely", now=NOW, item=second)
        assert Message.objects.count() == 0
        message = held_notes.send_held(session, by=priya, now=NOW)
        assert message is not None
        assert (message.kind, message.text) == ("review", "Well done")
        assert [(note["item"], note["text"]) for note in message.detail["notes"]] == [
            (first.pk, "Slower"),
            (second.pk, "Lovely"),
        ]
        assert held_notes.send_held(session, by=priya, now=NOW) is None
        assert len(notices()) == 1

    def test_they_leave_by_themselves_after_five_quiet_minutes(self, session: Session, priya: User) -> None:
        held_notes.hold_note(session, by=priya, text="One", now=NOW)
        held_notes.hold_note(session, by=priya, text="Two", now=NOW + timedelta(minutes=4))
        assert held_notes.release_held(NOW + timedelta(minutes=8)) == 0
        assert held_notes.release_held(NOW + timedelta(minutes=9)) == 1
        assert held_notes.release_held(NOW + timedelta(minutes=20)) == 0
        assert Message.objects.get().text == "One\nTwo"

    def test_each_practitioner_sends_their_own(self, session: Session, priya: User, practice: Practice) -> None:
        practice.colleagues_see_all_clients = True
        practice.save()
        olga = make_staff(practice)
        held_notes.hold_note(session, by=priya, text="Priya's", now=NOW)
        held_notes.hold_note(session, by=olga, text="Olga's", now=NOW)
        held_notes.send_held(session, by=olga, now=NOW)
        assert [message.text for message in Message.objects.all()] == ["Olga's"]

    def test_a_note_can_be_taken_back_until_it_has_left(self, session: Session, priya: User, nora: User) -> None:
        note = held_notes.hold_note(session, by=priya, text="Oops", now=NOW)
        with pytest.raises(NotAllowed):
            held_notes.take_back(note, by=nora)
        held_notes.take_back(note, by=priya)
        assert not HeldNote.objects.exists()
        kept = held_notes.hold_note(session, by=priya, text="Good", now=NOW)
        held_notes.send_held(session, by=priya, now=NOW)
        with pytest.raises(WrongState):
            held_notes.take_back(kept, by=priya)

    def test_whoever_lost_the_right_sends_nothing(self, session: Session, priya: User, nora: User) -> None:
        held_notes.hold_note(session, by=priya, text="Hello", now=NOW)
        Client.objects.update(lead=nora)
        assert held_notes.release_held(NOW + timedelta(hours=1)) == 0
        assert Message.objects.count() == 0

    @pytest.mark.parametrize("text", ["", "x" * 501])
    def test_bad_notes_are_refused(self, session: Session, priya: User, text: str) -> None:
        with pytest.raises(Invalid):
            held_notes.hold_note(session, by=priya, text=text, now=NOW)

    def test_a_note_about_another_plans_exercise_is_refused(self, session: Session, carl: Client, priya: User) -> None:
        other: Any = give_plan(carl, "single-knee-to-chest", starts_on=NOW.date())
        with pytest.raises(Invalid):
            held_notes.hold_note(session, by=priya, text="x", now=NOW, item=other.current_version.items.get())
