"""The safety questions as a form, for pages without JavaScript."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext

from clients.rules import safety as rules
from clients.safety_words import WORDS, AskedQuestion
from routines.library import starter


class SafetyForm(forms.Form):
    """One field for each question; a tick is the place of a symptom, "none" or "not_sure"."""

    def __init__(self, *args: Any, asked: Sequence[AskedQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for question in asked:
            self.fields[question.id] = forms.MultipleChoiceField(
                label=question.ask,
                choices=question.options,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": gettext(WORDS["choose"])},
            )

    @property
    def answers(self) -> dict[str, list[str]]:
        """What was ticked, by question; questions without a tick are left out."""
        return {name: list(ticked) for name, ticked in self.cleaned_data.items() if ticked}

    @property
    def shown(self) -> list[dict[str, Any]]:
        """Each question with what is ticked and what is wrong, for the template."""
        return [
            {
                "question": question,
                "ticked": self[question.id].value() or [],
                "error": " ".join(map(str, self[question.id].errors)),
            }
            for question in self.asked
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        decision = rules.decide(starter.safety().questions, cleaned)
        if not decision.is_final:
            for id_ in decision.missing:
                if id_ in self.fields and id_ not in self.errors:
                    self.add_error(id_, gettext(WORDS["choose"]))
        return cleaned
