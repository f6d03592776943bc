"""What a person does at the staff door."""

import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client as Browser
from django.urls import reverse

from tests.factories import PASSWORD


def log_in(browser: Browser, email: str = "priya@example.org", password: str = PASSWORD) -> Any:
    return browser.post(reverse("account_login"), {"login": email, "password": password})


def give_code(browser: Browser, code: str) -> Any:
    return browser.post(reverse("mfa_authenticate"), {"code": code})


def opens_admin(browser: Browser) -> bool:
    return browser.get(reverse("admin:index")).status_code == 200


def activate(browser: Browser) -> Any:
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return browser.post(reverse("mfa_activate_totp"), {"code": code})
