"""Flags: marked as seen one by one; the rules behind them, set by owners, and for one client by who treats them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.access import can_treat, check_can_treat
from clients.analytics.flag_words import rule_in_force, rule_words
from clients.analytics.lately import flag_settings
from clients.desk_forms import ClientFlagRulesForm, FlagRulesForm
from clients.errors import Invalid
from clients.models import ClientFlagRules, FlagRules
from clients.rules.flag_settings import RULES, settings_for
from clients.services.flags import mark_seen, set_client_flag_rules, set_flag_rules
from clients.views.practitioner.door import back_to, client_for, desk, desk_page
from clients.views.refused import show_errors, status_of
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
            show_errors(form, error)
        else:
            messages.success(request, _("Saved. The rules count from now on, for every client."))
            return redirect("admin:flag_rules")
    rows = [
        (rule, rule_words(rule.key, settings[rule.key].numbers), settings[rule.key].is_on, form.fields_of(rule.key))
        for rule in RULES
    ]
    context = {"form": form, "rows": rows, "may_set": may_set, "current": FlagRules.objects.first()}
    return desk(request, "clients/practitioner/flag_rules.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@desk_page
def client_flag_rules(request: DeskRequest, client_id: int) -> HttpResponse:
    """Each rule as the practice has it, and the form that sets it otherwise for this client or takes that back."""
    found = client_for(request, client_id)
    if request.method == "POST":
        check_can_treat(request.user, found)
    practice = flag_settings()
    current = ClientFlagRules.objects.filter(client=found).select_related("created_by").first()
    own = current.rules if current else {}
    form = ClientFlagRulesForm(request.POST or None, settings=practice, own=own)
    if request.method == "POST" and form.is_valid():
        wanted = {} if request.POST.get("do") == "practice" else form.wanted()
        try:
            kept = set_client_flag_rules(found, wanted=wanted, by=request.user)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Saved. It counts from now on.") if kept else _("Nothing was changed."))
            return redirect("admin:client_flag_rules", found.pk)
    settings = settings_for(own, practice)
    rows = [
        {
            "rule": rule,
            "words": rule_in_force(rule.key, settings[rule.key]),
            "practice": rule_words(rule.key, practice[rule.key].numbers),
            "setting": settings[rule.key],
            "fields": form.fields_of(rule.key),
        }
        for rule in RULES
    ]
    context = {
        "client": found,
        "form": form,
        "rows": rows,
        "may_set": can_treat(request.user, found),
        "current": current,
    }
    return desk(request, "clients/practitioner/client_flag_rules.html", context, status=status_of(form))
