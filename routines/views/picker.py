"""The picker of exercises: what a form with a search box shows, and the same part alone while it is being typed in.

What is searched for travels in the body of a request, never in an address, which would end up in logs.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from portal.accounts.requests import PersonRequest
from portal.lib.numbers import whole_in
from routines.finding.finder import Found, Wanted, find
from routines.models import Exercise, ExerciseVersion

BUTTON = "add:"  # of a hit; its exercise's id follows


def found_for(request: PersonRequest, values: Mapping[str, Any], tags: Collection[str] = ()) -> Found:
    """Return what the search box of a form finds. values: the form, as posted; tags: of the client it is for."""
    return find(request.user, Wanted.read(values, tags=tags))


def offered_version(user: Any, exercise_id: str) -> ExerciseVersion:
    """Return the published wording of an exercise that the person may give. Raises Http404 for any other."""
    rows = Exercise.objects.visible_to(user).offered().filter(pk=whole_in(exercise_id) or 0)
    exercise = rows.select_related("current_version__exercise").first()
    if exercise is None:
        raise Http404
    version: ExerciseVersion = exercise.current_version
    return version


def hits(request: PersonRequest, tags: Collection[str] = ()) -> HttpResponse:
    """Return the part of the picker below its search box."""
    return render(request, "routines/picker/hits.html", {"found": found_for(request, request.POST, tags)})


@require_POST
def find_exercises(request: PersonRequest) -> HttpResponse:
    """Find exercises while somebody types."""
    return hits(request, request.POST.getlist("find-safe"))
