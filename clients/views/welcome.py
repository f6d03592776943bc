"""The first steps after an invitation, each of which may be skipped, and the if-then plan from More."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.analytics.today import local_day
from clients.models import Client
from clients.player_text import player_text
from clients.preference_forms import HabitForm, NameForm, ReminderTimeForm
from clients.requests import ClientRequest
from clients.services.settings import change_settings
from clients.views.doors import client_page
from portal.lib.appearance import appearance_of, remember_appearance, with_text

STEPS = ("name", "sound", "habit", "reminder", "home")
ON_THE_DEVICE = ("sound", "home")  # what they settle stays on the device, so there is nothing to save here


@require_http_methods(["GET", "POST"])
@client_page
def welcome(request: ClientRequest, client: Client, step: str = STEPS[0]) -> HttpResponse:
    """Show one of the first steps; POST saves it, or skips it, and leads to the next."""
    if step not in STEPS:
        raise Http404
    place = STEPS.index(step)
    onward = reverse("welcome_step", args=[STEPS[place + 1]]) if place + 1 < len(STEPS) else reverse("today")
    form = _form(request, client, step)
    if request.method == "POST" and ("skip" in request.POST or form.is_valid()):
        response = redirect(onward)
        if "skip" not in request.POST:
            values = dict(form.cleaned_data)
            if "text" in values:
                remember_appearance(response, with_text(appearance_of(request), values.pop("text")))
            if values:
                _save(request, client, values)
        return response
    context = {"client": client, "form": form, "step": step, "number": place + 1, "steps": len(STEPS)}
    context["sample"] = player_text()["sample"]
    return render(request, f"clients/welcome_{step}.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@client_page
def habit(request: ClientRequest, client: Client) -> HttpResponse:
    """Change the if-then plan."""
    form = _form(request, client, "habit")
    if request.method == "POST" and form.is_valid():
        _save(request, client, dict(form.cleaned_data))
        messages.success(request, _("Saved."))
        return redirect("more")
    return render(request, "clients/habit.html", {"client": client, "form": form}, status=400 if form.errors else 200)


def _form(request: ClientRequest, client: Client, step: str) -> forms.BaseForm:
    data = request.POST if request.method == "POST" and "skip" not in request.POST else None
    if step == "name":
        return NameForm(data, instance=client, initial={"text": appearance_of(request).text})
    if step == "habit":
        return HabitForm(data, instance=client)
    if step in ON_THE_DEVICE:
        return forms.Form(data)
    return ReminderTimeForm(data, instance=client, today=local_day(client, timezone.now()))


def _save(request: ClientRequest, client: Client, values: dict[str, Any]) -> None:
    client.refresh_from_db()  # a model form has already written its values into the instance
    if "reminder_time" in values:
        at = values.pop("reminder_time")
        values["reminder_times"] = [at.strftime("%H:%M")] if at else []
    change_settings(client, values=values, by=request.user)
