"""Alerts as practitioners work with them: on the landing page, opened, seen, cleared with a note."""

from collections.abc import Iterator

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Alert, Client
from portal.accounts.models import AuditEvent, Practice, User
from portal.accounts.tenancy import practice_scope
from tests.clients.test_safety import a_check, send
from tests.doors import STAFF, sign_in
from tests.factories import make_client, make_practice, make_staff


@pytest.fixture
def practice(db: None) -> Practice:
    return make_practice()


@pytest.fixture
def priya(practice: Practice) -> User:
    return make_staff(practice, email="priya@example.org", first_name="Priya")


@pytest.fixture(autouse=True)
def in_practice(practice: Practice) -> Iterator[None]:
    with practice_scope(practice):
        yield


@pytest.fixture
def alert(priya: User) -> Alert:
    carl: Client = make_client(priya)
    send(carl, a_check({"cauda_equina": ["1"], "infection": ["not_sure"]}))
    found: Alert = Alert.objects.get()
    return found


@pytest.fixture
def desk(priya: User) -> Browser:
    browser = Browser()
    sign_in(browser, priya, STAFF)
    return browser


def test_the_landing_page_and_the_clients_page_show_an_open_alert(alert: Alert, desk: Browser) -> None:
    address = reverse("admin:alert", args=[alert.pk])
    for page in (reverse("admin:caseload"), reverse("admin:client", args=[alert.client_id])):
        shown = desk.get(page).content.decode()
        assert address in shown
        assert "The plan is locked." in shown
        assert "wiping" not in shown, "answers stand on the alert's own page alone"


def test_opening_it_shows_what_was_ticked_and_is_kept(alert: Alert, desk: Browser, priya: User) -> None:
    shown = desk.get(reverse("admin:alert", args=[alert.pk])).content.decode()
    assert "wiping feels different" in shown
    assert "not sure" in shown
    assert "fever or shivers" not in shown
    assert AuditEvent.objects.filter(action="opened", object_type="clients.alert", actor=priya).exists()


def test_a_lock_is_not_cleared_without_a_note_and_the_field_says_so(alert: Alert, desk: Browser) -> None:
    refused = desk.post(reverse("admin:clear_alert", args=[alert.pk]), {"note": ""})
    assert refused.status_code == 400
    assert "Say in a few words" in refused.content.decode()
    assert "you can leave this out" not in refused.content.decode()
    desk.post(reverse("admin:acknowledge_alert", args=[alert.pk]))
    desk.post(reverse("admin:clear_alert", args=[alert.pk]), {"note": "Seen by her doctor."})
    alert.refresh_from_db()
    assert alert.cleared_note == "Seen by her doctor."
    assert reverse("admin:alert", args=[alert.pk]) not in desk.get(reverse("admin:caseload")).content.decode()
