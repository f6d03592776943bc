"""What stands beside the days of plans, in one statement: pauses, words on a day, flare-ups, locks and reminders."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import CharField, DateField, DateTimeField, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from clients.analytics.locks import spans_of
from clients.models import Alert, Flare, FlareAnswer, PlanPause, PutOff, Reminder
from clients.models.reminder import COMES_AT, LATER
from clients.rules.schedule import Span

Column = str | Combinable
FAR = date.max
# Each with its type: a union takes the types of its columns from the first of its parts.
NO_DAY, NO_NUMBER = Cast(Value(None), DateField()), Cast(Value(None), IntegerField())
NO_TEXT, NO_TIME = Cast(Value(None), CharField()), Cast(Value(None), DateTimeField())


@dataclass(frozen=True, slots=True)
class Said:
    """One word of a client on a session of a day: a PutOff without the reason."""

    on: date
    slot: int
    choice: str
    moved_to: date | None


@dataclass(frozen=True, slots=True)
class FlareUp:
    """A flare-up; last_day: included, None while it lasts. answered_on: the last day whose question was answered."""

    first_day: date
    last_day: date | None
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Pauses and words by plan, oldest word first; flare-ups, locked days and reminders by client.

    later: when a reminder comes that was asked for and has not gone yet, by date and slot.
    """

    pauses: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    said: dict[int, list[Said]] = field(default_factory=lambda: defaultdict(list))
    flares: dict[int, list[FlareUp]] = field(default_factory=lambda: defaultdict(list))
    locked: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    later: dict[int, dict[tuple[date, int], datetime]] = field(default_factory=lambda: defaultdict(dict))


def standing_of(clients: Collection[int], plans: Collection[int], *, since: date, said_since: date) -> Standing:
    """Return what stands on days from `since` on, and what was said of days from `said_since` on. Ids; one statement.

    Locks are those of all days. Runs in the practice scope.
    """
    pauses = PlanPause.objects.filter(Q(last_day=None) | Q(last_day__gte=since), assignment__in=plans)
    said = PutOff.objects.filter(assignment__in=plans, on__gte=said_since).order_by()
    flares = Flare.objects.filter(client__in=clients).exclude(last_day__lt=since).order_by()
    locks = Alert.objects.filter(client__in=clients, locks=True).order_by()
    later = Reminder.objects.filter(
        client__in=clients, subject_key=LATER, local_date__gte=since, state=Reminder.State.PENDING
    ).order_by()
    answered = FlareAnswer.objects.filter(flare=OuterRef("pk")).order_by("-on").values("on")[:1]
    rows = pauses.values_list(*_columns("pause", "assignment_id", "first_day", "last_day")).union(
        said.values_list(*_columns("said", "assignment_id", "on", "moved_to", number="slot", text="choice", at="at")),
        flares.values_list(*_columns("flare", "client_id", "first_day", "last_day", other=Subquery(answered))),
        locks.values_list(
            *_columns("lock", "client_id", NO_DAY, NO_DAY, text="client__time_zone", at="raised_at", until="cleared_at")
        ),
        later.values_list(*_columns("later", "client_id", "local_date", NO_DAY, number="slot", at=COMES_AT)),
        all=True,
    )
    found = Standing()
    raised: list[tuple[int, str, datetime, datetime | None]] = []
    for kind, owner, first, last, answered_on, slot, text, at, until, _pk in sorted(rows, key=_in_order):
        if kind == "pause":
            found.pauses[owner].append(Span(first, last or FAR))
        elif kind == "said":
            found.said[owner].append(Said(first, slot, text, last))
        elif kind == "flare":
            found.flares[owner].append(FlareUp(first, last, answered_on))
        elif kind == "later":
            found.later[owner].setdefault((first, slot), at)
        else:
            raised.append((owner, text, at, until))
    found.locked.update(spans_of(raised))
    return found


def _columns(
    kind: str,
    owner: str,
    first: Column,
    last: Column,
    *,
    other: Column = NO_DAY,
    number: Column = NO_NUMBER,
    text: Column = NO_TEXT,
    at: Column = NO_TIME,
    until: Column = NO_TIME,
) -> tuple[Column, ...]:
    """The columns that all parts of the union have."""
    return Value(kind), owner, first, last, other, number, text, at, until, "pk"


def _in_order(row: Sequence[Any]) -> tuple[datetime, int]:
    """What was said goes by when it was said, all else by when it was written."""
    return row[7] or datetime.min.replace(tzinfo=UTC), row[9]
