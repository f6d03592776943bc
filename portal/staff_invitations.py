"""Inviting staff: a membership waits until the invited person opens the link that was mailed to them.

Until then the practice sees only the address that was typed, so that nobody learns a name, or that somebody works or is
a client elsewhere, by inviting them.
"""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.errors import Invalid
from clients.models import Reminder
from clients.services.outbox import enqueue_now
from portal.accounts import audit
from portal.accounts.errors import NotAllowed, WrongState
from portal.accounts.models import Membership, Practice, Role, User
from portal.accounts.roles import roles_of
from portal.accounts.tenancy import all_practices


def invite_staff(
    practice: Practice, *, email: str, role: Role, by: User | None, now: datetime
) -> tuple[Membership, str]:
    """Return the waiting membership and the link that goes out by mail.

    by is an owner of the practice; None for the command that starts an installation. Raises NotAllowed, and Invalid
    naming the field.
    """
    _check_owner(by, practice)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid({"email": _("Type an e-mail address with an @.")}) from error
    try:
        with transaction.atomic(), all_practices():
            user = User.objects.filter(email=address).first() or User.objects.create_user(address)
            membership = Membership.objects.create(practice=practice, user=user, role=role, accepted_at=None)
            audit.record("added", membership, by=by, detail={"role": str(role)})
            link = _send(membership, by=by, now=now)
    except IntegrityError as error:
        raise Invalid({"email": _("This person has this role already.")}) from error
    return membership, link


def send_again(membership: Membership, *, by: User, now: datetime) -> str:
    """Return the new link, which goes out by mail; the old one stops working. Raises NotAllowed and WrongState."""
    _check_owner(by, membership.practice)
    if membership.accepted_at is not None:
        raise WrongState(_("This person has joined already."))
    with transaction.atomic():
        return _send(membership, by=by, now=now)


def find_open(token: str, *, now: datetime) -> Membership | None:
    """Return the membership that this token opens now; None for one that is unknown, used, replaced or too old."""
    with all_practices():
        return (
            Membership.objects.filter(
                invite_hash=_hash(token),
                invite_expires_at__gt=now,
                accepted_at=None,
                is_active=True,
                user__is_active=True,
                practice__is_active=True,
            )
            .select_related("practice", "user")
            .first()
        )


def accept(membership: Membership, *, now: datetime, first_name: str = "", last_name: str = "") -> User:
    """Return the person, who has joined; the link is used up. Names fill in where the person had none.

    Raises WrongState where the link was used a moment before.
    """
    with transaction.atomic(), all_practices():
        waiting = Membership.objects.filter(pk=membership.pk, accepted_at=None, invite_hash=membership.invite_hash)
        if not waiting.update(accepted_at=now, invite_hash="", invite_expires_at=None):
            raise WrongState(_("This link no longer works. Ask for a new one."))
        user = membership.user
        if not user.get_full_name() and first_name.strip():
            user.first_name, user.last_name = first_name.strip(), last_name.strip()
            user.save(update_fields=["first_name", "last_name"])
        audit.record("joined", membership, by=user, detail={"role": membership.role})
    return user


def _send(membership: Membership, *, by: User | None, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    membership.invite_hash = _hash(token)
    membership.invite_expires_at = now + settings.INVITATION_LIFE
    membership.save(update_fields=["invite_hash", "invite_expires_at"])
    link = f"{settings.SITE_URL}{reverse('join', args=[token])}"
    enqueue_now(
        membership.user,
        practice=membership.practice,
        stream=Reminder.Stream.INVITATION,
        subject_key=f"staff:{membership.invite_hash[:32]}",
        kind="staff_invitation",
        secret={"link": link},
        now=now,
        life=settings.INVITATION_LIFE,
    )
    audit.record("invited", membership, by=by)
    return link


def _check_owner(by: Any, practice: Practice) -> None:
    if by is not None and Role.OWNER not in roles_of(by, practice):
        raise NotAllowed(_("Only owners of the practice invite staff."))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
