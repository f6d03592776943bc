"""The page behind a link for staff: joining a practice. Looking at it changes nothing; the button joins."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal import staff_invitations
from portal.account_adapter import password_path
from portal.accounts import limits
from portal.accounts.errors import WrongState
from portal.lib.names import check_name
from portal.lib.network import network_address

TRIES_PER_NETWORK = 60
WINDOW = timedelta(minutes=15)


class NameForm(forms.Form):
    """Asked of people who have no name here yet."""

    first_name = forms.CharField(label=_("First name"), max_length=80, validators=[check_name])
    last_name = forms.CharField(label=_("Last name"), max_length=80, validators=[check_name])


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show the practice and the role; POST joins and leads on to a password, or to the staff door."""
    if not limits.take(f"invitations:network:{network_address(request)}", limit=TRIES_PER_NETWORK, per=WINDOW):
        return _gone(request, HTTPStatus.TOO_MANY_REQUESTS)
    now = timezone.now()
    found = staff_invitations.find_open(token, now=now)
    if found is None:
        return _gone(request, HTTPStatus.NOT_FOUND)
    if request.user.is_authenticated and request.user.pk != found.user_id:
        return render(request, "clients/invitation_for_another.html", status=HTTPStatus.FORBIDDEN)
    form = forms.Form(request.POST or None) if found.user.get_full_name() else NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user: Any = staff_invitations.accept(found, now=now, **form.cleaned_data)
        except WrongState:
            return _gone(request, HTTPStatus.NOT_FOUND)
        if user.has_usable_password():
            return redirect("account_login")
        return redirect(password_path(f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"))
    context = {"form": form, "practice_name": found.practice.name, "role": found.get_role_display()}
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "accounts/join.html", context, status=status)


def _gone(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    return render(request, "clients/invitation_gone.html", {"too_many": status != HTTPStatus.NOT_FOUND}, status=status)
