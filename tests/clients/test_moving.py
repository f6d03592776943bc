"""A client moves a day of the plan: pages, reminders, counts and the calendar follow."""

import uuid
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from clients.analytics.ahead import plans_ahead
from clients.analytics.due import plans_between, weeks_in
from clients.analytics.today import today_for
from clients.errors import Invalid, WrongState
from clients.models import Assignment, AssignmentVersion, Client, PrescribedItem, PutOff, Reminder, Session
from clients.services.calendar import make_address, token_of
from clients.services.moving import move_day
from clients.services.remind.facts import load
from clients.services.session import put_off
from clients.services.settings import change_settings
from tests.clients.conftest import NOW, TODAY
from tests.clients.plans import give_plan

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TOMORROW, FRIDAY = TODAY + timedelta(days=1), TODAY + timedelta(days=2)  # today is a Wednesday


@pytest.fixture
def plan(carl: Client, in_riverside: None) -> Assignment:
    """Mondays and Wednesdays."""
    return give_plan(carl, "knee-squeezes", starts_on=date(2026, 11, 2), weekdays=frozenset({0, 2}))


def move(browser: Browser, plan: Assignment, day: Any, to: Any) -> Any:
    return browser.post(reverse("move_day", args=[plan.pk]), {"day": str(day), "to": str(to)}, follow=True)


def page(browser: Browser, name: str, *ids: Any) -> str:
    answer = browser.get(reverse(name, args=ids))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_day_is_moved_from_the_plan_and_waits_there(carls_phone: Browser, plan: Assignment, at_nine: Any) -> None:
    assert reverse("move_day", args=[plan.pk]) in page(carls_phone, "plan")
    answer = move(carls_phone, plan, TODAY, FRIDAY)
    text = answer.content.decode()
    assert "Moved to Friday 20 November." in text
    assert "Wednesday 18 November is moved to Friday 20 November" in text
    assert "Start session" not in page(carls_phone, "today")
    at_nine.shift(timedelta(days=2))
    assert "Start session" in page(carls_phone, "today")
    carls_phone.post(reverse("check_in", args=[plan.pk, 1]), {"pain": "2", "session": str(uuid.uuid4())})
    assert Session.objects.get().occurrence_on == FRIDAY


def test_reminders_go_with_the_day(carls_phone: Browser, carl: Client, plan: Assignment) -> None:
    def asked() -> list[bool]:
        (running,) = load([carl.pk], now=NOW)[carl.pk].plans
        return [running.asks(day, 1) for day in (TODAY, TOMORROW, FRIDAY)]

    assert asked() == [True, False, False]
    move(carls_phone, plan, TODAY, FRIDAY)
    assert asked() == [False, False, True]
    move(carls_phone, plan, FRIDAY, TOMORROW)
    assert asked() == [False, True, False]
    move(carls_phone, plan, TOMORROW, TODAY)
    assert asked() == [True, False, False]


def test_a_day_that_takes_the_place_of_one_left_out_has_its_reminder(
    carls_phone: Browser, carl: Client, plan: Assignment
) -> None:
    put_off(carl, assignment=plan, on=TODAY, slot=1, choice="not_today", now=NOW)
    assert not Reminder.objects.filter(local_date=TODAY).exists()
    move(carls_phone, plan, TODAY, FRIDAY)
    move(carls_phone, plan, TODAY + timedelta(days=5), TODAY)
    (running,) = load([carl.pk], now=NOW)[carl.pk].plans
    assert running.asks(TODAY, 1)
    assert [card.put_off for card in today_for(carl, NOW).cards] == [""]


def test_a_move_across_a_change_of_the_plan_is_kept_by_every_page(
    carls_phone: Browser, carl: Client, plan: Assignment, at_nine: Any
) -> None:
    """The weekday is gone from Thursday on; what was moved to Friday stays there, everywhere alike."""
    address = make_address(carl, by=carl.user, now=NOW)
    move(carls_phone, plan, TODAY, FRIDAY)
    version = plan.versions.get()
    mondays = AssignmentVersion.objects.create(
        assignment=plan,
        number=2,
        effective_from=TOMORROW,
        schedule={**version.schedule, "weekdays": [0]},
        created_by=version.created_by,
    )
    PrescribedItem.objects.create(version=mondays, position=1, exercise_version=version.items.get().exercise_version)
    assert [day for day, _ in week_days(carl, plan)] == [FRIDAY, TODAY + timedelta(days=5)]
    running = load([carl.pk], now=NOW)[carl.pk].plans
    assert [any(each.asks(day, 1) for each in running) for day in (TODAY, TOMORROW, FRIDAY)] == [False, False, True]
    feed = Browser().get(reverse("calendar_feed", args=[token_of(address)])).content.decode()
    assert [line for line in feed.splitlines() if line.startswith("RDATE") and "20261120" in line]
    monday = TODAY - timedelta(days=2)
    later = FRIDAY + timedelta(days=1)
    (week,) = weeks_in(plans_between(carl, monday, later), first=monday, last=later, today=later)
    assert week.due == 2, "Monday and Friday"
    at_nine.shift(timedelta(days=2))
    assert "Start session" in page(carls_phone, "today")


@pytest.mark.parametrize(
    "zone",
    ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca"],
)
def test_a_move_stands_on_its_date_wherever_the_client_goes(
    carls_phone: Browser, carl: Client, plan: Assignment, zone: str
) -> None:
    """Phone, reminders, counts and calendar name the same days, and what was planned is asked for once."""
    address = make_address(carl, by=carl.user, now=NOW)
    move(carls_phone, plan, TODAY, FRIDAY)
    change_settings(carl, values={"time_zone": zone}, by=carl.user)
    days = [FRIDAY, TODAY + timedelta(days=5)]
    assert [day for day, _ in week_days(carl, plan)] == days
    (running,) = load([carl.pk], now=NOW)[carl.pk].plans
    assert [day for day in (TODAY + timedelta(days=n) for n in range(-1, 7)) if running.asks(day, 1)] == days
    monday = TODAY - timedelta(days=2)
    (week,) = weeks_in(plans_between(carl, monday, days[0]), first=monday, last=days[0], today=days[0] + DAY)
    assert week.due == 2, "Monday and Friday"
    feed = Browser().get(reverse("calendar_feed", args=[token_of(address)])).content.decode()
    assert [line for line in feed.splitlines() if line.startswith("RDATE") and "20261120" in line]
    rows = list(Reminder.objects.filter(local_date=FRIDAY))
    assert all(row.due_at.astimezone(ZoneInfo(zone)).time() == time(9) for row in rows)
    assert len(rows) <= 1


def week_days(carl: Client, plan: Assignment) -> list[tuple[date, int]]:
    """What the phone keeps for the days ahead."""
    return [day for each in plans_ahead(carl, NOW) if each.plan.assignment == plan for day in each.days]


def test_a_moved_day_is_due_on_the_day_instead(carls_phone: Browser, carl: Client, plan: Assignment) -> None:
    move(carls_phone, plan, TODAY, FRIDAY)
    monday = TODAY - timedelta(days=2)

    def due(today: date) -> int:
        (week,) = weeks_in(plans_between(carl, monday, today), first=monday, last=today, today=today)
        return week.due

    assert [due(TODAY), due(TOMORROW), due(FRIDAY), due(FRIDAY + timedelta(days=1))] == [1, 1, 1, 2]


def test_the_calendar_shows_the_day_instead(carls_phone: Browser, carl: Client, plan: Assignment) -> None:
    address = make_address(carl, by=carl.user, now=NOW)
    move(carls_phone, plan, TODAY, FRIDAY)
    feed = Browser().get(reverse("calendar_feed", args=[token_of(address)])).content.decode()
    assert "EXDATE" in feed
    assert [line for line in feed.splitlines() if line.startswith("RDATE") and "20261120" in line]


def test_sending_the_form_twice_moves_once(carls_phone: Browser, plan: Assignment) -> None:
    for _ in range(2):
        assert move(carls_phone, plan, TODAY, FRIDAY).status_code == 200
    assert PutOff.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "to", "field", "words"),
    [
        pytest.param("", FRIDAY, "day", "Choose one of the days in the list.", id="no day"),
        pytest.param(TODAY, "", "to", "Choose one of the days in the list.", id="no day instead"),
        pytest.param("soon", FRIDAY, "day", "Choose one of the days in the list.", id="no date"),
        pytest.param(TODAY, "2026-02-31", "to", "Choose one of the days in the list.", id="no day of a calendar"),
        pytest.param(TODAY - timedelta(days=2), FRIDAY, "day", "This day is over.", id="a day that is past"),
        pytest.param(TODAY, TODAY - timedelta(days=1), "to", "This day is over.", id="to yesterday"),
        pytest.param(TOMORROW, FRIDAY, "day", "Nothing is planned on this day.", id="a free day"),
        pytest.param(TODAY + timedelta(days=12), FRIDAY, "day", "This day is too far off.", id="in two weeks"),
        pytest.param(TODAY, "9999-12-31", "to", "This day is too far off.", id="to the last day of all"),
        pytest.param("0001-01-01", FRIDAY, "day", "This day is over.", id="the first day of all"),
        pytest.param(TODAY, TODAY + timedelta(days=5), "to", "This day has a session already.", id="to a planned day"),
        pytest.param(TODAY, TODAY, "to", "This day has a session already.", id="to itself"),
    ],
)
def test_a_bad_day_is_named_at_its_field(
    carls_phone: Browser, plan: Assignment, day: Any, to: Any, field: str, words: str
) -> None:
    answer = move(carls_phone, plan, day, to)
    assert answer.status_code == 400
    assert words in str(answer.context["form"].errors[field])
    assert not PutOff.objects.exists()


def test_a_day_that_was_begun_stays(carls_phone: Browser, plan: Assignment) -> None:
    carls_phone.post(reverse("check_in", args=[plan.pk, 1]), {"pain": "2", "session": str(uuid.uuid4())})
    answer = move(carls_phone, plan, TODAY, FRIDAY)
    assert "You have begun this day already." in str(answer.context["form"].errors["day"])


def test_a_plan_that_rests_moves_nothing(carls_phone: Browser, carl: Client, plan: Assignment) -> None:
    Client.objects.filter(pk=carl.pk).update(state=Client.State.ON_HOLD)
    assert reverse("move_day", args=[plan.pk]) not in page(carls_phone, "plan")
    assert "There is no day to move now" in page(carls_phone, "move_day", plan.pk)
    assert move(carls_phone, plan, TODAY, FRIDAY).status_code == 409
    assert not PutOff.objects.exists()


def test_a_plan_of_every_day_offers_no_move(carls_phone: Browser, carl: Client, in_riverside: None) -> None:
    daily = give_plan(carl, "knee-squeezes", starts_on=date(2026, 11, 2))
    assert reverse("move_day", args=[daily.pk]) not in page(carls_phone, "plan")
    assert "There is no day to move now" in page(carls_phone, "move_day", daily.pk)


def test_a_stranger_finds_nothing(omars_phone: Browser, plan: Assignment) -> None:
    assert omars_phone.get(reverse("move_day", args=[plan.pk])).status_code == 404
    assert move(omars_phone, plan, TODAY, FRIDAY).status_code == 404
    assert not PutOff.objects.exists()


def test_the_practitioner_reads_of_it(
    desk: Browser, carls_phone: Browser, carl: Client, plan: Assignment, at_nine: Any
) -> None:
    move(carls_phone, plan, TODAY, FRIDAY)
    at_nine.shift(timedelta(minutes=1))
    assert "18 Nov moved to 20 Nov" in page(desk, "admin:client_timeline", carl.pk)


def test_the_service_refuses_by_field(carl: Client, plan: Assignment, at_nine: Any) -> None:
    with pytest.raises(Invalid) as refused:
        move_day(carl, assignment=plan, day=TODAY, to=TODAY + timedelta(days=8), now=NOW)
    assert list(refused.value.errors) == ["to"]
    Assignment.objects.filter(pk=plan.pk).update(state=Assignment.State.ENDED)
    with pytest.raises(WrongState):
        move_day(carl, assignment=plan, day=TODAY, to=FRIDAY, now=NOW)


def test_a_day_that_stands_in_for_another_is_not_taken_for_the_one_that_was_moved(
    carl: Client, plan: Assignment, at_nine: Any
) -> None:
    monday = TODAY + timedelta(days=5)
    move_day(carl, assignment=plan, day=TODAY, to=FRIDAY, now=NOW)
    move_day(carl, assignment=plan, day=monday, to=TODAY, now=NOW)
    with pytest.raises(Invalid) as refused:
        move_day(carl, assignment=plan, day=TODAY, to=FRIDAY, now=NOW)
    assert list(refused.value.errors) == ["to"]


@pytest.mark.parametrize(("choice", "to"), [("moved", None), ("not_today", FRIDAY), ("tomorrow", FRIDAY)])
def test_only_a_moved_day_names_another_day(carl: Client, plan: Assignment, choice: str, to: date | None) -> None:
    with pytest.raises(Invalid):
        put_off(carl, assignment=plan, on=TODAY, slot=1, choice=choice, to=to, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PutOff.objects.create(client=carl, assignment=plan, on=TODAY, slot=1, choice=choice, moved_to=to, at=NOW)
