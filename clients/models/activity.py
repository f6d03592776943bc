"""What a client wants to be able to do again, in numbers: where it began, what is aimed at, and how it is now."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from portal.accounts.tenancy import scoped
from portal.lib.kept import NeverChanged

ACTIVITY_LIMIT = 80  # characters; engineering bound: a line on a phone
MOST_OF_ACTIVITY = 9999  # of any unit; engineering bound


class ActivityGoalQuerySet(models.QuerySet["ActivityGoal"]):
    def visible_to(self, user: Any) -> "ActivityGoalQuerySet":
        """Goals of the clients whom the person may see."""
        return self.filter(client__in=Client.objects.visible_to(user))

    def running(self) -> "ActivityGoalQuerySet":
        """Goals that nobody has ended."""
        return self.filter(ended_at=None)


class ActivityGoal(models.Model):
    """An activity with a number, agreed between client and practitioner. It is ended, never changed."""

    class Unit(models.TextChoices):
        MINUTES = "minutes", _("minutes")
        METRES = "metres", _("metres")
        STEPS = "steps", _("steps")
        TIMES = "times", _("times")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="activity_goals")
    activity = models.CharField(max_length=ACTIVITY_LIMIT)  # "Sit through a film"
    unit = models.CharField(max_length=8, choices=Unit.choices)
    began_at = models.PositiveSmallIntegerField()  # how much it was when the goal was set
    target = models.PositiveSmallIntegerField()  # more or less than that, never the same
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # null: it runs

    objects = scoped("client__practice", ActivityGoalQuerySet)

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(began_at=F("target")), name="activity_goal_is_a_change"),
        ]
        indexes = [models.Index(fields=["client", "ended_at"], name="activity_goals_of_a_client")]

    def __str__(self) -> str:
        return self.activity


class ActivityValueQuerySet(models.QuerySet["ActivityValue"]):
    def visible_to(self, user: Any) -> "ActivityValueQuerySet":
        """Values of the goals that the person may see."""
        return self.filter(goal__client__in=Client.objects.visible_to(user))


class ActivityValue(NeverChanged):
    """How much of a goal's activity there was, as somebody told it. The newest counts; none changes."""

    NEVER_CHANGED = _("A value is never changed. Tell the new one.")

    goal = models.ForeignKey(ActivityGoal, on_delete=models.PROTECT, related_name="values")
    value = models.PositiveSmallIntegerField()  # in the goal's unit
    on = models.DateField()  # client's local date
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    objects = scoped("goal__client__practice", ActivityValueQuerySet)

    class Meta:
        verbose_name = _("value of a goal")
        verbose_name_plural = _("values of goals")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.value}"
