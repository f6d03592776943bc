"""Forgetting what has served: codes, counters of limits, browser sessions that are over, files that nothing shows."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from clients.services import sign_in
from portal.accounts import devices, limits
from routines.services.exchange import delete_stale
from routines.services.media_store import delete_unused

KEPT = timedelta(days=1)  # longer than any code lives and any limit counts


def tidy(now: datetime) -> dict[str, int]:
    """Delete what nobody needs any more; return how many rows of each kind."""
    return {
        "codes": sign_in.forget_codes_older_than(KEPT, now=now),
        "limits": limits.forget_older_than(KEPT, now=now),
        "imports": delete_stale(now),
        "media": delete_unused(now),
        "sessions": Session.objects.filter(expire_date__lt=now).delete()[0],
        "devices": devices.forget_ended(),
    }
