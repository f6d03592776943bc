"""Safety checks as the server keeps them: once, sealed, and with what they ask for."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.analytics.due import plans_since
from clients.analytics.locks import check_due, is_locked, lock_spans, why_not_start
from clients.errors import WrongState
from clients.models import Alert, Assignment, Client, Event, Reminder, SafetyCheck, Session
from clients.rules import safety as rules
from clients.rules.safety import CheckError
from clients.services.alerts import clear_alert
from clients.services.record import record_events
from clients.services.safety import record_checks
from portal.accounts.models import AuditEvent, User
from routines.library import starter
from tests.clients.conftest import NOW, TODAY
from tests.clients.plans import begin

QUESTIONS = starter.safety().questions
SYMPTOM = starter.safety().questions[0].symptoms[0]


def a_check(answers: dict[str, list[str]] | None = None, **changes: Any) -> dict[str, Any]:
    """Return a check as a device sends it: no to everything but what is given."""
    no = {each.id: [rules.NONE] for each in rules.asked(QUESTIONS, [])}
    return {
        "id": str(uuid.uuid4()),
        "trigger": "link",
        "place": "page",
        "version": rules.version_of(QUESTIONS),
        "session": None,
        "answers": no | (answers or {}),
        "level": None,
        "at": NOW.isoformat(),
        **changes,
    }


def send(client: Client, *checks: dict[str, Any], now: datetime = NOW) -> list[int]:
    return [answer.status for answer in record_checks(client, list(checks), now=now)]


EMERGENCY = {"cauda_equina": ["0"]}


# --- keeping ----------------------------------------------


def test_a_check_is_kept_once_however_often_it_is_sent(carl: Client, in_riverside: None) -> None:
    check = a_check(EMERGENCY)
    assert send(carl, check, check) == [200, 200]
    assert send(carl, check) == [200]
    assert (SafetyCheck.objects.count(), Alert.objects.count()) == (1, 1)


def test_the_same_id_with_other_answers_is_refused_and_the_first_stays(carl: Client, in_riverside: None) -> None:
    check = a_check()
    assert send(carl, check, {**check, "answers": {**check["answers"], **EMERGENCY}}) == [200, 409]
    assert SafetyCheck.objects.get().level == ""


def test_an_id_of_another_client_is_not_known_here(carl: Client, omar: Client, in_riverside: None) -> None:
    check = a_check()
    assert send(carl, check) == [200]
    assert send(omar, check) == [404]


def test_a_kept_check_is_never_changed_or_deleted(carl: Client, in_riverside: None) -> None:
    send(carl, a_check())
    kept = SafetyCheck.objects.get()
    with pytest.raises(ValidationError):
        kept.save()
    with pytest.raises(ValidationError):
        kept.delete()


def test_answers_rest_sealed_and_stand_in_no_other_row(carl: Client, in_riverside: None) -> None:
    send(carl, a_check(EMERGENCY))
    kept = SafetyCheck.objects.get()
    assert kept.answers["cauda_equina"] == ["0"]
    assert "cauda" not in kept.sealed
    for rows in (AuditEvent.objects.values_list("detail"), Alert.objects.values_list("detail", "subject_key")):
        assert "cauda" not in str(list(rows))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"answers": {}}, "answers.cauda_equina", id="nothing answered"),
        pytest.param({"answers": {"weather": ["0"]}}, "answers.weather", id="another question"),
        pytest.param({"at": "yesterday"}, "at", id="no time"),
        pytest.param({"trigger": "boredom"}, "trigger", id="another trigger"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_field(
    carl: Client, in_riverside: None, changes: dict[str, Any], field: str
) -> None:
    (answer,) = record_checks(carl, [{**a_check(), **changes}], now=NOW)
    assert answer.status == 400
    assert field in answer.problems
    assert not SafetyCheck.objects.exists()


def test_a_batch_that_is_no_list_or_too_long_is_refused(carl: Client, in_riverside: None) -> None:
    for batch in ({}, [a_check()] * 21):
        with pytest.raises(CheckError):
            record_checks(carl, batch, now=NOW)


def test_the_more_serious_of_what_device_and_server_decide_counts(carl: Client, in_riverside: None) -> None:
    send(carl, a_check(level="same_day"), a_check(EMERGENCY, level="soon"))
    assert set(SafetyCheck.objects.values_list("level", flat=True)) == {"same_day", "emergency"}


def test_a_question_for_a_tag_that_the_device_did_not_know_is_not_missed(carl: Client, in_riverside: None) -> None:
    carl.tags = ["pregnancy"]
    assert send(carl, a_check()) == [200]
    assert send(carl, a_check({"pregnancy": ["0"]})) == [200]
    assert Alert.objects.get().level == "same_day"


# --- what follows, read from the library's questions ----------------------------------------------

LEVELS = [pytest.param(each.id, each.level, id=each.id) for each in QUESTIONS]


@pytest.mark.parametrize(("question", "level"), LEVELS)
def test_what_follows_from_a_yes(plan: Assignment, priya: User, question: str, level: str) -> None:
    carl = plan.client
    session = begin(plan, now=NOW)
    assert send(carl, a_check({question: ["0"]})) == [200]
    alert = Alert.objects.get()
    assert (alert.reason_key, alert.level) == (f"safety_{level}", level)
    session.refresh_from_db()
    locks = level in {"emergency", "same_day"}
    assert alert.locks is locks
    assert session.state == (Session.State.FINISHED if locks else Session.State.OPEN)
    if not locks:
        begin(plan, now=NOW)
        return
    with pytest.raises(WrongState):
        begin(plan, now=NOW)
    clear_alert(alert, by=priya, note="Spoke with the client, all clear.", now=NOW)
    begin(plan, now=NOW)


def test_a_clear_check_raises_nothing(plan: Assignment) -> None:
    send(plan.client, a_check())
    assert not Alert.objects.exists()
    begin(plan, now=NOW)


def test_a_later_clear_check_never_opens_a_locked_plan(plan: Assignment) -> None:
    send(plan.client, a_check(EMERGENCY), a_check())
    assert is_locked(plan.client)
    with pytest.raises(WrongState):
        begin(plan, now=NOW)


TICKS = st.lists(st.sampled_from(["0", rules.NONE, rules.NOT_SURE]), max_size=3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(st.sampled_from([each.id for each in rules.asked(QUESTIONS, [])]), TICKS),
        min_size=1,
        max_size=4,
    )
)
def test_no_emergency_answer_ever_leaves_a_session_startable(
    plan: Assignment, told: list[dict[str, list[str]]]
) -> None:
    """Whatever else is answered before, beside or after it; none of the answers takes the lock off again."""
    carl = plan.client
    Alert.objects.filter(client=carl)._raw_delete("default")  # each example begins without a lock
    emergencies = {each.id for each in QUESTIONS if each.level == "emergency"}
    was_told = False
    for answers in told:
        send(carl, a_check(answers))
        was_told |= any(rules.is_yes(ticked) for id_, ticked in answers.items() if id_ in emergencies)
        if was_told:
            assert why_not_start(carl, plan.current_version) == "locked"
            with pytest.raises(WrongState):
                begin(plan, now=NOW)


def test_a_start_told_by_a_phone_is_refused_while_the_plan_is_locked(plan: Assignment) -> None:
    carl = plan.client
    send(carl, a_check(EMERGENCY))

    def started(at: datetime) -> int:
        raw = {
            "id": str(uuid.uuid4()),
            "session": str(uuid.uuid4()),
            "type": "started",
            "at": at.isoformat(),
            "data": {"version": plan.current_version_id, "on": TODAY.isoformat(), "slot": 1},
        }
        return record_events(carl, [raw], now=NOW)[0].status

    assert started(NOW) == 409
    assert started(NOW - timedelta(hours=2)) == 200, "what was done on a phone that could not know is kept"


# --- tags with which nothing starts ----------------------------------------------


@pytest.mark.parametrize("tag", ["progressive_neuro", "recent_fracture"])
def test_a_tag_that_blocks_everything_blocks_the_next_start(plan: Assignment, tag: str) -> None:
    carl = plan.client
    carl.tags = [tag]
    carl.save()
    with pytest.raises(WrongState):
        begin(plan, now=NOW)


def test_only_a_fresh_fracture_may_be_lifted_with_a_reason(plan: Assignment) -> None:
    version = plan.current_version
    assert version is not None
    version.cautions = [
        {"key": f"client:{tag}", "reason": "Healed, seen on the X-ray."}
        for tag in ("recent_fracture", "progressive_neuro")
    ]
    plan.client.tags = ["recent_fracture"]
    assert why_not_start(plan.client, version) == ""
    plan.client.tags = ["progressive_neuro"]
    assert why_not_start(plan.client, version) == "tag"


# --- when the questions come ----------------------------------------------


def test_a_client_is_asked_before_the_first_session_and_every_four_weeks(carl: Client, in_riverside: None) -> None:
    assert check_due(carl, now=NOW) == "onboarding"
    send(carl, a_check())
    answered = SafetyCheck.objects.get().received_at
    assert check_due(carl, now=answered + timedelta(days=27)) is None
    assert check_due(carl, now=answered + timedelta(days=28)) == "four_weeks"


def test_strong_pain_and_stop_ask_again_until_they_are_answered(plan: Assignment) -> None:
    carl = plan.client
    now = datetime.now(UTC)
    assert check_due(carl, now=now) is None
    session = begin(plan, now=now, pain=8)
    assert check_due(carl, now=now) == "pain"
    send(carl, a_check(trigger="pain", session=str(session.pk)), now=now)
    assert check_due(carl, now=now) is None
    raw = {"id": str(uuid.uuid4()), "session": str(session.pk), "type": "stopped", "at": now.isoformat(), "data": {}}
    assert record_events(carl, [raw], now=now)[0].status == 200
    another = begin(plan, now=now, pain=7)
    assert check_due(carl, now=now) is None, "the session was answered for; seven is below the edge"
    record_events(carl, [{**raw, "id": str(uuid.uuid4()), "session": str(another.pk)}], now=now)
    assert check_due(carl, now=now) == "stop"


def strong_pain(plan: Assignment, *, at: datetime) -> uuid.UUID:
    """A session begun with pain 9 on a phone whose clock says `at`, sent now; return its id."""
    version = plan.current_version
    assert version is not None
    session = uuid.uuid4()
    began = {"version": version.pk, "on": at.date().isoformat(), "slot": 1}
    events = [
        {"id": str(uuid.uuid4()), "session": str(session), "type": kind, "at": at.isoformat(), "data": data}
        for kind, data in (("started", began), ("pain_before", {"value": 9}))
    ]
    assert {answer.status for answer in record_events(plan.client, events)} == {200}
    return session


@pytest.mark.parametrize("wrong_by", [timedelta(hours=20), timedelta(0), timedelta(hours=-20), timedelta(days=-40)])
def test_a_wrong_clock_neither_skips_the_questions_after_strong_pain_nor_asks_for_ever(
    plan: Assignment, wrong_by: timedelta
) -> None:
    carl = plan.client
    before = datetime.now(UTC)
    with time_machine.travel(before + timedelta(hours=2), tick=False) as clock:
        assert check_due(carl, now=datetime.now(UTC)) is None
        strong_pain(plan, at=datetime.now(UTC) + wrong_by)
        assert check_due(carl, now=datetime.now(UTC)) == "pain"
        clock.shift(timedelta(minutes=5))
        assert send(carl, a_check(trigger="link"), now=datetime.now(UTC)) == [200]
        assert check_due(carl, now=datetime.now(UTC)) is None


def test_a_pain_answer_that_is_corrected_upwards_asks_as_well(plan: Assignment) -> None:
    carl = plan.client
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2), tick=False) as clock:
        now = datetime.now(UTC)
        session = begin(plan, now=now, pain=3)
        clock.shift(timedelta(minutes=5))
        send(carl, a_check(), now=now)
        clock.shift(timedelta(minutes=5))
        edited = {
            "id": str(uuid.uuid4()), "session": str(session.pk), "type": "edited",
            "at": datetime.now(UTC).isoformat(), "data": {"field": "pain_before", "value": 8},
        }  # fmt: skip
        assert record_events(carl, [edited])[0].status == 200
        assert check_due(carl, now=now) == "pain"


def test_stop_tells_the_practitioner_even_if_every_answer_is_none(plan: Assignment) -> None:
    carl = plan.client
    session = begin(plan, now=NOW)
    raw = {"id": str(uuid.uuid4()), "session": str(session.pk), "type": "stopped", "at": NOW.isoformat(), "data": {}}
    record_events(carl, [raw], now=NOW)
    record_events(carl, [raw], now=NOW)
    send(carl, a_check(trigger="stop", session=str(session.pk)))
    alert = Alert.objects.get()
    assert (alert.reason_key, alert.level, alert.locks) == ("stop_pressed", "same_day", False)
    assert Event.objects.filter(type="stopped").count() == 1


@pytest.mark.parametrize("at", [NOW - timedelta(days=399), NOW + timedelta(hours=23)])
def test_a_stop_is_dated_as_far_as_the_clock_of_the_phone_is_believed(plan: Assignment, at: datetime) -> None:
    session = begin(plan, now=NOW)
    raw = {"id": str(uuid.uuid4()), "session": str(session.pk), "type": "stopped", "at": at.isoformat(), "data": {}}
    assert record_events(plan.client, [raw], now=NOW)[0].status == 200
    assert Alert.objects.get().raised_at == (NOW if at > NOW else NOW - timedelta(days=31))


@pytest.mark.parametrize("at", ["9999-12-31T23:30:00+00:00", "0001-01-01T00:30:00+00:00"])
def test_answers_of_a_phone_with_an_impossible_date_are_never_lost(plan: Assignment, at: str) -> None:
    assert send(plan.client, a_check(EMERGENCY, at=at)) == [200]
    kept = SafetyCheck.objects.get(trigger="link")
    assert kept.at == Alert.objects.get().raised_at == (NOW if at.startswith("9") else NOW - timedelta(days=31))


# --- locked days and the figures ----------------------------------------------


def test_locked_days_are_asked_for_by_nobody(plan: Assignment, priya: User) -> None:
    carl = plan.client
    send(carl, a_check(EMERGENCY))
    (span,) = lock_spans([carl.pk])[carl.pk]
    assert (span.first, span.last.year) == (TODAY, 9999)
    clear_alert(Alert.objects.get(), by=priya, note="Seen by her doctor.", now=NOW + timedelta(days=2))
    (span,) = lock_spans([carl.pk])[carl.pk]
    assert (span.first, span.last) == (TODAY, TODAY + timedelta(days=2))
    (row,) = plans_since({carl.pk: TODAY}, since=TODAY, locked=lock_spans([carl.pk]))[carl.pk]
    assert span in row.pauses


def test_a_message_about_an_alert_names_nothing(plan: Assignment) -> None:
    send(plan.client, a_check(EMERGENCY))
    rows = Reminder.objects.filter(stream=Reminder.Stream.ALERT)
    assert rows.exists()
    assert SYMPTOM not in str(list(rows.values()))
