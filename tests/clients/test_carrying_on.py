"""A session that was left: Today says where, and it may be carried on with or begun again."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.analytics.due import plans_between
from clients.analytics.lately import flag_settings, lately_of
from clients.analytics.overview import _sessions as overview_sessions
from clients.analytics.plans import plans_of, prescribed_in
from clients.analytics.stopped import Stopped
from clients.analytics.today import today_for
from clients.exports.prescription import sets_of
from clients.models import Assignment, Client, Event, Session
from clients.rules.adherence import weeks
from clients.services.record import record_events
from clients.services.session import set_done
from clients.templatetags.client_words import stopped_words
from portal.accounts.models import Practice
from portal.accounts.tenancy import practice_scope
from tests.clients.conftest import NOW, TODAY
from tests.clients.plans import give_plan
from tests.clients.test_record import told

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=20)


@pytest.fixture
def bridge(carl: Client, in_riverside: None) -> Assignment:
    """Knee squeezes, then bridges in two sets, once a day."""
    return give_plan(carl, "knee-squeezes", "glute-bridge", starts_on=TODAY)


def do(
    plan: Assignment, *sets: tuple[int, int], key: uuid.UUID | None = None, after: int = 0, **data: Any
) -> uuid.UUID:
    """Start a session and do sets of it: (exercise, how many of its sets), each exercise begun; return its id."""
    version = plan.current_version
    assert version is not None
    key = key or uuid.uuid4()
    events = [told(key, "started", after=after, version=version.pk, on=TODAY.isoformat(), slot=1, **data)]
    events.append(told(key, "pain_before", after=after, value=2))
    entries = prescribed_in(version, plan.client, percent=data.get("percent", 100))
    for exercise, count in sets:
        item = entries[exercise].item.pk
        events.append(told(key, "item_started", item=item, after=after + 10 * len(events)))
        for work in sets_of(entries[exercise])[:count]:
            done = set_done(work, mode="guided")
            events.append(told(key, "set_done", item=item, after=after + 10 * len(events), **done))
    assert {answer.status for answer in record_events(plan.client, events, now=LATER)} == {200}
    return key


def finish(plan: Assignment, key: uuid.UUID, *, after: int) -> None:
    (answer,) = record_events(plan.client, [told(key, "finished", after=after)], now=LATER)
    assert answer.status == 200


def words_of(browser: Browser) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", browser.get(reverse("today")).content.decode()))


@pytest.mark.parametrize(
    ("sets", "sentence"),
    [
        pytest.param([], "You stopped part of the way.", id="before the first exercise"),
        pytest.param([(0, 9), (1, 0)], "You stopped at Bridge.", id="in the first set"),
        pytest.param([(0, 9), (1, 1)], "You stopped at Bridge, set 2 of 2.", id="in the second set"),
    ],
)
def test_the_card_says_where_the_session_was_stopped(
    carls_phone: Browser, bridge: Assignment, sets: list[tuple[int, int]], sentence: str
) -> None:
    key = do(bridge, *sets)
    text = carls_phone.get(reverse("today")).content.decode()
    assert f"{sentence} Saved. Carry on any time today." in words_of(carls_phone)
    assert reverse("player", args=[key]) in text, "carry on"
    assert reverse("check_in", args=[bridge.pk, 1]) in text, "start again"
    assert "Start session" not in text


def test_begun_again_and_finished_the_occurrence_counts_once_and_nothing_is_lost(
    carl: Client, bridge: Assignment, carls_phone: Browser
) -> None:
    first = do(bridge, (0, 9), (1, 1))
    kept = Event.objects.filter(session=first).count()
    again = do(bridge, (0, 9), (1, 9), after=600)
    finish(bridge, again, after=900)
    assert "Done for today" in words_of(carls_phone)
    assert today_for(carl, LATER).done == 1
    assert Event.objects.filter(session=first).count() == kept
    assert not Session.objects.get(pk=first).counted
    finish(bridge, first, after=1000)  # the page of the first one was still open on another phone
    assert list(Session.objects.filter(counted=True)) == [Session.objects.get(pk=again)]
    (plan,) = plans_between(carl, TODAY, TODAY)
    (week,) = weeks(plan.in_force, plan.done_sessions, first=TODAY, last=TODAY, today=TODAY)
    assert (week.done, week.due) == (1, 1)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_begun_again_a_week_counts_it_once_however_the_events_arrive(
    data: st.DataObject, carl: Client, practice: Practice
) -> None:
    """Two phones, any order, any repeats: the other days of the week stay due."""
    with practice_scope(practice):
        plan = give_plan(carl, "knee-squeezes", "glute-bridge", starts_on=TODAY - timedelta(days=2))
        first, again, extra = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
        late = data.draw(st.booleans(), label="the first one was finished")
        starts = [start_of(plan, key, after=after) for key, after in ((first, 0), (again, 600), (extra, 2000))]
        rest = [
            *sets_told(plan, first, after=10),
            *sets_told(plan, again, after=610),
            *sets_told(plan, extra, after=2010),
        ]
        rest += [told(again, "finished", after=900), told(extra, "finished", after=2300)]
        rest += [told(first, "finished", after=1000)] if late else []
        order = starts + data.draw(st.permutations(rest + data.draw(st.lists(st.sampled_from(rest), max_size=4))))
        while order:
            size = data.draw(st.integers(1, len(order)))
            answers = record_events(carl, order[:size], now=LATER + timedelta(hours=1))
            assert {answer.status for answer in answers} == {200}
            order = order[size:]
        assert {row.pk for row in Session.objects.filter(assignment=plan, replaced=True)} == (
            {first} if late else set()
        )
        monday, sunday = TODAY - timedelta(days=2), TODAY + timedelta(days=4)
        (mine,) = (each for each in plans_between(carl, monday, sunday) if each.id == plan.pk)
        (week,) = weeks(mine.in_force, mine.done_sessions, first=monday, last=sunday, today=sunday)
        assert (week.done, week.due) == (2, 6), "what was done once more after it was over is an extra"
        (row,) = (each for each in plans_of(carl, TODAY, since=monday) if each.assignment == plan)
        assert len(row.done_sessions) == 2
        assert len(overview_sessions([carl.pk], monday)[plan.pk]) == 2
        seen = lately_of(carl, now=LATER, settings=flag_settings())
        assert sum(each.is_done for each in seen.sessions if each.assignment_id == plan.pk) == 2


def start_of(plan: Assignment, key: uuid.UUID, *, after: int) -> dict[str, Any]:
    version = plan.current_version
    assert version is not None
    return told(key, "started", after=after, version=version.pk, on=TODAY.isoformat(), slot=1)


def sets_told(plan: Assignment, key: uuid.UUID, *, after: int) -> list[dict[str, Any]]:
    assert plan.current_version is not None
    work = [
        (entry.item.pk, each) for entry in prescribed_in(plan.current_version, plan.client) for each in sets_of(entry)
    ]
    return [
        told(key, "set_done", item=item, after=after + 10 * number, **set_done(each, mode="guided"))
        for number, (item, each) in enumerate(work)
    ]


def test_begun_again_and_left_the_later_place_is_said(carl: Client, bridge: Assignment, carls_phone: Browser) -> None:
    do(bridge, (0, 9), (1, 1))
    again = do(bridge, (0, 0), after=600)
    assert "You stopped at Knee squeezes." in words_of(carls_phone)
    assert reverse("player", args=[again]) in carls_phone.get(reverse("today")).content.decode()


def test_begun_again_and_ended_early_the_first_one_does_not_come_back(
    carl: Client, bridge: Assignment, carls_phone: Browser
) -> None:
    do(bridge, (0, 9), (1, 1))
    again = do(bridge, (0, 1), after=600)
    finish(bridge, again, after=700)
    text = words_of(carls_phone)
    assert "Start session" in text
    assert "You stopped at" not in text


def test_after_a_change_for_the_easier_form_its_own_place_is_said(
    carl: Client, in_riverside: None, carls_phone: Browser
) -> None:
    plan = give_plan(carl, "glute-bridge", "single-leg-bridge", starts_on=TODAY)
    key = do(plan, (0, 9), (1, 0))
    assert plan.current_version is not None
    item = prescribed_in(plan.current_version, carl)[1].item.pk
    assert "You stopped at Single-leg bridge." in words_of(carls_phone)
    events = [told(key, "swapped", item=item, after=500, to="glute-bridge")]
    form = prescribed_in(plan.current_version, carl)[0]
    for number, work in enumerate(sets_of(form)):
        events.append(told(key, "set_done", item=item, after=510 + number, **set_done(work, mode="guided")))
    assert {each.status for each in record_events(carl, events[:2], now=LATER)} == {200}
    assert "You stopped at Bridge, set 2 of 2." in words_of(carls_phone)
    assert {each.status for each in record_events(carl, events, now=LATER)} == {200}
    assert "You stopped at Bridge." in words_of(carls_phone), "all is done but for the end"


def test_a_session_begun_at_another_dose_has_its_own_sets(bridge: Assignment, carls_phone: Browser) -> None:
    do(bridge, (0, 9), (1, 1), percent=50)
    assert "You stopped at Bridge" in words_of(carls_phone)


def test_a_name_in_another_language_says_so() -> None:
    assert stopped_words(Stopped("<Bridge>", "en", 2, 3)) == (
        'You stopped at <span lang="en">&lt;Bridge&gt;</span>, set 2 of 3.'
    )


def test_to_say_the_place_costs_one_statement_at_another_dose_too(bridge: Assignment, carls_phone: Browser) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            carls_phone.get(reverse("today"))
        return len(asked)

    statements()
    before = statements()
    do(bridge, (0, 9), (1, 1))
    assert statements() == before + 1 <= 12
    do(bridge, (0, 9), (1, 1), after=600, percent=50)
    assert statements() == before + 1 <= 12
