"""Keeping order: favourites and folders."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import Practice, User
from routines.access import check_can_add
from routines.models import Exercise, Favourite, Filing, Routine
from routines.reading import ContentError

LONGEST_FOLDER = Filing._meta.get_field("folder").max_length or 0


@transaction.atomic
def mark_favourite(thing: Exercise | Routine, *, by: User, practice: Practice, on: bool) -> bool:
    """Keep an exercise or routine among the person's favourites, or no longer; return which. A repeat is silent."""
    named = {"exercise": thing} if isinstance(thing, Exercise) else {"routine": thing}
    if on:
        Favourite.objects.get_or_create(practice=practice, person=by, **named)
    else:
        Favourite.objects.filter(practice=practice, person=by, **named).delete()
    return on


@transaction.atomic
def file_routine(routine: Routine, *, folder: str, by: User, practice: Practice) -> str:
    """Keep a routine in a folder of the clinic, "" for none; return the folder. Raises NotAllowed, ContentError."""
    check_can_add(by, practice)
    name = " ".join(folder.split())
    if len(name) > LONGEST_FOLDER:
        text = _("has %(count)d characters; at most %(most)d are accepted") % {
            "count": len(name),
            "most": LONGEST_FOLDER,
        }
        raise ContentError.at("folder", text)
    if name:
        Filing.objects.update_or_create(practice=practice, routine=routine, defaults={"folder": name})
    else:
        Filing.objects.filter(practice=practice, routine=routine).delete()
    return name
