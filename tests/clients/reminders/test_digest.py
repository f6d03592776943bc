"""The morning summary: on working days, once, only where something waits, and in counts and initials."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from clients.analytics.digest import digest_for
from clients.models import Absence, Alert, Assignment, Client, Reminder
from clients.services.alerts import raise_alert
from clients.services.digest import NOTHING, write_digests
from clients.services.messages import write_to_clinic
from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from tests.clients.reminders.conftest import Post, Sender
from tests.clients.reminders.test_letters import TELLING, body
from tests.doors import STAFF, browser_of
from tests.factories import make_client, make_membership, make_staff

EIGHT = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)  # a Wednesday; London shows the same time
FRIDAY = datetime(2026, 11, 13, 15, 0, tzinfo=UTC)


@pytest.fixture
def waiting(practice: Practice, carl: Client, plan: Assignment) -> None:
    """Carl has a plan since the second and did nothing, and he wrote on Friday."""
    with practice_scope(practice):
        write_to_clinic(carl, text="May I swim?", now=FRIDAY)


def rows() -> list[Reminder]:
    with all_practices():
        return list(Reminder.objects.filter(stream=Reminder.Stream.DIGEST).order_by("pk"))


@pytest.mark.usefixtures("waiting")
class TestTheLetter:
    def test_says_counts_and_initials_and_leads_to_the_caseload(
        self, sender: Sender, post: Post, carl: Client, priya: User
    ) -> None:
        assert write_digests(EIGHT) == 1
        sender.now = EIGHT + timedelta(minutes=1)
        sender("digest")
        (letter,) = post.messages
        assert (letter["To"], letter["Subject"]) == (priya.email, "Your morning summary")
        for kind in ("plain", "html"):
            text = body(letter, kind)
            assert f"Clients who need you: 1 of 1 (C{carl.last_name[:1]})." in text
            assert "1 message waits for an answer." in text
            assert reverse("admin:caseload") in text
            assert reverse("admin:morning_summary") in text
            assert carl.first_name not in text
            assert "swim" not in text
        assert not re.search(TELLING, letter["Subject"], re.IGNORECASE)

    def test_comes_once_however_often_it_is_written(self) -> None:
        assert [write_digests(EIGHT + timedelta(minutes=5 * turn)) for turn in range(4)] == [1, 0, 0, 0]
        assert len(rows()) == 1

    @pytest.mark.parametrize(
        "at",
        [
            pytest.param(EIGHT - timedelta(minutes=1), id="before eight"),
            pytest.param(EIGHT + timedelta(hours=4), id="from noon"),
            pytest.param(EIGHT + timedelta(days=3), id="on a Saturday"),
        ],
    )
    def test_comes_in_the_morning_of_working_days_only(self, at: datetime) -> None:
        assert write_digests(at) == 0
        assert rows() == []

    def test_keeps_to_the_clock_of_the_practice(self, practice: Practice) -> None:
        practice.time_zone = "America/New_York"
        practice.save()
        assert write_digests(EIGHT) == 0
        assert write_digests(EIGHT + timedelta(hours=5)) == 1

    def test_is_not_written_to_who_switched_it_off(self, priya: User) -> None:
        User.objects.filter(pk=priya.pk).update(morning_summary=False)
        assert write_digests(EIGHT) == 0
        assert rows() == []

    def test_goes_to_who_covers_and_not_to_a_colleague(self, practice: Practice, priya: User) -> None:
        nora, paul = (make_staff(practice, Role.PRACTITIONER, first_name=name) for name in ("Nora", "Paul"))
        with practice_scope(practice):
            Absence.objects.create(
                practice=practice,
                away=priya,
                cover=nora,
                first_day=date(2026, 11, 16),
                last_day=date(2026, 11, 20),
                created_by=priya,
            )
        write_digests(EIGHT)
        states = {row.recipient: (row.state, row.reason) for row in rows()}
        assert states[f"user:{nora.pk}"] == ("pending", "")
        assert states[f"user:{paul.pk}"] == ("skipped", NOTHING)

    @pytest.mark.parametrize(("days", "told"), [(0, "pending"), (-1, "skipped")])
    def test_tells_an_owner_of_a_message_that_waited_two_working_days(
        self, practice: Practice, days: int, told: str
    ) -> None:
        """From Friday to Tuesday are two working days."""
        olive = make_staff(practice, Role.OWNER)
        write_digests(EIGHT - timedelta(days=1) + timedelta(days=days))
        (row,) = [row for row in rows() if row.recipient == f"user:{olive.pk}"]
        assert row.state == told


def test_who_has_an_open_alert_is_looked_at_among_however_many(
    practice: Practice, carl: Client, priya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.analytics.lately.LOOKED_AT", 1)
    with practice_scope(practice):
        last = make_client(priya, first_name="Zoe", last_name="Zander")
        raise_alert(last, "emergency_answer", level=Alert.Level.EMERGENCY, subject_key="check:1", now=FRIDAY)
        digest = digest_for(priya, practice, now=EIGHT)
    assert (list(digest.needs), digest.total) == (["ZZ"], 2)


@pytest.mark.usefixtures("carl")
def test_nothing_is_sent_where_nothing_waits_and_nobody_is_asked_about_twice(priya: User) -> None:
    assert write_digests(EIGHT) == 0
    (row,) = rows()
    assert (row.state, row.reason, row.sealed) == ("skipped", NOTHING, "")
    assert write_digests(EIGHT + timedelta(minutes=5)) == 0
    assert len(rows()) == 1


@pytest.mark.usefixtures("waiting")
def test_the_page_shows_what_it_would_say_and_switches_it(practice: Practice, priya: User, carl: Client) -> None:
    make_membership(practice, priya, Role.OWNER)
    desk = browser_of(priya, STAFF)
    with time_machine.travel(EIGHT, tick=False):
        page = desk.get(reverse("admin:morning_summary")).content.decode()
        assert f"(C{carl.last_name[:1]})" in page
        assert "In the practice 1 message has waited for 2 working days or longer." in page
        off = desk.post(reverse("admin:morning_summary"), {"wanted": "0"}, follow=True)
    assert "The morning summary is off." in off.content.decode()
    priya.refresh_from_db()
    assert not priya.morning_summary
