"""What a client's device keeps for days without a network."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from clients.exports.bundle import account_key
from clients.exports.week import HAS_KEPT_KEY, week_json
from clients.models import Client
from clients.requests import ClientRequest
from clients.views.doors import client_page
from clients.views.safety import asking_context


@never_cache
@require_GET
@client_page
def week(request: ClientRequest, client: Client) -> HttpResponse:
    """Return the sessions of the next days; on a shared phone nothing is kept, and the answer says so."""
    if request.session.get_expire_at_browser_close():
        return JsonResponse({"account": account_key(client), "plans": None})
    request.session[HAS_KEPT_KEY] = True
    asked = {
        name: render_to_string("clients/safety/dialog.html", asking_context(client, has_ended=has_ended))
        for name, has_ended in (("player", True), ("check_in", False))
    }
    return JsonResponse(week_json(client, timezone.now(), asked=asked))


@require_GET
@client_page
def install(request: ClientRequest, client: Client) -> HttpResponse:
    """How to put the app on the home screen, for each kind of device."""
    return render(request, "clients/install.html", {"client": client})
