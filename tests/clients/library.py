"""Exercises and routines of the packaged library as rows, published, for tests that give plans."""

import copy
from typing import Any

from django.utils import timezone

from portal.accounts.models import Practice
from portal.accounts.tenancy import all_practices
from routines.content.self_care import as_exercise
from routines.library import starter
from routines.library.starter import exercises_file
from routines.models import Exercise, ExerciseVersion, Routine, RoutineItem
from routines.models.exercise import ExerciseContraindication, ExerciseSubstitute
from routines.services.indexing import index_exercise, set_list_columns


def _packaged(slug: str) -> dict[str, Any]:
    """Return the document of an exercise, or of the one by which a comfort measure stands in a plan."""
    measure = starter.library().self_care.get(slug)
    if measure is not None:
        return as_exercise(measure[1]) or {}
    return copy.deepcopy(next(each for each in exercises_file().document["exercises"] if each["slug"] == slug))


def shelve(slug: str, *, practice: Practice | None = None) -> Exercise:
    """Return the packaged exercise, published, in the shared library or in a practice; made once for each."""
    with all_practices():
        found = Exercise.objects.filter(slug=slug, practice=practice).select_related("current_version").first()
        if found is not None:
            return found
        document = _packaged(slug)
        exercise = Exercise.objects.create(
            slug=slug, name=document["name"], category=document["category"], practice=practice
        )
        exercise.current_version = ExerciseVersion.objects.create(
            exercise=exercise, number=1, document=document, published_at=timezone.now()
        )
        exercise.state = Exercise.State.PUBLISHED
        exercise.position = document["position"]
        set_list_columns(exercise, exercise.current_version.content)
        exercise.save()
        index_exercise(exercise, exercise.current_version.content)
        ExerciseContraindication.objects.bulk_create(
            ExerciseContraindication(exercise=exercise, tag=each["tag"], level=each["level"])
            for each in document.get("contraindications", [])
        )
        return exercise


def shelve_swap(slug: str, tag: str, instead: str) -> None:
    with all_practices():
        ExerciseSubstitute.objects.create(exercise=shelve(slug), tag=tag, substitute=shelve(instead))


def make_routine(*slugs: str, practice: Practice | None = None, name: str = "Back easer", **fields: Any) -> Routine:
    """A routine that gives the exercises at their own dose, every day, twice, for four weeks."""
    document = {
        "schedule": {"sessions_per_day": 2, "days_per_week": 7, "weeks": 4, "flexible": True},
        **fields.pop("document", {}),
    }
    with all_practices():
        number = Routine.objects.count() + 1
        routine = Routine.objects.create(
            slug=f"routine-{number}", name=name, practice=practice, document=document, **fields
        )
        for position, slug in enumerate(slugs, start=1):
            RoutineItem.objects.create(routine=routine, position=position, exercise=shelve(slug))
        return routine
