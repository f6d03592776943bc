"""Passkeys: adding one, and signing in with one. The protocol is the fido2 library's (WebAuthn level 3).

A passkey opens the door at which it was added and no other. The device asks for a finger, a face or its PIN each time,
so a passkey is two factors in one. `state` is what the session keeps between the question and its answer; it fits once.
"""

import struct
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.accounts import audit
from portal.accounts.models import Passkey, User
from portal.lib import strict_json
from portal.lib.sealing import keyed_hash

MOST = 10  # passkeys of one person at one door
State = dict[str, Any]
# What the library raises for answers that no device gives: cut short, of other types, nested thousands of levels deep.
MISFITS = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError, struct.error)


class PasskeyError(ValueError):
    """A passkey that cannot be added; the sentence says what to do."""


def begin_adding(user: User, *, door: str) -> tuple[dict[str, Any], State]:
    """Return what the browser's credentials.create() takes, as JSON values, and the state to keep."""
    known = [
        PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=websafe_decode(row.credential_id))
        for row in user.passkeys.filter(door=door)
    ]
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(
            id=keyed_hash("passkey of", f"{door}:{user.pk}")[:32].encode(), name=user.email, display_name=str(user)
        ),
        credentials=known,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options), state


def finish_adding(user: User, *, door: str, state: State | None, answer: str, name: str) -> Passkey:
    """Return the new passkey. Raises PasskeyError where the answer does not fit the question, or there are too many."""
    if user.passkeys.filter(door=door).count() >= MOST:
        raise PasskeyError(_("You have %(most)s passkeys. Remove one, then add this one.") % {"most": MOST})
    try:
        added = _server().register_complete(state or {}, _parsed(answer))
        found = added.credential_data
        if found is None:
            raise ValueError("no credential in the answer")
        with transaction.atomic():
            passkey = Passkey.objects.create(
                user=user,
                door=door,
                name=name,
                credential_id=websafe_encode(found.credential_id),
                credential=bytes(found),
                signed=added.counter,
            )
            audit.record("passkey_added", passkey, by=user)
    except (*MISFITS, IntegrityError) as error:
        raise PasskeyError(_("That did not work. Try again, or go on with your code.")) from error
    return passkey


def begin_sign_in() -> tuple[dict[str, Any], State]:
    """Return what the browser's credentials.get() takes, as JSON values, and the state to keep. Names no person."""
    options, state = _server().authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return dict(options), state


def take(*, door: str, state: State | None, answer: str, now: datetime) -> User | None:
    """Return the person whose passkey of this door gave the answer; None where there is none or it does not fit.

    A counter that did not grow means that the key was copied; then it no longer fits.
    """
    try:
        response = AuthenticationResponse.from_dict(_parsed(answer))
        passkey = (
            Passkey.objects.filter(door=door, credential_id=websafe_encode(response.raw_id), user__is_active=True)
            .select_related("user")
            .first()
        )
        if passkey is None:
            return None
        _server().authenticate_complete(state or {}, [_credential(passkey)], response)
    except MISFITS:
        return None
    signed = response.response.authenticator_data.counter
    grown = Q(signed__lt=signed) if signed else Q(signed=0)
    fits = Passkey.objects.filter(grown, pk=passkey.pk).update(signed=signed, used_at=now) == 1
    return passkey.user if fits else None


def remove(passkey: Passkey, *, by: User) -> None:
    """Forget a passkey: the device that keeps it can no longer sign in with it."""
    with transaction.atomic():
        audit.record("passkey_removed", passkey, by=by)
        passkey.delete()


def _server() -> Fido2Server:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name="Steadyback"))


def _credential(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(passkey.credential))


def _parsed(answer: str) -> dict[str, Any]:
    found = strict_json.read(answer)  # real ones have about 1,500 characters
    if not isinstance(found, dict):
        raise TypeError("the answer is no object")
    return found
