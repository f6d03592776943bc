"""A day of rest instead of the gentle session: told on the page or by a device, kept once, with its pain answer."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.analytics.moments import look
from clients.analytics.timeline import timeline
from clients.exports.bundle import account_key
from clients.models import Alert, Assignment, Client, PutOff, Session
from portal.accounts.tenancy import all_practices
from tests.clients.conftest import NOW, TODAY
from tests.doors import CODE, sign_in

pytestmark = pytest.mark.usefixtures("in_riverside")


def told(plan: Assignment, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "session": str(uuid.uuid4()),
        "type": "rest_day",
        "item": None,
        "at": NOW.isoformat(),
        "app": "1",
        "data": {"assignment": plan.pk, "on": TODAY.isoformat(), "slot": 1, "pain": 7, **changes},
    }


def send(browser: Browser, client: Client, *events: dict[str, Any]) -> list[dict[str, Any]]:
    answer = browser.post(
        reverse("api:events"),
        json.dumps({"events": events}),
        content_type="application/json",
        headers={"X-Account": account_key(client)},
    )
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def test_the_page_keeps_the_answer_that_led_to_the_rest(browser: Browser, morning: Assignment) -> None:
    browser.post(reverse("check_in", args=[morning.pk, 1]), {"pain": "7", "lane": "rest"})
    row = PutOff.objects.get()
    assert (row.choice, row.pain, row.on, row.slot) == ("rest", 7, TODAY, 1)
    assert "That is fine." in browser.get(reverse("today")).content.decode()


def test_a_device_tells_it_once_however_often_it_is_sent(browser: Browser, carl: Client, morning: Assignment) -> None:
    event = told(morning)
    for _ in range(2):
        assert [each["status"] for each in send(browser, carl, event, event)] == [200, 200]
    assert PutOff.objects.get().pain == 7
    assert Alert.objects.get().reason_key == "rested"
    assert not Session.objects.exists()


def test_the_same_id_with_another_answer_is_refused_and_the_first_is_kept(
    browser: Browser, carl: Client, morning: Assignment
) -> None:
    event = told(morning)
    send(browser, carl, event)
    assert send(browser, carl, {**event, "data": {**event["data"], "pain": 3}})[0]["status"] == 409
    assert PutOff.objects.get().pain == 7


def test_a_stranger_neither_tells_of_this_plan_nor_learns_of_an_id(
    browser: Browser, carl: Client, morning: Assignment, omar: Client
) -> None:
    event = told(morning)
    send(browser, carl, event)
    other = Browser()
    assert omar.user is not None
    sign_in(other, omar.user, CODE)
    assert send(other, omar, event)[0]["status"] == 404
    assert send(other, omar, told(morning))[0]["status"] == 404
    with all_practices():
        assert PutOff.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"pain": 11}, "data.pain"),
        ({"on": "soon"}, "data.on"),
        ({"on": "2030-01-01"}, "data.on"),
        ({"on": "0001-01-01"}, "data.on"),
        ({"slot": -1}, "data.slot"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    browser: Browser, carl: Client, morning: Assignment, change: dict[str, Any], field: str
) -> None:
    (answer,) = send(browser, carl, told(morning, **change))
    assert answer["status"] == 400
    assert field in answer["problems"]
    assert not PutOff.objects.exists()


@pytest.mark.parametrize("at", ["9999-12-31T23:30:00+00:00", "0001-01-01T00:30:00+00:00"])
def test_a_rest_of_an_impossible_time_is_refused(browser: Browser, carl: Client, morning: Assignment, at: str) -> None:
    (answer,) = send(browser, carl, {**told(morning), "at": at})
    assert (answer["status"], set(answer["problems"])) == (400, {"at"})
    assert not PutOff.objects.exists()


def test_a_rest_counts_as_an_answer_of_its_day_and_stands_in_the_timeline(
    browser: Browser, carl: Client, morning: Assignment
) -> None:
    send(browser, carl, told(morning))
    version = morning.current_version
    assert version is not None
    assert (TODAY, 7) in look(morning, version, at=NOW, rules=[]).moment.days
    entries = timeline(carl, by=carl.lead, before=NOW.replace(year=2030), kind="session").entries
    assert [(entry.text, entry.detail) for entry in entries] == [
        (f"“{morning.name}”: Rest, and tell the practice", "Pain 7.")
    ]
