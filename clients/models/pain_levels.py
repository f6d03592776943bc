"""Where a practice draws the lines of the pain scale."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.rules.pain import DEFAULT, PainModel
from portal.accounts.models import Practice
from portal.accounts.tenancy import scoped


class PainLevels(models.Model):
    """One version of a practice's pain model; the newest is in force, none means the default. Points of 0 to 10."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="pain_levels")
    green_max = models.PositiveSmallIntegerField(_("comfortable up to"), default=DEFAULT.green_max)
    amber_max = models.PositiveSmallIntegerField(_("acceptable up to"), default=DEFAULT.amber_max)
    rise_stop = models.PositiveSmallIntegerField(_("stop at a rise of"), default=DEFAULT.rise_stop)
    next_day_reduce_delta = models.PositiveSmallIntegerField(
        _("lighter when the next day is higher by"), default=DEFAULT.next_day_reduce_delta
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = scoped("practice")

    class Meta:
        verbose_name = _("pain levels")
        verbose_name_plural = _("pain levels")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amber_max__gt=F("green_max"), amber_max__lte=DEFAULT.amber_max),
                name="pain_levels_in_order_and_not_above_the_default",
            ),
            models.CheckConstraint(condition=Q(rise_stop__gte=1), name="pain_rise_is_a_rise"),
        ]

    def model(self) -> PainModel:
        """The levels as the rules read them."""
        return PainModel(
            green_max=self.green_max,
            amber_max=self.amber_max,
            rise_stop=self.rise_stop,
            next_day_reduce_delta=self.next_day_reduce_delta,
        )
