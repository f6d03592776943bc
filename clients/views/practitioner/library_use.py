"""Pages of the library that know of plans: where an exercise is used, and the routines with how many plans began so."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from clients.analytics.exercise_use import exercise_use, plans_by_routine
from clients.views.practitioner.door import desk
from portal.accounts.requests import PersonRequest
from routines.access import can_edit
from routines.models import Exercise
from routines.views.editor import exercise_for
from routines.views.routine_list import routine_list


@require_GET
def exercise_use_page(request: PersonRequest, exercise_id: int) -> HttpResponse:
    """Show the templates and running plans with an exercise; clients by name only to those who may see them."""
    exercise = exercise_for(request, exercise_id)
    context = {
        "exercise": exercise,
        "use": exercise_use(exercise, user=request.user),
        "may_withdraw": exercise.state == Exercise.State.PUBLISHED and can_edit(request.user, exercise),
        "has_practice": request.practice is not None,
    }
    return desk(request, "clients/practitioner/exercise_use.html", context)


@require_GET
def routine_list_page(request: PersonRequest) -> HttpResponse:
    """Look through the routines; each says how many plans of the practice began with it."""
    return routine_list(request, times_used=plans_by_routine)
