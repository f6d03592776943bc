"""What happened to an exercise, and what a practice does not want to see of the shared library."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Practice
from portal.accounts.tenancy import scoped
from portal.lib.kept import NeverChanged, NeverDeleted
from routines.models.exercise import Exercise


class ExerciseMove(NeverChanged, NeverDeleted):
    """One step in the life of an exercise: who moved it, when, from where to where. Append-only.

    A draft that is saved again is a move from draft to draft, so that everyone who wrote in a version is known.
    """

    NEVER_CHANGED = _("What happened to an exercise is never rewritten.")
    NEVER_DELETED = _("What happened to an exercise is never deleted.")

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="moves")
    version_number = models.PositiveIntegerField()  # the newest version at that time
    was = models.CharField(_("before"), max_length=10, choices=Exercise.State.choices)
    became = models.CharField(_("after"), max_length=10, choices=Exercise.State.choices)
    wrote = models.BooleanField(default=False)  # True: the words themselves were changed
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = scoped("exercise__practice", shared=True)

    class Meta:
        verbose_name = _("move of an exercise")
        verbose_name_plural = _("moves of exercises")
        ordering = ["-id"]
        indexes = [models.Index(fields=["exercise", "-id"], name="exercise_moves_newest_first")]

    def __str__(self) -> str:
        return f"{self.exercise_id}: {self.was} > {self.became}"


class HiddenExercise(models.Model):
    """A shared exercise that a practice does not want to be offered. Plans that have it keep it."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="hidden_exercises")
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="hidden_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = scoped("practice")

    class Meta:
        verbose_name = _("hidden exercise")
        verbose_name_plural = _("hidden exercises")
        constraints = [
            models.UniqueConstraint(fields=["practice", "exercise"], name="exercise_is_hidden_once_in_a_practice")
        ]

    def __str__(self) -> str:
        return f"{self.practice_id}: {self.exercise_id}"
