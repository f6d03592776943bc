"""The practice in scope, and a routine to give."""

import pytest

from portal.accounts.models import Practice
from routines.models import Routine
from tests.clients.library import make_routine


@pytest.fixture(autouse=True)
def in_practice(in_riverside: None) -> None:
    """Every test of this folder runs in the practice's scope."""


@pytest.fixture
def squeezes(practice: Practice) -> Routine:
    return make_routine("knee-squeezes", "glute-bridge")
