"""What owners fill in about their practice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Practice, Role
from portal.lib.colour import READABLE
from portal.practice.branding import DARK, LIGHT, for_dark_pages, weakest
from routines.content.library_items import LEVELS

DAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


def _clock(label: Any, help_text: Any = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text=help_text,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": _("Write the time as 08:00.")},
    )


class HoursForm(forms.ModelForm):
    """When messages are read, and when nothing is sent to new clients."""

    answers_from = _clock(_("Messages are read from"))
    answers_until = _clock(
        _("Messages are read until"), _("On the clock of the practice. Clients are told while nobody reads.")
    )
    answer_days = forms.TypedMultipleChoiceField(
        label=_("On these days"), choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    quiet_from = _clock(_("Quiet hours of new clients from"))
    quiet_until = _clock(
        _("Quiet hours of new clients until"), _("On the client's own clock. No reminder is sent meanwhile.")
    )

    class Meta:
        model = Practice
        fields = ["answers_from", "answers_until", "answer_days", "quiet_from", "quiet_until"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = given.get("answers_from"), given.get("answers_until")
        if opens and closes and closes <= opens:
            self.add_error("answers_until", _("This comes before the first time. Choose a later one."))
        quiet_from, quiet_until = given.get("quiet_from"), given.get("quiet_until")
        if quiet_from and quiet_from == quiet_until:
            self.add_error("quiet_until", _("Both times are the same. Choose a later or an earlier one."))
        return given


class ColourField(forms.RegexField):
    """A colour, written as designers write it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            r"^#[0-9A-Fa-f]{6}$",
            required=False,
            max_length=7,
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": "#14594B"}),
            error_messages={"invalid": _("Write the colour as # and six digits, such as #14594B.")},
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).upper()


class ColourForm(forms.ModelForm):
    """The practice's colour on light pages and on dark ones."""

    accent = ColourField(
        label=_("Colour of buttons and links"),
        help_text=_("On light pages. Empty: the colour that Steadyback comes with."),
    )
    accent_dark = ColourField(
        label=_("The same on dark pages"),
        help_text=_("Empty: a lighter shade is chosen for you."),
    )

    class Meta:
        model = Practice
        fields = ["accent", "accent_dark"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        light, dark = given.get("accent"), given.get("accent_dark")
        if light and weakest(light, LIGHT) < READABLE:
            self.add_error("accent", self._too_weak(weakest(light, LIGHT), _("Choose a darker colour.")))
        if dark and not light and "accent" not in self.errors:
            self.add_error("accent", _("Choose the colour of light pages as well."))
        if dark and weakest(dark, DARK) < READABLE:
            self.add_error("accent_dark", self._too_weak(weakest(dark, DARK), _("Choose a lighter colour.")))
        if light and not dark and "accent_dark" not in self.errors:
            given["accent_dark"] = for_dark_pages(light)
        return given

    @staticmethod
    def _too_weak(ratio: float, remedy: Any) -> str:
        # Cut off, not rounded: 4.46 must not read as the 4.5 that it misses.
        numbers = {"ratio": f"{int(ratio * 10) / 10:.1f}", "least": READABLE, "remedy": remedy}
        return _("Its contrast is %(ratio)s to 1, and %(least)s is needed to read it. %(remedy)s") % numbers


class SharingForm(forms.ModelForm):
    """Which of the practice's clients a practitioner sees."""

    colleagues_see_all_clients = forms.TypedChoiceField(
        label=_("Which clients a practitioner sees"),
        coerce=lambda value: value == "all",
        choices=[
            ("own", _("Their own, those shared with them, and those whom they cover")),
            ("all", _("All clients of the practice")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two."), "invalid_choice": _("Choose one of the two.")},
    )

    class Meta:
        model = Practice
        fields = ["colleagues_see_all_clients"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["colleagues_see_all_clients"] = "all" if self.instance.colleagues_see_all_clients else "own"


class CareTextField(forms.CharField):
    """One level's own text. No maxlength: a browser would cut off the end of what is pasted, and a number with it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}), **kwargs)


class CareTextForm(forms.Form):
    """What the practice says itself on the care cards, by level, and the signature."""

    emergency = CareTextField(
        label=_("Where to go in an emergency"),
        help_text=_("Such as the emergency departments near your clients, and how to get in at night."),
    )
    same_day = CareTextField(
        label=_("Who to ask the same day"),
        help_text=_(
            "Such as the out-of-hours service of the country with its number, urgent care, and your own hours."
        ),
    )
    soon = CareTextField(
        label=_("Who to ask this week"),
        help_text=_("Such as the family doctor, and how you are reached yourself."),
    )
    signed = forms.BooleanField(
        label=_("I have checked names, numbers and wording for this country, and take responsibility for them."),
        error_messages={"required": _("Tick the box to sign.")},
    )

    def __init__(self, *args: Any, language: str, signs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed"].required = signs
        for level in LEVELS:
            self.fields[level].widget.attrs["lang"] = language


class RolesForm(forms.Form):
    """What a colleague is in the practice."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose a role, or suspend this person.")},
    )
