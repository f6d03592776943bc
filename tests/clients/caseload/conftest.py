"""Nine o'clock on a Wednesday in a practice in scope: Priya with her client Carl Winter, and Nora beside her."""

from collections.abc import Iterator
from datetime import date, time

import pytest
import time_machine
from django.test import Client as Browser

from clients.models import Assignment, Client
from clients.rules.schedule import Schedule
from clients.services.assign import assign_routine
from clients.services.drafting import ItemDraft
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from tests.clients.conftest import NOW
from tests.clients.library import shelve
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


@pytest.fixture
def plan(carl: Client, priya: User) -> Assignment:
    schedule = Schedule(
        kind="weekdays", starts_on=date(2026, 11, 2), weekdays=frozenset(range(7)), reminder_times=(time(8),)
    )
    versions = [shelve(slug).current_version for slug in ("glute-bridge", "knee-squeezes")]
    items = [ItemDraft(exercise_version=version) for version in versions if version is not None]
    return assign_routine(carl, items=items, schedule=schedule, by=priya, name="Morning")
