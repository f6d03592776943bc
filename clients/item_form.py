"""What practitioners fill in about one exercise of a plan."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import PrescribedItem
from clients.plan_fields import DataField, PosesField, RangeField
from clients.services.drafting import ItemDraft
from portal.lib.choices import give_choices
from portal.lib.form_numbers import NumberField, WholeNumberField
from routines.content import Segment
from routines.dose import MAX_LOAD_KG, MAX_REPS, MAX_SECONDS, MAX_SETS
from routines.looks import has_figure
from routines.models import ExerciseVersion
from routines.movement.adapting import RANGE_WHOLE, SIDES

DOSE_FIELDS = ("sets", "reps", "hold_s", "duration_s", "rest_s", "load_kg")
SAID_BY_WALK = ("sets", "reps", "duration_s", "rest_s")  # fields that a walk of so many minutes leaves nothing to say
SHOWN_FIELDS = (*DOSE_FIELDS, "segment_reps")


class ItemForm(forms.Form):
    """One exercise of a plan: how much, which side, which parts, in whose words."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kept = DataField(widget=forms.HiddenInput, required=False)  # of the dose, what has no field here
    choice_group = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    sets = WholeNumberField(label=gettext_lazy("Sets"), min_value=1, max_value=MAX_SETS)
    reps = WholeNumberField(label=gettext_lazy("Repetitions"), min_value=1, max_value=MAX_REPS)
    hold_s = WholeNumberField(label=gettext_lazy("Hold, seconds"), min_value=0, max_value=MAX_SECONDS)
    duration_s = WholeNumberField(label=gettext_lazy("Keep going, seconds"), min_value=1, max_value=MAX_SECONDS)
    rest_s = WholeNumberField(label=gettext_lazy("Rest, seconds"), min_value=0, max_value=MAX_SECONDS)
    load_kg = NumberField(label=gettext_lazy("Weight, kg"), min_value=0.1, max_value=MAX_LOAD_KG, required=False)
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
            self.fields[f"times_{part.key}"] = WholeNumberField(
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
                give_choices(self, name, [(part.key, part.name) for part in segments])

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
