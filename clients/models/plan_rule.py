"""The rules of a plan as they were copied when it was given, and how its practitioner switched them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.assignment import Assignment
from clients.models.client import Client
from portal.accounts.tenancy import scoped
from portal.lib.kept import NeverChanged
from routines.content import Rule, parse_rule


class PlanRuleQuerySet(models.QuerySet["PlanRule"]):
    def visible_to(self, user: Any) -> "PlanRuleQuerySet":
        """Rules of the plans of the clients whom the person may see."""
        return self.filter(assignment__client__in=Client.objects.visible_to(user))

    def in_force(self) -> "PlanRuleQuerySet":
        """The newest version of each rule."""
        newer = PlanRule.objects.filter(
            assignment=models.OuterRef("assignment"),
            rule_id=models.OuterRef("rule_id"),
            number__gt=models.OuterRef("number"),
        )
        return self.exclude(models.Exists(newer)).order_by("assignment_id", "position")


class PlanRule(NeverChanged):
    """One version of one rule of a plan. Written once: switching a rule writes its next version."""

    NEVER_CHANGED = _("A rule of a plan is never changed. Make its next version.")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="rules")
    rule_id = models.CharField(max_length=80)  # "global.gap7", "add_reps"
    number = models.PositiveIntegerField(default=1)
    position = models.PositiveSmallIntegerField()  # the order in which rules are read
    document = models.JSONField()  # routines.content.Rule.to_document()
    is_on = models.BooleanField(default=True)
    is_preapproved = models.BooleanField(default=False)  # True: may raise within its limits without asking again
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("assignment__client__practice", PlanRuleQuerySet)

    class Meta:
        verbose_name = _("rule of a plan")
        verbose_name_plural = _("rules of plans")
        ordering = ["assignment_id", "position", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "rule_id", "number"], name="one_plan_rule_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} v{self.number}"

    @property
    def content(self) -> Rule:
        """The rule in its parsed form."""
        return parse_rule(self.document)
