"""What every page has, first of all for whoever is not signed in: help in its place, and the other language."""

import re

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from portal.accounts.tenancy import all_practices
from tests.doors import browser_of
from tests.factories import make_client, make_practice, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def carl() -> Client:
    practice = make_practice()
    return make_client(make_staff(practice), practice)


def footer_of(page: str) -> str:
    (found,) = re.findall(r"<footer.*?</footer>", page, re.DOTALL)
    return found


def test_a_stranger_changes_the_language_of_every_page_of_this_device(client: Browser) -> None:
    door = reverse("sign_in")
    foot = footer_of(client.get(door).content.decode())
    assert re.search(r'<button[^>]*name="language" value="de" lang="de">Deutsch</button>', foot)
    assert 'value="en-gb"' not in foot, "the language of the page is no choice"
    answer = client.post(reverse("choose_language"), {"language": "de", "next": door})
    assert (answer.status_code, answer["Location"]) == (302, door)
    cookie = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("de", True, "Lax")
    page = client.get(reverse("about")).content.decode()
    assert '<html lang="de"' in page
    assert 'value="en-gb"' in footer_of(page)


def test_a_client_changes_it_at_the_foot_of_every_page_for_all_their_devices(client: Browser, carl: Client) -> None:
    assert carl.user is not None
    client.force_login(carl.user)
    foot = footer_of(client.get(reverse("more")).content.decode())
    assert re.search(r'<button[^>]*name="language" value="de" lang="de">Deutsch</button>', foot)
    for language, kept in (("de", "de"), ("xx", "de")):
        assert client.post(reverse("choose_language"), {"language": language, "next": "/more/"})["Location"] == "/more/"
        with all_practices():
            assert Client.objects.get(pk=carl.pk).language == kept
    other = Browser()
    other.force_login(carl.user)
    assert '<html lang="de"' in other.get(reverse("more")).content.decode()


def test_a_choice_leads_to_no_other_site_and_an_unknown_language_changes_nothing(client: Browser) -> None:
    answer = client.post(reverse("choose_language"), {"language": "xx", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies
    assert client.get(reverse("choose_language")).status_code == 405


def test_a_form_from_elsewhere_cannot_choose(carl: Client) -> None:
    strict = Browser(enforce_csrf_checks=True)
    assert strict.post(reverse("choose_language"), {"language": "de", "next": "/in/"}).status_code == 403


def test_staff_have_their_language_from_their_record(carl: Client) -> None:
    desk = browser_of(carl.lead)
    assert 'name="language"' not in footer_of(desk.get(reverse("about")).content.decode())


def test_a_page_that_stays_on_devices_has_no_form_and_no_token() -> None:
    page = Browser().get(reverse("offline")).content.decode()
    assert "csrfmiddlewaretoken" not in footer_of(page)
    assert reverse("help") not in footer_of(page)


@pytest.mark.parametrize("name", ["sign_in", "about", "accessibility", "account_login", "help"])
def test_help_stands_in_the_same_place_for_strangers(client: Browser, name: str) -> None:
    foot = footer_of(client.get(reverse(name)).content.decode())
    assert re.search(r'<footer.*?<li><a href="/help/">', foot, re.DOTALL)


def test_help_without_an_account_says_what_to_do_when_signing_in_does_not_work(client: Browser) -> None:
    page = client.get(reverse("help")).content.decode()
    assert "If you cannot sign in" in page
    assert "call the emergency number of your country now" in page
