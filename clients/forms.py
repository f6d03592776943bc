"""What clients answer about a session: before it, after it, and instead of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.exports.prescription import Prescribed
from clients.models import PutOff, Session
from clients.rules.events import SECONDS_LIMIT
from clients.rules.plan_steps import MINUTE_S
from portal.lib.choices import give_choices

PAIN_CHOICES = [(str(number), str(number)) for number in range(11)]
EFFORT_CHOICES = [  # source: screens, "After the session"; the words are our own
    ("3", _("Too easy")),
    ("5", _("About right")),
    ("7", _("Hard, but I did it")),
    ("9", _("Too hard")),
]
NOTE_LIMIT = 500


class PainForm(forms.Form):
    """One pain question. `skip` leaves it unanswered."""

    pain = forms.TypedChoiceField(
        choices=PAIN_CHOICES,
        coerce=int,
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose a number from 0 to 10.")},
    )
    skip = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("pain") is None and not cleaned.get("skip") and "pain" not in self.errors:
            self.add_error("pain", _("Choose a number, or skip this question."))
        return cleaned


LEG_CHOICES = [
    ("none", _("No trouble in my leg")),
    ("better", _("Better")),
    ("same", _("The same")),
    ("worse", _("Worse")),
    ("further_down", _("It goes further down the leg")),
]


class ScoreForm(forms.Form):
    """One question that a number from 0 to 10 answers; `field` names the answer."""

    def __init__(self, field: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[field] = forms.TypedChoiceField(
            choices=PAIN_CHOICES,
            coerce=int,
            error_messages={
                "required": _("Choose a number, or skip this question."),
                "invalid_choice": _("Choose a number from 0 to 10."),
            },
        )


class ChoiceForm(forms.Form):
    """One question that one of a few sentences answers; `field` names the answer."""

    def __init__(self, field: str, choices: list[tuple[str, Any]], coerce: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        message = _("Choose one of the answers, or skip this question.")
        self.fields[field] = forms.TypedChoiceField(
            choices=choices, coerce=coerce, error_messages={"required": message, "invalid_choice": message}
        )


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Anything to tell your physiotherapist?"),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


# question -> the answer of the session that it asks for
ANSWERS = {
    "pain": "pain_after",
    "most": "pain_peak",
    "leg": "leg_symptoms",
    "leg-pain": "leg_pain",
    "effort": "effort",
    "note": "note",
}


def after_form(question: str, data: Any, session: Session) -> forms.Form:
    """Return the form of one question after a session, with what was answered before. Raises KeyError."""
    field = ANSWERS[question]
    initial = {field: getattr(session, field)}
    if question == "note":
        return NoteForm(data, initial=initial)
    if question == "leg":
        return ChoiceForm(field, LEG_CHOICES, str, data, initial=initial)
    if question == "effort":
        return ChoiceForm(field, EFFORT_CHOICES, int, data, initial=initial)
    return ScoreForm(field, data, initial=initial)


class ExercisePainForm(forms.Form):
    """The most pain in each exercise, which may stay unanswered. exercises: (item, title). told: answers by item."""

    def __init__(self, data: Any, *, exercises: Sequence[tuple[int, str]], told: Mapping[int, int]) -> None:
        super().__init__(data, initial={f"item_{item}": value for item, value in told.items()})
        self.items = {f"item_{item}": item for item, _title in exercises}
        for item, title in exercises:
            self.fields[f"item_{item}"] = forms.TypedChoiceField(
                label=title,
                choices=[("", _("No answer")), *PAIN_CHOICES],
                coerce=int,
                required=False,
                empty_value=None,
            )

    def pains(self) -> dict[int, int]:
        """Return what a valid form answers, by item."""
        return {item: value for name, item in self.items.items() if (value := self.cleaned_data[name]) is not None}


class CanDoForm(forms.Form):
    """What the client can do. markers: (marker, words) of what a rule asks. ticked: those that were ticked before."""

    can_do = forms.MultipleChoiceField(required=False)

    def __init__(self, data: Any, *, markers: Sequence[tuple[str, str]], ticked: Sequence[str]) -> None:
        super().__init__(data, initial={"can_do": list(ticked)})
        self.markers = [marker for marker, _words in markers]
        give_choices(self, "can_do", markers)


class NotedForm(forms.Form):
    """Which exercises of a session were done without the player; all of them until the client unticks one."""

    items = forms.MultipleChoiceField(
        label=_("What did you do?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one exercise that you did."),
            "invalid_choice": _("Choose exercises of the list."),
        },
    )

    def __init__(self, data: Any, *, entries: Sequence[Prescribed]) -> None:
        self.entries = entries
        choices = [(str(entry.item.pk), f"{entry.title}: {entry.dose_words}") for entry in entries]
        super().__init__(data, initial={"items": [value for value, _words in choices]})
        give_choices(self, "items", choices)

    def chosen(self) -> list[Prescribed]:
        """Return the exercises that a valid form names."""
        return [entry for entry in self.entries if str(entry.item.pk) in self.cleaned_data["items"]]


class WalkForm(forms.Form):
    """How long a walk was, in whole minutes of one day."""

    minutes = forms.IntegerField(
        min_value=1,
        max_value=SECONDS_LIMIT // MINUTE_S,
        error_messages={
            name: _("Write your minutes as a whole number, such as 10.")
            for name in ("required", "invalid", "min_value", "max_value")
        },
    )


class MoveDayForm(forms.Form):
    """A day of a plan that is done on another day. planned, free: the days to choose from, each with its words."""

    day = forms.DateField(label=_("Which day do you want to move?"), widget=forms.RadioSelect)
    to = forms.DateField(label=_("Which day suits you instead?"), widget=forms.RadioSelect)

    def __init__(self, data: Any, *, planned: Sequence[tuple[str, str]], free: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        for name, choices in (("day", planned), ("to", free)):
            field = self.fields[name]
            field.widget.choices = choices
            field.error_messages |= {name: _("Choose one of the days in the list.") for name in ("required", "invalid")}


class PutOffForm(forms.Form):
    """A session that waits until tomorrow or is left out, and why, which may stay open."""

    choice = forms.ChoiceField(
        label=_("What suits you?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the answers."),
            "invalid_choice": _("Choose one of the answers."),
        },
    )
    reason = forms.ChoiceField(
        label=_("What is the reason?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("too_sore", _("Too sore")),
            ("no_time", _("No time")),
            ("unwell", _("Unwell")),
            ("other", _("Another reason")),
        ],
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )

    def __init__(self, data: Any, *, may_move: bool) -> None:
        choices = [(PutOff.Choice.TOMORROW.value, _("I move it to tomorrow"))] if may_move else []
        choices.append((PutOff.Choice.NOT_TODAY.value, _("I leave it out this time")))
        super().__init__(data, initial={"choice": choices[0][0] if len(choices) == 1 else None})
        give_choices(self, "choice", choices)
