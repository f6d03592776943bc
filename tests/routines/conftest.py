"""People of two practices, an editor of the shared library, and the library itself, for the tests of this room."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser

from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import practice_scope
from routines.library import starter
from routines.services import import_library
from tests.doors import browser_of
from tests.factories import make_person, make_practice, make_staff


@pytest.fixture
def practice(db: None) -> Practice:
    return make_practice(name="Riverside")


@pytest.fixture
def scope(practice: Practice) -> Iterator[None]:
    """The test runs within Riverside, as a request of its staff does."""
    with practice_scope(practice):
        yield


@pytest.fixture
def priya(practice: Practice) -> User:
    """A physiotherapist of Riverside."""
    return make_staff(practice, Role.PRACTITIONER, first_name="Priya")


@pytest.fixture
def desk(priya: User) -> Browser:
    """Her browser, signed in."""
    return browser_of(priya)


@pytest.fixture
def ben(practice: Practice) -> User:
    """Her colleague."""
    return make_staff(practice, Role.PRACTITIONER, first_name="Ben")


@pytest.fixture
def hill(db: None) -> Practice:
    """Another practice."""
    return make_practice(name="Hill")


@pytest.fixture
def nora(hill: Practice) -> User:
    """A physiotherapist of the other practice."""
    return make_staff(hill, Role.PRACTITIONER, first_name="Nora")


@pytest.fixture
def lena(db: None) -> User:
    """An editor of the shared library, without any client data."""
    return make_person(first_name="Lena", edits_shared_library=True)


@pytest.fixture
def shared_library(db: None) -> None:
    """The packaged library, imported."""
    import_library(starter.library(), translations=starter.translations())


@pytest.fixture(scope="module")
def whole_library(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The same, imported once for a whole file, whose tests each undo what they change."""
    with django_db_blocker.unblock(), transaction.atomic():
        import_library(starter.library(), translations=starter.translations())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def bridge_document() -> dict[str, Any]:
    """A small exercise of one's own, free to be changed."""
    document = copy.deepcopy(document_of("glute-bridge"))
    document.update(slug="our-bridge", name="Our bridge", also_known_as=["Hip lift"])
    for link in document["variations"].values():
        link.pop("slug", None)
    return document


def document_of(slug: str) -> dict[str, Any]:
    """Return the packaged document of an exercise."""
    return starter.library().exercises[slug][1]
