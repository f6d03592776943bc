"""What happened to some clients in the last weeks, as the flag rules read it.

The number of statements is the same for one client and for two hundred, and none of them reads more than the last weeks
of these clients, however long the tables are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value

from clients.analytics.due import Plan, done_of_due, plans_since, weeks_of, weeks_of_one
from clients.analytics.locks import spans_of
from clients.analytics.promise import hours_of
from clients.models import (
    Alert,
    Client,
    ClientFlagRules,
    Decision,
    Event,
    FlagRules,
    FlagSeen,
    Flare,
    Invitation,
    Session,
)
from clients.rules import adherence
from clients.rules.flag_settings import DEFAULT, Setting, settings_for
from clients.rules.flags import (
    BY_ALERT,
    FIRST_WEEK,
    LOOK_BACK,
    RED_DAYS,
    Day,
    Ending,
    Facts,
    Flag,
    Open,
    Question,
    Seen,
    Told,
    flags_of,
)
from clients.rules.office_hours import working_days_waited

LOOKED_AT = 400  # clients that are looked at for reasons at one time; for more a practitioner is chosen
MARKS_READ = timedelta(days=2 * LOOK_BACK)  # older marks are about what the rules do not look at any more
URGENT = frozenset({Alert.Level.EMERGENCY, Alert.Level.SAME_DAY})
DONE = float(adherence.DONE)


class SessionRow(NamedTuple):
    """The columns of one session that pages of many clients need; a page makes thousands."""

    id: Any
    assignment_id: int
    on: date
    at: datetime
    finished: bool
    replaced: bool
    fraction: float
    lane: str
    before: int | None
    worst: int | None
    effort: int | None

    @property
    def is_done(self) -> bool:
        return self.finished and not self.replaced and self.fraction >= DONE


@dataclass(frozen=True, slots=True)
class Hurt:
    """Where it hurt most in a session: the exercise's name, and the answer."""

    exercise: str
    value: int | None


@dataclass(frozen=True, slots=True)
class Lately:
    """One client's last weeks. sessions: oldest first, without those of goals that count apart, which are breaks.

    shares: sessions asked for by day, of the last RED_DAYS days. settings: the flag rules as they are for this client.
    """

    client: Client
    today: date
    plans: Sequence[Plan]
    sessions: Sequence[SessionRow]
    shares: Mapping[date, int]
    facts: Facts
    settings: Mapping[str, Setting]
    flags: Sequence[Flag]
    alerts: Mapping[str, Alert] = field(default_factory=dict)
    hurts: Mapping[str, Hurt] = field(default_factory=dict)
    breaks: Sequence[SessionRow] = ()


def with_latest(clients: Any) -> Any:
    """Annotate clients with what lies before the last weeks: the latest session, invitation, flare-up, own rules."""
    latest = Session.objects.filter(client=OuterRef("pk")).order_by("-started_at")
    invitation = Invitation.objects.filter(client=OuterRef("pk"), revoked_at=None).order_by("-created_at")
    return clients.select_related("lead", "practice").annotate(
        latest_session=Subquery(latest.values("pk")[:1]),
        latest_on=Subquery(latest.values("occurrence_on")[:1]),
        latest_at=Subquery(latest.values("started_at")[:1]),
        latest_before=Subquery(latest.values("pain_before")[:1]),
        latest_after=Subquery(latest.values("pain_after")[:1]),
        invited_at=Subquery(invitation.values("created_at")[:1]),
        waiting_since=F("thread__waiting_since"),
        waiting_message=F("thread__last"),
        own_flag_rules=Subquery(ClientFlagRules.objects.filter(client=OuterRef("pk")).values("rules")[:1]),
        in_flare=Exists(Flare.objects.open().filter(client=OuterRef("pk"))),
    )


def looked_at(clients: Any) -> list[Client]:
    """Return those of a caseload who are looked at for reasons, LOOKED_AT at most, with what `lately` reads of them.

    Whoever has an open alert is looked at in any case, among however many clients, and after discharge too.
    """
    alarmed = Exists(Alert.objects.open().filter(client=OuterRef("pk")))
    wanted = clients.annotate(alarmed=alarmed).filter(~Q(state=Client.State.DISCHARGED) | Q(alarmed=True))
    return list(with_latest(wanted).order_by("-alarmed", "search_last", "pk")[:LOOKED_AT])


def flag_settings() -> Mapping[str, Setting]:
    """Return the rules of the practice in scope as they are in force."""
    own = FlagRules.objects.first()
    return own.settings if own is not None else DEFAULT


def flag_settings_of(client: Client) -> Mapping[str, Setting]:
    """Return the rules as they are in force for one client."""
    own = ClientFlagRules.objects.filter(client=client).first()
    return settings_for(own.rules if own else {}, flag_settings())


def lately(clients: Sequence[Any], *, now: datetime, settings: Mapping[str, Setting]) -> dict[int, Lately]:
    """Return the last weeks of each client, by id; the clients come from `with_latest`. now is aware.

    settings: the practice's flag rules; what was set for one client goes before them.
    """
    in_force = {client.pk: settings_for(client.own_flag_rules or {}, settings) for client in clients}
    todays = {client.pk: now.astimezone(ZoneInfo(client.time_zone)).date() for client in clients}
    first = min(todays.values(), default=now.date()) - timedelta(days=LOOK_BACK - 1)
    alerts: dict[int, dict[str, Alert]] = defaultdict(dict)
    locks = []
    zones = {client.pk: client.time_zone for client in clients}
    shown = Alert.objects.filter(Q(cleared_at=None) | Q(locks=True), client__in=list(todays))
    for alert in shown.select_related("acknowledged_by"):
        if alert.cleared_at is None:
            alerts[alert.client_id][str(alert.pk)] = alert
        if alert.locks:
            locks.append((alert.client_id, zones[alert.client_id], alert.raised_at, alert.cleared_at))
    plans = plans_since(todays, since=first, locked=spans_of(locks))
    sessions = _sessions(list(todays), first)
    hurts = _hurts(sessions, todays, in_force)
    weeks = _first_weeks(plans, sessions, in_force)
    suggestions: dict[int, list[Open]] = defaultdict(list)
    for client_id, pk, at in (
        Decision.objects.waiting()
        .filter(assignment__client__in=list(todays))
        .order_by()
        .values_list("assignment__client_id", "pk", "decided_at")
    ):
        suggestions[client_id].append(Open(str(pk), at.date()))
    seen = _seen(list(todays), now)
    found = {}
    for client in clients:
        today = todays[client.pk]
        own = plans.get(client.pk, ())
        rows = sessions.get(client.pk, [])
        apart = {plan.id for plan in own if plan.counts_apart}
        counted = [row for row in rows if row.assignment_id not in apart]
        shares = _asked(own, today - timedelta(days=RED_DAYS - 1), today)
        facts = Facts(
            today=today,
            sessions=[_told(row, hurts) for row in rows],
            first_week=weeks.get(client.pk, ()),
            days=_days(shares, counted, today),
            asks_since=_asks_since(client, own, today),
            heard_on=client.latest_on,
            invited_on=_invited_on(client, own, today),
            endings=[Ending(str(plan.id), plan.ends_on) for plan in own if plan.is_running and plan.ends_on is not None]
            if all(plan.ends_on is not None for plan in own if plan.is_running)
            else [],
            alerts=[
                Open(key, alert.raised_at.date(), alert.level in URGENT) for key, alert in alerts[client.pk].items()
            ],
            suggestions=suggestions[client.pk],
            question=_question(client, now),
        )
        flags = flags_of(facts, in_force[client.pk], seen.get(client.pk))
        if client.state == Client.State.DISCHARGED:
            flags = tuple(flag for flag in flags if flag.key in BY_ALERT)  # an alert outlives the care
        found[client.pk] = Lately(
            client=client,
            today=today,
            plans=own,
            sessions=counted,
            breaks=[row for row in rows if row.assignment_id in apart],
            shares=shares,
            facts=facts,
            settings=in_force[client.pk],
            flags=flags,
            alerts=alerts[client.pk],
            hurts=hurts,
        )
    return found


def lately_of(client: Client, *, now: datetime, settings: Mapping[str, Setting]) -> Lately:
    """Return the last weeks of one client. now is aware."""
    return lately(list(with_latest(Client.objects.filter(pk=client.pk))), now=now, settings=settings)[client.pk]


def counts_of(of: Lately, *, days: int) -> tuple[int, int]:
    """Return sessions done and due in the last days, today among them, each plan's week capped (clinical rules 6.3).

    days: at most LOOK_BACK.
    """
    first = of.today - timedelta(days=days - 1)
    done = _done_since(of.sessions, first)
    return done_of_due(weeks_of(of.plans, done, first=first, last=of.today, today=of.today))


def counts_of_plan(of: Lately, plan: Plan, *, days: int) -> tuple[int, int]:
    """Return the same of one plan alone, also of one whose counts stand apart."""
    first = of.today - timedelta(days=days - 1)
    done = _done_since([*of.sessions, *of.breaks], first)
    weeks = weeks_of_one(plan, done.get(plan.id, ()), first=first, last=of.today, today=of.today)
    return done_of_due(adherence.combine([weeks]))


def _done_since(rows: Sequence[SessionRow], first: date) -> Mapping[int, list[adherence.DoneSession]]:
    """The sessions that are done, by plan."""
    done: dict[int, list[adherence.DoneSession]] = defaultdict(list)
    for session in rows:
        if session.is_done and session.on >= first:
            done[session.assignment_id].append(adherence.DoneSession(session.on, Fraction(1), session.lane))
    return done


def _sessions(client_ids: Sequence[int], first: date) -> dict[int, list[SessionRow]]:
    """The sessions of the last weeks by client, oldest first: one statement, answered by the (client, day) index."""
    found: dict[int, list[SessionRow]] = defaultdict(list)
    rows = (
        Session.objects.filter(client__in=client_ids, occurrence_on__gte=first)
        .order_by("client", "started_at")
        .values_list(
            "client_id", "id", "assignment_id", "occurrence_on", "started_at", "state", "replaced", "fraction",
            "lane", "pain_before", "pain_worst", "effort",
        )
    )  # fmt: skip
    for client_id, pk, assignment_id, on, at, state, gone, fraction, lane, before, worst, effort in rows:
        finished = state == Session.State.FINISHED
        found[client_id].append(
            SessionRow(pk, assignment_id, on, at, finished, gone, fraction, lane, before, worst, effort)
        )
    return found


def _hurts(
    sessions: Mapping[int, Sequence[SessionRow]],
    todays: Mapping[int, date],
    settings: Mapping[int, Mapping[str, Setting]],
) -> dict[str, Hurt]:
    """Where it hurt, in sessions that never finished or that may be a reason to look. One statement at most."""
    wanted = [
        row.id
        for client_id, rows in sessions.items()
        for row in rows
        if (todays[client_id] - row.on).days < RED_DAYS and (not row.finished or _may_be_red(row, settings[client_id]))
    ]
    if not wanted:
        return {}
    found: dict[str, Hurt] = {}
    for session_id, data, name in (
        Event.objects.filter(session__in=wanted, type__in=("hurt", "item_pain"))
        .order_by("session", "at")
        .values_list("session_id", "data", "item__exercise_version__exercise__name")
    ):
        value = data.get("value")
        kept = found.get(str(session_id))
        if kept is None or (value is not None and (kept.value is None or value >= kept.value)):
            found[str(session_id)] = Hurt(name or "", value)
    return found


def _may_be_red(row: SessionRow, settings: Mapping[str, Setting]) -> bool:
    highest = row.worst if row.worst is not None else -1
    rise = highest - row.before if row.before is not None else 0
    return highest >= settings["pain_high"].numbers["pain"] or rise >= settings["pain_jump"].numbers["points"]


def _first_weeks(
    plans: Mapping[int, Sequence[Plan]],
    sessions: Mapping[int, Sequence[SessionRow]],
    settings: Mapping[int, Mapping[str, Setting]],
) -> dict[int, list[int]]:
    """Pain before sessions in the first week of the oldest running plan, of clients whose pain may have risen."""
    oldest = {}
    for client_id, rows in sessions.items():
        numbers = settings[client_id]["pain_rising"].numbers
        latest = [row.before for row in reversed(rows) if row.before is not None][: numbers["sessions"]]
        running = [plan for plan in plans.get(client_id, ()) if plan.is_running]
        if running and len(latest) == numbers["sessions"] and min(latest) >= numbers["points"]:
            oldest[min(running, key=lambda plan: plan.starts_on).id] = client_id
    if not oldest:
        return {}
    week = ExpressionWrapper(Value(timedelta(days=FIRST_WEEK - 1)), output_field=DurationField())
    found: dict[int, list[int]] = defaultdict(list)
    for client_id, before in (
        Session.objects.filter(
            assignment__in=list(oldest),
            # Said again by client and day, so that the index by client and day answers.
            client=F("assignment__client"),
            client__in=list(oldest.values()),
            occurrence_on__gte=F("assignment__starts_on"),
            occurrence_on__lte=F("assignment__starts_on") + week,
            pain_before__isnull=False,
        )
        .order_by()
        .values_list("client_id", "pain_before")
    ):
        found[client_id].append(before or 0)  # null is filtered out above
    return found


def _seen(client_ids: Sequence[int], now: datetime) -> dict[int, dict[str, Seen]]:
    found: dict[int, dict[str, Seen]] = defaultdict(dict)
    for client_id, key, on, evidence in FlagSeen.objects.filter(
        client__in=client_ids, at__gte=now - MARKS_READ
    ).values_list("client_id", "rule_key", "on", "evidence"):
        before = found[client_id].get(key, Seen())
        found[client_id][key] = Seen(before.evidence | frozenset(evidence), max(before.on, on))
    return found


def _told(row: SessionRow, hurts: Mapping[str, Hurt]) -> Told:
    key = str(row.id)
    return Told(key, row.on, row.before, row.worst, row.effort, not row.finished and key in hurts)


def _asked(plans: Sequence[Plan], first: date, today: date) -> dict[date, int]:
    """Sessions asked for by day, all plans together, without days off."""
    asked: dict[date, int] = defaultdict(int)
    for plan in (plan for plan in plans if not plan.counts_apart):
        for day, due, _ in adherence.day_shares(plan.in_force, (), first=first, last=today, pauses=plan.off):
            asked[day] += due
    return asked


def _days(asked: Mapping[date, int], rows: Sequence[SessionRow], today: date) -> list[Day]:
    begun: dict[date, int] = defaultdict(int)
    for row in rows:
        begun[row.on] += row.fraction > 0
    return [Day(day, asked[day], begun[day]) for day in sorted(asked) if day < today]


def _asks_since(client: Client, plans: Sequence[Plan], today: date) -> date | None:
    if client.state not in {Client.State.ACTIVE, Client.State.INVITED}:
        return None
    starts = []
    for plan in plans:
        if not plan.is_running or plan.starts_on > today or any(today in span for span in plan.off):
            continue
        ended = [span.last + timedelta(days=1) for span in plan.off if span.last < today]
        starts.append(max([plan.starts_on, *ended]))
    return min(starts, default=None)


def _question(client: Any, now: datetime) -> Question | None:
    """The message that waits, by the practice's working days; each further message of theirs is a new one."""
    if client.waiting_since is None:
        return None
    hours = hours_of(client.practice)
    days = working_days_waited(client.waiting_since, now, hours)
    asked_on = client.waiting_since.astimezone(ZoneInfo(hours.zone)).date()
    return Question(f"message:{client.waiting_message}", asked_on, days)


def _invited_on(client: Any, plans: Sequence[Plan], today: date) -> date | None:
    """The day from which a client could have begun: invited, and with a plan that runs where they have an account."""
    if client.latest_on is not None or client.invited_at is None:
        return None
    invited: date = client.invited_at.astimezone(ZoneInfo(client.time_zone)).date()
    if client.state == Client.State.INVITED:
        return invited
    since = _asks_since(client, plans, today)
    return max(invited, since) if since is not None else None
