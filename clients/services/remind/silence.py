"""Who answers reminders, read for many at once: a few statements for one client and for five hundred.

`turns` runs across practices: the sender serves them all.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from clients.models import AssignmentVersion, Client, Flare, Message, PlanPause, PutOff, Reminder, Session
from clients.models.reminder import LATER
from clients.rules.silence import IN_A_ROW, Earlier, Turn, turn
from clients.services.remind.queue import Claimed
from portal.accounts import audit
from portal.accounts.models import AuditEvent, User

# Why a row was left out, and so what it says to the next one.
REASONS: Final[Mapping[Turn, str]] = {
    Turn.REST: "every second one, while unanswered",
    Turn.STOP: "unanswered for a week",
}
LOOK_BACK: Final = timedelta(days=60)  # engineering: the three of a plan with one day in two weeks, and some more
CHANGED: Final = "settings_changed"
ANSWERS: Final = (CHANGED, "reminders_wanted", "stream_accepted")  # what a client did in the settings
# Settings of which a change is an answer: when and how reminders come, and the plan that they speak of.
OF_REMINDERS: Final = frozenset(
    {"reminder_channel", "reminders_paused_until", "reminder_times", "quiet_from", "quiet_until"}
    | {"anchor", "anchor_words", "anchor_place", "if_sore", "if_missed"}
)
Rows = QuerySet[Any, Any]  # Any: rows of a client's id and one instant or day
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def turns(rows: Sequence[Claimed]) -> dict[int, Turn]:
    """What becomes of session reminders that are due, by id."""
    days = [row.local_date for row in rows]
    told = Reminder.objects.filter(
        _SAYS_SOMETHING,
        recipient__in={row.recipient for row in rows},
        stream=Reminder.Stream.SESSION,
        subject_key__in={row.subject_key for row in rows},
        local_date__range=(min(days) - LOOK_BACK, max(days)),
    )
    earlier = _earlier(told)
    silent = {row.client_id for row in rows if row.client_id and len(earlier[row.recipient]) >= IN_A_ROW}
    heard = _heard(silent, on=max(days))
    found: dict[int, Turn] = {}
    for row in rows:
        since = heard.get(row.client_id or 0, LONG_AGO)
        found[row.id] = turn(row.due_at, [each for each in earlier[row.recipient] if since < each.due_at < row.due_at])
    return found


def have_stopped(client: Client) -> bool:
    """Whether the next reminder would be left out, since the one that asks has gone: on every way that was in use.

    Not asked of a client who wants none.
    """
    now = timezone.now()
    told = client.reminders.filter(_SAYS_SOMETHING, stream=Reminder.Stream.SESSION, due_at__gt=now - LOOK_BACK)
    earlier = _earlier(told)
    if not any(len(rows) >= IN_A_ROW for rows in earlier.values()):
        return False
    since = _heard({client.pk}, on=now.date()).get(client.pk, LONG_AGO)
    turns_of = [turn(now, [each for each in rows if since < each.due_at < now]) for rows in earlier.values()]
    return all(each is Turn.STOP for each in turns_of)


def want_again(client: Client, *, by: User) -> None:
    """Take down that the client wants the reminders that have stopped; the next one goes out as planned."""
    audit.record("reminders_wanted", client, by=by)


_TURN_OF: Final = {reason: each for each, reason in REASONS.items()}
_SAYS_SOMETHING: Final = Q(state__in=(Reminder.State.SENT, Reminder.State.UNKNOWN)) | Q(
    state=Reminder.State.SKIPPED, reason__in=REASONS.values()
)


def _earlier(told: QuerySet[Reminder]) -> dict[str, list[Earlier]]:
    """Return what became of these reminders, by recipient; nothing for a recipient who is not among them."""
    earlier: dict[str, list[Earlier]] = defaultdict(list)
    for recipient, due_at, reason in told.values_list("recipient", "due_at", "reason"):
        earlier[recipient].append(Earlier(due_at, _TURN_OF.get(reason, Turn.SEND)))
    return earlier


def _heard(ids: Collection[int], *, on: date) -> dict[int, datetime]:
    """From when on silence counts, by id: the last answer, or the last thing that begins anew; others are left out.

    A plan that was given or changed begins anew, and so does the end of a break, a hold or a flare-up before the day
    `on`: nobody was asked meanwhile.
    """
    if not ids:
        return {}
    sessions = Session.objects.filter(client__in=ids).values_list("client_id").annotate(Max("updated_at"))
    put_off = PutOff.objects.filter(client__in=ids).values_list("client_id").annotate(Max("at"))
    later = Reminder.objects.filter(client__in=ids, subject_key=LATER).values_list("client_id")
    messages = Message.objects.filter(client__in=ids, is_from_client=True).values_list("client_id")
    flares = Flare.objects.filter(client__in=ids).values_list("client_id").annotate(Max("reported_at"))
    plans = AssignmentVersion.objects.filter(assignment__client__in=ids).values_list("assignment__client_id")
    heard: dict[int, datetime] = {}
    for client_id, at in _all_of(
        sessions,
        put_off,
        later.annotate(Max("created_at")),
        messages.annotate(Max("sent_at")),
        flares,
        plans.annotate(Max("created_at")),
    ):
        heard[client_id] = max(at, heard.get(client_id, LONG_AGO))
    breaks = PlanPause.objects.filter(assignment__client__in=ids, last_day__lt=on).values_list("assignment__client_id")
    settled = Flare.objects.filter(client__in=ids, last_day__lt=on).values_list("client_id")
    for client_id, last_day in _all_of(breaks.annotate(Max("last_day")), settled.annotate(Max("last_day"))):
        begins = datetime.combine(last_day, time.max, UTC)
        heard[client_id] = max(begins, heard.get(client_id, LONG_AGO))
    by_key = {str(client_id): client_id for client_id in ids}
    wished = AuditEvent.objects.filter(
        practice__in=Client.objects.filter(pk__in=ids).values("practice"),
        object_type=Client._meta.label_lower,
        object_id__in=by_key,
        action__in=ANSWERS,
        at__gt=datetime.combine(on - LOOK_BACK, time.min, UTC),  # no reminder from before is looked at
        actor__in=Client.objects.filter(pk__in=ids).values("user"),
    )
    for key, at, action, detail in wished.values_list("object_id", "at", "action", "detail").order_by():
        if action != CHANGED or OF_REMINDERS.intersection(detail["fields"]):
            heard[by_key[key]] = max(at, heard.get(by_key[key], LONG_AGO))
    return heard


def _all_of(first: Rows, *others: Rows) -> Rows:
    """One statement for several; a part of a union may have no order."""
    return first.order_by().union(*(each.order_by() for each in others), all=True)
