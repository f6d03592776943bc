"""An alert: something about a client that a practitioner has to look at. It stays until somebody of them clears it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from portal.accounts.tenancy import scoped
from portal.lib.kept import NeverDeleted


class AlertQuerySet(models.QuerySet["Alert"]):
    def visible_to(self, user: Any) -> "AlertQuerySet":
        """Alerts about the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))

    def open(self) -> "AlertQuerySet":
        """Alerts that nobody has cleared."""
        return self.filter(cleared_at=None)

    def locking(self) -> "AlertQuerySet":
        """Open alerts with which no session may be started."""
        return self.open().filter(locks=True)

    def unseen(self) -> "AlertQuerySet":
        """Open alerts that nobody has acknowledged."""
        return self.open().filter(acknowledged_at=None)


class Alert(NeverDeleted):
    """One thing to look at. Raised by the software, ended by a practitioner alone: nothing clears it by itself."""

    NEVER_DELETED = _("An alert is never deleted.")

    class Level(models.TextChoices):
        EMERGENCY = "emergency", _("Emergency")
        SAME_DAY = "same_day", _("Same day")
        SOON = "soon", _("This week")
        ROUTINE = "routine", _("When you can")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="alerts")
    level = models.CharField(_("how urgent"), max_length=10, choices=Level.choices)
    reason_key = models.CharField(_("reason"), max_length=40)  # key of clients.analytics.alert_words.SENTENCES
    subject_key = models.CharField(max_length=64)  # what about: "check:<id>", "flare:<date>"; the same is raised once
    detail = models.JSONField(default=dict, blank=True)  # numbers and keys that the sentence names; never answers
    locks = models.BooleanField(_("locks the plan"), default=False)  # True: no session starts until it is cleared
    raised_at = models.DateTimeField(_("raised"))
    escalate_at = models.DateTimeField(null=True, blank=True)  # when the second contact is told; null: never
    escalated_at = models.DateTimeField(null=True, blank=True)  # null: the second contact was not needed
    acknowledged_at = models.DateTimeField(_("seen"), null=True, blank=True)  # null: nobody has said "seen"
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: as acknowledged_at
        blank=True,
        related_name="+",
    )
    cleared_at = models.DateTimeField(_("cleared"), null=True, blank=True)  # null: still open
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: as cleared_at
        blank=True,
        related_name="+",
    )
    cleared_note = models.CharField(_("note"), max_length=500, blank=True)

    objects = scoped("client__practice", AlertQuerySet)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(fields=["client", "reason_key", "subject_key"], name="one_alert_per_occasion"),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="alert_is_acknowledged_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True)
                | Q(cleared_at__isnull=False, cleared_by__isnull=False),
                name="alert_is_cleared_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(locks=False) | Q(cleared_at__isnull=True) | ~Q(cleared_note=""),
                name="lock_is_cleared_with_a_note",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-raised_at"], name="alert_by_client"),
            models.Index(
                fields=["escalate_at"],
                condition=Q(acknowledged_at=None, escalated_at=None, cleared_at=None),
                name="alert_to_escalate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason_key} {self.raised_at:%Y-%m-%d}"
