"""Choices that a form is given when it is made."""

import pytest
from django import forms

from portal.lib.choices import give_choices


class Wish(forms.Form):
    """A choice and a text."""

    fruit = forms.ChoiceField()
    note = forms.CharField(required=False)


def test_a_field_takes_the_choices_that_it_is_given() -> None:
    form = Wish({"fruit": "pear"})
    give_choices(form, "fruit", [("pear", "Pear")])
    assert form.is_valid()
    other = Wish({"fruit": "plum"})
    give_choices(other, "fruit", [("pear", "Pear")])
    assert list(other.errors) == ["fruit"]


def test_a_field_without_choices_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="note is a CharField"):
        give_choices(Wish(), "note", [("pear", "Pear")])
