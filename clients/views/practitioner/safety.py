"""What practitioners do for the safety net: sign the set-up, and look at alerts until each is cleared."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.access import can_treat
from clients.analytics.alert_page import alert_page
from clients.desk_safety_forms import ClearForm, SetupForm
from clients.errors import Invalid
from clients.models import Alert, SafetySetup
from clients.services.alerts import acknowledge_alert, clear_alert
from clients.services.care_texts import care_texts_in_force
from clients.services.safety_setup import can_sign, check_can_sign, current_setup, is_set_up, sign_setup
from clients.views.practitioner.door import desk, desk_page
from clients.views.refused import show_errors, status_of
from portal.accounts import audit
from portal.accounts.access import find_for
from portal.accounts.requests import DeskRequest


@require_http_methods(["GET", "POST"])
@desk_page
def safety_setup(request: DeskRequest) -> HttpResponse:
    """Show what is signed; a practitioner fills it in and signs anew."""
    practice = request.practice
    user = request.user
    setup = current_setup(practice)
    if request.method == "POST":
        check_can_sign(user, practice)
    form = SetupForm(request.POST or None, practice=practice, setup=setup)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given.pop("signed")
        try:
            sign_setup(practice, by=user, now=timezone.now(), **given)
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Signed. Clients can be invited now."))
            return redirect("admin:safety_setup")
    context = {
        "form": form,
        "setup": setup,
        "earlier": SafetySetup.objects.select_related("signed_by", "second_contact")[1:10],
        "care_texts": [each for each in care_texts_in_force(practice).values() if each.texts],
        "is_set_up": is_set_up(practice),
        "may_sign": can_sign(user, practice),
    }
    return desk(request, "clients/practitioner/safety_setup.html", context, status=status_of(form))


def alert_for(request: DeskRequest, alert_id: int) -> Alert:
    """Return the alert about a client whom the person may see; 404 for strangers, 403 for colleagues."""
    alerts = Alert.objects.select_related("client__practice", "client__lead", "acknowledged_by", "cleared_by")
    alert: Alert = find_for(request.user, alerts, pk=alert_id)
    return alert


@require_GET
@desk_page
def alert(request: DeskRequest, alert_id: int) -> HttpResponse:
    """One alert with what the client answered. That it was opened is kept."""
    found = alert_for(request, alert_id)
    audit.opened(found, by=request.user, practice=found.client.practice_id)
    return _alert(request, found, ClearForm(locks=found.locks))


@require_POST
@desk_page
def acknowledge(request: DeskRequest, alert_id: int) -> HttpResponse:
    """Say "seen": the second contact need not be told any more."""
    found = alert_for(request, alert_id)
    acknowledge_alert(found, by=request.user, now=timezone.now())
    messages.success(request, _("Marked as seen. It stays open until somebody clears it."))
    return redirect("admin:alert", found.pk)


@require_POST
@desk_page
def clear(request: DeskRequest, alert_id: int) -> HttpResponse:
    """End the alert with a note; the plan opens again where no other alert locks it."""
    found = alert_for(request, alert_id)
    form = ClearForm(request.POST, locks=found.locks)
    if form.is_valid():
        try:
            clear_alert(found, by=request.user, note=form.cleaned_data["note"], now=timezone.now())
        except Invalid as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Cleared. The note is kept with the alert."))
            return redirect("admin:client", found.client_id)
    return _alert(request, found, form)


def _alert(request: DeskRequest, found: Alert, form: ClearForm) -> HttpResponse:
    user = request.user
    context = {
        "page": alert_page(found),
        "alert": found,
        "client": found.client,
        "form": form,
        "may_treat": can_treat(user, found.client),
    }
    return desk(request, "clients/practitioner/alert.html", context, status=status_of(form))
