"""A client's sessions in their own calendar: the address, and what a calendar reads there."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from clients.models import Assignment, CalendarAddress, Client, PlanPause
from clients.notifications.links import unsubscribe_token
from clients.services.calendar import make_address, token_of
from clients.services.client_state import move_client
from clients.services.settings import change_settings
from clients.views.calendar import READS
from portal.accounts.models import AuditEvent, Practice, User
from portal.accounts.tenancy import all_practices
from tests.clients.conftest import NOW, TODAY
from tests.clients.plans import give_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine", "in_riverside")]
FORBIDDEN = re.compile(r"\b(knees?|pain|back|riverside|carl|priya|exercises?)\b", re.IGNORECASE)


@pytest.fixture
def address(carl: Client) -> CalendarAddress:
    return make_address(carl, by=carl.user, now=NOW)


def feed(address: CalendarAddress) -> Any:
    return Browser().get(reverse("calendar_feed", args=[token_of(address)]))


def events(address: CalendarAddress) -> list[Any]:
    """The entries of the calendar, as another program reads them."""
    answer = feed(address)
    assert answer.status_code == 200, answer.content
    return Calendar.from_ical(answer.content).walk("VEVENT")


def starts(event: Any) -> list[datetime]:
    """Every beginning that a row comes to, as another library works it out, in UTC."""
    begins = event["DTSTART"].dt
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=begins)
    out = event.get("EXDATE") or []
    left_out = {each.dt for line in (out if isinstance(out, list) else [out]) for each in line.dts}
    return [at.astimezone(UTC) for at in islice(rule, 400) if at not in left_out]


class TestAddress:
    def test_a_client_makes_one_and_finds_it_again(self, carl: Client, carls_phone: Browser) -> None:
        page = reverse("calendar")
        assert "Make my address" in carls_phone.get(page).content.decode()
        assert carls_phone.post(page, {"do": "make"}).status_code == 302
        token = token_of(CalendarAddress.objects.get(client=carl))
        text = carls_phone.get(page).content.decode()
        assert reverse("calendar_feed", args=[token]) in text
        assert 'href="webcal://' in text

    def test_a_new_one_stops_the_one_before(
        self, carls_phone: Browser, address: CalendarAddress, plan: Assignment
    ) -> None:
        assert feed(address).status_code == 200
        carls_phone.post(reverse("calendar"), {"do": "make"})
        assert feed(address).status_code == 404
        (now,) = CalendarAddress.objects.filter(stopped_at=None)
        assert feed(now).status_code == 200

    def test_stopping_it_is_recorded_and_a_repeat_changes_nothing(
        self, carl: Client, carls_phone: Browser, address: CalendarAddress
    ) -> None:
        for _ in range(2):
            carls_phone.post(reverse("calendar"), {"do": "stop"})
        assert feed(address).status_code == 404
        with all_practices():
            assert AuditEvent.objects.filter(action="calendar_address_stopped").count() == 1

    def test_another_button_is_refused_and_changes_nothing(self, carls_phone: Browser) -> None:
        answer = carls_phone.post(reverse("calendar"), {"do": "give me all"})
        assert answer.status_code == 400
        assert "Choose one of the buttons" in answer.content.decode()
        assert not CalendarAddress.objects.exists()

    @pytest.mark.parametrize("token", ["x", "0" * 40, "%00", "é"])
    def test_a_made_up_address_is_not_found(self, token: str) -> None:
        assert Browser().get(f"/c/{token}.ics").status_code == 404

    def test_a_token_fits_its_own_purpose_alone(self, carl: Client, address: CalendarAddress) -> None:
        other = unsubscribe_token(carl.pk, "session")
        assert Browser().get(reverse("calendar_feed", args=[other])).status_code == 404
        assert Browser().get(reverse("unsubscribe", args=[token_of(address)])).status_code == 404

    def test_the_address_of_a_closed_account_is_not_found(self, carl: Client, address: CalendarAddress) -> None:
        User.objects.filter(pk=carl.user.pk).update(is_active=False)
        assert feed(address).status_code == 404

    def test_the_address_of_a_closed_practice_is_not_found(self, carl: Client, address: CalendarAddress) -> None:
        Practice.objects.filter(pk=carl.practice_id).update(is_active=False)
        assert feed(address).status_code == 404

    def test_reading_it_changes_nothing_and_is_bounded(self, address: CalendarAddress, plan: Assignment) -> None:
        assert Browser().post(reverse("calendar_feed", args=[token_of(address)])).status_code == 405
        assert [feed(address).status_code for _ in range(READS)] == [200] * READS
        assert feed(address).status_code == 429


class TestWhatItShows:
    def test_a_plan_with_its_days_time_and_length(self, address: CalendarAddress, carl: Client) -> None:
        give_plan(carl, "knee-squeezes", starts_on=TODAY, weekdays=frozenset({0, 2, 4}), ends_on=TODAY + timedelta(27))
        change_settings(carl, values={"reminder_times": ["08:30"]}, by=carl.user)
        (event,) = events(address)
        assert event["SUMMARY"] == "Session"
        assert event["DTSTART"].to_ical() == b"20261118T083000"
        assert event["DTSTART"].params["TZID"] == "Europe/London"
        assert event["DURATION"].dt == timedelta(minutes=2)
        assert event["RRULE"].to_ical() == b"FREQ=WEEKLY;UNTIL=20261215T083000Z;BYDAY=MO,WE,FR"
        assert (event["CLASS"], event["TRANSP"], event["STATUS"]) == ("PRIVATE", "TRANSPARENT", "CONFIRMED")

    def test_no_word_tells_what_the_sessions_are(self, address: CalendarAddress, plan: Assignment) -> None:
        answer = feed(address)
        text = answer.content.decode()
        assert not FORBIDDEN.search(text)
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Type"].startswith("text/calendar")
        assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75

    def test_the_wall_time_stays_when_the_clock_changes(self, address: CalendarAddress, carl: Client) -> None:
        first, last = date(2027, 3, 22), date(2027, 4, 4)  # British summer time begins on 28 March
        give_plan(carl, "knee-squeezes", starts_on=first, ends_on=last)
        change_settings(carl, values={"reminder_times": ["08:30"]}, by=carl.user)
        (event,) = events(address)
        assert [at.hour for at in starts(event)] == [8] * 6 + [7] * 8

    def test_pauses_are_left_out_and_an_open_one_ends_it(
        self, address: CalendarAddress, carl: Client, plan: Assignment
    ) -> None:
        change_settings(carl, values={"reminder_times": ["08:30"]}, by=carl.user)
        PlanPause.objects.create(
            assignment=plan, first_day=TODAY + timedelta(2), last_day=TODAY + timedelta(3), created_by=carl.lead
        )
        PlanPause.objects.create(assignment=plan, first_day=TODAY + timedelta(6), created_by=carl.lead)
        event, _ = events(address)  # of the day's second session, the time is not known
        days = {at.date() for at in starts(event)}
        assert TODAY + timedelta(1) in days
        assert TODAY + timedelta(2) not in days
        assert max(days) == TODAY + timedelta(5)

    def test_a_client_on_hold_has_no_sessions_from_today(
        self, address: CalendarAddress, carl: Client, plan: Assignment
    ) -> None:
        editions = [events(address)[0]["SEQUENCE"]]
        assert max(starts(events(address)[0])).date() > TODAY
        move_client(carl, Client.State.ON_HOLD, by=carl.lead, now=NOW)
        assert max(at for event in events(address)[:1] for at in starts(event)).date() < TODAY
        editions.append(events(address)[0]["SEQUENCE"])
        move_client(carl, Client.State.ACTIVE, by=carl.lead, now=NOW)
        assert max(starts(events(address)[0])).date() > TODAY
        editions.append(events(address)[0]["SEQUENCE"])
        assert editions == sorted(set(editions)), "each change has a higher number, also where a pause is undone"

    def test_a_new_address_counts_on_from_the_one_that_was_stopped(
        self, address: CalendarAddress, carl: Client, carls_phone: Browser, plan: Assignment
    ) -> None:
        change_settings(carl, values={"reminder_times": ["07:00"]}, by=carl.user)
        before = events(address)[0]["SEQUENCE"]
        for pressed in ("stop", "make"):
            carls_phone.post(reverse("calendar"), {"do": pressed})
        (now,) = CalendarAddress.objects.filter(stopped_at=None)
        assert events(now)[0]["SEQUENCE"] > before

    def test_a_plan_that_was_ended_before_it_began_is_cancelled(self, address: CalendarAddress, carl: Client) -> None:
        plan = give_plan(carl, "knee-squeezes", starts_on=TODAY + timedelta(3))
        PlanPause.objects.create(
            assignment=plan, first_day=plan.starts_on, last_day=plan.starts_on, created_by=carl.lead
        )
        Assignment.objects.filter(pk=plan.pk).update(state=Assignment.State.ENDED, ends_on=plan.starts_on)
        (event,) = events(address)
        assert event["STATUS"] == "CANCELLED"
        assert "RRULE" not in event
        assert event["SEQUENCE"] == 3

    def test_the_clients_own_time_raises_the_edition(
        self, address: CalendarAddress, carl: Client, plan: Assignment
    ) -> None:
        before, _ = events(address)
        change_settings(carl, values={"reminder_times": ["07:00"]}, by=carl.user)
        after, _ = events(address)
        assert after["UID"] == before["UID"]
        assert after["SEQUENCE"] > before["SEQUENCE"]

    def test_drafts_are_not_shown_and_no_plan_is_an_empty_calendar(
        self, address: CalendarAddress, carl: Client
    ) -> None:
        assert events(address) == []
        plan = give_plan(carl, "knee-squeezes", starts_on=TODAY)
        Assignment.objects.filter(pk=plan.pk).update(state=Assignment.State.DRAFT)
        assert events(address) == []

    def test_the_statements_do_not_grow_with_plans(self, address: CalendarAddress, carl: Client) -> None:
        counts = []
        for _ in range(3):
            give_plan(carl, "knee-squeezes", starts_on=TODAY)
            with CaptureQueriesContext(connection) as queries:
                feed(address)
            counts.append(len(queries))
        assert counts == [counts[0]] * 3

    def test_it_speaks_the_clients_language(self, address: CalendarAddress, carl: Client, plan: Assignment) -> None:
        Client.objects.filter(pk=carl.pk).update(language="de")
        event, _ = events(address)
        assert event["SUMMARY"] == "Einheit"
