"""A client's own data: who can see it, a file with all of it, and asking for its deletion."""

from datetime import datetime, timedelta
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.analytics.own_data import deletion_request, own_data
from clients.analytics.people import people_who_see
from clients.exports.own_data import write_own_data
from clients.models import Client
from clients.requests import ClientRequest
from clients.services.own_data import ask_for_deletion
from clients.views.doors import client_page
from portal.accounts import audit, limits
from portal.lib.dates import full_day

FILES, WINDOW = 5, timedelta(hours=1)  # engineering bounds: a file reads all that is kept about somebody
IN_MEMORY = 1 << 20  # bytes of a file; more than that goes through a nameless file on the disk


@never_cache
@require_GET
@client_page
def my_data(request: ClientRequest, client: Client) -> HttpResponse:
    """Who can see it, the download, and the way to ask for deletion."""
    return _page(request, client)


@never_cache
@require_POST
@client_page
def my_data_file(request: ClientRequest, client: Client) -> HttpResponseBase:
    """All that this practice keeps about the client, as one JSON file.

    It is written whole before the first byte leaves: a file that broke off halfway would look like all there is.
    """
    now = timezone.now()
    if not limits.take(f"own-data:{client.pk}", limit=FILES, per=WINDOW, now=now):
        problem = _("You have downloaded this a few times just now. Please wait an hour, then try again.")
        return _page(request, client, problem, status=HTTPStatus.TOO_MANY_REQUESTS)
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the answer closes it
    with transaction.atomic():
        write_own_data(own_data(client, now), file)
        audit.record("own_data_downloaded", client, by=request.user)
    size = file.tell()
    file.seek(0)
    answer = FileResponse(file, as_attachment=True, filename="my-data.json", content_type="application/json")
    answer["Content-Length"] = size
    return answer


@require_http_methods(["GET", "POST"])
@client_page
def my_data_delete(request: ClientRequest, client: Client) -> HttpResponse:
    """What asking for deletion leads to; POST asks."""
    if request.method == "POST":
        ask_for_deletion(client, by=request.user, now=timezone.now())
        messages.success(request, _("Your clinic has your request."))
        return redirect("my_data")
    asked = deletion_request(client)
    if asked is not None and asked.cleared_at is None:
        return redirect("my_data")
    return render(request, "clients/my_data_delete.html", {"client": client})


def _page(request: ClientRequest, client: Client, problem: str = "", *, status: int = HTTPStatus.OK) -> HttpResponse:
    asked = deletion_request(client)
    context = {
        "client": client,
        "people": people_who_see(client, timezone.now()),
        "asked_on": _day(client, asked.raised_at) if asked else "",
        "settled_on": _day(client, asked.cleared_at) if asked and asked.cleared_at else "",
        "problem": problem,
    }
    return render(request, "clients/my_data.html", context, status=status)


def _day(client: Client, at: datetime) -> str:
    return full_day(at.astimezone(ZoneInfo(client.time_zone)).date())
