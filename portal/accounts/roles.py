"""What a person is in the practice in scope."""

from typing import Any

from django_scopes.state import get_scope

from portal.accounts.models import Membership, Practice, Role, User
from portal.accounts.tenancy import all_practices


def roles_of(user: Any, practice: Practice | int | None = None) -> frozenset[Role]:
    """Return the roles that the person holds now in the practice (default: the practice in scope).

    Empty for strangers, for whoever is signed out or switched off, and outside any scope: unknown means no.
    Read from the database once per user object, and a user object lives for one request.
    """
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    chosen = practice if practice is not None else get_scope().get("practice")
    if chosen is None:
        return frozenset()
    practice_id = chosen.pk if isinstance(chosen, Practice) else int(chosen)
    return _all_roles(user).get(practice_id, frozenset())


def act_without_roles(user: Any) -> None:
    """Let the person hold no role for the rest of this request: they came in by a client's door."""
    user.roles_by_practice = {}


def practices_of(user: Any) -> list[int]:
    """Return the ids of the practices in which the person holds a role now, lowest first."""
    return sorted(_all_roles(user)) if isinstance(user, User) and user.is_active else []


def edits_library_of(user: Any, practice: Practice | int | None = None) -> bool:
    """True where the person may edit the practice's own exercises and routines."""
    return bool(roles_of(user, practice) & {Role.EDITOR, Role.PRACTITIONER})


def edits_shared_library(user: Any) -> bool:
    """True for the system-wide grant, which opens no client data."""
    return isinstance(user, User) and user.is_active and user.edits_shared_library


def _all_roles(user: User) -> dict[int, frozenset[Role]]:
    if user.roles_by_practice is None:
        with all_practices():
            rows = list(Membership.objects.in_force().filter(user=user).values_list("practice_id", "role"))
        user.roles_by_practice = {
            practice_id: frozenset(Role(role) for owner_id, role in rows if owner_id == practice_id)
            for practice_id in {practice_id for practice_id, _ in rows}
        }
    return user.roles_by_practice
