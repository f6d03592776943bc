"""All routines that a person may give: to look through, keep in order, duplicate and open."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.accounts.errors import NotAllowed
from portal.accounts.models import Role
from portal.accounts.requests import PersonRequest
from portal.accounts.roles import edits_library_of, edits_shared_library, roles_of
from portal.lib.numbers import whole_in
from routines.access import can_edit
from routines.exercise_specs import tag_options
from routines.models import Favourite, Filing, Routine, RoutineItem

PAGE = 24
PICTURES = 4  # of the first exercises, on a card
AMONG = ("all", "favourites", "ours", "shared", "withdrawn")


def routine_list(
    request: PersonRequest, *, times_used: Callable[[Sequence[Routine]], Mapping[int, int]]
) -> HttpResponse:
    """Look through the routines. times_used: how many plans of the practice began with each, by id; asked once."""
    user = request.user
    if not roles_of(user) and not edits_shared_library(user):
        raise NotAllowed(_("Routines are for the staff of a clinic."))
    has_practice = request.practice is not None
    among = request.GET.get("among", "all")
    folder = request.GET.get("folder", "")[:60] if has_practice else ""
    rows = _chosen(user, among if among in AMONG else "all", folder, has_practice)
    text = request.GET.get("q", "")[:100]
    page = Paginator(rows.search(text).annotate(exercises=Count("items")).order_by("name", "pk"), PAGE).get_page(
        request.GET.get("page")
    )
    routines = list(page)
    cards = _cards(routines, _stars(user, has_practice), user)
    folders = Filing.objects.all().folder_of(routines) if has_practice else {}
    used = times_used(routines) if has_practice else {}
    for card in cards:
        card.update(folder=folders.get(card["routine"].pk, ""), used=used.get(card["routine"].pk, 0))
    context = {
        **admin.site.each_context(request),
        "page": page,
        "cards": cards,
        "undo": _just_withdrawn(request),
        "query": request.GET.urlencode(),
        "tabs": [
            {"text": label, "url": f"?among={key}", "current": key == among} for key, label in _labels(has_practice)
        ],
        "among": among,
        "text": text,
        "folder": folder,
        "folders": Filing.objects.all().folders() if has_practice else [],
        "may_add": edits_library_of(user) or edits_shared_library(user),
        "may_copy": edits_library_of(user),
        "may_give": Role.PRACTITIONER in roles_of(user),
        "has_practice": has_practice,
    }
    return render(request, "routines/routine/list.html", context)


def _labels(has_practice: bool) -> list[tuple[str, str]]:
    labels = {
        "all": _("All"),
        "favourites": _("My favourites"),
        "ours": _("Our clinic's"),
        "shared": _("Shared"),
        "withdrawn": _("Withdrawn"),
    }
    return [(key, labels[key]) for key in AMONG if has_practice or key not in ("favourites", "ours")]


def _chosen(user: Any, among: str, folder: str, has_practice: bool) -> Any:
    rows = Routine.objects.visible_to(user).select_related("owner", "practice")
    rows = rows.exclude(withdrawn_at=None) if among == "withdrawn" else rows.in_use()
    if among == "ours":
        rows = rows.filter(practice__isnull=False)
    elif among == "shared":
        rows = rows.filter(practice=None)
    elif among == "favourites":
        rows = rows.filter(pk__in=_stars(user, has_practice))
    if folder:
        rows = rows.filter(pk__in=Filing.objects.filter(folder=folder).values("routine"))
    return rows


def _stars(user: Any, has_practice: bool) -> set[int]:
    return Favourite.objects.visible_to(user).routine_ids() if has_practice else set()


def _just_withdrawn(request: PersonRequest) -> Routine | None:
    """The routine that the page was asked to withdraw just now, where it can be offered again."""
    key = whole_in(request.GET.get("withdrawn", ""))
    if key is None:
        return None
    rows = Routine.objects.visible_to(request.user).select_related("practice").exclude(withdrawn_at=None)
    found = rows.filter(pk=key).first()
    return found if found is not None and can_edit(request.user, found) else None


def _cards(routines: list[Routine], stars: Iterable[int], user: Any) -> list[dict[str, Any]]:
    items = RoutineItem.objects.filter(routine__in=routines, position__lte=PICTURES).order_by("position")
    versions: dict[int, list[Any]] = {}
    for item in items.select_related("exercise__current_version"):
        versions.setdefault(item.routine_id, []).append(item.exercise.current_version)
    starred = set(stars)
    words = dict(tag_options())
    return [
        {
            "routine": row,
            "versions": versions.get(row.pk, []),
            "not_for": [words.get(tag, tag) for tag in row.document.get("not_for_tags", ())],
            "is_favourite": row.pk in starred,
            "may_edit": can_edit(user, row),
        }
        for row in routines
    ]
