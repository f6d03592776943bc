"""Flags: marked as seen one by one, and the rules behind them, read by all staff and set by owners."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.analytics.flag_words import rule_words
from clients.analytics.lately import flag_settings
from clients.desk_forms import FlagRulesForm
from clients.errors import Invalid
from clients.models import FlagRules
from clients.rules.flags import RULES
from clients.services.flags import mark_seen, set_flag_rules
from clients.views.practitioner.client import status_of
from clients.views.practitioner.door import client_for, desk, desk_page
from clients.views.practitioner.visit import back_to
from portal.accounts.models import Role
from portal.accounts.requests import DeskRequest
from portal.accounts.roles import roles_of


@require_POST
@desk_page
def seen(request: DeskRequest, client_id: int) -> HttpResponse:
    """Mark one flag of a client as seen, and go back to where it was shown."""
    found = client_for(request, client_id)
    user = request.user
    try:
        mark = mark_seen(
            found,
            request.POST.get("rule", ""),
            note=request.POST.get("note", ""),
            by=user,
            now=timezone.now(),
        )
    except Invalid as error:
        messages.error(request, " ".join(error.errors.values()))
    else:
        if mark is None:
            messages.info(request, _("This was seen already."))
        else:
            messages.success(request, _("Marked as seen. It comes back if it happens again."))
    return redirect(back_to(request, reverse("admin:caseload")))


@require_http_methods(["GET", "POST"])
@desk_page
def flag_rules(request: DeskRequest) -> HttpResponse:
    """The rules in force in words, and for owners the form that changes their numbers."""
    may_set = Role.OWNER in roles_of(request.user)
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    settings = flag_settings()
    form = FlagRulesForm(request.POST or None, settings=settings)
    if request.method == "POST" and form.is_valid():
        practice = request.practice
        user = request.user
        try:
            set_flag_rules(practice, wanted=form.wanted(), by=user)
        except Invalid as error:
            for name, sentence in error.errors.items():
                form.add_error(name if name in form.fields else None, sentence)
        else:
            messages.success(request, _("Saved. The rules count from now on, for every client."))
            return redirect("admin:flag_rules")
    rows = [
        (rule, rule_words(rule.key, settings[rule.key].numbers), settings[rule.key].is_on, form.fields_of(rule.key))
        for rule in RULES
    ]
    context = {"form": form, "rows": rows, "may_set": may_set, "current": FlagRules.objects.first()}
    return desk(request, "clients/practitioner/flag_rules.html", context, status=status_of(form))
