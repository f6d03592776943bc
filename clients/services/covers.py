"""A cover that has begun: the colleague is told what nobody has seen, once."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from clients.models import Absence, Client
from clients.services.alert_letters import tell_of_unseen_alerts
from clients.services.red_flags import tell_of_unseen_red_flags
from portal.accounts import audit
from portal.accounts.models import AuditEvent
from portal.accounts.tenancy import all_practices, practice_scope

BEGAN: Final = "cover_began"  # in the audit trail: what keeps a cover from being told again
ZONES: Final = timedelta(days=1)  # at most, between a practice's date and UTC's; IANA zones reach from -12 to +14 hours


def tell_covers(now: datetime) -> int:
    """Tell each colleague whose cover has begun at `now` (aware); return how many covers began. All practices.

    Alerts that nobody has seen are told to all, the newest red flag of each client as they chose. What was written to
    the colleague before is not written again.
    """
    days = (now - ZONES).date(), (now + ZONES).date()
    with all_practices():
        absences = list(Absence.objects.on(*days).select_related("practice", "cover").order_by("pk"))
    return sum(_begin(each, now) for each in absences if each.lasts_on(each.practice.day_at(now)))


@transaction.atomic
def _begin(absence: Absence, now: datetime) -> bool:
    practice = absence.practice
    with practice_scope(practice):
        Absence.objects.select_for_update(of=("self",), no_key=True).get(pk=absence.pk)  # one process at a time
        told = AuditEvent.objects.filter(practice=practice, object_type=absence._meta.label_lower, action=BEGAN)
        if told.filter(object_id=str(absence.pk)).exists():
            return False
        audit.record(BEGAN, absence, by=None, practice=practice)
        clients = list(Client.objects.filter(practice=practice, lead=absence.away_id).select_related("practice"))
        tell_of_unseen_alerts(clients, to=absence.cover, now=now)
        tell_of_unseen_red_flags(clients, to=absence.cover, now=now)
    return True
