"""What both editors offer to choose from."""

from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.roles import edits_library_of, edits_shared_library
from routines.exercise_specs import Options
from routines.models import SelfCareItem


def places_of(user: Any) -> Options:
    """Return whose a new exercise or routine may be, for this person."""
    found: Options = []
    if edits_library_of(user):
        found += [("clinic", _("Our clinic's")), ("mine", _("Mine alone"))]
    if edits_shared_library(user):
        found.append(("shared", _("The shared library's")))
    return found


def self_care_options() -> Options:
    """Return slugs and names of the published self-care items, each slug once."""
    rows = SelfCareItem.objects.exclude(current_version=None).order_by("name")
    return list(dict(rows.values_list("slug", "name")).items())
