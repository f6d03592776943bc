"""A practice with a practitioner and her client."""

import pytest

from clients.models import Client
from portal.accounts.models import Practice, User
from tests.factories import make_client, make_practice, make_staff


@pytest.fixture
def practice(db: None) -> Practice:
    return make_practice()


@pytest.fixture
def priya(practice: Practice) -> User:
    return make_staff(practice, first_name="Priya")


@pytest.fixture
def carl(priya: User) -> Client:
    return make_client(priya)
