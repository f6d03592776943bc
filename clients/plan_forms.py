"""What practitioners fill in about a plan as a whole; each of its exercises has a form in item_form."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Assignment, AssignmentVersion, Client
from clients.plan_fields import ClockInput, DayInput
from clients.rules import pain
from clients.rules.bites import LEAST_MIN, MOST_MIN
from clients.rules.plan_steps import MINUTE_S
from clients.rules.schedule import DAYS_A_WEEK, GOALS, MAX_TIMES_PER_DAY, MAX_WEEKS, ON_NAMED_DAYS, Schedule
from clients.rules.schedule_reading import ScheduleError
from clients.services.assign import PainStop
from portal.lib.choices import give_choices
from portal.lib.form_numbers import WholeNumberField
from routines.dose import MAX_SECONDS

WEEKDAYS = [
    ("0", gettext_lazy("Monday")),
    ("1", gettext_lazy("Tuesday")),
    ("2", gettext_lazy("Wednesday")),
    ("3", gettext_lazy("Thursday")),
    ("4", gettext_lazy("Friday")),
    ("5", gettext_lazy("Saturday")),
    ("6", gettext_lazy("Sunday")),
]
KINDS = [
    ("weekdays", gettext_lazy("On fixed days")),
    ("per_week", gettext_lazy("On any days of the week")),
    ("walk", gettext_lazy("A walking goal")),
    ("breaks", gettext_lazy("Breaks through the day")),
]
FURTHEST_START = timedelta(days=730)  # from the day on which a plan is written; engineering bound
REMINDERS = 6  # fields for reminder times; more sessions a day than these get none


# Shown only where the chosen kind of days needs them, so none of them is called one that may be left out.
OF_ONE_KIND = ("weekdays", "per_week", "walk_min", "breaks_from", "breaks_until")


class PlanForm(forms.Form):
    """Name, days, times, length, reminders, pain stop and note of a plan. Dates are the client's own."""

    name = forms.CharField(
        label=gettext_lazy("Name of the plan"),
        max_length=Assignment._meta.get_field("name").max_length,
        help_text=gettext_lazy("The client sees it."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Days"), choices=KINDS, widget=forms.RadioSelect)
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Fixed days"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    per_week = WholeNumberField(
        label=gettext_lazy("Number of days a week"), min_value=1, max_value=DAYS_A_WEEK, required=False
    )
    walk_min = WholeNumberField(
        label=gettext_lazy("Minutes a walk"), min_value=1, max_value=MAX_SECONDS // MINUTE_S, required=False
    )
    times_per_day = WholeNumberField(
        label=gettext_lazy("Times a day"), min_value=1, max_value=MAX_TIMES_PER_DAY, initial=1
    )
    bite_min = WholeNumberField(
        label=gettext_lazy("Minutes at a time"),
        min_value=LEAST_MIN,
        max_value=MOST_MIN,
        required=False,
        help_text=gettext_lazy("Splits a long session into bites for the day. Empty: in one go."),
    )
    breaks_from = forms.TimeField(label=gettext_lazy("Breaks from"), required=False, widget=ClockInput())
    breaks_until = forms.TimeField(label=gettext_lazy("Breaks until"), required=False, widget=ClockInput())
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DayInput())
    weeks = WholeNumberField(
        label=gettext_lazy("Length in weeks"),
        min_value=1,
        max_value=MAX_WEEKS,
        required=False,
        help_text=gettext_lazy("Leave it empty for a plan without an end."),
    )
    pain_stop = forms.TypedChoiceField(label=gettext_lazy("Stop above pain"), coerce=int, choices=())
    pain_stop_reason = forms.CharField(label=gettext_lazy("Why above the usual level"), max_length=300, required=False)
    pain_stop_review_on = forms.DateField(
        label=gettext_lazy("Look at this level again on"),
        required=False,
        widget=DayInput(),
    )
    flare_approved = forms.BooleanField(
        label=gettext_lazy("In a flare-up the client may switch to the flare-up session by themselves"),
        required=False,
        help_text=gettext_lazy(
            "After the safety questions, for at most 7 days. Without it the plan rests and you are told."
        ),
    )
    why = forms.CharField(
        label=gettext_lazy("Why you change it, in words for the client"),
        max_length=AssignmentVersion._meta.get_field("why").max_length,
        required=False,
        help_text=gettext_lazy("Stands beside the list of changes that the client gets five minutes later."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note for the client"),
        max_length=AssignmentVersion._meta.get_field("note").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, *, client: Client, today: date, current: Schedule | None = None) -> None:
        """current is the schedule of the plan that is changed, None for a new plan."""
        super().__init__(data)
        self.today, self.current = today, current
        highest = pain.DEFAULT.amber_max
        self.may_raise = pain.may_raise_amber_max(usual_pain=client.usual_pain)
        if self.may_raise:
            highest = pain.RAISED_AMBER_MAX
        else:
            del self.fields["pain_stop_reason"], self.fields["pain_stop_review_on"]
        levels = range(pain.DEFAULT.green_max + 1, highest + 1)
        give_choices(self, "pain_stop", [(str(level), str(level)) for level in levels])
        if current is None:
            del self.fields["why"]  # nothing is changed yet
        else:
            del self.fields["flare_approved"]  # switched among the rules once the plan runs
            kinds = [each for each in KINDS if each[0] == current.kind or not {each[0], current.kind} & GOALS]
            give_choices(self, "kind", kinds)
            self.fields["starts_on"].disabled = True
            self.initial["starts_on"] = current.starts_on
        for name in OF_ONE_KIND:
            field: Any = self.fields[name]
            field.is_needed_where_shown = True
        wanted = str(self.data.get("times_per_day"))
        shown = int(wanted) if wanted.isdecimal() and len(wanted) < 4 else 1
        self.reminder_names = [f"reminder_{number}" for number in range(1, min(max(shown, 1), REMINDERS) + 1)]
        for number, name in enumerate(self.reminder_names, start=1):
            self.fields[name] = forms.TimeField(
                label=_("Reminder") if len(self.reminder_names) == 1 else _("Reminder %(number)s") % {"number": number},
                required=False,
                widget=ClockInput(),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on = cleaned.get("starts_on")
        if self.current is None and starts_on is not None and starts_on < self.today:
            self.add_error("starts_on", _("Choose today or a later day."))
        if self.current is None and starts_on is not None and starts_on - self.today > FURTHEST_START:
            self.add_error("starts_on", _("This is more than two years away. Choose an earlier day."))
        if cleaned.get("kind") == "walk" and not cleaned.get("walk_min") and "walk_min" not in self.errors:
            self.add_error("walk_min", _("Say how many minutes a walk takes."))
        if not self.errors:
            try:
                cleaned["schedule"] = self._schedule(cleaned)
            except ScheduleError as error:
                for name, sentence in error.problems:
                    self._refuse(name, sentence)
        return cleaned

    def _schedule(self, cleaned: Mapping[str, Any]) -> Schedule:
        """Read the fields of the chosen kind; what the others hold is left out."""
        kind = cleaned["kind"]
        fixed, breaks = kind in ON_NAMED_DAYS, kind == "breaks"
        times = [cleaned[name] for name in self.reminder_names if cleaned.get(name) is not None and not breaks]
        window = (cleaned["breaks_from"], cleaned["breaks_until"])
        return Schedule(
            kind=kind,
            starts_on=cleaned["starts_on"],
            ends_on=self._last_day(cleaned["starts_on"], cleaned["weeks"]),
            weekdays=frozenset(cleaned["weekdays"]) if fixed else frozenset(),
            per_week=None if fixed else cleaned["per_week"],
            times_per_day=cleaned["times_per_day"],
            reminder_times=tuple(sorted(times)),
            bite_min=None if kind in GOALS else cleaned["bite_min"],
            window=window if breaks and None not in window else None,
        )

    def _last_day(self, starts_on: date, weeks: int | None) -> date | None:
        """The last day, included. A length that was not touched keeps the day of the plan that is changed."""
        if self.current is not None and weeks == self.current.weeks:
            return self.current.ends_on
        return None if weeks is None else starts_on + timedelta(days=DAYS_A_WEEK * weeks - 1)

    def _refuse(self, name: str, sentence: str) -> None:
        stands_for = {"reminder_times": self.reminder_names[0], "ends_on": "weeks", "window": "breaks_until"}
        target = stands_for.get(name, name)
        self.add_error(target if target in self.fields else None, sentence)

    def stop(self) -> PainStop:
        """Return the pain stop of a valid form."""
        return PainStop(
            level=self.cleaned_data["pain_stop"],
            reason=self.cleaned_data.get("pain_stop_reason", ""),
            review_on=self.cleaned_data.get("pain_stop_review_on"),
        )

    @staticmethod
    def initial_of(schedule: Schedule) -> dict[str, Any]:
        """Return what the form shows for a schedule."""
        values: dict[str, Any] = {
            "kind": schedule.kind,
            "weekdays": [str(day) for day in sorted(schedule.weekdays)],
            "per_week": schedule.per_week,
            "times_per_day": schedule.times_per_day,
            "bite_min": schedule.bite_min,
            "starts_on": schedule.starts_on,
            "weeks": schedule.weeks,
        }
        if schedule.window is not None:
            first, last = (at.isoformat(timespec="minutes") for at in schedule.window)
            values |= {"breaks_from": first, "breaks_until": last}
        for number, at in enumerate(schedule.reminder_times[:REMINDERS], start=1):
            values[f"reminder_{number}"] = at.isoformat(timespec="minutes")
        return values
