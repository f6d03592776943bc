"""Believable weeks: the events that a device would have sent, the same on every run.

Everything random is drawn from the client's address and the occurrence, so running the demo again, today or next week,
makes the same events with the same ids, and the recording service keeps them once.
"""

import random
import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clients.analytics.plans import prescribed_in
from clients.exports.prescription import Prescribed, sets_of
from clients.models import Assignment, AssignmentVersion, Client
from clients.rules.schedule import Schedule
from clients.services.session import set_done
from portal.demo.people import Story

NAMESPACE = uuid.UUID("5d0c5b8e-0d0e-4b39-9a53-7d3d6f1f7a10")
NOTES = (
    "Easier than last week.",
    "A bit stiff at first, fine after.",
    "Did this before work.",
    "The second side is harder.",
    "Slept better.",
)
SLOT_TIMES = (time(8, 10), time(13, 5), time(19, 20), time(20, 30), time(21, 0))

Event = dict[str, Any]  # the shape that devices send


def sessions_of(client: Client, assignment: Assignment, story: Story, *, until: datetime) -> Iterator[list[Event]]:
    """Yield the events of each session that the client did from the plan's start to `until`, oldest first.

    Runs in the client's practice scope. The plan's current version is taken for the whole time.
    """
    version = assignment.current_version
    if version is None:
        raise ValueError("A plan has a version.")
    prescribed = prescribed_in(version, client)
    zone = ZoneInfo(client.time_zone)
    last = until.astimezone(zone).date() - timedelta(days=story.silent_days)
    schedule = Schedule.from_dict(version.schedule)
    days_done: set[date] = set()
    for occurrence in schedule.occurrences_between(assignment.starts_on, last):
        draw = random.Random(f"{client.email}/{occurrence.on}/{occurrence.slot}")  # noqa: S311  a story, no secret
        if not schedule.is_wanted_on(occurrence.on, days_done=days_done):
            continue
        passed = (occurrence.on - assignment.starts_on).days / max(1, story.weeks * 7)
        if draw.random() > _between(story.regularity, passed):
            continue
        begins = datetime.combine(
            occurrence.on, SLOT_TIMES[min(occurrence.slot, len(SLOT_TIMES)) - 1], zone
        ) + timedelta(minutes=draw.randint(-25, 50))
        if begins + timedelta(hours=1) > until:
            continue
        days_done.add(occurrence.on)
        pain = _between(story.pain, passed)
        yield _session(client, version, prescribed, occurrence.on, occurrence.slot, begins, pain, draw, until)


def _between(ends: tuple[float, float], share: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * min(1.0, max(0.0, share))


def _score(value: float) -> int:
    return min(10, max(0, round(value)))


def _session(
    client: Client,
    version: AssignmentVersion,
    prescribed: list[Prescribed],
    on: date,
    slot: int,
    begins: datetime,
    pain: float,
    draw: random.Random,
    until: datetime,
) -> list[Event]:
    session = uuid.uuid5(NAMESPACE, f"{client.email}/{on}/{slot}")
    events: list[Event] = []
    clock = begins

    def tell(kind: str, item: int | None = None, **data: Any) -> None:
        events.append(
            {
                "id": str(uuid.uuid5(session, str(len(events)))),
                "session": str(session),
                "type": kind,
                "item": item,
                "at": clock.isoformat(),
                "app": "1",
                "data": data,
            }
        )

    before = _score(draw.gauss(pain, 0.8))
    tell("started", version=version.pk, on=on.isoformat(), slot=slot)
    tell("pain_before", value=before)
    groups: set[str] = set()
    gives_up_at = draw.randrange(len(prescribed)) if len(prescribed) > 2 and draw.random() < 0.08 else None
    for place, entry in enumerate(prescribed):
        if entry.item.choice_group in groups or (entry.item.optional and draw.random() < 0.4):
            continue
        if entry.item.choice_group:
            groups.add(entry.item.choice_group)
        if place == gives_up_at:
            tell("skipped", entry.item.pk, reason=draw.choice(["no_time", "too_sore", "not_sure"]), scope="item")
            continue
        tell("item_started", entry.item.pk)
        for data in _sets(entry, before):
            clock += timedelta(seconds=data["seconds"])
            tell("set_done", entry.item.pk, **data)
    clock += timedelta(seconds=20)
    tell("finished")
    after = _score(before - draw.choice([0, 0, 1, 1, 2]) + (draw.random() < 0.08) * 2)
    clock += timedelta(seconds=15)
    tell("pain_peak", value=max(before, after, _score(before + draw.choice([0, 0, 1, 1, 2]))))
    tell("pain_after", value=after)
    if draw.random() < 0.9:
        tell("effort", value=draw.choice([3, 5, 5, 5, 7]))
    if draw.random() < 0.12:
        tell("note", text=draw.choice(NOTES))
    clock += timedelta(hours=23)
    if draw.random() < 0.6 and clock <= until:
        tell("pain_next", value=_score(before + draw.choice([-1, 0, 0, 0, 1])))
    return events


def _sets(entry: Prescribed, pain: int) -> Iterator[dict[str, Any]]:
    """Yield the set_done data of one exercise done in full; gated parts are left out on sore days."""
    limits = {key: gate.pain_before_max for key, gate in entry.timeline.gates.items()}
    for work in sets_of(entry):
        limit = limits.get(work.gate) if work.gate else None
        if limit is None or pain <= limit:
            yield set_done(work, mode="guided")
