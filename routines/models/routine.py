"""A routine: the template that a plan is copied from."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Practice, Role
from portal.accounts.roles import edits_shared_library, roles_of
from portal.accounts.tenancy import scoped
from routines.content import RoutineContent, parse_routine
from routines.models.entry import OwnedEntry
from routines.models.exercise import Exercise
from routines.models.search import SearchableQuerySet, SearchWord


class RoutineQuerySet(SearchableQuerySet):
    word_owner = "routine_id"

    def visible_to(self, user: Any) -> "RoutineQuerySet":
        """The shared routines and the practice's own, for its staff; the shared ones for the library's editors.

        A routine with an owner is theirs alone, and the practice owner's to see.
        """
        roles = roles_of(user)
        if Role.OWNER in roles:
            return self.all()
        if roles:
            return self.filter(Q(owner=None) | Q(owner=user))
        return self.filter(practice__isnull=True) if edits_shared_library(user) else self.none()

    def in_use(self) -> "RoutineQuerySet":
        """Those that may be given to clients: not withdrawn."""
        return self.filter(withdrawn_at=None)


class Routine(OwnedEntry):
    """A template of the shared library (practice is null), of a practice, or of one person in it (owner).

    `document` is the plain form without the items: goal, schedule, lanes, rules and the like; the items are rows.
    Changing it changes nothing that was assigned.
    """

    practice = models.ForeignKey(
        Practice,
        on_delete=models.PROTECT,
        null=True,  # null: the shared library
        blank=True,
        related_name="routines",
    )
    origin = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,  # null: written here; otherwise the routine it was copied from
        blank=True,
        related_name="+",
        verbose_name=_("copied from"),
    )
    goal = models.CharField(_("goal"), max_length=500, blank=True)
    minutes = models.PositiveSmallIntegerField(_("about minutes"), default=1)
    document = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)  # null: in use

    objects = scoped("practice", RoutineQuerySet, shared=True)

    class Meta:
        verbose_name = _("routine")
        verbose_name_plural = _("routines")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["slug"], condition=Q(practice=None), name="one_shared_routine_per_slug"),
            models.UniqueConstraint(fields=["practice", "slug"], name="one_routine_per_practice_and_slug"),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(practice__isnull=False), name="own_routine_belongs_to_a_practice"
            ),
        ]
        indexes = [models.Index(fields=["name", "id"], name="routine_by_name")]

    def whole_document(self) -> dict[str, Any]:
        """Return the plain form with its items, as written in YAML."""
        items = self.items.select_related("exercise").order_by("position")
        return {**self.document, "items": [item.to_document() for item in items]}

    @property
    def content(self) -> RoutineContent:
        """The routine in its parsed form, items included; reads the items."""
        return parse_routine(self.whole_document())


class RoutineItem(models.Model):
    """One exercise of a routine. `dose` holds only what replaces the exercise's own dose."""

    routine = models.ForeignKey(Routine, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()  # from 1
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="+", verbose_name=_("exercise"))
    dose = models.JSONField(default=dict, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    optional = models.BooleanField(_("optional"), default=False)
    choice_group = models.CharField(_("choice group"), max_length=40, blank=True)
    segments = models.JSONField(null=True, blank=True)  # null: all segments of the exercise
    optional_segments = models.JSONField(default=list, blank=True)
    gate = models.JSONField(default=dict, blank=True)  # empty: open to every client

    objects = scoped("routine__practice", shared=True)

    class Meta:
        verbose_name = _("exercise of a routine")
        verbose_name_plural = _("exercises of a routine")
        ordering = ["routine_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["routine", "position"], name="one_item_per_routine_and_position")
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.exercise}"

    def to_document(self) -> dict[str, Any]:
        """Return the plain form, as written in YAML, without what says nothing."""
        values: dict[str, Any] = {
            "exercise": self.exercise.slug,
            "dose": self.dose,
            "segments": self.segments,
            "optional_segments": self.optional_segments,
            "note": self.note,
            "optional": self.optional,
            "choice_group": self.choice_group,
            "gate": self.gate,
        }
        return {key: value for key, value in values.items() if value not in (None, "", {}, [], False)}


class RoutineWord(SearchWord):
    """A word by which a routine is found."""

    routine = models.ForeignKey(Routine, on_delete=models.CASCADE, related_name="words")

    objects = scoped("routine__practice", shared=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["routine", "word"], name="one_word_per_routine")]


RoutineQuerySet.word_model = RoutineWord
