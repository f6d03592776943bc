"""What practitioners fill in about a plan: one form for the whole, one for each exercise."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Assignment, AssignmentVersion, Client, PrescribedItem
from clients.plan_fields import ClockInput, DataField, DayInput, PosesField, RangeField
from clients.rules import pain
from clients.rules.bites import LEAST_MIN, MOST_MIN
from clients.rules.plan_steps import MINUTE_S
from clients.rules.schedule import DAYS_A_WEEK, GOALS, MAX_TIMES_PER_DAY, MAX_WEEKS, Schedule
from clients.rules.schedule_reading import ScheduleError
from clients.services.assign import PainStop
from clients.services.drafting import ItemDraft
from routines.content import Segment
from routines.dose import MAX_LOAD_KG, MAX_REPS, MAX_SECONDS, MAX_SETS
from routines.looks import has_figure
from routines.models import ExerciseVersion
from routines.movement.adapting import RANGE_WHOLE, SIDES

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
DOSE_FIELDS = ("sets", "reps", "hold_s", "duration_s", "rest_s", "load_kg")
SAID_BY_WALK = ("sets", "reps", "duration_s", "rest_s")  # fields that a walk of so many minutes leaves nothing to say
SHOWN_FIELDS = (*DOSE_FIELDS, "segment_reps")


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
    per_week = forms.IntegerField(
        label=gettext_lazy("Number of days a week"), min_value=1, max_value=DAYS_A_WEEK, required=False
    )
    walk_min = forms.IntegerField(
        label=gettext_lazy("Minutes a walk"), min_value=1, max_value=MAX_SECONDS // MINUTE_S, required=False
    )
    times_per_day = forms.IntegerField(
        label=gettext_lazy("Times a day"), min_value=1, max_value=MAX_TIMES_PER_DAY, initial=1
    )
    bite_min = forms.IntegerField(
        label=gettext_lazy("Minutes at a time"),
        min_value=LEAST_MIN,
        max_value=MOST_MIN,
        required=False,
        help_text=gettext_lazy("Splits a long session into bites for the day. Empty: in one go."),
    )
    breaks_from = forms.TimeField(label=gettext_lazy("Breaks from"), required=False, widget=ClockInput())
    breaks_until = forms.TimeField(label=gettext_lazy("Breaks until"), required=False, widget=ClockInput())
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DayInput())
    weeks = forms.IntegerField(
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
        levels: Any = self.fields["pain_stop"]
        levels.choices = [(str(level), str(level)) for level in range(pain.DEFAULT.green_max + 1, highest + 1)]
        if current is None:
            del self.fields["why"]  # nothing is changed yet
        else:
            del self.fields["flare_approved"]  # switched among the rules once the plan runs
            kinds: Any = self.fields["kind"]
            kinds.choices = [each for each in KINDS if each[0] == current.kind or not {each[0], current.kind} & GOALS]
            self.fields["starts_on"].disabled = True
            self.initial["starts_on"] = current.starts_on
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
        fixed, breaks = kind in {"weekdays", "breaks"}, kind == "breaks"
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
        if self.current is not None and weeks == self.initial_of(self.current)["weeks"]:
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
        weeks = None
        if schedule.ends_on is not None:
            weeks = max(1, round(((schedule.ends_on - schedule.starts_on).days + 1) / DAYS_A_WEEK))
        values: dict[str, Any] = {
            "kind": schedule.kind,
            "weekdays": [str(day) for day in sorted(schedule.weekdays)],
            "per_week": schedule.per_week,
            "times_per_day": schedule.times_per_day,
            "bite_min": schedule.bite_min,
            "starts_on": schedule.starts_on,
            "weeks": weeks,
        }
        if schedule.window is not None:
            first, last = (at.isoformat(timespec="minutes") for at in schedule.window)
            values |= {"breaks_from": first, "breaks_until": last}
        for number, at in enumerate(schedule.reminder_times[:REMINDERS], start=1):
            values[f"reminder_{number}"] = at.isoformat(timespec="minutes")
        return values


class ItemForm(forms.Form):
    """One exercise of a plan: how much, which side, which parts, in whose words."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kept = DataField(widget=forms.HiddenInput, required=False)  # of the dose, what has no field here
    choice_group = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    sets = forms.IntegerField(label=gettext_lazy("Sets"), min_value=1, max_value=MAX_SETS)
    reps = forms.IntegerField(label=gettext_lazy("Repetitions"), min_value=1, max_value=MAX_REPS)
    hold_s = forms.IntegerField(label=gettext_lazy("Hold, seconds"), min_value=0, max_value=MAX_SECONDS)
    duration_s = forms.IntegerField(label=gettext_lazy("Keep going, seconds"), min_value=1, max_value=MAX_SECONDS)
    rest_s = forms.IntegerField(label=gettext_lazy("Rest, seconds"), min_value=0, max_value=MAX_SECONDS)
    load_kg = forms.FloatField(label=gettext_lazy("Weight, kg"), min_value=0.1, max_value=MAX_LOAD_KG, required=False)
    order = forms.ChoiceField(label=gettext_lazy("Sides"), choices=PrescribedItem.Order.choices)
    first_side = forms.ChoiceField(label=gettext_lazy("Start with"), choices=PrescribedItem.Side.choices)
    parts = forms.MultipleChoiceField(label=gettext_lazy("Parts"), required=False, widget=forms.CheckboxSelectMultiple)
    opted_in = forms.MultipleChoiceField(
        label=gettext_lazy("Switch on for this client"), required=False, widget=forms.CheckboxSelectMultiple
    )
    optional = forms.BooleanField(label=gettext_lazy("The client may leave it out"), required=False)
    range_both = RangeField(label=gettext_lazy("How far, % of the movement"))
    range_left = RangeField(label=gettext_lazy("How far on the left, %"))
    range_right = RangeField(label=gettext_lazy("How far on the right, %"))
    poses = PosesField(
        label=gettext_lazy("Single poses, by side, as data"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy(
            'Such as {"left": {"clamshell": {"keys": {"1": {"joints": {"hip.R.er": 15}}}}}}. Keys are counted from 0.'
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("Note for the client"),
        max_length=PrescribedItem._meta.get_field("note").max_length,
        required=False,
    )

    def __init__(self, data: Any, *, prefix: str, version: ExerciseVersion, goal: str = "") -> None:
        """goal: the kind of the plan where it is one of GOALS, which says some of the item's fields itself."""
        super().__init__(data, prefix=prefix)
        self.exercise_version = version
        self.content = version.content
        self.own_parts = [part for part in self.content.segments if part.repeat != "once" and not part.is_opt_in]
        self.extras = [part for part in self.content.segments if part.is_opt_in]
        self.counted = [part for part in (*self.own_parts, *self.extras) if part.repeat == "fixed"]
        self._leave_out()
        for part in self.counted:
            low, high = part.reps_range or (1, MAX_REPS)
            self.fields[f"times_{part.key}"] = forms.IntegerField(
                label=_("Times: %(part)s") % {"part": part.name}, min_value=low, max_value=high
            )
        if goal:
            del self.fields["optional"]
        for name in SAID_BY_WALK if goal == "walk" else ():
            if name in self.fields:
                self.fields[name].widget = forms.HiddenInput()
        for bound in self.amounts:
            bound.field.widget.attrs["inputmode"] = "decimal" if bound.name == "load_kg" else "numeric"

    def _leave_out(self) -> None:
        """Take away the fields that mean nothing for this exercise."""
        dose = self.content.dose
        gone = []
        if dose.mode == "time" or (
            not dose.hold_s and not any(step.phase == "hold" for part in self.content.segments for step in part.steps)
        ):
            gone += ["hold_s"]
        if dose.mode != "time":
            gone += ["duration_s"]
        if dose.load_kg is None:
            gone += ["load_kg"]
        if not self._is_sided():
            gone += ["order", "first_side"]
        shown = has_figure(self.content)
        gone += [f"range_{side}" for side in SIDES if not shown or (side == "both") == self._is_sided()]
        gone += [] if shown else ["poses"]
        if len(self.own_parts) < 2:
            gone += ["parts"]
        if not self.extras:
            gone += ["opted_in"]
        for name in gone:
            del self.fields[name]
        for name, segments in (("parts", self.own_parts), ("opted_in", self.extras)):
            if name in self.fields:
                field: Any = self.fields[name]
                field.choices = [(part.key, part.name) for part in segments]

    def _is_sided(self) -> bool:
        return self.content.sides != "none" or any(part.sides not in (None, "none") for part in self.content.segments)

    @property
    def amounts(self) -> list[forms.BoundField]:
        """The fields that say how much."""
        return [
            self[name]
            for name in (*DOSE_FIELDS, *(f"times_{part.key}" for part in self.counted))
            if name in self.fields and not self[name].is_hidden
        ]

    @property
    def ranges(self) -> list[tuple[str, forms.BoundField]]:
        """The fields that say how far the movement goes, each with its side."""
        return [(side, self[f"range_{side}"]) for side in SIDES if f"range_{side}" in self.fields]

    def _adapted(self) -> dict[str, Any]:
        """Return the figure for this client, as routines.movement.adapting has it; {} where nothing differs."""
        poses = self.cleaned_data.get("poses") or {}
        if not isinstance(poses, dict):
            return {"poses": poses}  # no side: refused where the plan is checked
        found: dict[str, Any] = {side: {"changes": changes} for side, changes in poses.items() if changes}
        for side in SIDES:
            share = self.cleaned_data.get(f"range_{side}")
            if share is not None and share != RANGE_WHOLE:
                found.setdefault(side, {})["range"] = share
        return found

    def to_draft(self) -> ItemDraft:
        """Return the item of a valid form; the dose keeps only what differs from the exercise's own."""
        values = self.cleaned_data
        kept = values.get("kept")
        dose = dict(kept) if isinstance(kept, dict) else {}
        own = self.content.dose
        for name in DOSE_FIELDS:
            if name in self.fields and values[name] != getattr(own, name):
                dose[name] = values[name]
        counts = {part.key: values[f"times_{part.key}"] for part in self.counted}
        changed = {part.key: counts[part.key] for part in self.counted if counts[part.key] != (part.reps or 1)}
        if changed:
            dose["segment_reps"] = changed
        if "hold_s" in dose and isinstance(dose.get("tempo"), str):
            dose["tempo"] = _with_hold(dose["tempo"], dose["hold_s"])
        return ItemDraft(
            exercise_version=self.exercise_version,
            dose=dose,
            order=values.get("order", PrescribedItem.Order.AS_CONTENT),
            first_side=values.get("first_side", PrescribedItem.Side.CLIENT),
            segments=self._segments(),
            opted_in=tuple(values.get("opted_in", ())),
            optional=values.get("optional", False),
            choice_group=values["choice_group"],
            note=values["note"],
            adapted=self._adapted(),
        )

    def _segments(self) -> tuple[str, ...] | None:
        """Return the keys in use: None where every part is, otherwise the chosen ones and all that is done once."""
        if "parts" not in self.fields:
            return None
        chosen = self.cleaned_data["parts"]
        if len(chosen) == len(self.own_parts):
            return None
        return tuple(part.key for part in self.content.segments if part.repeat == "once" or part.key in chosen)

    @classmethod
    def raw(cls, draft: ItemDraft) -> dict[str, list[str]]:
        """Return what the form shows for an item, as posted values by field name."""
        content = draft.exercise_version.content
        dose = content.dose.override(**draft.dose)
        values: dict[str, list[str]] = {
            "version": [str(draft.exercise_version.pk)],
            "kept": [json.dumps({key: value for key, value in draft.dose.items() if key not in SHOWN_FIELDS})],
            "choice_group": [draft.choice_group],
            "order": [draft.order],
            "first_side": [draft.first_side],
            "parts": [part.key for part in content.segments if _in_use(part, draft)],
            "opted_in": list(draft.opted_in),
            "optional": ["on"] if draft.optional else [],
            "note": [draft.note],
        }
        for side in SIDES:
            values[f"range_{side}"] = [str((draft.adapted.get(side) or {}).get("range", RANGE_WHOLE))]
        poses = {side: entry["changes"] for side, entry in draft.adapted.items() if entry.get("changes")}
        values["poses"] = [json.dumps(poses)] if poses else []
        for name in DOSE_FIELDS:
            value = getattr(dose, name)
            values[name] = [] if value is None else [f"{value:g}"]
        for part in content.segments:
            if part.repeat == "fixed":
                values[f"times_{part.key}"] = [str(dose.segment_reps.get(part.key, part.reps or 1))]
        return values


def _in_use(part: Segment, draft: ItemDraft) -> bool:
    return part.repeat != "once" and not part.is_opt_in and (draft.segments is None or part.key in draft.segments)


def _with_hold(tempo: str, hold: int) -> str:
    parts = tempo.split("-")
    return "-".join([parts[0], str(hold), *parts[2:]]) if len(parts) == 4 else tempo
