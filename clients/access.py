"""Who may do what with clients: one module of questions, each raising with the reason."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from clients.errors import NotAllowed
from clients.models import Client
from portal.accounts.models import Role, User
from portal.accounts.roles import roles_of


def check_can_treat(user: User, client: Client) -> None:
    """Raise NotAllowed unless the person is a practitioner of the practice who may see this client.

    Needed to give, change, pause or end a plan. Runs in the scope of the practice.
    """
    if Role.PRACTITIONER not in roles_of(user):
        raise NotAllowed(_("Plans are given by practitioners. Ask one of your practice."))
    _check_sees(user, client)


def can_treat(user: User, client: Client) -> bool:
    """Whether `check_can_treat` would pass."""
    return _passes(check_can_treat, user, client)


def check_can_note(user: User, client: Client) -> None:
    """Raise NotAllowed unless the person may keep notes for colleagues about the client: never about oneself."""
    check_can_treat(user, client)
    if client.user_id == user.pk:
        raise NotAllowed(_("Notes about you are kept by your colleagues."))


def can_note(user: User, client: Client) -> bool:
    """Whether `check_can_note` would pass."""
    return _passes(check_can_note, user, client)


def check_can_edit(user: User, client: Client) -> None:
    """Raise NotAllowed unless the person is staff of the practice (practitioner or owner) who may see this client."""
    if not roles_of(user) & {Role.PRACTITIONER, Role.OWNER}:
        raise NotAllowed(_("Clients are kept by practitioners and practice owners."))
    _check_sees(user, client)


def _check_sees(user: User, client: Client) -> None:
    if not Client.objects.visible_to(user).filter(pk=client.pk).exists():
        raise NotAllowed(_("This client is not in your caseload. Ask the lead practitioner to share them with you."))


def _passes(check: Callable[[User, Client], None], user: User, client: Client) -> bool:
    try:
        check(user, client)
    except NotAllowed:
        return False
    return True
