"""Who works in a practice and as what: roles are switched on and off, never deleted, and one owner always stays."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import audit
from portal.accounts.errors import NotAllowed, WrongState
from portal.accounts.models import Membership, Practice, Role, User


@dataclass(frozen=True)
class Colleague:
    """A person of the practice. known_as: their name, once they have joined. waiting: an invitation is open.

    roles: those in force, in the order of Role; none for somebody who is suspended or has not joined.
    """

    user: User
    known_as: str
    roles: tuple[Role, ...]
    waiting: bool
    memberships: tuple[Membership, ...]

    @property
    def has_joined(self) -> bool:
        return any(row.accepted_at is not None for row in self.memberships)

    @property
    def treats(self) -> bool:
        return Role.PRACTITIONER in self.roles

    @property
    def is_suspended(self) -> bool:
        return not self.roles and not self.waiting


def colleagues(practice: Practice, *, user_id: int | None = None) -> list[Colleague]:
    """Return the people of the practice by name, or the one person. Runs in the practice scope."""
    rows = Membership.objects.filter(practice=practice).select_related("user").order_by("pk")
    by_user: dict[int, list[Membership]] = {}
    for row in rows if user_id is None else rows.filter(user=user_id):
        by_user.setdefault(row.user_id, []).append(row)
    found = [_colleague(theirs) for theirs in by_user.values()]
    return sorted(found, key=lambda each: (each.is_suspended, each.known_as.casefold()))


def _colleague(rows: list[Membership]) -> Colleague:
    joined = [row for row in rows if row.accepted_at is not None]
    on = {row.role for row in joined if row.is_active and row.user.is_active}
    return Colleague(
        user=rows[0].user,
        known_as=(joined or rows)[0].known_as,
        roles=tuple(role for role in Role if role in on),
        waiting=any(row.is_active and row.accepted_at is None for row in rows),
        memberships=tuple(rows),
    )


@transaction.atomic
def set_roles(practice: Practice, user: User, roles: Collection[str], *, by: User) -> list[str]:
    """Give the person exactly these roles in the practice from now on; return those that changed.

    No role suspends them: rights are read anew with each request, so an open session is refused at its next one. A
    role that waits for an invitation to be accepted is taken back where it is left out. Raises NotAllowed for others
    than owners, and WrongState for whoever has not joined, and where no owner would be left.
    """
    # Locked in one order, so that two owners cannot each take the other's right at the same moment.
    everyone = list(Membership.objects.select_for_update().filter(practice=practice).order_by("pk"))
    if not by.is_active or not _owners(practice).filter(user=by).exists():
        raise NotAllowed(_("Only owners of the practice change who works here."))
    rows = {row.role: row for row in everyone if row.user_id == user.pk}
    if not any(row.accepted_at is not None for row in rows.values()):
        if roles:
            raise WrongState(_("They have not joined yet. Roles can be changed once they have."))
    elif Role.OWNER not in roles and not _owners(practice).exclude(user=user).exists():
        raise WrongState(_("This is the only owner. Make another person owner first."))
    changed = []
    for role in Role:
        row, wanted = rows.get(role), role in roles
        if row is None and wanted:
            Membership.objects.create(practice=practice, user=user, role=role, accepted_at=timezone.now())
        elif row is not None and row.is_active != wanted:
            row.is_active = wanted
            if wanted:
                row.accepted_at = row.accepted_at or timezone.now()
            row.save(update_fields=["is_active", "accepted_at"])
        else:
            continue
        changed.append(str(role))
    if changed:
        now = sorted(str(role) for role in roles)
        audit.record("roles_set", user, by=by, practice=practice, detail={"roles": now, "changed": changed})
    return changed


def _owners(practice: Practice) -> QuerySet[Membership]:
    owners: QuerySet[Membership] = Membership.objects.in_force().filter(practice=practice, role=Role.OWNER)
    return owners
