"""Requests as the middleware gives them to pages and API: of anybody, and of a client with a record of their own."""

from typing import TypeGuard

from django.http import HttpRequest

from clients.models import Client
from portal.accounts.models import Practice
from portal.accounts.requests import PersonRequest


class ScopedRequest(HttpRequest):
    """Any request after `portal.middleware.PracticeScope`, of somebody who is signed in or not.

    client_record: the person's own record in a client session; None for everybody else, and for whoever still has to
    choose among client_choices.
    """

    practice: Practice | None
    client_record: Client | None
    client_choices: list[Client]


class ClientRequest(PersonRequest):
    """A request of a client with a record in scope."""

    practice: Practice
    client_record: Client


def is_client(request: HttpRequest) -> TypeGuard[ClientRequest]:
    """True where the person looks as a client, with a record of their own."""
    return getattr(request, "client_record", None) is not None
