"""Where the library is in use: templates and plans with an exercise, and plans that began with a routine."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from clients.models import Assignment
from clients.models.assignment import AssignmentQuerySet
from routines.models import Exercise, ExerciseSubstitute, Routine

PLANS_SHOWN = 100
RUNNING = (Assignment.State.ACTIVE, Assignment.State.PAUSED)


@dataclass(frozen=True)
class PlanUse:
    """One running plan with the exercise, and what the library offers in its place for this client's tags."""

    plan: Assignment
    instead: Sequence[str]


@dataclass(frozen=True)
class ExerciseUse:
    """Where an exercise is used. other_plans: running plans of the practice whose clients the person may not see."""

    routines: Sequence[Routine]
    plans: Sequence[PlanUse]
    more_plans: int
    other_plans: int

    @property
    def count(self) -> int:
        """All running plans of the practice with the exercise."""
        return len(self.plans) + self.more_plans + self.other_plans


def running_plans(exercise: Exercise) -> AssignmentQuerySet:
    """Return the plans of the practice in scope that run with the exercise today, in whichever version of it."""
    rows: AssignmentQuerySet = Assignment.objects.filter(
        state__in=RUNNING, current_version__items__exercise_version__exercise=exercise
    )
    return rows.distinct()


def exercise_use(exercise: Exercise, *, user: Any) -> ExerciseUse:
    """Return where the exercise is used, as far as the person may know. Runs in the practice scope."""
    every = running_plans(exercise)
    visible = every.visible_to(user)
    seen = list(
        visible.select_related("client").order_by("client__last_name", "client__first_name", "pk")[:PLANS_SHOWN]
    )
    seen_count = visible.count()
    offered = offered_instead([exercise])
    return ExerciseUse(
        routines=list(
            Routine.objects.visible_to(user)
            .filter(items__exercise=exercise, withdrawn_at=None)
            .distinct()
            .order_by("name")
        ),
        plans=[PlanUse(plan, names_for(plan.client.tags, offered.get(exercise.pk, {}))) for plan in seen],
        more_plans=seen_count - len(seen),
        other_plans=every.count() - seen_count,
    )


def offered_instead(exercises: Iterable[Exercise]) -> dict[int, dict[str, str]]:
    """Return exercise id -> tag -> name of what may stand in; withdrawn ones are left out."""
    rows = ExerciseSubstitute.objects.filter(exercise__in=[exercise.pk for exercise in exercises])
    rows = rows.exclude(substitute__state=Exercise.State.WITHDRAWN).filter(substitute__current_version__isnull=False)
    found: dict[int, dict[str, str]] = {}
    for exercise_id, tag, name in rows.order_by("tag").values_list("exercise_id", "tag", "substitute__name"):
        found.setdefault(exercise_id, {})[tag] = name
    return found


def names_for(tags: Iterable[str], offered: dict[str, str]) -> list[str]:
    """Return the different names of what is offered for these tags, in the order of the tags."""
    return list(dict.fromkeys(offered[tag] for tag in tags if tag in offered))


def plans_by_routine(routines: Sequence[Routine]) -> dict[int, int]:
    """Return how many plans of the practice in scope began with each routine, by id; one statement."""
    plans = Assignment.objects.filter(routine__in=routines).order_by()
    return dict(plans.values("routine").annotate(times=Count("pk")).values_list("routine", "times"))
