"""People of two clinics: a page that was opened for one of them never writes into the other."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Message
from portal.accounts.models import Membership, Practice, Role, User
from portal.accounts.tenancy import all_practices
from tests.doors import CODE, sign_in
from tests.factories import make_client, make_membership, make_practice, make_staff

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]+)"')


@pytest.fixture
def riverside() -> Practice:
    return make_practice(name="Riverside")


@pytest.fixture
def hilltop(riverside: Practice) -> Practice:
    return make_practice(name="Hilltop")


@pytest.fixture
def olive(riverside: Practice, hilltop: Practice) -> User:
    """Owner of both, who acts in Riverside until she chooses."""
    person = make_staff(riverside, Role.OWNER)
    make_membership(hilltop, person, role=Role.OWNER)
    return person


@pytest.fixture
def bea(riverside: Practice, hilltop: Practice) -> list[Client]:
    """Her record at Riverside and the one at Hilltop."""
    here = make_client(make_staff(riverside), riverside)
    there = make_client(make_staff(hilltop), hilltop, email=here.email, user=here.user)
    return [here, there]


def browser_that_checks(person: Any, *door: Any) -> Browser:
    browser = Browser(enforce_csrf_checks=True)
    sign_in(browser, person, *door)
    return browser


def opened(browser: Browser, page: str) -> dict[str, str]:
    """Open a page in a tab; return what its forms carry unseen."""
    return dict(HIDDEN.findall(browser.get(page).content.decode()))


def change_to(browser: Browser, key: int) -> None:
    """Choose the other clinic in another tab."""
    chosen = opened(browser, reverse("choose_practice")) | {"choice": str(key)}
    assert browser.post(reverse("choose_practice"), chosen).status_code == 302


def test_a_page_of_the_desk_does_not_write_into_the_practice_chosen_since(olive: User, hilltop: Practice) -> None:
    browser = browser_that_checks(olive)
    page = reverse("admin:saved_replies")
    tab = opened(browser, page) | {"title": "Hello", "text": "See you on Monday."}
    change_to(browser, hilltop.pk)
    answer = browser.post(page, tab)
    assert answer.status_code == 403
    assert "another clinic" in answer.content.decode()
    fresh = opened(browser, page)
    assert browser.post(page, tab | fresh).status_code == 302


def test_a_message_never_reaches_the_clinic_that_was_chosen_in_another_tab(bea: list[Client]) -> None:
    here, there = bea
    browser = browser_that_checks(here.user, CODE)
    change_to(browser, here.pk)
    tab = opened(browser, reverse("messages")) | {"text": "For Riverside alone."}
    change_to(browser, there.pk)
    answer = browser.post(reverse("messages"), tab)
    assert answer.status_code == 403
    assert "another clinic" in answer.content.decode()
    with all_practices():
        assert not Message.objects.exists()


def test_choosing_the_same_clinic_again_leaves_open_pages_as_they_are(bea: list[Client]) -> None:
    here, _there = bea
    browser = browser_that_checks(here.user, CODE)
    change_to(browser, here.pk)
    tab = opened(browser, reverse("messages")) | {"text": "The rocking feels good."}
    change_to(browser, here.pk)
    assert browser.post(reverse("messages"), tab).status_code == 302
    with all_practices():
        assert Message.objects.get().client == here


def test_an_open_page_of_a_clinic_that_took_the_role_back_writes_into_no_other(olive: User, hilltop: Practice) -> None:
    browser = browser_that_checks(olive)
    change_to(browser, hilltop.pk)
    page = reverse("admin:saved_replies")
    tab = opened(browser, page) | {"title": "Hello", "text": "See you on Monday."}
    with all_practices():
        Membership.objects.filter(practice=hilltop).update(is_active=False)
    assert browser.post(page, tab).status_code == 403
    assert browser.post(page, tab | opened(browser, page)).status_code == 302


def test_an_open_page_of_a_clinic_that_discharged_the_client_writes_into_no_other(bea: list[Client]) -> None:
    here, there = bea
    browser = browser_that_checks(here.user, CODE)
    change_to(browser, here.pk)
    tab = opened(browser, reverse("messages")) | {"text": "For Riverside alone."}
    with all_practices():
        Client.objects.filter(pk=here.pk).update(state=Client.State.DISCHARGED)
    assert browser.post(reverse("messages"), tab).status_code == 403
    assert browser.post(reverse("messages"), tab | opened(browser, reverse("messages"))).status_code == 302
    with all_practices():
        assert Message.objects.get().client == there
