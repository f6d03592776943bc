"""What a client said about a session before doing it: not today, tomorrow instead, or a whole day moved."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models.assignment import Assignment
from clients.models.client import Client
from portal.accounts.tenancy import scoped


class PutOffQuerySet(models.QuerySet["PutOff"]):
    def visible_to(self, user: Any) -> "PutOffQuerySet":
        """Those of the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))

    def moves(self) -> "PutOffQuerySet":
        """Days that were moved, in the order in which it was said."""
        return self.filter(choice="moved").order_by("at", "pk")


class PutOff(models.Model):
    """One word of a client on one session of a day; the latest of a session counts. A session that is done stands."""

    class Choice(models.TextChoices):
        NOT_TODAY = "not_today", _("Not today")
        TOMORROW = "tomorrow", _("Tomorrow instead")
        REST = "rest", _("Rest, and tell the practice")
        MOVED = "moved", _("Another day instead")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="put_offs")
    on = models.DateField()  # the client's local date for which it was planned
    slot = models.PositiveSmallIntegerField()
    choice = models.CharField(max_length=12, choices=Choice.choices)
    reason_key = models.CharField(max_length=12, blank=True)  # clients.rules.events.SKIP_REASONS; empty: none given
    moved_to = models.DateField(null=True, blank=True)  # of a day that was moved, with all its sessions; null: others
    # A rest alone has what comes here: the answer to the first question of the check-in, and the event of a device.
    pain = models.PositiveSmallIntegerField(null=True, blank=True)
    event_id = models.UUIDField(null=True, unique=True, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    at = models.DateTimeField()

    objects = scoped("client__practice", PutOffQuerySet)

    class Meta:
        verbose_name = _("session put off")
        verbose_name_plural = _("sessions put off")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(choice="moved", moved_to__isnull=False) | (~Q(choice="moved") & Q(moved_to=None)),
                name="put_off_to_a_day_names_it",
            )
        ]
        indexes = [models.Index(fields=["client", "on"], name="put_off_by_client_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.slot}: {self.choice}"
