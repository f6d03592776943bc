"""Web push: what a browser's subscription must look like, and what the answers of push services mean."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

LOCAL_NAMES: Final = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
LONGEST_WAIT: Final = timedelta(hours=2)  # a reminder's window, safety.md 3 rule 8


def why_not_endpoint(endpoint: str, *, longest: int) -> str:
    """Return what is wrong with the address of a push service: long, plain, https, login, port or host; "" for nothing.

    Names are not looked up: a certificate for the name is asked for before anything is sent, and no redirect is
    followed, so a name that leads to a machine inside gets nothing.
    """
    if len(endpoint) > longest:
        return "long"
    if not endpoint.isascii() or any(letter <= " " or letter in "\\\x7f" for letter in endpoint):
        return "plain"
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return "host"
    if parts.scheme != "https":
        return "https"
    if "@" in parts.netloc:
        return "login"
    if port not in {None, 443}:
        return "port"
    return "" if _is_public(parts.hostname or "") else "host"


def _is_public(host: str) -> bool:
    host = host.rstrip(".").lower()
    try:
        return ip_address(host).is_global
    except ValueError:
        pass
    last = host.rpartition(".")[2]
    # A last part that begins with a digit is an address in disguise (0x7f.1, 127.1): no domain ends so.
    return "." in host and not last[:1].isdigit() and not f".{host}".endswith(LOCAL_NAMES)


def meaning_of(status: int) -> str:
    """Return what a push service's answer means for the message: sent, gone, forbidden, again or no. safety.md R19."""
    if 200 <= status < 300:
        return "sent"
    if status in {404, 410}:
        return "gone"
    if status == 403:
        return "forbidden"
    return "again" if status == 429 or status >= 500 else "no"


def wait_of(retry_after: str, *, now: datetime) -> timedelta | None:
    """Return the pause that a Retry-After asks for, at most LONGEST_WAIT; None where it cannot be read."""
    text = retry_after.strip()
    is_number = text.isascii() and text.isdigit()
    try:
        wait = timedelta(seconds=int(text[:9])) if is_number else _until(text) - now
    except (OverflowError, TypeError, ValueError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _until(text: str) -> datetime:
    at = parsedate_to_datetime(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
