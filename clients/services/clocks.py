"""Clocks of devices: how far one may be from the server's, and what is said where it is further."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from clients.models import Client
from clients.rules.events import EventIn

AHEAD: Final = timedelta(days=1)  # a device may be a day ahead of the server's date in the client's zone
OLDEST: Final = timedelta(days=400)  # longer than a phone keeps what it could not send; engineering bound
BELIEVED: Final = timedelta(days=31)  # how far back a device may date what a practitioner has to see


def impossible_times(client: Client, event: EventIn, now: datetime) -> dict[str, str]:
    """Return the fields of an event that no clock near the server's can have told, each with what to do; {} for none.

    Looked at are `at`, and the local date `data.on` where the event has one: from OLDEST before now to AHEAD after it,
    both included. The event is refused, not corrected: the device keeps it and shows it.
    """
    problems = {}
    if event.at > now + AHEAD:
        problems["at"] = _still_to_come()
    elif event.at < now - OLDEST:
        problems["at"] = _long_past()
    if "on" in event.data:
        on = date.fromisoformat(event.data["on"])
        today = now.astimezone(ZoneInfo(client.time_zone)).date()
        if on > today + AHEAD:
            problems["data.on"] = _still_to_come()
        elif on < today - OLDEST:
            problems["data.on"] = _long_past()
    return problems


def believed(at: datetime, *, now: datetime) -> datetime:
    """Return the moment of a device, drawn into the time from BELIEVED before now up to now. All aware."""
    return min(max(at, now - BELIEVED), now)


def _still_to_come() -> str:
    return gettext("This day is still to come. Check the date of your phone.")


def _long_past() -> str:
    return gettext("This day is too long ago. Check the date of your phone.")
