"""Addresses that stand in messages. None holds anything about a person in the clear."""

from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from portal.lib import sealing

PURPOSE = "unsubscribe"
MARKING = "mark as done"
PUTTING_OFF = "put off"


class UnknownLink(Exception):
    """The link was not made here, or was cut short on its way."""


def site_host() -> str:
    """The host name of the portal, without a port."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def page_url(name: str) -> str:
    """The full address of a page without parameters, by the name of its URL."""
    return settings.SITE_URL + _path(name)


@lru_cache(maxsize=32)
def _path(name: str, *args: str) -> str:
    return reverse(name, args=args)


def unsubscribe_token(client_id: int, stream: str) -> str:
    """Return an opaque token for one client and one stream. It does not expire, and works any number of times."""
    return sealing.short_token(PURPOSE, f"{client_id}:{stream}")


def read_unsubscribe_token(token: str) -> tuple[int, str]:
    """Return (client id, stream). Raises UnknownLink, also for a token that was sealed for another purpose."""
    try:
        client_id, _, stream = sealing.read_short_token(PURPOSE, token).partition(":")
        return int(client_id), stream
    except (sealing.Unreadable, ValueError) as error:
        raise UnknownLink from error


def unsubscribe_url(token: str) -> str:
    """The address behind "Stop these reminders" and the List-Unsubscribe header."""
    return f"{settings.SITE_URL}{_path('unsubscribe', 'token').replace('token', token)}"


def done_token(client_id: int, on: date, slot: int) -> str:
    """Return an opaque token by which the sessions of a client's local date and slot are marked as done."""
    return _session_token(MARKING, client_id, on, slot)


def done_url(token: str) -> str:
    """The address that asks whether the sessions of the token are to be marked as done."""
    return f"{settings.SITE_URL}{_path('mark_done', 'token').replace('token', token)}"


def read_done_token(token: str) -> tuple[int, date, int]:
    """Return (client id, local date, slot). Raises UnknownLink, also for a token of another purpose."""
    return _read_session_token(MARKING, token)


def put_off_token(client_id: int, on: date, slot: int) -> str:
    """Return an opaque token by which the sessions of a client's local date and slot are put off."""
    return _session_token(PUTTING_OFF, client_id, on, slot)


def put_off_url(token: str) -> str:
    """The address that asks whether the sessions of the token wait until tomorrow or are left out."""
    return f"{settings.SITE_URL}{_path('put_off', 'token').replace('token', token)}"


def read_put_off_token(token: str) -> tuple[int, date, int]:
    """Return (client id, local date, slot). Raises UnknownLink, also for a token of another purpose."""
    return _read_session_token(PUTTING_OFF, token)


def _session_token(purpose: str, client_id: int, on: date, slot: int) -> str:
    return sealing.short_token(purpose, f"{client_id}:{on.isoformat()}:{slot}")


def _read_session_token(purpose: str, token: str) -> tuple[int, date, int]:
    try:
        client_id, on, slot = sealing.read_short_token(purpose, token).split(":")
        return int(client_id), date.fromisoformat(on), int(slot)
    except (sealing.Unreadable, ValueError) as error:
        raise UnknownLink from error
