"""Fields of a plan's forms that Django has not: days, times, shares of a movement, and data within limits."""

from typing import Any

from django import forms
from django.forms.fields import InvalidJSONInput

from portal.lib import strict_json
from portal.lib.form_numbers import WholeNumberField
from routines.movement.adapting import RANGE_LEAST, RANGE_WHOLE


class DayInput(forms.DateInput):
    """A date as browsers take it, whatever the language of the page."""

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"type": "date"})


class ClockInput(forms.TimeInput):
    """A wall time as browsers take it."""

    def __init__(self) -> None:
        super().__init__(format="%H:%M", attrs={"type": "time"})


class RangeField(WholeNumberField):
    """How far a movement goes, in percent of the exercise's own; empty is all of it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=RANGE_LEAST, max_value=RANGE_WHOLE, required=False, **options)
        self.widget.attrs |= {"inputmode": "numeric", "step": 5}


class DataField(forms.JSONField):
    """JSON within the limits of portal.lib.strict_json; what passes them stands in the form as it was sent."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return strict_json.read(value)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        return InvalidJSONInput(data or "")


class PosesField(DataField):
    """Changes of poses as data; nothing is an empty field, not the word null."""

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)
