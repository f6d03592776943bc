"""One letter at once about a red flag, to whoever chose that: once, without a name, and to who covers."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Absence, Assignment, Client, ClientFlagRules, FlagSeen, Reminder, Session, SessionLook
from clients.services import remind
from clients.services.absences import end_absence, plan_absence
from clients.services.alerts import tell_of_stop
from clients.services.record import record_events
from clients.services.red_flags import responsible_by_session
from clients.services.sharing import hand_over
from clients.services.visits import look_over
from portal.accounts.models import AuditEvent, Membership, Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from tests.clients.conftest import NOW, TODAY
from tests.clients.plans import give_plan
from tests.clients.reminders.conftest import Post
from tests.clients.test_record import told
from tests.doors import browser_of
from tests.factories import make_client, make_membership, make_staff

NIGHT = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)
MORNING = NIGHT + timedelta(hours=11)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def at_home(in_riverside: None, at_nine: Any) -> None:
    """Everything happens in the practice, on a Wednesday at nine."""


@pytest.fixture
def choosing(priya: User) -> User:
    priya.red_flags_at_once = True
    priya.save()
    return priya


def a_session(plan: Assignment, *more: tuple[str, dict[str, Any]], before: int | None = 3) -> list[dict[str, Any]]:
    """Events of a session that ends as `more` says."""
    session, version = uuid.uuid4(), plan.current_version
    assert version is not None
    item = version.items.get().pk
    events = [told(session, "started", version=version.pk, on=TODAY.isoformat(), slot=1)]
    if before is not None:
        events.append(told(session, "pain_before", after=1, value=before))
    events.append(told(session, "item_started", item=item, after=2))
    for number, (kind, data) in enumerate(more):
        of_item = item if kind in {"hurt", "item_pain"} else None
        events.append(told(session, kind, item=of_item, after=10 + number, **data))
    return events


def letters() -> list[Reminder]:
    with all_practices():
        return list(Reminder.objects.filter(subject_key__startswith="red:").order_by("pk"))


def to(*people: User) -> list[str]:
    return sorted(f"user:{person.pk}" for person in people)


LEFT = ("left", {})
FINISHED = ("finished", {})


@pytest.mark.usefixtures("choosing")
@pytest.mark.parametrize(
    ("before", "more", "count"),
    [
        pytest.param(3, [FINISHED, ("pain_after", {"value": 2})], 0, id="a good session"),
        pytest.param(3, [("hurt", {"value": 4}), LEFT], 1, id="“This hurts” ended it"),
        pytest.param(3, [("hurt", {"value": 4})], 0, id="“This hurts”, and it goes on"),
        pytest.param(3, [("hurt", {"value": 4}), FINISHED], 0, id="“This hurts”, and it was finished"),
        pytest.param(3, [LEFT], 0, id="left without a word"),
        pytest.param(6, [FINISHED], 0, id="pain of six"),
        pytest.param(7, [], 1, id="pain of seven before"),
        pytest.param(5, [FINISHED, ("pain_peak", {"value": 7})], 1, id="pain of seven at its worst"),
        pytest.param(2, [FINISHED, ("pain_peak", {"value": 4})], 0, id="two points more"),
        pytest.param(2, [FINISHED, ("pain_peak", {"value": 5})], 1, id="three points more"),
        pytest.param(2, [("hurt", {"value": 9}), LEFT], 1, id="all three at once"),
        pytest.param(None, [FINISHED], 0, id="nothing answered"),
    ],
)
def test_a_session_is_told_at_once_where_it_is_a_red_flag(
    carl: Client, plan: Assignment, before: int | None, more: list[tuple[str, dict[str, Any]]], count: int
) -> None:
    answers = record_events(carl, a_session(plan, *more, before=before), now=NOW)
    assert {answer.status for answer in answers} == {200}
    assert len(letters()) == count


def test_nobody_is_told_who_did_not_choose_it(carl: Client, plan: Assignment, priya: User) -> None:
    assert not priya.red_flags_at_once
    record_events(carl, a_session(plan, before=9), now=NOW)
    assert letters() == []


def test_it_is_told_once_however_often_and_by_however_many_phones_it_comes(
    carl: Client, plan: Assignment, choosing: User
) -> None:
    events = a_session(plan, before=8)
    for _turn in range(3):
        record_events(carl, events, now=NOW)
    session = events[0]["session"]
    other_phone = told(uuid.UUID(session), "pain_after", after=90, value=9)
    record_events(carl, [other_phone, *events], now=NOW + timedelta(minutes=5))
    next_day = told(uuid.UUID(session), "pain_next", after=90_000, value=8)
    record_events(carl, [next_day], now=NOW + timedelta(days=1, hours=2))
    (letter,) = letters()
    assert (letter.recipient, letter.subject_key) == (f"user:{choosing.pk}", f"red:{session}")


def test_another_session_is_told_again(carl: Client, plan: Assignment, choosing: User) -> None:
    for _turn in range(2):
        record_events(carl, a_session(plan, before=8), now=NOW)
    assert [letter.recipient for letter in letters()] == to(choosing) * 2


@pytest.mark.parametrize(
    ("lead", "cover", "told_to"),
    [
        pytest.param(True, False, {"priya", "nora"}, id="who is away chose it"),
        pytest.param(False, True, {"nora"}, id="who covers chose it"),
        pytest.param(False, False, set(), id="nobody did"),
    ],
)
def test_who_covers_hears_it_too(
    practice: Practice, carl: Client, plan: Assignment, priya: User, *, lead: bool, cover: bool, told_to: set[str]
) -> None:
    nora, paul = (make_staff(practice, Role.PRACTITIONER, first_name=name) for name in ("Nora", "Paul"))
    User.objects.filter(pk=priya.pk).update(red_flags_at_once=lead)
    User.objects.filter(pk=nora.pk).update(red_flags_at_once=cover)
    User.objects.filter(pk=paul.pk).update(red_flags_at_once=True)
    Absence.objects.create(practice=practice, away=priya, cover=nora, first_day=TODAY, last_day=TODAY, created_by=priya)
    record_events(carl, a_session(plan, before=8), now=NOW)
    people = {"priya": priya, "nora": nora}
    assert sorted(letter.recipient for letter in letters()) == to(*(people[name] for name in told_to))


@pytest.mark.usefixtures("choosing")
def test_a_session_that_raised_an_alert_is_told_by_the_alert_alone(carl: Client, plan: Assignment) -> None:
    events = a_session(plan, ("hurt", {"value": 9}), ("stopped", {}), LEFT)
    record_events(carl, events, now=NOW)
    assert letters() == []
    assert Reminder.objects.filter(subject_key__startswith="alert:").exists()


@pytest.mark.usefixtures("choosing")
def test_what_the_rules_of_a_client_let_pass_is_not_told(carl: Client, plan: Assignment, priya: User) -> None:
    ClientFlagRules.objects.create(client=carl, rules={"pain_high": {"on": True, "pain": 9}}, created_by=priya)
    record_events(carl, a_session(plan, before=8), now=NOW)
    assert letters() == []


@pytest.mark.usefixtures("choosing")
@pytest.mark.parametrize(
    ("now", "due"),
    [
        pytest.param(NOW, NOW, id="in the hours of the day"),
        pytest.param(NIGHT, datetime(2026, 11, 19, 8, 0, tzinfo=UTC), id="after them: when the next day starts"),
    ],
)
def test_it_waits_for_the_hours_of_the_day(carl: Client, plan: Assignment, now: datetime, due: datetime) -> None:
    record_events(carl, a_session(plan, before=8), now=now)
    (letter,) = letters()
    assert letter.due_at == due


def sent(now: datetime) -> list[Any]:
    post = Post()
    with all_practices():
        remind.send_due("alert", clock=lambda: now, channels={"email": post})
    return post.messages


def test_the_letter_names_nobody_and_nothing(carl: Client, plan: Assignment, choosing: User) -> None:
    record_events(carl, a_session(plan, before=8), now=NOW)
    (letter,) = sent(NOW + timedelta(minutes=1))
    assert (letter["To"], letter["Subject"]) == (choosing.email, "Please sign in")
    for kind in ("plain", "html"):
        body = letter.get_body((kind,)).get_content()
        assert "Somebody needs you." in body
        for word in (carl.first_name, carl.last_name, "pain", "8", "hurt", "session", "flag"):
            assert word.lower() not in body.replace("08:", "").split("http")[0].lower() or kind == "html", word
    assert sent(NOW + timedelta(minutes=2)) == []


@pytest.mark.parametrize("how", ["looked over", "marked"])
def test_what_was_seen_meanwhile_is_not_sent(carl: Client, plan: Assignment, choosing: User, how: str) -> None:
    record_events(carl, a_session(plan, before=8), now=NIGHT)
    session = Session.objects.get()
    if how == "looked over":
        look_over(session, by=choosing, now=NIGHT)
        assert SessionLook.objects.exists()
    else:
        FlagSeen.objects.create(
            client=carl, rule_key="pain_high", on=TODAY, evidence=[str(session.pk)], by=choosing, at=NIGHT
        )
    assert sent(NIGHT + timedelta(hours=11)) == []
    (letter,) = letters()
    assert (letter.state, letter.reason) == ("skipped", "seen by somebody")


def test_it_is_not_sent_to_who_switched_it_off_meanwhile(carl: Client, plan: Assignment, choosing: User) -> None:
    record_events(carl, a_session(plan, before=8), now=NIGHT)
    User.objects.filter(pk=choosing.pk).update(red_flags_at_once=False)
    assert sent(NIGHT + timedelta(hours=11)) == []
    (letter,) = letters()
    assert (letter.state, letter.reason) == ("skipped", "switched off")


def test_who_covers_gets_the_letter_though_only_who_is_away_chose_it(
    practice: Practice, carl: Client, plan: Assignment, choosing: User
) -> None:
    nora = make_staff(practice, Role.PRACTITIONER, first_name="Nora")
    Absence.objects.create(
        practice=practice, away=choosing, cover=nora, first_day=TODAY, last_day=TODAY, created_by=choosing
    )
    record_events(carl, a_session(plan, before=8), now=NOW)
    assert sorted(letter["To"] for letter in sent(NOW + timedelta(minutes=1))) == sorted([choosing.email, nora.email])


def letter_of(person: User) -> tuple[str, str]:
    (letter,) = [letter for letter in letters() if letter.recipient == f"user:{person.pk}"]
    return letter.state, letter.reason


@pytest.mark.parametrize("keeps_access", [False, True])
def test_after_a_hand_over_the_letter_reaches_who_leads_now(
    practice: Practice, carl: Client, plan: Assignment, choosing: User, keeps_access: bool
) -> None:
    nora = make_staff(practice, Role.PRACTITIONER, first_name="Nora", red_flags_at_once=True)
    record_events(carl, a_session(plan, before=8), now=NIGHT)
    hand_over(practice, [carl.pk], to=nora, by=choosing, keeps_access=keeps_access, now=NIGHT)
    assert [letter["To"] for letter in sent(MORNING)] == [nora.email]
    assert letter_of(choosing) == ("skipped", "not their client any more")
    assert letter_of(nora)[0] == "sent"
    assert sent(MORNING + timedelta(minutes=5)) == []


def test_who_leads_now_and_did_not_choose_it_gets_no_letter(
    practice: Practice, carl: Client, plan: Assignment, choosing: User
) -> None:
    nora = make_staff(practice, Role.PRACTITIONER, first_name="Nora", red_flags_at_once=False)
    record_events(carl, a_session(plan, before=8), now=NIGHT)
    hand_over(practice, [carl.pk], to=nora, by=choosing, keeps_access=False, now=NIGHT)
    assert sent(MORNING) == []
    assert [letter.recipient for letter in letters()] == to(choosing)


def test_a_cover_that_was_agreed_meanwhile_is_written_to(
    practice: Practice, carl: Client, plan: Assignment, choosing: User
) -> None:
    nora = make_staff(practice, Role.PRACTITIONER, first_name="Nora")
    record_events(carl, a_session(plan, before=8), now=NIGHT)
    plan_absence(practice, away=choosing, cover=nora, first_day=TOMORROW, last_day=TOMORROW, by=choosing, today=TODAY)
    assert sorted(letter["To"] for letter in sent(MORNING)) == sorted([choosing.email, nora.email])


def test_a_cover_is_written_to_though_who_is_away_switched_it_off(
    practice: Practice, carl: Client, plan: Assignment, choosing: User
) -> None:
    nora = make_staff(practice, Role.PRACTITIONER, first_name="Nora", red_flags_at_once=True)
    record_events(carl, a_session(plan, before=8), now=NIGHT)
    plan_absence(practice, away=choosing, cover=nora, first_day=TOMORROW, last_day=TOMORROW, by=choosing, today=TODAY)
    User.objects.filter(pk=choosing.pk).update(red_flags_at_once=False)
    assert [letter["To"] for letter in sent(MORNING)] == [nora.email]
    assert letter_of(choosing) == ("skipped", "switched off")


def test_a_cover_that_is_over_is_not_written_to(
    practice: Practice, carl: Client, plan: Assignment, choosing: User
) -> None:
    nora = make_staff(practice, Role.PRACTITIONER, first_name="Nora", red_flags_at_once=True)
    absence = plan_absence(
        practice, away=choosing, cover=nora, first_day=TODAY, last_day=TOMORROW, by=choosing, today=TODAY
    )
    record_events(carl, a_session(plan, before=8), now=NIGHT)
    assert [letter.recipient for letter in letters()] == to(choosing, nora)
    end_absence(absence, by=choosing, now=NIGHT)
    assert [letter["To"] for letter in sent(MORNING)] == [choosing.email]
    assert letter_of(nora) == ("skipped", "not their client any more")


def test_who_is_no_practitioner_here_any_more_is_not_written_to(
    practice: Practice, carl: Client, plan: Assignment, choosing: User
) -> None:
    record_events(carl, a_session(plan, before=8), now=NIGHT)
    Membership.objects.filter(user=choosing, role=Role.PRACTITIONER).update(is_active=False)
    assert sent(MORNING) == []
    assert letter_of(choosing) == ("skipped", "not their client any more")


def test_the_cover_of_another_practice_is_a_stranger(
    practice: Practice, carl: Client, plan: Assignment, choosing: User
) -> None:
    with all_practices():
        elsewhere = Practice.objects.create(name="Hillside", slug="hillside", sender_name="Hillside")
    nora = make_staff(elsewhere, Role.PRACTITIONER, red_flags_at_once=True)
    make_membership(practice, nora)
    make_membership(elsewhere, choosing)
    with practice_scope(elsewhere):
        Absence.objects.create(
            practice=elsewhere, away=choosing, cover=nora, first_day=TODAY, last_day=TOMORROW, created_by=choosing
        )
    with practice_scope(practice):
        record_events(carl, a_session(plan, before=8), now=NIGHT)
    assert [letter["To"] for letter in sent(MORNING)] == [choosing.email]


def test_many_letters_cost_no_further_statement(practice: Practice, priya: User, choosing: User) -> None:
    def cost(count: int) -> int:
        now = NIGHT + timedelta(days=count)
        for _ in range(count):
            client = make_client(priya, practice)
            given = give_plan(client, "glute-bridge", starts_on=TODAY)
            record_events(client, a_session(given, before=8), now=now)
        with all_practices():
            keys = [UUID(letter.subject_key.removeprefix("red:")) for letter in letters()[-count:]]
            with CaptureQueriesContext(connection) as asked:
                assert len(responsible_by_session(keys, at=now)) == count
        return len(asked)

    assert cost(1) == cost(4)


def test_an_alert_beside_it_is_still_sent(carl: Client, plan: Assignment, choosing: User) -> None:
    record_events(carl, a_session(plan, before=8), now=NOW)
    tell_of_stop(carl, uuid.uuid4(), at=NOW, now=NOW)
    assert len(sent(NOW + timedelta(minutes=1))) == 2


def test_the_page_switches_it_and_keeps_who_did(desk: Browser, priya: User) -> None:
    address = reverse("admin:morning_summary")
    assert 'name="at_once" value="1"' in desk.get(address).content.decode()
    for wanted, said in (("1", "Red flags come at once."), ("0", "Red flags wait for the summary.")):
        assert said in desk.post(address, {"at_once": wanted}, follow=True).content.decode()
        priya.refresh_from_db()
        assert priya.red_flags_at_once is (wanted == "1")
        assert priya.morning_summary
    with all_practices():
        fields = AuditEvent.objects.filter(action="settings_changed").values_list("detail", flat=True)
        assert list(fields) == [{"fields": ["red_flags_at_once"]}] * 2


def test_who_treats_nobody_is_not_asked(practice: Practice) -> None:
    page = browser_of(make_staff(practice, Role.OWNER)).get(reverse("admin:morning_summary")).content.decode()
    assert "at_once" not in page


def test_a_stranger_is_never_written_to(carl: Client, plan: Assignment, choosing: User) -> None:
    with all_practices():
        elsewhere = Practice.objects.create(name="Hillside", slug="hillside", sender_name="Hillside")
    make_staff(elsewhere, Role.PRACTITIONER, red_flags_at_once=True)
    with practice_scope(carl.practice):
        record_events(carl, a_session(plan, before=8), now=NOW)
    assert [letter.recipient for letter in letters()] == to(choosing)
