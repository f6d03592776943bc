"""Sessions as a plan's client did them, written straight into the tables."""

import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Any

from clients.models import Assignment, Event, Session
from tests.clients.conftest import TODAY


def did(plan: Assignment, days_ago: int, *told: tuple[str, str, dict[str, Any]], **fields: Any) -> Session:
    """A session with its events: (kind, slug of the exercise, data)."""
    on = TODAY - timedelta(days=days_ago)
    at = datetime.combine(on, time(8, 14), tzinfo=UTC)
    values = {"state": Session.State.FINISHED, "fraction": 1, "finished_at": at, "pain_before": 3, **fields}
    session: Session = Session.objects.create(
        id=uuid.uuid4(), client=plan.client, assignment=plan, version=plan.current_version, occurrence_on=on,
        started_at=at, **values,
    )  # fmt: skip
    items = {
        item.exercise_version.content.slug: item
        for item in session.version.items.filter(lane="steady").select_related("exercise_version")
    }
    for number, (kind, slug, data) in enumerate(told):
        Event.objects.create(
            id=uuid.uuid4(), session=session, client=plan.client, type=kind, item=items[slug], data=data,
            at=at + timedelta(seconds=number), utc_offset_min=0, content_hash="x",
        )  # fmt: skip
    return session
