"""Form fields for numbers with a least and a largest one, whose error says both; and errors that name their field."""

from typing import Any

from django import forms
from django.utils.formats import localize
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

WRONG = ("invalid", "min_value", "max_value", "out_of_range")
ALIKE = ("required", "out_of_range")  # messages that fields share, so that alone they do not say which one is meant

_in_words = lazy(localize, str)


class WholeNumberField(forms.IntegerField):
    """A whole number from min_value to max_value, both inclusive."""

    def __init__(self, *, min_value: int, max_value: int, **options: Any) -> None:
        wrong = _sentence(gettext_lazy("Choose a whole number from {least} to {most}."), min_value, max_value)
        super().__init__(min_value=min_value, max_value=max_value, **_with_errors(options, wrong))


class NumberField(forms.FloatField):
    """A number from min_value to max_value, both inclusive."""

    def __init__(self, *, min_value: float, max_value: float, **options: Any) -> None:
        wrong = _sentence(gettext_lazy("Choose a number from {least} to {most}."), min_value, max_value)
        super().__init__(min_value=min_value, max_value=max_value, **_with_errors(options, wrong))


def named(bound: forms.BoundField, message: str) -> str:
    """Return an error of a field as it stands away from it: with the field's name, where the words do not tell it."""
    if message not in [bound.field.error_messages.get(key) for key in ALIKE]:
        return message
    return f"{bound.label}{'' if str(bound.label).endswith('?') else ':'} {message}"


def _sentence(words: Any, least: float, most: float) -> Any:
    return format_lazy(words, least=_in_words(least), most=_in_words(most))


def _with_errors(options: dict[str, Any], wrong: Any) -> dict[str, Any]:
    return {**options, "error_messages": {**dict.fromkeys(WRONG, wrong), **options.get("error_messages", {})}}
