"""What a client's own calendar shows: the rows of every plan, with how long a session takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Prefetch, Q

from clients.analytics.locks import lock_spans
from clients.analytics.plans import items_of_all_lanes, pauses_of
from clients.analytics.standing import FAR
from clients.analytics.today import local_day
from clients.exports.prescription import Prescribed, plan_seconds, whole_minutes
from clients.models import Assignment, AssignmentVersion, CalendarAddress, Client, PutOff
from clients.rules.calendar import SHOWN_BACK, Line, lines_of
from clients.rules.moving import moves_of, with_moves
from clients.rules.schedule import Schedule, Span


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the calendar. plan: id of the assignment. minutes: of one session. edition: counts what changed."""

    plan: int
    line: Line
    minutes: int
    edition: int


def address_in_use(client: Client) -> CalendarAddress | None:
    """Return the client's calendar address, None where none is in use."""
    found: CalendarAddress | None = CalendarAddress.objects.filter(client=client, stopped_at=None).first()
    return found


def calendar_of(address: CalendarAddress, now: datetime) -> list[Entry]:
    """Return the rows of the calendar at the moment (aware), by plan, version and slot.

    A fixed number of statements. Runs in the practice scope; address.client must be loaded.
    """
    client = address.client
    today = local_day(client, now)
    plans = list(
        Assignment.objects.filter(client=client)
        .exclude(state=Assignment.State.DRAFT)
        .filter(Q(ends_on=None) | Q(ends_on__gte=today - SHOWN_BACK))
        .prefetch_related(
            Prefetch("versions", AssignmentVersion.objects.order_by("number")),
            "pauses",
            Prefetch("put_offs", PutOff.objects.moves(), "moves"),
        )
        .order_by("pk")
    )
    locked = lock_spans([client.pk]).get(client.pk, ())
    times = tuple(time.fromisoformat(at) for at in client.reminder_times)
    shown = {plan.pk: _in_force(plan) for plan in plans}
    items = items_of_all_lanes([version for versions in shown.values() for version in versions], client)
    return [
        Entry(
            plan.pk,
            line,
            _minutes(items.get(shown[plan.pk][line.place].pk, [])),
            address.changes + _changes(plan, locked),
        )
        for plan in plans
        for line in lines_of(
            with_moves(
                [(each.effective_from, Schedule.from_dict(each.schedule)) for each in shown[plan.pk]],
                moves_of((row.on, row.moved_to) for row in _said(plan)),
            ),
            times=times,
            today=today,
            ends_on=plan.ends_on,
            pauses=[*pauses_of(plan), *locked],
        )
    ]


def _in_force(plan: Assignment) -> list[AssignmentVersion]:
    """The versions that are in force for a while, oldest first: of two that begin on one day, the later."""
    latest = {version.effective_from: version for version in plan.versions.all()}
    return [latest[day] for day in sorted(latest)]


def _said(plan: Assignment) -> list[PutOff]:
    said: list[PutOff] = plan.moves  # type: ignore[attr-defined]  # named by the prefetch in calendar_of
    return said


def _changes(plan: Assignment, locked: Sequence[Span]) -> int:
    """How often the plan's days may have changed since it was given."""
    spans = [*pauses_of(plan), *locked]
    ended = sum(span.last != FAR for span in spans)
    return len(plan.versions.all()) - 1 + len(spans) + ended + len(_said(plan)) + (plan.state == Assignment.State.ENDED)


def _minutes(items: Sequence[Prescribed]) -> int:
    return whole_minutes(plan_seconds([entry for entry in items if entry.item.lane == "steady"]))
