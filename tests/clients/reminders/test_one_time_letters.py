"""One-time messages on their way: a code, an invitation. What is sealed is erased, and nothing useless leaves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clients.models import Client, Invitation, Reminder
from clients.services.outbox import enqueue_now
from portal.accounts.models import Practice
from portal.accounts.tenancy import all_practices
from tests.clients.reminders.conftest import MORNING, Post, Sender, reread
from tests.clients.reminders.test_letters import body


@pytest.mark.django_db
def test_a_sign_in_code_goes_out_at_night_and_its_text_is_erased(
    sender: Sender, post: Post, carl: Client, practice: Practice
) -> None:
    sender.now = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
    with all_practices():
        row = enqueue_now(
            carl,
            practice=practice,
            stream=Reminder.Stream.SIGN_IN,
            subject_key="code:1",
            kind="code",
            secret={"code": "Q7K2MP"},
            now=sender.now,
            life=timedelta(minutes=10),
        )
    assert "Q7K2MP" not in row.sealed
    assert sender("sign_in")["sent"] == 1
    assert "Q7K2MP" in body(post.messages[0], "plain")
    assert "List-Unsubscribe" not in post.messages[0]
    row = reread(row)
    assert (row.state, row.sealed) == ("sent", "")
    assert row.message_id == post.messages[0]["Message-ID"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("minutes", "reason"), [pytest.param(11, "too late", id="too old"), pytest.param(1, "account closed", id="closed")]
)
def test_a_code_that_is_worthless_is_not_sent_and_erased(
    sender: Sender, post: Post, priya: Any, practice: Practice, minutes: int, reason: str
) -> None:
    with all_practices():
        row = enqueue_now(
            priya,
            practice=practice,
            stream=Reminder.Stream.SIGN_IN,
            subject_key="code:2",
            kind="code",
            secret={"code": "Q7K2MP"},
            now=sender.now,
            life=timedelta(minutes=10),
        )
    priya.is_active = False
    priya.save()
    sender.now += timedelta(minutes=minutes)
    sender("sign_in")
    assert post.letters == []
    assert (reread(row).state, reread(row).reason, reread(row).sealed) == ("skipped", reason, "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("happened", "state"),
    [
        pytest.param({}, "sent", id="open"),
        pytest.param({"revoked_at": MORNING}, "skipped", id="replaced by a newer one"),
        pytest.param({"accepted_at": MORNING}, "skipped", id="accepted meanwhile, from the code in the room"),
        pytest.param({"email": "old@home.example"}, "skipped", id="made for another address"),
    ],
)
def test_an_invitation_that_opens_nothing_any_more_is_not_sent(
    sender: Sender, post: Post, carl: Client, practice: Practice, happened: dict[str, Any], state: str
) -> None:
    with all_practices():
        fields = {
            "email": carl.email,
            "token_hash": "x" * 64,
            "created_by": carl.lead,
            "expires_at": MORNING,
            **happened,
        }
        invitation = Invitation.objects.create(client=carl, **fields)
        row = enqueue_now(
            carl,
            practice=practice,
            stream=Reminder.Stream.INVITATION,
            subject_key=f"invitation:{invitation.pk}",
            kind="client_invitation",
            secret={"link": "https://portal.example/i/x/"},
            now=sender.now,
            life=timedelta(hours=72),
        )
    sender("invitation")
    assert (reread(row).state, reread(row).sealed, len(post.letters)) == (state, "", int(state == "sent"))


@pytest.mark.django_db
def test_a_text_sealed_with_a_lost_key_is_set_aside(
    sender: Sender, post: Post, carl: Client, practice: Practice, settings: Any
) -> None:
    with all_practices():
        row = enqueue_now(
            carl,
            practice=practice,
            stream=Reminder.Stream.INVITATION,
            subject_key="test:1",
            kind="client_invitation",
            secret={"link": "https://portal.example/i/x/"},
            now=sender.now,
            life=timedelta(hours=72),
        )
    settings.SECRET_KEY = "another key, of another installation altogether"
    for _ in range(3):
        sender("invitation")
        sender.now += timedelta(minutes=10)
    assert (reread(row).state, reread(row).reason, reread(row).sealed) == ("quarantined", "Unreadable", "")
    assert post.letters == []
