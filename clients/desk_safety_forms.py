"""What practitioners fill in for the safety net."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import SafetySetup
from clients.models.safety import LONGEST_ESCALATION_H
from clients.services.alerts import NOTE_LIMIT
from clients.services.safety_setup import may_be_second_contact
from portal.accounts.models import Practice, User
from portal.lib.form_numbers import WholeNumberField


class SetupForm(forms.Form):
    """Whom clients call, who is told, after how long; and the signature."""

    emergency_number = forms.CharField(
        label=_("Emergency number of your clients' country"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("Clients with a warning sign are told to call it at once."),
    )
    country_numbers = forms.CharField(
        label=_("Numbers for clients in other countries"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "One a line: two letters of the country, then its number, such as AT 112. Leave it empty for none."
        ),
    )
    second_contact = forms.ModelChoiceField(
        label=_("Second contact"),
        queryset=User.objects.none(),
        empty_label=_("Choose"),
        help_text=_("Is told of an emergency at once, and of any other alert that nobody has looked at in time."),
    )
    escalate_after_h = WholeNumberField(
        label=_("Hours until the second contact is told"), min_value=1, max_value=LONGEST_ESCALATION_H
    )
    signed = forms.BooleanField(
        label=_("I have checked the number, the people and the questions, and take responsibility for them."),
        error_messages={"required": _("Tick the box to sign.")},
    )

    def __init__(self, *args: Any, practice: Practice, setup: SafetySetup | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["second_contact"]
        field.queryset = User.objects.filter(pk__in=may_be_second_contact(practice)).order_by("first_name", "pk")
        if setup is not None:
            for name in ("emergency_number", "second_contact", "escalate_after_h"):
                self.initial.setdefault(name, getattr(setup, name))
            numbers = [f"{code} {number}" for code, number in setup.country_numbers.items()]
            self.initial.setdefault("country_numbers", "\n".join(numbers))

    def clean_country_numbers(self) -> dict[str, str]:
        """Return number by country; the service says whether each is one."""
        numbers: dict[str, str] = {}
        for line in self.cleaned_data["country_numbers"].splitlines():
            code, _space, number = line.strip().partition(" ")
            if not code:
                continue
            if code.upper() in numbers:
                raise forms.ValidationError(_("“%(code)s” stands there twice.") % {"code": code.upper()})
            numbers[code.upper()] = number.strip()
        return numbers


class ClearForm(forms.Form):
    """Why an alert is over."""

    note = forms.CharField(
        label=_("What you found, and why the plan may go on"),
        max_length=NOTE_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a few words what you found and why the plan may go on.")},
    )

    def __init__(self, *args: Any, locks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = locks
