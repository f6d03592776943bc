"""The links that stop a stream, for people and for mail programs."""

from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import Client, StreamChoice
from clients.notifications import links
from clients.preference_forms import ReminderForm
from clients.services import remind
from clients.services.settings import change_settings
from portal.accounts.models import AuditEvent
from portal.accounts.tenancy import all_practices
from portal.lib import sealing
from tests.clients.reminders.conftest import WEDNESDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(carl: Client) -> str:
    return f"/u/{links.unsubscribe_token(carl.pk, 'session')}/"


def refused() -> list[tuple[str, str]]:
    with all_practices():
        return list(StreamChoice.objects.values_list("stream", "how"))


def test_looking_at_the_link_changes_nothing(address: str) -> None:
    browser = Browser()
    for method in (browser.get, browser.head, browser.options):
        assert method(address).status_code in {200, 405}
    assert refused() == []
    assert b"Stop these reminders" in browser.get(address).content


def test_a_mail_program_stops_the_stream_in_one_step_without_cookies_or_sign_in(address: str, carl: Client) -> None:
    browser = Browser(enforce_csrf_checks=True)
    answer = browser.post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not answer.cookies
    assert refused() == [("session", "one_click")]
    with all_practices():
        assert not remind.may_send_to(carl, "session")
        assert list(AuditEvent.objects.values_list("action", flat=True)) == ["stream_refused"]


def test_the_button_of_the_page_does_the_same_and_says_so(address: str) -> None:
    answer = Browser(enforce_csrf_checks=True).post(address)
    assert answer.status_code == 200
    assert b"These reminders are stopped" in answer.content
    assert refused() == [("session", "link")]


def test_stopping_again_changes_nothing(address: str) -> None:
    browser = Browser()
    for _ in range(3):
        assert browser.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert len(refused()) == 1
    with all_practices():
        assert AuditEvent.objects.count() == 1


def test_one_stream_is_stopped_for_one_client(address: str, carl: Client, omar: Client) -> None:
    Browser().post(address)
    with all_practices():
        assert remind.may_send_to(carl, "sign_in")
        assert remind.may_send_to(omar, "session")


def test_the_settings_show_the_no_and_take_it_back(address: str, carl: Client) -> None:
    Browser().post(address)
    with all_practices():
        assert ReminderForm(instance=carl, today=WEDNESDAY)["reminder_channel"].value() == "none"
        change_settings(carl, values={"name_to_use": "Carlo"}, by=carl.user)
        assert not remind.may_send_to(carl, "session"), "another change leaves it as it is"
        change_settings(carl, values={"reminder_channel": "email"}, by=carl.user)
        assert remind.may_send_to(carl, "session")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda carl: links.unsubscribe_token(carl.pk, "session")[:-3], id="cut short"),
        pytest.param(lambda carl: "x" * 40, id="made up"),
        pytest.param(lambda carl: sealing.short_token("invite", f"{carl.pk}:session"), id="of another purpose"),
        pytest.param(lambda carl: sealing.short_token("unsubscribe", "one:session"), id="without a number"),
        pytest.param(lambda carl: f"{carl.pk}:session", id="not sealed"),
    ],
)
def test_a_link_that_was_not_made_for_this_is_not_found(carl: Client, make: Any, method: str) -> None:
    answer = getattr(Browser(), method)(f"/u/{make(carl)}/")
    assert answer.status_code == 404
    assert refused() == []


@pytest.mark.parametrize(("client_id", "stream"), [(10**9, "session"), (None, "gossip")])
def test_nobody_and_nothing_cannot_be_stopped(carl: Client, client_id: int | None, stream: str) -> None:
    token = links.unsubscribe_token(client_id or carl.pk, stream)
    assert Browser().post(f"/u/{token}/").status_code == 404
    assert refused() == []


def test_the_link_tells_nothing_about_the_client_and_works_after_the_key_was_changed(
    carl: Client, address: str, settings: Any
) -> None:
    token = links.unsubscribe_token(carl.pk, "session")
    assert "session" not in token
    assert links.unsubscribe_token(carl.pk + 1, "session")[:8] != token[:8]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next key of this installation, made at random"
    assert links.unsubscribe_token(carl.pk, "session") != token
    assert links.read_unsubscribe_token(token) == (carl.pk, "session")
