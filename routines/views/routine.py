"""The routine editor: one page with every field, working on the posted values themselves."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.access import find_for
from portal.accounts.errors import WrongState
from portal.accounts.models import Practice
from portal.accounts.requests import PersonRequest
from portal.accounts.roles import edits_library_of
from routines.access import can_edit, check_can_add, check_can_edit
from routines.content import ContentError
from routines.document_form import Document, change_list, id_of
from routines.exercise_specs import Options, tag_options
from routines.models import Favourite, Filing, Routine
from routines.routine_form import NEW, OWN_KEYS, RoutinePage, Versions, document_of, page_of
from routines.services import routines as services
from routines.services.shelf import file_routine, mark_favourite
from routines.services.storing import exercises_by_slug
from routines.views.choices import places_of, self_care_options
from routines.views.picker import BUTTON, found_for, offered_version

LONGEST_QUERY = 500  # characters of the list's address that is gone back to; engineering bound
MOVES = {"remove", "up", "down", "copy"}
SAFE = "find-safe"  # tags of the client whom the routine is written for; they are kept nowhere


@require_http_methods(["GET", "POST"])
def add(request: PersonRequest) -> HttpResponse:
    """Write a new routine."""
    places = places_of(request.user)
    if not places:
        check_can_add(request.user, request.practice)  # raises with the reason
    if request.method == "GET":
        return _page(request, None, deepcopy(NEW), {}, places=places)
    return _posted(request, None, places)


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, routine_id: int) -> HttpResponse:
    """Change a routine. Plans that were given keep what they were given."""
    routine = _routine(request, routine_id)
    if request.method == "POST":
        check_can_edit(request.user, routine)
        return _posted(request, routine, [])
    document = routine.whole_document()
    return _page(request, routine, document, _versions_in(routine.practice, document))


@require_POST
def preview(request: PersonRequest) -> JsonResponse:
    """Answer what the posted routine comes to, while it is being typed; saves nothing."""
    document, versions = _typed(request, None, request.practice)
    page = _page_of(request, None, document, versions)
    context = {"page": page, "total": total_words(page)}
    return JsonResponse(
        {
            "items": [{"dose": item.words, "length": _length(item.seconds)} for item in page.items],
            "sum": render_to_string("routines/routine/sum.html", context, request=request),
        }
    )


@require_POST
def copy(request: PersonRequest, routine_id: int) -> HttpResponse:
    """Duplicate a routine into the practice, for everybody there."""
    routine = _routine(request, routine_id)
    practice = request.practice
    if practice is None:
        raise WrongState(_("There is no clinic here to copy it for."))
    name = _("%(name)s (copy)") % {"name": routine.name[:90]} if routine.practice_id else routine.name
    slug = services.free_slug(practice, name)
    try:
        ours = services.copy_routine(routine, into=practice, by=request.user, slug=slug, name=name)
    except ContentError as error:
        raise WrongState("; ".join(map(str, error.problems))) from error
    messages.success(request, _("This is your clinic's own copy. Change it as you like."))
    return redirect("admin:edit_routine", ours.pk)


@require_POST
def move(request: PersonRequest, routine_id: int) -> HttpResponse:
    """Withdraw a routine or offer it again; keep it among the favourites or in a folder."""
    routine = _routine(request, routine_id)
    wanted, person, practice = request.POST.get("to", ""), request.user, request.practice
    if wanted == "withdraw":
        services.withdraw_routine(routine, by=person)
        messages.success(request, _("Withdrawn. Running plans keep theirs; new ones cannot take it."))
    elif wanted == "restore":
        services.restore_routine(routine, by=person)
        messages.success(request, _("The routine can be given again."))
    elif practice is not None and wanted in ("favourite", "no-favourite"):
        mark_favourite(routine, by=person, practice=practice, on=wanted == "favourite")
    elif practice is not None and wanted == "file":
        try:
            file_routine(routine, folder=request.POST.get("folder", ""), by=person, practice=practice)
        except ContentError as error:
            raise WrongState("; ".join(map(str, error.problems))) from error
    else:
        raise WrongState(_("Choose one of the buttons of the page."))
    if request.POST.get("back") == "list":
        query = QueryDict(request.POST.get("query", "")[:LONGEST_QUERY], mutable=True)
        query.pop("withdrawn", None)
        if wanted == "withdraw":
            query["withdrawn"] = str(routine.pk)
        return redirect(f"{reverse('admin:routine_list')}?{query.urlencode()}")
    return redirect("admin:edit_routine", routine.pk)


# --- what was posted ------------------------------------------------------------------------------------------


def _posted(request: PersonRequest, routine: Routine | None, places: Options) -> HttpResponse:
    practice = routine.practice if routine else _practice_of_new(request)
    document, versions = _typed(request, routine, practice)
    button = request.POST.get("do", "")
    if button.startswith(BUTTON):
        version = offered_version(request.user, button.removeprefix(BUTTON))
        versions = {**versions, version.exercise.slug: version}
        document["items"].append({"exercise": version.exercise.slug})
        return _page(request, routine, document, versions, places=places, focus="add-exercise")
    verb, _colon, path = button.partition(":")
    if verb == "star":
        return _starred(request, routine, document, versions, places, path)
    if verb in MOVES or verb.startswith("to-"):
        focus = change_list(document, verb, path, lambda _path: {})
        return _page(request, routine, document, versions, places=places, focus=id_of(focus) if focus else "")
    if button != "save":
        return _page(request, routine, document, versions, places=places)
    document["estimated_minutes"] = _page_of(request, routine, document, versions).minutes
    try:
        saved = _save(request, routine, document, places)
    except ContentError as error:
        return _page(request, routine, document, versions, places=places, error=error)
    messages.success(request, _("Saved. Plans that were given before keep what they were given."))
    return redirect("admin:edit_routine", saved.pk)


def _starred(
    request: PersonRequest, routine: Routine | None, document: Document, versions: Versions, places: Options, path: str
) -> HttpResponse:
    """Keep the exercise of an item among the person's favourites, or no longer."""
    practice = request.practice
    exercise = next((row.exercise for slug, row in versions.items() if str(row.exercise_id) == path), None)
    if practice is not None and exercise is not None:
        on = not Favourite.objects.visible_to(request.user).filter(exercise=exercise).exists()
        mark_favourite(exercise, by=request.user, practice=practice, on=on)
    return _page(request, routine, document, versions, places=places)


def _save(request: PersonRequest, routine: Routine | None, document: Document, places: Options) -> Routine:
    if routine is not None:
        return services.change_routine(routine, document=document, by=request.user)
    chosen = request.POST.get("library", "")
    if chosen not in dict(places):
        raise ContentError.at("library", _("Choose whose routine it is."))
    practice = _practice_of_new(request)
    document["slug"] = services.free_slug(practice, str(document.get("name", "")))
    return services.create_routine(document=document, by=request.user, practice=practice, own=chosen == "mine")


def _typed(request: PersonRequest, routine: Routine | None, practice: Practice | None) -> tuple[Document, Versions]:
    """Return what was typed, beside what the routine says and the page has no field for."""
    document, versions = document_of(
        list(request.POST),
        request.POST.getlist,
        partial(_versions, practice),
        self_care=self_care_options(),
        others=_others(request, routine),
    )
    kept = {} if routine is None else {key: text for key, text in routine.document.items() if key not in OWN_KEYS}
    return {**kept, **document}, versions


# --- the page -------------------------------------------------------------------------------------------------


def _page(
    request: PersonRequest,
    routine: Routine | None,
    document: Document,
    versions: Versions,
    *,
    places: Sequence[tuple[str, str]] = (),
    error: ContentError | None = None,
    focus: str = "",
) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for problem in error.problems if error else ():
        errors.setdefault(problem.path, []).append(problem.message[:1].upper() + problem.message[1:])
    page = _page_of(request, routine, document, versions, errors)
    tags = request.POST.getlist(SAFE)
    stars = None  # outside a practice nobody keeps favourites
    if request.practice is not None:
        rows = Favourite.objects.visible_to(request.user).filter(exercise__isnull=False)
        stars = set(rows.values_list("exercise_id", flat=True))
    context = {
        **admin.site.each_context(request),
        "routine": routine,
        "page": page,
        "rows": [(item, _length(item.seconds)) for item in page.items],
        "total": total_words(page),
        "places": places,
        "place": request.POST.get("library") or (places[0][0] if places else ""),
        "focus": focus,
        "may_edit": routine is None or can_edit(request.user, routine),
        "may_copy": routine is not None and edits_library_of(request.user),
        "found": found_for(request, request.POST, tags),
        "safe_options": [(tag, label, tag in tags) for tag, label in tag_options()],
        "stars": stars,
        **(_kept(request, routine) if routine is not None else {}),
    }
    status = HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK
    return render(request, "routines/routine/edit.html", context, status=status)


def _kept(request: PersonRequest, routine: Routine) -> dict[str, Any]:
    """Return where the person and the practice keep the routine."""
    if request.practice is None:
        return {}
    filing = Filing.objects.filter(routine=routine).first()
    return {
        "is_favourite": Favourite.objects.visible_to(request.user).filter(routine=routine).exists(),
        "folder": filing.folder if filing else "",
        "folders": Filing.objects.all().folders(),
        "may_file": edits_library_of(request.user),
    }


def _page_of(
    request: PersonRequest,
    routine: Routine | None,
    document: Document,
    versions: Versions,
    errors: dict[str, list[str]] | None = None,
) -> RoutinePage:
    return page_of(document, versions, errors or {}, self_care=self_care_options(), others=_others(request, routine))


def total_words(page: RoutinePage) -> str:
    """Return "6 exercises, about 12 minutes"."""
    count = len(page.items)
    if not count:
        return _("No exercise yet")
    exercises = ngettext("%(count)d exercise", "%(count)d exercises", count) % {"count": count}
    minutes = ngettext("about %(count)d minute", "about %(count)d minutes", page.minutes) % {"count": page.minutes}
    return f"{exercises}, {minutes}"


def _length(seconds: int) -> str:
    if not seconds:
        return ""
    return _("%(minutes)d min %(seconds)02d s") % {"minutes": seconds // 60, "seconds": seconds % 60}


def _versions_in(practice: Practice | None, document: Document) -> Versions:
    return _versions(practice, (item["exercise"] for item in document["items"]))


def _versions(practice: Practice | None, slugs: Iterable[str]) -> Versions:
    rows = exercises_by_slug(practice, slugs)
    return {slug: row.current_version for slug, row in rows.items() if row.current_version is not None}


def _practice_of_new(request: PersonRequest) -> Practice | None:
    return None if request.POST.get("library") == "shared" else request.practice


def _routine(request: PersonRequest, routine_id: int) -> Routine:
    routine: Routine = find_for(request.user, Routine.objects.select_related("practice", "owner"), pk=routine_id)
    return routine


def _others(request: PersonRequest, routine: Routine | None) -> Options:
    """Slugs and names of routines that may follow."""
    rows = Routine.objects.visible_to(request.user).in_use()
    if routine is not None:
        rows = rows.exclude(pk=routine.pk)
    return list(dict(rows.order_by("name").values_list("slug", "name")).items())
