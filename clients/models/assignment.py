"""What a client was given: an assignment, its immutable versions, and the items of each version."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from portal.accounts.tenancy import scoped
from portal.lib.kept import NeverChanged


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: Any) -> "AssignmentQuerySet":
        """Plans of the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))

    def active_on(self, day: date) -> "AssignmentQuerySet":
        """Plans that run on the day (client's local date): started, not ended; first and last day included."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day), state=Assignment.State.ACTIVE, starts_on__lte=day
        )


class Assignment(models.Model):
    """A routine given to a client ("plan" on screen). Its content lives in versions, which never change."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    TRANSITIONS = {
        State.DRAFT: {State.ACTIVE, State.ENDED},
        State.ACTIVE: {State.PAUSED, State.ENDED},
        State.PAUSED: {State.ACTIVE, State.ENDED},
        State.ENDED: set(),
    }

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="assignments")
    routine = models.ForeignKey(
        "routines.Routine",
        on_delete=models.PROTECT,
        null=True,  # null: written for this client from nothing
        blank=True,
        related_name="assignments",
    )
    name = models.CharField(_("name"), max_length=160)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)  # the last day, included; null: runs on
    current_version = models.ForeignKey(
        "clients.AssignmentVersion",
        on_delete=models.PROTECT,
        null=True,  # null only inside the transaction that makes both
        related_name="+",
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("client__practice", AssignmentQuerySet)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="assignment_ends_on_or_after_start",
            )
        ]
        indexes = [models.Index(fields=["client", "state", "starts_on"], name="assignment_by_client")]

    def __str__(self) -> str:
        return self.name


class AssignmentVersionQuerySet(models.QuerySet["AssignmentVersion"]):
    def visible_to(self, user: Any) -> "AssignmentVersionQuerySet":
        """Versions of the plans of the clients whom the person may see."""
        return self.filter(assignment__client__in=Client.objects.visible_to(user))


class AssignmentVersion(NeverChanged):
    """One wording of a plan. Written once: a change of the plan makes the next version."""

    NEVER_CHANGED = _("A version of a plan is never changed. Make the next one.")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    effective_from = (
        models.DateField()
    )  # client's local date; the version in force on a day is the latest before or on it
    schedule = models.JSONField()  # clients.rules.schedule.Schedule.to_dict()
    pain_stop = models.PositiveSmallIntegerField(_("pain stop level"), default=5)  # amber_max, clinical rules 4.1
    pain_stop_reason = models.CharField(max_length=300, blank=True)  # why above the default
    pain_stop_review_on = models.DateField(null=True, blank=True)  # null: the default level, nothing to review
    note = models.TextField(_("note for the client"), blank=True, max_length=500)
    why = models.CharField(_("why it was changed, for the client"), max_length=300, blank=True)
    written_lanes = models.JSONField(default=list, blank=True)  # lanes that a clinician wrote; others were made
    cautions = models.JSONField(default=list, blank=True)  # contraindications.to_record of client and routine
    changes = models.JSONField(default=list, blank=True)  # plan_diff.Change.to_dict against the version before
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("assignment__client__practice", AssignmentVersionQuerySet)

    class Meta:
        verbose_name = _("version of a plan")
        verbose_name_plural = _("versions of plans")
        ordering = ["assignment_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "number"], name="one_assignment_version_per_number"),
            models.CheckConstraint(condition=Q(pain_stop__lte=10), name="assignment_pain_stop_0_to_10"),
        ]

    def __str__(self) -> str:
        return str(_("version %(number)s") % {"number": self.number})


class PrescribedItem(NeverChanged):
    """One exercise of a version: which wording of it, how much, in what order. Written once with its version."""

    NEVER_CHANGED = _("An exercise of a plan is never changed. Make the next version.")

    class Order(models.TextChoices):
        AS_CONTENT = "as_content", _("As the exercise says")
        ALTERNATING = "alternating", _("Change sides every time")
        EACH = "each", _("One side, then the other")

    class Side(models.TextChoices):
        CLIENT = "client", _("As the client likes")
        LEFT = "left", _("Left first")
        RIGHT = "right", _("Right first")

    version = models.ForeignKey(AssignmentVersion, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    lane = models.CharField(max_length=8, default="steady")
    exercise_version = models.ForeignKey("routines.ExerciseVersion", on_delete=models.PROTECT, related_name="+")
    dose = models.JSONField(default=dict)  # overrides on the version's own dose
    order = models.CharField(max_length=12, choices=Order.choices, default=Order.AS_CONTENT)
    first_side = models.CharField(max_length=6, choices=Side.choices, default=Side.CLIENT)
    segments = models.JSONField(null=True, blank=True)  # keys of the segments in use; null: all that are not optional
    opted_in = models.JSONField(default=list, blank=True)  # keys of gated segments switched on for this client
    optional = models.BooleanField(default=False)
    choice_group = models.CharField(max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    cautions = models.JSONField(default=list, blank=True)  # contraindications.to_record of this exercise
    adapted = models.JSONField(default=dict, blank=True)  # the figure for this client: routines.movement.adapting

    objects = scoped("version__assignment__client__practice")

    class Meta:
        verbose_name = _("exercise of a plan")
        verbose_name_plural = _("exercises of a plan")
        ordering = ["version_id", "lane", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "lane", "position"], name="one_item_per_position"),
        ]

    @property
    def parts_in_use(self) -> frozenset[str]:
        """Keys of the segments that the client does; exercise_version must be loaded."""
        return frozenset(
            segment.key
            for segment in self.exercise_version.content.segments
            if (
                segment.key in self.opted_in
                if segment.is_opt_in
                else self.segments is None or segment.key in self.segments
            )
        )


class PlanPause(models.Model):
    """Days on which nothing is due: a paused plan or an approved break. They leave the denominator."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="pauses")
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)  # included; null: until it is ended
    reason = models.CharField(max_length=160, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("assignment__client__practice")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")),
                name="pause_ends_on_or_after_start",
            )
        ]
