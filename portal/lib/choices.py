"""Choices of a form that are known only when the form is made."""

from collections.abc import Sequence

from django.forms import BaseForm, ChoiceField
from django.utils.functional import Promise


def give_choices(form: BaseForm, name: str, choices: Sequence[tuple[str, str | Promise]]) -> None:
    """Give a field of the form its (value, words). Raises TypeError for a field that takes no choices."""
    field = form.fields[name]
    if not isinstance(field, ChoiceField):
        raise TypeError(f"{name} is a {type(field).__name__}, which has no choices.")
    field.choices = choices
