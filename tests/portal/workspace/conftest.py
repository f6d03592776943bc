"""A practice at nine on a Wednesday, with a practitioner and her client."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client as Browser

from clients.models import Client
from portal.accounts.models import Practice, Role, User
from routines.models import Routine
from tests.clients.library import make_routine
from tests.doors import browser_of
from tests.factories import make_client, make_practice, make_staff
from tests.portal.workspace.work import NOW


@pytest.fixture(autouse=True)
def at_nine() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def practice() -> Practice:
    return make_practice()


@pytest.fixture
def priya(practice: Practice) -> User:
    return make_staff(practice, Role.PRACTITIONER, first_name="Priya")


@pytest.fixture
def desk(priya: User) -> Browser:
    return browser_of(priya)


@pytest.fixture
def carl(priya: User) -> Client:
    return make_client(priya, last_name="Winter", problem="Stiff back")


@pytest.fixture
def squeezes() -> Routine:
    return make_routine("knee-squeezes", "glute-bridge", name="Knee squeezes: a short back easer")
