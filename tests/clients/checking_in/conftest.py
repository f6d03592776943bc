"""Carl before a session of a plan for every morning."""

from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import Assignment, Client
from portal.accounts.models import Practice, User
from tests.clients.test_weeks import give
from tests.doors import CODE, sign_in
from tests.factories import answer_all_no

EVERY_DAY = {"kind": "weekdays", "per_week": None, "weekdays": frozenset(range(7))}


@pytest.fixture(autouse=True)
def _nine(at_nine: Any) -> None:
    """Every test of this folder is at nine."""


@pytest.fixture
def browser(carl: Client) -> Browser:
    answer_all_no(carl)
    browser = Browser()
    assert carl.user is not None
    sign_in(browser, carl.user, CODE)
    return browser


@pytest.fixture
def morning(carl: Client, practice: Practice, priya: User) -> Assignment:
    exercises = ("pelvic-tilt-lying", "knee-squeezes", "glute-bridge")
    return give(carl, "morning-mobility-10", exercises, priya, practice, **EVERY_DAY)
