"""Where the practice draws the lines of the pain scale: read by its staff, set by its owners."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.desk_forms import PainLevelsForm
from clients.errors import Invalid
from clients.models import PainLevels
from clients.rules.pain import DEFAULT
from clients.services.pain_levels import set_levels
from clients.views.practitioner.door import desk, desk_page
from clients.views.refused import show_errors, status_of
from portal.accounts.models import Role
from portal.accounts.requests import DeskRequest
from portal.accounts.roles import roles_of


@require_http_methods(["GET", "POST"])
@desk_page
def pain_levels(request: DeskRequest) -> HttpResponse:
    """The levels in force, and the form that sets new ones."""
    may_set = Role.OWNER in roles_of(request.user)
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    current = PainLevels.objects.first()
    model = current.model() if current is not None else DEFAULT
    form: forms.Form = PainLevelsForm(
        request.POST or None, initial={name: getattr(model, name) for name in PainLevelsForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        practice = request.practice
        try:
            set_levels(practice, by=request.user, **form.cleaned_data)
        except Invalid as refused:
            show_errors(form, refused)
        else:
            messages.success(request, _("Saved. The levels count from now on, for every plan."))
            return redirect("admin:pain_levels")
    context = {"form": form, "may_set": may_set, "model": model, "current": current}
    return desk(request, "clients/practitioner/pain_levels.html", context, status=status_of(form))
