"""One session as the practitioner reviews it: prescribed against done, the answers, and every event in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.analytics.event_words import event_words, skip_words
from clients.analytics.plans import prescribed_for
from clients.analytics.today import local_day
from clients.exports.prescription import Prescribed, work_asked
from clients.models import Assignment, Event, PrescribedItem, Session
from clients.rules import session as fold
from clients.rules.adherence import percent


@dataclass(frozen=True)
class ItemDone:
    """One exercise of the session. share: whole percent of what was asked, None where it does not count.

    in_plan: the plan as it stands holds it still, so that it can be changed for the next time.
    """

    item: int
    exercise_id: int
    slug: str
    in_plan: bool
    has_harder: bool
    title: str
    dose_words: str
    share: int | None
    optional: bool
    skipped: str
    swapped_to: str
    pain: int | None
    hurts: Sequence[int | None]


@dataclass(frozen=True)
class EventLine:
    """One event in words, at the device's own clock. day: in words, "" for the day on which the session began."""

    at: datetime
    clock: str
    day: str
    text: str
    is_late: bool  # told more than an hour after it happened


@dataclass(frozen=True)
class SessionPage:
    """The page. minutes: from start to finish, None while it is not finished; newer and older: the sessions beside."""

    session: Session
    items: Sequence[ItemDone]
    events: Sequence[EventLine]
    minutes: int | None
    share: int | None
    modes: Mapping[str, int]
    leg_symptoms: str | None
    today: object
    newer: Session | None
    older: Session | None


LATE = timedelta(hours=1)
UNSEEN_DAYS = timedelta(days=14)  # how far back a session still waits to be looked over; the days of the caseload


def session_page(session: Session, *, now: datetime) -> SessionPage:
    """Return the page; session.client and .version must be loaded. Runs in the practice scope."""
    client = session.client
    rows = list(Event.objects.filter(session=session).order_by("at", "id"))
    prescribed = prescribed_for(session)
    summary = fold.fold(
        [fold.Event(str(row.pk), row.type, row.at, row.item_id, row.data) for row in rows],
        [
            fold.PrescribedWork(
                item=entry.item.pk,
                work=work_asked(entry),
                optional=entry.item.optional,
                choice_group=entry.item.choice_group,
            )
            for entry in prescribed
        ],
    )
    titles = {entry.item.pk: entry.title for entry in prescribed}
    runs = session.assignment.state in {Assignment.State.ACTIVE, Assignment.State.PAUSED}
    current = PrescribedItem.objects.filter(version=session.assignment.current_version_id, lane="steady")
    held = set(current.values_list("exercise_version__exercise_id", flat=True)) if runs else set()
    beside = Session.objects.filter(client=client).only("pk", "started_at")
    took = (session.finished_at - session.started_at) if session.finished_at else None
    return SessionPage(
        session=session,
        items=[_item(entry, summary, held) for entry in prescribed],
        events=[_line(row, titles, session.started_at) for row in rows],
        minutes=max(1, round(took.total_seconds() / 60)) if took is not None else None,
        share=percent(summary.fraction),
        modes=summary.modes,
        leg_symptoms=summary.leg_symptoms,
        today=local_day(client, now),
        newer=beside.filter(started_at__gt=session.started_at).order_by("started_at").first(),
        older=beside.filter(started_at__lt=session.started_at).order_by("-started_at").first(),
    )


def quick_replies() -> list[str]:
    """Return what is often said after a session, ready to be sent. Source: screens.md 3.4."""
    return [_("Well done, keep going."), _("Make it gentler this week.")]


def unseen_beside(session: Session, *, user: Any, now: datetime) -> tuple[Session | None, Session | None]:
    """Return the sessions before and after this one that nobody has looked over, of all clients whom the person sees.

    Those of the last UNSEEN_DAYS that were begun; (older, newer), None where there is none.
    """
    unseen = (
        Session.objects.visible_to(user)
        .filter(look=None, fraction__gt=0, started_at__gte=now - UNSEEN_DAYS)
        .exclude(pk=session.pk)
        .select_related("client")
    )
    older = unseen.filter(started_at__lte=session.started_at).order_by("-started_at", "-pk").first()
    newer = unseen.filter(started_at__gt=session.started_at).order_by("started_at", "pk").first()
    return older, newer


def _item(entry: Prescribed, summary: fold.SessionSummary, held: Collection[int]) -> ItemDone:
    key = entry.item.pk
    exercise_id = entry.item.exercise_version.exercise_id
    return ItemDone(
        item=key,
        exercise_id=exercise_id,
        slug=entry.content.slug,
        in_plan=exercise_id in held,
        has_harder=entry.content.harder is not None and bool(entry.content.harder.slug),
        title=entry.title,
        dose_words=entry.dose_words,
        share=percent(summary.item_fractions.get(key)),
        optional=entry.item.optional,
        skipped=skip_words(summary.skipped[key]) if key in summary.skipped else "",
        swapped_to=summary.swapped.get(key, "").replace("-", " "),
        pain=summary.item_pain.get(key),
        hurts=[hurt.value for hurt in summary.hurts if hurt.item == key],
    )


def _line(row: Event, titles: Mapping[int, str], began: datetime) -> EventLine:
    zone = timezone(timedelta(minutes=row.utc_offset_min))
    title = titles.get(row.item_id or 0, _("an exercise of this plan") if row.item_id else "")
    local = row.at.astimezone(zone)
    return EventLine(
        at=row.at,
        clock=f"{local:%H:%M:%S}",
        day="" if local.date() == began.astimezone(zone).date() else date_format(local, "D j M"),
        text=event_words(row.type, row.data, title),
        is_late=row.received_at - row.at > LATE,
    )
