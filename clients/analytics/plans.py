"""A client's plans as they stand on a day: which version is in force, what it asks for, what was done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import get_language

from clients.analytics.due import done_of
from clients.analytics.locks import lock_spans
from clients.exports.prescription import Prescribed, in_short_form, prescribe
from clients.models import Assignment, AssignmentVersion, Client, Event, Flare, PlanPause, PrescribedItem, Session
from clients.rules.adherence import DoneSession, InForce, in_force
from clients.rules.lanes import FULL, FlareSpan, flare_days
from clients.rules.schedule import Schedule, Span
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

    @property
    def off(self) -> tuple[Span, ...]:
        """Days that ask for nothing of the plan itself: pauses, and days of a flare-up."""
        return (*self.pauses, *(Span(day, day) for day in self.flare_days))

    @property
    def schedule(self) -> Schedule:
        return Schedule.from_dict(self.version.schedule)

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

    def is_done(self, on: date, slot: int) -> bool:
        """Tell whether the occurrence has the session that counts for it."""
        return any(
            session.counted and session.occurrence_on == on and session.slot == slot for session in self.sessions
        )

    def open_session(self, on: date, slot: int) -> Session | None:
        """Return the newest session of the occurrence that was started and not finished."""
        return next(
            (
                session
                for session in self.sessions
                if session.occurrence_on == on and session.slot == slot and session.state != Session.State.FINISHED
            ),
            None,
        )


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
    return list(
        assignments.order_by("pk")
        .select_related("client")
        .prefetch_related(
            Prefetch("versions", AssignmentVersion.objects.order_by("number")),
            Prefetch("pauses", PlanPause.objects.filter(Q(last_day__isnull=True) | Q(last_day__gte=first))),
            Prefetch("sessions", found.filter(occurrence_on__range=(first, last)), "recent"),
            Prefetch("client__flares", Flare.objects.exclude(last_day__lt=first), "recent_flares"),
        )
    )


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
    return Plan(
        assignment=assignment,
        version=version,
        versions=in_force(
            [(each.effective_from, Schedule.from_dict(each.schedule)) for each in assignment.versions.all()]
        ),
        pauses=(*(Span(pause.first_day, pause.last_day or FAR) for pause in assignment.pauses.all()), *locked),
        locked=locked,
        prescribed=tuple(prescribed),
        sessions=tuple(assignment.recent),  # type: ignore[attr-defined]  # named by the prefetch in _loaded
        flare_days=flare_days(
            (FlareSpan(flare.first_day, flare.last_day) for flare in _recent_flares(assignment)),
            until=until,
        ),
        name=name,
    )


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
