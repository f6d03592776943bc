"""The doctor names what is wrong and what to do, and keeps quiet about people."""

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from clients.models import Heartbeat, Reminder
from portal.accounts.models import Practice
from portal.accounts.tenancy import all_practices
from portal.doctor import Finding, findings
from tests import rig

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_store(settings: Any) -> None:
    settings.REDIS_URL = f"redis://:pass-word@127.0.0.1:{rig.free_port()}/0"


def found(about: str) -> Finding:
    return next(finding for finding in findings(NOON) if finding.about == about)


def make_message(state: Reminder.State, due_at: datetime) -> None:
    with all_practices():
        Reminder.objects.create(
            practice=Practice.objects.create(name="Riverside", slug="riverside"),
            stream=Reminder.Stream.SESSION,
            recipient="client:1",
            state=state,
            due_at=due_at,
            expires_at=due_at + timedelta(hours=2),
            local_date=date(2026, 11, 23),
        )


def test_a_store_that_is_down_is_told_without_its_password() -> None:
    store = found("store")
    assert store.state == "look"
    assert "does not answer" in store.detail
    assert "pass-word" not in store.detail


def hear_everyone(at: datetime) -> None:
    for name in (*(f"send_due:{stream}" for stream in Reminder.Stream.values), "plan_reminders"):
        Heartbeat.objects.create(name=name, at=at)


def test_senders_heard_just_now_are_well() -> None:
    hear_everyone(NOON - timedelta(seconds=40))
    states = {finding.about: finding.state for finding in findings(NOON, only="senders")}
    assert len(states) == len(Reminder.Stream.values) + 1
    assert set(states.values()) == {"ok"}


def test_a_sender_gone_quiet_and_one_never_heard_are_wrong() -> None:
    Heartbeat.objects.create(name="send_due:session", at=NOON - timedelta(minutes=4))
    assert (found("send_due:session").state, found("send_due:session").detail) == ("wrong", "heard 240 s ago")
    assert (found("send_due:sign_in").state, found("send_due:sign_in").detail) == ("wrong", "was never heard")


@pytest.mark.parametrize(
    ("state", "ago", "expected"),
    [
        pytest.param(Reminder.State.PENDING, timedelta(minutes=3), "wrong", id="overdue"),
        pytest.param(Reminder.State.PENDING, timedelta(minutes=1), "ok", id="just due"),
        pytest.param(Reminder.State.PENDING, timedelta(hours=3), "ok", id="too late to be sent at all"),
        pytest.param(Reminder.State.SENT, timedelta(minutes=3), "ok", id="sent"),
        pytest.param(Reminder.State.QUARANTINED, timedelta(hours=9), "look", id="set aside"),
    ],
)
def test_messages_are_judged_by_what_still_waits(state: Reminder.State, ago: timedelta, expected: str) -> None:
    make_message(state, NOON - ago)
    assert found("messages").state == expected


def test_a_database_that_is_down_is_wrong_and_nothing_more_is_asked_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(connection, "cursor", broken)
    monkeypatch.setattr(connection, "close", lambda: None)
    seen = list(findings(NOON))
    assert seen[-1].about == "database"
    assert seen[-1].state == "wrong"


def test_the_command_prints_each_finding_and_fails_where_one_is_wrong(settings: Any) -> None:
    settings.DEBUG = True
    hear_everyone(timezone.now())
    out = io.StringIO()
    call_command("doctor", stdout=out)
    assert "ok     migrations: all are applied" in out.getvalue()

    Heartbeat.objects.filter(name="send_due:session").update(at=NOON - timedelta(days=900))
    with pytest.raises(CommandError, match="1 of these need you"):
        call_command("doctor", stdout=out)
    assert "-> Are the worker and beat running" in out.getvalue()
