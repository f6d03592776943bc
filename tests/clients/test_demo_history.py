"""The weeks that the demo tells of: nothing in them lies in the future."""

from datetime import datetime, timedelta

import pytest

from clients.models import Assignment, Client, ClientNote
from portal.accounts.models import Role
from portal.accounts.tenancy import all_practices
from portal.demo import build
from portal.demo.history import sessions_of
from portal.demo.people import DemoClient, DemoPractice, Staff, Story
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


def test_notes_for_colleagues_are_written_once_by_whom_they_name(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, bob = "ann@clinic.example", "bob@clinic.example"
    notes = ((ann, "Hears better on the right."), (bob, "Spoke on the phone."))
    eve = DemoClient("eve@home.example", "Eve", "Hill", "Low back pain", ann, shared_with=(bob,), notes=notes)
    staff = tuple(Staff(email, email[:3].title(), "Lee", (Role.PRACTITIONER,)) for email in (ann, bob))
    small = DemoPractice("Clinic", "clinic", "Clinic", "1", "Europe/London", staff, (eve,))
    monkeypatch.setattr(build, "PRACTICES", (small,))
    for later in (0, 1):
        build.build_people(NOW + timedelta(days=later))
    with all_practices():
        kept = ClientNote.objects.order_by("at").values_list("by__email", "text", "at")
        assert list(kept) == [
            (author, text, NOW - timedelta(days=days)) for days, (author, text) in zip((2, 1), notes, strict=True)
        ]


def test_a_client_on_hold_is_asked_for_nothing_from_the_day_after_the_last_session(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = "ann@clinic.example"
    story = Story(routine="unused", weeks=6, silent_days=10)
    eve = DemoClient("eve@home.example", "Eve", "Hill", "Low back pain", ann, state="on_hold", story=story)
    staff = (Staff(ann, "Ann", "Lee", (Role.PRACTITIONER,)),)
    small = DemoPractice("Clinic", "clinic", "Clinic", "1", "Europe/London", staff, (eve,))
    monkeypatch.setattr(build, "PRACTICES", (small,))
    starts_on = TODAY - timedelta(days=42)
    monkeypatch.setattr(build, "_give_plan", lambda client, *_: give_plan(client, "glute-bridge", starts_on=starts_on))
    build.build_people(NOW)
    with all_practices():
        plan = Assignment.objects.get()
        assert (plan.client.state, plan.state) == (Client.State.ON_HOLD, Assignment.State.PAUSED)
        assert plan.pauses.get().first_day == TODAY - timedelta(days=9)
