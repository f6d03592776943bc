"""The pose editor: a figure drawn from joint angles, for one exercise."""

import json
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts.access import find_for
from portal.accounts.requests import PersonRequest
from routines.access import check_can_edit
from routines.content import ContentError, ExerciseContent
from routines.looks import library_of
from routines.models import Exercise
from routines.movement.library import figure_library
from routines.movement.pictures import figures_of
from routines.pose_text import pose_text
from routines.posing import in_words, names_of, new_name, read_figure, read_poses, start_from, step_choices
from routines.reading import is_slug
from routines.services.figures import save_figure
from routines.templatetags.figures import palette_of


@require_http_methods(["GET", "POST"])
def edit_figure(request: PersonRequest, exercise_id: int) -> HttpResponse:
    """Draw a figure of an exercise: one of its own, a change to one of the library, or a new one."""
    rows = Exercise.objects.select_related("practice", "owner", "current_version")
    exercise: Exercise = find_for(request.user, rows, pk=exercise_id)
    person = request.user
    check_can_edit(person, exercise)
    content = exercise.versions.order_by("-number")[:1].get().content
    if request.method == "GET":
        name, figure = _asked_for(request, content)
        return _page(request, exercise, content, name, figure)
    name = request.POST.get("name", "")
    text = request.POST.get("figure", "")
    figure = {}
    try:
        figure = read_figure(text, name)
        save_figure(exercise, name=name, figure=figure, poses=read_poses(request.POST.dict()), by=person)
    except ContentError as error:
        problems = [in_words(problem, content, name) for problem in error.problems]
        return _page(request, exercise, content, name, figure, text=text, problems=problems)
    messages.success(request, _("The figure is saved in the draft. Clients see it once the exercise is published."))
    return redirect(f"{reverse('admin:edit_figure', args=[exercise.pk])}?figure={name}")


@require_GET
def figure_data(request: PersonRequest, version_id: int) -> JsonResponse:
    """The figures of a version of an exercise, and what the pose editor needs to change them for one client."""
    exercise = find_for(request.user, Exercise.objects.all(), versions=version_id)
    content = exercise.versions.get(pk=version_id).content
    library = library_of(content)
    return JsonResponse(
        {
            "figures": {name: library.figures[name] for name in figures_of(content) if name in library.figures},
            "postures": library.postures,
            "language": (get_language() or "en").split("-")[0],
            "text": pose_text(),
        }
    )


def _asked_for(request: PersonRequest, content: ExerciseContent) -> tuple[str, Any]:
    """Return name and document of the figure to edit: as the address says, or the exercise's first, or a new one."""
    copied = request.GET.get("like", "")
    wanted = request.GET.get("figure", "")
    if copied and copied not in figure_library().figures:
        raise Http404
    if wanted and wanted not in names_of(content):
        raise Http404
    is_new = "new" in request.GET or bool(copied)
    known = names_of(content)
    name = wanted or (known[0] if known and not is_new else new_name(content))
    return name, start_from(content, name, copied)


def _page(
    request: PersonRequest,
    exercise: Exercise,
    content: ExerciseContent,
    name: str,
    figure: Any,
    *,
    text: str = "",
    problems: list[str] | None = None,
) -> HttpResponse:
    keys = figure.get("keys") if isinstance(figure, dict) else None
    known = names_of(content)
    context = {
        **admin.site.each_context(request),
        "exercise": exercise,
        "name": name if is_slug(name) else "",
        "is_new": name not in known,
        "is_of_library": name in figure_library().figures,
        "names": known,
        "library": sorted(figure_library().figures),
        "text": text or json.dumps(figure, ensure_ascii=False, indent=2),
        "steps": step_choices(content, name, len(keys) if isinstance(keys, list) else 1),
        "problems": [("figure-data", problem) for problem in problems or ()],
        "start": {
            "name": name,
            "base": figure_library().figures.get(name),
            "postures": figure_library().postures,
            "language": (get_language() or "en").split("-")[0],
            "text": pose_text(),
        },
    }
    context["palette"] = palette_of({**context, "practice": request.practice})
    return render(request, "routines/editor/figure.html", context, status=400 if problems else 200)
