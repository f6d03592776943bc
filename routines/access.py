"""Who may change the library. Unknown means no."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from portal.accounts.errors import NotAllowed
from portal.accounts.models import Practice, User
from portal.accounts.roles import edits_library_of, edits_shared_library
from routines.models import Exercise, Routine, SelfCareItem


def check_can_add(user: User, practice: Practice | None) -> None:
    """Raise NotAllowed unless the person may add to the library of a practice, or (None) to the shared one."""
    if practice is None:
        if not edits_shared_library(user):
            raise NotAllowed(_("The shared library is changed by its editors. Make a copy for your clinic instead."))
    elif not edits_library_of(user, practice):
        raise NotAllowed(_("The library of a clinic is changed by its practitioners and library editors."))


def check_can_edit(user: User, thing: Exercise | Routine | SelfCareItem) -> None:
    """Raise NotAllowed unless the person may change this exercise, routine or self-care item."""
    check_can_add(user, thing.practice)
    if isinstance(thing, SelfCareItem):
        return
    if thing.owner_id is not None and thing.owner_id != user.pk:
        raise NotAllowed(_("This one belongs to a colleague. Make a copy of your own instead."))


def can_edit(user: Any, thing: Exercise | Routine | SelfCareItem) -> bool:
    """Tell whether the person may change this exercise, routine or self-care item."""
    try:
        check_can_edit(user, thing)
    except NotAllowed:
        return False
    return True


def needs_review(practice: Practice | None) -> bool:
    """Tell whether what is published in a practice's library, or (None) in the shared one, needs a second person."""
    return settings.SHARED_LIBRARY_NEEDS_REVIEW if practice is None else practice.exercises_need_review
