"""Priya, who has a password."""

import pytest

from portal.accounts.models import User
from tests.factories import give_password, make_practice, make_staff


@pytest.fixture
def priya() -> User:
    return give_password(make_staff(make_practice(), email="priya@example.org", first_name="Priya", last_name="Shah"))
