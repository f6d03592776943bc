"""A page of a client's details that stands open while another tab changes the record."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import CalendarAddress, Client, Reminder
from clients.services.calendar import make_address
from clients.services.client_state import move_client
from clients.services.details import change_details
from clients.services.remind import plan_for
from tests.clients.conftest import NOW
from tests.clients.plans import give_plan

pytestmark = pytest.mark.django_db


def opened(desk: Browser, client: Client) -> dict[str, Any]:
    page = desk.get(reverse("admin:client_details", args=[client.pk]))
    form = page.context["form"]
    values = {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}
    return {**values, "shown": page.context["shown"]}


def send(desk: Browser, client: Client, data: dict[str, Any]) -> int:
    status = desk.post(reverse("admin:client_details", args=[client.pk]), data).status_code
    client.refresh_from_db()
    return status


def test_an_old_page_takes_no_tag_away_that_was_added_since(desk: Browser, carl: Client) -> None:
    old, fresh = opened(desk, carl), opened(desk, carl)
    assert send(desk, carl, {**fresh, "tags": ["osteoporosis"]}) == 302
    assert send(desk, carl, {**old, "problem": "Stiff back"}) == 302
    assert (carl.tags, carl.problem) == (["osteoporosis"], "Stiff back")
    assert send(desk, carl, {**old, "tags": ["wrist_problem"]}) == 302
    assert carl.tags == ["osteoporosis", "wrist_problem"]
    assert send(desk, carl, {**opened(desk, carl), "tags": ["wrist_problem"]}) == 302
    assert carl.tags == ["wrist_problem"]


def test_a_page_that_came_back_with_an_error_still_knows_what_it_showed(desk: Browser, carl: Client) -> None:
    wrong = {**opened(desk, carl), "tags": ["osteoporosis"], "minutes_a_day": "many"}
    answer = desk.post(reverse("admin:client_details", args=[carl.pk]), wrong)
    assert answer.status_code == 400
    assert answer.context["shown"] == wrong["shown"]
    assert send(desk, carl, {**wrong, "shown": answer.context["shown"], "minutes_a_day": ""}) == 302
    assert carl.tags == ["osteoporosis"]


@pytest.mark.parametrize("shown", ["", "[]", "{}", '{"tags": 1}', "[" * 100_000, "no JSON", '{"tags": [[]]}'])
def test_whatever_a_page_says_that_it_showed_the_rest_is_kept(desk: Browser, carl: Client, shown: str) -> None:
    data = {**opened(desk, carl), "shown": shown, "problem": "Stiff back"}
    assert send(desk, carl, data) == 302
    assert carl.problem == "Stiff back"


def test_details_that_are_saved_beside_a_hold_do_not_take_it_back(carl: Client, in_riverside: None) -> None:
    loaded = Client.objects.select_related("practice", "lead").get(pk=carl.pk)
    move_client(carl, Client.State.ON_HOLD, by=carl.lead, now=NOW)
    change_details(loaded, by=carl.lead, problem="Low back pain")
    carl.refresh_from_db()
    assert (carl.state, carl.problem) == (Client.State.ON_HOLD, "Low back pain")


def test_reminders_and_calendar_follow_a_time_zone_that_the_desk_changes(carl: Client, in_riverside: None) -> None:
    """By the clock of the database, which no test can set."""
    now = timezone.now()
    give_plan(carl, "knee-squeezes", starts_on=now.date() - timedelta(days=3))
    address = make_address(carl, by=carl.user, now=now)
    plan_for(carl)
    before = Reminder.objects.latest("due_at")
    change_details(carl, by=carl.lead, time_zone="Pacific/Pago_Pago")
    moved = Reminder.objects.get(pk=before.pk)
    assert (moved.time_zone, moved.local_date) == ("Pacific/Pago_Pago", before.local_date)
    assert moved.due_at > before.due_at
    assert CalendarAddress.objects.get(pk=address.pk).changes > address.changes
