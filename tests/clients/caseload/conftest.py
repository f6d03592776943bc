"""Nine o'clock on a Wednesday in a practice in scope: Priya with her client Carl Winter, and Nora beside her."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client as Browser

from clients.models import Client
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from tests.clients.conftest import NOW
from tests.doors import browser_of
from tests.factories import make_client, make_practice, make_staff


@pytest.fixture(autouse=True)
def at_nine(db: None) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def practice() -> Practice:
    return make_practice(time_zone="Europe/London")


@pytest.fixture(autouse=True)
def in_practice(practice: Practice) -> Iterator[None]:
    with practice_scope(practice):
        yield


@pytest.fixture
def priya(practice: Practice) -> User:
    return make_staff(practice, first_name="Priya", last_name="Shah")


@pytest.fixture
def nora(practice: Practice) -> User:
    return make_staff(practice, first_name="Nora", last_name="Berg")


@pytest.fixture
def desk(priya: User) -> Browser:
    return browser_of(priya)


@pytest.fixture
def carl(priya: User) -> Client:
    return make_client(priya, last_name="Winter")
