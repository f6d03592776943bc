"""Today asks the database twelve times at most, whatever comes together on a day (screens.md 5.1)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.analytics.plans import prescribed_in
from clients.analytics.today import Today, today_for
from clients.models import Assignment, Client, Session
from clients.services.alerts import raise_alert
from clients.services.assign import assign_routine
from clients.services.flares import report_flare
from clients.services.messages import send_message
from clients.services.moving import move_day
from clients.services.record import record_events
from portal.accounts.models import Practice, User
from routines.library.starter import translations
from routines.models import Routine
from routines.services.translations import take_over
from tests.clients.conftest import NOW, TODAY
from tests.clients.goals.giving import BREAKS, MOVES, WALKS, draft, note
from tests.clients.library import shelve
from tests.clients.living import do_session
from tests.clients.test_carrying_on import LATER, do
from tests.clients.test_decide import give, seed
from tests.clients.test_record import told
from tests.clients.test_weeks import give as give_packaged
from tests.factories import answer_all_no

__all__ = ["seed"]
pytestmark = pytest.mark.usefixtures("in_riverside")
MOST = 12
THREE_DAYS = {"kind": "weekdays", "per_week": None, "weekdays": frozenset({0, 2, 4})}


@pytest.fixture
def statements(carls_phone: Browser) -> Callable[[], int]:
    """How often Today asks for Carl's phone."""

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert carls_phone.get(reverse("today")).status_code == 200
        return len(asked)

    return count


@pytest.fixture
def full(carl: Client, seed: Routine, practice: Practice, priya: User, carls_phone: Browser) -> None:
    """All at once: two plans lowered by a rule, each stopped at its full dose and once changed for an easier form,
    the question about yesterday, a third plan with a moved day, a walk, breaks, and a message."""
    answer_all_no(carl)
    shelve("pelvic-tilt-lying")
    for name in ("Morning", "Evening"):
        plan = give(carl, seed, priya, flare_approved=True)
        Assignment.objects.filter(pk=plan.pk).update(name=name)
        do_session(plan, at=NOW - timedelta(days=3), before=2, following=4)
        do_session(plan, at=NOW - timedelta(hours=20), percent=75)
        change_for_easier(plan, do(plan, (0, 1)))
    moved = give_packaged(carl, "morning-mobility-10", ("chin-tuck", "knee-squeezes"), priya, practice, **THREE_DAYS)
    walks = assign_routine(carl, items=[draft("walking")], schedule=WALKS, by=priya, name="Walking")
    moves = [draft(slug, choice_group="rotate") for slug in MOVES]
    assign_routine(carl, items=moves, schedule=BREAKS, by=priya, name="Desk breaks")
    note(carls_phone, walks, minutes="10")
    move_day(carl, assignment=moved, day=TODAY + timedelta(days=2), to=TODAY + timedelta(days=3), now=NOW)
    send_message(carl, by=priya, text="Yes, do.", now=NOW)


def change_for_easier(plan: Assignment, key: Any) -> None:
    assert plan.current_version is not None
    entry = prescribed_in(plan.current_version, plan.client)[0]
    assert entry.content.easier is not None
    to = shelve(entry.content.easier.slug or "").slug
    answers = record_events(plan.client, [told(key, "swapped", item=entry.item.pk, after=500, to=to)], now=LATER)
    assert {answer.status for answer in answers} == {200}


def page_of(carl: Client) -> Today:
    return today_for(Client.objects.get(pk=carl.pk), timezone.now())


def test_a_full_day_costs_twelve_statements_at_most(full: None, carl: Client, statements: Callable[[], int]) -> None:
    page = page_of(carl)
    assert sum(card.is_lighter and card.stopped is not None for card in page.cards) == 2
    assert {card.goal.kind for card in page.cards if card.goal} == {"walk", "breaks"}
    assert all([page.lanes.next_day, page.lanes.notes, page.unread])
    assert len(page.lanes.plans) == 5
    assert any(plan.plan.moved for plan in page.lanes.plans)
    assert statements() <= MOST


def test_in_german_too(full: None, carl: Client, seed: Routine, statements: Callable[[], int]) -> None:
    words = translations()[0]
    take_over(shelve("knee-squeezes"), language="de", pairs=words.texts("exercises")["knee-squeezes"])
    Routine.objects.filter(pk=seed.pk).update(document={**seed.document, "name": seed.name})
    seed.refresh_from_db()
    take_over(seed, language="de", pairs={seed.name: "Knie drücken"})
    Client.objects.filter(pk=carl.pk).update(language="de")
    assert statements() <= MOST


def test_in_a_flare_up_too(full: None, carl: Client, statements: Callable[[], int]) -> None:
    report_flare(carl, now=NOW)
    page = page_of(carl)
    assert page.lanes.asks_pain
    assert {"flare", "none"} <= {each.lane for each in page.lanes.plans}
    assert any(card.lane == "flare" for card in page.cards)
    assert statements() <= MOST


def test_back_after_a_gap_too(full: None, carl: Client, practice: Practice, priya: User, statements: Any) -> None:
    give_packaged(carl, "walking-build-up", ("walking",), priya, practice, kind="walk")
    for session in Session.objects.order_by("occurrence_on"):
        earlier = session.occurrence_on - timedelta(days=6)
        Session.objects.filter(pk=session.pk).update(occurrence_on=earlier)
    assert page_of(carl).is_back
    assert statements() <= MOST


@pytest.mark.parametrize("state", ["red flag", "on hold"])
def test_locked_or_on_hold_too(full: None, carl: Client, state: str, statements: Callable[[], int]) -> None:
    if state == "red flag":
        raise_alert(carl, "cauda_equina", level="emergency", subject_key="test", now=NOW, locks=True)
    else:
        Client.objects.filter(pk=carl.pk).update(state=Client.State.ON_HOLD)
    assert page_of(carl).state == {"red flag": "locked", "on hold": "on_hold"}[state]
    assert statements() <= MOST


def test_without_a_plan_too(carl: Client, priya: User, statements: Callable[[], int]) -> None:
    send_message(carl, by=priya, text="Yes, do.", now=NOW)
    report_flare(carl, now=NOW)
    assert page_of(carl).state == "no_plan"
    assert statements() <= MOST
