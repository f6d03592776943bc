"""On the first day of a plan the client may begin, whatever weekday it is; the desk says the day that Today says."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django.utils.formats import date_format

from clients.analytics.ahead import plans_ahead
from clients.analytics.today import today_for
from clients.models import Assignment, Client
from clients.rules.reminders import RunningPlan
from clients.rules.schedule import Schedule, monday_of
from routines.models import Routine
from tests.clients.assigning.giving import MONDAY, give, item
from tests.clients.living import do_session
from tests.factories import answer_all_no

WEEK = [MONDAY + timedelta(days=number) for number in range(7)]
ANY_DAYS = [("per_week", days) for days in (1, 2, 3, 7)] + [("walk", 1), ("walk", 3)]


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


@pytest.fixture(params=WEEK, ids=lambda day: f"{day:%A}")
def today(request: Any, carl: Client) -> Iterator[date]:
    """Each weekday once; the clock stands at its noon."""
    with time_machine.travel(noon(request.param), tick=False):
        answer_all_no(carl)
        yield request.param


@pytest.fixture
def desk_now(today: date, request: Any) -> Browser:
    """The practitioner's browser, signed in at that time."""
    browser: Browser = request.getfixturevalue("desk")
    return browser


def given(client: Client, day: date, kind: Any, days: int) -> Assignment:
    slug = "walking" if kind == "walk" else "glute-bridge"
    return give(client, item(slug), schedule=Schedule(kind, day, per_week=days))


@pytest.mark.parametrize(("kind", "days"), ANY_DAYS)
def test_a_plan_for_any_days_may_be_begun_at_once(today: date, carl: Client, kind: str, days: int) -> None:
    plan = given(carl, today, kind, days)
    page = today_for(carl, noon(today))
    assert (page.state, [card.state for card in page.cards]) == ("ready", ["ready"])
    assert [mark.state for mark in page.week if mark.today] == ["planned"]
    assert (today, 1) in plans_ahead(carl, noon(today))[0].days
    do_session(plan, at=noon(today))
    done = today_for(carl, noon(today))
    assert (done.state, [card.state for card in done.cards]) == ("done", ["done"])
    assert [mark.state for mark in done.week if mark.today] == ["done"]


@pytest.mark.parametrize(("kind", "days"), ANY_DAYS)
def test_what_is_only_offered_is_neither_counted_nor_reminded_of(
    today: date, carl: Client, kind: str, days: int
) -> None:
    schedule = Schedule.from_dict(given(carl, today, kind, days).versions.get().schedule)
    left = (monday_of(today) + timedelta(days=6) - today).days + 1
    share = round(days * left / 7)
    assert schedule.planned_between(today, today + timedelta(days=left - 1)) == share
    assert today_for(carl, noon(today)).planned == share
    assert schedule.is_wanted_on(today) == RunningPlan(schedule).asks(today, 1) == (share > 0)


def test_the_day_after_is_as_it_was(today: date, carl: Client) -> None:
    given(carl, today, "per_week", 3)
    after = today + timedelta(days=1)
    schedule = Schedule("per_week", today, per_week=3)
    for done in ([], [today]):
        assert schedule.is_offered_on(after, days_done=done) == schedule.is_wanted_on(after, days_done=done)


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": "per_week", "per_week": "1", "weekdays": []},
        {"kind": "per_week", "per_week": "3", "weekdays": []},
        {"kind": "weekdays", "weekdays": ["0", "2", "4"]},
        {"kind": "weekdays", "weekdays": ["3"]},
    ],
    ids=["once a week", "three times a week", "Monday, Wednesday, Friday", "Thursday"],
)
def test_the_desk_names_the_day_on_which_today_has_the_session(
    today: date, desk_now: Browser, carl: Client, squeezes: Routine, typed: dict[str, Any]
) -> None:
    address = f"{reverse('admin:assign_to', args=[carl.pk])}?routine={squeezes.pk}"
    data = {**dict(desk_now.get(address).context["editor"].post.lists()), **typed}
    phone = desk_now.post(reverse("admin:assign_preview", args=[carl.pk]), data).json()["phone"]
    sent = desk_now.post(address, {**data, "do": "save"}, follow=True)
    days = (today + timedelta(days=number) for number in range(8))
    first = next(day for day in days if today_for(carl, noon(day)).state == "ready")
    assert date_format(first, "l j F") in phone
    said = "can start now" if first == today else f"can start on {date_format(first, 'l j M')}."
    assert f"Sent. Carl {said}" in sent.content.decode()
    rests = f"Next session: {first:%A}" in sent.context["phone"]
    assert rests == (first != today), "the phone beside it says what Today says of a day without a session"


def test_a_change_is_shown_on_the_day_that_is_left_to_do(today: date, desk_now: Browser, carl: Client) -> None:
    plan = give(carl, item("glute-bridge"), schedule=Schedule("weekdays", today, weekdays=frozenset(range(7))))
    do_session(plan, at=noon(today))
    page = desk_now.get(reverse("admin:change_plan", args=[plan.pk]))
    preview = f"{reverse('admin:assign_preview', args=[carl.pk])}?plan={plan.pk}"
    typed = dict(page.context["editor"].post.lists())
    tomorrow = date_format(today + timedelta(days=1), "l j F")
    assert preview in page.content.decode()
    assert tomorrow in page.context["phone"]
    assert tomorrow in desk_now.post(preview, typed).json()["phone"]


def test_the_plan_of_another_client_is_no_plan_of_this_one(desk: Browser, carl: Client, omar: Client) -> None:
    plan = give(omar, item("glute-bridge"))
    address = reverse("admin:assign_preview", args=[carl.pk])
    assert desk.post(f"{address}?plan={plan.pk}", {}).status_code == 404
    assert desk.post(f"{address}?plan=0", {}).status_code == 404
    assert desk.post(f"{address}?plan=x", {}).status_code == 404
