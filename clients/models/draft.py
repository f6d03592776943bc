"""A plan that somebody has begun to write and has not given yet."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from portal.accounts.tenancy import scoped


class PlanSketchQuerySet(models.QuerySet["PlanSketch"]):
    def visible_to(self, user: Any) -> "PlanSketchQuerySet":
        """One's own, for the clients whom one may see: what is not given yet is nobody else's."""
        return self.filter(author=user, client__in=Client.objects.visible_to(user))


class PlanSketch(models.Model):
    """The plan's page as it was left: what was typed, right or wrong. The client sees nothing of it."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="sketches")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    values = models.JSONField(default=dict)  # field of the page -> list of texts
    saved_at = models.DateTimeField()

    objects = scoped("client__practice", PlanSketchQuerySet)

    class Meta:
        verbose_name = _("draft of a plan")
        verbose_name_plural = _("drafts of plans")
        constraints = [models.UniqueConstraint(fields=["client", "author"], name="one_draft_per_client_and_author")]

    def __str__(self) -> str:
        return f"draft {self.pk}"
