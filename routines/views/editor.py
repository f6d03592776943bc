"""The exercise editor: one page with every field, working on the posted values themselves."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.access import find_for
from portal.accounts.errors import NotAllowed
from portal.accounts.requests import PersonRequest
from portal.accounts.roles import edits_library_of
from routines.access import can_edit, check_can_add, check_can_edit, needs_review
from routines.content import ContentError, parse_exercise
from routines.document_form import Document, change_list, id_of
from routines.exercise_form import document_of, give_free_key, new_entry, new_exercise, page_of, problems_of
from routines.exercise_specs import Options
from routines.models import Exercise, ExerciseLink, ExerciseVersion
from routines.preview import preview_of
from routines.services import copies
from routines.services import exercises as services
from routines.services.substitutes import put_substitutes, read_substitutes, substitutes_of
from routines.services.translations import languages
from routines.views.choices import places_of, self_care_options

MOVES = {"add", "remove", "up", "down", "copy"}


@require_http_methods(["GET", "POST"])
def add(request: PersonRequest) -> HttpResponse:
    """Write a new exercise."""
    places = places_of(request.user)
    if not places:
        check_can_add(request.user, request.practice)  # raises with the reason
    if request.method == "GET":
        return _page(request, None, new_exercise(), places=places)
    return _posted(request, None, places)


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, exercise_id: int) -> HttpResponse:
    """Change an exercise: a new draft, or the draft that is open."""
    exercise = exercise_for(request, exercise_id)
    try:
        check_can_edit(request.user, exercise)
    except NotAllowed:
        if request.method == "POST":
            raise
        return _page(request, exercise, _whole(exercise), may_edit=False)
    if request.method == "GET":
        return _page(request, exercise, _whole(exercise))
    return _posted(request, exercise, [])


@require_POST
def preview(request: PersonRequest, exercise_id: int | None = None) -> HttpResponse:
    """Show what is typed as the client will meet it, with what the checks say; saves nothing."""
    exercise = None if exercise_id is None else exercise_for(request, exercise_id)
    if exercise is None and not places_of(request.user):
        check_can_add(request.user, request.practice)  # raises with the reason
    document = _typed(request, exercise, [])
    document.pop("substitutes", None)
    shown = preview_of(document, ladder=_ladder(request))
    return render(request, "routines/editor/preview.html", {"preview": shown})


# --- what was posted ------------------------------------------------------------------------------------------


def _typed(request: PersonRequest, exercise: Exercise | None, others: Options) -> Document:
    document = document_of(list(request.POST), request.POST.getlist, others=others)
    if exercise is not None:
        document["slug"] = exercise.slug
        document |= _drawn(exercise)
    elif not document.get("slug"):
        document["slug"] = slugify(str(document.get("name", "")))[:80]
    return document


def _posted(request: PersonRequest, exercise: Exercise | None, places: Options) -> HttpResponse:
    document = _typed(request, exercise, [])
    button = request.POST.get("do", "")
    verb, _colon, path = button.partition(":")
    if verb in MOVES or verb.startswith("to-"):
        focus = change_list(document, verb, path, new_entry)
        if verb == "copy" and focus:
            give_free_key(document, focus)
        return _page(request, exercise, document, places=places, focus=focus)
    if button not in {"save", "review", "publish"}:
        return _page(request, exercise, document, places=places, checked=True)
    try:
        others: list[str] = []
        with transaction.atomic():
            version = _save(request, exercise, document, places)
            if button == "publish":
                published = services.publish_together([version.exercise], by=request.user)
                others = [other.exercise.name for other in published[1:]]
            elif button == "review":
                services.submit_for_review(version.exercise, by=request.user)
    except ContentError as error:
        return _page(request, exercise, document, places=places, error=error)
    said = {
        "save": _("Saved as a draft. Clients keep what was published last."),
        "review": _("Saved, and a colleague is asked to look at it. Clients keep what was published last."),
        "publish": _("Published. New plans take this version; running plans keep theirs."),
    }
    messages.success(request, said[button])
    if others:
        text = _("Published with it, because the easier and harder forms name each other: %(names)s.")
        messages.info(request, text % {"names": ", ".join(others)})
    return redirect("admin:edit_exercise", version.exercise_id)


def _save(request: PersonRequest, exercise: Exercise | None, document: Document, places: Options) -> ExerciseVersion:
    chosen = request.POST.get("library", "")
    if exercise is None and chosen not in dict(places):
        raise ContentError.at("library", _("Choose whose exercise it is."))
    substitutes = read_substitutes(document.get("substitutes"))
    version = services.save_draft(
        exercise,
        document={key: value for key, value in document.items() if key != "substitutes"},
        by=request.user,
        practice=None if chosen == "shared" else request.practice,
        own=chosen == "mine",
    )
    put_substitutes(version.exercise, substitutes, by=request.user)
    return version


# --- the page -------------------------------------------------------------------------------------------------


def _page(
    request: PersonRequest,
    exercise: Exercise | None,
    document: Document,
    *,
    places: Sequence[tuple[str, str]] = (),
    error: ContentError | None = None,
    focus: str = "",
    checked: bool = False,
    may_edit: bool = True,
) -> HttpResponse:
    content = {key: value for key, value in document.items() if key != "substitutes"}
    found = error or (_wrong(content) if checked else None)
    errors: dict[str, list[str]] = {}
    for problem in found.problems if found else ():
        errors.setdefault(problem.path, []).append(problem.message[:1].upper() + problem.message[1:])
    page = page_of(document, errors, others=_others(request, exercise), self_care=self_care_options())
    context = {
        **admin.site.each_context(request),
        "exercise": exercise,
        "page": page,
        "problems": problems_of(page),
        "places": places,
        "place": request.POST.get("library") or (places[0][0] if places else ""),
        "focus": id_of(focus) if focus else "",
        "may_edit": may_edit,
        "may_copy": not may_edit and edits_library_of(request.user),
        "preview": preview_of(content, ladder=_ladder(request)),
        "needs_review": _needs_review(request, exercise),
        **(_life(request, exercise) if exercise else {}),
    }
    return render(request, "routines/editor/exercise.html", context, status=400 if error else 200)


def _life(request: PersonRequest, exercise: Exercise) -> dict[str, Any]:
    """What the page says about reviews, the source and the practice's own list."""
    practice = request.practice
    draft = exercise.versions.filter(published_at=None).first()
    current = exercise.current_version
    last = exercise.moves.select_related("by").first()
    state = Exercise.State
    return {
        "draft": draft,
        "reviewed": current if current is not None and current.reviewed_by is not None else None,
        "asked": last if last and last.became == state.IN_REVIEW else None,
        "sent_back": last if last and (last.was, last.became) == (state.IN_REVIEW, state.DRAFT) and last.note else None,
        "languages": list(languages().items()) if current is not None else [],
        "may_review": draft is not None and services.is_another(request.user, exercise, draft),
        "upstream": copies.upstream_of(exercise) if can_edit(request.user, exercise) else None,
        "may_hide": exercise.is_shared and practice is not None and edits_library_of(request.user),
        "is_hidden": exercise.hidden_by.filter(practice=practice).exists() if practice else False,
    }


def _needs_review(request: PersonRequest, exercise: Exercise | None) -> bool:
    practice = exercise.practice if exercise else request.practice
    if exercise is None and request.POST.get("library") == "shared":
        practice = None
    return needs_review(practice)


def _wrong(document: Document) -> ContentError | None:
    try:
        parse_exercise(document)
    except ContentError as error:
        return error
    return None


def exercise_for(request: PersonRequest, exercise_id: int) -> Exercise:
    """Return an exercise that the person may see; 404 for strangers, 403 for colleagues."""
    rows = Exercise.objects.select_related("practice", "owner", "current_version__reviewed_by", "origin__exercise")
    exercise: Exercise = find_for(request.user, rows, pk=exercise_id)
    return exercise


def newest_of(exercise: Exercise) -> ExerciseVersion:
    """Return the open draft, or the version that was published last."""
    version: ExerciseVersion = exercise.versions.order_by("-number")[:1].get()
    return version


def _drawn(exercise: Exercise) -> Document:
    """Return what the pose editor writes and this page does not show."""
    figures = newest_of(exercise).document.get("figures")
    return {"figures": figures} if figures else {}


def _whole(exercise: Exercise) -> Document:
    document: Document = dict(newest_of(exercise).document)
    substitutes = substitutes_of(exercise)
    return {**document, "substitutes": substitutes} if substitutes else document


def _others(request: PersonRequest, exercise: Exercise | None) -> Options:
    """Slugs and names of exercises that may be the easier or harder form, or a substitute."""
    rows = Exercise.objects.visible_to(request.user)
    if exercise is not None:
        rows = rows.exclude(pk=exercise.pk)
    return list(dict(rows.order_by("name").values_list("slug", "name")).items())


def _ladder(request: PersonRequest) -> dict[str, str | None]:
    """The harder form of each exercise that the person sees, by slug."""
    links = ExerciseLink.objects.filter(kind=ExerciseLink.Kind.HARDER)
    return dict(links.values_list("exercise__slug", "target__slug"))
