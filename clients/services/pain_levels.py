"""The practice's pain model: each setting writes a new row, so that it stays known what counted when."""

from django.utils.translation import gettext as _

from clients.errors import Invalid, NotAllowed
from clients.models import PainLevels
from clients.rules.pain import DEFAULT
from portal.accounts import audit
from portal.accounts.models import Practice, Role, User
from portal.accounts.roles import roles_of


def set_levels(
    practice: Practice, *, green_max: int, amber_max: int, rise_stop: int, next_day_reduce_delta: int, by: User
) -> PainLevels:
    """Return the levels in force from now on, in points of 0 to 10.

    A level above the default is for single clients, in their plan, with a reason and a day to look again. Raises
    NotAllowed for others than owners, and Invalid naming the level with the remedy.
    """
    if Role.OWNER not in roles_of(by):
        raise NotAllowed(_("The levels of the practice are set by its owners."))
    errors = {}
    if not 0 <= green_max < amber_max:
        errors["green_max"] = _("Choose a level below the acceptable one.")
    if amber_max > DEFAULT.amber_max:
        errors["amber_max"] = _(
            "For all clients the level is at most %(most)d. Raise it for one client in their plan, with a reason."
        ) % {"most": DEFAULT.amber_max}
    if rise_stop < 1:
        errors["rise_stop"] = _("Choose at least 1 point.")
    if next_day_reduce_delta <= DEFAULT.next_day_ok_delta:
        errors["next_day_reduce_delta"] = _("Choose at least 1 point.")
    if errors:
        raise Invalid(errors)
    levels: PainLevels = PainLevels.objects.create(
        practice=practice,
        green_max=green_max,
        amber_max=amber_max,
        rise_stop=rise_stop,
        next_day_reduce_delta=next_day_reduce_delta,
        created_by=by,
    )
    audit.record("set_pain_levels", levels, by=by, practice=practice)
    return levels
