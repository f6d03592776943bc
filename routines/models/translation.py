"""Content in other languages: one row for each version and language, holding only what clients read."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.tenancy import scoped
from routines.content.translation import Coverage, client_texts, coverage, translated
from routines.models.exercise import ExerciseVersion, hash_of
from routines.models.routine import Routine
from routines.models.self_care import SelfCareVersion


class Translation(models.Model):
    """The texts of one document in one language, each with the hash of the source text that it translates.

    Unlike its source it may be mended after publishing: the words change, what is to be done does not.
    """

    kind: str  # which texts clients read: a key of routines.content.translation.CLIENT_TEXTS

    language = models.CharField(_("language"), max_length=8)
    texts = models.JSONField(default=dict)  # path -> {"of": hash of the source text, "text": ...}
    content_hash = models.CharField(max_length=64)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,  # null: imported with the library
        blank=True,
        related_name="+",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.language

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.content_hash = hash_of(self.texts)
        super().save(*args, **kwargs)

    def source_document(self) -> dict[str, Any]:
        """Return the document that is translated, in its plain form."""
        raise NotImplementedError

    def coverage(self) -> Coverage:
        """Return how far the translation goes, measured against the source as it stands."""
        return coverage(client_texts(self.kind, self.source_document()), self.texts)

    def document(self) -> dict[str, Any] | None:
        """Return the source with every text replaced; None unless all are translated as they stand."""
        source = self.source_document()
        return translated(source, client_texts(self.kind, source), self.texts)


class ExerciseTranslation(Translation):
    """A version of an exercise in another language."""

    kind = "exercise"
    version = models.ForeignKey(ExerciseVersion, on_delete=models.CASCADE, related_name="translations")

    objects = scoped("version__exercise__practice", shared=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="one_translation_per_exercise_version")
        ]

    def source_document(self) -> dict[str, Any]:
        document: dict[str, Any] = self.version.document
        return document


class RoutineTranslation(Translation):
    """A routine in another language."""

    kind = "routine"
    routine = models.ForeignKey(Routine, on_delete=models.CASCADE, related_name="translations")

    objects = scoped("routine__practice", shared=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["routine", "language"], name="one_translation_per_routine")]

    def source_document(self) -> dict[str, Any]:
        return self.routine.whole_document()


class SelfCareTranslation(Translation):
    """A version of a self-care item or an article in another language."""

    kind = "self_care"
    version = models.ForeignKey(SelfCareVersion, on_delete=models.CASCADE, related_name="translations")

    objects = scoped("version__item__practice", shared=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="one_translation_per_self_care_version")
        ]

    def source_document(self) -> dict[str, Any]:
        document: dict[str, Any] = self.version.document
        return document
