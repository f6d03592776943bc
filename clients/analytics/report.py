"""The facts of one client's report, read in a fixed number of queries, however long the period is."""

from datetime import date, datetime

from clients.analytics.due import plans_between
from clients.analytics.today import local_day
from clients.exports.prescription import Prescribed, in_short_form, prescribe, work_asked
from clients.models import Client, Event, PrescribedItem, Session
from clients.rules.report_data import Asked, Facts, PlanFacts, SessionFacts
from clients.rules.session import Event as Told
from clients.rules.session import PrescribedWork

Kind = tuple[int, str, int, tuple[str, ...]]  # of a session: version, lane, percent, and what its short form keeps


def facts_of(client: Client, *, first: date, last: date, now: datetime) -> Facts:
    """Return what a report of the days from first to last (both included, the client's own) looks at.

    now (aware) says which days are due so far. Runs in the practice scope.
    """
    plans = plans_between(client, first, last)
    sessions = [session for plan in plans for session in plan.sessions]
    asked = _asked(client, sessions)
    rows = Event.objects.filter(
        client=client, session__assignment__in=[plan.id for plan in plans],
        session__occurrence_on__range=(first, last),
    )  # fmt: skip  # who, then when
    return Facts(
        first=first,
        last=last,
        today=local_day(client, now),
        plans=tuple(
            PlanFacts(
                id=plan.id,
                name=plan.name,
                starts_on=plan.starts_on,
                ends_on=plan.ends_on,
                versions=plan.in_force,
                pauses=plan.pauses,
                flare_days=plan.flare_days,
            )
            for plan in plans
        ),
        sessions=tuple(
            SessionFacts(
                id=str(session.pk),
                plan=session.assignment_id,
                on=session.occurrence_on,
                slot=session.slot,
                lane=session.lane,
                asked=asked[_kind(session)],
            )
            for session in sessions
        ),
        events=tuple(
            (str(session_id), Told(str(pk), kind, at, item, data))
            for pk, session_id, kind, at, item, data in rows.order_by("at", "pk").values_list(
                "pk", "session_id", "type", "at", "item_id", "data"
            )
        ),
    )


def _kind(session: Session) -> Kind:
    return session.version_id, session.lane, session.percent, tuple(session.short_form)


def _asked(client: Client, sessions: list[Session]) -> dict[Kind, tuple[Asked, ...]]:
    """Return what each kind of the sessions asks for."""
    wanted = {_kind(session) for session in sessions}
    items: dict[tuple[int, str], list[PrescribedItem]] = {}
    for item in (
        PrescribedItem.objects.filter(version__in={version for version, *_ in wanted})
        .select_related("exercise_version")
        .order_by("version_id", "position")
    ):
        items.setdefault((item.version_id, item.lane), []).append(item)
    found = {}
    for version, lane, percent, kept in wanted:
        lane_items = items.get((version, lane), [])
        entries = [prescribe(item, first_side=client.first_side, percent=percent) for item in lane_items]
        found[version, lane, percent, kept] = tuple(_one(entry) for entry in in_short_form(entries, kept))
    return found


def _one(entry: Prescribed) -> Asked:
    item = entry.item
    work = PrescribedWork(item=item.pk, work=work_asked(entry), optional=item.optional, choice_group=item.choice_group)
    return Asked(work=work, exercise=entry.content.slug, title=entry.title)
