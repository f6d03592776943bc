"""Who covers for whom while somebody is away."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clients.errors import Invalid, NotAllowed
from clients.models import Absence
from portal.accounts import audit
from portal.accounts.models import Membership, Practice, Role, User
from portal.accounts.roles import roles_of

LONGEST = timedelta(days=366)  # engineering bound: a longer one is a hand-over of clients


def team_of(practice: Practice) -> Any:
    """Return the practitioners of the practice, by name."""
    members = Membership.objects.in_force().filter(practice=practice, role=Role.PRACTITIONER).values("user")
    return User.objects.filter(pk__in=members).order_by("first_name", "last_name", "pk")


def plan_absence(
    practice: Practice, *, away: User, cover: User, first_day: date, last_day: date, by: User, today: date
) -> Absence:
    """Return the new absence: from first_day to last_day (both included, the practice's dates) `cover` sees and acts
    on the clients whom `away` leads.

    Practitioners say so for themselves, owners for everybody. Raises NotAllowed, and Invalid naming the field.
    """
    roles = roles_of(by, practice)
    if Role.OWNER not in roles and not (Role.PRACTITIONER in roles and away == by):
        raise NotAllowed(_("You can say who covers for you. For others the owner of the practice does."))
    team = set(team_of(practice).values_list("pk", flat=True))
    errors: dict[str, str] = {}
    if away.pk not in team:
        errors["away"] = _("Choose a practitioner of this practice.")
    if cover.pk not in team:
        errors["cover"] = _("Choose a practitioner of this practice.")
    elif cover == away:
        errors["cover"] = _("Choose a colleague: nobody covers for themselves.")
    if last_day < first_day:
        errors["last_day"] = _("The last day comes before the first. Choose a later one.")
    elif last_day < today:
        errors["last_day"] = _("These days are over. Choose today or later.")
    elif last_day - first_day > LONGEST:
        errors["last_day"] = _("That is more than a year. Hand the clients over to a colleague instead.")
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        absence: Absence = Absence.objects.create(
            practice=practice, away=away, cover=cover, first_day=first_day, last_day=last_day, created_by=by
        )
        audit.record("absence_planned", absence, by=by, practice=practice, detail={"days": (last_day - first_day).days})
    return absence


def end_absence(absence: Absence, *, by: User, now: datetime) -> Absence:
    """End an absence at once: whoever covered sees these clients no more. A repeat changes nothing.

    Those who are away or cover may end it, and owners. Raises NotAllowed.
    """
    if Role.OWNER not in roles_of(by, absence.practice_id) and by.pk not in {absence.away_id, absence.cover_id}:
        raise NotAllowed(_("Only those who are away or cover can end this, or the owner of the practice."))
    if Absence.objects.filter(pk=absence.pk, ended_at=None).update(ended_at=now):
        audit.record("absence_ended", absence, by=by, practice=absence.practice_id)
    absence.refresh_from_db()
    return absence
