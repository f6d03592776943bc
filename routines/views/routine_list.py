"""All routines that a person may give: to look through, keep in order, duplicate and open."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.accounts.errors import NotAllowed
from portal.accounts.models import Role
from portal.accounts.requests import PersonRequest
from portal.accounts.roles import edits_library_of, edits_shared_library, roles_of
from routines.models import Favourite, Filing, Routine, RoutineItem

PAGE = 24
PICTURES = 4  # of the first exercises, on a card
AMONG = ("all", "favourites", "ours", "shared", "withdrawn")


@require_GET
def routine_list(request: PersonRequest) -> HttpResponse:
    """Look through the routines."""
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
    folders = Filing.objects.all().folder_of(page) if has_practice else {}
    context = {
        **admin.site.each_context(request),
        "page": page,
        "cards": _cards(list(page), folders, _stars(user, has_practice)),
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
    rows = Routine.objects.visible_to(user).select_related("owner")
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


def _cards(routines: list[Routine], folders: dict[int, str], stars: Iterable[int]) -> list[dict[str, Any]]:
    items = RoutineItem.objects.filter(routine__in=routines, position__lte=PICTURES).order_by("position")
    versions: dict[int, list[Any]] = {}
    for item in items.select_related("exercise__current_version"):
        versions.setdefault(item.routine_id, []).append(item.exercise.current_version)
    starred = set(stars)
    return [
        {
            "routine": row,
            "versions": versions.get(row.pk, []),
            "folder": folders.get(row.pk, ""),
            "is_favourite": row.pk in starred,
        }
        for row in routines
    ]
