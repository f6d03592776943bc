"""A session as pages without a player drive it: every answer becomes an event, through the same door."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils.translation import gettext as _

from clients.analytics.locks import why_not_start
from clients.errors import Invalid, WrongState
from clients.exports.prescription import Prescribed, SetOfWork, sets_of
from clients.models import Assignment, AssignmentVersion, Client, Event, PutOff, Session
from clients.rules.events import SKIP_REASONS, Answer, EventError
from clients.rules.lanes import FULL
from clients.services.record import record_events
from clients.services.remind import plan_for

CHANGEABLE_FOR = timedelta(hours=24)  # source: clinical rules 6.4, "answers changed for 24 h"


def start_session(
    client: Client,
    *,
    session_id: UUID,
    assignment: Assignment,
    version: AssignmentVersion,
    on: Any,
    slot: int,
    pain_before: int | None,
    now: datetime,
    lane: str = "steady",
    percent: int = FULL,
    short: bool = False,
) -> Session:
    """Return the session that the client starts; the same id again returns the one already started.

    short: in the short form that the plan's rules offer.

    Raises WrongState where the client is on hold or a lock or a tag keeps every session from starting, Invalid where an
    answer cannot be read.
    """
    if client.state == Client.State.ON_HOLD or why_not_start(client, version):
        raise WrongState(_("Your plan is on hold. Your physiotherapist can tell you more."))
    known = Session.objects.filter(client=client, pk=session_id).first()
    if known is None:
        started = {"version": version.pk, "on": on.isoformat(), "slot": slot, "lane": lane, "percent": percent}
        started |= {"short": True} if short else {}
        tell(client, session_id, now=now, events=[("started", started), ("pain_before", {"value": pain_before})])
        known = Session.objects.get(client=client, pk=session_id)
    return known


def tell(
    client: Client,
    session_id: UUID,
    *,
    now: datetime,
    events: list[tuple[str, dict[str, Any]]],
    item: int | None = None,
) -> list[Answer]:
    """Record events that a page makes on the server, at the moment `now` on the client's clock.

    Raises Invalid with the problems of the first event that is refused.
    """
    return _record(client, session_id, now=now, events=[(kind, data, item) for kind, data in events])


def _record(
    client: Client, session_id: UUID, *, now: datetime, events: list[tuple[str, dict[str, Any], int | None]]
) -> list[Answer]:
    """Record (type, data, prescribed item) in this order. Raises Invalid."""
    local = now.astimezone(ZoneInfo(client.time_zone))
    try:
        answers = record_events(
            client,
            [
                {
                    "id": str(uuid4()),
                    "session": str(session_id),
                    "type": kind,
                    "item": item,
                    # Two events of one form keep their order by a millisecond.
                    "at": (local + timedelta(milliseconds=place)).isoformat(timespec="milliseconds"),
                    "app": "page",
                    "data": data,
                }
                for place, (kind, data, item) in enumerate(events)
            ],
            now=now,
        )
    except EventError as error:
        raise Invalid(error.problems) from error
    for answer in answers:
        if answer.status != 200:
            raise Invalid(answer.problems or {"event": answer.detail})
    return answers


def tick_item(client: Client, session: Session, entry: Prescribed, *, now: datetime) -> None:
    """Record that the client did the whole exercise without the player: every counted set, ticked."""
    tell(
        client,
        session.pk,
        now=now,
        item=entry.item.pk,
        events=[("set_done", set_done(work, mode="ticked")) for work in sets_of(entry) if work.gate is None],
    )


def note_session(
    client: Client,
    *,
    session_id: UUID,
    assignment: Assignment,
    version: AssignmentVersion,
    on: date,
    slot: int,
    entries: Sequence[Prescribed],
    now: datetime,
    lane: str = "steady",
    percent: int = FULL,
    told_s: int | None = None,
) -> Session:
    """Return a finished session that the client did without the player: the exercises that they name, each in full.

    told_s: how many seconds each exercise took, as the client told, which then counts; None: as long as it is to take.
    on: the client's local date on which it was done; sets of an earlier date than today are marked "later", those of
    today "ticked". The same id again returns what was noted first. Raises WrongState where nothing may start, Invalid
    where no exercise is named or a day cannot be.
    """
    if client.state == Client.State.ON_HOLD or why_not_start(client, version):
        raise WrongState(_("Your plan is on hold. Your physiotherapist can tell you more."))
    if not entries:
        raise Invalid({"items": _("Choose at least one exercise that you did.")})
    known = Session.objects.filter(client=client, pk=session_id).first()
    if known is not None:
        return known
    today = now.astimezone(ZoneInfo(client.time_zone)).date()
    mode = "ticked" if on >= today else "later"
    started = {"version": version.pk, "on": on.isoformat(), "slot": slot, "lane": lane, "percent": percent}
    events: list[tuple[str, dict[str, Any], int | None]] = [("started", started, None)]
    for entry in entries:
        events += _ticked(entry, mode=mode, told_s=told_s)
    _record(client, session_id, now=now, events=[*events, ("finished", {}, None)])
    return Session.objects.get(client=client, pk=session_id)


def note_anew(client: Client, session: Session, entry: Prescribed, *, told_s: int | None, now: datetime) -> None:
    """Record another length of a session of one exercise that the client noted, or that it was done after all.

    told_s: as in note_session. Raises WrongState when the time for changes is over, Invalid.
    """
    _check_can_change(session, now)
    now = _after_all(session, now)
    events = [*_ticked(entry, mode="ticked", told_s=told_s), ("finished", {}, None)]
    _record(client, session.pk, now=now, events=events)


def take_back(client: Client, session: Session, *, now: datetime) -> None:
    """Record that a session was not done after all: its events stay, and count no more. Again changes nothing.

    Raises WrongState when the time for changes is over.
    """
    _check_can_change(session, now)
    if session.state == Session.State.FINISHED:
        tell(client, session.pk, now=_after_all(session, now), events=[("taken_back", {})])
        plan_for(client)


def _check_can_change(session: Session, now: datetime) -> None:
    if not can_change(session, now):
        raise WrongState(_("Answers can be changed for 24 hours. Tell your physiotherapist what was different."))


def _after_all(session: Session, now: datetime) -> datetime:
    """Return now, or the moment after the session's last event where a device's clock is ahead: order is by time."""
    last = Event.objects.filter(session=session).aggregate(last=Max("at"))["last"]
    return now if last is None else max(now, last + timedelta(milliseconds=1))


def _ticked(entry: Prescribed, *, mode: str, told_s: int | None) -> list[tuple[str, dict[str, Any], int | None]]:
    """Return the events of an exercise that was done without the player; told seconds are shared out among its sets."""
    sets = [work for work in sets_of(entry) if work.gate is None]
    told = {} if told_s is None else {"seconds": told_s / len(sets), "told": True}
    return [("set_done", {**set_done(work, mode=mode), **told}, entry.item.pk) for work in sets]


def put_off(
    client: Client,
    *,
    assignment: Assignment,
    on: date,
    slot: int,
    choice: str,
    now: datetime,
    reason: str = "",
    to: date | None = None,
) -> PutOff:
    """Keep that the client puts a session off; it counts as neither skipped nor missed, and may still be done.

    choice: of PutOff.Choice; reason: of SKIP_REASONS, or "". Reminders of that session stop. to: the day instead, of
    "moved" alone, which moves all sessions of the day with their reminders (services.moving). Raises Invalid.
    """
    if choice not in PutOff.Choice.values or (to is not None) != (choice == PutOff.Choice.MOVED):
        raise Invalid({"choice": _("Choose one of the options on the page.")})
    if reason and reason not in SKIP_REASONS:
        raise Invalid({"reason": _("Choose one of the options on the page.")})
    row = PutOff.objects.create(
        client=client, assignment=assignment, on=on, slot=slot, choice=choice, reason_key=reason, moved_to=to, at=now
    )
    plan_for(client)
    return row


def set_done(work: SetOfWork, *, mode: str) -> dict[str, Any]:
    """Return what an event tells of a set that was done in full."""
    return {
        "segment": work.segment,
        "set": work.number,
        "side": work.side,
        "done": work.units,
        "of": work.units,
        "seconds": work.seconds,
        "mode": mode,
    }


def answer(
    client: Client,
    session: Session,
    *,
    answers: dict[str, Any],
    now: datetime,
    item_pain: Mapping[int, int] = MappingProxyType({}),
    markers: Collection[str] = (),
    can_do: Collection[str] = (),
) -> None:
    """Record the answers after a session; a later answer to the same question is kept beside the first.

    item_pain: the most pain in an exercise, by item; those that are told already are not told again. can_do: of the
    markers that were asked, the ones that were ticked. Raises WrongState when the time for changing answers is over.
    """
    _check_can_change(session, now)
    events: list[tuple[str, dict[str, Any]]] = []
    for field, value in answers.items():
        already = getattr(session, field, None)
        if already not in (None, "") and already != value:
            events.append(("edited", {"field": field, "value": value}))
        elif already != value:
            events.append((field, {"text" if field == "note" else "value": value}))
    known = set(session.can_do)
    events += [("can_do", {"value": each}) for each in markers if each in can_do and each not in known]
    events += [("can_do", {"value": each, "can": False}) for each in markers if each in known and each not in can_do]
    if events:
        tell(client, session.pk, now=now, events=events)
    told = item_pains_of(session) if item_pain else {}
    for item, value in item_pain.items():
        if told.get(item) != value:
            tell(client, session.pk, now=now, item=item, events=[("item_pain", {"value": value})])


def item_pains_of(session: Session) -> dict[int, int]:
    """Return the latest answer about each exercise of the session, by item."""
    rows = Event.objects.filter(session=session, type="item_pain").order_by("at", "pk")
    return {row.item_id: row.data["value"] for row in rows if row.item_id is not None}


def can_change(session: Session, now: datetime) -> bool:
    """Tell whether the answers of the session may still be changed."""
    return now - (session.finished_at or session.started_at) <= CHANGEABLE_FOR
