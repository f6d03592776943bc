"""The log of management time: written down, and struck out where it was wrong."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from clients.access import check_can_treat
from clients.errors import Invalid, WrongState
from clients.models import Client, ManagementTime
from portal.accounts import audit
from portal.accounts.models import User

LONGEST_MINUTES: Final = 240  # of one entry; engineering bound
OLDEST: Final = timedelta(days=400)  # of an entry that is written down now; engineering bound


def log_time(
    client: Client, *, by: User, started_at: datetime, minutes: int, contact: str, what: str, now: datetime
) -> ManagementTime:
    """Return the new entry of the person's own time, from started_at (aware) on.

    Raises NotAllowed for others than the client's practitioners, Invalid naming the field with the remedy.
    """
    check_can_treat(by, client)
    errors = {}
    if not 1 <= minutes <= LONGEST_MINUTES:
        errors["minutes"] = _("Write 1 to %(most)d minutes.") % {"most": LONGEST_MINUTES}
    elif started_at > now - timedelta(minutes=minutes):
        errors["started_at"] = _("This time is not over yet. Write it down afterwards.")
    elif started_at < now - OLDEST:
        errors["started_at"] = _("This is more than a year ago. Check the date.")
    if contact not in ManagementTime.Contact.values:
        errors["contact"] = _("Choose one of the list.")
    if not what.strip():
        errors["what"] = _("Write in a few words what you did.")
    if errors:
        raise Invalid(errors)
    entry: ManagementTime = ManagementTime.objects.create(
        client=client,
        practitioner=by,
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=minutes),
        contact=contact,
        what=what.strip(),
    )
    audit.record("logged_time", entry, by=by, practice=client.practice_id)
    return entry


def strike_time(entry: ManagementTime, *, by: User, now: datetime) -> None:
    """Let an entry count no more; it stays in the log. entry.client must be loaded.

    Raises NotAllowed for others than the client's practitioners, WrongState where it is struck out already.
    """
    check_can_treat(by, entry.client)
    if not ManagementTime.objects.in_force().filter(pk=entry.pk).update(struck_at=now, struck_by=by):
        raise WrongState(_("This entry is struck out already."))
    audit.record("struck_time", entry, by=by, practice=entry.client.practice_id)
