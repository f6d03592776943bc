"""Passkeys at both doors, and the devices that a person is signed in with."""

import hashlib
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from clients.services import tidy
from portal import second_factor
from portal.accounts import devices
from portal.accounts.models import AuditEvent, Device, Passkey, User
from portal.accounts.tenancy import all_practices
from tests.doors import CODE, PASSWORD_ONLY, browser_of, secrets_to
from tests.factories import make_client, make_practice, make_staff
from tests.hostile_json import HOSTILE

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36"


class Authenticator:
    """A device that keeps one key, as a phone does."""

    FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV

    def __init__(self, origin: str = "http://localhost") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(repr(self.key).encode()).digest()
        self.origin = origin
        self.counter = 0
        self.flags = self.FLAGS

    def create(self, options: dict[str, Any]) -> str:
        """Answer credentials.create() with JSON."""
        public = AttestedCredentialData.create(Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key()))
        data = self._data(options["publicKey"]["rp"]["id"], public)
        told = self._told(CollectedClientData.TYPE.CREATE, options)
        attested = AttestationObject.create("none", data, {})
        return self._answer({"clientDataJSON": told, "attestationObject": attested})

    def get(self, options: dict[str, Any]) -> str:
        """Answer credentials.get() with JSON; the counter goes up."""
        self.counter += 1
        data = self._data(options["publicKey"]["rpId"])
        told = self._told(CollectedClientData.TYPE.GET, options)
        signature = self.key.sign(bytes(data) + told.hash, ec.ECDSA(SHA256()))
        return self._answer({"clientDataJSON": told, "authenticatorData": data, "signature": signature})

    def _data(self, host: str, public: Any = None) -> AuthenticatorData:
        flags = self.flags | (AuthenticatorData.FLAG.AT if public else AuthenticatorData.FLAG(0))
        return AuthenticatorData.create(hashlib.sha256(host.encode()).digest(), flags, self.counter, public or b"")

    def _told(self, kind: Any, options: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(kind, websafe_decode(options["publicKey"]["challenge"]), self.origin)

    def _answer(self, parts: dict[str, bytes]) -> str:
        response = {name: websafe_encode(bytes(value)) for name, value in parts.items()}
        return json.dumps({"id": websafe_encode(self.id), "rawId": websafe_encode(self.id), "type": "public-key",
                           "response": response})  # fmt: skip


@pytest.fixture(autouse=True)
def _at_localhost(settings: Any) -> None:
    settings.SITE_URL = "http://localhost:8000"


@pytest.fixture
def carl() -> User:
    with all_practices():
        user: User = make_client(make_staff(make_practice()), email="carl@example.org").user
    return user


@pytest.fixture
def priya() -> User:
    with all_practices():
        return make_staff(make_practice(), email="priya@example.org")


def add(browser: Browser, device: Authenticator) -> Any:
    options = browser.post(reverse("passkey_begin_adding")).json()
    return browser.post(reverse("passkey_add"), {"answer": device.create(options)}, headers={"User-Agent": PHONE})


def come_in(device: Authenticator, name: str = "passkey_sign_in", **data: str) -> tuple[Browser, Any]:
    browser = Browser()
    options = browser.post(reverse("passkey_begin")).json()
    return browser, browser.post(reverse(name), {"answer": device.get(options), **data})


def test_a_client_adds_a_passkey_and_signs_in_with_it_on_a_fresh_browser(carl: User) -> None:
    device = Authenticator()
    assert add(browser_of(carl, CODE), device).headers["Location"] == reverse("devices")
    assert carl.passkeys.get().name == "Chrome on Android"
    browser, answer = come_in(device, next="/plan/")
    assert answer.headers["Location"] == "/plan/"
    assert browser.get("/today/").status_code == 200
    assert browser.session.get_expiry_age() > timedelta(days=89).total_seconds()
    assert carl.passkeys.get().used_at is not None
    with all_practices():
        assert set(AuditEvent.objects.filter(actor=carl).values_list("action", flat=True)) >= {
            "passkey_added", "signed_in",
        }  # fmt: skip


def test_a_staff_passkey_counts_as_both_factors_and_opens_no_client_door(priya: User) -> None:
    device = Authenticator()
    add(browser_of(priya), device)
    browser, answer = come_in(device, "staff_passkey_sign_in")
    assert answer.headers["Location"] == reverse("admin:index")
    assert browser.get(reverse("admin:index"), follow=True).status_code == 200
    _browser, answer = come_in(device)
    assert answer.headers["Location"] == reverse("sign_in")


def test_a_clients_passkey_does_not_open_the_staff_door(carl: User) -> None:
    device = Authenticator()
    add(browser_of(carl, CODE), device)
    browser, answer = come_in(device, "staff_passkey_sign_in")
    assert answer.headers["Location"] == reverse("account_login")
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize(
    "spoil",
    [
        lambda device: setattr(device, "origin", "https://elsewhere.example"),
        lambda device: setattr(device, "key", ec.generate_private_key(ec.SECP256R1())),
        lambda device: setattr(device, "flags", AuthenticatorData.FLAG.UP),  # nobody was asked for finger or PIN
        lambda device: setattr(device, "id", b"another key"),
        lambda device: setattr(device, "counter", 0),  # its counter goes back: a copied key
    ],
)
def test_an_answer_that_does_not_fit_signs_nobody_in(carl: User, spoil: Any) -> None:
    device = Authenticator()
    add(browser_of(carl, CODE), device)
    come_in(device)
    spoil(device)
    browser, answer = come_in(device)
    assert answer.headers["Location"] == reverse("sign_in")
    assert "_auth_user_id" not in browser.session


def test_an_answer_fits_once_and_only_in_the_browser_that_asked(carl: User) -> None:
    device = Authenticator()
    add(browser_of(carl, CODE), device)
    asking, other = Browser(), Browser()
    answer = device.get(asking.post(reverse("passkey_begin")).json())
    other.post(reverse("passkey_begin"))
    assert other.post(reverse("passkey_sign_in"), {"answer": answer}).headers["Location"] == reverse("sign_in")
    assert asking.post(reverse("passkey_sign_in"), {"answer": answer}).headers["Location"] == reverse("home")
    asking.post(reverse("sign_out"))
    assert asking.post(reverse("passkey_sign_in"), {"answer": answer}).headers["Location"] == reverse("sign_in")


def answer_of(**parts: Any) -> str:
    return json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": parts})


NESTED = websafe_encode(b"\x81" * 5_000)  # a list in a list, as the keys' own format has it


@pytest.mark.parametrize(
    "answer",
    [
        "", "{", "[]", "{}", '{"id": 1}', "x" * 30_000, '{"rawId": "é"}', *HOSTILE.values(),
        answer_of(clientDataJSON=1, attestationObject=[], authenticatorData=None, signature={}),
        answer_of(clientDataJSON="AA", attestationObject=NESTED, authenticatorData="AA", signature="AA"),
        answer_of(clientDataJSON=websafe_encode(b"[" * 5_000), attestationObject="oA", authenticatorData="AA"),
        answer_of(clientDataJSON=websafe_encode(b"[]"), attestationObject="oA", authenticatorData="AA", signature="AA"),
    ],
)  # fmt: skip
def test_nonsense_gets_a_sentence_at_every_place(carl: User, answer: str) -> None:
    browser = browser_of(carl, CODE)
    browser.post(reverse("passkey_begin_adding"))
    page = browser.post(reverse("passkey_add"), {"answer": answer}, follow=True)
    assert "That did not work. Try again, or go on with your code." in page.content.decode()
    stranger = Browser()
    stranger.post(reverse("passkey_begin"))
    page = stranger.post(reverse("passkey_sign_in"), {"answer": answer}, follow=True)
    assert "That passkey does not fit here." in page.content.decode()


def test_a_passkey_is_not_added_twice_and_not_without_end(carl: User) -> None:
    browser, device = browser_of(carl, CODE), Authenticator()
    add(browser, device)
    add(browser, device)
    assert carl.passkeys.count() == 1
    for number in range(9):
        Passkey.objects.create(user=carl, door="client", name="Phone", credential_id=str(number), credential=b"")
    Passkey.objects.filter(credential=b"").update(
        credential=bytes(carl.passkeys.exclude(credential=b"").get().credential)
    )
    page = browser.post(reverse("passkey_add"), {"answer": "{}"}, follow=True)
    assert "You have 10 passkeys. Remove one, then add this one." in page.content.decode()


def test_a_borrowed_phone_adds_none(carl: User, priya: User) -> None:
    browser = browser_of(carl, CODE)
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    assert browser.post(reverse("passkey_begin_adding")).status_code == 403
    assert browser.post(reverse("passkey_add"), {"answer": "{}"}).headers["Location"] == reverse("devices")
    assert "sign out and sign in with a code again" in browser.get(reverse("devices")).content.decode()
    half_in = browser_of(priya, PASSWORD_ONLY)
    assert half_in.post(reverse("passkey_begin_adding")).status_code == 403


def test_the_offer_comes_after_a_code_on_ones_own_phone_until_a_no(carl: User) -> None:
    def sign_in(browser: Browser, own: str) -> str:
        browser.post(reverse("sign_in"), {"email": carl.email})
        code = secrets_to(f"user:{carl.pk}")[-1]["code"]
        return browser.post(reverse("sign_in_code"), {"code": code, "own": own}).headers["Location"]

    assert sign_in(Browser(), "no") == "/"
    browser = Browser()
    assert sign_in(browser, "yes") == f"{reverse('passkey_offer')}?next=%2F"
    assert browser.post(reverse("passkey_offer"), {"next": "/"}).headers["Location"] == "/"
    browser.post(reverse("sign_out"))
    assert sign_in(browser, "yes") == "/"


def test_a_person_sees_their_devices_and_signs_one_out(carl: User, priya: User) -> None:
    here, there = browser_of(carl, CODE), browser_of(carl, CODE)
    page = here.get(reverse("devices")).content.decode()
    assert page.count("– this device") == 1
    assert len(re.findall(r"since \d+ \w+ \d{4}, \d\d:\d\d<", page)) == 2, "of two alike the hour tells which is which"
    other = Device.objects.get(session_key=there.session.session_key)
    assert browser_of(priya).post(reverse("sign_out_device", args=[other.pk])).status_code == 404
    assert here.post(reverse("sign_out_device", args=[other.pk])).headers["Location"] == reverse("devices")
    assert there.get("/today/").headers["Location"].startswith("/in/")
    assert here.get("/today/").status_code == 200


def test_devices_whose_sessions_are_over_are_neither_shown_nor_kept(carl: User) -> None:
    browser_of(carl, CODE)
    browser_of(carl, CODE).session.flush()
    assert len(devices.devices_of(carl)) == 1
    assert carl.devices.count() == 2
    assert tidy.tidy(timezone.now())["devices"] == 1
    User.objects.filter(pk=carl.pk).update(session_generation=carl.session_generation + 1)
    carl.refresh_from_db()
    assert (devices.devices_of(carl), carl.devices.count()) == ([], 1)
    carl.end_all_sessions()
    assert carl.devices.count() == 0


def test_a_removed_passkey_and_a_reset_second_factor_no_longer_sign_in(carl: User, priya: User) -> None:
    device, staff_device = Authenticator(), Authenticator()
    browser = browser_of(carl, CODE)
    add(browser, device)
    passkey = carl.passkeys.get()
    assert browser_of(priya).post(reverse("passkey_remove", args=[passkey.pk])).status_code == 404
    browser.post(reverse("passkey_remove", args=[passkey.pk]))
    assert come_in(device)[1].headers["Location"] == reverse("sign_in")
    add(browser_of(priya), staff_device)
    second_factor.remove(priya, by=None)
    assert come_in(staff_device, "staff_passkey_sign_in")[1].headers["Location"] == reverse("account_login")


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (PHONE, "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("curl/8", "A browser"),
        ("", "A browser"),
    ],
)  # fmt: skip
def test_devices_have_names_that_people_use(user_agent: str, name: str) -> None:
    assert devices.device_name(user_agent) == name
