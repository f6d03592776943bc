"""Pages of the roof: home by role, and what Django asks for by name."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clients.requests import ScopedRequest
from clients.views import client as client_pages
from portal.session_views import has_chosen


def home(request: ScopedRequest) -> HttpResponseBase:
    """Show clients their day; staff are sent on to their caseload by the same door."""
    return client_pages.today(request)


@login_not_required
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """Say what the service is for, and what it is not: the intended purpose, see HAZARDS.md."""
    return render(request, "about.html")


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how well people can use the service, what does not work for everybody yet, and whom to tell."""
    return render(request, "accessibility.html")


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Tell people what to do when the form's token is missing or old; the text they typed is kept by the browser."""
    words = _("This page was open for too long. Go back, load it again and send it once more.")
    if has_chosen(request):
        words = _(
            "Nothing was sent. You may have changed to another clinic since you opened this page. Go back, load it "
            "again, look which clinic it is for, and send it once more."
        )
    return render(request, "403.html", {"reason": words}, status=403)
