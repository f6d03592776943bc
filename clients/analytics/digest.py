"""What a colleague's morning summary says: who needs them and what waits, in counts and initials."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.analytics.lately import flag_settings, lately, looked_at
from clients.analytics.promise import hours_of
from clients.models import Client, Thread
from clients.models.absence import away_on
from clients.rules.office_hours import ANSWERS_WITHIN_DAYS, working_days_waited
from portal.accounts.models import Practice, Role, User
from portal.accounts.roles import roles_of

INITIALS_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Digest:
    """The counts of one morning. needs: initials of who needs the person, the most urgent first.

    total: the clients whom they lead or cover. waiting: messages of these that wait for an answer. overdue: messages
    of the whole practice that have waited for two working days or longer; counted for owners only.
    """

    needs: Sequence[str] = ()
    total: int = 0
    waiting: int = 0
    overdue: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.needs or self.waiting or self.overdue)


def digest_for(user: User, practice: Practice, *, now: datetime) -> Digest:
    """Return what waits for the person this morning. Runs in the practice scope."""
    roles = roles_of(user, practice)
    needs: list[str] = []
    total = waiting = overdue = 0
    if Role.PRACTITIONER in roles:
        treated = Q(lead=user) | Q(lead__in=away_on(practice, user, now))
        mine = Client.objects.filter(treated, practice=practice)
        known = lately(looked_at(mine), now=now, settings=flag_settings())
        flagged = [each for each in known.values() if each.flags]
        needs = [initials(each.client) for each in sorted(flagged, key=lambda each: each.flags[0].order)]
        total = mine.current().count()
        waiting = Thread.objects.filter(client__in=mine.current()).waiting().count()
    if Role.OWNER in roles:
        overdue = _overdue(practice, now)
    return Digest(tuple(needs), total, waiting, overdue)


def initials(client: Client) -> str:
    """Return the first letters of both names."""
    return client.first_name[:1] + client.last_name[:1]


def digest_words(digest: Digest) -> str:
    """Return the summary as sentences, in the language in force."""
    said = []
    if digest.needs:
        shown = ", ".join(digest.needs[:INITIALS_SHOWN])
        more = len(digest.needs) - INITIALS_SHOWN
        if more > 0:
            shown = _("%(initials)s and %(count)d more") % {"initials": shown, "count": more}
        counts = {"needs": len(digest.needs), "total": digest.total, "initials": shown}
        said.append(_("Clients who need you: %(needs)d of %(total)d (%(initials)s).") % counts)
    if digest.waiting:
        said.append(
            ngettext("%(count)d message waits for an answer.", "%(count)d messages wait for an answer.", digest.waiting)
            % {"count": digest.waiting}
        )
    if digest.overdue:
        said.append(
            ngettext(
                "In the practice %(count)d message has waited for %(days)d working days or longer.",
                "In the practice %(count)d messages have waited for %(days)d working days or longer.",
                digest.overdue,
            )
            % {"count": digest.overdue, "days": ANSWERS_WITHIN_DAYS}
        )
    return " ".join(said)


def _overdue(practice: Practice, now: datetime) -> int:
    hours = hours_of(practice)
    since: Any = Thread.objects.filter(client__practice=practice).waiting().values_list("waiting_since", flat=True)
    return sum(working_days_waited(at, now, hours) >= ANSWERS_WITHIN_DAYS for at in since)
