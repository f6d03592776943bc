"""A practice in scope, with a practitioner and her client."""

from collections.abc import Iterator

import pytest
from django.test import Client as Browser

from clients.models import Client
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from routines.models import Routine
from tests.clients.library import make_routine
from tests.doors import browser_of
from tests.factories import make_client, make_practice, make_staff


@pytest.fixture
def practice(db: None) -> Practice:
    return make_practice()


@pytest.fixture
def priya(practice: Practice) -> User:
    return make_staff(practice, first_name="Priya")


@pytest.fixture
def desk(priya: User) -> Browser:
    return browser_of(priya)


@pytest.fixture
def carl(priya: User) -> Client:
    return make_client(priya)


@pytest.fixture(autouse=True)
def in_practice(practice: Practice) -> Iterator[None]:
    with practice_scope(practice):
        yield


@pytest.fixture
def squeezes(practice: Practice) -> Routine:
    return make_routine("knee-squeezes", "glute-bridge")
