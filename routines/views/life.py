"""The life of an exercise: copied, reviewed, withdrawn, compared, kept up with its source."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.errors import NotAllowed, WrongState
from portal.accounts.models import Practice
from portal.accounts.requests import PersonRequest
from routines import services
from routines.access import check_can_edit
from routines.comparing import differences_in_words, offer_of
from routines.content import ContentError
from routines.models import Exercise, ExerciseVersion
from routines.views.editor import exercise_for


@require_POST
def copy(request: PersonRequest, exercise_id: int) -> HttpResponse:
    """Make the practice's own copy of an exercise."""
    exercise = exercise_for(request, exercise_id)
    try:
        ours = services.copy_exercise(exercise, into=_practice(request), by=request.user)
    except ContentError as error:
        raise WrongState("; ".join(map(str, error.problems))) from error
    messages.success(request, _("This is your clinic's own copy. Change it as you like."))
    return redirect("admin:edit_exercise", ours.pk)


@require_POST
def move(request: PersonRequest, exercise_id: int) -> HttpResponse:
    """Move an exercise along its life: review, publish, withdraw, offer again, throw the draft away."""
    exercise = exercise_for(request, exercise_id)
    wanted = request.POST.get("to", "")
    if wanted not in _MOVES:
        raise WrongState(_("Choose one of the buttons of the page."))
    try:
        said = _MOVES[wanted](request, exercise)
    except ContentError as error:
        raise WrongState("; ".join(map(str, error.problems))) from error
    messages.success(request, said)
    return redirect("admin:edit_exercise", exercise.pk)


def _withdraw(request: PersonRequest, exercise: Exercise) -> str:
    services.withdraw_exercise(exercise, by=request.user)
    return _("Withdrawn. Running plans keep it; new ones cannot take it.")


def _restore(request: PersonRequest, exercise: Exercise) -> str:
    services.restore_exercise(exercise, by=request.user)
    return _("The exercise can be given again.")


def _discard(request: PersonRequest, exercise: Exercise) -> str:
    services.discard_draft(exercise, by=request.user)
    return _("The draft is thrown away.")


def _submit(request: PersonRequest, exercise: Exercise) -> str:
    services.submit_for_review(exercise, by=request.user)
    return _("A colleague is asked to look at it.")


def _send_back(request: PersonRequest, exercise: Exercise) -> str:
    services.send_back(exercise, by=request.user, note=request.POST.get("note", ""))
    return _("Sent back to its author.")


def _publish(request: PersonRequest, exercise: Exercise) -> str:
    services.publish_exercise(exercise, by=request.user)
    return _("Published. New plans take this version; running plans keep theirs.")


def _hide(request: PersonRequest, exercise: Exercise) -> str:
    services.hide_exercise(exercise, practice=_practice(request), by=request.user)
    return _("Hidden. It is not offered in your clinic any more; plans that have it keep it.")


def _show(request: PersonRequest, exercise: Exercise) -> str:
    services.show_exercise(exercise, practice=_practice(request), by=request.user)
    return _("It is offered again in your clinic.")


_MOVES = {
    "withdraw": _withdraw,
    "restore": _restore,
    "discard": _discard,
    "review": _submit,
    "send_back": _send_back,
    "publish": _publish,
    "hide": _hide,
    "show": _show,
}


@require_GET
def versions(request: PersonRequest, exercise_id: int) -> HttpResponse:
    """Show all versions and moves of an exercise, and what two of its versions say differently."""
    exercise = exercise_for(request, exercise_id)
    rows = list(exercise.versions.select_related("created_by", "published_by", "reviewed_by").order_by("-number"))
    numbers = {str(row.number): row for row in rows}
    newest, before = rows[0], rows[1] if len(rows) > 1 else rows[0]
    old = numbers.get(request.GET.get("from", ""), before)
    new = numbers.get(request.GET.get("to", ""), newest)
    context = {
        "exercise": exercise,
        "versions": rows,
        "moves": exercise.moves.select_related("by")[:100],
        "old": old,
        "new": new,
        "differences": differences_in_words(old.document, new.document),
    }
    return _page(request, "routines/editor/versions.html", context)


@require_http_methods(["GET", "POST"])
def upstream(request: PersonRequest, exercise_id: int) -> HttpResponse:
    """Show what the source of a copy changed since, and take it over place by place."""
    exercise = exercise_for(request, exercise_id)
    check_can_edit(request.user, exercise)
    places = [name for name in request.POST if name.startswith("take:")]
    choices = {name.removeprefix("take:"): request.POST.get(name, "") for name in places}
    if not set(choices.values()) <= {"ours", "theirs"}:
        raise WrongState(_("Choose one of the two wordings at each place."))
    problems: list[str] = []
    if request.method == "POST":
        try:
            services.take_over(exercise, choices, by=request.user)
        except ContentError as error:
            problems = [str(problem) for problem in error.problems]
        else:
            messages.success(request, _("Taken over into the draft. Look through it, then publish it."))
            return redirect("admin:edit_exercise", exercise.pk)
    merged = services.take_over_preview(exercise, choices)
    newer: ExerciseVersion | None = services.upstream_of(exercise)
    context = {
        "exercise": exercise,
        "newer": newer,
        "offers": [offer_of(change) for change in merged.changes],
        "problems": problems,
    }
    return _page(request, "routines/editor/upstream.html", context, status=400 if problems else 200)


def _page(request: PersonRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)


def _practice(request: PersonRequest) -> Practice:
    if request.practice is None:
        raise NotAllowed(_("This is done for a clinic, and none is chosen here."))
    return request.practice
