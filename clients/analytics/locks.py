"""What keeps sessions from starting: open alerts that lock, tags with which nothing starts, questions that are due."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import Max, Q

from clients.models import Alert, AssignmentVersion, Client, Event, Flare, SafetyCheck
from clients.rules import contraindications, safety
from clients.rules.schedule import Span

Why = Literal["", "locked", "tag"]


def is_locked(client: Client) -> bool:
    """Whether an open alert keeps every session of the client from starting."""
    return bool(Alert.objects.locking().filter(client=client).exists())


def why_not_start(client: Client, version: AssignmentVersion | None = None) -> Why:
    """Return why no session may start: "locked" by an alert, a "tag" with which nothing starts; "" where one may."""
    return "locked" if is_locked(client) else why_not_with_tags(client, version)


def why_not_with_tags(client: Client, version: AssignmentVersion | None = None) -> Literal["", "tag"]:
    """Return "tag" where a tag of the client keeps every session from starting. Source: clinical.md 2.1, global blocks.

    version: the version of the plan in question, which may lift a tag with the practitioner's reason. Without one only
    a tag counts that no plan can lift.
    """
    blocks = contraindications.for_client(client.tags)
    if version is None:
        return "tag" if any(block.level == "block" for block in blocks) else ""
    answers = contraindications.answers_from(version.cautions)
    return "tag" if contraindications.unsettled(blocks, answers) else ""


def check_due(client: Client, *, now: datetime) -> str | None:
    """Return why the safety questions come before the next session (rules.safety.TRIGGERS), or None.

    Compared by the server's clock, and by the session that a check names: phones' clocks differ. A session that was
    done without a network counts from when it was sent.
    """
    checks = SafetyCheck.objects.filter(client=client)
    last = checks.aggregate(at=Max("received_at"))["at"]
    answered = checks.filter(session_key__isnull=False).values("session_key")
    stopped = Event.objects.filter(client=client, type="stopped").exclude(session__in=answered)
    pained = Event.objects.filter(
        Q(type="pain_before") | Q(type="edited", data__field="pain_before"),
        client=client,
        session__pain_before__gte=safety.PAIN_ASKS,
    ).exclude(session__in=answered)
    return safety.due(
        last_at=last,
        now=now,
        stopped_at=stopped.aggregate(at=Max("received_at"))["at"],
        flare_at=Flare.objects.filter(client=client).aggregate(at=Max("reported_at"))["at"],
        strong_pain_at=pained.aggregate(at=Max("received_at"))["at"],
        pain_check_at=checks.filter(trigger=SafetyCheck.Trigger.PAIN).aggregate(at=Max("received_at"))["at"],
    )


def asks_first(client: Client, pain: int | None, *, now: datetime) -> bool:
    """Whether a pain answer at the check-in brings the questions before anything is offered."""
    if pain is None or pain < safety.PAIN_ASKS:
        return False
    checks = SafetyCheck.objects.filter(client=client, trigger=SafetyCheck.Trigger.PAIN)
    return not checks.filter(received_at__gt=now - safety.ANSWERS_FOR).exists()


def lock_spans(client_ids: Collection[int]) -> Mapping[int, tuple[Span, ...]]:
    """Return the days on which each client was locked, in their own time zone, both ends included.

    They leave the denominator (clinical.md 6.4). One query; days of an open lock have no end yet.
    """
    rows = Alert.objects.filter(client__in=client_ids, locks=True)
    return spans_of(rows.values_list("client_id", "client__time_zone", "raised_at", "cleared_at"))


def spans_of(locks: Iterable[tuple[int, str, datetime, datetime | None]]) -> Mapping[int, tuple[Span, ...]]:
    """Return the locked days by client, from (client id, time zone, raised, cleared) of alerts that lock."""
    found: dict[int, list[Span]] = defaultdict(list)
    for client_id, zone, raised_at, cleared_at in locks:
        there = ZoneInfo(zone)
        last = cleared_at.astimezone(there).date() if cleared_at else date.max
        found[client_id].append(Span(raised_at.astimezone(there).date(), last))
    return {client_id: tuple(spans) for client_id, spans in found.items()}
