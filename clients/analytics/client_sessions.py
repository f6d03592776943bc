"""The sessions of one client as a list, newest first, a page at a time; what was prescribed beside what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from clients.models import Client, PrescribedItem, Session

PAGE = 25  # sessions on one page


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session. exercises: how many its day held, those left out at will not among them."""

    session: Session
    exercises: int


@dataclass(frozen=True, slots=True)
class SessionList:
    """A page of sessions, newest first. before: where the next page begins, None on the last."""

    rows: Sequence[SessionRow]
    before: datetime | None


def latest_sessions(client: Client) -> Any:
    """Return the client's sessions, newest first. Breaks through the day are counted elsewhere, and none is a row."""
    return (
        Session.objects.filter(client=client)
        .exclude(version__schedule__kind="breaks")
        .order_by("-started_at")
        .select_related("assignment", "version")
    )


def session_list(client: Client, *, before: datetime) -> SessionList:
    """Return the sessions begun before the moment (aware, not included). Costs two statements at any length."""
    found = list(latest_sessions(client).filter(started_at__lt=before)[: PAGE + 1])
    shown = found[:PAGE]
    held = _exercises({session.version_id for session in shown})
    rows = [SessionRow(session, len(session.short_form) or _held(session, held)) for session in shown]
    return SessionList(rows, shown[-1].started_at if len(found) > PAGE else None)


def _held(session: Session, held: dict[tuple[int, str], int]) -> int:
    """How many exercises the session's lane holds; a lane that nobody wrote is made of the steady one."""
    steady = held.get((session.version_id, "steady"), 0)
    return held.get((session.version_id, session.lane), steady)


def _exercises(versions: set[int]) -> dict[tuple[int, str], int]:
    """Return how many exercises each lane of each version holds: the needed ones, or all where none is needed."""
    counted = (
        PrescribedItem.objects.filter(version__in=versions)
        .values("version", "lane")
        .annotate(needed=Count("pk", filter=Q(optional=False)), every=Count("pk"))
        .order_by()
    )
    return {(row["version"], row["lane"]): row["needed"] or row["every"] for row in counted}
