"""A session and its events. Events are append-only; a session's columns are a fold over them."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clients.models.assignment import Assignment, AssignmentVersion, PrescribedItem
from clients.models.client import Client
from portal.accounts.tenancy import scoped
from portal.lib.kept import NeverChanged, NeverDeleted


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: Any) -> "SessionQuerySet":
        """Sessions of the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))


class Session(models.Model):
    """One go at one occurrence of a plan. Belongs to the local date on which it began."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        LEFT = "left", _("Left")
        FINISHED = "finished", _("Finished")

    id = models.UUIDField(primary_key=True)  # made by the client's device
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="sessions")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="sessions")
    version = models.ForeignKey(AssignmentVersion, on_delete=models.PROTECT, related_name="sessions")
    occurrence_on = models.DateField(_("day"))  # client's local date
    slot = models.PositiveSmallIntegerField(default=1)  # 1 is the first session of the day
    lane = models.CharField(max_length=8, default="steady")  # clients.rules.lanes.LANES
    percent = models.PositiveSmallIntegerField(default=100)  # of the lane's dose, as the rules lowered it
    short_form = models.JSONField(default=list, blank=True)  # slugs of the exercises kept; empty: the whole lane
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    counted = models.BooleanField(default=False)  # True for the one session that makes its occurrence done
    replaced = models.BooleanField(default=False)  # begun again before it was over, and finished all the same: no count
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)  # null: not finished
    fraction = models.FloatField(default=0)  # 0 to 1, clinical rules 6.3
    # Answers, 0 to 10. Null: not answered, which never counts as good.
    pain_before = models.PositiveSmallIntegerField(null=True, blank=True)
    pain_peak = models.PositiveSmallIntegerField(null=True, blank=True)
    pain_after = models.PositiveSmallIntegerField(null=True, blank=True)
    pain_next = models.PositiveSmallIntegerField(null=True, blank=True)
    pain_worst = models.PositiveSmallIntegerField(null=True, blank=True)  # the highest of every answer during it
    effort = models.PositiveSmallIntegerField(null=True, blank=True)
    leg_symptoms = models.CharField(max_length=12, blank=True)  # empty: not answered
    leg_pain = models.PositiveSmallIntegerField(null=True, blank=True)
    can_do = models.JSONField(default=list, blank=True)  # markers that the client ticked
    note = models.CharField(max_length=500, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = scoped("client__practice", SessionQuerySet)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "occurrence_on", "slot"],
                condition=Q(counted=True),
                name="one_counted_session_per_occurrence",
            ),
            models.CheckConstraint(condition=Q(fraction__gte=0, fraction__lte=1), name="session_fraction_0_to_1"),
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="session_percent_1_to_100"),
        ]
        indexes = [
            models.Index(fields=["client", "occurrence_on"], name="session_by_client_day"),
            models.Index(fields=["client", "-started_at"], name="session_by_client_latest"),
            models.Index(fields=["-started_at"], name="session_latest"),
        ]

    def __str__(self) -> str:
        return date_format(self.occurrence_on, "j M Y")


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: Any) -> "EventQuerySet":
        """Events of the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))


class Event(NeverChanged, NeverDeleted):
    """One thing that happened in a session, as the device told it. Never changed, never deleted by the product."""

    NEVER_CHANGED = _("An event is never changed.")
    NEVER_DELETED = _("An event is never deleted.")

    id = models.UUIDField(primary_key=True)  # made by the client's device
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="events")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=24)
    item = models.ForeignKey(
        PrescribedItem,
        on_delete=models.PROTECT,
        null=True,  # null: belongs to the whole session
        related_name="+",
    )
    data = models.JSONField(default=dict)
    at = models.DateTimeField()  # the device's clock
    utc_offset_min = models.SmallIntegerField()  # the device's zone at that moment, minutes east of UTC
    app_version = models.CharField(max_length=20, blank=True)
    content_hash = models.CharField(max_length=64)  # SHA-256 of what was sent, hexadecimal
    received_at = models.DateTimeField(auto_now_add=True)  # the server's clock

    objects = scoped("client__practice", EventQuerySet)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-received_at"]
        indexes = [
            models.Index(fields=["session", "at"], name="event_by_session"),
            models.Index(fields=["-received_at"], name="event_latest"),
        ]

    def __str__(self) -> str:
        return self.type.replace("_", " ")
