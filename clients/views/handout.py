"""A plan as a PDF, for the client themself and for the practitioner who hands it over."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from clients.analytics.care import help_for
from clients.analytics.plans import Plan, plan_of
from clients.analytics.today import local_day
from clients.analytics.when_words import when_words
from clients.exports.handout import Figure, Surroundings, handout_pdf
from clients.exports.prescription import Prescribed
from clients.models import Assignment, Client
from clients.requests import ClientRequest
from clients.templatetags.client_figures import parts_shown, sides_shown
from clients.templatetags.client_words import about_minutes, kit_words, plan_kit, plan_minutes
from clients.views.doors import client_page
from clients.views.practitioner.door import desk_page
from portal.accounts import audit
from portal.accounts.access import find_for
from portal.accounts.requests import DeskRequest
from portal.lib.pdf import PAPERS
from portal.lib.qr import qr_svg
from routines.library import starter
from routines.looks import Look, draw, figures_in, words_of

PICTURE_ASPECT = 1.6  # width : height; lying figures fill it, standing ones stay readable


@require_GET
@never_cache
@client_page
def own_handout(request: ClientRequest, client: Client, assignment: int) -> HttpResponse:
    """One's own running plan on paper."""
    found = Assignment.objects.visible_to(request.user).filter(client=client, pk=assignment).first()
    if found is None:
        raise Http404
    return _answer(request, found, client)


@require_GET
@never_cache
@desk_page
def handout(request: DeskRequest, assignment_id: int) -> HttpResponse:
    """A client's plan on paper, in the client's language."""
    plans = Assignment.objects.select_related("client__practice", "client__lead")
    found: Assignment = find_for(request.user, plans, pk=assignment_id)
    audit.opened(found, by=request.user, practice=found.client.practice_id)
    return _answer(request, found, found.client)


def _answer(request: HttpRequest, assignment: Assignment, client: Client) -> HttpResponse:
    paper = request.GET.get("paper", "a4")
    if paper not in PAPERS:
        return HttpResponseBadRequest(_("Choose the paper: a4 or us-letter."), content_type="text/plain")
    now = timezone.now()
    day = local_day(client, now)
    with translation.override(client.language):
        plan = plan_of(assignment, client, day)
        document = handout_pdf(
            plan, client, surroundings(plan, client), paper=paper, at=now.astimezone(ZoneInfo(client.time_zone))
        )
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="plan.pdf"'
    return response


def surroundings(plan: Plan, client: Client) -> Surroundings:
    """Return what the handout needs beside the plan, in the active language."""
    address = f"{settings.SITE_URL}{reverse('sign_in')}"
    facts = [when_words(plan.schedule), about_minutes(plan_minutes(plan)), kit_words(plan_kit(plan))]
    return Surroundings(
        facts=[fact for fact in facts if fact],
        stop_signs=starter.safety().stop_signs,
        help=help_for(client).own(),
        sign_in=address,
        code=qr_svg(address),
        figures={entry.item.pk: _figures(entry, client.first_side) for entry in plan.prescribed},
    )


def _figures(entry: Prescribed, first_side: str) -> list[Figure]:
    """Return start and end of the one figure that this client's exercise shows, or one picture of each of several."""
    side = next(iter(sides_shown(entry.content, entry.item, first_side)))
    parts = parts_shown(entry.content, entry.item)
    places = [place for place, (name, _figure) in enumerate(figures_in(entry.content)) if name in parts]
    if len(places) == 1:
        return [*_picture(entry, places[0], side, key=0), *_picture(entry, places[0], side)]
    return [picture for place in places for picture in _picture(entry, place, side, ghost=0)]


def _picture(entry: Prescribed, place: int, side: str, *, key: int | None = None, **options: Any) -> list[Figure]:
    """Return one picture in a list, empty where there is none. options: of draw.js; Any, each has its own type."""
    look = Look(figure=place, key=key, theme="print", side=side)
    svg = draw(entry.content, look, entry.item.adapted, aspect=PICTURE_ASPECT, **options)
    words = words_of(entry.content, place, language=translation.get_language() or "en", side=side)
    if not svg or not words:
        return []
    start = _("Start: %(figure)s") % {"figure": words.title}
    return [Figure(svg, start if key == 0 else f"{words.title}. {words.description}")]
