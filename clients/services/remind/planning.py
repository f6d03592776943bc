"""Planning: the rows that clients need in the next 48 hours, inserted once however often this runs."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from clients.analytics.plans import prescribed_in
from clients.exports.prescription import plan_seconds, whole_minutes
from clients.models import Assignment, AssignmentVersion, Client, Heartbeat, PushSubscription, Reminder
from clients.models.reminder import TO_CLIENT
from clients.notifications.email import new_message_id
from clients.rules.follow_up import AFTER, follow_up_on
from clients.rules.reminders import Needed, local_date, needed
from clients.rules.weekly_note import notes_needed
from clients.services.remind.clock import database_clock
from clients.services.remind.facts import PLANNED, ClientFacts, load
from clients.services.remind.planned_checks import WENT
from clients.services.remind.watch import beat
from portal.accounts.tenancy import all_practices
from routines.content import ContentError

log = logging.getLogger(__name__)

PLANNER: Final = "plan_reminders"
CLIENTS_A_RUN: Final = 2000  # a larger installation is gone through in turn, well within the 48 hours
CHUNK: Final = 500
Stream = Reminder.Stream
SUBJECTS: Final = {  # plans of one client share their reminders
    Stream.SESSION: "session",
    Stream.FOLLOW_UP: "session",
    Stream.WEEKLY: "week",
}
Key = tuple[str, str, date, int]  # recipient, stream, local date, slot
A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """Counts of one run."""

    clients: int = 0
    inserted: int = 0
    moved: int = 0

    def __add__(self, other: "Planned") -> "Planned":
        return Planned(self.clients + other.clients, self.inserted + other.inserted, self.moved + other.moved)


def plan_reminders(now: datetime | None = None, *, clients_a_run: int = CLIENTS_A_RUN) -> Planned:
    """Insert the reminders and weekly notes of the next 48 hours, and move pending ones whose time was edited.

    Each run takes the clients after those of the last one, all of them where they are few. `now` (aware) is the
    database's clock unless a test gives another.
    """
    with all_practices():
        now = now or database_clock()()
        last = Heartbeat.objects.filter(name=PLANNER).values_list("detail", flat=True).first() or {}
        ids = _turn(int(last.get("after", 0)), clients_a_run)
        planned = Planned()
        for start in range(0, len(ids), CHUNK):
            planned += _plan(ids[start : start + CHUNK], now)
        beat(PLANNER, at=now, detail={"after": ids[-1] if ids else 0, "clients": planned.clients})
        return planned


def plan_for(client: Client, now: datetime | None = None) -> Planned:
    """The same for one client at once, inside the transaction that changed the plan or the wishes."""
    with all_practices():
        return _plan([client.pk], now or database_clock()())


def _turn(after: int, count: int) -> list[int]:
    """The next `count` clients with a plan and a wish for reminders or notes, by id, beginning anew after the last."""
    plan = Assignment.objects.filter(client=OuterRef("pk"), state=Assignment.State.ACTIVE)
    wanting = (
        Client.objects.filter(
            Exists(plan),
            Q(reminder_channel=Client.Channel.EMAIL) | Q(weekly_note=True),
            state=Client.State.ACTIVE,
            practice__is_active=True,
            user__is_active=True,
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    ahead = list(wanting.filter(pk__gt=after)[:count])
    return ahead + list(wanting.filter(pk__lte=after)[: count - len(ahead)])


def _plan(ids: Sequence[int], now: datetime) -> Planned:
    facts = load(ids, now=now)
    until = now + settings.REMINDER_HORIZON
    wanted: dict[Key, tuple[ClientFacts, Needed]] = {
        (recipient, stream, each.on, each.slot): (client, each)
        for client in facts.values()
        for stream, each in _occasions(client, now)
        for recipient in recipients_of(client, stream, each)
    }
    if not wanted:
        return Planned(len(ids))
    days = [on for _, _, on, _ in wanted]
    existing: dict[Key, Mapping[str, Any]] = {  # Any: the columns below
        (row["recipient"], row["stream"], row["local_date"], row["slot"]): row
        for row in Reminder.objects.filter(
            client__in={client.id for client, _ in wanted.values()},
            stream__in=PLANNED,
            subject_key__in=set(SUBJECTS.values()),
            local_date__range=(min(days), max(days)),
        ).values(
            "pk",
            "recipient",
            "stream",
            "local_date",
            "slot",
            "state",
            "wall_time",
            "time_zone",
            "expires_at",
            "minutes",
        )
    }
    fresh = [
        row_of(client, each, key[0], key[1], SUBJECTS[Stream(key[1])])
        for key, (client, each) in wanted.items()
        if key not in existing and each.due_at <= until and _has_a_first(key, existing)
    ]
    Reminder.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=CHUNK)
    moved = sum(
        _move(existing[key], each, now)
        for key, (_, each) in wanted.items()
        if key in existing and existing[key]["state"] == Reminder.State.PENDING
    )
    return Planned(len(ids), len(fresh), moved)


def _occasions(client: ClientFacts, now: datetime) -> Iterator[tuple[str, Needed]]:
    """(stream, when) of what the client may need. A follow-up is planned once the time of its reminder has come.

    Looked for a day further than rows are made: one made for the morning may be wanted in the evening now.
    """
    further = settings.REMINDER_HORIZON + A_DAY
    for each in needed(client.wishes, client.plans, now=now, horizon=further):
        yield Stream.SESSION, each
    again = follow_up_on(client.wishes, client.plans, local_date(now, client.wishes.zone))
    if again is not None and again.due_at - AFTER <= now < again.expires_at:
        yield Stream.FOLLOW_UP, again
    for note in notes_needed(client.wishes, now=now, horizon=further):
        yield Stream.WEEKLY, note


def _has_a_first(key: Key, existing: Mapping[Key, Mapping[str, Any]]) -> bool:  # Any: columns of rows
    """Whether what a follow-up follows has gone to the same recipient; true of every other message."""
    recipient, stream, on, slot = key
    if stream != Stream.FOLLOW_UP:
        return True
    first = existing.get((recipient, Stream.SESSION, on, slot))
    return first is not None and first["state"] in WENT


def recipients_of(client: ClientFacts, stream: str, each: Needed) -> list[str]:
    """Who gets it: the client by mail, and each phone of theirs that had been set up when the time came.

    A weekly note goes by mail alone.
    """
    mail = [] if client.why_not(stream) else [_mail_to(client)]
    if stream == Stream.WEEKLY or not client.phones or client.why_not(stream, PushSubscription.CHANNEL):
        return mail
    return mail + [recipient for recipient, phone in client.phones.items() if phone.since <= each.due_at]


def _mail_to(client: ClientFacts) -> str:
    return f"{TO_CLIENT}{client.id}"


def row_of(client: ClientFacts, each: Needed, recipient: str, stream: str, subject: str) -> Reminder:
    """A row of the table for one recipient, not yet saved."""
    return Reminder(
        practice_id=client.practice_id,
        client_id=client.id,
        recipient=recipient,
        stream=stream,
        subject_key=subject,
        local_date=each.on,
        slot=each.slot,
        channel=Client.Channel.EMAIL if recipient == _mail_to(client) else PushSubscription.CHANNEL,
        wall_time=each.wall,
        time_zone=each.zone,
        due_at=each.due_at,
        expires_at=each.expires_at,
        next_try=each.not_before if each.not_before > each.due_at else None,
        message_id=new_message_id(),
        minutes=_minutes(client, each) if stream == Stream.SESSION else None,
    )


def _move(row: Mapping[str, Any], each: Needed, now: datetime) -> bool:
    """Move a pending row to its edited time; a time that has passed already is left to the sender's check."""
    # Any: the columns that _plan() reads
    as_it_is = (row["wall_time"], row["time_zone"], row["expires_at"])
    if as_it_is == (each.wall, each.zone, each.expires_at) or each.due_at <= now:
        return False
    changed = Reminder.objects.filter(pk=row["pk"], state=Reminder.State.PENDING).update(
        wall_time=each.wall,
        time_zone=each.zone,
        due_at=each.due_at,
        expires_at=each.expires_at,
        next_try=each.not_before if each.not_before > each.due_at else None,
    )
    return bool(changed)


def _minutes(client: ClientFacts, each: Needed) -> int | None:
    """How long the sessions take that the reminder speaks of; None where it cannot be told."""
    lengths = [
        _version_minutes(version_id, plan.since)
        for version_id, plan in zip(client.version_ids, client.plans, strict=True)
        if plan.asks(each.on, each.slot)
    ]
    known = [length for length in lengths if length is not None]
    return sum(known) if known and len(known) == len(lengths) else None


@lru_cache(maxsize=4096)
def _version_minutes(version_id: int, made_at: datetime | None) -> int | None:
    """The length of one version's session; None where a stored dose no longer suits its exercise.

    A version never changes. made_at keeps apart what two databases call by the same id.
    """
    version = AssignmentVersion.objects.select_related("assignment__client").get(pk=version_id)
    try:
        return whole_minutes(plan_seconds(prescribed_in(version, version.assignment.client)))
    except ContentError as error:
        log.warning("version %s of a plan cannot be compiled: %s", version_id, type(error).__name__)
        return None
