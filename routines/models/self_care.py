"""Self-care items and articles with their immutable versions."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.errors import WrongState
from portal.accounts.models import Practice
from portal.accounts.roles import edits_shared_library, roles_of
from portal.accounts.tenancy import scoped
from routines.content import SelfCare, parse_self_care
from routines.models.entry import LibraryEntry
from routines.models.exercise import Exercise, hash_of


class SelfCareQuerySet(models.QuerySet["SelfCareItem"]):
    def visible_to(self, user: Any) -> "SelfCareQuerySet":
        """The shared items and the practice's own, for its staff; the shared ones for the library's editors."""
        if roles_of(user):
            return self.all()
        return self.filter(practice__isnull=True) if edits_shared_library(user) else self.none()

    def for_clients(self) -> "SelfCareQuerySet":
        """Those that clients of the practice in scope may read: published at least once and not withdrawn."""
        return self.filter(current_version__isnull=False).exclude(state=Exercise.State.WITHDRAWN)


class SelfCareItem(LibraryEntry):
    """A comfort measure that is no exercise, or an article; what it says lives in versions.

    Where it can stand in a plan, an exercise of the same slug and of category self_care is made from each version.
    `state` is about the newest wording and follows the table of exercises: while there is a draft, clients keep
    reading `current_version`.
    """

    class Kind(models.TextChoices):
        MEASURE = "measure", _("Measure")
        ARTICLE = "article", _("Article")

    practice = models.ForeignKey(
        Practice,
        on_delete=models.PROTECT,
        null=True,  # null: the shared library
        blank=True,
        related_name="self_care_items",
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.MEASURE)
    current_version = models.ForeignKey(
        "routines.SelfCareVersion",
        on_delete=models.PROTECT,
        null=True,  # null: never published
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=10, choices=Exercise.State.choices, default=Exercise.State.DRAFT)
    draft = models.JSONField(null=True, blank=True)  # null: nothing that is not published
    draft_writers = models.JSONField(default=list, blank=True)  # ids of everyone who wrote in the draft

    objects = scoped("practice", SelfCareQuerySet, shared=True)

    class Meta:
        verbose_name = _("self-care item")
        verbose_name_plural = _("self-care items")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"], condition=Q(practice=None), name="one_shared_self_care_item_per_slug"
            ),
            models.UniqueConstraint(fields=["practice", "slug"], name="one_self_care_item_per_practice_and_slug"),
            models.CheckConstraint(
                condition=Q(current_version__isnull=False) | Q(state__in=["draft", "in_review"]),
                name="published_self_care_item_has_a_version",
            ),
            models.CheckConstraint(
                condition=Q(draft__isnull=False) | Q(state__in=["published", "withdrawn"]),
                name="self_care_item_in_draft_has_one",
            ),
        ]

    @property
    def document(self) -> dict[str, Any]:
        """The plain form of the version in force; empty before the first."""
        return self.current_version.document if self.current_version else {}

    @property
    def newest_document(self) -> dict[str, Any]:
        """The plain form of the draft, or of the version in force where there is none."""
        return self.draft or self.document

    @property
    def content(self) -> SelfCare:
        """The version in force in its parsed form."""
        return parse_self_care(self.document)


class SelfCareVersion(models.Model):
    """One wording of an item: `document` is its single truth. Written once."""

    item = models.ForeignKey(SelfCareItem, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    content_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: imported with the library
        blank=True,
        related_name="+",
    )

    objects = scoped("item__practice", shared=True)

    class Meta:
        verbose_name = _("version of a self-care item")
        verbose_name_plural = _("versions of self-care items")
        ordering = ["item_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="one_version_per_self_care_item_and_number")
        ]

    def __str__(self) -> str:
        return f"{self.document.get('name', '')} ({self.number})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the version once; raises WrongState for a second time."""
        if not self._state.adding:
            raise WrongState("A version of a self-care item never changes. Make the next one instead.")
        self.content_hash = hash_of(self.document)
        super().save(*args, **kwargs)
