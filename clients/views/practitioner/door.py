"""Doors of the practitioner's pages: who may open them, what each page is given, and where a form leads back to."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from clients.models import Client
from portal.accounts.access import find_for
from portal.accounts.models import Role
from portal.accounts.requests import DeskRequest, PersonRequest, holds_one_of

P = ParamSpec("P")
DeskView = Callable[Concatenate[DeskRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

OWNERS = frozenset({Role.OWNER})
STAFF_OF_CLIENTS = OWNERS | {Role.PRACTITIONER}


def desk_page(view: DeskView[P]) -> View[P]:
    """Let the view run for practitioners and owners of the practice in scope; others of its staff get 403.

    The admin site has let in staff with a second factor only.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not holds_one_of(request, STAFF_OF_CLIENTS):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def owner_page(view: DeskView[P]) -> View[P]:
    """Let the view run for owners of the practice in scope; others of its staff get 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not holds_one_of(request, OWNERS):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def desk(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = HTTPStatus.OK) -> HttpResponse:
    """Return a page of the practitioner's side, with what the admin site gives each of its pages."""
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)


def client_for(request: PersonRequest, client_id: int) -> Client:
    """Return the client whom the person may see; 404 for a stranger's, 403 for a colleague's."""
    client: Client = find_for(request.user, Client.objects.select_related("practice", "lead"), pk=client_id)
    return client


def back_to(request: DeskRequest, otherwise: str) -> str:
    """Return the page of this site that the form names as `next`; an address elsewhere is not followed."""
    back = request.POST.get("next", "")
    is_ours = back.startswith("/admin/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else otherwise
