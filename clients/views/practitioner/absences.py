"""Who is away, and who covers: said by practitioners for themselves, by owners for everybody."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.desk_forms import AbsenceForm
from clients.errors import Invalid
from clients.models import Absence
from clients.services.absences import end_absence, plan_absence
from clients.views.practitioner.door import desk, desk_page
from clients.views.refused import show_errors, status_of
from portal.accounts.access import find_for
from portal.accounts.requests import DeskRequest

SHOWN = 50  # absences in the list


@require_http_methods(["GET", "POST"])
@desk_page
def absences(request: DeskRequest) -> HttpResponse:
    """Absences that the person may see, and the form for a new one."""
    practice = request.practice
    user = request.user
    today = practice.day_at(timezone.now())
    form = AbsenceForm(request.POST or None, practice=practice, user=user, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            absence = plan_absence(practice, by=user, today=today, **form.cleaned_data)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(
                request,
                _("%(cover)s sees the clients of %(away)s on these days.")
                % {"cover": absence.cover, "away": absence.away},
            )
            return redirect("admin:absences")
    rows = Absence.objects.visible_to(user).select_related("away", "cover")[:SHOWN]
    context = {"form": form, "rows": rows, "today": today}
    return desk(request, "clients/practitioner/absences.html", context, status=status_of(form))


@require_POST
@desk_page
def end(request: DeskRequest, absence_id: int) -> HttpResponse:
    """End an absence at once."""
    absence = find_for(request.user, Absence.objects.select_related("away", "cover"), pk=absence_id)
    user = request.user
    end_absence(absence, by=user, now=timezone.now())
    messages.success(request, _("Ended. The colleague who covered sees these clients no more."))
    return redirect("admin:absences")
