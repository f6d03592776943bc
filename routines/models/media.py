"""Pictures, films and sound of exercises: what was cleaned and stored, and which versions show it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Practice
from portal.accounts.tenancy import scoped
from routines.content.media import KINDS
from routines.models.exercise import Exercise, ExerciseVersion


class MediaItemQuerySet(models.QuerySet["MediaItem"]):
    def visible_to(self, user: Any) -> "MediaItemQuerySet":
        """What an exercise shows that the person may see, and what they added themselves. Nothing for clients.

        A client sees what their plans show: `clients.services.media`.
        """
        if not getattr(user, "pk", None):
            return self.none()
        exercises = Exercise.objects.visible_to(user)
        shown = MediaUse._base_manager.filter(item=OuterRef("pk"), version__exercise__in=exercises)
        return self.filter(Exists(shown) | Q(created_by=user, pk__in=self._of_staff(user)))

    def _of_staff(self, user: Any) -> "MediaItemQuerySet":
        from portal.accounts.roles import edits_shared_library, roles_of

        if roles_of(user):
            return self.all()
        return self.filter(practice=None) if edits_shared_library(user) else self.none()


class MediaItem(models.Model):
    """One picture, film or sound with all its files. Named by the hash of what is stored; never changed."""

    practice = models.ForeignKey(
        Practice,
        on_delete=models.PROTECT,
        null=True,  # null: the shared library
        blank=True,
        related_name="+",
    )
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=5, choices=[(kind, kind) for kind in KINDS])
    width = models.PositiveIntegerField(default=0)  # pixels as shown; 0: a sound
    height = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(null=True)  # null: a picture
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: came with a package
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("practice", MediaItemQuerySet, shared=True)

    class Meta:
        verbose_name = _("picture, film or sound")
        verbose_name_plural = _("pictures, films and sound")
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=Q(practice=None), name="one_shared_item_per_digest"),
            models.UniqueConstraint(fields=["practice", "digest"], name="one_item_per_practice_and_digest"),
        ]
        indexes = [models.Index(fields=["digest"], name="media_by_digest")]


class MediaFile(models.Model):
    """One stored file of an item. `stored_as` is its opaque name in the storage, which no address ever shows."""

    item = models.ForeignKey(MediaItem, on_delete=models.CASCADE, related_name="files")
    part = models.CharField(max_length=20)  # "480.avif", "film", "captions", "sound"
    content_type = models.CharField(max_length=60)
    stored_as = models.CharField(max_length=100, unique=True)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)

    objects = scoped("item__practice", shared=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "part"], name="one_file_per_item_and_part")]


class MediaUse(models.Model):
    """A version that shows an item, as its document says. While there is one, the item stays."""

    version = models.ForeignKey(ExerciseVersion, on_delete=models.CASCADE, related_name="media_uses")
    item = models.ForeignKey(MediaItem, on_delete=models.PROTECT, related_name="uses")

    objects = scoped("version__exercise__practice", shared=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "item"], name="one_use_per_version_and_item")]
