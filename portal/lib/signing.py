"""Signatures that other installations can check: Ed25519, with a key that follows from SECRET_KEY.

Whoever holds the public key can check, and only this installation can sign. A new SECRET_KEY makes a new public key;
SECRET_KEY_FALLBACKS keep what was signed before recognised as one's own.
"""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

LABEL = b"portal.lib.signing:"


def sign(data: bytes) -> tuple[str, str]:
    """Return the public key and the signature of the data, both in hexadecimal."""
    key = _private(settings.SECRET_KEY)
    return _public(key), key.sign(data).hex()


def is_signed(data: bytes, *, key: str, signature: str) -> bool:
    """Return whether the holder of a key (hexadecimal, as from `sign`) signed these data."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_own(key: str) -> bool:
    """Return whether a public key is, or was before a rotation, this installation's own."""
    return any(key == _public(_private(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def fingerprint(key: str) -> str:
    """Return a short form of a public key that two people can read to each other: "1f3c 90ab 77d2 04ee"."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return " ".join(digest[at : at + 4] for at in range(0, 16, 4))


def _private(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(LABEL + secret.encode()).digest())


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
