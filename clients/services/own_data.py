"""What clients do with what is kept about them."""

from datetime import datetime

from django.db import transaction

from clients.analytics.own_data import DELETION
from clients.models import Alert, Client
from clients.services.alerts import raise_alert
from portal.accounts import audit
from portal.accounts.models import User
from portal.lib.rows import lock


@transaction.atomic
def ask_for_deletion(client: Client, *, by: User, now: datetime) -> Alert:
    """Tell the practice that the client asks to delete what it keeps about them; nothing is deleted.

    While a request is open a repeat changes nothing and returns that one; after a practitioner has cleared it, the
    client may ask again.
    """
    lock(client)  # two taps at once are one request
    asked = Alert.objects.filter(client=client, reason_key=DELETION)
    waiting: Alert | None = asked.open().first()
    if waiting is not None:
        return waiting
    alert = raise_alert(
        client, DELETION, level=Alert.Level.ROUTINE, subject_key=f"deletion:{asked.count() + 1}", now=now
    )
    audit.record("deletion_asked", client, by=by)
    return alert
