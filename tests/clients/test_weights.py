"""Pages that a phone on a slow network can fetch: the budgets of a first visit."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, Session
from portal.accounts.models import Practice
from portal.accounts.tenancy import practice_scope
from tests.clients.plans import give_plan
from tests.clients.weights import weigh

pytestmark = pytest.mark.django_db
MOST_REQUESTS = 10
AGAIN_KB = 15  # of the 16 of a second visit, where the page comes with its head and nothing else comes


@pytest.fixture
def phone(carl: Client) -> Browser:
    browser = Browser()
    assert carl.user is not None
    browser.force_login(carl.user)
    return browser


@pytest.fixture
def session(carl: Client, practice: Practice, phone: Browser) -> Session:
    """A session of six exercises, begun."""
    with practice_scope(practice):
        plan = give_plan(
            carl, "knee-squeezes", "glute-bridge", "bird-dog", "cat-camel", "side-bridge-knees", "belly-breathing",
            starts_on=timezone.now().date() - timedelta(days=3), opted_in=("rocking",),
        )  # fmt: skip
    phone.post(reverse("check_in", args=[plan.pk, 1]), {"pain": "2"})
    with practice_scope(practice):
        return Session.objects.get()


def test_signing_in_costs_no_more_than_60_kilobytes() -> None:
    weight = weigh(Browser(), reverse("sign_in"))
    assert weight.kilobytes <= 60, weight
    assert len(weight.fetched) <= MOST_REQUESTS, weight.fetched


def test_today_costs_no_more_than_80_kilobytes(phone: Browser, session: Session) -> None:
    weight = weigh(phone, reverse("today"))
    assert weight.kilobytes <= 80, weight
    assert len(weight.fetched) <= MOST_REQUESTS, weight.fetched


def test_a_session_of_six_exercises_costs_no_more_than_95_kilobytes(phone: Browser, session: Session) -> None:
    weight = weigh(phone, reverse("player", args=[session.pk]))
    assert weight.kilobytes <= 95, weight
    assert weight.bytes["html"] <= AGAIN_KB * 1024, weight
    assert len(weight.fetched) <= MOST_REQUESTS, weight.fetched
