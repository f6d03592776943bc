"""Where an exercise is used, and what withdrawing it would mean."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from clients.analytics.exercise_use import exercise_use
from clients.views.practitioner.door import desk
from portal.accounts.requests import PersonRequest
from routines.access import can_edit
from routines.models import Exercise
from routines.views.editor import exercise_for


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
