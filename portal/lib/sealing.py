"""Sealing short texts that must rest in the database for a while, and hashes that only this installation can make.

Keys come from SECRET_KEY; SECRET_KEY_FALLBACKS still open what was sealed before a rotation.
"""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

LABEL = b"portal.lib.sealing:"


class Unreadable(Exception):
    """The sealed text was changed, or sealed with a key that this installation no longer has."""


def seal(text: str) -> str:
    """Return the text encrypted and signed, as printable characters."""
    return _box().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Return the text that was sealed. Raises Unreadable."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except (InvalidToken, UnicodeError) as error:
        raise Unreadable from error


def short_token(purpose: str, text: str) -> str:
    """Return a short opaque token for an address: the same for the same text, and of use for its purpose only.

    AES-SIV (RFC 5297): whoever has it cannot read it, change it or make another.
    """
    sealed = _siv_of(settings.SECRET_KEY).encrypt(text.encode(), [purpose.encode()])
    return base64.urlsafe_b64encode(sealed).decode("ascii").rstrip("=")


def read_short_token(purpose: str, token: str) -> str:
    """Return the text of a short token. Raises Unreadable, also for a token of another purpose."""
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise Unreadable from error
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _siv_of(key).decrypt(sealed, [purpose.encode()]).decode()
        except (InvalidTag, ValueError):
            continue
    raise Unreadable


def keyed_hash(purpose: str, text: str) -> str:
    """Return a hash (64 hexadecimal characters) that nobody can compute without SECRET_KEY.

    purpose separates the uses, so that a value made for one never fits another.
    """
    message = f"{purpose}\x00{text}".encode()
    return hmac.new(_derive(settings.SECRET_KEY), message, hashlib.sha256).hexdigest()


def _box() -> MultiFernet:
    return _box_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(key))) for key in keys])


@lru_cache(maxsize=4)
def _siv_of(secret: str) -> AESSIV:
    return AESSIV(_derive("short token:" + secret))


def _derive(secret: str) -> bytes:
    return hashlib.sha256(LABEL + secret.encode()).digest()
