"""How a practice has its flag rules, how one client has them, and which flags somebody has seen."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.rules.flag_settings import Setting, settings_from
from portal.accounts.models import Practice
from portal.accounts.tenancy import scoped
from portal.lib.kept import NeverChanged, NeverDeleted


class FlagRules(models.Model):
    """One version of a practice's flag rules; the newest is in force, none means the defaults."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    rules = models.JSONField()  # {key: {"on": bool, number: int}}; what is missing is as by default
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("practice")

    class Meta:
        verbose_name = _("flag rules")
        verbose_name_plural = _("flag rules")
        ordering = ["-pk"]

    @property
    def settings(self) -> dict[str, Setting]:
        """Every rule as the practice has it."""
        return settings_from(self.rules)


class ClientFlagRulesQuerySet(models.QuerySet["ClientFlagRules"]):
    def visible_to(self, user: Any) -> "ClientFlagRulesQuerySet":
        """The rules of the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))


class ClientFlagRules(NeverChanged, NeverDeleted):
    """What was set for one client beside the practice's rules; the newest is in force, none means the practice's."""

    NEVER_CHANGED = _("Flag rules of a client are never changed. Set them anew.")
    NEVER_DELETED = _("Flag rules of a client are never deleted. Set them back to the practice’s.")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    rules = models.JSONField()  # {key: {"on": bool, number: int}}; what is missing is as the practice has it
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("client__practice", ClientFlagRulesQuerySet)

    class Meta:
        verbose_name = _("flag rules of a client")
        verbose_name_plural = _("flag rules of clients")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["client", "-id"], name="client_flag_rules_in_force")]


class FlagSeenQuerySet(models.QuerySet["FlagSeen"]):
    def visible_to(self, user: Any) -> "FlagSeenQuerySet":
        """Marks on the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))


class FlagSeen(NeverChanged, NeverDeleted):
    """Somebody marked a flag as seen. Kept for good: it hides what it was about, and nothing that comes after."""

    NEVER_CHANGED = _("A mark is never changed.")
    NEVER_DELETED = _("A mark is never deleted.")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="flags_seen")
    rule_key = models.CharField(max_length=40)  # clients.rules.flag_settings.RULES
    on = models.DateField()  # client's local date of the mark
    evidence = models.JSONField(default=list)  # clients.rules.flags.Flag.evidence
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = scoped("client__practice", FlagSeenQuerySet)

    class Meta:
        verbose_name = _("flag seen")
        verbose_name_plural = _("flags seen")
        ordering = ["-at"]
        indexes = [models.Index(fields=["client", "-at"], name="flag_seen_by_client")]
