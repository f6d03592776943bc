"""Messages about alerts: who is told, when, and that none of them tells anything."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clients.models import Alert, Client, Reminder, SafetySetup
from clients.rules.alerts import second_told_at, told_at
from clients.services import remind
from clients.services.alerts import acknowledge_alert, clear_alert, raise_alert
from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from tests.clients.reminders.conftest import Post
from tests.factories import make_client, make_practice, make_staff, sign_safety

DAY = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)  # a Wednesday, nine in London
NIGHT = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 18, 20, 0, tzinfo=UTC)
TELLING = r"\b(pain|back|numb\w*|doctor|exercis\w*|physio\w*|emergency|symptom\w*|cauda|Carl|lock\w*)\b"


@pytest.fixture
def practice(db: None) -> Practice:
    return make_practice()


@pytest.fixture
def olive(practice: Practice) -> User:
    return make_staff(practice, Role.OWNER, email="olive@example.org")


@pytest.fixture
def carl(practice: Practice, olive: User) -> Client:
    """Priya's client; Olive is the practice's second contact after two hours."""
    priya = make_staff(practice, email="priya@example.org")
    return make_client(priya, email="carl@example.org")


@pytest.fixture(autouse=True)
def everywhere(db: None) -> Iterator[None]:
    with all_practices():
        yield


def told(client: Client, level: str, *, now: datetime, reason: str = "") -> Alert:
    return raise_alert(client, reason or f"safety_{level}", level=level, subject_key="check:1", now=now)


def sent(now: datetime) -> list[str]:
    """Send what is due at the moment; return the addresses."""
    post = Post()
    remind.send_due("alert", clock=lambda: now, channels={"email": post})
    return sorted(post.to)


@pytest.mark.parametrize("now", [DAY, NIGHT, EVENING], ids=["day", "night", "evening"])
def test_an_emergency_reaches_both_at_once_at_any_hour(carl: Client, now: datetime) -> None:
    told(carl, "emergency", now=now)
    assert sent(now) == ["olive@example.org", "priya@example.org"]
    assert sent(now) == []


@pytest.mark.parametrize(
    ("now", "then"),
    [
        pytest.param(DAY, DAY, id="in the hours of the day"),
        pytest.param(NIGHT, datetime(2026, 11, 18, 8, 0, tzinfo=UTC), id="before: when it starts"),
        pytest.param(EVENING, datetime(2026, 11, 19, 8, 0, tzinfo=UTC), id="after: when the next starts"),
    ],
)
def test_what_is_for_today_waits_for_the_hours_of_the_day(carl: Client, now: datetime, then: datetime) -> None:
    told(carl, "same_day", now=now)
    assert sent(then - timedelta(seconds=1)) == []
    assert sent(then) == ["priya@example.org"]


def test_an_alert_that_nobody_has_seen_reaches_the_second_contact(carl: Client) -> None:
    alert = told(carl, "same_day", now=DAY)
    assert sent(DAY) == ["priya@example.org"]
    assert sent(DAY + timedelta(minutes=119)) == []
    assert sent(DAY + timedelta(hours=2)) == ["olive@example.org"]
    alert.refresh_from_db()
    assert alert.escalated_at == DAY + timedelta(hours=2)


@pytest.mark.parametrize("how", ["seen", "cleared"])
def test_what_somebody_takes_care_of_goes_to_nobody_else(carl: Client, how: str) -> None:
    alert = told(carl, "same_day", now=DAY)
    sent(DAY)
    with practice_scope(carl.practice):
        if how == "seen":
            acknowledge_alert(alert, by=carl.lead, now=DAY)
        else:
            clear_alert(alert, by=carl.lead, note="Spoke on the phone.", now=DAY)
    assert sent(DAY + timedelta(hours=2)) == []
    alert.refresh_from_db()
    assert alert.escalated_at is None
    assert Reminder.objects.get(subject_key=f"escalation:{alert.pk}").reason == "seen by somebody"


@pytest.mark.parametrize("level", ["soon", "routine"])
def test_what_can_wait_is_mailed_to_no_practitioner(carl: Client, level: str) -> None:
    told(carl, level, now=DAY, reason="second_flare")
    assert not Reminder.objects.filter(stream="alert").exists()


def test_a_slow_sign_reminds_the_client_once_after_seven_days(carl: Client) -> None:
    told(carl, "soon", now=DAY)
    assert sent(DAY + timedelta(days=6, hours=23)) == []
    assert sent(DAY + timedelta(days=7)) == ["carl@example.org"]
    assert sent(DAY + timedelta(days=14)) == []


def test_a_slow_sign_that_was_seen_reminds_nobody(carl: Client) -> None:
    with practice_scope(carl.practice):
        acknowledge_alert(told(carl, "soon", now=DAY), by=carl.lead, now=DAY)
    assert sent(DAY + timedelta(days=7)) == []


def test_no_message_about_an_alert_tells_of_health(carl: Client) -> None:
    told(carl, "emergency", now=DAY)
    raise_alert(carl, "safety_soon", level="soon", subject_key="check:2", now=DAY)
    post = Post()
    for now in (DAY, DAY + timedelta(hours=2), DAY + timedelta(days=7)):
        remind.send_due("alert", clock=lambda now=now: now, channels={"email": post})
    assert len(post.messages) == 4
    for mail in post.messages:
        body: Any = mail.get_body(("plain",))
        assert not re.findall(TELLING, f"{mail['Subject']} {body.get_content()}", re.IGNORECASE)


def test_the_second_contact_is_told_after_hours_that_are_hours_when_clocks_change() -> None:
    before = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)  # half an hour past midnight in London, clocks go back at two
    assert second_told_at("emergency", now=before, zone="Europe/London", after_h=4) == before + timedelta(hours=4)
    assert told_at("soon", now=before, zone="Europe/London") is None


def test_without_a_signed_set_up_the_practitioner_is_still_told(db: None) -> None:
    practice = make_practice()
    priya = make_staff(practice, email="pat@example.org")
    SafetySetup.objects.filter(practice=practice)._raw_delete("default")
    told(make_client(priya), "emergency", now=DAY)
    assert sent(DAY) == ["pat@example.org"]
    assert sign_safety(practice, priya)
