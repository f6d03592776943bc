"""The one AdminSite: practice staff with a second factor, and nobody else."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, path, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from clients import desk_urls as clients_desk
from clients.views.inviting import client_invitation
from clients.views.practitioner.caseload import caseload_page
from portal.accounts.models import Role, User
from portal.accounts.requests import PersonRequest
from portal.accounts.roles import edits_shared_library, roles_of
from portal.practice import desk_urls as practice_desk
from portal.session_views import sign_out
from portal.staff_session import has_second_factor, is_staff_session
from routines import desk_urls as library_desk

UNWANTED = {"view_on_site", "password_change_done"}


class PortalAdminSite(admin.AdminSite):
    """Django admin for the staff of one practice at a time."""

    site_header = _("Steadyback")
    site_title = _("Steadyback")
    index_title = _("Records")
    site_url = None
    enable_nav_sidebar = False
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        staff = bool(roles_of(request.user, getattr(request, "practice", None))) or edits_shared_library(request.user)
        return staff and has_second_factor(request)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead people on: to the staff door, to their second factor, or to where they were going."""
        target = get_next_redirect_url(request) or reverse("admin:index")
        user = request.user
        if self.has_permission(request):
            return redirect(target)
        if not user.is_authenticated:
            return redirect_to_login(target, reverse("account_login"))
        if isinstance(user, User) and user.is_staff and is_staff_session(request):
            enrolled = is_mfa_enabled(user, [Authenticator.Type.TOTP])
            return redirect_to_login(target, reverse("mfa_reauthenticate" if enrolled else "mfa_activate_totp"))
        return render(request, "accounts/not_staff.html", status=HTTPStatus.FORBIDDEN)

    def logout(  # type: ignore[override]  # Django asks for a TemplateResponse, and takes any response
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Sign out as everywhere else."""
        return sign_out(request)

    def password_change(  # type: ignore[override]  # Django asks for a TemplateResponse, and takes any response
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send people to the one page that changes a password."""
        return redirect("account_change_password")

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Our own pages before Django's; without `/r/` ("view on site"), which looks rows up outside any scope."""
        desks = (*clients_desk.urlpatterns, *practice_desk.urlpatterns, *library_desk.urlpatterns)
        pages = [
            *(self._page(str(url.pattern), url.callback, str(url.name)) for url in desks),
            self._page("records/", self.records, "records"),
            self._page("clients/client/<int:client_id>/invitation/", self.client_invitation, "client_invitation"),
        ]
        return [*pages, *(url for url in super().get_urls() if getattr(url, "name", "") not in UNWANTED)]

    def _page(self, route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        """Return a page of our own behind the site's door; who is signed out is led to the staff door.

        A view that is marked `cacheable` says itself how long browsers keep its answer; all others are kept nowhere.
        """
        guarded = self.admin_view(view, cacheable=getattr(view, "cacheable", False))
        guarded.login_url = reverse_lazy("admin:login")  # type: ignore[attr-defined]  # read by LoginRequiredMiddleware
        return path(route, guarded, name=name)

    def index(  # type: ignore[override]  # Django asks for a TemplateResponse, and takes any response
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show people what they come for: clinicians and owners their caseload, library editors the records."""
        sees_clients = roles_of(request.user) & {Role.PRACTITIONER, Role.OWNER}
        return caseload_page(request) if sees_clients else self.records(request)

    def records(self, request: HttpRequest) -> HttpResponse:
        """List every kind of record that the person may look at."""
        return super().index(request)

    def client_invitation(self, request: PersonRequest, client_id: int) -> HttpResponse:
        """Show the page about a client's invitation."""
        return client_invitation(request, client_id, self.each_context(request))
