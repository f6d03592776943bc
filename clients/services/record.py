"""What devices tell: events in, each answered for itself, and the session's summary folded anew."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext

from clients.exports.prescription import Prescribed, all_work_asked, in_short_form, prescribe
from clients.models import Alert, AssignmentVersion, Client, Event, PlanRule, PrescribedItem, Session
from clients.rules import session as fold
from clients.rules.adherence import DONE
from clients.rules.begun_again import Go, replaced
from clients.rules.events import REST_DAY, Answer, EventError, EventIn, read_event
from clients.rules.lanes import FULL
from clients.services.alerts import tell_of_stop
from clients.services.clocks import impossible_times
from clients.services.decide import Folded, decide_sessions
from clients.services.red_flags import tell_of_red_flags
from clients.services.rests import record_rests
from clients.services.weeks import decide_week, weekly
from portal.accounts.tenancy import all_practices

STEADY = "steady"
WEEK_ENDS = frozenset({"pain_before", "pain_next"})  # answers after which a week of the plan may be judged
BATCH_LIMIT = 500  # events; a long session has fewer than 200
LIVE = timedelta(minutes=15)  # a start told later than this was done on a phone that could not know of a lock


@dataclass(slots=True)
class _Batch:
    """The rows that the events of one request speak of, read in a fixed number of statements."""

    stored: dict[UUID, tuple[int, str]]  # event id -> (client id, content hash)
    sessions: dict[UUID, Session]
    foreign: set[UUID]  # ids of sessions of other clients
    items: dict[int, list[PrescribedItem]]  # version id -> its items
    taken: set[tuple[int, date, int]]  # occurrences for which another session counts already
    shared: set[tuple[int, date, int]]  # occurrences of which another session is known
    is_locked: bool  # an open alert keeps sessions from starting
    short_forms: dict[int, list[str]]  # assignment id -> slugs that its short form keeps

    @property
    def item_versions(self) -> dict[int, int]:
        return {item.pk: version_id for version_id, items in self.items.items() for item in items}


def record_events(client: Client, raw_events: Sequence[Any], *, now: datetime | None = None) -> list[Answer]:
    """Keep the events of one client's device; return one answer each, in their order.

    Nothing is ever overwritten: the same id with the same content gets the stored answer, with other content 409.
    Sessions that were told of are folded anew in the same transaction. Runs in the client's practice scope.
    Raises EventError where the batch itself is not a list of at most BATCH_LIMIT events.
    """
    if not isinstance(raw_events, list) or len(raw_events) > BATCH_LIMIT:
        raise EventError({"events": f"Send a list of at most {BATCH_LIMIT} events."})
    read: list[EventIn | Answer] = []
    for raw in raw_events:
        try:
            read.append(read_event(raw))
        except EventError as error:
            shown = raw.get("id") if isinstance(raw, dict) else None
            read.append(Answer(str(shown)[:36] if shown else "", 400, str(error), error.problems))
    events = [entry for entry in read if isinstance(entry, EventIn)]
    if not events:
        return [entry for entry in read if isinstance(entry, Answer)]
    now = now or timezone.now()
    of_sessions = [event for event in events if event.type != REST_DAY]
    with transaction.atomic():
        kept = iter(_keep(client, of_sessions, now) if of_sessions else ())
        rested = iter(record_rests(client, [event for event in events if event.type == REST_DAY], now=now))
    return [entry if isinstance(entry, Answer) else next(rested if entry.type == REST_DAY else kept) for entry in read]


def _keep(client: Client, events: list[EventIn], now: datetime) -> list[Answer]:
    batch = _load(client, events)
    answers: list[Answer] = []
    fresh: dict[UUID, EventIn] = {}
    opened: dict[UUID, Session] = {}
    for event in events:
        answer = _known(client, event, batch, fresh) or _refused(client, event, batch, opened, now)
        if answer is None:
            fresh[event.id] = event
            answer = Answer(str(event.id), 200)
        answers.append(answer)
    if fresh:
        Session.objects.bulk_create(opened.values(), ignore_conflicts=True)
        Event.objects.bulk_create([_row(client, event) for event in fresh.values()], ignore_conflicts=True)
        told: dict[UUID, dict[str, datetime]] = {}
        for event in fresh.values():
            told.setdefault(event.session, {})[event.type] = event.at
        kept, folded = _fold(client, [batch.sessions.get(id_) or opened[id_] for id_ in told], batch)
        rules = decide_sessions(client, told, folded)
        for each in folded.values():
            mine = weekly(rules[each.session.assignment_id])
            if mine and WEEK_ENDS & told[each.session.pk].keys():
                each.session.assignment.client = client
                decide_week(each.session.assignment, now=now, rules=mine)
        answers = [_settled(answer, fresh, kept) for answer in answers]
        for event in fresh.values():
            if event.type == "stopped":
                tell_of_stop(client, event.session, at=event.at, now=now)
        tell_of_red_flags(client, [each.session for each in folded.values()], now=now)
    return answers


def _load(client: Client, events: list[EventIn]) -> _Batch:
    if connection.features.has_select_for_update:
        # Two devices of one client are kept one after the other. SQLite has one writer at a time anyway.
        Client.objects.select_for_update(of=("self",), no_key=True).filter(pk=client.pk).values_list("pk").first()
    days = {date.fromisoformat(event.data["on"]) for event in events if event.type == "started"}
    with all_practices():  # an id may belong to anybody; what does not belong to this client is only compared
        stored = {
            id_: (owner, content_hash)
            for id_, owner, content_hash in Event.objects.filter(pk__in=[event.id for event in events]).values_list(
                "pk", "client_id", "content_hash"
            )
        }
        rival = Session.objects.filter(
            assignment=OuterRef("assignment"), occurrence_on=OuterRef("occurrence_on"), slot=OuterRef("slot")
        )
        found = list(
            Session.objects.filter(
                Q(pk__in={event.session for event in events}) | Q(client=client, occurrence_on__in=days)
            ).annotate(
                is_taken=Exists(rival.filter(counted=True).exclude(pk=OuterRef("pk"))),
                is_shared=Exists(rival.exclude(pk=OuterRef("pk"))),
            )
        )
    told = {event.session for event in events}
    mine = [session for session in found if session.client_id == client.pk]
    version_ids = {event.data["version"] for event in events if event.type == "started"}
    version_ids |= {session.version_id for session in mine if session.pk in told}
    items: dict[int, list[PrescribedItem]] = {}
    for item in (
        PrescribedItem.objects.filter(version__in=version_ids, version__assignment__client=client)
        .annotate(is_held=Exists(Alert.objects.locking().filter(client=client)))
        .select_related("exercise_version", "version__assignment")
        .order_by("version_id", "position")
    ):
        items.setdefault(item.version_id, []).append(item)
    return _Batch(
        stored=stored,
        sessions={session.pk: session for session in mine if session.pk in told},
        foreign={session.pk for session in found if session.client_id != client.pk},
        items=items,
        is_locked=any(item.is_held for rows in items.values() for item in rows),  # type: ignore[attr-defined]  # annotated
        short_forms=_short_forms(version_ids) if any(event.data.get("short") for event in events) else {},
        taken={
            _occurrence(session) for session in mine if session.is_taken or (session.counted and session.pk not in told)
        },
        shared={_occurrence(session) for session in mine if session.is_shared or session.pk not in told},
    )


def _short_forms(version_ids: set[int]) -> dict[int, list[str]]:
    """The exercises that the short form of each plan keeps, as its rules say, also where they are switched off now."""
    rows = PlanRule.objects.filter(
        assignment__versions__in=version_ids, document__then__action="offer_short_form"
    ).order_by("number")
    return {row.assignment_id: list(row.content.details["keep"]) for row in rows}


def _occurrence(session: Session) -> tuple[int, date, int]:
    return session.assignment_id, session.occurrence_on, session.slot


def _known(client: Client, event: EventIn, batch: _Batch, fresh: dict[UUID, EventIn]) -> Answer | None:
    """Answer for an id that is taken, in the table or earlier in this batch."""
    if event.id in fresh:
        owner, content_hash = client.pk, fresh[event.id].content_hash
    elif event.id in batch.stored:
        owner, content_hash = batch.stored[event.id]
    else:
        return None
    if owner != client.pk:
        return _not_found(event)
    if content_hash != event.content_hash:
        return Answer(str(event.id), 409, gettext("This id was used for something else, which is kept."))
    return Answer(str(event.id), 200)


def _refused(
    client: Client, event: EventIn, batch: _Batch, opened: dict[UUID, Session], now: datetime
) -> Answer | None:
    """Return why the event cannot be kept, or None. Opens the session that a first event starts."""
    if event.session in batch.foreign:
        return _not_found(event)
    problems = impossible_times(client, event, now)
    if problems:
        return Answer(str(event.id), 400, next(iter(problems.values())), problems)
    session = batch.sessions.get(event.session) or opened.get(event.session)
    if session is None:
        if event.type != "started" or event.data["version"] not in batch.items:
            return _not_found(event)
        if batch.is_locked and now - event.at < LIVE:
            return Answer(str(event.id), 409, gettext("Your plan is on hold. Your physiotherapist can tell you more."))
        lane = event.data.get("lane", STEADY)
        if all(item.lane != lane for item in batch.items[event.data["version"]]):
            problem = gettext("This plan has nothing to do in this lane. Load the page again.")
            return Answer(str(event.id), 400, problem, {"data.lane": problem})
        version = batch.items[event.data["version"]][0].version
        if event.data.get("short") and version.assignment_id not in batch.short_forms:
            problem = gettext("This plan has no short form. Load the page again.")
            return Answer(str(event.id), 400, problem, {"data.short": problem})
        opened[event.session] = session = _opened(client, event, version, batch.short_forms)
    if event.item is not None and batch.item_versions.get(event.item) != session.version_id:
        return _not_found(event)
    return None


def _not_found(event: EventIn) -> Answer:
    return Answer(str(event.id), 404, gettext("We cannot find this session. Load the page again."))


def _opened(client: Client, event: EventIn, version: AssignmentVersion, short_forms: dict[int, list[str]]) -> Session:
    return Session(
        pk=event.session,
        client=client,
        assignment=version.assignment,
        version=version,
        occurrence_on=date.fromisoformat(event.data["on"]),
        slot=max(1, event.data["slot"]),
        lane=event.data.get("lane", STEADY),
        percent=event.data.get("percent", FULL),
        short_form=short_forms[version.assignment_id] if event.data.get("short") else [],
        started_at=event.at,
    )


def _row(client: Client, event: EventIn) -> Event:
    return Event(
        pk=event.id,
        session_id=event.session,
        client=client,
        type=event.type,
        item_id=event.item,
        data=event.data,
        at=event.at,
        utc_offset_min=event.utc_offset_min,
        app_version=event.app,
        content_hash=event.content_hash,
    )


def _settled(answer: Answer, fresh: dict[UUID, EventIn], kept: dict[UUID, str]) -> Answer:
    """Correct the answer of an event whose id another request took at the same moment."""
    event = fresh.get(UUID(answer.id)) if answer.status == 200 else None
    if event is None or kept.get(event.id) == event.content_hash:
        return answer
    return Answer(answer.id, 409, gettext("This id was used for something else, which is kept."))


def _fold(client: Client, sessions: list[Session], batch: _Batch) -> tuple[dict[UUID, str], dict[UUID, Folded]]:
    """Fold the sessions anew from all their events.

    Return the content hash of each event that is kept, and each session as it stands now.
    """
    folded: dict[UUID, Folded] = {}
    kept: dict[UUID, str] = {}
    freed: list[Session] = []  # they counted until now
    by_session: dict[UUID, list[fold.Event]] = {session.pk: [] for session in sessions}
    for row in Event.objects.filter(session__in=sessions):
        kept[row.pk] = row.content_hash
        by_session[row.session_id].append(fold.Event(str(row.pk), row.type, row.at, row.item_id, row.data))
    # Whoever counts already is asked first, so that nobody else counts beside it.
    for session in sorted(sessions, key=lambda session: not session.counted):
        prescribed = _prescribed(client, session, batch.items.get(session.version_id, []))
        summary = fold.fold(by_session[session.pk], all_work_asked(prescribed))
        _write_summary(session, summary)
        folded[session.pk] = Folded(session, summary, prescribed)
        if summary.status != "done" or summary.state != "finished":
            freed += [session] if session.counted else []
            session.counted = False  # it was taken back, or less was done than was told at first
        elif _occurrence(session) not in batch.taken:
            # A later session of the same occurrence is an extra: it shows in the history and never counts above 1.
            session.counted = True
            batch.taken.add(_occurrence(session))
    if freed:  # in a statement of its own: a database may compare rows before all of them are written
        Session.objects.filter(pk__in=[session.pk for session in freed]).update(counted=False)
    Session.objects.bulk_update(sessions, SUMMARY_FIELDS)
    for session in freed:
        if _occurrence(session) not in batch.taken:
            _count_another(session)
    many = Counter(_occurrence(session) for session in sessions)
    _replace(client, {each for each, count in many.items() if count > 1 or each in batch.shared})
    return kept, folded


def _replace(client: Client, occurrences: set[tuple[int, date, int]]) -> None:
    """Let one go count where an occurrence was begun again and both are finished."""
    if not occurrences:
        return
    goes: dict[tuple[int, date, int], list[Session]] = defaultdict(list)
    for row in Session.objects.filter(client=client, occurrence_on__in={on for _, on, _ in occurrences}):
        goes[_occurrence(row)].append(row)
    for each in occurrences:
        gone = replaced(
            Go(str(row.pk), row.started_at, row.finished_at, row.fraction)
            for row in goes[each]
            if row.state == Session.State.FINISHED and row.finished_at is not None
        )
        for row in goes[each]:
            if row.replaced != (str(row.pk) in gone):
                Session.objects.filter(pk=row.pk).update(replaced=not row.replaced, updated_at=timezone.now())


def _count_another(session: Session) -> None:
    """Let the first extra of the occurrence count instead of a session that counts no more, where there is one."""
    extra = (
        Session.objects.filter(
            assignment=session.assignment_id,
            occurrence_on=session.occurrence_on,
            slot=session.slot,
            state=Session.State.FINISHED,
            fraction__gte=float(DONE),
        )
        .order_by("started_at", "pk")
        .first()
    )
    if extra is not None:
        extra.counted, extra.updated_at = True, timezone.now()
        extra.save(update_fields=["counted", "updated_at"])


SUMMARY_FIELDS = [
    "state",
    "counted",
    "started_at",
    "finished_at",
    "fraction",
    "pain_before",
    "pain_peak",
    "pain_after",
    "pain_next",
    "pain_worst",
    "effort",
    "leg_symptoms",
    "leg_pain",
    "can_do",
    "note",
    "updated_at",
]


def _write_summary(session: Session, summary: fold.SessionSummary) -> None:
    session.state = summary.state
    session.started_at = summary.started_at or session.started_at
    session.finished_at = summary.finished_at
    session.fraction = float(summary.fraction or 0)
    session.pain_before = summary.pain_before
    session.pain_peak = summary.pain_peak
    session.pain_after = summary.pain_after
    session.pain_next = summary.pain_next
    session.pain_worst = summary.pain_worst
    session.effort = summary.effort
    session.leg_symptoms = summary.leg_symptoms or ""
    session.leg_pain = summary.leg_pain
    session.can_do = sorted(summary.can_do)
    session.note = summary.note
    session.updated_at = timezone.now()


def _prescribed(client: Client, session: Session, items: list[PrescribedItem]) -> list[Prescribed]:
    """Return what a session asks for: its lane, or the short form of it. Its words may be in another language."""
    lane = [item for item in items if item.lane == session.lane]
    entries = [prescribe(item, first_side=client.first_side, percent=session.percent) for item in lane]
    return in_short_form(entries, session.short_form)
