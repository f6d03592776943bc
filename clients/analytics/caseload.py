"""The caseload: who needs the practitioner, and why, the most urgent first.

The number of queries is the same for one client and for two hundred, and for ten sessions and a million.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from clients.analytics.flag_words import FlagLine, flag_lines
from clients.analytics.lately import LOOKED_AT, Lately, counts_of, flag_settings, lately, looked_at, with_latest
from clients.charts import DayState
from clients.models import Absence, Client
from clients.rules.flag_settings import Setting
from portal.accounts.models import User
from portal.lib.search import fold

DAYS = 14  # days that a row shows, today among them
PAGE = 50  # clients on one page

TABS = ("needs", "current", "not_started", "on_hold", "discharged")
TAB_STATES = {
    "not_started": Client.State.INVITED,
    "on_hold": Client.State.ON_HOLD,
    "discharged": Client.State.DISCHARGED,
}


@dataclass(frozen=True)
class Row:
    """One client. days: one state a day, oldest first. Counts are sessions of these days, due so far.

    pains: worst pain before a session of each day, None where nobody answered. last_*: the latest session, None
    where there is none or the question was not answered. covered_for: whose client it is, where one covers.
    """

    client: Client
    flags: Sequence[FlagLine]
    plan_name: str
    plan_week: int | None
    days: tuple[DayState, ...]
    done: int
    due: int
    pains: tuple[int | None, ...]
    last_session_id: Any
    last_session_at: datetime | None
    last_before: int | None
    last_after: int | None
    today: date
    in_flare: bool
    covered_for: User | None

    @property
    def worst(self) -> FlagLine | None:
        return self.flags[0] if self.flags else None

    @property
    def more(self) -> int:
        """How many reasons there are beside the worst."""
        return max(0, len(self.flags) - 1)


@dataclass(frozen=True)
class Caseload:
    """One page of clients and how many each tab holds.

    leads: practitioners among whom may be chosen, empty where there is one. too_many: not every client was looked at
    for reasons; choosing a practitioner helps. covering: absences in which the person covers now. waiting: how many
    wait for an answer to a message; None where only some clients are listed.
    """

    rows: tuple[Row, ...]
    counts: Mapping[str, int]
    tab: str
    query: str
    lead: int | None
    leads: Sequence[User]
    page: int
    has_next: bool
    too_many: bool
    covering: Sequence[Absence]
    waiting: int | None


def caseload(
    user: Any, *, now: datetime, tab: str = "", query: str = "", page: int = 1, lead: int | None = None
) -> Caseload:
    """Return the clients whom the person may see, the most urgent first and then by name.

    Days are in each client's own time zone. tab is one of TABS; for another it is "needs" where somebody needs the
    person, else "current". query finds names and addresses that start with its words. page counts from 1. lead: only
    the clients of this practitioner.
    """
    everyone = Client.objects.visible_to(user)
    mine = searched(everyone if lead is None else everyone.filter(lead=lead), query)
    is_everyone = lead is None and not query
    counts = mine.aggregate(
        waiting=Count("pk", filter=Q(thread__waiting_since__isnull=False)),
        current=Count("pk", filter=~Q(state=Client.State.DISCHARGED)),
        **{name: Count("pk", filter=Q(state=state)) for name, state in TAB_STATES.items()},
    )
    waiting = counts.pop("waiting")
    too_many = counts["current"] > LOOKED_AT
    settings = flag_settings()
    chosen = looked_at(mine)
    known = lately(chosen, now=now, settings=settings)
    with_reason = sorted(
        (known[client.pk] for client in chosen if known[client.pk].flags),
        key=lambda each: (each.flags[0].order, each.client.search_last),
    )
    counts["needs"] = len(with_reason)
    if tab not in TABS:
        tab = "needs" if with_reason else "current"
    first = (page - 1) * PAGE
    found: Sequence[Lately]
    if tab == "needs":
        found = with_reason[first : first + PAGE + 1]
    elif tab == "discharged" or too_many:
        found = _by_name(mine, tab, first=first, now=now, settings=settings)
    else:
        rest = [known[client.pk] for client in chosen if not known[client.pk].flags]
        of_tab = [each for each in [*with_reason, *rest] if _stands_in(tab, each.client)]
        found = of_tab[first : first + PAGE + 1]
    covering = _covering(user, now)
    return Caseload(
        rows=_rows(found[:PAGE], covering=covering),
        counts=counts,
        tab=tab,
        query=query,
        lead=lead,
        leads=_leads(everyone, chosen, is_whole=is_everyone and not too_many),
        page=page,
        has_next=len(found) > PAGE,
        too_many=too_many,
        covering=covering,
        waiting=waiting if is_everyone else None,
    )


def _stands_in(tab: str, client: Client) -> bool:
    if tab in TAB_STATES:
        return client.state == TAB_STATES[tab]
    return client.state != Client.State.DISCHARGED


def _by_name(clients: Any, tab: str, *, first: int, now: datetime, settings: Mapping[str, Setting]) -> Sequence[Lately]:
    """One page in the order of names, for those of whom too many are there to look at each."""
    of_tab = clients.filter(state=TAB_STATES[tab]) if tab in TAB_STATES else clients.current()
    page = list(with_latest(of_tab).order_by("search_last", "pk")[first : first + PAGE + 1])
    known = lately(page, now=now, settings=settings)
    return [known[client.pk] for client in page]


def searched(clients: Any, query: str) -> Any:
    """Return the clients whose first name, last name or address starts with each word of the query."""
    for word in fold(query).split():
        clients = clients.filter(Q(search_last__prefix=word) | Q(search_first__prefix=word) | Q(email__prefix=word))
    return clients


def _leads(everyone: Any, chosen: Sequence[Client], *, is_whole: bool) -> Sequence[User]:
    """The practitioners of the clients, by name; empty where there is one. is_whole: `chosen` are all the clients."""
    if is_whole:
        leads = sorted({client.lead for client in chosen}, key=lambda person: (str(person), person.pk))
    else:
        leads = list(User.objects.filter(pk__in=everyone.values("lead")).order_by("first_name", "last_name", "pk"))
    return leads if len(leads) > 1 else ()


def _covering(user: Any, now: datetime) -> list[Absence]:
    """The absences of colleagues in which the person covers at this moment, by the practice's date."""
    day = timedelta(days=1)  # by which a practice's date may be behind or ahead
    rows = Absence.objects.on(now.date() - day, now.date() + day).filter(cover=user)
    return [row for row in rows.select_related("away", "practice") if row.lasts_on(row.practice.day_at(now))]


def _rows(found: Sequence[Lately], *, covering: Sequence[Absence]) -> tuple[Row, ...]:
    """The rows of one page."""
    away = {absence.away_id: absence.away for absence in covering}
    return tuple(_row(each, flag_lines(each), away.get(each.client.lead_id)) for each in found)


def _row(of: Lately, flags: Sequence[FlagLine], covered_for: User | None) -> Row:
    first = of.today - timedelta(days=DAYS - 1)
    span = [first + timedelta(days=offset) for offset in range(DAYS)]
    done: dict[date, int] = defaultdict(int)
    part: dict[date, int] = defaultdict(int)
    pains: dict[date, int] = {}
    for session in of.sessions:
        if session.on < first:
            continue
        done[session.on] += session.is_done
        part[session.on] += session.fraction > 0 and not session.is_done
        if session.before is not None:
            pains[session.on] = max(pains.get(session.on, 0), session.before)
    counted, due = counts_of(of, days=DAYS)
    running = next((plan for plan in of.plans if plan.is_running), None)
    client: Any = of.client  # annotated by with_latest
    return Row(
        client=client,
        flags=flags,
        plan_name=running.name if running else "",
        plan_week=(of.today - running.starts_on).days // 7 + 1 if running and running.starts_on <= of.today else None,
        days=tuple(_state(of.shares.get(day, 0), done[day], part[day]) for day in span),
        done=counted,
        due=due,
        pains=tuple(pains.get(day) for day in span),
        last_session_id=client.latest_session,
        last_session_at=client.latest_at,
        last_before=client.latest_before,
        last_after=client.latest_after,
        today=of.today,
        in_flare=client.in_flare,
        covered_for=covered_for,
    )


def _state(asked: int, done: int, part: int) -> DayState:
    if done and done >= asked:
        return "done"
    if done or part:
        return "part"
    return "planned" if asked else "rest"
