"""The facts behind a report, and their form as JSON: what was asked for, and every event that was told.

A document made by `to_document` holds all that `clients.rules.reports.report` looks at, so
`report(from_document(document))` gives the same figures again, on any machine. Dates are the client's own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any, Final

from clients.rules.adherence import InForce
from clients.rules.schedule import Schedule, Span
from clients.rules.session import Event, PrescribedWork, Work

FORM: Final = 2  # engineering: of the document; a change that older readers would misread counts it up

Json = dict[str, Any]  # Any: the values of a JSON document

# Made once: an overview writes a line for each event of a practice's last weeks.
_ONE_LINE: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Asked:
    """One exercise that a session asks for. exercise: its lasting name (slug), the same in every version."""

    work: PrescribedWork
    exercise: str
    title: str


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """One plan: its days (both ends included, None is open), its versions in force, and the days off.

    pauses: days that ask for nothing, locks among them. flare_days: days that ask for nothing but what was done in the
    flare lane.
    """

    id: int
    name: str
    starts_on: date
    ends_on: date | None
    versions: tuple[InForce, ...]
    pauses: tuple[Span, ...] = ()
    flare_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One session as it was begun: for which day, in which lane, and what that lane asked for."""

    id: str
    plan: int
    on: date
    slot: int
    lane: str
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a report looks at. first and last are included; days after `today` are not due yet.

    events: (session id, event), in any order, repeats allowed.
    """

    first: date
    last: date
    today: date
    plans: tuple[PlanFacts, ...]
    sessions: tuple[SessionFacts, ...]
    events: tuple[tuple[str, Event], ...]

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"A period begins before it ends, got {self.first} to {self.last}.")


def event_line(session_id: str, event: Event) -> str:
    """Return the event as one line of JSON: keys in the order of the alphabet, no blanks, the time in UTC."""
    content = {
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "data": event.data,
        "id": event.id,
        "item": event.item,
        "session": session_id,
        "type": event.type,
    }
    return _ONE_LINE.encode(content)


def events_hash(events: Iterable[tuple[str, Event]]) -> str:
    """Return the SHA-256 of the event list, hexadecimal.

    It is taken of the UTF-8 text of all different `event_line`s in the order of the alphabet, each ended by a line
    feed. As every line begins with its time, that order is the order of time.
    """
    lines = sorted({event_line(session_id, event) for session_id, event in events})
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def events_out(events: Iterable[tuple[str, Event]]) -> list[Json]:
    """Return the different events in the order of their lines, as JSON can hold them."""
    return [json.loads(line) for line in sorted({event_line(*each) for each in events})]


def events_in(rows: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, Event], ...]:
    """Return the events of `events_out`."""
    return tuple(
        (row["session"], Event(row["id"], row["type"], datetime.fromisoformat(row["at"]), row["item"], row["data"]))
        for row in rows
    )


def to_document(facts: Facts) -> Json:
    """Return the facts as JSON can hold them; sessions that ask for the same share one prescription."""
    prescriptions = [[_asked_out(each) for each in session.asked] for session in facts.sessions]
    different = [items for place, items in enumerate(prescriptions) if items not in prescriptions[:place]]
    return {
        "form": FORM,
        "first": facts.first.isoformat(),
        "last": facts.last.isoformat(),
        "today": facts.today.isoformat(),
        "plans": [_plan_out(plan) for plan in facts.plans],
        "prescriptions": different,
        "sessions": [
            {
                "id": session.id,
                "plan": session.plan,
                "on": session.on.isoformat(),
                "slot": session.slot,
                "lane": session.lane,
                "prescription": different.index(items),
            }
            for session, items in zip(facts.sessions, prescriptions, strict=True)
        ],
        "events": events_out(facts.events),
    }


def from_document(document: Mapping[str, Any]) -> Facts:
    """Return the facts of a document made by `to_document`. Raises ValueError for another form."""
    if document.get("form") != FORM:
        raise ValueError(f"This reads report data of form {FORM}, got {document.get('form')!r}.")
    prescriptions = [tuple(_asked_in(each) for each in items) for items in document["prescriptions"]]
    return Facts(
        first=date.fromisoformat(document["first"]),
        last=date.fromisoformat(document["last"]),
        today=date.fromisoformat(document["today"]),
        plans=tuple(_plan_in(plan) for plan in document["plans"]),
        sessions=tuple(
            SessionFacts(
                id=row["id"],
                plan=row["plan"],
                on=date.fromisoformat(row["on"]),
                slot=row["slot"],
                lane=row["lane"],
                asked=prescriptions[row["prescription"]],
            )
            for row in document["sessions"]
        ),
        events=events_in(document["events"]),
    )


def _plan_out(plan: PlanFacts) -> Json:
    return {
        "id": plan.id,
        "name": plan.name,
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": _day_out(plan.ends_on),
        "versions": [_version_out(each) for each in plan.versions],
        "pauses": [[span.first.isoformat(), span.last.isoformat()] for span in plan.pauses],
        "flare_days": sorted(day.isoformat() for day in plan.flare_days),
    }


def _plan_in(row: Mapping[str, Any]) -> PlanFacts:
    return PlanFacts(
        id=row["id"],
        name=row["name"],
        starts_on=date.fromisoformat(row["starts_on"]),
        ends_on=_day_in(row["ends_on"]),
        versions=tuple(_version_in(each) for each in row["versions"]),
        pauses=tuple(Span(date.fromisoformat(first), date.fromisoformat(last)) for first, last in row["pauses"]),
        flare_days=frozenset(date.fromisoformat(day) for day in row["flare_days"]),
    )


def _version_out(version: InForce) -> Json:
    return {
        "since": version.since.isoformat(),
        "until": _day_out(version.until),
        "schedule": version.schedule.to_dict(),
        "moved": [[on.isoformat(), to.isoformat()] for on, to in version.schedule.moved],
    }


def _version_in(row: Mapping[str, Any]) -> InForce:
    moved = tuple((date.fromisoformat(on), date.fromisoformat(to)) for on, to in row["moved"])
    schedule = replace(Schedule.from_dict(row["schedule"]), moved=moved)
    return InForce(schedule, date.fromisoformat(row["since"]), _day_in(row["until"]))


def _asked_out(asked: Asked) -> Json:
    work = asked.work.work
    return {
        "exercise": asked.exercise,
        "title": asked.title,
        "item": asked.work.item,
        "optional": asked.work.optional,
        "choice_group": asked.work.choice_group,
        "units": work.units,
        "segments": None if work.segments is None else sorted(work.segments),
        "target_s": None if work.target_s is None else str(Fraction(work.target_s)),
    }


def _asked_in(row: Mapping[str, Any]) -> Asked:
    segments = row["segments"]
    work = Work(
        units=row["units"],
        segments=None if segments is None else frozenset(segments),
        target_s=None if row["target_s"] is None else Fraction(row["target_s"]),
    )
    return Asked(
        work=PrescribedWork(row["item"], work, optional=row["optional"], choice_group=row["choice_group"]),
        exercise=row["exercise"],
        title=row["title"],
    )


def _day_out(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day_in(day: str | None) -> date | None:
    return None if day is None else date.fromisoformat(day)
