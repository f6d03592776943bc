"""Another day for a day of the plan."""

from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.analytics.today import local_day
from clients.errors import Invalid
from clients.forms import MoveDayForm
from clients.models import Client
from clients.requests import ClientRequest
from clients.services.moving import move_day
from clients.views.checking_in import running_plan
from clients.views.doors import client_page
from clients.views.refused import show_errors
from portal.lib.dates import long_day


@require_http_methods(["GET", "POST"])
@client_page
def move(request: ClientRequest, client: Client, assignment: int) -> HttpResponse:
    """Ask which day moves, and to which free day; POST moves it with its reminders."""
    now = timezone.now()
    today = local_day(client, now)
    plan = running_plan(client, assignment, today)
    days = plan.days_for_moving(today)
    form = MoveDayForm(
        request.POST if request.method == "POST" else None,
        planned=_choices(each.on for each in days.movable),
        free=_choices(days.free),
    )
    if request.method == "POST" and form.is_valid():
        try:
            move_day(client, assignment=plan.assignment, now=now, **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Moved to %(day)s.") % {"day": long_day(form.cleaned_data["to"])})
            return redirect("plan")
    can_move = plan.may_move and days.movable
    context = {"client": client, "plan": plan, "form": form, "can_move": can_move}
    return render(request, "clients/move_day.html", context, status=400 if form.errors else 200)


def _choices(days: Iterable[date]) -> list[tuple[str, str]]:
    return [(day.isoformat(), long_day(day)) for day in days]
