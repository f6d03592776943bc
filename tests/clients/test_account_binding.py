"""What a device kept reaches the account that it was kept for, and no other."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from clients.exports.bundle import account_key
from clients.models import Assignment, Client, Event
from portal.accounts.tenancy import all_practices

pytestmark = pytest.mark.django_db


def started(plan: Assignment) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "session": str(uuid4()),
        "type": "started",
        "item": None,
        "at": "2026-11-18T08:00:00.000+00:00",
        "app": "1",
        "data": {"version": plan.current_version_id, "on": "2026-11-18", "slot": 1},
    }


def send(browser: Browser, event: dict[str, Any], **headers: str) -> HttpResponse:
    body = json.dumps({"events": [event]})
    answer: HttpResponse = browser.post("/api/v1/events/", body, content_type="application/json", headers=headers)
    return answer


def kept() -> int:
    with all_practices():
        return Event.objects.count()


def test_events_for_another_account_are_not_taken_and_stay_on_the_device(
    client: Browser, carl: Client, omar: Client, plan: Assignment
) -> None:
    event = started(plan)
    client.force_login(omar.user)
    answer = send(client, event, X_Account=account_key(carl))
    assert answer.status_code == 403, "which a device takes for: sign in, and keep it"
    assert kept() == 0
    client.force_login(carl.user)
    assert send(client, event, X_Account=account_key(carl)).json()["results"][0]["status"] == 200
    assert kept() == 1


def test_without_the_header_ids_of_another_client_are_not_found(
    client: Browser, omar: Client, plan: Assignment
) -> None:
    client.force_login(omar.user)
    assert send(client, started(plan)).json()["results"][0]["status"] == 404
    assert kept() == 0


def test_a_device_learns_whose_session_it_is_and_gets_a_token_that_works(carl: Client, plan: Assignment) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(carl.user)
    event = started(plan)
    assert send(browser, event).status_code == 403
    answer = browser.get("/api/v1/account/")
    assert answer["Cache-Control"] == "no-store"
    found = answer.json()
    assert found["account"] == account_key(carl)
    assert send(browser, event, X_CSRFToken=found["token"]).status_code == 200
    assert send(browser, event, X_CSRFToken="of yesterday").status_code == 403


def test_another_site_cannot_send_events_with_a_clients_cookies(carl: Client, plan: Assignment) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(carl.user)
    token = browser.get("/api/v1/account/").json()["token"]
    answer = send(browser, started(plan), X_CSRFToken=token, Origin="https://elsewhere.example")
    assert answer.status_code == 403
    assert kept() == 0


def test_whoever_is_signed_out_has_no_account(client: Browser) -> None:
    assert client.get("/api/v1/account/").status_code == 403


SIGNING_OUT = ("/out/", "/out/everywhere/")


@pytest.mark.parametrize("path", SIGNING_OUT)
def test_signing_out_has_the_browser_forget_what_it_stored_once_the_page_says_that_nothing_waits(
    client: Browser, carl: Client, path: str
) -> None:
    client.force_login(carl.user)
    assert client.post(path, {"device": "cleared"})["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.parametrize("path", SIGNING_OUT)
def test_signing_out_without_a_word_about_what_waits_deletes_nothing_that_was_not_sent(
    client: Browser, carl: Client, path: str
) -> None:
    """A page without JavaScript cannot know what an earlier visit left in the device's store."""
    client.force_login(carl.user)
    assert client.post(path)["Clear-Site-Data"] == '"cache"'


@pytest.mark.parametrize("path", ["/more/", "/devices/"])
def test_each_form_that_signs_a_client_out_first_sends_what_waits(client: Browser, carl: Client, path: str) -> None:
    client.force_login(carl.user)
    html = client.get(path).content.decode()
    module = f'data-module="clients/offline/sign-out" data-account="{account_key(carl)}"'
    assert html.count(module) == 1
    before, _, after = html.partition(module)
    assert 'action="/out/' not in before
    assert 'action="/out/everywhere/"' in after
    assert 'id="sign-out-title"' in after, "the client can be asked"


def test_today_and_more_say_which_account_the_device_sends_for(client: Browser, carl: Client, plan: Assignment) -> None:
    client.force_login(carl.user)
    for path in ("/today/", "/more/"):
        html = client.get(path).content.decode()
        assert f'data-account="{account_key(carl)}"' in html
        assert 'data-module="clients/offline/here showQueue"' in html


def test_more_leads_to_instructions_for_each_kind_of_device(client: Browser, carl: Client) -> None:
    client.force_login(carl.user)
    assert 'href="/more/install/"' in client.get("/more/").content.decode()
    html = client.get("/more/install/").content.decode()
    for kind in ("ios", "android", "desktop"):
        assert f'data-kind="{kind}" open' in html, "without JavaScript all of it can be read"
