"""Doors of the client pages: who is looking, and whose rows they may open."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from clients.models import Client, Session
from clients.requests import ClientRequest, ScopedRequest, is_client
from portal.accounts.roles import edits_shared_library, practices_of

P = ParamSpec("P")
ClientView = Callable[Concatenate[ClientRequest, Client, P], HttpResponseBase]
View = Callable[Concatenate[ScopedRequest, P], HttpResponseBase]


def client_page(view: ClientView[P]) -> View[P]:
    """Let the view run for a client with a record in scope, given as its second argument.

    Whoever is a client of several practices chooses one first; members of staff without a record go to their own
    pages; anybody else gets 404.
    """

    @wraps(view)
    def guarded(request: ScopedRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if is_client(request):
            return view(request, request.client_record, *args, **kwargs)
        if request.client_choices:
            return redirect("choose_practice")
        if request.method == "GET" and (practices_of(request.user) or edits_shared_library(request.user)):
            return redirect("admin:index")
        raise Http404

    return guarded


def session_of(client: Client, session_id: Any) -> Session:
    """Return the client's own session. Raises Http404 for any other."""
    session = (
        Session.objects.filter(client=client, pk=session_id)
        .select_related("assignment", "version", "client__lead", "client__practice")
        .first()
    )
    if session is None:
        raise Http404
    return session
