"""The weeks that the demo tells of: nothing in them lies in the future."""

from datetime import datetime, timedelta

import pytest

from clients.models import Client
from portal.demo.history import sessions_of
from portal.demo.people import Story
from tests.clients.conftest import NOW, TODAY
from tests.clients.plans import give_plan

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("in_riverside")
def test_nobody_answers_for_a_day_that_has_not_come(carl: Client) -> None:
    plan = give_plan(carl, "glute-bridge", starts_on=TODAY - timedelta(days=40), times_per_day=2)
    story = Story(routine="unused", weeks=6, regularity=(1.0, 1.0))
    events = [event for told in sessions_of(carl, plan, story, until=NOW) for event in told]
    assert sum(event["type"] == "pain_next" for event in events) > 20
    assert max(datetime.fromisoformat(event["at"]) for event in events) <= NOW
