"""Before a plan is written: whom it is for, and what it starts from."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Subquery, Value, When
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from clients.analytics.caseload import searched
from clients.models import Assignment, Client, PlanSketch
from clients.services.assign import general_cautions
from clients.services.drafting import ItemDraft
from clients.services.goal_drafts import WALKING
from clients.views.practitioner.door import desk, desk_page
from portal.accounts.models import User
from portal.accounts.requests import DeskRequest
from portal.lib.numbers import whole_in
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
    """Choose the client. A routine that was chosen already goes along to the next page."""
    query = request.GET.get("q", "")[:LONGEST_TEXT]
    mine = Client.objects.visible_to(request.user).current()
    clients = searched(mine, query).order_by("search_last", "pk")[:FOUND] if query else mine.order_by("-pk")[:RECENT]
    chosen = whole_in(request.GET.get("routine", ""))
    routine = Routine.objects.visible_to(request.user).in_use().filter(pk=chosen).first() if chosen else None
    kept = f"?routine={routine.pk}" if routine is not None else ""
    rows = [(client, reverse("admin:assign_to", args=[client.pk]) + kept) for client in clients]
    return desk(request, "clients/practitioner/assign_who.html", {"clients": rows, "query": query, "routine": routine})


def choose_routine(request: DeskRequest, client: Client) -> HttpResponse:
    """Choose what the client's plan starts from: favourites first, then what the person gave last, then the clinic's
    own, then the shared ones."""
    text = request.POST.get("q", "")[:LONGEST_TEXT]
    folder = request.POST.get("folder", "")[:60]
    page = Paginator(_offered(request, text, folder), PAGE).get_page(request.POST.get("page"))
    routines = list(page)
    folders = Filing.objects.all().folder_of(routines)
    blocks = general_cautions(client, None)
    cards = [
        {
            "routine": routine,
            "cautions": general_cautions(client, routine)[len(blocks) :],
            "is_favourite": routine.is_favourite,
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


def _offered(request: DeskRequest, text: str, folder: str) -> Any:
    """Return the routines that may be given, found by the words and in the folder, where these are not empty."""
    rows = Routine.objects.visible_to(request.user).in_use().search(text)
    if folder:
        rows = rows.filter(pk__in=Filing.objects.filter(folder=folder).values("routine"))
    return (
        rows.annotate(
            exercises=Count("items"),
            used=_times_given(),
            given_last=_last_given_by(request.user),
            is_favourite=Exists(Favourite.objects.visible_to(request.user).filter(routine=OuterRef("pk"))),
        )
        .prefetch_related(Prefetch("items", _shown_items(), "shown_items"))
        .order_by(
            F("is_favourite").desc(),
            F("given_last").desc(nulls_last=True),
            Case(When(practice__isnull=False, then=Value(0)), default=Value(1)),
            "name",
            "pk",
        )
    )


def _times_given() -> Any:
    """How many plans of the practice began with a routine; null for none."""
    plans = Assignment.objects.filter(routine=OuterRef("pk")).order_by().values("routine")
    return Subquery(plans.annotate(times=Count("pk")).values("times"))


def _last_given_by(user: User) -> Any:
    """When the person last gave a plan that began with a routine; null for never."""
    plans = Assignment.objects.filter(routine=OuterRef("pk"), created_by=user).order_by("-created_at")
    return Subquery(plans.values("created_at")[:1])


def _shown_items() -> Any:
    """Items of routines with the exercise as it is given now, for the pictures on their cards."""
    return (
        RoutineItem.objects.filter(position__lte=CARD_PICTURES)
        .select_related("exercise__current_version")
        .order_by("position")
    )
