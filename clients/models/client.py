"""A client of a practice, who sees them, and the invitation that opens their account."""

import re
from datetime import time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models.absence import away_on
from clients.rules.habits import WORDS_LIMIT
from portal.accounts.models import Practice, Role, check_time_zone
from portal.accounts.roles import roles_of
from portal.accounts.tenancy import current_practice, scoped
from portal.lib.names import check_name
from portal.lib.search import FoldedKey, LowerCaseEmailField

LONGEST_DAY_MIN = 240  # minutes; engineering bound, as long as one session may take at most
TAG = re.compile(r"[a-z][a-z_]{1,39}")


def check_tags(tags: Any) -> None:
    """Raise ValidationError unless the value is a list of different contraindication tags (lower case words)."""
    if not isinstance(tags, list) or not all(isinstance(tag, str) and TAG.fullmatch(tag) for tag in tags):
        raise ValidationError(_("Give the tags as a list of words such as osteoporosis."))
    if len(set(tags)) != len(tags):
        raise ValidationError(_("A tag stands in the list twice. Keep it once."))


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, user: Any) -> "ClientQuerySet":
        """Own record for a client; caseload for a practitioner; the whole practice for its owner.

        Where the practice lets colleagues see all clients, every practitioner sees the whole practice. Who covers for
        a colleague sees their clients on the days of the absence, by the clock: a right that ends by itself must not
        wait for anybody to take it back. Unknown people and library editors see none.
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        roles = roles_of(user)
        if Role.OWNER in roles:
            return self.all()
        mine: Any = Q(user=user)  # Any: a condition, or one combined with EXISTS
        if Role.PRACTITIONER in roles:
            here = current_practice()
            practice = here if isinstance(here, Practice) else Practice.objects.filter(pk=here).first()
            if practice is not None and practice.colleagues_see_all_clients:
                return self.all()
            if practice is not None:
                mine |= Q(lead__in=away_on(practice, user, timezone.now()))
            mine |= Q(lead=user) | Exists(ClientShare.objects.filter(client=OuterRef("pk"), practitioner=user))
        return self.filter(mine)

    def current(self) -> "ClientQuerySet":
        """Clients who are not discharged."""
        return self.exclude(state=Client.State.DISCHARGED)


class Client(models.Model):
    """A person in the care of one practice. The same person may be a client of two, and neither learns of it."""

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("Active")
        ON_HOLD = "on_hold", _("On hold")
        DISCHARGED = "discharged", _("Discharged")

    TRANSITIONS = {
        State.INVITED: {State.ACTIVE, State.DISCHARGED},
        State.ACTIVE: {State.ON_HOLD, State.DISCHARGED},
        State.ON_HOLD: {State.ACTIVE, State.DISCHARGED},
        State.DISCHARGED: {State.ACTIVE},
    }

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        NONE = "none", _("No reminders")

    class Side(models.TextChoices):
        LEFT = "left", _("Left")
        RIGHT = "right", _("Right")

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="clients")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: the invitation has not been accepted yet
        blank=True,
        related_name="client_records",
    )
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="caseload",
        verbose_name=_("physiotherapist"),
    )
    email = LowerCaseEmailField(_("e-mail address"), max_length=254)
    first_name = models.CharField(_("first name"), max_length=80, validators=[check_name])
    last_name = models.CharField(_("last name"), max_length=80, validators=[check_name])
    search_last = FoldedKey(of=("last_name", "first_name"))
    search_first = FoldedKey(of=("first_name", "last_name"))
    name_to_use = models.CharField(_("name to use"), max_length=80, blank=True, validators=[check_name])
    problem = models.CharField(_("problem"), max_length=120, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.INVITED)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[check_time_zone])
    country = models.CharField(  # two letters, ISO 3166-1; "": the practice's own
        _("country"), max_length=2, blank=True, validators=[RegexValidator(r"^[A-Z]{2}$")]
    )
    language = models.CharField(_("language"), max_length=8, default="en-gb", choices=settings.LANGUAGES)
    tags = models.JSONField(_("contraindication tags"), default=list, blank=True, validators=[check_tags])
    usual_pain = models.PositiveSmallIntegerField(_("usual pain, 0 to 10"), null=True, blank=True)  # null: not asked
    minutes_a_day = models.PositiveSmallIntegerField(  # null: not said
        _("minutes a day that suit the client"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_DAY_MIN)],
    )
    figure_palette = models.CharField(  # "": as the practice has it; a palette of movement/themes.js
        _("how figures look"), max_length=40, blank=True
    )
    first_side = models.CharField(_("side to start with"), max_length=5, choices=Side.choices, default=Side.LEFT)
    reminder_channel = models.CharField(_("reminders"), max_length=8, choices=Channel.choices, default=Channel.EMAIL)
    reminder_times = models.JSONField(  # list of "HH:MM" in the client's zone; empty: as the plan says
        _("reminder times"), default=list, blank=True
    )
    quiet_from = models.TimeField(_("quiet from"), default=time(21, 0))
    quiet_until = models.TimeField(_("quiet until"), default=time(8, 0))
    reminders_paused_until = models.DateField(  # null: not paused; the day itself is still paused
        _("reminders paused until"), null=True, blank=True
    )
    follow_up = models.BooleanField(_("second reminder of a day"), default=True)
    weekly_note = models.BooleanField(_("weekly note"), default=False)
    push_put_off_at = models.DateTimeField(null=True, blank=True)  # null: "Not now" was never said to reminders here
    anchor = models.CharField(max_length=16, blank=True)  # clients.rules.habits.ANCHORS; empty: none, or own words
    anchor_words = models.CharField(max_length=WORDS_LIMIT, blank=True)  # the client's own, never sent in a message
    anchor_place = models.CharField(max_length=WORDS_LIMIT, blank=True)
    if_sore = models.CharField(max_length=16, blank=True)  # clients.rules.habits.IF_SORE; empty: no plan for it
    if_missed = models.CharField(max_length=16, blank=True)  # clients.rules.habits.IF_MISSED; empty: no plan for it
    mail_failed_at = models.DateTimeField(null=True, blank=True)  # null: the address takes mail
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("practice", ClientQuerySet)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("practice", Lower("email"), name="one_client_per_email_in_a_practice"),
            models.UniqueConstraint(
                fields=["practice", "user"],
                condition=Q(user__isnull=False),
                name="one_client_per_person_in_a_practice",
            ),
            models.CheckConstraint(
                condition=Q(usual_pain__isnull=True) | Q(usual_pain__lte=10), name="client_usual_pain_0_to_10"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "lead", "-id"], name="client_by_lead"),
            models.Index(fields=["practice", "-id"], name="client_latest"),
            # The last operator class lets PostgreSQL answer a prefix from the index; SQLite ignores it.
            models.Index(
                fields=["practice", "search_last"], opclasses=["int8_ops", "varchar_pattern_ops"], name="client_by_last"
            ),
            models.Index(
                fields=["practice", "search_first"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
                name="client_by_first",
            ),
            models.Index(
                fields=["practice", "email"], opclasses=["int8_ops", "varchar_pattern_ops"], name="client_by_email"
            ),
            models.Index(fields=["user"], name="client_by_user"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def call_name(self) -> str:
        return self.name_to_use or self.first_name


class ClientShare(models.Model):
    """A colleague of the lead who may see the client as well."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="shares")
    practitioner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("client__practice")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "practitioner"], name="one_share_per_practitioner")]


class Invitation(models.Model):
    """A link that opens one client's account once. Only the hash of its token is kept."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(max_length=254)  # as invited; a link is void once the record has another address
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of a 256-bit token, hexadecimal
    shown_in_room = models.BooleanField(default=False)  # shown to staff as a QR code, so it proves no mailbox
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)  # null: not accepted
    revoked_at = models.DateTimeField(null=True, blank=True)  # null: not replaced by a newer one

    objects = scoped("client__practice")

    class Meta:
        verbose_name = _("invitation")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "shown_in_room"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="one_open_invitation_of_a_kind",
            )
        ]
