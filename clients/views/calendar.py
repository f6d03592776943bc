"""A client's sessions in their own calendar: the page that gives the address, and what calendars read there."""

from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clients.analytics.calendar import address_in_use, calendar_of
from clients.exports.calendar import write_calendar
from clients.models import CalendarAddress, Client
from clients.notifications.links import page_url
from clients.requests import ClientRequest
from clients.services.calendar import address_of, make_address, stop_address, token_of
from clients.views.doors import client_page
from portal.accounts import limits
from portal.accounts.tenancy import practice_scope

READS, WINDOW = 60, timedelta(hours=1)  # engineering bound: calendars look a few times a day


@never_cache
@require_http_methods(["GET", "POST"])
@client_page
def calendar(request: ClientRequest, client: Client) -> HttpResponse:
    """What the calendar shows and does not, and its address. POST makes the address, a new one, or stops it."""
    now = timezone.now()
    if request.method == "POST":
        wanted = request.POST.get("do")
        if wanted == "make":
            make_address(client, by=request.user, now=now)
            messages.success(request, _("This is your calendar address."))
        elif wanted == "stop":
            stop_address(client, by=request.user, now=now)
            messages.success(request, _("Stopped. Your calendar gets nothing new."))
        else:
            messages.error(request, _("Choose one of the buttons on the page."))
            return _page(request, client, status=HTTPStatus.BAD_REQUEST)
        return redirect("calendar")
    return _page(request, client)


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The client's sessions for a calendar program. Whoever has the address may read it; it changes nothing."""
    address = address_of(token)
    if address is None:
        raise Http404
    now = timezone.now()
    if not limits.take(f"calendar:{address.pk}", limit=READS, per=WINDOW, now=now):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": "3600"})
    client = address.client
    with practice_scope(client.practice), translation.override(client.language):
        document = write_calendar(calendar_of(address, now), zone=client.time_zone, page=page_url("today"), now=now)
    return HttpResponse(
        document,
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={"Cache-Control": "private, no-store", "Content-Disposition": 'inline; filename="sessions.ics"'},
    )


def _page(request: ClientRequest, client: Client, *, status: int = HTTPStatus.OK) -> HttpResponse:
    address = address_in_use(client)
    url = _url(address) if address else ""
    context = {"client": client, "url": url, "subscribe": "webcal:" + url.partition(":")[2] if url else ""}
    return render(request, "clients/calendar.html", context, status=status)


def _url(address: CalendarAddress) -> str:
    return settings.SITE_URL + reverse("calendar_feed", args=[token_of(address)])
