"""What eases a back beside the plan: quick helps in the player, breaks, comfort measures and short articles."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clients.analytics.helps import break_moves, helps_for, stand_in_session
from clients.analytics.locks import why_not_start
from clients.analytics.moments import practice_model
from clients.analytics.plans import suggested_self_care
from clients.analytics.today import local_day
from clients.exports.bundle import session_bundle
from clients.models import Client
from clients.player_text import player_text
from clients.requests import ClientRequest
from clients.views.doors import client_page
from clients.views.safety import asked_before_start, asking_context
from routines.queries import self_care_for

EVERY = (30, 45, 60)  # minutes between two breaks; source: screens, "Self-care and breaks"


@require_GET
@client_page
def ease(request: ClientRequest, client: Client) -> HttpResponse:
    """Quick helps, comfort measures and articles; those that go with a running plan are marked."""
    items = self_care_for(get_language() or "")
    is_locked = bool(why_not_start(client))  # then nothing to move by is offered
    context = {
        "client": client,
        "measures": [entry for entry in items if entry.content.kind == "measure"],
        "articles": [entry for entry in items if entry.content.kind == "article"],
        "is_locked": is_locked,
        "helps": [] if is_locked else helps_for(client),
        "is_back": request.GET.get("done") == "1",
        "suggested": suggested_self_care(client, local_day(client, timezone.now())),
    }
    return render(request, "clients/ease.html", context)


@require_GET
@client_page
def quick_help(request: ClientRequest, client: Client, slug: str) -> HttpResponse:
    """A quick help in the player. It is extra: nothing of it is recorded, and it counts in no plan."""
    found = helps_for(client, slug)
    if not found:
        raise Http404
    first = asked_before_start(request, client, None)
    if first is not None:
        return first
    prescribed = list(found[0].prescribed)
    bundle = session_bundle(
        stand_in_session(client, local_day(client, timezone.now())),
        prescribed,
        [],
        name=str(found[0].help.name),
        easier={},
        facts={},
        text={**player_text(), "finished_next": _("Back")},
        levels=practice_model(),
        day={},
    )
    bundle |= {"events_url": "", "ask": [], "done_url": f"{reverse('ease')}?done=1", "today_url": reverse("ease")}
    context = {
        "client": client,
        "bundle": bundle,
        "prescribed": prescribed,
        "safety": asking_context(client, has_ended=False),
    }
    return render(request, "clients/quick_help.html", context)


@require_GET
@client_page
def breaks(request: ClientRequest, client: Client) -> HttpResponse:
    """A page to keep open, which says when it is time to move; while nothing may start, what to do now."""
    if why_not_start(client):
        return redirect("care_card")
    context = {
        "client": client,
        "moves": break_moves(client),
        "every": EVERY,
        "days": [(day, name, WEEKDAYS_ABBR[day]) for day, name in WEEKDAYS.items()],
    }
    return render(request, "clients/breaks.html", context)


@require_GET
@client_page
def ease_item(request: ClientRequest, client: Client, slug: str) -> HttpResponse:
    """One measure or article with its cautions and how well it is supported."""
    found = self_care_for(get_language() or "", slug)
    if not found:
        raise Http404
    return render(request, "clients/ease_item.html", {"client": client, "entry": found[0]})
