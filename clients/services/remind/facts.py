"""What must be known of clients to plan a reminder or to send it, read for many at once.

The same few statements for one client and for five hundred. Runs across practices: the sender serves them all.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from clients.models import (
    Alert,
    Assignment,
    AssignmentVersion,
    Client,
    Flare,
    PlanPause,
    PushSubscription,
    PutOff,
    Reminder,
    Session,
    StreamChoice,
)
from clients.models.reminder import TO_PHONE
from clients.rules.contraindications import for_client
from clients.rules.moving import moves_of, standing_words, with_moves
from clients.rules.reminders import QuietHours, ReminderWishes, RunningPlan, zone_named
from clients.rules.schedule import Schedule, Span
from clients.rules.schedule_reading import ScheduleError

log = logging.getLogger(__name__)

Ids = Collection[int] | QuerySet[Any, Any]  # Any: the row types of a one-column query
AT_IT_FOR = timedelta(hours=1)  # a session begun and touched so recently needs no reminder
STOPPED_WITH: Final[Mapping[str, frozenset[str]]] = {  # a no to reminders is one to what follows them up
    Reminder.Stream.SESSION: frozenset({Reminder.Stream.SESSION}),
    Reminder.Stream.FOLLOW_UP: frozenset({Reminder.Stream.SESSION, Reminder.Stream.FOLLOW_UP}),
    Reminder.Stream.WEEKLY: frozenset({Reminder.Stream.WEEKLY}),
}
PLANNED: Final = tuple(STOPPED_WITH)  # the streams that the planner makes rows of
ANOTHER_DAY: Final = "tomorrow"  # of clients.rules.habits.IF_MISSED
AROUND = timedelta(days=8)  # reaches the Monday before and the end of the horizon


@dataclass(frozen=True, slots=True)
class Phone:
    """A browser on which a client wants reminders, since when, and where it is reached."""

    endpoint: str
    p256dh: str
    auth: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """One client as the reminders see them. `plans` holds each version on the days on which it is in force."""

    id: int
    practice_id: int
    email: str
    name: str
    language: str
    sender_name: str
    anchor: str
    if_sore: str
    if_missed: str
    state: str
    channel: str
    practice_is_active: bool
    person_is_active: bool | None  # None: the invitation has not been accepted
    mail_failed: bool
    unwanted: frozenset[str]  # streams that the client did not ask for
    stopped: frozenset[str]  # streams that were stopped by a link
    is_locked: bool
    wishes: ReminderWishes
    plans: tuple[RunningPlan, ...]
    version_ids: tuple[int, ...]  # of plans, in their order
    phones: Mapping[str, Phone]  # by recipient

    def why_not(self, stream: str, channel: str = Client.Channel.EMAIL) -> str:
        """Why nothing of the stream may be sent to the client through the channel now; empty when it may."""
        if not self.practice_is_active:
            return "practice closed"
        if stream not in PLANNED:
            return "client discharged" if self.state == Client.State.DISCHARGED else ""
        reasons = (
            (self.state != Client.State.ACTIVE, f"client {self.state}"),
            (not self.person_is_active, "no account"),
            (self.is_locked, "plan locked"),
            (stream != Reminder.Stream.WEEKLY and self.channel != Client.Channel.EMAIL, "reminders switched off"),
            (stream in self.unwanted, "not asked for"),
            (not self.stopped.isdisjoint(STOPPED_WITH[stream]), "unsubscribed"),
            (self.mail_failed and channel == Client.Channel.EMAIL, "address refused before"),
        )
        return next((reason for holds, reason in reasons if holds), "")


def may_send_to(client: Client, stream: str) -> bool:
    """Tell whether the stream may be sent to the client as things stand now."""
    return not load([client.pk], now=datetime.now(UTC))[client.pk].why_not(stream)


def load(ids: Ids, *, now: datetime) -> dict[int, ClientFacts]:
    """Return the facts of the clients that exist and can be read, by id. `now` is aware.

    ids: a list, or a query that answers with one column of ids, which spares long lists.
    """
    refused = StreamChoice.objects.filter(client=OuterRef("pk"))
    rows = (
        Client.objects.filter(pk__in=ids)
        .annotate(
            **{f"stopped_{stream}": Exists(refused.filter(stream=stream)) for stream in PLANNED},
            is_locked=Exists(Alert.objects.locking().filter(client=OuterRef("pk"))),
        )
        .values(
            "pk",
            "practice_id",
            "email",
            "first_name",
            "name_to_use",
            "language",
            "anchor",
            "if_sore",
            "if_missed",
            "state",
            "reminder_channel",
            "reminder_times",
            "quiet_from",
            "quiet_until",
            "reminders_paused_until",
            "mail_failed_at",
            "time_zone",
            "user__is_active",
            "practice__is_active",
            "practice__sender_name",
            "practice__name",
            *(f"stopped_{stream}" for stream in PLANNED),
            "follow_up",
            "weekly_note",
            "is_locked",
            "tags",
        )
    )
    plans = _plans(ids, now)
    phones = _phones(ids)
    found: dict[int, ClientFacts] = {}
    for row in rows:
        try:
            found[row["pk"]] = _facts(row, plans[row["pk"]], phones[row["pk"]])
        except ValueError as error:
            _unreadable("client", row["pk"], error)
    return found


def _unreadable(what: str, pk: int, error: ValueError) -> None:
    """One row that cannot be read must not keep everybody else's messages back."""
    log.error("%s %s cannot be read: %s", what, pk, type(error).__name__)


def _facts(row: Mapping[str, Any], plans: list[tuple[int, RunningPlan]], phones: Mapping[str, Phone]) -> ClientFacts:
    # Any: the columns named in load(). Raises ValueError for a time or a zone that is none.
    zone_named(row["time_zone"])
    return ClientFacts(
        id=row["pk"],
        practice_id=row["practice_id"],
        email=row["email"],
        name=row["name_to_use"] or row["first_name"],
        language=row["language"],
        sender_name=row["practice__sender_name"] or row["practice__name"],
        anchor=row["anchor"],
        if_sore=row["if_sore"],
        if_missed=row["if_missed"],
        state=row["state"],
        channel=row["reminder_channel"],
        practice_is_active=row["practice__is_active"],
        person_is_active=row["user__is_active"],
        mail_failed=row["mail_failed_at"] is not None,
        unwanted=_unwanted(row),
        stopped=frozenset(stream for stream in PLANNED if row[f"stopped_{stream}"]),
        is_locked=row["is_locked"] or any(block.level == "block" for block in for_client(row["tags"])),
        wishes=ReminderWishes(
            zone=row["time_zone"],
            times=tuple(sorted(time.fromisoformat(text) for text in row["reminder_times"])),
            quiet=QuietHours(row["quiet_from"], row["quiet_until"]),
            paused_until=row["reminders_paused_until"],
            window=settings.REMINDER_WINDOW,
        ),
        plans=tuple(plan for _, plan in plans),
        version_ids=tuple(version_id for version_id, _ in plans),
        phones=phones,
    )


def _unwanted(row: Mapping[str, Any]) -> frozenset[str]:
    """The streams that a client has switched off, never switched on, or would have on another day by their own plan."""
    wanted = {
        Reminder.Stream.FOLLOW_UP: row["follow_up"] and row["if_missed"] != ANOTHER_DAY,
        Reminder.Stream.WEEKLY: row["weekly_note"],
    }
    return frozenset(stream for stream, wants in wanted.items() if not wants)


def _phones(ids: Ids) -> dict[int, dict[str, Phone]]:
    """The browsers with reminders, by client and recipient."""
    found: dict[int, dict[str, Phone]] = defaultdict(dict)
    rows = PushSubscription.objects.in_use().filter(client__in=ids)
    for pk, client_id, *values in rows.values_list("pk", "client_id", "endpoint", "p256dh", "auth", "created_at"):
        found[client_id][f"{TO_PHONE}{pk}"] = Phone(*values)
    return found


def _plans(ids: Ids, now: datetime) -> dict[int, list[tuple[int, RunningPlan]]]:
    """(version id, plan) of the active plans, by client."""
    today = now.date()  # in UTC; AROUND is wide enough for every zone
    versions: dict[int, list[tuple[int, date, datetime, Schedule]]] = defaultdict(list)
    owners: dict[int, tuple[int, date | None]] = {}
    put_off = _put_off(ids, today)
    for assignment_id, client_id, ends_on, version_id, since, created_at, schedule in (
        AssignmentVersion.objects.filter(
            Q(assignment__ends_on=None) | Q(assignment__ends_on__gte=today - AROUND),
            assignment__client__in=ids,
            assignment__state=Assignment.State.ACTIVE,
        )
        .order_by("assignment_id", "number")
        .values_list(
            "assignment_id",
            "assignment__client_id",
            "assignment__ends_on",
            "pk",
            "effective_from",
            "created_at",
            "schedule",
        )
    ):
        try:
            read = Schedule.from_dict(schedule)
        except ScheduleError as error:
            _unreadable("version", version_id, error)
            continue
        owners[assignment_id] = client_id, ends_on
        versions[assignment_id].append((version_id, since, created_at, read))
    pauses = _pauses(ids, today)
    flares = _flares(ids, today)
    done = _done(ids, today, now)
    plans: dict[int, list[tuple[int, RunningPlan]]] = defaultdict(list)
    for assignment_id, (client_id, ends_on) in owners.items():
        made = {since: (version_id, created_at) for version_id, since, created_at, _ in versions[assignment_id]}
        said = put_off[assignment_id]
        moves = moves_of((on, to) for on, _, _, to in said)
        for span in with_moves([(since, schedule) for _, since, _, schedule in versions[assignment_id]], moves):
            version_id, created_at = made[span.since]
            off = [
                *pauses[assignment_id],
                *flares[client_id],
                *_outside(span.since, span.until),
                *_outside(date.min, ends_on),
            ]
            waits = frozenset(standing_words(said))
            plan = RunningPlan(span.schedule, tuple(off), done[assignment_id], created_at, waits)
            plans[client_id].append((version_id, plan))
    return plans


def _outside(first: date, last: date | None) -> Iterable[Span]:
    """The days before the first and after the last, which is open when None."""
    if first > date.min:
        yield Span(date.min, first - timedelta(days=1))
    if last is not None and last < date.max:
        yield Span(last + timedelta(days=1), date.max)


def _pauses(ids: Ids, today: date) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for assignment_id, first, last in PlanPause.objects.filter(
        Q(last_day=None) | Q(last_day__gte=today - AROUND), assignment__client__in=ids
    ).values_list("assignment_id", "first_day", "last_day"):
        found[assignment_id].append(Span(first, last or date.max))
    return found


def _flares(ids: Ids, today: date) -> dict[int, list[Span]]:
    """Days of a flare-up by client: they ask for nothing, so nobody is reminded."""
    found: dict[int, list[Span]] = defaultdict(list)
    for client_id, first, last in Flare.objects.filter(
        Q(last_day=None) | Q(last_day__gte=today - AROUND), client__in=ids
    ).values_list("client_id", "first_day", "last_day"):
        found[client_id].append(Span(first, last or date.max))
    return found


def _put_off(ids: Ids, today: date) -> dict[int, list[tuple[date, int, str, date | None]]]:
    """(date, slot, choice, day instead) of what clients said about sessions, by plan, in the order of saying."""
    found: dict[int, list[tuple[date, int, str, date | None]]] = defaultdict(list)
    rows = PutOff.objects.filter(client__in=ids, on__range=(today - AROUND, today + AROUND)).order_by("at", "pk")
    for assignment_id, on, slot, choice, to in rows.values_list("assignment_id", "on", "slot", "choice", "moved_to"):
        found[assignment_id].append((on, slot, choice, to))
    return found


def _done(ids: Ids, today: date, now: datetime) -> dict[int, dict[date, int]]:
    """Sessions that need no reminder any more, by plan and date: finished, or being done at this moment."""
    slots: dict[int, dict[date, set[int]]] = defaultdict(lambda: defaultdict(set))
    over = Q(state=Session.State.FINISHED) | Q(state=Session.State.OPEN, updated_at__gt=now - AT_IT_FOR)
    for assignment_id, on, slot in Session.objects.filter(
        over, client__in=ids, occurrence_on__range=(today - AROUND, today + AROUND)
    ).values_list("assignment_id", "occurrence_on", "slot"):
        slots[assignment_id][on].add(slot)
    return defaultdict(dict, {plan: {on: len(each) for on, each in days.items()} for plan, days in slots.items()})
