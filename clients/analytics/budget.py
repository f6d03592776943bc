"""What a plan asks of a client's day, beside what the client said suits them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.analytics.plans import plans_of
from clients.exports.prescription import plan_seconds, whole_minutes
from clients.models import Assignment, Client
from clients.rules.bites import Bite
from routines.remarks import Remark


@dataclass(frozen=True, slots=True)
class DayBudget:
    """Minutes of a day with sessions. wanted: as the client said, None where nobody asked."""

    this: int
    others: int
    wanted: int | None

    @property
    def total(self) -> int:
        return self.this + self.others

    @property
    def is_over(self) -> bool:
        return self.wanted is not None and self.total > self.wanted


def day_budget(client: Client, *, minutes: int, times: int, day: date, running: Assignment | None) -> DayBudget:
    """Return what a day comes to with a plan of so many minutes so many times, beside the client's other plans.

    day: the client's local date, on which the others are looked at. running: the plan that is being changed.
    """
    others = [plan for plan in plans_of(client, day, since=day) if running is None or plan.assignment.pk != running.pk]
    spent = sum(whole_minutes(plan_seconds(plan.prescribed)) * plan.schedule.times_per_day for plan in others)
    return DayBudget(this=minutes * times, others=spent, wanted=client.minutes_a_day)


def budget_remarks(budget: DayBudget, name: str) -> list[Remark]:
    """Return what is worth saying about the day: too long for the client, or long because of several plans."""
    if not budget.this or (budget.wanted is None and not budget.others):
        return []
    text = ngettext("About %(total)d minute a day in all.", "About %(total)d minutes a day in all.", budget.total) % {
        "total": budget.total
    }
    if budget.others:
        text += " " + _("%(others)d of them are in other plans.") % {"others": budget.others}
    if budget.wanted is not None:
        text += " " + _("%(name)s said: %(wanted)d.") % {"name": name, "wanted": budget.wanted}
    return [Remark("warn" if budget.is_over else "info", text)]


def bite_remarks(bites: Sequence[Bite]) -> list[Remark]:
    """Return what the bites of a session come to, in their order; nothing where it stays in one go."""
    if not bites:
        return []
    places = {
        "floor": _("floor"),
        "chair": _("chair"),
        "standing": _("standing"),
        "anywhere": _("anywhere"),
    }
    each = [
        _("%(minutes)d min (%(place)s)")
        % {"minutes": whole_minutes(bite.seconds), "place": " + ".join(places[place] for place in bite.places)}
        for bite in bites
    ]
    text = _("In %(count)d bites: %(bites)s.")
    return [Remark("info", text % {"count": len(bites), "bites": ", ".join(each)})]
