"""A client with a running plan, for the tests of this room."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from clients.models import Assignment, Client
from portal.accounts.models import Membership, Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from tests.clients.plans import give_plan
from tests.doors import browser_of

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)  # a Wednesday
TODAY = date(2026, 11, 18)


def make_client(practice: Practice, lead: User, email: str, first_name: str) -> Client:
    """Return an active client of the practice with an account."""
    user = User.objects.create_user(email, first_name=first_name)
    return Client.objects.create(
        practice=practice,
        user=user,
        lead=lead,
        email=email,
        first_name=first_name,
        last_name="Hill",
        state=Client.State.ACTIVE,
        time_zone="Europe/London",
    )


@pytest.fixture
def at_nine() -> Iterator[Any]:
    """The clock stands at NOW; the test may move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def practice(db: None) -> Practice:
    return Practice.objects.create(name="Riverside", slug="riverside", sender_name="Riverside")


@pytest.fixture
def priya(practice: Practice) -> User:
    """The physiotherapist of the practice."""
    user = User.objects.create_user("priya@riverside.example", first_name="Priya")
    with all_practices():
        Membership.objects.create(practice=practice, user=user, role=Role.PRACTITIONER)
    return user


@pytest.fixture
def desk(priya: User) -> Browser:
    """Her browser, signed in with both factors."""
    return browser_of(priya)


@pytest.fixture
def carl(practice: Practice, priya: User) -> Client:
    """Her client."""
    with practice_scope(practice):
        return make_client(practice, priya, "carl@home.example", "Carl")


@pytest.fixture
def omar(practice: Practice, priya: User) -> Client:
    """Another client of hers."""
    with practice_scope(practice):
        return make_client(practice, priya, "omar@home.example", "Omar")


@pytest.fixture
def in_riverside(practice: Practice) -> Iterator[None]:
    with practice_scope(practice):
        yield


@pytest.fixture
def plan(carl: Client, in_riverside: None) -> Assignment:
    """Knee squeezes twice a day, since two weeks, rocking switched on."""
    return give_plan(carl, "knee-squeezes", starts_on=date(2026, 11, 2), times_per_day=2, opted_in=("rocking",))


@pytest.fixture
def daily(carl: Client, practice: Practice) -> Assignment:
    """Knee squeezes every day, since a week; nothing in the test runs in a practice by itself."""
    with practice_scope(practice):
        return give_plan(carl, "knee-squeezes", starts_on=TODAY - timedelta(days=7))


@pytest.fixture
def carls_phone(carl: Client, at_nine: Any) -> Browser:
    assert carl.user is not None
    browser = Browser()
    browser.force_login(carl.user)
    return browser


@pytest.fixture
def omars_phone(omar: Client, at_nine: Any) -> Browser:
    assert omar.user is not None
    browser = Browser()
    browser.force_login(omar.user)
    return browser
