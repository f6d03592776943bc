"""The API of a client's own app: events in, one's own plan and sessions out, and nothing else."""

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client, Event, Session
from clients.services.record import record_events
from tests.clients.conftest import NOW
from tests.clients.test_record import whole_session

pytestmark = pytest.mark.django_db

LONG_NAME, LONG_NUMBER = "x" * 5000, "9" * 5000


class TestTheApi:
    def send(self, browser: Browser, body: Any, **extra: Any) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        return browser.post(reverse("api:events"), text, content_type="application/json", **extra)

    def test_events_are_answered_one_by_one(self, carls_phone: Browser, plan: Assignment) -> None:
        events = whole_session(plan)
        answer = self.send(carls_phone, {"events": [*events, {"id": "x"}]})
        assert answer.status_code == 200
        assert [each["status"] for each in answer.json()["results"]] == [200] * len(events) + [400]

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param("{", id="not json"),
            pytest.param('{"events": [], "events": []}', id="a name twice"),
            pytest.param('{"events": NaN}', id="not a number"),
            pytest.param('{"events": ' + "9" * 5000 + "}", id="a number of 5,000 digits"),
            pytest.param('{"events": "\\ud800"}', id="half a character"),
            pytest.param('{"events": "\\u0000"}', id="nul"),
            pytest.param("[" * 100_000 + "]" * 100_000, id="100,000 deep"),
            pytest.param('{"events": ' + "[" * 500 + "]" * 500 + "}", id="500 deep"),
            pytest.param('{"events": [1e999]}', id="a number without an end"),
            pytest.param('"' + "x" * 1_100_000 + '"', id="larger than 1 MB"),
            pytest.param('{"events": {}}', id="no list"),
            pytest.param('{"other": []}', id="another name"),
            pytest.param("[]", id="no object"),
        ],
    )
    def test_hostile_json_gets_a_clear_no(self, carls_phone: Browser, plan: Assignment, body: str) -> None:
        answer = self.send(carls_phone, body)
        assert answer.status_code in (400, 413)
        assert not Event.objects.exists()

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            pytest.param('{"events": [{}, {"item": %s}]}' % ("9" * 20), "events.1.item", id="20 digits"),
            pytest.param(
                '{"events": [{"data": {"reps": [1, -1%s]}}]}' % ("0" * 18), "events.0.data.reps.1", id="minus"
            ),
            pytest.param('{"events": [{"data": {"value": 1e999}}]}', "events.0.data.value", id="without an end"),
            pytest.param("{" + f'"{LONG_NAME}": {LONG_NUMBER}' + "}", "x" * 200, id="a long name"),
            pytest.param("9" * 20, "", id="nothing but a number"),
        ],
    )
    def test_a_number_that_is_too_large_is_named_with_what_to_send(
        self, carls_phone: Browser, plan: Assignment, body: str, place: str
    ) -> None:
        answer = self.send(carls_phone, body)
        assert answer.status_code == 400
        assert answer.json() == {
            place: ["This number is too large. Send a whole number of at most 19 characters."],
        }
        assert not Event.objects.exists()

    def test_a_number_of_nineteen_characters_is_read(self, carls_phone: Browser, plan: Assignment) -> None:
        answer = self.send(carls_phone, '{"events": [{"item": %s}]}' % ("9" * 19))
        assert [each["status"] for each in answer.json()["results"]] == [400]

    def test_fifty_megabytes_are_refused_unread(self, carls_phone: Browser, plan: Assignment) -> None:
        answer = self.send(carls_phone, '{"events": "' + "x" * 50_000_000 + '"}')
        assert answer.status_code in (400, 413)

    def test_another_media_type_is_refused(self, carls_phone: Browser) -> None:
        answer = carls_phone.post(reverse("api:events"), "<a/>", content_type="application/xml")
        assert answer.status_code == 415

    def test_a_missing_csrf_token_is_refused(self, carl: Client, plan: Assignment, at_nine: Any) -> None:
        browser = Browser(enforce_csrf_checks=True)
        browser.force_login(carl.user)
        assert self.send(browser, {"events": whole_session(plan)}).status_code == 403
        assert not Event.objects.exists()

    def test_signed_out_people_get_nothing(self, db: None) -> None:
        browser = Browser()
        for name in ("api:plans", "api:sessions"):
            assert browser.get(reverse(name)).status_code == 403
        assert self.send(browser, {"events": []}).status_code == 403

    def test_ones_own_plan_and_sessions_can_be_read(self, carls_phone: Browser, carl: Client, plan: Assignment) -> None:
        events = whole_session(plan)
        record_events(carl, events, now=NOW)
        (read,) = carls_phone.get(reverse("api:plans")).json()["results"]
        assert read["items"][0]["timeline"]["units"] == 5
        sessions = carls_phone.get(reverse("api:sessions")).json()
        assert sessions["next"] is None
        assert sessions["results"][0]["pain_before"] == 3
        detail = carls_phone.get(reverse("api:session", args=[events[0]["session"]])).json()
        assert {event["id"] for event in detail["events"]} == {event["id"] for event in events}

    def test_sessions_are_read_fifty_at_a_time(
        self, carls_phone: Browser, carl: Client, plan: Assignment, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(60):
            first = {**whole_session(plan)[0], "at": (NOW - timedelta(minutes=number // 20)).isoformat()}
            record_events(carl, [first], now=NOW)
        with django_assert_max_num_queries(7):
            page = carls_phone.get(reverse("api:sessions")).json()
        rest = carls_phone.get(page["next"]).json()
        assert (len(page["results"]), len(rest["results"]), rest["next"]) == (50, 10, None)
        told = [session["id"] for session in page["results"] + rest["results"]]
        ids = Session.objects.order_by("-started_at", "-pk").values_list("pk", flat=True)
        assert told == [str(each) for each in ids], "twenty began at each of three moments"
        answer = carls_phone.get(reverse("api:sessions"), {"before": "yesterday"})
        assert (answer.status_code, "Read on from the `next`" in answer.json()["detail"]) == (404, True)

    @pytest.mark.parametrize(
        "place",
        [
            "foo", "\0", "9" * 300, "2026-02-30 09:00:00+00:00", "2026-11-18 09:00:00", "9999-12-31T23:59:59-14:00",
            "0001-01-01T00:00:00+14:00",
        ],
    )  # fmt: skip
    def test_a_place_that_is_no_moment_is_no_place(self, carls_phone: Browser, place: str) -> None:
        cursor = base64.b64encode(urlencode({"p": place}).encode()).decode()
        answer = carls_phone.get(reverse("api:sessions"), {"before": cursor})
        assert (answer.status_code, "Read on from the `next`" in answer.json()["detail"]) == (404, True)

    def test_too_many_calls_are_told_to_wait(self, carls_phone: Browser, settings: Any) -> None:
        settings.API_CALLS_PER_MINUTE = 3
        statuses = [carls_phone.get(reverse("api:sessions")).status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]

    def test_the_description_is_valid_openapi(self, carls_phone: Browser) -> None:
        from drf_spectacular.validation import validate_schema

        schema = carls_phone.get(reverse("api_schema")).json()
        validate_schema(schema)
        assert "/api/v1/events/" in schema["paths"]
