"""When the library withdraws an exercise: running plans keep it, and those who treat the clients are told."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from clients.analytics.exercise_use import RUNNING, names_for, offered_instead
from clients.models import Alert, Assignment
from portal.accounts import audit
from portal.accounts.tenancy import all_practices
from routines.models import Exercise

BATCH = 500  # rows written at once


@transaction.atomic
def tell_of_withdrawal(exercise: Exercise, *, now: datetime) -> int:
    """Return how many running plans have the exercise; each gets one alert, with what suits this client instead.

    A shared exercise concerns every practice. The plans themselves are not touched.
    """
    count = 0
    with all_practices():
        offered = offered_instead([exercise]).get(exercise.pk, {})
        alerts = _alerts(exercise, offered, now)
        while rows := list(islice(alerts, BATCH)):
            Alert.objects.bulk_create(rows, ignore_conflicts=True)
            count += len(rows)
        if count:
            audit.record("withdrawal told", exercise, by=None, detail={"plans": count})
    return count


def _alerts(exercise: Exercise, offered: dict[str, str], now: datetime) -> Iterator[Alert]:
    plans = Assignment.objects.filter(state__in=RUNNING, current_version__items__exercise_version__exercise=exercise)
    for plan in plans.distinct().select_related("client").iterator(chunk_size=BATCH):
        instead = names_for(plan.client.tags, offered)
        yield Alert(
            client=plan.client,
            level=Alert.Level.ROUTINE,
            reason_key="exercise_withdrawn_instead" if instead else "exercise_withdrawn",
            subject_key=f"withdrawn:{exercise.current_version_id}:{plan.pk}",
            detail={"exercise": exercise.name, "plan": plan.name, "instead": ", ".join(instead)},
            raised_at=now,
        )


def on_exercise_withdrawn(sender: Any, exercise: Exercise, **kwargs: Any) -> None:
    """Receive `routines.signals.exercise_withdrawn`."""
    tell_of_withdrawal(exercise, now=timezone.now())
