"""The safety net: what a practice has set up and signed, and the checks that clients answered."""

import json
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.rules import safety as rules
from portal.accounts.models import Practice
from portal.accounts.roles import roles_of
from portal.accounts.tenancy import scoped
from portal.lib import sealing
from portal.lib.kept import NeverChanged, NeverDeleted

LONGEST_ESCALATION_H = 48  # hours; engineering bound: later than this the second contact is no help


class SafetySetupQuerySet(models.QuerySet["SafetySetup"]):
    def visible_to(self, user: Any) -> "SafetySetupQuerySet":
        """Everybody who works in the practice may see what was signed."""
        return self.all() if roles_of(user) else self.none()


class SafetySetup(NeverChanged, NeverDeleted):
    """What a practitioner filled in and signed, so that clients may be invited. The latest row counts; none changes."""

    NEVER_CHANGED = _("A signed set-up is never changed. Sign a new one.")
    NEVER_DELETED = _("A signed set-up is never deleted.")

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="safety_setups")
    emergency_number = models.CharField(
        _("emergency number of your clients' country"),
        max_length=20,
        validators=[RegexValidator(r"^\d[\d ]*\d$", _("Write the number with digits and spaces, such as 112."))],
        help_text=_("Clients with a warning sign are told to call it at once."),
    )
    country_numbers = models.JSONField(default=dict, blank=True)  # country code -> number, for clients elsewhere
    second_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("second contact"),
        help_text=_(
            "Is told of an emergency at once, and of any other safety check that nobody has looked at in time."
        ),
    )
    escalate_after_h = models.PositiveSmallIntegerField(
        _("hours until the second contact is told"),
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_ESCALATION_H)],
    )
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    objects = scoped("practice", SafetySetupQuerySet)

    class Meta:
        verbose_name = _("safety set-up")
        verbose_name_plural = _("safety set-ups")
        ordering = ["-signed_at", "-pk"]

    def number_for(self, country: str) -> str:
        """Return the emergency number of a client's country; "" is the practice's own, and so is the number then.

        A country for which nothing is signed has none: another country's number would be worse.
        """
        return str(self.country_numbers.get(country, "")) if country else self.emergency_number


class SafetyCheckQuerySet(models.QuerySet["SafetyCheck"]):
    def visible_to(self, user: Any) -> "SafetyCheckQuerySet":
        """Checks of the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))


class SafetyCheck(NeverChanged, NeverDeleted):
    """One round of the safety questions, as answered. Never changed, never deleted by the product."""

    NEVER_CHANGED = _("A safety check is never changed.")
    NEVER_DELETED = _("A safety check is never deleted.")

    class Trigger(models.TextChoices):
        ONBOARDING = "onboarding", _("before the first session")
        FOUR_WEEKS = "four_weeks", _("every four weeks")
        FLARE = "flare", _("flare-up")
        PAIN = "pain", _("strong pain before a session")
        STOP = "stop", _("“Stop” during a session")
        LINK = "link", _("on their own")

    class Place(models.TextChoices):
        PAGE = "page", _("page")
        PLAYER = "player", _("player")

    class Level(models.TextChoices):
        CLEAR = "", _("nothing found")
        EMERGENCY = "emergency", _("Emergency")
        SAME_DAY = "same_day", _("Same day")
        SOON = "soon", _("This week")

    id = models.UUIDField(primary_key=True)  # made by the client's device
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="safety_checks")
    trigger = models.CharField(_("asked because of"), max_length=12, choices=Trigger.choices)
    place = models.CharField(_("asked on"), max_length=8, choices=Place.choices)
    questions_version = models.CharField(max_length=12)  # clients.rules.safety.version_of
    session_key = models.UUIDField(null=True, blank=True)  # null: outside a session; else Session.pk, if it ever came
    sealed = models.TextField()  # encrypted: {"answers": {question: [what was ticked]}, "hash": of what was sent}
    level = models.CharField(_("result"), max_length=10, choices=Level.choices, blank=True)
    at = models.DateTimeField(_("answered"))  # the device's clock, as far as it is believed
    utc_offset_min = models.SmallIntegerField()  # the device's zone at that moment, minutes east of UTC
    received_at = models.DateTimeField(auto_now_add=True)  # the server's clock

    objects = scoped("client__practice", SafetyCheckQuerySet)

    class Meta:
        verbose_name = _("safety check")
        verbose_name_plural = _("safety checks")
        ordering = ["-at"]
        indexes = [models.Index(fields=["client", "-at"], name="safety_check_by_client")]

    @property
    def content(self) -> dict[str, Any]:
        """Return {"answers", "hash"} as sealed. Raises sealing.Unreadable where the key is gone."""
        opened: dict[str, Any] = json.loads(sealing.unseal(self.sealed))
        return opened

    @property
    def answers(self) -> rules.Answers:
        """What was ticked, by question. Raises sealing.Unreadable."""
        told: rules.Answers = self.content["answers"]
        return told


def seal_content(answers: rules.Answers, content_hash: str) -> str:
    """Return what `SafetyCheck.sealed` keeps."""
    return sealing.seal(
        json.dumps({"answers": {id_: list(ticked) for id_, ticked in answers.items()}, "hash": content_hash})
    )
