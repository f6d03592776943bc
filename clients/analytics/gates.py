"""What gates read beside today's answers: a client's recent sessions."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Subquery

from clients.models import Client, Session

WINDOW = 3  # sessions; source: exercises.yaml, conventions.gate
EFFORT_WINDOW = 2  # sessions; source: the same


def gate_facts(client: Client, session: Session) -> dict[str, Any]:
    """Return the facts by name, as clients.rules.gates reads them; None where an answer is missing.

    A missing answer in the window makes the fact unknown: missing never counts as good.
    """
    counted = (
        Session.objects.filter(client=client, assignment=session.assignment, counted=True)
        .order_by()
        .values("assignment")
        .annotate(number=Count("pk"))
    )
    recent = list(
        Session.objects.filter(client=client, state=Session.State.FINISHED, fraction__gt=0)
        .exclude(pk=session.pk)
        .annotate(completed=Subquery(counted.values("number")))
        .order_by("-started_at")[:WINDOW]
    )
    peaks = [each.pain_peak for each in recent]
    rises = [
        None if each.pain_next is None or each.pain_before is None else each.pain_next - each.pain_before
        for each in recent
    ]
    efforts = [each.effort for each in recent[:EFFORT_WINDOW]]
    return {
        "pain_during_max3": _most(peaks, WINDOW),
        "next_day_delta_max3": _most(rises, WINDOW),
        "effort_max2": _most(efforts, EFFORT_WINDOW),
        # Whatever counts is finished: without a recent session there is this one at the most.
        "sessions_completed": (recent[0].completed or 0) if recent else int(session.counted),
    }


def _most(values: Sequence[int | None], wanted: int) -> int | None:
    known = [value for value in values if value is not None]
    return max(known) if len(known) == wanted == len(values) else None
