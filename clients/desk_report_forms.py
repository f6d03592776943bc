"""Which days a report is about."""

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import ManagementTime
from clients.services.management_time import LONGEST_MINUTES
from portal.lib.form_numbers import WholeNumberField

LONGEST_DAYS: Final = 366  # a year; engineering bound
USUAL_DAYS: Final = 28  # four weeks, as the client's page shows


class PeriodForm(forms.Form):
    """First and last day, both included, on the client's calendar."""

    first = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, data: Any, *, today: date) -> None:  # Any: a QueryDict, or anything with its names
        """Without either day the form stands for the last four weeks."""
        given = data if "first" in data or "last" in data else period(today, USUAL_DAYS)
        super().__init__(given)
        self.today = today

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = found.get("first"), found.get("last")
        if last and last > self.today:
            self.add_error("last", _("This day is still to come. Choose today or an earlier day."))
        if first and last and first > last:
            self.add_error("first", _("The first day comes after the last. Choose an earlier one."))
        if first and last and (last - first).days >= LONGEST_DAYS:
            self.add_error(
                "first", _("A report covers at most %(days)d days. Choose a later day.") % {"days": LONGEST_DAYS}
            )
        return found


def period(today: date, days: int) -> dict[str, str]:
    """Return the form's values for that many days up to today, today among them."""
    return {"first": (today - timedelta(days=days - 1)).isoformat(), "last": today.isoformat()}


class FirstDayForm(forms.Form):
    """The first day of the first 30-day period, on the client's calendar."""

    first = forms.DateField(
        label=gettext_lazy("First day of the first period"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, data: Any, *, today: date, usual: date) -> None:  # Any: a QueryDict, or anything with its names
        """Without a day the form stands for `usual`."""
        super().__init__(data if "first" in data else {"first": usual.isoformat()})
        self.today = today

    def clean_first(self) -> date:
        first: date = self.cleaned_data["first"]
        if first > self.today:
            raise forms.ValidationError(_("This day is still to come. Choose today or an earlier day."))
        if (self.today - first).days >= LONGEST_DAYS:
            text = _("A report covers at most %(days)d days. Choose a later day.")
            raise forms.ValidationError(text % {"days": LONGEST_DAYS})
        return first


class TimeForm(forms.Form):
    """An entry of one's own time. started_at is on the client's clock."""

    started_at = forms.DateTimeField(
        label=gettext_lazy("Begun"),
        help_text=gettext_lazy("On the client’s clock."),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    minutes = WholeNumberField(label=gettext_lazy("Minutes"), min_value=1, max_value=LONGEST_MINUTES)
    contact = forms.ChoiceField(label=gettext_lazy("Contact"), choices=ManagementTime.Contact.choices)
    what = forms.CharField(label=gettext_lazy("What you did"), max_length=200)
