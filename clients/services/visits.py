"""Marking that a client was seen, and that a session was looked over."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from clients.access import can_treat, check_can_treat
from clients.models import Client, Session, SessionLook, Visit
from portal.accounts import audit
from portal.accounts.models import User


@transaction.atomic
def mark_visit(client: Client, *, by: User, now: datetime) -> Visit:
    """Return the visit of today (client's local date); pressing again changes nothing. Raises NotAllowed."""
    check_can_treat(by, client)
    today = now.astimezone(ZoneInfo(client.time_zone)).date()
    visit: Visit
    visit, is_new = Visit.objects.get_or_create(client=client, on=today, defaults={"by": by, "at": now})
    if is_new:
        audit.record("seen_today", visit, by=by, practice=client.practice_id)
    return visit


def look_over(session: Session, *, by: User, now: datetime) -> None:
    """Note that a practitioner of the client has looked the session over; whoever only looks on does not count."""
    if can_treat(by, session.client):
        SessionLook.objects.get_or_create(session=session, defaults={"by": by, "at": now})
