"""Before a plan is written: whom it is for, and what it starts from."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, Prefetch, Value, When
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from clients.analytics.caseload import searched
from clients.models import Assignment, Client, PlanSketch
from clients.services.assign import general_cautions
from clients.services.drafting import ItemDraft
from clients.services.goal_drafts import WALKING
from clients.views.practitioner.door import desk, desk_page
from portal.accounts.requests import DeskRequest
from routines.models import Exercise, Favourite, Filing, Routine, RoutineItem

LOOK = "look"  # the button that searches; words travel in the body, as an address would end up in logs
PAGE = 24  # routines
CARD_PICTURES = 4  # of the first exercises of a routine
LONGEST_TEXT = 100  # characters of a search
RECENT = 5
FOUND = 20


@require_GET
@desk_page
def who(request: DeskRequest) -> HttpResponse:
    """Choose the client."""
    query = request.GET.get("q", "")[:LONGEST_TEXT]
    mine = Client.objects.visible_to(request.user).current()
    clients = searched(mine, query).order_by("search_last", "pk")[:FOUND] if query else mine.order_by("-pk")[:RECENT]
    return desk(request, "clients/practitioner/assign_who.html", {"clients": clients, "query": query})


def choose_routine(request: DeskRequest, client: Client) -> HttpResponse:
    """Choose what the client's plan starts from: favourites first, then the clinic's own, then the shared ones."""
    text = request.POST.get("q", "")[:LONGEST_TEXT]
    folder = request.POST.get("folder", "")[:60]
    favourites = Favourite.objects.visible_to(request.user).routine_ids()
    page = Paginator(_offered(request, text, folder, favourites), PAGE).get_page(request.POST.get("page"))
    routines = list(page)
    folders = Filing.objects.all().folder_of(routines)
    blocks = general_cautions(client, None)
    cards = [
        {
            "routine": routine,
            "cautions": general_cautions(client, routine)[len(blocks) :],
            "is_favourite": routine.pk in favourites,
            "folder": folders.get(routine.pk, ""),
        }
        for routine in routines
    ]
    context = {
        "client": client,
        "cards": cards,
        "page": page,
        "text": text,
        "folder": folder,
        "folders": Filing.objects.all().folders(),
        "earlier": Assignment.objects.filter(client=client).order_by("-pk")[:3],
        "blocks": blocks,
        "breaks": Routine.objects.visible_to(request.user)
        .in_use()
        .filter(document__schedule__has_key="window")
        .order_by(F("practice").desc(nulls_last=True), "pk")
        .first(),
        "sketch": PlanSketch.objects.visible_to(request.user).filter(client=client).first(),
    }
    return desk(request, "clients/practitioner/assign_what.html", context)


def a_walk(request: DeskRequest) -> list[ItemDraft]:
    """Return the walk that a goal begins with: the clinic's own before the shared one, none where there is none."""
    walks = Exercise.objects.visible_to(request.user).offered().filter(position=WALKING)
    found = walks.select_related("current_version").order_by(F("practice").desc(nulls_last=True), "pk").first()
    version = found.current_version if found is not None else None
    return [ItemDraft(exercise_version=version)] if version is not None else []


def _offered(request: DeskRequest, text: str, folder: str, favourites: set[int]) -> Any:
    """Return the routines that may be given, found by the words and in the folder, where these are not empty."""
    rows = Routine.objects.visible_to(request.user).in_use().search(text)
    if folder:
        rows = rows.filter(pk__in=Filing.objects.filter(folder=folder).values("routine"))
    return (
        rows.annotate(exercises=Count("items"))
        .prefetch_related(Prefetch("items", _shown_items(), "shown_items"))
        .order_by(
            Case(When(pk__in=favourites, then=Value(0)), When(practice__isnull=False, then=Value(1)), default=Value(2)),
            "name",
            "pk",
        )
    )


def _shown_items() -> Any:
    """Items of routines with the exercise as it is given now, for the pictures on their cards."""
    return (
        RoutineItem.objects.filter(position__lte=CARD_PICTURES)
        .select_related("exercise__current_version")
        .order_by("position")
    )
