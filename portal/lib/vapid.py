"""The key with which this installation signs to push services (RFC 8292): P-256.

It is the setting VAPID_PRIVATE_KEY, or else follows from SECRET_KEY, so that nothing has to be set up and all processes
have the same. A browser's subscription belongs to one key: with another one it has to subscribe anew.
"""

import base64
import binascii
import hashlib

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

LABEL = b"portal.lib.vapid:"
CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve, FIPS 186-4 D.1.2.3
KEY_BYTES, POINT_BYTES = 32, 65


def decoded(text: str) -> bytes:
    """Return the bytes of base64url, with or without padding. Raises ValueError for anything else."""
    try:
        raw = base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64url") from error
    return raw


def is_private_key(text: str) -> bool:
    """Return whether the text is a private key of the curve, in base64url."""
    try:
        raw = decoded(text)
    except ValueError:
        return False
    return len(raw) == KEY_BYTES and 0 < int.from_bytes(raw, "big") < ORDER


def is_public_key(raw: bytes) -> bool:
    """Return whether these bytes are an uncompressed point of the curve."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)
    except ValueError:
        return False
    return len(raw) == POINT_BYTES


def private_key() -> str:
    """Return the private key in base64url."""
    if settings.VAPID_PRIVATE_KEY:
        return settings.VAPID_PRIVATE_KEY.rstrip("=")
    digest = hashlib.sha512(LABEL + settings.SECRET_KEY.encode()).digest()
    number = int.from_bytes(digest, "big") % (ORDER - 1) + 1
    return _text(number.to_bytes(KEY_BYTES, "big"))


def public_key() -> str:
    """Return the public key in base64url, as browsers want it for a subscription."""
    key = ec.derive_private_key(int.from_bytes(decoded(private_key()), "big"), CURVE)
    return _text(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
