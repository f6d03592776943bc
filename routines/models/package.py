"""Packages that a library gave away or took in: what both sides had in common, for the next merge."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Practice
from portal.accounts.tenancy import scoped


class PackageRecord(models.Model):
    """One package of a protocol, sent or received. `documents` are its plain documents: kind -> slug -> document.

    Packages of one protocol share their `identifier`; `digest` names one of them. Never changed.
    """

    practice = models.ForeignKey(
        Practice,
        on_delete=models.PROTECT,
        null=True,  # null: the shared library
        blank=True,
        related_name="+",
    )
    identifier = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    routine_slug = models.SlugField(max_length=80)  # the protocol's first routine
    manifest = models.JSONField()
    documents = models.JSONField()
    signed_by = models.CharField(max_length=64)  # public key, hexadecimal
    is_ours = models.BooleanField()  # made here, not received
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = scoped("practice", shared=True)

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=Q(practice=None), name="one_shared_package_per_digest"
            ),
            models.UniqueConstraint(fields=["practice", "digest"], name="one_package_per_practice_and_digest"),
        ]
        indexes = [models.Index(fields=["practice", "identifier", "-id"], name="package_by_identifier")]
