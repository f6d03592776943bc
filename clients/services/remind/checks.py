"""The last look before sending: is it still wanted, still in time, and at the right hour?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from clients.models import Alert, Client, FlagSeen, Invitation, PushSubscription, Reminder, SessionLook, Thread
from clients.models.reminder import RED_FLAG, TO_CLIENT, TO_PERSON
from clients.rules.flags import OF_ONE_SESSION
from clients.rules.reminders import due_at, expires_at, slot_times
from clients.rules.silence import Turn
from clients.services.alert_letters import FIRST, SECOND, readers_of
from clients.services.red_flags import NOT_THEIRS, responsible_by_session
from clients.services.remind.facts import ClientFacts, Phone, load
from clients.services.remind.queue import TOO_LATE, Claimed
from clients.services.remind.silence import REASONS, turns
from portal.accounts.models import Practice, User

ALIVE = (Reminder.State.PENDING, Reminder.State.SENDING, Reminder.State.SENT, Reminder.State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a message, looked up at the moment of sending."""

    email: str
    name: str
    language: str
    sender_name: str
    anchor: str = ""  # the moment of the day that a client planned, clients.rules.habits.ANCHORS
    if_missed: str = ""  # and what instead, IF_MISSED
    phone: Phone | None = None  # where a push goes; None: by mail
    asks: bool = False  # the last one after a week without an answer


@dataclass(frozen=True, slots=True)
class Go:
    """Send it now."""

    to: Addressee


@dataclass(frozen=True, slots=True)
class Skip:
    """It is not wanted any more, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Quiet hours: it may go out when they end."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """Its time was edited and is still to come."""

    due_at: datetime
    expires_at: datetime
    wall: time
    zone: str


Verdict = Go | Skip | Hold | Move


def look_again(rows: Sequence[Claimed], *, claim_name: str, now: datetime) -> dict[int, Verdict]:
    """Return what should become of each row of one claim, by id. `now` is aware."""
    if not rows:
        return {}
    if rows[0].stream == Reminder.Stream.SESSION:
        claimed = Reminder.objects.filter(state=Reminder.State.SENDING, lease_by=claim_name)
        facts = load(claimed.values("client_id"), now=now)
        newer = _newer(rows, claimed.values("recipient"), now)
        answered = turns(rows)
        return {row.id: _session_verdict(row, facts, newer, answered[row.id], now) for row in rows}
    return _one_time_verdicts(rows, now)


def _session_verdict(
    row: Claimed, facts: Mapping[int, ClientFacts], newer: Mapping[str, datetime], turn: Turn, now: datetime
) -> Verdict:
    client = facts.get(row.client_id or 0)
    if client is None:
        return Skip("client gone or unreadable")
    phone = client.phones.get(row.recipient)
    if row.channel == PushSubscription.CHANNEL and phone is None:
        return Skip("device gone")
    reason = client.why_not(row.stream, row.channel) or _why_not_now(row, client, newer, now)
    if reason:
        return Skip(reason)
    times = slot_times(client.wishes, client.plans, row.local_date)
    if row.slot > len(times):
        return Skip("no time is set any more")
    wall, wishes = times[row.slot - 1], client.wishes
    expires = row.expires_at
    if (wall, wishes.zone) != (row.wall_time, row.time_zone):
        due = due_at(row.local_date, wall, wishes.zone)
        expires = expires_at(due, zone=wishes.zone, quiet=wishes.quiet, window=wishes.window)
        if due > now:
            return Move(due, expires, wall, wishes.zone)
        if expires <= now:
            return Skip("time was changed")
    if wishes.quiet.holds_at(now, wishes.zone):
        until = wishes.quiet.released_at(now, wishes.zone)
        return Hold(until) if until < expires else Skip("quiet hours")
    if turn in REASONS:
        return Skip(REASONS[turn])
    return Go(
        Addressee(
            client.email,
            client.name,
            client.language,
            client.sender_name,
            client.anchor,
            client.if_missed,
            phone,
            asks=turn is Turn.ASK,
        )
    )


def _why_not_now(row: Claimed, client: ClientFacts, newer: Mapping[str, datetime], now: datetime) -> str:
    if row.expires_at <= now:
        return TOO_LATE
    if newer.get(row.recipient, row.due_at) > row.due_at:
        return "a newer one is due"
    paused_until = client.wishes.paused_until
    if paused_until is not None and row.local_date <= paused_until:
        return "reminders paused"
    if any(plan.asks(row.local_date, row.slot) for plan in client.plans):
        return ""
    planned = any(
        len(plan.schedule.occurrences_on(row.local_date, pauses=plan.pauses)) >= row.slot for plan in client.plans
    )
    return "done" if planned else "plan paused, changed or over"


def _newer(rows: Sequence[Claimed], recipients: QuerySet[Any, Any], now: datetime) -> dict[str, datetime]:
    """The latest reminder that is due by now, by recipient: after an outage only that one is sent."""
    # Any: the row types of a one-column query
    latest: dict[str, datetime] = defaultdict(lambda: rows[0].due_at)
    days = [row.local_date for row in rows]
    for recipient, due in Reminder.objects.filter(
        recipient__in=recipients,
        stream=rows[0].stream,
        subject_key__in={row.subject_key for row in rows},
        local_date__range=(min(days), max(days) + timedelta(days=1)),
        due_at__lte=now,
        state__in=ALIVE,
    ).values_list("recipient", "due_at"):
        latest[recipient] = max(due, latest[recipient])
    return latest


def _one_time_verdicts(rows: Sequence[Claimed], now: datetime) -> dict[int, Verdict]:
    senders = {practice.pk: practice for practice in Practice.objects.filter(pk__in={row.practice_id for row in rows})}
    clients = {
        f"{TO_CLIENT}{client.pk}": client
        for client in Client.objects.filter(pk__in={row.client_id for row in rows if row.client_id is not None})
    }
    user_ids = {row.recipient.removeprefix(TO_PERSON) for row in rows if row.recipient.startswith(TO_PERSON)}
    people = {f"{TO_PERSON}{user.pk}": user for user in User.objects.filter(pk__in=user_ids)}
    void = _void_invitations(rows)
    seen = _seen_alerts(rows) | _seen_sessions(rows)
    responsible = {f"{RED_FLAG}{key}": of for key, of in responsible_by_session(red_sessions(rows), at=now).items()}
    readers = readers_of(alert_subjects(rows), at=now)
    read = _read_threads(rows)
    verdicts: dict[int, Verdict] = {}
    for row in rows:
        practice = senders[row.practice_id]
        person = clients.get(row.recipient) or people.get(row.recipient)
        reason = TOO_LATE if row.expires_at <= now else _why_not_written_to(person, practice)
        if row.subject_key in void:
            reason = "invitation void"
        if row.subject_key in seen:
            reason = "seen by somebody"
        if isinstance(person, User) and row.subject_key in responsible:
            reason = reason or responsible[row.subject_key].why_not(person)
        if isinstance(person, User) and row.subject_key in readers and person not in readers[row.subject_key]:
            reason = reason or NOT_THEIRS
        if row.subject_key in read:
            reason = "read already"
        if reason or person is None:
            verdicts[row.id] = Skip(reason)
        else:
            name = person.call_name if isinstance(person, Client) else person.get_short_name()
            sender_name = practice.sender_name or practice.name
            verdicts[row.id] = Go(Addressee(person.email, name, person.language, sender_name))
    return verdicts


def _void_invitations(rows: Sequence[Claimed]) -> set[str]:
    """The subjects of client invitations whose link opens nothing any more: replaced, used, or for another address."""
    keys = {row.subject_key for row in rows if row.subject_key.startswith("invitation:") and row.client_id}
    if not keys:
        return set()
    alive = Invitation.objects.filter(
        pk__in={key.removeprefix("invitation:") for key in keys},
        accepted_at=None,
        revoked_at=None,
        client__email=F("email"),
    )
    return keys - {f"invitation:{pk}" for pk in alive.values_list("pk", flat=True)}


def _seen_alerts(rows: Sequence[Claimed]) -> set[str]:
    """The subjects of alerts that a practitioner has seen: nobody need be told any more."""
    keys = {
        row.subject_key: row.subject_key.rpartition(":")[2]
        for row in rows
        if row.stream == Reminder.Stream.ALERT and not row.subject_key.startswith(RED_FLAG)
    }
    if not keys:
        return set()
    unseen = {str(pk) for pk in Alert.objects.unseen().filter(pk__in=set(keys.values())).values_list("pk", flat=True)}
    return {key for key, pk in keys.items() if pk not in unseen}


def red_sessions(rows: Sequence[Claimed]) -> set[UUID]:
    """The sessions that letters about red flags speak of."""
    return {UUID(row.subject_key.removeprefix(RED_FLAG)) for row in rows if row.subject_key.startswith(RED_FLAG)}


def alert_subjects(rows: Sequence[Claimed]) -> set[str]:
    """The subjects of letters to staff about alerts."""
    return {row.subject_key for row in rows if row.subject_key.startswith((FIRST, SECOND))}


def _seen_sessions(rows: Sequence[Claimed]) -> set[str]:
    """The subjects of red flags that a practitioner has seen: the session was looked over, or the flag marked."""
    keys = red_sessions(rows)
    if not keys:
        return set()
    looked = set(SessionLook.objects.filter(session__in=keys).values_list("pk", flat=True))
    marks = FlagSeen.objects.filter(client__sessions__in=keys, rule_key__in=OF_ONE_SESSION)
    marked = {UUID(each) for evidence in marks.values_list("evidence", flat=True) for each in evidence}
    return {f"{RED_FLAG}{key}" for key in keys & (looked | marked)}


def _read_threads(rows: Sequence[Claimed]) -> set[str]:
    """The subjects of notices whose client has opened the thread since: there is nothing to tell any more."""
    keys = {row.subject_key: row.client_id for row in rows if row.stream == Reminder.Stream.MESSAGE}
    if not keys:
        return set()
    unread = Thread.objects.filter(client__in=set(keys.values()), last_id__gt=F("client_read_to"))
    waiting = set(unread.values_list("pk", flat=True))
    return {key for key, client_id in keys.items() if client_id not in waiting}


def _why_not_written_to(person: Client | User | None, practice: Practice) -> str:
    if person is None:
        return "recipient gone"
    if not practice.is_active:
        return "practice closed"
    if isinstance(person, Client):
        return "client discharged" if person.state == Client.State.DISCHARGED else ""
    return "" if person.is_active else "account closed"
