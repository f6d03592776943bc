"""What every request passes: an id, and the scope of one practice."""

import re
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients.errors import Invalid, NotAllowed, WrongState
from clients.models import Client
from clients.requests import ScopedRequest
from clients.services.invite import ONLY_CLIENT_KEY
from portal import staff_session
from portal.accounts import audit
from portal.accounts.models import Practice, User
from portal.accounts.roles import act_without_roles, edits_shared_library, practices_of
from portal.accounts.tenancy import all_practices, practice_scope, shared_rows_only
from portal.session_views import CLIENT_KEY, PRACTICE_KEY, act_in

Handler = Callable[[HttpRequest], HttpResponse]

PLAIN_ID = re.compile(r"[0-9a-fA-F-]{8,36}")


class RequestId:
    """Gives each request an id, which audit rows and answers carry."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        chosen = given if PLAIN_ID.fullmatch(given) else str(uuid.uuid4())
        token = audit.request_id.set(chosen)
        try:
            response = self.get_response(request)
        finally:
            audit.request_id.reset(token)
        response["X-Request-Id"] = chosen
        return response


class StaffSessionLimits:
    """Ends a staff session that was idle for too long or has lasted for too long. Clients' sessions are not touched."""

    SEEN_KEY = "staff_seen_at"
    STEP = 30  # seconds between two notes of activity, so that not every page view writes the session

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and staff_session.is_staff_session(request):
            now = time.time()
            seen_at = float(request.session.get(self.SEEN_KEY, now))
            if staff_session.is_over(request, seen_at=seen_at):
                logout(request)
                messages.info(request, _("You were signed out because this page was not used for a while."))
            elif self.SEEN_KEY not in request.session or now - seen_at >= self.STEP:
                request.session[self.SEEN_KEY] = now
        return self.get_response(request)


class PracticeScope:
    """Finds the practice of the request, checks it against the database, and answers inside its scope.

    Sets request.practice (None: in none) and request.client_record (the person's own record in a client session). A
    staff session takes the practice from memberships, a client session from client records; a person with several
    chooses one, and the choice is checked here on every request. Lazy responses are rendered while the scope holds.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: ScopedRequest) -> HttpResponse:
        request.practice = None
        request.client_record = None
        request.client_choices = []
        timezone.deactivate()  # the thread may have served somebody in another zone
        if not request.user.is_authenticated:
            return self.get_response(request)
        if staff_session.has_second_factor(request):
            self._enter_as_staff(request)
        else:
            act_without_roles(request.user)
            if not staff_session.is_staff_session(request):
                self._enter_as_client(request)
        practice = request.practice
        if practice is not None:
            scope = practice_scope(practice)
        elif staff_session.has_second_factor(request) and edits_shared_library(request.user):
            scope = shared_rows_only()
        else:
            return self.get_response(request)
        with scope:
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response = response.render()
            return response

    def process_view(
        self, request: ScopedRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Lead whoever has no practice yet to the page that settles it. None: the view answers."""
        if not request.user.is_authenticated or request.practice is not None:
            return None
        if request.path.startswith("/api/"):
            if request.client_choices:
                return JsonResponse({"detail": _("Choose your clinic first.")}, status=HTTPStatus.CONFLICT)
            return JsonResponse({"detail": _("There is nothing here for you.")}, status=HTTPStatus.FORBIDDEN)
        public = not getattr(view, "login_required", True)
        match = request.resolver_match
        if public or getattr(view, "needs_no_practice", False) or (match and "admin" in match.app_names):
            return None
        if staff_session.is_staff_session(request):
            return redirect("admin:login")
        if request.client_choices:
            return redirect("choose_practice")
        return render(request, "accounts/no_practice.html", status=HTTPStatus.FORBIDDEN)

    @staticmethod
    def _enter_as_staff(request: ScopedRequest) -> None:
        translation.activate(cast(User, request.user).language)
        request.LANGUAGE_CODE = translation.get_language()
        held = practices_of(request.user)
        chosen = request.session.get(PRACTICE_KEY)
        if chosen not in held and len(held) > (chosen is None):
            chosen = held[0]
            act_in(request, PRACTICE_KEY, chosen)
        if held:
            with all_practices():
                request.practice = Practice.objects.get(pk=chosen or held[0])

    @staticmethod
    def _enter_as_client(request: ScopedRequest) -> None:
        with all_practices():
            records = list(
                Client.objects.filter(user=cast(User, request.user), practice__is_active=True)
                .exclude(state=Client.State.DISCHARGED)
                .select_related("practice", "lead", "thread__last__author")
                .order_by("pk")
            )
        if ONLY_CLIENT_KEY in request.session:
            records = [row for row in records if row.pk == request.session[ONLY_CLIENT_KEY]]
        request.client_choices = records
        chosen = request.session.get(CLIENT_KEY)
        record = next((row for row in records if row.pk == chosen), records[0] if len(records) == 1 else None)
        if record is None:
            return
        if chosen is not None:
            act_in(request, CLIENT_KEY, record.pk)
        request.client_record = record
        request.practice = record.practice
        timezone.activate(record.time_zone)
        translation.activate(record.language)
        request.LANGUAGE_CODE = translation.get_language()


class Problems:
    """Turns the errors of the rooms into the right answer, in one place: 400, 403 or 409 with the reason."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return a page that says what happened and what to do; None lets unknown errors fail loudly."""
        statuses: tuple[tuple[type[Exception], int], ...] = ((Invalid, 400), (NotAllowed, 403), (WrongState, 409))
        for kind, status in statuses:
            if isinstance(error, kind):
                reason = "; ".join(error.errors.values()) if isinstance(error, Invalid) else str(error)
                page = "admin/problem.html" if request.path.startswith("/admin/") else "problem.html"
                return render(request, page, {"reason": reason, "status": status}, status=status)
        return None
