"""A browser turns reminders on this device on and off. Nothing is sent from here: the sender does that."""

from datetime import timedelta
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.models import Client
from clients.push_forms import EndpointForm, SubscriptionForm
from clients.requests import ClientRequest
from clients.services.push import OtherKeys, Subscription, put_off, remind_on, stop_on
from clients.views.doors import client_page
from portal.accounts import limits
from portal.accounts.devices import device_of

TIMES, WINDOW = 30, timedelta(hours=1)  # engineering bound: a switch that is tried a few times


@require_POST
@client_page
def push_on(request: ClientRequest, client: Client) -> HttpResponse:
    """Keep the browser's subscription; 400 names the field that is wrong."""
    now = timezone.now()
    if not limits.take(f"push:{client.pk}", limit=TIMES, per=WINDOW, now=now):
        return JsonResponse({}, status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": "3600"})
    form = SubscriptionForm(request.POST)
    if form.is_valid():
        device = device_of(
            request.user,
            session_key=request.session.session_key or "",
            user_agent=request.headers.get("User-Agent", ""),
        )
        try:
            remind_on(client, Subscription(**form.cleaned_data), device=device, by=request.user, now=now)
        except OtherKeys:
            form.add_error("endpoint", _("This address belongs to another browser."))
    if form.errors:
        return JsonResponse({"errors": form.errors}, status=HTTPStatus.BAD_REQUEST)
    return JsonResponse({"on": True})


@require_POST
@client_page
def push_off(request: ClientRequest, client: Client) -> HttpResponse:
    """Stop reminders on the browser with this address; 400 says what is wrong with it.

    in_use: another practice reminds the person there, so the browser must keep its subscription.
    """
    form = EndpointForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=HTTPStatus.BAD_REQUEST)
    in_use = stop_on(client, form.cleaned_data["endpoint"], by=request.user)
    return JsonResponse({"on": False, "in_use": in_use})


@require_POST
@client_page
def push_later(request: ClientRequest, client: Client) -> HttpResponse:
    """Put the question off."""
    put_off(client, now=timezone.now())
    return JsonResponse({"on": False})
