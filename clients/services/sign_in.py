"""Signing in a client by a code that is mailed to them.

A code is 6 characters, lasts 10 minutes, allows 3 tries, is used once and fits only the browser that asked for it. An
unknown address takes the same path, without a message at its end, so that nobody learns who has an account.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare

from clients.models import Client, Reminder, SignInCode
from clients.services.outbox import enqueue_now
from portal.accounts import audit
from portal.accounts.models import User
from portal.accounts.tenancy import all_practices
from portal.lib.sealing import keyed_hash

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no I, L, O, 0, 1, which look alike
LENGTH = 6


def ask_for_code(email: str, *, browser: str, now: datetime) -> None:
    """Make a code for the browser, and mail it where the address belongs to a client.

    browser is the secret that only this browser's session holds. An older code of the same browser no longer fits.
    """
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    with transaction.atomic(), all_practices():
        record = _record_for(email)
        row = SignInCode.objects.create(
            user=record.user if record else None,
            code_hash=keyed_hash("sign-in code", code),
            browser_hash=keyed_hash("sign-in browser", browser),
            expires_at=now + settings.SIGN_IN_CODE_LIFE,
        )
        if record is not None:
            enqueue_now(
                record.user,  # the person's own address: the one in a record is the practice's to change
                practice=record.practice,
                stream=Reminder.Stream.SIGN_IN,
                subject_key=f"code:{row.pk}",
                kind="code",
                secret={"code": code},
                now=now,
                life=settings.SIGN_IN_CODE_LIFE,
            )


def take_code(typed: str, *, browser: str, now: datetime) -> User | None:
    """Return the person whose code this is, and use the code up; None where it does not fit.

    typed may hold lower case, spaces and hyphens. Only the browser's newest code counts. Each call that still has a try
    left uses one, counted in the same statement that checks, so parallel guesses cannot have more tries than one after
    another.
    """
    row = SignInCode.objects.filter(browser_hash=keyed_hash("sign-in browser", browser)).order_by("-pk").first()
    if row is None:
        return None
    open_rows = SignInCode.objects.filter(pk=row.pk, used_at=None, expires_at__gt=now)
    if not open_rows.filter(tries__lt=settings.SIGN_IN_CODE_TRIES).update(tries=F("tries") + 1):
        return None
    fits = constant_time_compare(row.code_hash, keyed_hash("sign-in code", clean_code(typed)))
    with transaction.atomic():
        if fits and row.user is not None and row.user.is_active and open_rows.update(used_at=now):
            return row.user
        audit.record("code_refused", row, by=None)
    return None


def clean_code(typed: str) -> str:
    """Return the code as it was mailed: upper case, without spaces and hyphens."""
    return "".join(character for character in typed.upper() if character not in " -\t\u00a0")


def forget_codes_older_than(age: timedelta, *, now: datetime) -> int:
    """Delete codes made before `age` ago; return how many."""
    return SignInCode.objects.filter(created_at__lt=now - age).delete()[0]


def _record_for(email: str) -> Any:
    """The oldest current client record of the person with this address, in any practice; None where there is none."""
    return (
        Client.objects.current()
        .filter(user__email=email.strip().lower(), user__is_active=True, practice__is_active=True)
        .select_related("user", "practice")
        .order_by("pk")
        .first()
    )
