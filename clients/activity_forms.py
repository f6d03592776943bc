"""Goals with a number: what is agreed, and how it is now. The services say which numbers are too large."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.analytics.activities import ActivityLine
from clients.models import ActivityGoal
from clients.models.activity import ACTIVITY_LIMIT

NOT_A_NUMBER = dict.fromkeys(("required", "invalid"), _("Write a whole number, such as 10."))


class ActivityGoalForm(forms.Form):
    """What a client wants to be able to do, how much of it there is now, and how much it shall be."""

    activity = forms.CharField(
        label=_("What the client wants to do"),
        max_length=ACTIVITY_LIMIT,
        help_text=_("In the client’s words, such as “Sit through a film”."),
    )
    unit = forms.ChoiceField(label=_("Counted in"), choices=ActivityGoal.Unit.choices)
    began_at = forms.IntegerField(label=_("Now"), error_messages=NOT_A_NUMBER)
    target = forms.IntegerField(label=_("Goal"), error_messages=NOT_A_NUMBER)


class ActivityValueForm(forms.Form):
    """How much of a goal's activity there is now; several stand on one page."""

    value = forms.IntegerField(
        error_messages=NOT_A_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, goal: ActivityGoal) -> None:
        super().__init__(data, auto_id=f"id_goal{goal.pk}_%s")
        self.fields["value"].label = _("How is it now, in %(unit)s?") % {"unit": goal.get_unit_display()}


def with_forms(
    lines: Sequence[ActivityLine], wrong: Mapping[int, ActivityValueForm]
) -> list[tuple[ActivityLine, ActivityValueForm]]:
    """Return each goal with the form that asks how it is now. wrong: forms that were sent and are wrong, by goal."""
    return [(line, wrong.get(line.goal.pk) or ActivityValueForm(goal=line.goal)) for line in lines]
