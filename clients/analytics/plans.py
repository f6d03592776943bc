"""A client's plans as they stand on a day: which version is in force, what it asks for, what was done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.utils.translation import get_language

from clients.analytics.due import done_of
from clients.analytics.locks import lock_spans
from clients.exports.prescription import Prescribed, in_short_form, prescribe
from clients.models import (
    Assignment,
    AssignmentVersion,
    Client,
    Decision,
    Event,
    Flare,
    PlanPause,
    PrescribedItem,
    PutOff,
    Session,
)
from clients.rules.adherence import DoneSession, InForce
from clients.rules.helping import GAP
from clients.rules.lanes import FULL, FlareSpan, flare_days
from clients.rules.moving import WITHIN, Days, days_for_moving, moves_of, with_moves
from clients.rules.schedule import Moves, Schedule, Span
from routines.content.translation import is_source, said
from routines.queries import phrases_in, translations_in

FAR = date.max


@dataclass(frozen=True, slots=True)
class Plan:
    """One assignment with its schedule history. `version` is the one in force on the day asked for."""

    assignment: Assignment
    version: AssignmentVersion
    versions: tuple[InForce, ...]
    pauses: tuple[Span, ...]  # days without sessions; those of `locked` among them
    locked: tuple[Span, ...]  # days on which an alert of the client locks; an open one has no end yet
    prescribed: tuple[Prescribed, ...]
    sessions: tuple[Session, ...]
    name: str  # in the reader's words where it is the routine's name
    flare_days: frozenset[date] = frozenset()
    may_be_lowered: bool = True  # False: no rule in effect has lowered its dose, so there is nothing to look for
    put_offs: tuple[PutOff, ...] = ()  # what the client said about sessions of these days, oldest first
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
    def open_flare(self) -> Flare | None:
        """The flare-up that the client is in, None outside of one."""
        return next((flare for flare in _recent_flares(self.assignment) if flare.last_day is None), None)

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


def plans_of(client: Client, day: date, *, since: date) -> list[Plan]:
    """Return the client's active plans on the day (local date), oldest first, with sessions from `since` on.

    Both dates included. Costs a fixed number of statements, however long the history is. Runs in the practice scope.
    """
    assignments = _loaded(
        Assignment.objects.filter(client=client).active_on(day),
        since,
        day + timedelta(days=7),
        Session.objects.annotate(is_past_asking=past_asking()),
    )
    chosen = {assignment.pk: version_on(assignment.versions.all(), day) for assignment in assignments}
    items = _items_of(chosen.values(), client)
    locked = lock_spans([client.pk]).get(client.pk, ()) if assignments else ()
    words = phrases_in(get_language() or "", {row.routine_id for row in assignments if row.routine_id})
    return [
        _plan(
            assignment,
            chosen[assignment.pk],
            items.get(chosen[assignment.pk].pk, []),
            locked,
            until=day,
            name=said(assignment.name, words.get(assignment.routine_id or 0, {})),
        )
        for assignment in assignments
    ]


def plan_of(assignment: Assignment, client: Client, day: date) -> Plan:
    """Return one plan of the client in the version in force on the day (local date), with its items."""
    (loaded,) = _loaded(Assignment.objects.filter(pk=assignment.pk), day, day)
    version = version_on(loaded.versions.all(), day)
    locked = lock_spans([client.pk]).get(client.pk, ())
    return _plan(loaded, version, prescribed_in(version, client), locked, until=day, name=name_of(loaded))


def past_asking() -> Any:
    """Return the condition that a session's next morning was asked, or that it was filled in on a later day."""
    events = Event.objects.filter(session=OuterRef("pk"))
    return Exists(events.filter(Q(type="pain_next") | Q(type="set_done", data__mode="later")))


def _loaded(assignments: Any, first: date, last: date, sessions: Any = None) -> list[Assignment]:
    """Load plans with their versions, pauses and, of `sessions` (all where None), those from first to last."""
    found = Session.objects.all() if sessions is None else sessions
    put_offs = PutOff.objects.filter(on__gte=first - WITHIN)  # a day may be moved so far
    latest = Session.objects.filter(client=OuterRef("client")).order_by("-occurrence_on")
    rows = list(
        assignments.annotate(
            may_be_lowered=Exists(Decision.objects.filter(assignment=OuterRef("pk")).lowering()),
            last_session_on=Subquery(latest.values("occurrence_on")[:1]),
            may_be_put_off=Exists(put_offs.filter(assignment=OuterRef("pk"))),
        )
        .order_by("pk")
        .select_related("client")
        .prefetch_related(
            Prefetch("versions", AssignmentVersion.objects.select_related("created_by").order_by("number")),
            Prefetch("pauses", PlanPause.objects.filter(Q(last_day__isnull=True) | Q(last_day__gte=first))),
            Prefetch("sessions", found.filter(occurrence_on__range=(first, last)), "recent"),
            Prefetch("client__flares", Flare.objects.exclude(last_day__lt=first), "recent_flares"),
        )
    )
    prefetch_related_objects(
        [row for row in rows if row.may_be_put_off], Prefetch("put_offs", put_offs, "recent_put_offs")
    )
    return rows


def _recent_flares(assignment: Assignment) -> list[Flare]:
    flares: list[Flare] = assignment.client.recent_flares  # type: ignore[attr-defined]  # named by the prefetch in _loaded
    return flares


def _plan(
    assignment: Assignment,
    version: AssignmentVersion,
    prescribed: list[Prescribed],
    locked: tuple[Span, ...],
    *,
    until: date,
    name: str,
) -> Plan:
    put_offs: list[PutOff] = getattr(assignment, "recent_put_offs", [])  # loaded where there are any
    versions = with_moves(
        [(each.effective_from, Schedule.from_dict(each.schedule)) for each in assignment.versions.all()],
        moves_of((row.on, row.moved_to) for row in put_offs),
    )
    return Plan(
        assignment=assignment,
        version=version,
        versions=versions,
        pauses=(*pauses_of(assignment), *locked),
        locked=locked,
        prescribed=tuple(prescribed),
        sessions=tuple(assignment.recent),  # type: ignore[attr-defined]  # named by the prefetch in _loaded
        may_be_lowered=assignment.may_be_lowered,  # type: ignore[attr-defined]  # annotated in _loaded
        flare_days=flare_days(
            (FlareSpan(flare.first_day, flare.last_day) for flare in _recent_flares(assignment)),
            until=until,
        ),
        name=name,
        put_offs=tuple(put_offs),
        last_session_on=assignment.last_session_on,  # type: ignore[attr-defined]  # annotated in _loaded
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
    return _items_of([version], client, lane=lane, percent=percent).get(version.pk, [])


def exercise_of(client: Client, item: int) -> Prescribed | None:
    """Return an exercise that a plan of the client asks for or asked for, at its full dose; None for any other id."""
    row = PrescribedItem.objects.filter(pk=item, version__assignment__client=client).first()
    if row is None:
        return None
    (entry,) = _made_ready([row.version_id], client, Q(pk=item))[row.version_id]
    return entry


def prescribed_for(session: Session) -> list[Prescribed]:
    """Return what a session asks for: the items of its lane, or of its short form. It needs .version and .client."""
    entries = prescribed_in(session.version, session.client, lane=session.lane, percent=session.percent)
    return in_short_form(entries, session.short_form)


def _items_of(
    versions: Iterable[AssignmentVersion], client: Client, *, lane: str = "steady", percent: int = FULL
) -> dict[int, list[Prescribed]]:
    return _made_ready([version.pk for version in versions], client, Q(lane=lane), percent=percent)


def _made_ready(chosen: list[int], client: Client, lanes: Q, *, percent: int = FULL) -> dict[int, list[Prescribed]]:
    """Return the items of versions (ids) in the lanes, by version, each lane in its order."""
    rows = list(
        PrescribedItem.objects.filter(lanes, version__in=chosen)
        .select_related("exercise_version")
        .order_by("version_id", "lane", "position")
    )
    language = get_language() or ""
    translations = translations_in(language, {item.exercise_version_id for item in rows})
    phrases = _phrases_of(chosen, language)
    found: dict[int, list[Prescribed]] = {}
    for item in rows:
        entry = prescribe(
            item,
            first_side=client.first_side,
            percent=percent,
            translation=translations.get(item.exercise_version_id),
            phrases=phrases.get(item.version_id, {}),
        )
        found.setdefault(item.version_id, []).append(entry)
    return found


def items_of_all_lanes(versions: Iterable[AssignmentVersion], client: Client) -> dict[int, list[Prescribed]]:
    """Return all items of the versions at their full dose, by version, in the language in force: fixed statements."""
    return _made_ready([version.pk for version in versions], client, Q())


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


def _phrases_of(versions: list[int], language: str) -> dict[int, Mapping[str, str]]:
    """Return what the routine of each version of a plan says in the language, by the version's id."""
    if is_source(language):
        return {}
    routine_of = dict(
        AssignmentVersion.objects.filter(pk__in=versions, assignment__routine__isnull=False).values_list(
            "pk", "assignment__routine_id"
        )
    )
    words = phrases_in(language, set(routine_of.values()))
    return {version: words[routine] for version, routine in routine_of.items() if routine in words}
