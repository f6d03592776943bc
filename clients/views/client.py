"""A client's own pages: Today, plan, progress, settings, help."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.activity_forms import ActivityValueForm, with_forms
from clients.analytics.activities import activity_lines
from clients.analytics.after import answer_changes, how_of
from clients.analytics.care import help_for
from clients.analytics.helps import helps_for
from clients.analytics.plans import name_of, plans_of
from clients.analytics.progress import progress_of
from clients.analytics.push import phones_of
from clients.analytics.today import local_day, today_for
from clients.exports.bundle import safety_bundle
from clients.models import Client, Reminder, Session
from clients.player_text import player_text
from clients.preference_forms import FigureForm, ReminderForm
from clients.requests import ClientRequest, ScopedRequest
from clients.safety_words import stop_signs, words
from clients.services.remind import have_stopped, want_again
from clients.services.session import can_change
from clients.services.settings import change_settings
from clients.services.streams import refuses
from clients.views.doors import client_page, session_of
from portal.lib.appearance import Appearance, appearance_of, remember_appearance
from routines.looks import example
from routines.queries import self_care_for

MOST_HELPS = 3  # on Today; source: screens, "Today"


@require_GET
@client_page
def today(request: ClientRequest, client: Client) -> HttpResponse:
    """What to do now, how long it takes and what is needed."""
    return today_page(request, client)


def today_page(request: ClientRequest, client: Client, *, status: int = 200, wrong: Any = None) -> HttpResponse:
    """Return Today, with a status of its own where something that was sent from it could not be read.

    wrong: the minutes of a walk that could not be kept (views.goals.WrongMinutes), shown at their field again.
    """
    context = {**today_shows(client, timezone.now()), "waiting": safety_bundle(client), "wrong": wrong}
    return render(request, "clients/today.html", context, status=status)


def today_shows(client: Client, now: datetime) -> dict[str, Any]:
    """Return what Today shows at the moment `now` (aware), to the client and to who looks at it with them."""
    page = today_for(client, now)
    # While a plan is locked, nothing to move by is offered: the care page comes first.
    helps = [] if page.state == "locked" else helps_for(client, in_words=False)[:MOST_HELPS]
    return {"client": client, "page": page, "helps": helps}


@require_GET
@client_page
def plan(request: ClientRequest, client: Client) -> HttpResponse:
    """Every running plan with its exercises."""
    day = local_day(client, timezone.now())
    plans = plans_of(client, day, since=day)
    movable = [plan.assignment.pk for plan in plans if plan.may_move and plan.days_for_moving(day).movable]
    return render(request, "clients/plan.html", {"client": client, "plans": plans, "day": day, "movable": movable})


@require_GET
@client_page
def exercise(request: ClientRequest, client: Client, item: int) -> HttpResponse:
    """One exercise of a running plan."""
    day = local_day(client, timezone.now())
    for running in plans_of(client, day, since=day):
        for entry in running.prescribed:
            if entry.item.pk == item:
                wanted = entry.content.self_care
                known = self_care_for(get_language() or "") if wanted else []
                context = {
                    "client": client,
                    "plan": running,
                    "entry": entry,
                    "goes_with": [item for item in known if item.content.slug in wanted],
                }
                return render(request, "clients/exercise.html", context)
    raise Http404


@require_GET
@client_page
def progress(request: ClientRequest, client: Client) -> HttpResponse:
    """Is it helping?"""
    return progress_page(request, client, wrong={})


def progress_page(request: ClientRequest, client: Client, *, wrong: Mapping[int, ActivityValueForm]) -> HttpResponse:
    """Return the page; wrong: what was told of a goal and cannot be kept, by the goal's id."""
    context = {
        "client": client,
        "page": progress_of(client, local_day(client, timezone.now())),
        "activities": with_forms(activity_lines(client), wrong),
    }
    return render(request, "clients/progress.html", context, status=400 if wrong else 200)


@require_GET
@client_page
def progress_print(request: ClientRequest, client: Client) -> HttpResponse:
    """The same for paper, to take along to an appointment."""
    day = local_day(client, timezone.now())
    activities = [(line, None) for line in activity_lines(client)]
    context = {"client": client, "page": progress_of(client, day), "day": day, "activities": activities}
    return render(request, "clients/progress_print.html", context)


@require_GET
@client_page
def session_detail(request: ClientRequest, client: Client, session_id: Any) -> HttpResponse:
    """One session of one's own, as it was recorded."""
    session = session_of(client, session_id)
    how, may_change = how_of(session), can_change(session, timezone.now())
    context = {
        "client": client,
        "session": session,
        "name": name_of(session.assignment),
        "how": how,
        "changes": answer_changes(session),
        "can_change": may_change,
        "can_take_back": may_change and how in {"ticked", "later"} and session.state == Session.State.FINISHED,
    }
    return render(request, "clients/session_detail.html", context)


@require_http_methods(["GET", "POST"])
@client_page
def more(request: ClientRequest, client: Client) -> HttpResponse:
    """Settings: reminders, how pages look, sign-out."""
    day = local_day(client, timezone.now())
    form = ReminderForm(request.POST or None, instance=client, today=day)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        at = chosen.pop("reminder_time")
        client.refresh_from_db()  # the form has already written its values into the instance
        values = {**chosen, "reminder_times": [at.strftime("%H:%M")] if at else []}
        change_settings(client, values=values, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("more")
    figure_form = FigureForm(None, palette=client.figure_palette)
    context = {"client": client, "form": form, "appearance": appearance_of(request), "figure_form": figure_form}
    context["phones"] = phones_of(client)
    context["have_stopped"] = not refuses(client, Reminder.Stream.SESSION) and have_stopped(client)
    return render(request, "clients/more.html", context, status=400 if form.errors else 200)


@require_http_methods(["POST"])
@client_page
def remind_again(request: ClientRequest, client: Client) -> HttpResponse:
    """Take up reminders that stopped after a week without an answer."""
    want_again(client, by=request.user)
    messages.success(request, _("Your reminders start again."))
    return redirect("more")


@require_http_methods(["POST"])
@client_page
def appearance(request: ClientRequest, client: Client) -> HttpResponse:
    """Remember how pages look on this device."""
    try:
        chosen = Appearance(**{name: request.POST.get(name, "") for name in ("theme", "text", "motion", "hand")})
    except ValueError:
        messages.error(request, _("Choose one of the options on the page."))
        return redirect("more")
    response = redirect("more")
    remember_appearance(response, chosen)
    messages.success(request, _("Saved."))
    return response


@require_GET
@client_page
def sound(request: ClientRequest, client: Client) -> HttpResponse:
    """How a session sounds on this device; what is set never leaves it."""
    return render(request, "clients/sound.html", {"client": client, "sample": player_text()["sample"]})


@require_http_methods(["POST"])
@client_page
def figure_look(request: ClientRequest, client: Client) -> HttpResponse:
    """Remember whom the figures look like."""
    form = FigureForm(request.POST, palette=client.figure_palette)
    if not form.is_valid():
        for texts in form.errors.values():
            messages.error(request, str(texts[0]))
        return redirect("more")
    change_settings(client, values={"figure_palette": form.palette()}, by=request.user)
    messages.success(request, _("Saved."))
    return redirect("more")


@require_GET
@client_page
def figure_example(request: ClientRequest, client: Client) -> HttpResponse:
    """A figure as a palette shows it."""
    return example(request.GET.dict())


@login_not_required
@require_GET
def help_page(request: ScopedRequest) -> HttpResponseBase:
    """Whom to ask. Who is not signed in reads what to do when that does not work."""
    if request.user.is_anonymous:
        return render(request, "clients/help_signed_out.html", {"signs": stop_signs(), "words": words()})
    return _own_help(request)


@client_page
def _own_help(request: ClientRequest, client: Client) -> HttpResponse:
    """Whom to ask, and what to do when it is urgent."""
    own = help_for(client).own()
    context = {"client": client, "own_help": own, "signs": stop_signs(), "words": words()}
    return render(request, "clients/help.html", context)
