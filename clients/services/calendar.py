"""The address of a client's own calendar: making it, making a new one, and stopping it.

It is made of the row's id and the installation's key, so that the database alone opens no calendar.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from clients.models import CalendarAddress, Client
from portal.accounts import audit
from portal.accounts.models import User
from portal.accounts.tenancy import all_practices
from portal.lib import sealing
from portal.lib.rows import lock

PURPOSE = "calendar"


@transaction.atomic
def make_address(client: Client, *, by: User, now: datetime) -> CalendarAddress:
    """Return a new address. The one before, if any, stops in the same moment."""
    before = _held(client)
    if before is not None and before.stopped_at is None:
        _stop(before, now)
    changes = before.changes + 1 if before else 0
    made: CalendarAddress = CalendarAddress.objects.create(client=client, changes=changes, made_at=now)
    audit.record("calendar_address_made", client, by=by)
    return made


@transaction.atomic
def stop_address(client: Client, *, by: User, now: datetime) -> bool:
    """Let the address answer no more; return False where none is in use."""
    latest = _held(client)
    if latest is None or latest.stopped_at is not None:
        return False
    _stop(latest, now)
    audit.record("calendar_address_stopped", client, by=by)
    return True


def note_change(client: Client, *, times: int = 1) -> None:
    """Count changes that no row of a plan tells of, so that calendars see each edition under a higher number."""
    CalendarAddress.objects.filter(client=client).update(changes=F("changes") + times)


def _held(client: Client) -> CalendarAddress | None:
    """The latest address, held so that two taps at once leave one in use."""
    lock(client)
    latest: CalendarAddress | None = CalendarAddress.objects.filter(client=client).last()
    return latest


def _stop(address: CalendarAddress, now: datetime) -> None:
    address.stopped_at = now
    address.save(update_fields=["stopped_at"])


def token_of(address: CalendarAddress) -> str:
    """Return the opaque part of the address."""
    return sealing.short_token(PURPOSE, str(address.pk))


def address_of(token: str) -> CalendarAddress | None:
    """Return the address in use of a token, with its client and practice; None for any other text.

    Whoever has the address may read it, so it is looked for in all practices; an account or a practice that was closed
    has none.
    """
    try:
        number = int(sealing.read_short_token(PURPOSE, token))
    except (sealing.Unreadable, ValueError):
        return None
    with all_practices():
        found: CalendarAddress | None = (
            CalendarAddress.objects.filter(
                pk=number, stopped_at=None, client__user__is_active=True, client__practice__is_active=True
            )
            .select_related("client__practice")
            .first()
        )
    return found
