"""What the things of a library have in common: whose they are, and what they are called."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LibraryEntry(models.Model):
    """Something of the shared library (practice is null) or of a practice, by a key that each model declares itself."""

    practice_id: int | None

    slug = models.SlugField(max_length=80)
    name = models.CharField(_("name"), max_length=160)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        """True for what belongs to the shared library."""
        return self.practice_id is None


class OwnedEntry(LibraryEntry):
    """An entry that may also be one person's in a practice (owner)."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: everyone's in the practice, or in the shared library
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
