"""The morning summary of whoever is signed in: what it would say now, and the switches of what comes by e-mail."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.analytics.digest import digest_for, digest_words
from clients.rules.alerts import DAY_ENDS, DAY_STARTS
from clients.services.digest import STARTS, set_digest, set_red_flags_at_once
from clients.views.practitioner.door import desk, desk_page
from portal.accounts.models import Role
from portal.accounts.requests import DeskRequest, holds_one_of


@require_http_methods(["GET", "POST"])
@desk_page
def morning_summary(request: DeskRequest) -> HttpResponse:
    """Show the summary as it stands, and switch it, or the letters about red flags, on or off."""
    if request.method == "POST" and "at_once" in request.POST:
        wanted = request.POST["at_once"] == "1"
        set_red_flags_at_once(request.user, wanted=wanted, practice=request.practice)
        messages.success(request, _("Red flags come at once.") if wanted else _("Red flags wait for the summary."))
        return redirect("admin:morning_summary")
    if request.method == "POST":
        wanted = request.POST.get("wanted") == "1"
        set_digest(request.user, wanted=wanted, practice=request.practice)
        messages.success(request, _("The morning summary is on.") if wanted else _("The morning summary is off."))
        return redirect("admin:morning_summary")
    digest = digest_for(request.user, request.practice, now=timezone.now())
    context = {
        "words": "" if digest.is_empty else digest_words(digest),
        "wanted": request.user.morning_summary,
        "starts": STARTS,
        "at_once": request.user.red_flags_at_once,
        "treats": holds_one_of(request, {Role.PRACTITIONER}),
        "day_starts": DAY_STARTS,
        "day_ends": DAY_ENDS,
    }
    return desk(request, "clients/practitioner/summary.html", context)
