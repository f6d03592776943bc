"""Pictures of exercises, for members of staff."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from portal.accounts.access import find_for
from portal.accounts.requests import PersonRequest
from routines.looks import answer
from routines.models import Exercise


@require_GET
def exercise_figure(request: PersonRequest, version_id: int) -> HttpResponse:
    """One picture of a version of an exercise that the person may see."""
    exercise = find_for(request.user, Exercise.objects.all(), versions=version_id)
    return answer(exercise.versions.get(pk=version_id).content, request.GET.dict())


exercise_figure.cacheable = True  # type: ignore[attr-defined]  # read by portal.admin_site
