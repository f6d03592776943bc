"""Goals with a number, on the practitioner's side: set, told in the room, ended."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import can_treat, check_can_treat
from clients.activity_forms import ActivityGoalForm, ActivityValueForm, with_forms
from clients.analytics.activities import activity_lines
from clients.errors import Invalid
from clients.models import ActivityGoal, Client
from clients.services.activities import end_activity_goal, set_activity_goal, tell_activity
from clients.views.practitioner.door import client_for, desk, desk_page
from clients.views.refused import show_errors
from portal.accounts import audit
from portal.accounts.access import find_for
from portal.accounts.requests import DeskRequest


@require_http_methods(["GET", "POST"])
@desk_page
def client_goals(request: DeskRequest, client_id: int) -> HttpResponse:
    """All goals of a client with what was told of them; POST sets one more."""
    client = client_for(request, client_id)
    if request.method == "POST":
        check_can_treat(request.user, client)
    audit.opened(client, by=request.user)
    form = ActivityGoalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_activity_goal(client, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Saved. %(name)s sees it under Progress.") % {"name": client.call_name})
            return redirect("admin:client_goals", client.pk)
    return _page(request, client, form, {})


@require_POST
@desk_page
def tell(request: DeskRequest, goal_id: int) -> HttpResponse:
    """Keep what the client says in the room."""
    goal = _goal(request, goal_id)
    check_can_treat(request.user, goal.client)
    form = ActivityValueForm(request.POST, goal=goal)
    if form.is_valid():
        try:
            tell_activity(goal, form.cleaned_data["value"], by=request.user, now=timezone.now())
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("admin:client_goals", goal.client_id)
    return _page(request, goal.client, ActivityGoalForm(), {goal.pk: form})


@require_POST
@desk_page
def end(request: DeskRequest, goal_id: int) -> HttpResponse:
    """Let a goal run no longer."""
    goal = _goal(request, goal_id)
    end_activity_goal(goal, by=request.user, now=timezone.now())
    messages.success(request, _("Ended. What was told of it stays."))
    return redirect("admin:client_goals", goal.client_id)


def _goal(request: DeskRequest, goal_id: int) -> ActivityGoal:
    goals = ActivityGoal.objects.select_related("client__practice", "client__lead")
    found: ActivityGoal = find_for(request.user, goals, pk=goal_id)
    return found


def _page(
    request: DeskRequest, client: Client, form: ActivityGoalForm, wrong: dict[int, ActivityValueForm]
) -> HttpResponse:
    context = {
        "client": client,
        "form": form,
        "goals": with_forms(activity_lines(client, also_ended=True), wrong),
        "may_treat": can_treat(request.user, client),
    }
    is_wrong = bool(wrong) or bool(form.errors)
    return desk(request, "clients/practitioner/goals.html", context, status=400 if is_wrong else 200)
