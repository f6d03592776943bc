"""Requests as views are given them, once the middleware and a door have let them through."""

from collections.abc import Set
from typing import TypeGuard

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from portal.accounts.models import Practice, Role, User
from portal.accounts.roles import roles_of


class PersonRequest(HttpRequest):
    """A request whose user is a person: the sign-in middleware has turned everybody else away.

    practice: the one in scope; None for whoever has none, such as an editor of the shared library alone.
    """

    user: User
    practice: Practice | None


class DeskRequest(PersonRequest):
    """A request of somebody who holds a role in the practice in scope, so there is one."""

    practice: Practice


def holds_one_of(request: HttpRequest, roles: Set[Role]) -> TypeGuard[DeskRequest]:
    """True where the person holds one of the roles in the practice in scope."""
    return bool(roles_of(request.user) & roles)


def person_of(request: HttpRequest) -> User:
    """Return who is signed in, where Django prescribes the type of the request. Raises PermissionDenied for nobody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
