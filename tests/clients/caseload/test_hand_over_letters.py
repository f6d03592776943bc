"""Letters that wait while a client changes hands: they reach who looks after the client when they leave, and once."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Alert, Assignment, Client, Reminder
from clients.services import remind
from clients.services.absences import end_absence, plan_absence
from clients.services.alert_letters import readers_of
from clients.services.alerts import raise_alert, tell_of_stop
from clients.services.covers import tell_covers
from clients.services.record import record_events
from clients.services.safety_setup import current_setup, sign_setup
from clients.services.sharing import hand_over
from clients.services.visits import look_over
from portal.accounts.models import Membership, Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from tests.clients.conftest import NOW, TODAY
from tests.clients.plans import give_plan
from tests.clients.reminders.conftest import Post
from tests.clients.test_red_flags import FINISHED, a_session
from tests.factories import make_client, make_staff

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)
MORNING = NIGHT + timedelta(hours=11)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def plan(carl: Client) -> Assignment:
    return give_plan(carl, "glute-bridge", starts_on=TODAY)


def sent(now: datetime) -> list[str]:
    """Send what is due at the moment; return the addresses."""
    post = Post()
    with all_practices():
        remind.send_due("alert", clock=lambda: now, channels={"email": post})
    return sorted(post.to)


def reasons(person: User) -> list[str]:
    with all_practices():
        rows = Reminder.objects.filter(recipient=f"user:{person.pk}", state="skipped").order_by("pk")
        return [row.reason for row in rows]


def stopped(carl: Client, *, now: datetime) -> Alert:
    return raise_alert(carl, "stop_pressed", level=Alert.Level.SAME_DAY, subject_key="session:1", now=now)


@pytest.mark.parametrize("keeps_access", [False, True])
def test_an_alert_that_waits_goes_to_who_leads_now_alone(
    practice: Practice, carl: Client, priya: User, nora: User, keeps_access: bool
) -> None:
    stopped(carl, now=NIGHT)
    hand_over(practice, [carl.pk], to=nora, by=priya, keeps_access=keeps_access, now=NIGHT)
    assert sent(MORNING) == [nora.email]
    assert reasons(priya) == ["not their client any more"]
    assert sent(MORNING + timedelta(minutes=5)) == []


def test_an_alert_that_waits_comes_back_with_the_client(
    practice: Practice, carl: Client, priya: User, nora: User
) -> None:
    stopped(carl, now=NIGHT)
    hand_over(practice, [carl.pk], to=nora, by=priya, keeps_access=False, now=NIGHT)
    hand_over(practice, [carl.pk], to=priya, by=nora, keeps_access=False, now=NIGHT)
    assert sent(MORNING) == [priya.email]


def test_an_alert_that_waits_reaches_a_cover_that_has_begun_and_none_that_is_over(
    practice: Practice, carl: Client, priya: User, nora: User
) -> None:
    early = make_staff(practice, Role.PRACTITIONER, first_name="Early")
    over = plan_absence(practice, away=priya, cover=early, first_day=TODAY, last_day=TOMORROW, by=priya, today=TODAY)
    stopped(carl, now=NIGHT)
    end_absence(over, by=priya, now=NIGHT)
    plan_absence(practice, away=priya, cover=nora, first_day=TOMORROW, last_day=TOMORROW, by=priya, today=TODAY)
    assert sent(MORNING) == sorted([priya.email, nora.email])
    assert reasons(early) == ["not their client any more"]


def test_an_emergency_reaches_the_second_contact_who_is_signed_now(
    practice: Practice, carl: Client, priya: User, nora: User
) -> None:
    olive = make_staff(practice, Role.OWNER, first_name="Olive")
    sign_setup(practice, by=priya, emergency_number="999", second_contact=olive, escalate_after_h=2, now=NIGHT)
    raise_alert(carl, "safety_emergency", level=Alert.Level.EMERGENCY, subject_key="check:1", now=NIGHT)
    sign_setup(practice, by=priya, emergency_number="999", second_contact=nora, escalate_after_h=2, now=NIGHT)
    assert sent(NIGHT) == sorted([priya.email, nora.email])
    assert sent(NIGHT + timedelta(hours=2)) == [nora.email]
    assert reasons(olive) == ["not their client any more"] * 2


def test_where_nobody_looks_after_the_client_any_more_the_second_contact_is_told(
    practice: Practice, carl: Client, priya: User, nora: User
) -> None:
    sign_setup(practice, by=priya, emergency_number="999", second_contact=nora, escalate_after_h=8, now=NIGHT)
    stopped(carl, now=NIGHT)
    Membership.objects.filter(user=priya).update(is_active=False)
    assert sent(MORNING) == [nora.email]


def red(client: Client, plan: Assignment, *, now: datetime = NOW) -> Any:
    """A session with pain of eight; return its id."""
    events = a_session(plan, FINISHED, before=8)
    record_events(client, events, now=now)
    return events[0]["session"]


def planned() -> list[tuple[str, str]]:
    with all_practices():
        rows = Reminder.objects.filter(subject_key__startswith="red:").order_by("pk")
        return [(row.recipient, row.subject_key.removeprefix("red:")) for row in rows]


@pytest.mark.parametrize("chose", [True, False])
def test_a_red_flag_that_was_never_planned_is_told_to_a_new_lead_who_chose_it(
    practice: Practice, carl: Client, plan: Assignment, priya: User, nora: User, chose: bool
) -> None:
    User.objects.filter(pk=nora.pk).update(red_flags_at_once=chose)
    key = str(red(carl, plan))
    assert planned() == []
    hand_over(practice, [carl.pk], to=nora, by=priya, keeps_access=False, now=NOW)
    assert planned() == ([(f"user:{nora.pk}", key)] if chose else [])
    assert sent(NOW) == ([nora.email] if chose else [])
    assert sent(NOW + timedelta(minutes=5)) == []


@pytest.mark.parametrize("why", ["looked over", "an alert", "another day"])
def test_a_new_lead_is_not_told_what_is_told_or_seen_already(
    practice: Practice, carl: Client, plan: Assignment, priya: User, nora: User, why: str
) -> None:
    User.objects.filter(pk=nora.pk).update(red_flags_at_once=True)
    key = red(carl, plan)
    later = NOW
    if why == "looked over":
        look_over(carl.sessions.get(), by=priya, now=NOW)
    elif why == "an alert":
        tell_of_stop(carl, key, at=NOW, now=NOW)
    else:
        later = NOW + timedelta(days=20)  # longer ago than the caseload looks at single sessions
    hand_over(practice, [carl.pk], to=nora, by=priya, keeps_access=False, now=later)
    assert planned() == []


def test_of_several_red_flags_the_newest_is_told(
    practice: Practice, carl: Client, plan: Assignment, priya: User, nora: User
) -> None:
    User.objects.filter(pk=nora.pk).update(red_flags_at_once=True)
    red(carl, plan)
    later = timedelta(hours=2)
    events = [
        {**each, "at": (datetime.fromisoformat(each["at"]) + later).isoformat()}
        for each in a_session(plan, FINISHED, before=9)
    ]
    record_events(carl, events, now=NOW + timedelta(hours=3))
    newest = carl.sessions.order_by("started_at").last()
    assert newest is not None
    hand_over(practice, [carl.pk], to=nora, by=priya, keeps_access=False, now=NOW + timedelta(hours=3))
    assert planned() == [(f"user:{nora.pk}", str(newest.pk))]


def covered(practice: Practice, away: User, cover: User, first_day: date) -> None:
    plan_absence(practice, away=away, cover=cover, first_day=first_day, last_day=TOMORROW, by=away, today=TODAY)


@pytest.mark.parametrize("chose", [True, False])
def test_a_cover_that_begins_is_told_once_what_nobody_has_seen(
    practice: Practice, carl: Client, plan: Assignment, priya: User, nora: User, chose: bool
) -> None:
    User.objects.filter(pk=nora.pk).update(red_flags_at_once=chose)
    key = str(red(carl, plan))
    stopped(carl, now=NOW)
    assert sent(NOW) == [priya.email]
    covered(practice, priya, nora, TOMORROW)
    assert tell_covers(NOW) == 0
    assert nora.email not in sent(NIGHT)
    begun = NIGHT + timedelta(hours=2, minutes=1)  # midnight in London has passed
    assert [tell_covers(begun + timedelta(minutes=5 * turn)) for turn in range(3)] == [1, 0, 0]
    assert planned() == ([(f"user:{nora.pk}", key)] if chose else [])
    assert sent(MORNING) == [nora.email] * (2 if chose else 1)


def test_the_day_on_which_a_cover_begins_is_the_practices_own(practice: Practice, priya: User, nora: User) -> None:
    Practice.objects.filter(pk=practice.pk).update(time_zone="Pacific/Auckland")
    covered(practice, priya, nora, TOMORROW)
    midnight = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)  # of the 19th in Auckland
    assert [tell_covers(midnight + timedelta(minutes=minutes)) for minutes in (-1, 0)] == [0, 1]


def test_a_cover_is_not_told_what_is_seen_nor_one_that_was_ended(
    practice: Practice, carl: Client, plan: Assignment, priya: User, nora: User
) -> None:
    User.objects.filter(pk=nora.pk).update(red_flags_at_once=True)
    red(carl, plan)
    covered(practice, priya, nora, TODAY)
    end_absence(practice.absences.get(), by=priya, now=NOW)
    assert (tell_covers(NOW), planned()) == (0, [])
    covered(practice, priya, nora, TODAY)
    look_over(carl.sessions.get(), by=nora, now=NOW)
    assert (tell_covers(NOW), planned()) == (1, [])


def test_a_cover_of_many_clients_costs_no_further_statement(
    practice: Practice, carl: Client, plan: Assignment, priya: User, nora: User
) -> None:
    def cost(first_day: date) -> int:
        covered(practice, priya, nora, first_day)
        with CaptureQueriesContext(connection) as asked:
            assert tell_covers(NOW if first_day == TODAY else MORNING) == 1
        return len(asked)

    User.objects.filter(pk=nora.pk).update(red_flags_at_once=True)
    one = cost(TODAY)
    for _ in range(4):
        give_plan(make_client(priya, practice), "glute-bridge", starts_on=TODAY)
    end_absence(practice.absences.get(), by=priya, now=NOW)
    assert cost(TOMORROW) == one


def test_many_letters_about_alerts_cost_no_further_statement(practice: Practice, priya: User) -> None:
    def cost(count: int) -> int:
        alerts = [stopped(make_client(priya, practice), now=NIGHT) for _ in range(count)]
        with all_practices(), CaptureQueriesContext(connection) as asked:
            assert len(readers_of([f"alert:{alert.pk}" for alert in alerts], at=NIGHT)) == count
        return len(asked)

    assert cost(1) == cost(4) <= 5


NUMBER = itertools.count()
STEPS = st.lists(st.sampled_from(["alert", "red", "to nora", "to priya", "send", "cover", "night"]), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_nobody_without_access_gets_a_letter_and_nobody_gets_one_twice(
    practice: Practice, priya: User, nora: User, steps: list[str]
) -> None:
    """Whatever happens in whatever order: who is written to may see a client of theirs with something open."""
    User.objects.filter(pk__in=[priya.pk, nora.pk]).update(red_flags_at_once=True)
    with all_practices():  # what an earlier example left
        Reminder.objects.filter(state="pending").update(state="skipped")
    with practice_scope(practice):
        client = make_client(priya, practice, email=f"one{next(NUMBER)}@example.org")
        given_plan = give_plan(client, "glute-bridge", starts_on=TODAY)
        now = NOW
        for step in [*steps, "night", "send"]:
            now += timedelta(minutes=1)
            client.refresh_from_db()
            lead = client.lead
            if step == "alert":
                raise_alert(client, "stop_pressed", level=Alert.Level.SAME_DAY, subject_key=f"session:{now}", now=now)
            elif step == "red":
                red(client, given_plan, now=now)
            elif step == "night":
                now += timedelta(hours=12)
            elif step == "cover":
                day = practice.day_at(now)
                other = nora if lead == priya else priya
                plan_absence(practice, away=lead, cover=other, first_day=day, last_day=day, by=lead, today=day)
                tell_covers(now)
            elif step.startswith("to "):
                to = nora if step == "to nora" else priya
                hand_over(practice, [client.pk], to=to, by=lead, keeps_access=False, now=now)
            else:
                written = sent(now)
                setup = current_setup(practice)
                assert setup is not None
                may = {setup.second_contact.email} | {
                    person.email
                    for person in (priya, nora)
                    if client.lead_id == person.pk
                    or client.practice.absences.on(practice.day_at(now)).filter(away=client.lead, cover=person).exists()
                }
                assert set(written) <= may
        with all_practices():
            rows = Reminder.objects.filter(stream="alert", sent_at__isnull=False)
            told = list(rows.values_list("recipient", "subject_key"))
        assert len(told) == len(set(told))
