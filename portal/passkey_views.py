"""Signing in by passkey at both doors, and the page on which people keep their passkeys and devices."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from allauth.account.internal.flows.login import clear_authentication_records, record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.services.invite import ONLY_CLIENT_KEY
from clients.views.sign_in import PASSKEY_DECLINED, open_client_session, safe_target
from portal import staff_session
from portal.accounts import devices, limits, passkeys
from portal.accounts.access import needs_no_practice
from portal.accounts.models import Passkey, User
from portal.accounts.requests import PersonRequest
from portal.lib.network import network_address

ADDING, ASKING = "passkey_adding", "passkey_asking"  # session keys of the two questions
TRIES, WINDOW = 120, timedelta(minutes=15)  # from one network
P = ParamSpec("P")
OwnView = Callable[Concatenate[PersonRequest, P], HttpResponse]


def whole_sessions_only(view: OwnView[P]) -> OwnView[P]:
    """Let the view run for a client, or for staff with both factors; others are told so with 403."""

    @wraps(view)
    def guarded(request: PersonRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if staff_session.is_staff_session(request) and not staff_session.has_second_factor(request):
            return render(request, "accounts/not_staff.html", status=HTTPStatus.FORBIDDEN)
        return view(request, *args, **kwargs)

    return needs_no_practice(never_cache(guarded))


# --- the doors ------------------------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_POST
def begin_sign_in(request: HttpRequest) -> HttpResponse:
    """Answer with what the browser's credentials.get() takes."""
    if not limits.take(f"passkeys:network:{network_address(request)}", limit=TRIES, per=WINDOW):
        return JsonResponse({}, status=HTTPStatus.TOO_MANY_REQUESTS)
    options, request.session[ASKING] = passkeys.begin_sign_in()
    return JsonResponse(options)


@login_not_required
@never_cache
@sensitive_post_parameters("answer")
@require_POST
def sign_in_as_client(request: HttpRequest) -> HttpResponse:
    """Take a passkey's answer at the clients' door; the device is the person's own."""
    user = _person(request, Passkey.Door.CLIENT)
    if user is None:
        return redirect("sign_in")
    target = safe_target(request)
    return open_client_session(request, user, method=staff_session.CLIENT_PASSKEY, own=True, target=target)


@login_not_required
@never_cache
@sensitive_post_parameters("answer")
@require_POST
def sign_in_as_staff(request: HttpRequest) -> HttpResponse:
    """Take a passkey's answer at the staff door; it counts as password and second factor."""
    user = _person(request, Passkey.Door.STAFF)
    if user is None or not user.is_staff:
        return redirect("account_login")
    request.session.set_expiry(0)
    clear_authentication_records(request)
    record_authentication(request, user, method=staff_session.STAFF_PASSKEY)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    target = safe_target(request)
    return redirect("admin:index" if target == reverse("home") else target)


def _person(request: HttpRequest, door: str) -> User | None:
    state = request.session.pop(ASKING, None)
    if not limits.take(f"passkeys:network:{network_address(request)}", limit=TRIES, per=WINDOW):
        messages.error(request, _("There were many tries. Wait 15 minutes, then try again."))
        return None
    user = passkeys.take(door=door, state=state, answer=request.POST.get("answer", ""), now=timezone.now())
    if user is None:
        messages.error(request, _("That passkey does not fit here. Sign in as before, then add it anew."))
    return user


# --- one's own ------------------------------------------------------------------------------------------------


@whole_sessions_only
@require_GET
def own(request: PersonRequest) -> HttpResponse:
    """Show the person's passkeys of this door, and the devices they are signed in with."""
    user = request.user
    context = {
        "is_staff_door": _door(request) == Passkey.Door.STAFF,
        "passkeys": user.passkeys.filter(door=_door(request)),
        "devices": devices.devices_of(user),
        "this_device": request.session.session_key,
        "may_add": _may_add(request),
    }
    return render(request, "accounts/devices.html", context)


@whole_sessions_only
@require_http_methods(["GET", "POST"])
def offer(request: PersonRequest) -> HttpResponse:
    """Offer a passkey after signing in with a code; POST is "not now", and this browser does not ask again."""
    if request.method == "GET":
        return render(request, "accounts/passkey_offer.html", {"next": safe_target(request)})
    response = redirect(safe_target(request))
    response.set_cookie(
        PASSKEY_DECLINED,
        "1",
        max_age=int(timedelta(days=365).total_seconds()),
        secure=not settings.DEBUG,
        httponly=True,
        samesite="Lax",
    )
    return response


@whole_sessions_only
@require_POST
def begin_adding(request: PersonRequest) -> HttpResponse:
    """Answer with what the browser's credentials.create() takes."""
    user = request.user
    if not _may_add(request):
        return JsonResponse({}, status=HTTPStatus.FORBIDDEN)
    options, request.session[ADDING] = passkeys.begin_adding(user, door=_door(request))
    return JsonResponse(options)


@whole_sessions_only
@require_POST
def add(request: PersonRequest) -> HttpResponse:
    """Keep the passkey that the browser made."""
    user = request.user
    state = request.session.pop(ADDING, None)
    if not _may_add(request):
        return redirect("devices")
    try:
        passkeys.finish_adding(
            user,
            door=_door(request),
            state=state,
            answer=request.POST.get("answer", ""),
            name=devices.device_name(request.META.get("HTTP_USER_AGENT", "")),
        )
        messages.success(request, _("Done. Next time this device signs you in without a code."))
    except passkeys.PasskeyError as error:
        messages.error(request, str(error))
    return redirect(safe_target(request) if "next" in request.POST else "devices")


@whole_sessions_only
@require_POST
def remove(request: PersonRequest, passkey: int) -> HttpResponse:
    """Forget one of the person's passkeys of this door."""
    user = request.user
    found = user.passkeys.filter(door=_door(request), pk=passkey).first()
    if found is None:
        raise Http404
    passkeys.remove(found, by=user)
    messages.success(request, _("The passkey is removed."))
    return redirect("devices")


@whole_sessions_only
@require_POST
def sign_out_device(request: PersonRequest, device: int) -> HttpResponse:
    """Sign one of the person's devices out."""
    user = request.user
    found = user.devices.filter(pk=device).first()
    if found is None:
        raise Http404
    devices.sign_out_device(found, by=user)
    messages.success(request, _("That device is signed out."))
    return redirect("devices")


def _door(request: PersonRequest) -> str:
    return Passkey.Door.STAFF if staff_session.is_staff_session(request) else Passkey.Door.CLIENT


def _may_add(request: PersonRequest) -> bool:
    """Whether this session is fresh, and was not opened for one client record alone by a code shown in the room."""
    if staff_session.is_staff_session(request):
        return staff_session.confirmed_recently(request)
    return staff_session.opened_recently(request) and ONLY_CLIENT_KEY not in request.session
