"""Nine o'clock on a Wednesday in a practice in scope: Carl with his phone, and a goal to give him."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import Assignment, Client
from clients.services.assign import assign_routine
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from tests.clients.goals.giving import BREAKS, MOVES, WALKS, draft
from tests.factories import answer_all_no, make_client, make_practice, make_staff


@pytest.fixture(autouse=True)
def _nine(at_nine: Any) -> None:
    """Every test of this folder is at nine."""


@pytest.fixture
def priya(db: None) -> User:
    return make_staff(make_practice(), first_name="Priya")


@pytest.fixture
def carl(priya: User) -> Client:
    carl = make_client(priya, first_name="Carl", time_zone="UTC")
    with practice_scope(carl.practice):
        answer_all_no(carl)
    return carl


@pytest.fixture(autouse=True)
def in_practice(carl: Client) -> Iterator[Practice]:
    with practice_scope(carl.practice):
        yield carl.practice


@pytest.fixture
def phone(carl: Client) -> Browser:
    assert carl.user is not None
    browser = Browser()
    browser.force_login(carl.user)
    return browser


@pytest.fixture
def walks(carl: Client) -> Assignment:
    """Ten minutes on any three days a week."""
    return assign_routine(carl, items=[draft("walking")], schedule=WALKS, by=carl.lead, name="Walking")


@pytest.fixture
def breaks(carl: Client) -> Assignment:
    """Five breaks on each working day."""
    moves = [draft(slug, choice_group="rotate") for slug in MOVES]
    return assign_routine(carl, items=moves, schedule=BREAKS, by=carl.lead, name="Desk breaks")
