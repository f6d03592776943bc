"""In a browser with a key of its own: a client adds a passkey after the first code and comes back without one."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.doors import secrets_to
from tests.factories import make_client, make_practice, make_staff
from tests.journeys.looking import PHONE, assert_accessible, new_context

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_client_comes_back_by_passkey(browser: "Chromium", live_server: Any, settings: Any) -> None:
    url = f"http://localhost:{urlsplit(live_server.url).port}"
    settings.SITE_URL = url
    carl = make_client(make_staff(make_practice()), email="carl@example.org").user
    assert carl is not None
    context = new_context(browser, PHONE)
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    phone = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": phone})

    page.goto(f"{url}/in/")
    page.get_by_label("mail address").fill(carl.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").wait_for()
    page.get_by_label("Code").fill(secrets_to(f"user:{carl.pk}")[-1]["code"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    add = page.get_by_role("button", name="Add a passkey on this device")
    add.wait_for()
    assert_accessible(page)
    add.click()
    page.get_by_text("Next time this device signs you in without a code.").wait_for()
    page.goto(f"{url}/devices/")
    page.get_by_text("Chrome on Linux", exact=False).first.wait_for()
    assert_accessible(page)

    context.clear_cookies()
    # The browser would answer by itself from the list under the address, at a moment of its own.
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    page.goto(f"{url}/in/?next=/more/")
    page.get_by_role("button", name="Use a passkey").click(no_wait_after=True)
    page.get_by_role("heading", name="More", exact=True).wait_for()
    passkey = carl.passkeys.get()
    assert passkey.used_at is not None
