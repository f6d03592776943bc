"""Signing test browsers in, as the doors of the product leave a session behind."""

import json
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.test import Client as Browser

from clients.models import Reminder
from portal.accounts.models import User
from portal.accounts.tenancy import all_practices
from portal.lib import sealing

STAFF = (("password", None), ("mfa", "totp"))
PASSWORD_ONLY = (("password", None),)
CODE = (("code", None),)


def browser_of(user: User | None, door: tuple[tuple[str, str | None], ...] = STAFF) -> Browser:
    """Return a browser that is signed in through the door; signed out for None."""
    browser = Browser()
    if user is not None:
        sign_in(browser, user, door)
    return browser


def sign_in(browser: Browser, user: User, door: tuple[tuple[str, str | None], ...] = STAFF) -> None:
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = browser.session
    records: list[dict[str, Any]] = [
        {"method": method, "at": time.time(), **({"type": kind} if kind else {})} for method, kind in door
    ]
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def secrets_to(recipient: str) -> list[dict[str, str]]:
    """Return what is sealed in the messages to "user:<id>" or "client:<id>", oldest first."""
    with all_practices():
        rows = Reminder.objects.filter(recipient=recipient).exclude(sealed="").order_by("pk")
        return [json.loads(sealing.unseal(row.sealed)) for row in rows]


def totp_code(user: User, *, at: float | None = None) -> str:
    """Return the code that the person's authenticator app shows."""
    secret = decrypt(Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"])
    return format_hotp_value(hotp_value(secret, int(at or time.time()) // 30))


def give_totp(user: User) -> Authenticator:
    return TOTP.activate(user, generate_totp_secret()).instance
