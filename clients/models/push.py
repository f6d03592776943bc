"""Browsers on which a client wants reminders."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from portal.accounts.models import Device
from portal.accounts.tenancy import scoped

LONGEST_ENDPOINT = 2048


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    def visible_to(self, user: Any) -> "PushSubscriptionQuerySet":
        """Those of the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))

    def in_use(self) -> "PushSubscriptionQuerySet":
        """Those that the push service has not refused too often."""
        return self.filter(refusals__lt=PushSubscription.REFUSALS)


class PushSubscription(models.Model):
    """One browser to which reminders are pushed, for as long as the client is signed in there.

    It goes with its device: signing out, there or from elsewhere, deletes it. Who is a client of several practices has
    one for each, with the same address.
    """

    CHANNEL = "webpush"
    REFUSALS = 3  # answers of 403 after which nothing is sent any more, safety.md R19

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="push_subscriptions")
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=LONGEST_ENDPOINT)  # whoever knows it may try to push there
    p256dh = models.CharField(max_length=88)
    auth = models.CharField(max_length=24)
    refusals = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    objects = scoped("client__practice", PushSubscriptionQuerySet)

    class Meta:
        verbose_name = _("device with reminders")
        verbose_name_plural = _("devices with reminders")
        ordering = ["client_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "client"], name="a_client_has_a_push_address_once"),
        ]

    def __str__(self) -> str:
        return str(self.device)
