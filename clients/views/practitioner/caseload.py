"""The landing page: the practitioner's clients at a glance."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clients.analytics.caseload import TABS, caseload
from clients.analytics.first_steps import first_steps
from clients.services.first_steps import hide_first_steps
from clients.services.safety_setup import is_set_up
from clients.views.practitioner.door import desk, desk_page
from portal.accounts.models import Role
from portal.accounts.requests import DeskRequest
from portal.accounts.roles import roles_of
from portal.lib.numbers import page_in, whole_in


@require_GET
@desk_page
def caseload_page(request: DeskRequest) -> HttpResponse:
    """Who needs the person and why; one tab each for that, for all, not started, on hold, discharged."""
    tab = request.GET.get("tab", "")
    query = request.GET.get("q", "")[:100]
    now = timezone.now()
    found = caseload(
        request.user,
        now=now,
        tab=tab,
        query=query,
        page=page_in(request.GET.get("page", "")),
        lead=whole_in(request.GET.get("lead", "")),
    )
    names = {
        "needs": _("Needs you"),
        "current": _("All"),
        "not_started": _("Not started"),
        "on_hold": _("On hold"),
        "discharged": _("Discharged"),
    }
    address = reverse("admin:caseload")
    kept = {"lead": str(found.lead)} if found.lead is not None else {}
    tabs = [
        {
            "text": names[name],
            "url": f"{address}?{urlencode({'tab': name, **kept})}",
            "current": name == found.tab,
            "count": found.counts[name],
        }
        for name in TABS
    ]
    practice = request.practice
    user = request.user
    signed = is_set_up(practice)
    context = {
        "page": found,
        "tabs": tabs,
        "now": now,
        "messages_waiting": found.waiting,
        "here": request.get_full_path() if request.path == address else address,
        "may_treat": Role.PRACTITIONER in roles_of(request.user),
        "is_set_up": signed,
        "steps": None if tab or query else first_steps(user, practice, is_signed=signed, rows=found.rows),
    }
    return desk(request, "clients/practitioner/caseload.html", context)


@require_POST
@desk_page
def hide_steps(request: DeskRequest) -> HttpResponse:
    """Take the first steps off the landing page."""
    user = request.user
    hide_first_steps(request.practice, by=user)
    messages.success(request, _("Hidden. Everything stays where it is in the side bar."))
    return redirect("admin:index")
