"""Changing a plan makes its next version and rewrites nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clients.analytics.plans import version_on
from clients.errors import Invalid, WrongState
from clients.models import Client
from clients.rules.adherence import in_force, weeks
from clients.rules.diff_words import Words
from clients.rules.plan_diff import Change
from clients.rules.schedule import Schedule
from tests.clients.assigning.giving import EVERY_DAY, MONDAY, change, give, item, stored
from tests.clients.library import shelve


def test_a_change_makes_the_next_version_and_rewrites_nothing(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes"), item("glute-bridge"))
    first = plan.versions.get()
    before = list(first.items.values())
    version = change(plan, item("knee-squeezes", dose={"reps": 3}))
    assert (version.number, version.effective_from) == (2, date(2026, 11, 9))
    words = [Words().sentence(Change.from_dict(each)) for each in version.changes]
    assert words == ["Knee squeezes: 3 repetitions instead of 2.", f"{shelve('glute-bridge').name}: taken out."]
    assert list(first.items.values()) == before
    first.refresh_from_db()
    assert first.changes == []
    plan.refresh_from_db()
    assert plan.current_version == version


def test_saving_without_a_change_writes_nothing(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes"))
    before = stored()
    assert change(plan, item("knee-squeezes")).number == 1
    assert stored() == before


def test_a_change_based_on_an_older_version_is_refused(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes"))
    change(plan, item("knee-squeezes", dose={"reps": 3}))
    with pytest.raises(WrongState):
        change(plan, item("knee-squeezes", dose={"reps": 4}), based_on=1)
    assert plan.versions.count() == 2


def test_a_change_never_begins_before_the_version_it_replaces(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes"))
    change(plan, item("knee-squeezes", dose={"reps": 3}))
    with pytest.raises(Invalid) as refused:
        change(plan, item("knee-squeezes", dose={"reps": 4}), effective_from=MONDAY + timedelta(days=6))
    assert "effective_from" in refused.value.errors


def test_a_changed_length_moves_the_end_of_the_plan(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes"))
    later = date(2026, 12, 20)
    change(plan, item("knee-squeezes"), schedule=replace(EVERY_DAY, ends_on=later))
    plan.refresh_from_db()
    assert plan.ends_on == later


def test_the_version_in_force_splits_the_week_by_date(carl: Client) -> None:
    plan = give(carl, item("knee-squeezes"))
    thursday = MONDAY + timedelta(days=3)
    once = replace(EVERY_DAY, times_per_day=1, reminder_times=())
    change(plan, item("knee-squeezes"), schedule=once, effective_from=thursday)
    versions = list(plan.versions.order_by("number"))
    assert version_on(versions, thursday - timedelta(days=1)).number == 1
    assert version_on(versions, thursday).number == 2
    spans = in_force([(each.effective_from, Schedule.from_dict(each.schedule)) for each in versions])
    assert [(span.since, span.until) for span in spans] == [(MONDAY, date(2026, 11, 4)), (thursday, None)]
    (week,) = weeks(spans, (), first=MONDAY, last=MONDAY + timedelta(days=6), today=date(2026, 12, 1))
    assert week.due == 3 * 2 + 4 * 1
