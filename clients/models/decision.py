"""What a rule came to: one row for each time it spoke, with everything it looked at."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models.assignment import Assignment, AssignmentVersion
from clients.models.client import Client
from clients.models.plan_rule import PlanRule
from clients.models.session import Session
from clients.rules.brief import EDIT_KEY
from portal.accounts.tenancy import scoped
from portal.lib.kept import NeverDeleted


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: Any) -> "DecisionQuerySet":
        """Decisions about the clients whom the person may see."""
        return self.filter(assignment__client__in=Client.objects.visible_to(user))

    def told(self) -> "DecisionQuerySet":
        """All but what a visit brief proposes and nobody has answered, or not for good: the brief alone tells of it."""
        return self.exclude(state=Decision.State.SUGGESTED, rule_key__startswith=EDIT_KEY)

    def waiting(self) -> "DecisionQuerySet":
        """Suggestions of rules that nobody has answered."""
        return self.told().filter(state=Decision.State.SUGGESTED)

    def in_effect(self) -> "DecisionQuerySet":
        """Those that applied at once and were not undone."""
        return self.filter(state=Decision.State.APPLIED)

    def lowering(self) -> "DecisionQuerySet":
        """Those in effect that lower the dose of sessions."""
        return self.in_effect().filter(outcome__action__in=["reduce_dose", "resume_at"])


class Decision(NeverDeleted):
    """A rule spoke, a gate stayed closed, a lane was picked, or a proposal of a visit brief was answered.

    `inputs` is what it looked at, enough to replay it.
    """

    NEVER_DELETED = _("A decision is never deleted.")

    class State(models.TextChoices):
        APPLIED = "applied", _("Applied")
        SUGGESTED = "suggested", _("Suggested")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        UNDONE = "undone", _("Undone")

    class UndoneBy(models.TextChoices):
        PRACTITIONER = "practitioner", _("a practitioner")
        NOBODY = "nobody", _("nobody: it is over")

    TRANSITIONS = {
        State.APPLIED: {State.UNDONE},
        State.SUGGESTED: {State.ACCEPTED, State.DECLINED},
        State.ACCEPTED: {State.SUGGESTED},  # taken back within the seconds in which a change may be undone
        State.DECLINED: {State.SUGGESTED},  # as an accepted one
        State.UNDONE: set(),
    }

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="decisions")
    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        null=True,  # null: about no one session, such as a flare
        blank=True,
        related_name="decisions",
    )
    rule = models.ForeignKey(
        PlanRule,
        on_delete=models.PROTECT,
        null=True,  # null: a gate, the lane of a day or a line of a visit brief: no switch turns it off
        blank=True,
        related_name="decisions",
    )
    # The id of a rule, or "lane", or what `decisions.gate_key` and `Edit.key` give.
    rule_key = models.CharField(max_length=160)
    moment_key = models.CharField(max_length=80)  # "session:<id>:next_day": a rule speaks once at a moment
    inputs = models.JSONField()  # clients.rules.decisions reads it back
    outcome = models.JSONField()  # {"action": ..., ...}
    state = models.CharField(max_length=10, choices=State.choices)
    may_undo = models.CharField(max_length=12, choices=UndoneBy.choices, default=UndoneBy.PRACTITIONER)
    decided_at = models.DateTimeField()  # the moment itself, on the device's clock where a session told of it
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: nobody has accepted, declined or undone it
        blank=True,
        related_name="+",
    )
    settled_at = models.DateTimeField(null=True, blank=True)  # null: as settled_by
    version = models.ForeignKey(
        AssignmentVersion,
        on_delete=models.PROTECT,
        null=True,  # null: it changed no plan
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("assignment__client__practice", DecisionQuerySet)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "rule_key", "moment_key"], name="one_decision_per_rule_and_moment"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="decision_is_settled_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["assignment", "state", "-decided_at"], name="decision_by_plan")]

    def __str__(self) -> str:
        return f"{self.rule_key} {self.decided_at:%Y-%m-%d}"
