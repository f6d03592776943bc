"""The private address at which a client's own calendar reads when their sessions are."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from portal.accounts.tenancy import scoped


class CalendarAddressQuerySet(models.QuerySet["CalendarAddress"]):
    def visible_to(self, user: Any) -> "CalendarAddressQuerySet":
        """Those of the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))


class CalendarAddress(models.Model):
    """One address that a client made. The address itself is made of the row's number and the installation's key."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="calendar_addresses")
    changes = models.PositiveIntegerField(
        default=0
    )  # that no row of a plan tells of, counted on from address to address
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)  # null: in use

    objects = scoped("client__practice", CalendarAddressQuerySet)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ["client_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(stopped_at__isnull=True), name="one_calendar_address_in_use"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.made_at}"
