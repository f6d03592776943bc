"""The page behind an invitation's link. Looking at it changes nothing; the button accepts."""

from http import HTTPStatus

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clients.errors import WrongState
from clients.services import invite
from clients.views.sign_in import WINDOW, CodeForm, open_client_session
from portal.accounts import limits
from portal.lib.network import network_address

TRIES_PER_NETWORK = 60


class DeviceForm(forms.Form):
    own = CodeForm.declared_fields["own"]


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show whom the invitation is for; POST accepts it and signs this device in."""
    if not limits.take(f"invitations:network:{network_address(request)}", limit=TRIES_PER_NETWORK, per=WINDOW):
        return _gone(request, HTTPStatus.TOO_MANY_REQUESTS)
    now = timezone.now()
    found = invite.find_open(token, now=now)
    if found is None:
        return _gone(request, HTTPStatus.NOT_FOUND)
    if request.user.is_authenticated and not invite.is_for(found, request.user):
        return render(request, "clients/invitation_for_another.html", status=HTTPStatus.FORBIDDEN)
    form = DeviceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = invite.accept_invitation(found, now=now)
        except WrongState:
            return _gone(request, HTTPStatus.NOT_FOUND)
        return open_client_session(
            request,
            user,
            method="invitation",
            own=form.cleaned_data["own"] == "yes",
            target=reverse("welcome"),
            only_client=found.client_id if found.shown_in_room else None,
        )
    context = {"form": form, "initials": _initials(found.client), "practice_name": found.client.practice.name}
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "clients/invitation.html", context, status=status)


def _gone(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    return render(request, "clients/invitation_gone.html", {"too_many": status != HTTPStatus.NOT_FOUND}, status=status)


def _initials(client: object) -> str:
    """Enough for the owner to know themselves, and little for anyone who looks over a shoulder: "M… H…"."""
    names = (getattr(client, "first_name", ""), getattr(client, "last_name", ""))
    return " ".join(f"{name[0]}…" for name in names if name)
