"""Reminders on phones, as the pages show them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from clients.models import Client, PushSubscription, Session
from portal.lib import vapid

SESSIONS_BEFORE = 2  # finished ones before the question is asked, screens.md 2.5
PAUSE = timedelta(days=30)  # after "Not now", screens.md 2.5


@dataclass(frozen=True)
class Phones:
    """What a page's script needs. known: a hash of each address in use, so that a browser finds itself."""

    key: str
    known: tuple[str, ...]
    are_wanted: bool  # False: the client has switched reminders off altogether


def phones_of(client: Client) -> Phones | None:
    """Return the client's browsers with reminders; None where the app that shows them is switched off."""
    if not settings.OFFLINE_APP:
        return None
    endpoints = PushSubscription.objects.in_use().filter(client=client).values_list("endpoint", flat=True)
    known = tuple(hashlib.sha256(endpoint.encode()).hexdigest() for endpoint in endpoints)
    return Phones(vapid.public_key(), known, client.reminder_channel == Client.Channel.EMAIL)


def phones_to_ask(client: Client, now: datetime) -> Phones | None:
    """Return the same where the client is to be asked about this phone; None where not (yet, or for a while)."""
    if client.reminder_channel != Client.Channel.EMAIL:
        return None
    if client.push_put_off_at is not None and now - client.push_put_off_at < PAUSE:
        return None
    over = Session.objects.filter(client=client, state=Session.State.FINISHED).values("pk")[:SESSIONS_BEFORE]
    if len(over) < SESSIONS_BEFORE:
        return None
    phones = phones_of(client)
    return None if phones is None or phones.known else phones
