"""The second factor of staff: an authenticator app, and recovery codes for the day it is lost.

A code of the app fits once, counted in the database, so that a second process does not take it again. Of recovery
codes only hashes are kept, so they are shown once.
"""

import secrets
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.utils import decrypt
from django.db import transaction

from clients.services.sign_in import ALPHABET
from portal.accounts import audit, limits
from portal.accounts.models import Passkey, User
from portal.lib.sealing import keyed_hash

TRIES = 10
WINDOW = timedelta(minutes=15)
CODE_OUTLIVES = timedelta(minutes=3)  # longer than any code of the app is valid
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10


def may_try(user: User) -> bool:
    """Count one try of a second factor; False where this person had too many."""
    return limits.take(f"second-factor:{user.pk}", limit=TRIES, per=WINDOW)


def take_code(user: User, typed: str) -> Authenticator | None:
    """Return the authenticator whose code this is, and use the code up; None where it does not fit or was used."""
    code = clean(typed)
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if app is not None and validate_totp_code(decrypt(app.data["secret"]), code):
        return app if take_app_code(user, code) else None
    return _take_recovery_code(user, code)


def take_app_code(user: User, code: str) -> bool:
    """Mark a valid code of the app as used; False where it was used before."""
    return limits.take(f"app-code:{user.pk}:{clean(code)}", limit=1, per=CODE_OUTLIVES)


def new_recovery_codes(user: User) -> list[str]:
    """Return ten new recovery codes, which replace the old. They cannot be shown again."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        kept, _created = Authenticator.objects.update_or_create(
            user=user,
            type=Authenticator.Type.RECOVERY_CODES,
            defaults={"data": {"hashes": [_hash(user, code) for code in codes]}},
        )
        audit.record("recovery_codes_made", kept, by=user)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes still fit."""
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(kept.data["hashes"]) if kept is not None else 0


def remove(user: User, *, by: User | None) -> None:
    """Forget the person's second factor and staff passkeys, and end all their sessions.

    At their next sign-in they set up a new one.
    """
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        user.passkeys.filter(door=Passkey.Door.STAFF).delete()
        user.end_all_sessions()
        audit.record("second_factor_reset", user, by=by)


def clean(typed: str) -> str:
    """Return a code as it was shown: upper case, without spaces and hyphens."""
    return "".join(typed.upper().replace("-", "").split())


def _take_recovery_code(user: User, code: str) -> Authenticator | None:
    with transaction.atomic():
        kept = (
            Authenticator.objects.select_for_update().filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
        )
        if kept is None or _hash(user, code) not in kept.data["hashes"]:
            return None
        kept.data["hashes"].remove(_hash(user, code))
        kept.save(update_fields=["data"])
        audit.record("recovery_code_used", kept, by=user, detail={"left": len(kept.data["hashes"])})
        return kept


def _hash(user: User, code: str) -> str:
    return keyed_hash(f"recovery code of {user.pk}", code)
