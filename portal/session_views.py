"""Signing out, here or everywhere; choosing the clinic to act in; the language of pages."""

from http import HTTPStatus

from allauth.account.internal.flows.logout import logout
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from clients.requests import ScopedRequest, is_client
from clients.services.settings import change_settings
from portal import staff_session
from portal.accounts import audit, devices
from portal.accounts.access import needs_no_practice
from portal.accounts.models import Practice
from portal.accounts.requests import PersonRequest
from portal.accounts.roles import practices_of
from portal.accounts.tenancy import all_practices

CLIENT_KEY = "client_id"
PRACTICE_KEY = "practice_id"


@login_not_required
@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this browser's session. POST device=cleared: its page says that nothing unsent is left in what it stored."""
    return _leave(request)


@needs_no_practice
@never_cache
@require_POST
def sign_out_everywhere(request: PersonRequest) -> HttpResponse:
    """End every session of this person, this one included."""
    audit.record("signed_out_everywhere", request.user, by=request.user, practice=request.practice)
    request.user.end_all_sessions()
    return _leave(request)


@needs_no_practice
@never_cache
@require_http_methods(["GET", "POST"])
def choose(request: ScopedRequest) -> HttpResponse:
    """Let a person with several clinics choose the one to act in. Middleware checks the choice on every request."""
    staff = staff_session.has_second_factor(request)
    if staff:
        with all_practices():
            options = list(Practice.objects.filter(pk__in=practices_of(request.user)).values_list("pk", "name"))
    else:
        options = [(row.pk, row.practice.name) for row in request.client_choices]
    if not options:
        return redirect("home")
    if request.method == "POST":
        chosen = next((key for key, _name in options if str(key) == request.POST.get("choice")), None)
        if chosen is not None:
            act_in(request, PRACTICE_KEY if staff else CLIENT_KEY, chosen)
            return redirect("home")
    status = HTTPStatus.NOT_FOUND if request.method == "POST" else HTTPStatus.OK
    return render(request, "accounts/choose.html", {"options": options}, status=status)


@login_not_required
@never_cache
@require_POST
def choose_language(request: ScopedRequest) -> HttpResponse:
    """Keep the language on this device, and a client's in their record too, which goes before it."""
    language = request.POST.get("language", "")
    if is_client(request) and language in dict(settings.LANGUAGES):
        change_settings(request.client_record, values={"language": language}, by=request.user)
    return set_language(request)


def act_in(request: HttpRequest, key: str, chosen: int) -> None:
    """Keep in which clinic the person acts from now on. Pages that were opened for another one can send no more."""
    if request.session.get(key) != chosen:
        request.session[key] = chosen
        rotate_token(request)
        request.COOKIES.pop(settings.CSRF_COOKIE_NAME, None)  # this request may come from such a page itself


def has_chosen(request: HttpRequest) -> bool:
    """Tell whether the person has several clinics, one of which was chosen in this session."""
    return PRACTICE_KEY in request.session or CLIENT_KEY in request.session


def _leave(request: HttpRequest) -> HttpResponse:
    door = "account_login" if staff_session.is_staff_session(request) else "sign_in"
    devices.forget(request.session.session_key)
    logout(request, show_message=False)
    response = redirect(door)
    # A page that could not look, as one without JavaScript, may stand on a device that has sessions to send.
    is_cleared = request.POST.get("device") == "cleared"
    response["Clear-Site-Data"] = '"cache", "storage"' if is_cleared else '"cache"'
    return response
