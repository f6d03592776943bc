"""Time that practitioners spent on a client's monitoring, as they wrote it down."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from portal.accounts.tenancy import scoped


class ManagementTimeQuerySet(models.QuerySet["ManagementTime"]):
    def visible_to(self, user: Any) -> "ManagementTimeQuerySet":
        """Entries about the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))

    def in_force(self) -> "ManagementTimeQuerySet":
        """Entries that were not struck out."""
        return self.filter(struck_at=None)


class ManagementTime(models.Model):
    """One entry of the log: who, from when to when, and whether there was a call. Wrong ones are struck out."""

    class Contact(models.TextChoices):
        NONE = "none", _("no call")
        PHONE = "phone", _("live by phone")
        VIDEO = "video", _("live by video")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="management_times")
    practitioner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    contact = models.CharField(max_length=8, choices=Contact.choices, default=Contact.NONE)
    what = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    struck_at = models.DateTimeField(null=True, blank=True)  # null: it counts
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: it counts
        blank=True,
        related_name="+",
    )

    objects = scoped("client__practice", ManagementTimeQuerySet)

    class Meta:
        verbose_name = _("management time")
        verbose_name_plural = _("management times")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gt=F("started_at")), name="management_time_ends_after_start"),
        ]
        indexes = [models.Index(fields=["client", "started_at"], name="management_time_by_client")]
