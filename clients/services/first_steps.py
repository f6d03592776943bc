"""Hiding the first steps of a practice."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.errors import NotAllowed
from portal.accounts import audit
from portal.accounts.models import Practice, Role, User
from portal.accounts.roles import roles_of


@transaction.atomic
def hide_first_steps(practice: Practice, *, by: User) -> None:
    """Take the first steps off the landing page of everybody in the practice; a repeat changes nothing.

    Raises NotAllowed for others than practitioners and owners.
    """
    if not roles_of(by, practice) & {Role.PRACTITIONER, Role.OWNER}:
        raise NotAllowed(_("Practitioners and owners of the practice hide these."))
    if Practice.objects.filter(pk=practice.pk, shows_first_steps=True).update(shows_first_steps=False):
        audit.record("first_steps_hidden", practice, by=by, practice=practice)
