"""The list of sessions in the records: the time beside the day."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from tests.portal.workspace.work import TODAY, do_session, give

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("planned", "shown"),
    [
        pytest.param(TODAY, "08:00", id="on its own day"),
        pytest.param(
            TODAY - timedelta(days=1),
            "18 Nov, 08:00",
            id="on the day after",
        ),
    ],
)
def test_a_session_says_when_it_began(desk: Browser, carl: Client, planned: date, shown: str) -> None:
    plan = give(carl, "knee-squeezes")
    do_session(plan, TODAY, occurrence_on=planned)
    page = desk.get(reverse("admin:clients_session_changelist")).content.decode()
    assert re.findall(r"<td[^>]*field-started[^>]*>([^<]*)</td>", page) == [shown]
