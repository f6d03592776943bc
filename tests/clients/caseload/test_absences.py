"""Who covers for whom: sees and acts on the clients of a colleague, on those days and on no others."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from clients.access import can_treat
from clients.errors import Invalid, NotAllowed
from clients.models import Absence, Alert, Client, Reminder
from clients.services.absences import end_absence, plan_absence
from clients.services.alerts import raise_alert
from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import practice_scope
from tests.clients.conftest import NOW, TODAY
from tests.doors import browser_of
from tests.factories import make_practice, make_staff


def away(priya: User, nora: User, first: int, last: int) -> Absence:
    """From so many days after today to so many days after today."""
    absence: Absence = Absence.objects.create(
        practice=priya.memberships.get().practice,
        away=priya,
        cover=nora,
        first_day=TODAY + timedelta(days=first),
        last_day=TODAY + timedelta(days=last),
        created_by=priya,
    )
    return absence


@pytest.mark.parametrize(
    ("first", "last", "sees"),
    [
        pytest.param(0, 0, True, id="today"),
        pytest.param(-3, 3, True, id="within"),
        pytest.param(1, 3, False, id="from tomorrow"),
        pytest.param(-3, -1, False, id="until yesterday"),
    ],
)
def test_who_covers_sees_and_acts_between_the_two_dates(
    priya: User, nora: User, carl: Client, first: int, last: int, sees: bool
) -> None:
    away(priya, nora, first, last)
    address = reverse("admin:client", args=[carl.pk])
    assert browser_of(nora).get(address).status_code == (200 if sees else 403)
    assert can_treat(nora, carl) is sees
    assert Client.objects.visible_to(priya).filter(pk=carl.pk).exists()


def test_the_day_turns_at_the_practices_midnight(priya: User, nora: User, carl: Client) -> None:
    away(priya, nora, -1, 0)
    with time_machine.travel(datetime(2026, 11, 18, 23, 59, tzinfo=UTC), tick=False):
        assert can_treat(nora, carl)
    with time_machine.travel(datetime(2026, 11, 19, 0, 1, tzinfo=UTC), tick=False):
        assert not can_treat(nora, carl)


def test_the_caseload_says_for_whom_one_covers(priya: User, nora: User, carl: Client) -> None:
    away(priya, nora, 0, 5)
    shown = browser_of(nora).get("/admin/caseload/?tab=current").content.decode()
    assert "You cover for Priya Shah" in shown
    assert "for Priya Shah</span>" in shown
    assert carl.full_name in shown


def test_an_absence_that_is_ended_ends_on_the_next_request(priya: User, nora: User, carl: Client) -> None:
    absence = away(priya, nora, 0, 5)
    desk = browser_of(nora)
    assert desk.get(reverse("admin:client", args=[carl.pk])).status_code == 200
    assert browser_of(priya).post(reverse("admin:end_absence", args=[absence.pk])).status_code == 302
    assert desk.get(reverse("admin:client", args=[carl.pk])).status_code == 403
    absence.refresh_from_db()
    ended = absence.ended_at
    assert end_absence(absence, by=priya, now=NOW + timedelta(hours=1)).ended_at == ended


def test_a_colleague_who_was_suspended_covers_nobody(priya: User, nora: User, carl: Client) -> None:
    away(priya, nora, 0, 5)
    nora.memberships.update(is_active=False)
    assert not Client.objects.visible_to(User.objects.get(pk=nora.pk)).exists()


def test_another_practice_is_not_covered(priya: User, nora: User, carl: Client) -> None:
    away(priya, nora, 0, 5)
    elsewhere = make_practice(slug="elsewhere", name="Elsewhere")
    with practice_scope(elsewhere):
        assert not Client.objects.visible_to(nora).exists()


def test_alerts_reach_who_covers(priya: User, nora: User, carl: Client) -> None:
    away(priya, nora, 0, 5)
    raise_alert(carl, "stop_pressed", level=Alert.Level.SAME_DAY, subject_key="session:1", now=NOW)
    told = set(Reminder.objects.filter(subject_key__startswith="alert:").values_list("recipient", flat=True))
    assert {f"user:{priya.pk}", f"user:{nora.pk}"} <= told


def test_an_absence_is_said_on_the_page(priya: User, nora: User, carl: Client) -> None:
    sent = {"away": priya.pk, "cover": nora.pk, "first_day": "2026-11-18", "last_day": "2026-11-25"}
    assert browser_of(priya).post(reverse("admin:absences"), sent).status_code == 302
    absence = Absence.objects.get()
    assert (absence.cover, absence.last_day) == (nora, date(2026, 11, 25))
    shown = browser_of(nora).get(reverse("admin:absences")).content.decode()
    assert "18 Nov 2026 – 25 Nov 2026" in shown


def test_what_is_wrong_is_named_beside_its_field(practice: Practice, priya: User, nora: User) -> None:
    days = {"first_day": TODAY, "last_day": TODAY}
    for fields, field in (
        ({**days, "cover": priya}, "cover"),
        ({**days, "last_day": TODAY - timedelta(days=1)}, "last_day"),
        ({"first_day": TODAY - timedelta(days=9), "last_day": TODAY - timedelta(days=1)}, "last_day"),
        ({**days, "last_day": TODAY + timedelta(days=400)}, "last_day"),
        ({**days, "cover": make_staff(practice, Role.EDITOR)}, "cover"),
    ):
        given = {"cover": nora, **fields}
        with pytest.raises(Invalid) as refused:
            plan_absence(practice, away=priya, by=priya, today=TODAY, **given)
        assert list(refused.value.errors) == [field]
    assert browser_of(priya).post(reverse("admin:absences"), {"away": priya.pk}).status_code == 400


def test_only_owners_speak_for_others(practice: Practice, priya: User, nora: User) -> None:
    given = {"away": priya, "cover": nora, "first_day": TODAY, "last_day": TODAY, "today": TODAY}
    with pytest.raises(NotAllowed):
        plan_absence(practice, by=nora, **given)
    absence = plan_absence(practice, by=make_staff(practice, Role.OWNER), **given)
    with pytest.raises(NotAllowed):
        end_absence(absence, by=make_staff(practice), now=NOW)
