"""A sign-in code that was asked for: its hash, how often it was tried, and the browser session it is bound to."""

from django.conf import settings
from django.db import models

from portal.accounts.tenancy import everyone


class SignInCode(models.Model):
    """A 6-character code. Made for unknown addresses too, so that nobody learns who has an account."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,  # null: the address is unknown; no code fits
        related_name="+",
    )
    code_hash = models.CharField(max_length=64)  # keyed hash, hexadecimal
    browser_hash = models.CharField(max_length=64)  # keyed hash of the asking session
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)  # null: not used
    created_at = models.DateTimeField(auto_now_add=True)

    objects = everyone("asked for before anyone is signed in")

    class Meta:
        indexes = [models.Index(fields=["browser_hash", "-id"], name="code_by_browser")]
