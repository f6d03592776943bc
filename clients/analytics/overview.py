"""A caseload in counts. The number of queries is the same for one client and for a thousand."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count

from clients.analytics.due import done_of_due, plans_since, weeks_of
from clients.analytics.locks import lock_spans
from clients.models import Client, Event, Session
from clients.rules import adherence
from clients.rules.adherence import DoneSession
from clients.rules.overview import BandCount, distribution
from clients.rules.report_data import events_hash
from clients.rules.session import Event as Told

DAYS = 28  # days that adherence looks back, today among them; as the client's page shows


@dataclass(frozen=True, slots=True)
class Lead:
    """One physiotherapist's clients, and how many of them have no plan that runs."""

    name: str
    clients: int
    without_plan: int


@dataclass(frozen=True, slots=True)
class Counted:
    """How many different events the reports of some clients and days count from, and the hash of them all together.

    hash: as `report_data.events_hash` takes it.
    """

    events: int
    hash: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Clients whom the person may see. states: state -> clients, discharged ones too; all else is about the current.

    bands: adherence of the last DAYS days, each client's own. done and due: their sessions, each week capped.
    without_plan: by name, those for whom no plan runs today. lines: (client, done, due) of each, by name.
    counted: what it all follows from, None unless it is asked for, as every event of a practice is
    read for it.
    """

    states: Mapping[str, int]
    bands: Sequence[BandCount]
    done: int
    due: int
    without_plan: Sequence[Client]
    leads: Sequence[Lead]
    lines: Sequence[tuple[Client, int, int]]
    counted: Counted | None = None

    @property
    def clients(self) -> int:
        return sum(count for state, count in self.states.items() if state != Client.State.DISCHARGED)

    @property
    def percent(self) -> int | None:
        return adherence.percent(adherence.freq_week(self.done, self.due))


def overview(user: Any, *, now: datetime, reads_events: bool = False) -> Overview:
    """Return the counts at the moment `now` (aware); days are in each client's own time zone."""
    mine = Client.objects.visible_to(user)
    states = dict(mine.order_by().values_list("state").annotate(count=Count("pk")))
    clients = list(mine.current().select_related("lead").order_by("search_last", "pk"))
    todays = {client.pk: now.astimezone(ZoneInfo(client.time_zone)).date() for client in clients}
    earliest = min(todays.values(), default=now.date()) - timedelta(days=DAYS - 1)
    plans = plans_since(todays, since=earliest, locked=lock_spans(list(todays)))
    sessions = _sessions(list(todays), earliest)
    counts = [
        done_of_due(
            weeks_of(plans.get(pk, ()), sessions, first=today - timedelta(days=DAYS - 1), last=today, today=today)
        )
        for pk, today in todays.items()
    ]
    ids = [plan.id for own in plans.values() for plan in own]
    without = [client for client in clients if not any(plan.is_running for plan in plans.get(client.pk, ()))]
    return Overview(
        states={state: states.get(state, 0) for state in Client.State.values},
        bands=distribution(counts),
        done=sum(done for done, _due in counts),
        due=sum(due for _done, due in counts),
        without_plan=without,
        leads=_leads(clients, without),
        lines=[(client, done, due) for client, (done, due) in zip(clients, counts, strict=True)],
        counted=_counted(_events(todays, ids, earliest)) if reads_events else None,
    )


def _sessions(client_ids: Sequence[int], first: date) -> Mapping[int, list[DoneSession]]:
    """Return the sessions that are done, by plan: one aggregate, answered by the (client, day) index."""
    found: dict[int, list[DoneSession]] = defaultdict(list)
    rows = (
        Session.objects.filter(client__in=client_ids, occurrence_on__gte=first)
        .filter(state=Session.State.FINISHED, replaced=False, fraction__gte=float(adherence.DONE))
        .order_by()
        .values_list("assignment_id", "occurrence_on", "lane")
        .annotate(count=Count("pk"))
    )
    for plan, day, lane, count in rows:
        found[plan] += [DoneSession(day, Fraction(1), lane)] * count
    return found


def _events(todays: Mapping[int, date], plans: Sequence[int], first: date) -> list[tuple[str, Told]]:
    """Return the events of the sessions of these plans that lie in each client's days, with the session of each."""
    rows = Event.objects.filter(
        client__in=list(todays), session__assignment__in=plans, session__occurrence_on__gte=first
    ).order_by()
    return [
        (str(session), Told(str(pk), kind, at, item, data))
        for client, on, session, pk, kind, at, item, data in rows.values_list(
            "client_id", "session__occurrence_on", "session_id", "pk", "type", "at", "item_id", "data"
        ).iterator()
        if 0 <= (todays[client] - on).days < DAYS
    ]


def _counted(events: Sequence[tuple[str, Told]]) -> Counted:
    return Counted(len(events), events_hash(events))


def _leads(clients: Sequence[Client], without_plan: Sequence[Client]) -> Sequence[Lead]:
    names = {client.lead_id: client.lead.get_full_name() or client.lead.email for client in clients}
    all_of = Counter(client.lead_id for client in clients)
    open_of = Counter(client.lead_id for client in without_plan)
    ordered = sorted(names.items(), key=lambda each: (each[1], each[0]))
    return [Lead(name, all_of[pk], open_of[pk]) for pk, name in ordered]
