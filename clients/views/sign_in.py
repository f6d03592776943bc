"""The clients' door: an address, then a code that was mailed to it."""

import math
import secrets
from datetime import datetime, timedelta
from http import HTTPStatus

from allauth.account.internal.flows.login import clear_authentication_records, perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from clients.services import sign_in as service
from clients.services.invite import ONLY_CLIENT_KEY
from portal.accounts import limits
from portal.accounts.models import Passkey, User
from portal.lib.network import network_address

PASSKEY_DECLINED = "passkey_no"  # cookie: this browser was asked and said no
SESSION_KEY = "sign_in"  # {"browser": secret, "email": text, "asked_at": ISO instant, "next": path}
WINDOW = timedelta(minutes=15)
CODES_PER_ADDRESS = 5
CODES_PER_NETWORK = 30  # a clinic's waiting room shares one address
TRIES_PER_NETWORK = 60
WAIT_FOR_NEW_CODE = timedelta(seconds=30)


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("E\N{NON-BREAKING HYPHEN}mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn"}),
        error_messages={
            "required": _("Type your e\N{NON-BREAKING HYPHEN}mail address."),
            "invalid": _("Type an e\N{NON-BREAKING HYPHEN}mail address with an @."),
        },
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("The code lasts 10 minutes."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "text",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages={
            "required": _("Type the code from the e\N{NON-BREAKING HYPHEN}mail."),
            "max_length": _("That code is too long. It has 6 characters."),
        },
    )
    own = forms.ChoiceField(
        label=_("Is this your own phone?"),
        choices=[("yes", _("Yes, keep me signed in")), ("no", _("No, it is shared"))],
        initial="yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say if this is your own phone.")},
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address and mail a code to it."""
    if request.user.is_authenticated:
        return redirect(safe_target(request))
    form = AddressForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.BAD_REQUEST
        if form.is_valid():
            email = form.cleaned_data["email"].strip().lower()
            if _may_ask(request, email):
                _ask(request, email, now=timezone.now(), target=safe_target(request))
                return redirect("sign_in_code")
            status = HTTPStatus.TOO_MANY_REQUESTS
            form.add_error("email", gettext("You asked for many codes. Wait 15 minutes, then try again."))
    return render(request, "clients/sign_in.html", {"form": form, "next": safe_target(request)}, status=status)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Take the code and open a client session."""
    asked = request.session.get(SESSION_KEY)
    if request.user.is_authenticated or asked is None:
        return redirect("home" if request.user.is_authenticated else "sign_in")
    form = CodeForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.BAD_REQUEST
        if form.is_valid():
            if limits.take(f"code-tries:network:{network_address(request)}", limit=TRIES_PER_NETWORK, per=WINDOW):
                user = service.take_code(form.cleaned_data["code"], browser=asked["browser"], now=timezone.now())
                if user is not None:
                    own = form.cleaned_data["own"] == "yes"
                    target = _offer_of_a_passkey(request, user, target=asked["next"]) if own else asked["next"]
                    return open_client_session(request, user, method="code", own=own, target=target)
                form.add_error("code", gettext("That code is not right. Check it or send a new one."))
            else:
                status = HTTPStatus.TOO_MANY_REQUESTS
                form.add_error("code", gettext("There were many tries. Wait 15 minutes, then try again."))
    context = {"form": form, "email": asked["email"], "wait_seconds": int(WAIT_FOR_NEW_CODE.total_seconds())}
    return render(request, "clients/sign_in_code.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["POST"])
def send_new_code(request: HttpRequest) -> HttpResponse:
    """Mail another code to the same address, at the earliest 30 seconds after the last."""
    asked = request.session.get(SESSION_KEY)
    if request.user.is_authenticated or asked is None:
        return redirect("home" if request.user.is_authenticated else "sign_in")
    now = timezone.now()
    left = datetime.fromisoformat(asked["asked_at"]) + WAIT_FOR_NEW_CODE - now
    problem, status = "", HTTPStatus.TOO_MANY_REQUESTS
    if left > timedelta(0):
        seconds = math.ceil(left.total_seconds())
        problem = gettext("Wait %(seconds)s seconds, then send a new code.") % {"seconds": seconds}
    elif not _may_ask(request, asked["email"]):
        problem = gettext("You asked for many codes. Wait 15 minutes, then try again.")
    if not problem:
        _ask(request, asked["email"], now=now, target=asked["next"])
        return redirect("sign_in_code")
    context = {
        "form": CodeForm(),
        "email": asked["email"],
        "problem": problem,
        "wait_seconds": int(WAIT_FOR_NEW_CODE.total_seconds()),
    }
    return render(request, "clients/sign_in_code.html", context, status=status)


def open_client_session(
    request: HttpRequest, user: User, *, method: str, own: bool, target: str = "", only_client: int | None = None
) -> HttpResponse:
    """Sign the person in as a client and return where they go next.

    own: the device is theirs and stays signed in for 90 days; otherwise until the browser closes. only_client: this
    browser may open this client record and no other.
    """
    request.session.pop(SESSION_KEY, None)
    request.session.pop(ONLY_CLIENT_KEY, None)
    if only_client is not None:
        request.session[ONLY_CLIENT_KEY] = only_client
    request.session.set_expiry(int(settings.CLIENT_SESSION_LIMIT.total_seconds()) if own else 0)
    clear_authentication_records(request)
    record_authentication(request, user, method=method)
    return perform_login(request, Login(user=user, redirect_url=target or reverse("home")))


def _offer_of_a_passkey(request: HttpRequest, user: User, *, target: str) -> str:
    """Return the page that offers a passkey on the way to target; target itself once there is one, or after a no."""
    if request.COOKIES.get(PASSKEY_DECLINED) or user.passkeys.filter(door=Passkey.Door.CLIENT).exists():
        return target
    return f"{reverse('passkey_offer')}?{urlencode({'next': target})}"


def _may_ask(request: HttpRequest, email: str) -> bool:
    from_network = limits.take(f"codes:network:{network_address(request)}", limit=CODES_PER_NETWORK, per=WINDOW)
    return from_network and limits.take(f"codes:address:{email}", limit=CODES_PER_ADDRESS, per=WINDOW)


def _ask(request: HttpRequest, email: str, *, now: datetime, target: str) -> None:
    asked = request.session.get(SESSION_KEY) or {}
    browser = asked.get("browser") or secrets.token_urlsafe(32)
    service.ask_for_code(email, browser=browser, now=now)
    request.session[SESSION_KEY] = {
        "browser": browser,
        "email": email,
        "asked_at": now.isoformat(),
        "next": target,
    }


def safe_target(request: HttpRequest) -> str:
    """Where the person was going; only a path of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if wanted and safe else reverse("home")
