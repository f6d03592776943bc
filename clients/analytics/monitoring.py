"""The facts behind the evidence of monitoring: three queries, however long the period is."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from clients.analytics.today import local_day
from clients.models import Assignment, Client, Event, ManagementTime
from clients.rules.monitoring import THRESHOLDS, MonitoringFacts, Threshold, TimeSpent, read_thresholds
from clients.rules.session import Event as Told


def thresholds() -> tuple[Threshold, ...]:
    """Return what evidence is held against here: the setting, or the shipped table."""
    rows = settings.MONITORING_THRESHOLDS
    return read_thresholds(THRESHOLDS if rows is None else rows)


def first_day(client: Client, today: date, *, longest: int) -> date:
    """Return the day from which periods are counted unless another is chosen: the first of the client's first plan.

    At most `longest` days before today. today is the client's own.
    """
    first = (
        Assignment.objects.filter(client=client)
        .exclude(state=Assignment.State.DRAFT)
        .order_by("starts_on")
        .values_list("starts_on", flat=True)
        .first()
    )
    return max(min(first or today, today), today - timedelta(days=longest - 1))


def monitoring_facts(client: Client, *, first: date, now: datetime) -> MonitoringFacts:
    """Return what the evidence from `first` (the client's own day) up to `now` (aware) looks at.

    Times are those of the whole calendar month in which `first` lies, and on. Runs in the practice scope.
    """
    zone = ZoneInfo(client.time_zone)
    since = datetime.combine(first, time.min, zone)
    month = datetime.combine(first.replace(day=1), time.min, zone)
    rows = Event.objects.filter(session__client=client, at__gte=since, at__lte=now).order_by("at", "pk")
    times = ManagementTime.objects.in_force().filter(client=client, started_at__gte=month, started_at__lte=now)
    return MonitoringFacts(
        first=first,
        today=local_day(client, now),
        zone=client.time_zone,
        thresholds=thresholds(),
        events=tuple(
            (str(session), Told(str(pk), kind, at, item, data))
            for pk, session, kind, at, item, data in rows.values_list(
                "pk", "session_id", "type", "at", "item_id", "data"
            )
        ),
        times=tuple(
            TimeSpent(
                id=entry.pk,
                who=entry.practitioner.get_full_name() or entry.practitioner.email,
                started_at=entry.started_at,
                ended_at=entry.ended_at,
                contact=entry.contact,
                what=entry.what,
            )
            for entry in times.select_related("practitioner").order_by("started_at", "pk")
        ),
    )
