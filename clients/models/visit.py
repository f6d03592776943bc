"""What practitioners do with what came in: they see the client, and they look a session over."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.session import Session
from portal.accounts.tenancy import scoped


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: Any) -> "VisitQuerySet":
        """Visits of the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))


class Visit(models.Model):
    """A practitioner pressed "Seen today". The next brief tells what has happened since."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="visits")
    on = models.DateField()  # client's local date
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = scoped("client__practice", VisitQuerySet)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["client", "on"], name="one_visit_of_a_client_a_day")]

    def __str__(self) -> str:
        return f"{self.on}"


class SessionLook(models.Model):
    """A practitioner has looked a session over. One row a session: the first look counts."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, primary_key=True, related_name="look")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = scoped("session__client__practice")

    class Meta:
        verbose_name = _("look at a session")
