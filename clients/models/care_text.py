"""What a practice says itself on the care cards: whom its clients of a country ask, and where they go."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Practice
from portal.accounts.roles import roles_of
from portal.accounts.tenancy import scoped
from portal.lib.kept import NeverChanged, NeverDeleted
from routines.content.library_items import LEVELS

CARE_TEXT_LIMIT = 240  # characters of one level's text; engineering bound: a card is read in a fright
CARE_TEXT_LINES = 4  # engineering bound, as above


class CareTextQuerySet(models.QuerySet["CareText"]):
    def visible_to(self, user: Any) -> "CareTextQuerySet":
        """Everybody who works in the practice may see what was signed."""
        return self.all() if roles_of(user) else self.none()


class CareText(NeverChanged, NeverDeleted):
    """What was signed for clients of one country in one language, a column for each level.

    The latest row of a country and language counts; none changes. An empty column is Steadyback's own card, so a row of
    empty columns takes back what was said before.
    """

    NEVER_CHANGED = _("A signed text is never changed. Sign a new one.")
    NEVER_DELETED = _("A signed text is never deleted. Sign an empty one.")

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="care_texts")
    country = models.CharField(_("country"), max_length=2, blank=True)  # as Client.country; "": the practice's own
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    emergency = models.CharField(_("where to go in an emergency"), max_length=CARE_TEXT_LIMIT, blank=True)
    same_day = models.CharField(_("who to ask the same day"), max_length=CARE_TEXT_LIMIT, blank=True)
    soon = models.CharField(_("who to ask this week"), max_length=CARE_TEXT_LIMIT, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    objects = scoped("practice", CareTextQuerySet)

    class Meta:
        verbose_name = _("care text")
        verbose_name_plural = _("care texts")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["practice", "country", "language", "-id"], name="care_text_in_force")]

    def __str__(self) -> str:
        return f"care text {self.country or '-'} {self.language}"

    @classmethod
    def name_of(cls, level: str) -> str:
        """Return what the place of a level's text is called, in the language in force."""
        names = {field.name: field.verbose_name for field in cls._meta.fields}
        return str(names[level])

    @property
    def texts(self) -> Mapping[str, str]:
        """Return what was written, by level, lines parted by "\\n"; levels without a text are left out."""
        return {level: text for level in LEVELS if (text := getattr(self, level))}
