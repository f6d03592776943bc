"""The staff door: what differs from allauth's own pages."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeGuard

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import views as totp
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from portal import second_factor, staff_session
from portal.accounts import audit, limits
from portal.accounts.access import needs_no_practice
from portal.accounts.models import User
from portal.accounts.requests import PersonRequest, person_of
from portal.lib.network import network_address

WINDOW = timedelta(hours=1)
RESETS_PER_ADDRESS = 5
RESETS_PER_NETWORK = 30

P = ParamSpec("P")
PersonView = Callable[Concatenate[PersonRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def is_staff_request(request: HttpRequest) -> TypeGuard[PersonRequest]:
    """True for a member of staff in a staff session, with or without the second factor."""
    user = request.user
    return isinstance(user, User) and user.is_staff and staff_session.is_staff_session(request)


def staff_only(view: PersonView[P]) -> View[P]:
    """Let the view run in a staff session only, with or without the second factor; others are told so with 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_staff_request(request):
            return view(request, *args, **kwargs)
        return render(request, "accounts/not_staff.html", status=HTTPStatus.FORBIDDEN)

    return needs_no_practice(never_cache(guarded))


def confirm_identity(request: HttpRequest) -> HttpResponse | None:
    """Return the way to the page that asks for the password again; None within five minutes of the last proof.

    For pages that change rights or factors. After the proof the person comes back to this page and sends it once more.
    """
    if staff_session.confirmed_recently(request):
        return None
    messages.info(request, _("Show that it is you, then go on."))
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")


def change_password(request: PersonRequest) -> HttpResponse:
    """Change the password; a person who has none gets a link to set one."""
    user = request.user
    if not user.has_usable_password():
        return redirect("account_reset_password")
    response: HttpResponse = account.password_change(request)
    return response


class PasswordResetView(account.PasswordResetView):
    """Asks for an address. The answer is the same whether or not somebody here has it."""

    def form_valid(self, form: Any) -> HttpResponse:
        email = form.cleaned_data["email"]
        counts = (
            limits.take(f"resets:network:{network_address(self.request)}", limit=RESETS_PER_NETWORK, per=WINDOW),
            limits.take(f"resets:address:{email}", limit=RESETS_PER_ADDRESS, per=WINDOW),
        )
        if not all(counts):
            form.add_error("email", _("You asked for many links. Wait an hour, then try again."))
            response = self.form_invalid(form)
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            return response
        return super().form_valid(form)


class ActivateTOTPView(totp.ActivateTOTPView):
    """Sets up the authenticator app; the code that proves it counts as the second factor of this session."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        user = person_of(self.request)
        user.end_all_sessions()
        update_session_auth_hash(self.request, user)
        record_authentication(self.request, user, method="mfa", type=Authenticator.Type.TOTP.value)
        audit.record("second_factor_added", user, by=user)
        return response

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes")


@require_GET
def security(request: PersonRequest) -> HttpResponse:
    """Show what protects the person's account, with the way to each change."""
    user = request.user
    context = {
        "has_app": is_mfa_enabled(user, [Authenticator.Type.TOTP]),
        "codes_left": second_factor.recovery_codes_left(user),
    }
    return render(request, "mfa/index.html", context)


@require_http_methods(["GET", "POST"])
def recovery_codes(request: PersonRequest) -> HttpResponse:
    """Say how many recovery codes are left; POST makes ten new ones and shows them this once."""
    user = request.user
    if not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        return redirect("mfa_activate_totp")
    if request.method == "GET":
        return render(request, "mfa/recovery_codes.html", {"codes_left": second_factor.recovery_codes_left(user)})
    asked = confirm_identity(request)
    if asked is not None:
        return asked
    return render(request, "mfa/recovery_codes.html", {"codes": second_factor.new_recovery_codes(user)})


@require_http_methods(["GET", "POST"])
def remove_second_factor(request: PersonRequest) -> HttpResponse:
    """Forget the person's own second factor; POST signs them out everywhere, and the next sign-in sets up a new one."""
    user = request.user
    asked = confirm_identity(request)
    if asked is not None:
        return asked
    if not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        return redirect("mfa_activate_totp")
    if request.method == "GET":
        return render(request, "mfa/remove.html")
    second_factor.remove(user, by=user)
    logout(request, show_message=False)
    messages.info(request, _("Your second factor is removed. Sign in to set up a new one."))
    return redirect("account_login")
