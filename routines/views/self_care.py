"""The editor of self-care items and articles: one page with every field, working on the posted values themselves."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.access import find_for
from portal.accounts.errors import NotAllowed, WrongState
from portal.accounts.models import Practice
from portal.accounts.requests import PersonRequest
from portal.accounts.roles import edits_library_of
from routines.access import can_edit, check_can_add, check_can_edit, needs_review
from routines.authoring.checks import self_care_findings
from routines.content import ContentError, parse_self_care
from routines.document_form import Document, change_list, id_of
from routines.exercise_specs import Options
from routines.models import Exercise, SelfCareItem
from routines.self_care_form import document_of, new_self_care, page_of
from routines.services import self_care as services
from routines.views.choices import places_of

MOVES = {"add", "remove", "up", "down", "copy"}
State = Exercise.State


@require_http_methods(["GET", "POST"])
def add(request: PersonRequest) -> HttpResponse:
    """Write a new item."""
    places = [place for place in places_of(request.user) if place[0] != "mine"]
    if not places:
        check_can_add(request.user, request.practice)  # raises with the reason
    if request.method == "GET":
        return _page(request, None, new_self_care(), places=places)
    return _posted(request, None, places)


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, item_id: int) -> HttpResponse:
    """Change an item: a new draft, or the draft that is open."""
    item = _item(request, item_id)
    if request.method == "POST":
        check_can_edit(request.user, item)
        return _posted(request, item, [])
    return _page(request, item, item.newest_document)


@require_POST
def move(request: PersonRequest, item_id: int) -> HttpResponse:
    """Move an item along its life, or make the clinic's own of a shared one."""
    item, person, wanted = _item(request, item_id), request.user, request.POST.get("to", "")
    try:
        if wanted == "publish":
            services.publish_self_care(item, by=person)
            said = _("Published. Clients read it now.")
        elif wanted == "discard":
            services.discard_self_care_draft(item, by=person)
            said = _("The draft is thrown away.")
        elif wanted == "ours":
            item = _make_ours(request, item)
            said = _("This is your clinic's own copy. Change it as you like.")
        elif wanted in _SAID:
            services.move_self_care(item, _SAID[wanted][0], by=person)
            said = _SAID[wanted][1]()
        else:
            raise WrongState(_("Choose one of the buttons of the page."))
    except ContentError as error:
        raise WrongState("; ".join(map(str, error.problems))) from error
    messages.success(request, said)
    return redirect("admin:edit_self_care", item.pk)


_SAID = {
    "send_back": (State.DRAFT, lambda: _("Sent back to its author.")),
    "withdraw": (State.WITHDRAWN, lambda: _("Withdrawn. Clients read it no more; running plans keep what they have.")),
    "restore": (State.PUBLISHED, lambda: _("Clients can read it again.")),
}


def _make_ours(request: PersonRequest, item: SelfCareItem) -> SelfCareItem:
    practice = request.practice
    if practice is None or item.current_version is None:
        raise NotAllowed(_("This is done for a clinic, and none is chosen here."))
    return services.save_self_care(None, document=item.document, by=request.user, practice=practice)


# --- what was posted ------------------------------------------------------------------------------------------


def _posted(request: PersonRequest, item: SelfCareItem | None, places: Options) -> HttpResponse:
    document = document_of(list(request.POST), request.POST.getlist)
    if item is not None:
        document["slug"] = item.slug
    button = request.POST.get("do", "")
    verb, _colon, path = button.partition(":")
    if verb in MOVES or verb.startswith("to-"):
        document.setdefault("doing", {})
        focus = change_list(document, verb, path, lambda _path: {})
        return _page(request, item, document, places=places, focus=focus)
    if button not in {"save", "review", "publish"}:
        return _page(request, item, document, places=places, checked=True)
    try:
        with transaction.atomic():
            saved = _save(request, item, document, places)
            if button == "publish":
                services.publish_self_care(saved, by=request.user)
            elif button == "review":
                services.move_self_care(saved, State.IN_REVIEW, by=request.user)
    except ContentError as error:
        return _page(request, item, document, places=places, error=error)
    said = {
        "save": _("Saved as a draft. Clients keep what was published last."),
        "review": _("Saved, and a colleague is asked to look at it. Clients keep what was published last."),
        "publish": _("Published. Clients read it now."),
    }
    messages.success(request, said[button])
    return redirect("admin:edit_self_care", saved.pk)


def _save(request: PersonRequest, item: SelfCareItem | None, document: Document, places: Options) -> SelfCareItem:
    chosen = request.POST.get("library", "")
    if item is None and chosen not in dict(places):
        raise ContentError.at("library", _("Choose whose it is."))
    practice = None if chosen == "shared" else request.practice
    return services.save_self_care(item, document=document, by=request.user, practice=practice)


# --- the page -------------------------------------------------------------------------------------------------


def _page(
    request: PersonRequest,
    item: SelfCareItem | None,
    document: Document,
    *,
    places: Sequence[tuple[str, str]] = (),
    error: ContentError | None = None,
    focus: str = "",
    checked: bool = False,
) -> HttpResponse:
    content, wrong = _read(document)
    found = error or (wrong if checked else None)
    errors: dict[str, list[str]] = {}
    for problem in found.problems if found else ():
        errors.setdefault(problem.path, []).append(problem.message[:1].upper() + problem.message[1:])
    may_edit = item is None or can_edit(request.user, item)
    context = {
        **admin.site.each_context(request),
        "item": item,
        "page": page_of(document, errors),
        "places": places,
        "place": request.POST.get("library") or (places[0][0] if places else ""),
        "focus": id_of(focus) if focus else "",
        "may_edit": may_edit,
        "may_copy": item is not None and not may_edit and edits_library_of(request.user),
        "may_review": item is not None and services.wrote_nothing(request.user, item),
        "needs_review": needs_review(_practice_of(request, item)),
        "content": content,
        "findings": self_care_findings(document),
        "versions": item.versions.select_related("published_by") if item else (),
    }
    return render(request, "routines/self_care/edit.html", context, status=400 if error else 200)


def _read(document: Document) -> tuple[Any, ContentError | None]:
    """Return the item in its parsed form, or what is wrong with it."""
    try:
        return parse_self_care(document), None
    except ContentError as error:
        return None, error


def _practice_of(request: PersonRequest, item: SelfCareItem | None) -> Practice | None:
    if item is not None:
        return item.practice
    return None if request.POST.get("library") == "shared" else request.practice


def _item(request: PersonRequest, item_id: int) -> SelfCareItem:
    item: SelfCareItem = find_for(
        request.user, SelfCareItem.objects.select_related("practice", "current_version"), pk=item_id
    )
    return item
