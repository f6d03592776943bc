"""Doors of the client pages: who is looking, and whose rows they may open."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from clients.models import Client, Session
from portal.accounts.roles import edits_shared_library, practices_of

View = Callable[..., HttpResponseBase]


def client_page(view: View) -> View:
    """Let the view run for a client with a record in scope, given as its second argument.

    Whoever is a client of several practices chooses one first; members of staff without a record go to their own
    pages; anybody else gets 404.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        client: Client | None = getattr(request, "client_record", None)  # set by PracticeScope
        if client is not None:
            return view(request, client, *args, **kwargs)
        if getattr(request, "client_choices", None):
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
