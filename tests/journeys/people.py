"""What people do in a browser, step by step, as they would: by labels and buttons, links out of their mail."""

import base64
import email
import email.policy
import hmac
import re
import struct
import time
from typing import TYPE_CHECKING

from tests import rig
from tests.journeys.portal import Portal

if TYPE_CHECKING:
    from playwright.sync_api import Page

PASSWORD = "steady-steps-every-day"
LINK = re.compile(r"https?://\S+")


def totp(secret: str, *, at: float | None = None) -> str:
    """Return the six digits that an authenticator app shows (RFC 6238) for a base 32 secret."""
    key = base64.b32decode(secret.replace(" ", ""))
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.new(key, counter, "sha1").digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def mail_to(sink: rig.MailSink, address: str, *, count: int = 1, within_s: float = 90) -> str:
    """Return the plain text of the count-th message to the address, waiting until it has arrived."""

    def arrived() -> list[dict[str, str]]:
        found = [entry for entry in sink.accepted() if address in str(entry["to"])]
        return found if len(found) >= count else []

    found = rig.wait_for(arrived, within_s=within_s, what=f"message {count} to {address}")
    message = email.message_from_string(sink.message(found[count - 1]), policy=email.policy.default)
    body = message.get_body(("plain",))
    return f"Subject: {message['Subject']}\n\n{body.get_content()}"


def link_in(text: str) -> str:
    """Return the first link of a message."""
    found = LINK.search(text)
    assert found, text
    return found.group(0).rstrip(".")


def set_password(page: "Page") -> None:
    """Fill in the two fields of "Choose a password"."""
    page.get_by_role("heading", name="Choose a password").wait_for()  # `all` waits for nothing
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.get_by_role("heading", name="Your password is set").wait_for()


def sign_in_staff(page: "Page", portal: Portal, address: str) -> str:
    """Sign in with the password, set up the second factor, and return its secret."""
    page.goto(f"{portal.url}/admin/")
    page.locator("input[name=login]").fill(address)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Set up your authenticator app").wait_for()
    secret = page.locator(".key").inner_text()
    page.locator("input[name=code]").fill(totp(secret))
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.goto(f"{portal.url}/admin/")
    return secret


def join_as_staff(page: "Page", portal: Portal, link: str, first_name: str, last_name: str, address: str) -> str:
    """Follow the invitation of a practice to its first page behind the second factor; return the secret."""
    page.goto(link)
    page.get_by_label("First name").fill(first_name)
    page.get_by_label("Last name").fill(last_name)
    page.get_by_role("button", name="Join").click()
    set_password(page)
    return sign_in_staff(page, portal, address)


def sign_in_by_code(page: "Page", portal: Portal, sink: rig.MailSink, address: str, *, mails_before: int) -> None:
    """Ask for a code, read it in the mail, type it, and do without a passkey."""
    page.goto(f"{portal.url}/in/")
    page.get_by_label("mail address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    text = mail_to(sink, address, count=mails_before + 1, within_s=60)
    code = re.search(r"\b[A-HJ-KM-NP-Z2-9]{6}\b", text.split("\n\n", 1)[1])
    assert code, text
    page.locator("input[name=code]").fill(code.group(0).lower())
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Not now").click()


def sign_the_safety_set_up(page: "Page", portal: Portal, *, second_contact: str, number: str = "999") -> None:
    """Fill in and sign what a practice needs before it invites clients."""
    page.goto(f"{portal.url}/admin/safety/")
    page.get_by_label("Emergency number").fill(number)
    page.get_by_label("Second contact", exact=True).select_option(label=second_contact)
    page.get_by_label("Hours until the second contact is told").fill("2")
    page.get_by_label("I have checked the number").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_text("Signed. Clients can be invited now.").wait_for()


def answer_no_to_all(phone: "Page") -> None:
    """Say no to every question of the safety check and go on."""
    phone.get_by_role("heading", name="Safety check").first.wait_for()
    for choice in phone.locator("main input[value=none]").all():
        choice.check()
    phone.get_by_role("button", name="Send my answers").click()
    phone.get_by_role("heading", name="Thank you").wait_for()


def enter(page: "Page", portal: Portal, name: str) -> None:
    """Sign in as one of the demo's people by one click."""
    page.goto(f"{portal.url}/demo/")
    page.get_by_role("button", name=re.compile(name)).first.click()
    page.wait_for_load_state()
