"""What the tests of this folder give: an exercise as a draft, a plan for every morning and evening, its change."""

from datetime import date, time, timedelta
from typing import Any

from clients.models import Assignment, AssignmentVersion, Client, PrescribedItem
from clients.rules.schedule import Schedule
from clients.services.assign import assign_routine, change_plan
from clients.services.drafting import ItemDraft
from portal.accounts.tenancy import all_practices
from tests.clients.library import shelve

MONDAY = date(2026, 11, 2)
EVERY_DAY = Schedule(
    kind="weekdays",
    starts_on=MONDAY,
    ends_on=MONDAY + timedelta(days=27),
    weekdays=frozenset(range(7)),
    times_per_day=2,
    reminder_times=(time(8), time(19)),
)


def item(slug: str, **fields: Any) -> ItemDraft:
    version = shelve(slug).current_version
    assert version is not None
    return ItemDraft(exercise_version=version, **fields)


def give(client: Client, *items: ItemDraft, **fields: Any) -> Assignment:
    return assign_routine(
        client, **{"items": items, "schedule": EVERY_DAY, "by": client.lead, "name": "Morning", **fields}
    )


def stored() -> int:
    with all_practices():
        return Assignment.objects.count() + AssignmentVersion.objects.count() + PrescribedItem.objects.count()


def change(plan: Assignment, *items: ItemDraft, **fields: Any) -> AssignmentVersion:
    given = {
        "items": items,
        "schedule": EVERY_DAY,
        "by": plan.client.lead,
        "effective_from": MONDAY + timedelta(days=7),
        "based_on": plan.versions.count(),
        **fields,
    }
    return change_plan(plan, **given)
