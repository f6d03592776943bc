"""What the tests of the workspace do before they look: plans given, sessions done, pages read."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.models import Assignment, AssignmentVersion, Client, PrescribedItem, Session
from clients.rules.schedule import Schedule
from clients.services.assign import assign_routine
from clients.services.drafting import ItemDraft
from portal.accounts.tenancy import all_practices, practice_scope
from tests.clients.library import shelve

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)  # a Wednesday
TODAY = NOW.date()
START = date(2026, 11, 2)
QUERIES_FOR_A_CASELOAD = 20
FONT_BYTES = 34_000  # budget of the one font, which the style sheets load
QUERIES_FOR_A_CLIENT = 28  # the flags' reading of the last weeks, notes for colleagues and resting reminders among them


def give(client: Client, *slugs: str, starts_on: date = START, **fields: Any) -> Assignment:
    schedule = Schedule(
        kind="weekdays", starts_on=starts_on, weekdays=frozenset(range(7)), reminder_times=(time(8),), **fields
    )
    items = [ItemDraft(exercise_version=version) for slug in slugs if (version := shelve(slug).current_version)]
    with practice_scope(client.practice_id):
        return assign_routine(client, items=items, schedule=schedule, by=client.lead, name="Morning")


def do_session(plan: Assignment, day: date, *, hour: int = 8, **fields: Any) -> Session:
    with all_practices():
        return Session.objects.create(**session_values(plan, day, hour=hour, **fields))


def session_values(plan: Assignment, day: date, *, hour: int = 8, **fields: Any) -> dict[str, Any]:
    """Fields of a session of the day (local date) that was done, `hour` in UTC; fields change them."""
    at = datetime.combine(day, time(hour), tzinfo=UTC)
    return {
        "id": uuid.uuid4(),
        "client": plan.client,
        "assignment": plan,
        "version_id": plan.current_version_id,
        "occurrence_on": day,
        "state": Session.State.FINISHED,
        "fraction": 1,
        "started_at": at,
        "finished_at": at + timedelta(minutes=5),
        **fields,
    }


def many_sessions(plan: Assignment, count: int) -> None:
    """`count` sessions, twelve a day, the newest today."""
    days = [TODAY - timedelta(days=number // 12) for number in range(count)]
    with all_practices():
        Session.objects.bulk_create(
            [
                Session(**session_values(plan, day, slot=1 + number % 12, pain_before=3))
                for number, day in enumerate(days)
            ],
            batch_size=500,
        )


def queries_of(browser: Browser, url: str) -> int:
    browser.get(url)  # what is kept in the process is read once
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(url).status_code == 200
    return len(seen)


def filled(browser: Browser, url: str) -> dict[str, Any]:
    """What a browser would send for the plan editor behind the address."""
    return dict(browser.get(url).context["editor"].post.lists())


def stored() -> tuple[int, ...]:
    with all_practices():
        return tuple(model.objects.count() for model in (Assignment, AssignmentVersion, PrescribedItem))
