"""Goals with a number: a client tells how it is now."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.activity_forms import ActivityValueForm
from clients.errors import Invalid, WrongState
from clients.models import ActivityGoal, Client
from clients.requests import ClientRequest
from clients.services.activities import tell_activity
from clients.views.client import progress_page
from clients.views.doors import client_page


@require_POST
@client_page
def tell(request: ClientRequest, client: Client, goal_id: int) -> HttpResponse:
    """Keep the number of today; a wrong one is answered at its field."""
    goal = ActivityGoal.objects.filter(client=client, pk=goal_id).select_related("client").first()
    if goal is None:
        raise Http404
    form = ActivityValueForm(request.POST, goal=goal)
    if form.is_valid():
        try:
            tell_activity(goal, form.cleaned_data["value"], by=request.user, now=timezone.now())
        except Invalid as error:
            form.add_error("value", error.errors["value"])
        except WrongState as error:
            messages.error(request, str(error))
            return redirect("progress")
        else:
            messages.success(request, _("Saved."))
            return redirect("progress")
    return progress_page(request, client, wrong={goal.pk: form})
