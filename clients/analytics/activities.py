"""Goals with a number, as the client and the practitioner read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import ActivityGoal, ActivityValue, Client

Unit = ActivityGoal.Unit


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """One goal. values: oldest first; now: the newest of them, or None where nothing was told yet."""

    goal: ActivityGoal
    values: Sequence[ActivityValue]

    @property
    def now(self) -> ActivityValue | None:
        return self.values[-1] if self.values else None

    @property
    def is_reached(self) -> bool:
        """Whether the newest value is the target, or beyond it as seen from the beginning."""
        if self.now is None:
            return False
        grows = self.goal.target > self.goal.began_at
        return self.now.value >= self.goal.target if grows else self.now.value <= self.goal.target

    @property
    def course(self) -> str:
        """Return "from 30 to 50 minutes" in the language in force."""
        return _("from %(start)d to %(target)s") % {
            "start": self.goal.began_at,
            "target": amount_words(self.goal.target, self.goal.unit),
        }


def amount_words(amount: int, unit: str) -> str:
    """Return an amount with its unit: "50 minutes"."""
    words = {
        Unit.MINUTES: ngettext("%(n)d minute", "%(n)d minutes", amount),
        Unit.METRES: ngettext("%(n)d metre", "%(n)d metres", amount),
        Unit.STEPS: ngettext("%(n)d step", "%(n)d steps", amount),
        Unit.TIMES: ngettext("%(n)d time", "%(n)d times", amount),
    }
    return words[Unit(unit)] % {"n": amount}


def activity_lines(client: Client, *, also_ended: bool = False) -> list[ActivityLine]:
    """Return the client's goals in the order in which they were set; two statements."""
    goals = ActivityGoal.objects.filter(client=client).select_related("set_by")
    told = Prefetch("values", ActivityValue.objects.select_related("told_by").order_by("pk"))
    return [
        ActivityLine(goal, tuple(goal.values.all()))
        for goal in (goals if also_ended else goals.running()).prefetch_related(told)
    ]
