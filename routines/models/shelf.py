"""How people keep order in the library: favourites of a person, folders of a clinic."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Practice
from portal.accounts.tenancy import scoped
from routines.models.exercise import Exercise
from routines.models.routine import Routine


class FavouriteQuerySet(models.QuerySet["Favourite"]):
    def visible_to(self, user: Any) -> "FavouriteQuerySet":
        """A person's own."""
        return self.filter(person=user) if user.is_authenticated else self.none()

    def routine_ids(self) -> set[int]:
        """Return the ids of the routines among them."""
        return set(self.filter(routine__isnull=False).values_list("routine_id", flat=True))


class Favourite(models.Model):
    """An exercise or a routine that a person wants to find quickly, in one practice."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    exercise = models.ForeignKey(
        Exercise,
        on_delete=models.CASCADE,
        null=True,  # null: a routine
        blank=True,
        related_name="favourites",
    )
    routine = models.ForeignKey(
        Routine,
        on_delete=models.CASCADE,
        null=True,  # null: an exercise
        blank=True,
        related_name="favourites",
    )

    objects = scoped("practice", FavouriteQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "person", "exercise"], name="one_favourite_per_exercise"),
            models.UniqueConstraint(fields=["practice", "person", "routine"], name="one_favourite_per_routine"),
            models.CheckConstraint(
                condition=Q(exercise=None) ^ Q(routine=None), name="favourite_is_an_exercise_or_a_routine"
            ),
        ]


class FilingQuerySet(models.QuerySet["Filing"]):
    def folders(self) -> list[str]:
        """Return the names of all folders that hold something, in order."""
        return list(self.order_by("folder").values_list("folder", flat=True).distinct())

    def folder_of(self, routines: Iterable[Routine]) -> dict[int, str]:
        """Return the folder of each of these routines by its id; those in none are left out."""
        rows = self.filter(routine__in=[row.pk for row in routines])
        return dict(rows.values_list("routine_id", "folder"))


class Filing(models.Model):
    """The folder under which a practice keeps a routine, its own or a shared one. A folder is its name."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")
    routine = models.ForeignKey(Routine, on_delete=models.CASCADE, related_name="filings")
    folder = models.CharField(_("folder"), max_length=60)

    objects = scoped("practice", FilingQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "routine"], name="one_folder_per_practice_and_routine"),
            models.CheckConstraint(condition=~Q(folder=""), name="folder_has_a_name"),
        ]
