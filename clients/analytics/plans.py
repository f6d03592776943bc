"""A client's plans as they stand on a day: which version is in force, what it asks for, what was done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.utils.translation import get_language

from clients.analytics.due import done_of
from clients.analytics.standing import FAR, FlareUp, Said, Standing, standing_of
from clients.analytics.written import Written, written_for
from clients.exports.prescription import Prescribed, in_short_form
from clients.models import Assignment, AssignmentVersion, Client, Decision, Event, Session
from clients.rules.adherence import DoneSession, InForce
from clients.rules.helping import GAP
from clients.rules.lanes import FULL, FlareSpan, flare_days
from clients.rules.moving import WITHIN, Days, days_for_moving, moves_of, with_moves
from clients.rules.schedule import Moves, Schedule, Span
from routines.content.translation import phrases, said
from routines.queries import phrases_in, with_words, words_of


@dataclass(frozen=True, slots=True)
class Plan:
    """One assignment with its schedule history. `version` is the one in force on the day asked for."""

    assignment: Assignment
    version: AssignmentVersion
    versions: tuple[InForce, ...]
    written: Written
    pauses: tuple[Span, ...]  # days without sessions; those of `locked` among them
    locked: tuple[Span, ...]  # days on which an alert of the client locks; an open one has no end yet
    prescribed: tuple[Prescribed, ...]
    sessions: tuple[Session, ...]
    name: str  # in the reader's words where it is the routine's name
    flare_days: frozenset[date] = frozenset()
    may_be_lowered: bool = True  # False: no rule in effect has lowered its dose, so there is nothing to look for
    said: tuple[Said, ...] = ()  # what the client said about sessions of these days, oldest first
    later: Mapping[tuple[date, int], datetime] = field(default_factory=dict)  # reminders asked for, by day and slot
    flares: tuple[FlareUp, ...] = ()
    last_session_on: date | None = None  # of the client, in whatever plan

    @property
    def off(self) -> tuple[Span, ...]:
        """Days that ask for nothing of the plan itself: pauses, and days of a flare-up."""
        return (*self.pauses, *(Span(day, day) for day in self.flare_days))

    @property
    def schedule(self) -> Schedule:
        return replace(Schedule.from_dict(self.version.schedule), moved=self.moved)

    @property
    def moved(self) -> Moves:
        """Days that the client does on another day, as they stand: (day of the plan, day instead)."""
        return self.versions[0].schedule.moved

    @property
    def done_sessions(self) -> list[DoneSession]:
        """The plan's sessions as the adherence rules read them: finished ones at their fraction."""
        return done_of(self.sessions)

    @property
    def open_flare(self) -> FlareUp | None:
        """The flare-up that the client is in, None outside of one."""
        return open_flare(self.flares)

    @property
    def is_locked(self) -> bool:
        """Whether an open alert keeps every session of the client from starting."""
        return any(span.last == FAR for span in self.locked)

    def is_back_on(self, day: date) -> bool:
        """Whether the client comes back on the day after a gap, whatever plan the last session was of."""
        return self.last_session_on is not None and day - self.last_session_on >= GAP

    @property
    def may_move(self) -> bool:
        """Whether the client may move days now: not on hold, not locked, not in a flare-up."""
        on_hold = self.assignment.client.state == Client.State.ON_HOLD
        return not (on_hold or self.is_locked or self.open_flare is not None)

    def days_for_moving(self, today: date) -> Days:
        """Return the plan's days from today on (local date), those that may be moved and the free ones among them."""
        ends = self.assignment.ends_on
        over = () if ends is None or ends == FAR else (Span(ends + timedelta(days=1), FAR),)
        begun = {session.occurrence_on for session in self.sessions}
        return days_for_moving(self.versions, today=today, begun=begun, off=(*self.off, *over))

    def is_done(self, on: date, slot: int) -> bool:
        """Tell whether the occurrence has the session that counts for it."""
        return any(
            session.counted and session.occurrence_on == on and session.slot == slot for session in self.sessions
        )

    def open_session(self, on: date, slot: int) -> Session | None:
        """Return the newest session of the occurrence, where it is not finished.

        One that was left before it was begun anew is no longer carried on with; it is kept as it stands.
        """
        mine = (session for session in self.sessions if session.occurrence_on == on and session.slot == slot)
        newest = next(mine, None)
        return newest if newest is not None and newest.state != Session.State.FINISHED else None

    def next_go(self, day: date) -> tuple[int, Session | None] | None:
        """Return the slot of the day's first session that is not done, with what was begun of it; None for none."""
        for entry in self.schedule.occurrences_on(day, pauses=self.off):
            if not self.is_done(day, entry.slot):
                return entry.slot, self.open_session(day, entry.slot)
        return None


def plans_of(client: Client, day: date, *, since: date) -> list[Plan]:
    """Return the client's active plans on the day (local date), oldest first, with sessions from `since` on.

    Both dates included. Costs a fixed number of statements, however long the history is. Runs in the practice scope.
    """
    sessions = Session.objects.annotate(is_past_asking=past_asking())
    running = Assignment.objects.filter(client=client).active_on(day)
    return _plans(client, running, day, since, day + timedelta(days=7), sessions)


def plan_of(assignment: Assignment, client: Client, day: date) -> Plan:
    """Return one plan of the client in the version in force on the day (local date), with its items."""
    (plan,) = _plans(client, Assignment.objects.filter(pk=assignment.pk), day, day, day, Session.objects.all())
    return plan


def past_asking() -> Any:
    """Return the condition that a session's next morning was asked, or that it was filled in on a later day."""
    events = Event.objects.filter(session=OuterRef("pk"))
    return Exists(events.filter(Q(type="pain_next") | Q(type="set_done", data__mode="later")))


def _plans(client: Client, assignments: Any, day: date, first: date, last: date, sessions: Any) -> list[Plan]:
    """Return plans as they stand on the day, with those of `sessions` that are from first to last."""
    latest = Session.objects.filter(client=OuterRef("client")).order_by("-occurrence_on")
    rows = list(
        with_words(assignments, "routine", get_language() or "")
        .annotate(
            may_be_lowered=Exists(Decision.objects.filter(assignment=OuterRef("pk")).lowering()),
            last_session_on=Subquery(latest.values("occurrence_on")[:1]),
        )
        .order_by("pk")
        .select_related("client")
        .prefetch_related(
            Prefetch("versions", AssignmentVersion.objects.select_related("created_by").order_by("number")),
            Prefetch("sessions", sessions.filter(occurrence_on__range=(first, last)), "recent"),
        )
    )
    if not rows:
        return []
    ids = [row.pk for row in rows]
    standing = standing_of([client.pk], ids, since=first, said_since=first - WITHIN)  # a day may be moved so far
    chosen = {row.pk: version_on(row.versions.all(), day) for row in rows}
    words = {row.pk: phrases(words_of(row).texts) for row in rows if words_of(row)}
    by_version = {version.pk: words[row.pk] for row in rows if row.pk in words for version in row.versions.all()}
    wanted = _asked_of(rows, chosen, open_flare(standing.flares[client.pk]), since=day - timedelta(days=1))
    written = written_for(client, wanted, phrases=by_version)
    return [_plan(row, chosen[row.pk], written, standing, words, until=day) for row in rows]


def _asked_of(rows: Sequence[Any], chosen: Mapping[int, AssignmentVersion], flare: FlareUp | None, *, since: date) -> Q:
    """Return which items a day reads: of the plans, in a flare-up all lanes; and of sessions that may be carried on."""
    steady = Q(version__in=[version.pk for version in chosen.values()])
    wanted = steady if flare else steady & Q(lane="steady")
    begun = {
        (session.version_id, session.lane)
        for row in rows
        for session in row.recent
        if session.state != Session.State.FINISHED and session.occurrence_on >= since
    }
    for version, lane in sorted(begun - {(version.pk, "steady") for version in chosen.values()}):
        wanted |= Q(version=version, lane=lane)
    return wanted


def open_flare(flares: Iterable[FlareUp]) -> FlareUp | None:
    """Return the flare-up that lasts, None where none does."""
    return next((flare for flare in flares if flare.last_day is None), None)


def _plan(
    row: Any, version: AssignmentVersion, written: Written, standing: Standing, words: Any, *, until: date
) -> Plan:
    said_of_days = standing.said[row.pk]
    flares = standing.flares[row.client_id]
    locked = standing.locked.get(row.client_id, ())
    return Plan(
        assignment=row,
        version=version,
        versions=with_moves(
            [(each.effective_from, Schedule.from_dict(each.schedule)) for each in row.versions.all()],
            moves_of((each.on, each.moved_to) for each in said_of_days),
        ),
        written=written,
        pauses=(*standing.pauses[row.pk], *locked),
        locked=locked,
        prescribed=tuple(written.prescribed(version.pk)),
        sessions=tuple(row.recent),
        may_be_lowered=row.may_be_lowered,
        flare_days=flare_days((FlareSpan(each.first_day, each.last_day) for each in flares), until=until),
        name=said(row.name, words.get(row.pk, {})),
        said=tuple(said_of_days),
        later=standing.later[row.client_id],
        flares=tuple(flares),
        last_session_on=row.last_session_on,
    )


def pauses_of(assignment: Assignment) -> list[Span]:
    """Return the days on which the plan is paused; a pause without an end runs to FAR."""
    return [Span(pause.first_day, pause.last_day or FAR) for pause in assignment.pauses.all()]


def version_on(versions: Iterable[AssignmentVersion], day: date) -> AssignmentVersion:
    """Return the version in force on the day: the latest that took effect, or the first of all before that.

    Raises ValueError for a plan without versions, which services never make.
    """
    ordered = sorted(versions, key=lambda version: (version.effective_from, version.number))
    if not ordered:
        raise ValueError("A plan has at least one version.")
    before = [version for version in ordered if version.effective_from <= day]
    return before[-1] if before else ordered[0]


def prescribed_in(
    version: AssignmentVersion, client: Client, *, lane: str = "steady", percent: int = FULL
) -> list[Prescribed]:
    """Return the items of one lane of a version, compiled for the client at a percent of their dose, in order."""
    return written_for(client, Q(version=version, lane=lane)).prescribed(version.pk, lane, percent)


def exercise_of(client: Client, item: int) -> Prescribed | None:
    """Return an exercise that a plan of the client asks for or asked for, at its full dose; None for any other id."""
    written = written_for(client, Q(pk=item, version__assignment__client=client))
    return next((entry for key in written.rows for entry in written.prescribed(*key)), None)


def prescribed_for(session: Session) -> list[Prescribed]:
    """Return what a session asks for: the items of its lane, or of its short form. It needs .version and .client."""
    entries = prescribed_in(session.version, session.client, lane=session.lane, percent=session.percent)
    return in_short_form(entries, session.short_form)


def items_of_all_lanes(versions: Iterable[AssignmentVersion], client: Client) -> dict[int, list[Prescribed]]:
    """Return all items of the versions at their full dose, by version, in the language in force: fixed statements."""
    written = written_for(client, Q(version__in=[version.pk for version in versions]))
    found: dict[int, list[Prescribed]] = {}
    for version, lane in written.rows:
        found.setdefault(version, []).extend(written.prescribed(version, lane))
    return found


def suggested_self_care(client: Client, day: date) -> frozenset[str]:
    """Return the slugs of the self-care items that go with the routines of the client's running plans."""
    documents = Assignment.objects.filter(client=client).active_on(day).values_list("routine__document", flat=True)
    return frozenset(slug for document in documents for slug in (document or {}).get("self_care") or ())


def name_of(assignment: Assignment) -> str:
    """Return the plan's name, in the reader's words where it is the routine's name."""
    if assignment.routine_id is None:
        return assignment.name
    words = phrases_in(get_language() or "", [assignment.routine_id])
    return said(assignment.name, words.get(assignment.routine_id, {}))
