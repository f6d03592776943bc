"""What practitioners write about a client for each other."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from portal.accounts.roles import roles_of
from portal.accounts.tenancy import scoped
from portal.lib.kept import NeverChanged, NeverDeleted

NOTE_LIMIT = 2000  # characters; engineering bound, as long as a message


class ClientNoteQuerySet(models.QuerySet["ClientNote"]):
    def visible_to(self, user: Any) -> "ClientNoteQuerySet":
        """Notes about the clients whom the person may see, and never those about the person."""
        if not roles_of(user):
            return self.none()
        others = Q(client__user=None) | ~Q(client__user=user)
        return self.filter(others, client__in=Client.objects.visible_to(user))

    def in_force(self) -> "ClientNoteQuerySet":
        """Notes that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class ClientNote(NeverChanged, NeverDeleted):
    """One note for colleagues. Its words are never changed and never deleted; a wrong one is withdrawn, and stays."""

    NEVER_CHANGED = _("A note is never changed. Withdraw it, and write another one.")
    NEVER_DELETED = _("A note is never deleted. Withdraw it.")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="notes", db_index=False)
    text = models.TextField(_("note"), max_length=NOTE_LIMIT)
    key = models.UUIDField()  # made by the form that kept it, so that sending twice keeps one
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # null: it counts
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: it counts
        blank=True,
        related_name="+",
    )

    objects = scoped("client__practice", ClientNoteQuerySet)

    class Meta:
        verbose_name = _("note about a client")
        verbose_name_plural = _("notes about clients")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="one_note_per_sent_form"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="withdrawn_note_says_when_and_by_whom",
            ),
        ]
        indexes = [models.Index(fields=["client", "-at"], name="client_note_by_client")]

    def __str__(self) -> str:
        return f"note {self.pk}"
