"""What kind of session a browser holds. Each is one of two, and never both.

A staff session is opened by a password and a second factor, or by a passkey, which is both; it acts with the person's
roles and has no client record. A client session is opened by a code, an invitation or a passkey of a client; it sees
one client record and acts without roles, also where the same person works in a practice.
"""

import time
from datetime import timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

DEMO_STAFF = "demo_staff"
DEMO_CLIENT = "demo_client"
STAFF_PASSKEY = "staff_passkey"
CLIENT_PASSKEY = "client_passkey"
STAFF_DOORS = {"password", STAFF_PASSKEY, DEMO_STAFF}
CLIENT_DOORS = {"code", "invitation", CLIENT_PASSKEY, DEMO_CLIENT}


def is_staff_session(request: HttpRequest) -> bool:
    """True where the session was opened at the staff door; the second factor may still be missing."""
    methods = _methods(request)
    return bool(methods) and methods[0] in STAFF_DOORS and not set(methods) & CLIENT_DOORS


def has_second_factor(request: HttpRequest) -> bool:
    """True where this session was opened with a password and a second factor, or with a passkey.

    A code by e-mail is no second factor.

    The demo's staff door counts only on a development server.
    """
    if not is_staff_session(request):
        return False
    methods = _methods(request)
    return "mfa" in methods or methods[0] == STAFF_PASSKEY or (settings.DEBUG and methods[0] == DEMO_STAFF)


def confirmed_recently(request: HttpRequest) -> bool:
    """True where the person gave their password or second factor in the last five minutes."""
    proofs = [record["at"] for record in _records(request) if record.get("method") in STAFF_DOORS | {"mfa"}]
    return bool(proofs) and time.time() - max(proofs) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def opened_at(request: HttpRequest) -> float:
    """Return when the session was opened, in seconds since 1970; 0 where nobody is signed in."""
    records = _records(request)
    return float(records[0]["at"]) if records else 0.0


def opened_recently(request: HttpRequest) -> bool:
    """True within half an hour of signing in, for changes that a borrowed phone must not make."""
    return time.time() - opened_at(request) < timedelta(minutes=30).total_seconds()


def is_over(request: HttpRequest, *, seen_at: float) -> bool:
    """True for a staff session that was idle for too long, or that has lasted for too long. Times since 1970."""
    now = time.time()
    idle: timedelta = settings.STAFF_IDLE_LIMIT
    longest: timedelta = settings.STAFF_SESSION_LIMIT
    return now - seen_at > idle.total_seconds() or now - opened_at(request) > longest.total_seconds()


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    user = request.user
    return get_authentication_records(request, user) if user.is_authenticated else []


def _methods(request: HttpRequest) -> list[str]:
    return [str(record.get("method")) for record in _records(request)]
