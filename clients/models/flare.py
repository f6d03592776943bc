"""A flare-up, which a client reports by a button, and how their pain was on its days."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from portal.accounts.tenancy import scoped


class FlareQuerySet(models.QuerySet["Flare"]):
    def visible_to(self, user: Any) -> "FlareQuerySet":
        """Flare-ups of the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))

    def lasting_on(self, day: date) -> "FlareQuerySet":
        """Those that lasted on the day (client's local date)."""
        return self.filter(Q(last_day=None) | Q(last_day__gte=day), first_day__lte=day)

    def open(self) -> "FlareQuerySet":
        """Those that last."""
        return self.filter(last_day=None)


class Flare(models.Model):
    """Days on which a client had a flare-up. Begun by the client alone, never inferred from a number."""

    class End(models.TextChoices):
        SETTLED = "settled", _("pain was 4 or less on two days running")
        PRACTITIONER = "practitioner", _("a practitioner ended it")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="flares")
    first_day = models.DateField()  # client's local date
    last_day = models.DateField(null=True, blank=True)  # included; null: it lasts
    ended_how = models.CharField(max_length=12, choices=End.choices, blank=True)  # empty: it lasts
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: it lasts, or the rule of two days ended it
        blank=True,
        related_name="+",
    )
    reported_at = models.DateTimeField()

    objects = scoped("client__practice", FlareQuerySet)

    class Meta:
        verbose_name = _("flare-up")
        verbose_name_plural = _("flare-ups")
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["client"], condition=Q(last_day=None), name="one_open_flare_per_client"),
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")), name="flare_ends_on_or_after_its_start"
            ),
        ]
        indexes = [models.Index(fields=["client", "first_day"], name="flare_by_client")]

    def __str__(self) -> str:
        return f"{self.first_day}"


class FlareAnswer(models.Model):
    """One answer to the daily question of a flare-up. Kept beside others of the day, never changed."""

    flare = models.ForeignKey(Flare, on_delete=models.PROTECT, related_name="answers")
    on = models.DateField()  # client's local date
    pain = models.PositiveSmallIntegerField(null=True, blank=True)  # 0 to 10; null: asked and not answered
    at = models.DateTimeField()

    objects = scoped("flare__client__practice")

    class Meta:
        verbose_name = _("answer in a flare-up")
        verbose_name_plural = _("answers in flare-ups")
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(condition=Q(pain__isnull=True) | Q(pain__lte=10), name="flare_pain_0_to_10")
        ]
