"""Days on which a practitioner is away, and the colleague who looks after their clients meanwhile."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Practice, Role
from portal.accounts.roles import roles_of
from portal.accounts.tenancy import scoped


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: Any) -> "AbsenceQuerySet":
        """All of the practice for its owners; for practitioners those that they are away or cover in."""
        roles = roles_of(user)
        if Role.OWNER in roles:
            return self.all()
        if Role.PRACTITIONER in roles:
            return self.filter(Q(away=user) | Q(cover=user))
        return self.none()

    def on(self, day: date, last: date | None = None) -> "AbsenceQuerySet":
        """Those that last on the day (the practice's date), or on some day from there to `last`; ends included."""
        return self.filter(first_day__lte=last or day, last_day__gte=day, ended_at=None)


class Absence(models.Model):
    """From the first to the last day `cover` sees the clients whom `away` leads, and may act for them."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="absences")
    away = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who is away")
    )
    cover = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who covers")
    )
    first_day = models.DateField(_("first day"))  # the practice's date
    last_day = models.DateField(_("last day"))  # included
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # null: it was not ended before its last day

    objects = scoped("practice", AbsenceQuerySet)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="absence_ends_on_or_after_its_start"
            ),
            models.CheckConstraint(condition=~Q(away=F("cover")), name="nobody_covers_for_themselves"),
        ]
        indexes = [models.Index(fields=["practice", "cover", "last_day"], name="absence_by_cover")]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"

    def lasts_on(self, day: date) -> bool:
        """Whether the day (the practice's date) is one of the absence's, which was not ended before."""
        return self.ended_at is None and self.first_day <= day <= self.last_day


def away_on(practice: Practice, user: Any, now: datetime) -> Any:
    """Return the ids of those whom the person covers at this moment, as a query. The day is the practice's."""
    return Absence.objects.on(practice.day_at(now)).filter(cover=user).values("away")


def covers_of(practice: Practice, user_id: int, now: datetime) -> Any:
    """Return the ids of those who cover for the person at this moment, as a query."""
    return Absence.objects.on(practice.day_at(now)).filter(away=user_id).values("cover")
