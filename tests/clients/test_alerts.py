"""Alerts: raised once for an occasion, ended by a practitioner alone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clients.analytics.alert_words import SENTENCES, sentence
from clients.analytics.locks import is_locked
from clients.errors import Invalid, NotAllowed
from clients.models import Alert, Client
from clients.services.alerts import acknowledge_alert, clear_alert, raise_alert
from portal.accounts.models import AuditEvent, Membership, Practice, Role, User
from portal.accounts.tenancy import all_practices

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def a_lock(client: Client, subject_key: str = "check:1") -> Alert:
    return raise_alert(
        client, "safety_emergency", level=Alert.Level.EMERGENCY, subject_key=subject_key, now=NOW, locks=True
    )


def test_an_alert_raised_twice_for_one_occasion_is_one(carl: Client, in_riverside: None) -> None:
    assert a_lock(carl) == a_lock(carl)
    assert a_lock(carl, "check:2") != a_lock(carl)
    assert Alert.objects.count() == 2
    assert AuditEvent.objects.filter(action="alert_raised").count() == 2


def test_seeing_an_alert_keeps_who_and_when_and_the_lock(carl: Client, priya: User, in_riverside: None) -> None:
    alert = acknowledge_alert(a_lock(carl), by=priya, now=LATER)
    acknowledge_alert(alert, by=priya, now=LATER + timedelta(hours=1))
    alert.refresh_from_db()
    assert (alert.acknowledged_at, alert.acknowledged_by) == (LATER, priya)
    assert is_locked(carl)


@pytest.mark.parametrize("note", ["", "   ", "ok", "x" * 501], ids=["nothing", "spaces", "two letters", "too long"])
def test_a_lock_is_not_cleared_without_a_note_that_says_something(
    carl: Client, priya: User, in_riverside: None, note: str
) -> None:
    alert = a_lock(carl)
    with pytest.raises(Invalid) as refused:
        clear_alert(alert, by=priya, note=note, now=LATER)
    assert list(refused.value.errors) == ["note"]
    alert.refresh_from_db()
    assert alert.cleared_at is None
    assert is_locked(carl)


def test_a_lock_is_cleared_with_a_note_and_only_the_last_one_opens_the_plan(
    carl: Client, omar: Client, priya: User, in_riverside: None
) -> None:
    first, second = a_lock(carl), a_lock(carl, "check:2")
    clear_alert(first, by=priya, note="Spoke on the phone: seen by her doctor.", now=LATER)
    assert is_locked(carl)
    clear_alert(second, by=priya, note="The same visit.", now=LATER)
    assert not is_locked(carl)
    first.refresh_from_db()
    assert (first.cleared_by, first.acknowledged_by) == (priya, priya)
    assert AuditEvent.objects.filter(action="alert_cleared").count() == 2


def test_a_note_never_reaches_the_audit_trail(carl: Client, priya: User, in_riverside: None) -> None:
    clear_alert(a_lock(carl), by=priya, note="Seen by her doctor.", now=LATER)
    assert "doctor" not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


def test_only_a_practitioner_of_the_client_sees_and_clears(
    carl: Client, practice: Practice, in_riverside: None
) -> None:
    owner, nora = User.objects.create_user("olive@x.example"), User.objects.create_user("nora@x.example")
    with all_practices():
        Membership.objects.create(practice=practice, user=owner, role=Role.OWNER)
        Membership.objects.create(practice=practice, user=nora, role=Role.PRACTITIONER)
    alert = a_lock(carl)
    for person in (owner, nora, carl.user):
        assert person is not None
        with pytest.raises(NotAllowed):
            acknowledge_alert(alert, by=person, now=LATER)
        with pytest.raises(NotAllowed):
            clear_alert(alert, by=person, note="Let them go on.", now=LATER)
    assert is_locked(carl)


def test_the_database_itself_refuses_a_lock_that_ends_without_a_note(
    carl: Client, priya: User, in_riverside: None
) -> None:
    alert = a_lock(carl)
    with pytest.raises(IntegrityError, match="lock_is_cleared_with_a_note"), transaction.atomic():
        Alert.objects.filter(pk=alert.pk).update(cleared_at=LATER, cleared_by=priya)
    with pytest.raises(ValidationError):
        alert.delete()


def test_a_known_reason_has_a_sentence_without_codes(carl: Client, in_riverside: None) -> None:
    for reason in SENTENCES:
        detail = dict.fromkeys(("tag", "plan", "what", "exercise", "instead"), "something")
        said = sentence(Alert(client=carl, reason_key=reason, detail=detail))
        assert "_" not in said
        assert said.endswith(".")
