"""An exercise and its immutable versions."""

import hashlib
import json
from collections.abc import Collection
from functools import cached_property
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.errors import WrongState
from portal.accounts.models import Practice, Role
from portal.accounts.roles import edits_shared_library, roles_of
from portal.accounts.tenancy import scoped
from routines.content import ExerciseContent, parse_exercise
from routines.finding.words import MAX_WORD
from routines.models.entry import OwnedEntry
from routines.models.search import SearchWord


def hash_of(document: Any) -> str:
    """Return the SHA-256 of a plain document, independent of the order of its fields."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class ExerciseQuerySet(models.QuerySet["Exercise"]):
    def visible_to(self, user: Any) -> "ExerciseQuerySet":
        """The shared library and the practice's own exercises, for its staff; the shared ones for its editors.

        An exercise with an owner is theirs alone, and the practice owner's to see.
        """
        roles = roles_of(user)
        if Role.OWNER in roles:
            return self.all()
        if roles:
            return self.filter(Q(owner=None) | Q(owner=user))
        return self.filter(practice__isnull=True) if edits_shared_library(user) else self.none()

    def published(self) -> "ExerciseQuerySet":
        """Those that may be given to clients: published at least once and not withdrawn."""
        return self.filter(current_version__isnull=False).exclude(state=Exercise.State.WITHDRAWN)

    def offered(self) -> "ExerciseQuerySet":
        """Those that a picker offers: published, and not hidden by the practice in scope."""
        hidden = apps.get_model("routines", "HiddenExercise").objects.values("exercise_id")
        return self.published().exclude(pk__in=hidden)

    def with_facet(self, kind: str, value: str) -> "ExerciseQuerySet":
        """Those that carry a value of a facet: kind is region, equipment or tag."""
        facets = ExerciseFacet._base_manager.filter(exercise=OuterRef("pk"), kind=kind, value=value)
        return self.filter(Exists(facets))

    def safe_for(self, tags: Collection[str]) -> "ExerciseQuerySet":
        """Those that none of a client's contraindication tags says to avoid."""
        if not tags:
            return self.all()
        avoided = ExerciseContraindication._base_manager.filter(exercise=OuterRef("pk"), tag__in=tags, level="avoid")
        return self.filter(~Exists(avoided))


class Exercise(OwnedEntry):
    """One exercise of the shared library (practice is null), of a practice, or of one person in it (owner).

    Its content lives in versions. The columns beside them are copied from the newest version for lists and search.
    `state` is about the newest version: a published exercise that is edited is a draft again, and clients keep
    getting `current_version`, the one published last.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    TRANSITIONS = {
        State.DRAFT: {State.IN_REVIEW, State.PUBLISHED},
        State.IN_REVIEW: {State.DRAFT, State.PUBLISHED},
        State.PUBLISHED: {State.DRAFT, State.WITHDRAWN},
        State.WITHDRAWN: {State.PUBLISHED},
    }

    practice = models.ForeignKey(
        Practice,
        on_delete=models.PROTECT,
        null=True,  # null: the shared library
        blank=True,
        related_name="exercises",
    )
    origin = models.ForeignKey(
        "routines.ExerciseVersion",
        on_delete=models.PROTECT,
        null=True,  # null: written here; otherwise the version it was copied from
        blank=True,
        related_name="+",
        verbose_name=_("copied from"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    category = models.CharField(_("category"), max_length=40, blank=True)
    position = models.CharField(_("starting position"), max_length=60, blank=True)
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), default=1)
    seconds = models.PositiveIntegerField(_("length in seconds"), default=0)
    region_keys = models.CharField(max_length=300, blank=True, editable=False)  # sorted, with blanks between
    equipment_keys = models.CharField(max_length=300, blank=True, editable=False)  # sorted, with blanks between
    current_version = models.ForeignKey(
        "routines.ExerciseVersion",
        on_delete=models.PROTECT,
        null=True,  # null: never published
        related_name="+",
    )

    objects = scoped("practice", ExerciseQuerySet, shared=True)

    class Meta:
        verbose_name = _("exercise")
        verbose_name_plural = _("exercises")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["slug"], condition=Q(practice=None), name="one_shared_exercise_per_slug"),
            models.UniqueConstraint(fields=["practice", "slug"], name="one_exercise_per_practice_and_slug"),
            models.CheckConstraint(
                condition=Q(current_version__isnull=False) | Q(state__in=["draft", "in_review"]),
                name="published_exercise_has_a_version",
            ),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(practice__isnull=False), name="own_exercise_belongs_to_a_practice"
            ),
            models.CheckConstraint(
                condition=Q(difficulty__gte=1, difficulty__lte=3), name="exercise_difficulty_is_1_to_3"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="exercise_by_name"),
            models.Index(fields=["category", "name", "id"], name="exercise_by_category"),
            models.Index(fields=["state", "name", "id"], name="exercise_by_state"),
            models.Index(fields=["position", "name", "id"], name="exercise_by_position"),
            models.Index(fields=["difficulty", "name", "id"], name="exercise_by_difficulty"),
        ]


class ExerciseVersionQuerySet(models.QuerySet["ExerciseVersion"]):
    def published(self) -> "ExerciseVersionQuerySet":
        """Versions that were published, which never change again."""
        return self.filter(published_at__isnull=False)

    def update(self, **changes: Any) -> int:
        self._refuse_published()
        return super().update(**changes)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_published()
        return super().delete()

    def _refuse_published(self) -> None:
        if self.published().exists():
            raise WrongState("A published version never changes. Save a new draft instead.")


class ExerciseVersion(models.Model):
    """One wording of an exercise: `document` is its single truth. Never changed once published."""

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    content_hash = models.CharField(max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: imported with the library
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)  # null: a draft
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: a draft, or imported with the library
        blank=True,
        related_name="+",
    )

    reviewed_at = models.DateTimeField(null=True, blank=True)  # null: nobody but its writers looked at it
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: as reviewed_at
        blank=True,
        related_name="+",
    )

    objects = scoped("exercise__practice", ExerciseVersionQuerySet, shared=True)

    class Meta:
        verbose_name = _("version of an exercise")
        verbose_name_plural = _("versions of exercises")
        ordering = ["exercise_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["exercise", "number"], name="one_version_per_exercise_and_number"),
            models.UniqueConstraint(
                fields=["exercise"], condition=Q(published_at=None), name="one_draft_version_per_exercise"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_numbers_start_at_1"),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="version_is_reviewed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document.get('name', '')} ({self.number})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the version; raises WrongState for one that is published in the database."""
        if self.pk and ExerciseVersion._base_manager.filter(pk=self.pk, published_at__isnull=False).exists():
            raise WrongState("A published version never changes. Save a new draft instead.")
        content_hash = hash_of(self.document)
        if content_hash != self.content_hash:
            self.content_hash = content_hash
            self.__dict__.pop("content", None)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a draft; raises WrongState for a published version."""
        if ExerciseVersion._base_manager.filter(pk=self.pk, published_at__isnull=False).exists():
            raise WrongState("A published version never changes. Withdraw the exercise instead.")
        return super().delete(*args, **kwargs)

    @cached_property
    def content(self) -> ExerciseContent:
        """The document in its parsed form."""
        return parse_exercise(self.document)


class ExerciseWord(SearchWord):
    """A word by which an exercise is found."""

    class Place(models.IntegerChoices):
        TEXT = 1, _("text")
        FACET = 2, _("facet")
        ALIAS = 3, _("other name")
        NAME = 4, _("name")

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="words")
    place = models.PositiveSmallIntegerField(choices=Place.choices, default=Place.TEXT)  # the most telling one

    objects = scoped("exercise__practice", shared=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exercise", "word"], name="one_word_per_exercise")]
        indexes = [models.Index(fields=["word", "place", "exercise"], name="exercise_by_word_and_place")]


class ExerciseVector(models.Model):
    """The words of an exercise in the form of PostgreSQL's full text search; other databases have no such rows."""

    exercise = models.OneToOneField(Exercise, on_delete=models.CASCADE, primary_key=True, related_name="vector")
    words = SearchVectorField()

    objects = scoped("exercise__practice", shared=True)

    class Meta:
        indexes = [GinIndex(fields=["words"], name="exercise_by_vector")]


class SearchTerm(models.Model):
    """A word that some exercise of a library has: what a typing error is compared with."""

    practice = models.ForeignKey(
        Practice,
        on_delete=models.PROTECT,
        null=True,  # null: the shared library
        blank=True,
        related_name="+",
    )
    word = models.CharField(max_length=MAX_WORD, db_index=True)

    objects = scoped("practice", shared=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["word"], condition=Q(practice=None), name="one_shared_term_per_word"),
            models.UniqueConstraint(fields=["practice", "word"], name="one_term_per_practice_and_word"),
        ]
        indexes = [GistIndex(fields=["word"], opclasses=["gist_trgm_ops"], name="term_by_trigrams")]


class ExerciseFacet(models.Model):
    """A body region, a piece of equipment or a tag of the published version, for filters."""

    class Kind(models.TextChoices):
        REGION = "region", _("body region")
        EQUIPMENT = "equipment", _("equipment")
        TAG = "tag", _("tag")

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="facets")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=40)

    objects = scoped("exercise__practice", shared=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exercise", "kind", "value"], name="one_facet_per_exercise_and_value")
        ]
        indexes = [models.Index(fields=["kind", "value", "exercise"], name="facet_by_value")]


class ExerciseContraindication(models.Model):
    """What a client's tag does to the published version of an exercise: avoid, ask or adapt."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="contraindications")
    tag = models.CharField(max_length=40)
    level = models.CharField(max_length=5)

    objects = scoped("exercise__practice", shared=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exercise", "tag"], name="one_level_per_exercise_and_tag"),
            models.CheckConstraint(
                condition=Q(level__in=["avoid", "ask", "adapt"]), name="contraindication_level_is_known"
            ),
        ]
        indexes = [models.Index(fields=["tag", "level", "exercise"], name="contraindication_by_tag")]


class ExerciseLink(models.Model):
    """The easier or harder form of an exercise, as its published version says.

    Within one library both ends name each other, and both rows carry the gate of the harder form.
    """

    class Kind(models.TextChoices):
        EASIER = "easier", _("easier")
        HARDER = "harder", _("harder")

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    target = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="linked_from")
    gate = models.JSONField(default=dict)  # empty: the harder end is another library's and says no gate for this one

    objects = scoped("exercise__practice", shared=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exercise", "kind"], name="one_link_per_exercise_and_kind"),
            models.CheckConstraint(
                condition=~Q(exercise=models.F("target")), name="exercise_is_not_its_own_easier_or_harder_form"
            ),
        ]


class ExerciseSubstitute(models.Model):
    """The exercise that may stand in for another where a client carries a contraindication tag."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="substitutes")
    tag = models.CharField(max_length=40)
    substitute = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="+")

    objects = scoped("exercise__practice", shared=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exercise", "tag"], name="one_substitute_per_exercise_and_tag"),
            models.CheckConstraint(
                condition=~Q(exercise=models.F("substitute")), name="exercise_does_not_stand_in_for_itself"
            ),
        ]
