"""The last look at what was planned ahead: reminders, follow-ups and weekly notes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from clients.models import PushSubscription, Reminder, Session
from clients.models.reminder import LATER
from clients.rules.follow_up import AT_MOST_EVERY, follow_up_on
from clients.rules.reminders import Needed, due_at, expires_at, slot_times
from clients.rules.silence import Turn
from clients.rules.weekly_note import note_on, week_of
from clients.services.remind.facts import ClientFacts, load
from clients.services.remind.queue import TOO_LATE, Claimed
from clients.services.remind.silence import REASONS, turns
from clients.services.remind.verdicts import Addressee, Go, Hold, Move, Skip, Verdict

Stream = Reminder.Stream
WENT: Final = (Reminder.State.SENT, Reminder.State.UNKNOWN)
ALIVE: Final = (Reminder.State.PENDING, Reminder.State.SENDING, *WENT)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read for one claim. `why_not`: by id of a row, what the table and the sessions say against it."""

    facts: Mapping[int, ClientFacts]
    newer: Mapping[str, datetime]
    turns: Mapping[int, Turn]
    why_not: Mapping[int, str]


def look_at_planned(rows: Sequence[Claimed], *, claim_name: str, now: datetime) -> dict[int, Verdict]:
    """Return what should become of each row of one claim of a stream that is planned ahead, by id. `now` is aware."""
    claimed = Reminder.objects.filter(state=Reminder.State.SENDING, lease_by=claim_name)
    stream = rows[0].stream
    seen = _Seen(
        load(claimed.values("client_id"), now=now),
        _newer(rows, claimed.values("recipient"), now),
        {} if stream == Stream.WEEKLY else turns(rows),
        _nothing_to_follow(rows)
        if stream == Stream.FOLLOW_UP
        else _empty_weeks(rows)
        if stream == Stream.WEEKLY
        else {},
    )
    return {row.id: _verdict(row, seen, now) for row in rows}


def _verdict(row: Claimed, seen: _Seen, now: datetime) -> Verdict:
    client = seen.facts.get(row.client_id or 0)
    if client is None:
        return Skip("client gone or unreadable")
    phone = client.phones.get(row.recipient)
    if row.channel == PushSubscription.CHANNEL and phone is None:
        return Skip("device gone")
    reason = client.why_not(row.stream, row.channel) or _why_not_now(row, client, seen, now)
    if reason:
        return Skip(reason)
    wanted = _as_things_stand(row, client)
    if wanted is None:
        return Skip("no time is set any more" if row.stream == Stream.SESSION else "none for this day any more")
    wishes, expires = client.wishes, row.expires_at
    if (wanted.wall, wanted.zone) != (row.wall_time, row.time_zone):
        expires = wanted.expires_at
        if wanted.due_at > now:
            return Move(wanted.due_at, expires, wanted.wall, wanted.zone)
        if expires <= now:
            return Skip("time was changed")
    if wishes.quiet.holds_at(now, wishes.zone):
        until = wishes.quiet.released_at(now, wishes.zone)
        return Hold(until) if until < expires else Skip("quiet hours")
    turn = seen.turns.get(row.id, Turn.SEND)
    if turn in REASONS:
        return Skip(REASONS[turn])
    if turn is Turn.ASK and row.stream == Stream.FOLLOW_UP:
        return Skip(REASONS[Turn.STOP])  # the one that asks goes out alone
    return Go(
        Addressee(
            client.email,
            client.name,
            client.language,
            client.sender_name,
            client.anchor,
            client.if_sore,
            client.if_missed,
            phone,
            asks=turn is Turn.ASK,
        )
    )


def _as_things_stand(row: Claimed, client: ClientFacts) -> Needed | None:
    """When the row's message would be due by what the client wishes now."""
    wishes = client.wishes
    if row.subject_key == LATER and row.wall_time is not None:  # it stands at the hour at which it was asked for
        return Needed(row.local_date, row.slot, row.wall_time, row.time_zone, row.due_at, row.expires_at, row.due_at)
    if row.stream == Stream.FOLLOW_UP:
        return follow_up_on(wishes, client.plans, row.local_date)
    if row.stream == Stream.WEEKLY:
        return note_on(wishes, row.local_date)
    times = slot_times(wishes, client.plans, row.local_date)
    if row.slot > len(times):
        return None
    wall = times[row.slot - 1]
    due = due_at(row.local_date, wall, wishes.zone)
    ends = expires_at(due, zone=wishes.zone, quiet=wishes.quiet, window=wishes.window)
    return Needed(row.local_date, row.slot, wall, wishes.zone, due, ends, due)


def _why_not_now(row: Claimed, client: ClientFacts, seen: _Seen, now: datetime) -> str:
    if row.expires_at <= now:
        return TOO_LATE
    if seen.newer.get(row.recipient, row.due_at) > row.due_at:
        return "a newer one is due"
    if client.wishes.is_paused_on(row.local_date):
        return "reminders paused"
    if row.id in seen.why_not:
        return seen.why_not[row.id]
    if row.stream == Stream.WEEKLY or any(plan.asks(row.local_date, row.slot) for plan in client.plans):
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


def _nothing_to_follow(rows: Sequence[Claimed]) -> dict[int, str]:
    """Why follow-ups are left out, by id: no reminder or another one went that day, or a follow-up within a week."""
    days = [row.local_date for row in rows]
    told: dict[tuple[str, str], set[date]] = defaultdict(set)
    later: set[tuple[str, date]] = set()
    for recipient, stream, subject, on, state in Reminder.objects.filter(
        recipient__in={row.recipient for row in rows},
        stream__in=(Stream.SESSION, Stream.FOLLOW_UP),
        local_date__range=(min(days) - AT_MOST_EVERY, max(days)),
        state__in=ALIVE,
    ).values_list("recipient", "stream", "subject_key", "local_date", "state"):
        if subject == LATER:
            later.add((recipient, on))
        elif state in WENT:
            told[recipient, stream].add(on)
    found: dict[int, str] = {}
    for row in rows:
        before = {on for on in told[row.recipient, Stream.FOLLOW_UP] if on < row.local_date}
        if (row.recipient, row.local_date) in later:
            found[row.id] = "asked for later"
        elif row.local_date not in told[row.recipient, Stream.SESSION]:
            found[row.id] = "no reminder went before it"
        elif any(row.local_date - on < AT_MOST_EVERY for on in before):
            found[row.id] = "one a week"
    return found


def _empty_weeks(rows: Sequence[Claimed]) -> dict[int, str]:
    """Why weekly notes are left out, by id: a week in which nothing was done is not held up to anybody."""
    weeks = {row.id: week_of(row.local_date) for row in rows}
    done: dict[int, set[date]] = defaultdict(set)
    for client_id, on in Session.objects.filter(
        client__in={row.client_id for row in rows if row.client_id},
        state=Session.State.FINISHED,
        occurrence_on__range=(min(week.first for week in weeks.values()), max(week.last for week in weeks.values())),
    ).values_list("client_id", "occurrence_on"):
        done[client_id].add(on)
    return {
        row.id: "nothing to look at" for row in rows if not any(on in weeks[row.id] for on in done[row.client_id or 0])
    }
