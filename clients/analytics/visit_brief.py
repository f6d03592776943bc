"""The visit brief of one client: what happened since the last visit, read from the database for the pure rules."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.analytics.change_words import change_words
from clients.analytics.day_words import dated_words
from clients.analytics.decision_words import sentence
from clients.analytics.due import Plan, done_of_due, plans_between, weeks_in
from clients.analytics.plan_rules_page import asks_for_exercises, names_for
from clients.analytics.today import local_day
from clients.models import (
    Assignment,
    AssignmentVersion,
    Client,
    ClientNote,
    Decision,
    Event,
    Flare,
    PrescribedItem,
    Session,
    Visit,
)
from clients.rules import brief as rules
from clients.rules.brief import Brief, Change, Edit, FlareUp, History, Tried, Went, span_before
from clients.rules.flags import LOOK_BACK
from portal.accounts.models import User

SESSIONS_READ = 150  # the newest of a brief; engineering bound
NOTES_SHOWN = 3  # the newest of a brief, which is read in 20 seconds; the page of notes has the others
TOLD = ("set_done", "skipped", "hurt", "item_pain")


@dataclass(frozen=True, slots=True)
class RowLink:
    """A row behind a line: its words, and the page that shows it."""

    text: str
    url: str
    is_session: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a rule suggests: its sentence, and the session behind it where there is one.

    exercises: (slug, name) of those that the practitioner chooses from, empty where the rule names what it means.
    """

    decision: Decision
    words: str
    rows: Sequence[RowLink]
    exercises: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class VisitBrief:
    """The page. rows: by the ids in the lines. plan_of: slug of an exercise -> the plan that holds it.

    suggestions: nobody has answered them. accepted and declined: sentences of what was answered since the last visit,
    and is proposed no more. notes: for colleagues, newest first, the reader
    may see them all. seen_today: the visit of today, None before it was marked.
    """

    brief: Brief
    history: History
    rows: Mapping[str, RowLink]
    plan_of: Mapping[str, int]
    suggestions: Sequence[Suggestion]
    accepted: Sequence[str]
    declined: Sequence[str]
    notes: Sequence[ClientNote]
    last_visit: Visit | None
    seen_today: Visit | None

    def edit_of(self, plan: int, *, kind: str, exercise: str) -> Edit | None:
        """Return the edit of a plan that the brief proposes; None where it does not."""
        mine = (edit for edit in self.brief.edits if self.plan_of[edit.exercise] == plan)
        return next((edit for edit in mine if (edit.kind, edit.exercise) == (kind, exercise)), None)


def visit_brief(client: Client, *, by: User, now: datetime) -> VisitBrief:
    """Return the brief at the moment `now` (aware) for who reads it. Runs in the practice scope."""
    today = local_day(client, now)
    visits = list(Visit.objects.filter(client=client).select_related("by")[:2])
    seen_today = next((visit for visit in visits if visit.on == today), None)
    last = next((visit for visit in visits if visit.on < today), None)
    first = max(last.on if last else today - timedelta(days=LOOK_BACK - 1), today - rules.LONGEST)
    earlier, until = span_before(first, today)
    plans = plans_between(client, earlier, today)
    counted = _counts(plans, first=first, last=today, today=today)
    before = _counts(plans, first=earlier, last=until, today=today) if last else (0, 0)
    sessions = list(
        Session.objects.filter(client=client, occurrence_on__range=(first, today))
        .exclude(state=Session.State.OPEN, fraction=0)
        .order_by("-started_at")[:SESSIONS_READ]
    )[::-1]
    exercises, plan_of = _exercises(plans)
    versions = _changes(client, first) if last else []
    flares = list(Flare.objects.filter(client=client).exclude(last_day__lt=first).order_by("first_day"))
    history = History(
        today=today,
        since=last.on if last else None,
        done=counted[0],
        due=counted[1],
        done_before=before[0],
        due_before=before[1],
        sessions=_went(sessions),
        exercises=exercises,
        changes=tuple(
            Change(f"version:{version.pk}", version.effective_from, tuple(change_words(version.changes)))
            for version in versions
        ),
        flares=tuple(FlareUp(f"flare:{flare.pk}", flare.first_day, flare.last_day) for flare in flares),
        asks_now=any(_asks(plan, today) for plan in plans),
    )
    answers = _answers(client, first)
    found = rules.brief(history)
    return VisitBrief(
        brief=replace(found, edits=tuple(_open_edits(found.edits, client, plan_of))),
        history=history,
        rows={
            **{str(each.pk): _session_row(each, client) for each in sessions},
            **{f"version:{each.pk}": _version_row(each, client) for each in versions},
            **{f"flare:{each.pk}": _flare_row(client) for each in flares},
        },
        plan_of=plan_of,
        suggestions=_suggestions(client),
        accepted=answers[Decision.State.ACCEPTED],
        declined=answers[Decision.State.DECLINED],
        notes=_notes(client, by, first),
        last_visit=last,
        seen_today=seen_today,
    )


def _session_row(session: Session, client: Client) -> RowLink:
    words = dated_words(session.started_at.astimezone(ZoneInfo(client.time_zone)))
    return RowLink(words, reverse("admin:session", args=[session.pk]), is_session=True)


def _version_row(version: AssignmentVersion, client: Client) -> RowLink:
    plans = reverse("admin:client_plans", args=[client.pk])
    return RowLink(_("Version %(number)s") % {"number": version.number}, f"{plans}#plan-{version.assignment_id}")


def _flare_row(client: Client) -> RowLink:
    return RowLink(_("In the timeline"), f"{reverse('admin:client_timeline', args=[client.pk])}?kind=flare")


def _suggestions(client: Client) -> list[Suggestion]:
    """What waits for an answer in the running plans, newest first."""
    waiting = list(
        Decision.objects.waiting()
        .filter(assignment__client=client, assignment__state=Assignment.State.ACTIVE)
        .select_related("rule", "assignment", "session")
    )
    names = names_for([decision.outcome for decision in waiting])
    asking = {decision.assignment.current_version_id for decision in waiting if asks_for_exercises(decision)}
    held: dict[int, list[tuple[str, str]]] = defaultdict(list)
    if asking:
        for version_id, slug, name in (
            PrescribedItem.objects.filter(version__in=asking, lane="steady")
            .order_by("position")
            .values_list("version_id", "exercise_version__exercise__slug", "exercise_version__exercise__name")
        ):
            held[version_id].append((slug, name))
    return [
        Suggestion(
            each,
            sentence(each, names),
            [_session_row(each.session, client)] if each.session else [],
            held[each.assignment.current_version_id or 0] if asks_for_exercises(each) else [],
        )
        for each in waiting
    ]


def _open_edits(edits: Sequence[Edit], client: Client, plan_of: Mapping[str, int]) -> Iterator[Edit]:
    """Those of a plan that runs which were not answered, on the rows that speak for them now."""
    mine = Decision.objects.told().filter(assignment__client=client, rule_key__startswith=rules.EDIT_KEY)
    answered = set(mine.values_list("assignment_id", "rule_key", "moment_key"))
    for edit in edits:
        plan = plan_of.get(edit.exercise)
        if plan is not None and (plan, edit.key, edit.moment) not in answered:
            yield edit


def _answers(client: Client, first: date) -> dict[str, list[str]]:
    """Sentences of what was accepted and what was declined on the client's day `first` or after it, oldest first."""
    found: dict[str, list[str]] = {Decision.State.ACCEPTED: [], Decision.State.DECLINED: []}
    since = datetime.combine(first, time(), tzinfo=ZoneInfo(client.time_zone))
    rows = list(
        Decision.objects.filter(assignment__client=client, state__in=[*found], settled_at__gte=since).order_by(
            "settled_at", "pk"
        )
    )
    names = names_for([row.outcome for row in rows])
    for row in rows:
        found[row.state].append(sentence(row, names))
    return found


def _notes(client: Client, by: User, first: date) -> list[ClientNote]:
    """The newest notes for colleagues that the person may see, written on the client's day `first` or after it."""
    since = datetime.combine(first, time(), tzinfo=ZoneInfo(client.time_zone))
    notes = ClientNote.objects.visible_to(by).in_force().filter(client=client, at__gte=since)
    return list(notes.select_related("by")[:NOTES_SHOWN])


def _counts(plans: Sequence[Plan], *, first: date, last: date, today: date) -> tuple[int, int]:
    """Sessions done and due from first to last (both included), each plan's week capped (clinical rules 6.3)."""
    return done_of_due(weeks_in(plans, first=first, last=last, today=today))


def _asks(plan: Plan, today: date) -> bool:
    return plan.is_running and plan.starts_on <= today and not any(today in span for span in plan.off)


def _exercises(plans: Sequence[Plan]) -> tuple[dict[str, str], dict[str, int]]:
    """The exercises of the running plans that are part of every session, in their order, and the plan of each."""
    running = {plan.version_id: plan.id for plan in plans if plan.state == Assignment.State.ACTIVE}
    names: dict[str, str] = {}
    plan_of: dict[str, int] = {}
    for version_id, slug, name in (
        PrescribedItem.objects.filter(version__in=list(running), lane="steady", optional=False)
        .order_by("version_id", "position")
        .values_list("version_id", "exercise_version__exercise__slug", "exercise_version__exercise__name")
    ):
        names.setdefault(slug, name)
        plan_of.setdefault(slug, running[version_id])
    return names, plan_of


def _changes(client: Client, first: date) -> list[AssignmentVersion]:
    return list(
        AssignmentVersion.objects.filter(assignment__client=client, effective_from__gte=first, number__gt=1).order_by(
            "effective_from", "pk"
        )
    )


def _went(sessions: Sequence[Session]) -> tuple[Went, ...]:
    """The sessions as the rules read them. Two statements, however many sessions."""
    asked: dict[tuple[int, str], list[tuple[int, str, str]]] = defaultdict(list)
    for pk, version_id, lane, slug, group in (
        PrescribedItem.objects.filter(version__in={session.version_id for session in sessions}, optional=False)
        .order_by("position")
        .values_list("pk", "version_id", "lane", "exercise_version__exercise__slug", "choice_group")
    ):
        asked[version_id, lane].append((pk, slug, group))
    told: dict[Any, list[tuple[str, int | None, Mapping[str, Any]]]] = defaultdict(list)
    for session_id, kind, item, data in (
        Event.objects.filter(session__in=[session.pk for session in sessions], type__in=TOLD)
        .order_by("at", "pk")
        .values_list("session_id", "type", "item_id", "data")
    ):
        told[session_id].append((kind, item, data))
    return tuple(
        _one(session, asked[session.version_id, session.lane], told.get(session.pk, ())) for session in sessions
    )


def _one(
    session: Session,
    asked: Sequence[tuple[int, str, str]],
    told: Iterable[tuple[str, int | None, Mapping[str, Any]]],
) -> Went:
    done: set[int] = set()
    pain: dict[int, int] = {}
    skipped: dict[int, str] = {}
    hurt: set[int] = set()
    for kind, item, data in told:
        if item is None:
            continue
        if kind == "set_done" and data.get("done"):
            done.add(item)
            skipped.pop(item, None)
        elif kind == "skipped" and data.get("scope") == "item" and item not in done:
            skipped[item] = str(data.get("reason") or "")
        elif kind in {"hurt", "item_pain"}:
            if kind == "hurt":
                hurt.add(item)
            if data.get("value") is not None:
                pain[item] = max(pain.get(item, 0), int(data["value"]))
    return Went(
        id=str(session.pk),
        on=session.occurrence_on,
        done=session.state == Session.State.FINISHED,
        before=session.pain_before,
        worst=session.pain_worst,
        next_day=session.pain_next,
        effort=session.effort,
        note=session.note,
        hurt_in=tuple(slug for pk, slug, _ in asked if pk in hurt),
        tried=tuple(
            Tried(slug, 1.0 if pk in done else 0.0, pain.get(pk), skipped.get(pk, ""))
            for pk, slug, group in asked
            if pk in done or not group  # of exercises to choose from, those that were not chosen were not asked for
        ),
    )
