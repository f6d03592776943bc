"""A client's word on how the day is: a flare-up, its daily question, and the morning after a session."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.analytics.lanes_today import next_day_sessions
from clients.forms import PainForm
from clients.models import Client
from clients.requests import ClientRequest
from clients.services.flares import answer_flare, report_flare
from clients.services.session import tell
from clients.views.doors import client_page


@require_POST
@client_page
def flare(request: ClientRequest, client: Client) -> HttpResponse:
    """Begin a flare-up: the client's own button. The safety questions come next."""
    report_flare(client, now=timezone.now())
    messages.success(request, _("Thanks for telling us. Flare days happen, and they pass."))
    return redirect(f"{reverse('safety_check')}?{urlencode({'next': reverse('today')})}")


@require_POST
@client_page
def flare_day(request: ClientRequest, client: Client) -> HttpResponse:
    """Answer the daily question of a flare-up, or skip it."""
    form = PainForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a number, or skip this question."))
        return redirect("today")
    answer_flare(client, pain=form.cleaned_data["pain"], now=timezone.now())
    if form.cleaned_data["pain"] is not None:
        messages.success(request, _("Thanks for telling us."))
    return redirect("today")


@require_POST
@client_page
def next_day(request: ClientRequest, client: Client) -> HttpResponse:
    """Answer how it is the morning after: one answer for each session of yesterday. Skipping it is asked once only."""
    form = PainForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a number, or skip this question."))
        return redirect("today")
    now = timezone.now()
    for session in next_day_sessions(client, now):
        tell(client, session.pk, now=now, events=[("pain_next", {"value": form.cleaned_data["pain"]})])
    if form.cleaned_data["pain"] is not None:
        messages.success(request, _("Thanks for telling us."))
    return redirect("today")
