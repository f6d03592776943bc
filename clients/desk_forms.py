"""What practitioners fill in about a client."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clients.models import Client, ClientShare, SafetySetup
from clients.models.client import LONGEST_DAY_MIN
from clients.rules.flag_settings import RULES, Setting, Stored
from clients.services.absences import team_of
from portal.accounts.models import Practice, Role, User, time_zones
from portal.accounts.roles import roles_of
from portal.lib.countries import countries
from portal.lib.form_numbers import WholeNumberField
from routines.library.starter import vocabulary

CLIENTS_OWN_TAG = "acute_flare"


def tag_choices() -> list[tuple[str, str]]:
    """Every contraindication tag of the library with its meaning; a flare-up is the client's own to tell."""
    return [(tag, words) for tag, words in vocabulary().tags.items() if tag != CLIENTS_OWN_TAG]


def zone_choices() -> list[tuple[str, str]]:
    """Every time zone that names a place, as a list to choose from."""
    places = sorted(name for name in time_zones() if "/" in name and not name.startswith("Etc/"))
    return [(name, name.replace("_", " ")) for name in [*places, "UTC"]]


def country_choices() -> list[tuple[str, str]]:
    """The practice's own country, and those for which a number is signed. Runs in the practice scope."""
    setup = SafetySetup.objects.first()
    names = countries(get_language() or "")
    signed = sorted(setup.country_numbers, key=lambda code: names.get(code, code)) if setup is not None else []
    return [("", _("The country of the practice")), *((code, names.get(code, code)) for code in signed)]


class DetailsForm(forms.Form):
    """A client's details, apart from the address."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The invitation and the reminders go there."),
    )
    problem = forms.CharField(
        label=_("Problem"),
        max_length=120,
        required=False,
        help_text=_("A few words for you and your colleagues, such as “low back pain”."),
    )
    usual_pain = forms.TypedChoiceField(
        label=_("Usual pain, 0 to 10"),
        choices=[("", _("not asked")), *((str(number), str(number)) for number in range(11))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    minutes_a_day = WholeNumberField(
        label=_("Minutes a day"),
        min_value=1,
        max_value=LONGEST_DAY_MIN,
        required=False,
        help_text=_("That suit the client, as they say it. The plan's page compares with it."),
    )
    first_side = forms.ChoiceField(label=_("Side to start with"), choices=Client.Side.choices)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    country = forms.ChoiceField(
        label=_("Country"),
        choices=country_choices,
        required=False,
        help_text=_("For the emergency number. Countries come from the safety set-up."),
    )
    tags = forms.MultipleChoiceField(
        label=_("What to watch for"),
        choices=tag_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Exercises that do not suit are left out or asked about."),
    )


class NewClientForm(DetailsForm):
    """A new client, with the practitioner who leads them. Three fields are enough; the rest can wait."""

    AT_ONCE = ("first_name", "last_name", "email", "problem")
    lead = forms.ModelChoiceField(label=_("Physiotherapist"), queryset=User.objects.none(), empty_label=None)

    def __init__(self, *args: Any, practice: Practice, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["lead"]
        self.order_fields(["first_name", "last_name", "email", "problem", "lead", "time_zone"])
        field.queryset = team_of(practice)
        self.initial.setdefault("time_zone", practice.time_zone)
        self.initial.setdefault("lead", user.pk)
        self.initial.setdefault("first_side", Client.Side.LEFT)

    @property
    def at_once(self) -> list[BoundField]:
        """What is asked of everybody."""
        return [self[name] for name in self.AT_ONCE]

    @property
    def later(self) -> list[BoundField]:
        """What is folded away, apart from what to watch for."""
        return [field for field in self if field.name not in {*self.AT_ONCE, "tags"}]

    @property
    def later_is_wrong(self) -> bool:
        """Whether something that is folded away has to be put right."""
        return any(field.errors for field in self.later)


class PauseForm(forms.Form):
    """A break in a plan: from today, until a day or until it is resumed."""

    last_day = forms.DateField(
        label=_("Last day of the break"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Leave it empty to pause until you resume the plan."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=160, required=False)


class PainLevelsForm(forms.Form):
    """The practice's lines on the pain scale, in points of 0 to 10."""

    green_max = WholeNumberField(label=_("Comfortable up to"), min_value=0, max_value=10)
    amber_max = WholeNumberField(
        label=_("Acceptable up to"),
        min_value=1,
        max_value=10,
        help_text=_("Acceptable if it settles by the next day. Above it an exercise stops."),
    )
    rise_stop = WholeNumberField(
        label=_("Stop at a rise of"),
        min_value=1,
        max_value=10,
        help_text=_("Points above the pain before the session."),
    )
    next_day_reduce_delta = WholeNumberField(
        label=_("Lighter when the next day is higher by"), min_value=1, max_value=10
    )


class FlagRulesForm(forms.Form):
    """Whether each flag rule is on, and its numbers. Fields are named `<rule>.on` and `<rule>.<number>`."""

    def __init__(self, *args: Any, settings: Mapping[str, Setting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "pain": _("Pain, 0 to 10"),
            "points": _("Points"),
            "sessions": _("Sessions"),
            "days": _("Days"),
            "effort": _("Effort, 0 to 10"),
            "times": _("Times"),
        }
        for rule in RULES:
            setting = settings[rule.key]
            if rule.may_be_off:
                self.fields[f"{rule.key}.on"] = forms.BooleanField(label=_("On"), required=False, initial=setting.is_on)
            for name, number in rule.numbers.items():
                self.fields[f"{rule.key}.{name}"] = WholeNumberField(
                    label=labels[name],
                    min_value=number.lowest,
                    max_value=number.highest,
                    initial=setting.numbers[name],
                )

    def fields_of(self, key: str) -> list[forms.BoundField]:
        """Return the rule's fields in their order."""
        return [self[name] for name in self.fields if name.partition(".")[0] == key]

    def wanted(self) -> dict[str, dict[str, int | bool]]:
        """Return what was sent, as services.flags reads it."""
        found: dict[str, dict[str, int | bool]] = {}
        for name, value in self.cleaned_data.items():
            key, _dot, field = name.partition(".")
            found.setdefault(key, {})[field] = value
        return found


class ClientFlagRulesForm(FlagRulesForm):
    """What is set for one client; what stays empty is as the practice has it. own: what is set so far."""

    def __init__(self, *args: Any, settings: Mapping[str, Setting], own: Stored, **kwargs: Any) -> None:
        super().__init__(*args, settings=settings, **kwargs)
        field: Any
        for name, field in self.fields.items():
            key, _dot, part = name.partition(".")
            value = own.get(key, {}).get(part)
            if part == "on":
                practice = _("As in the practice: on") if settings[key].is_on else _("As in the practice: off")
                choices = [("", practice), ("yes", _("On")), ("no", _("Off"))]
                initial = "" if value is None else "yes" if value else "no"
                field = forms.ChoiceField(label=_("For this client"), choices=choices, initial=initial)
            else:
                field.initial = value
                field.help_text = _("Empty: %(number)d, as in the practice.") % {"number": settings[key].numbers[part]}
            field.required, field.is_needed_where_shown = False, True  # empty has a meaning that stands beside it
            self.fields[name] = field

    def wanted(self) -> dict[str, dict[str, int | bool]]:
        found: dict[str, dict[str, int | bool]] = {}
        for key, values in super().wanted().items():
            set_here = {name: value for name, value in values.items() if value not in (None, "")}
            if "on" in set_here:
                set_here["on"] = set_here["on"] == "yes"
            if set_here:
                found[key] = set_here
        return found


class AbsenceForm(forms.Form):
    """Days on which a practitioner is away, and who sees their clients meanwhile."""

    away = forms.ModelChoiceField(label=_("Who is away"), queryset=User.objects.none(), empty_label=None)
    cover = forms.ModelChoiceField(label=_("Who covers"), queryset=User.objects.none(), empty_label=_("Choose"))
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    last_day = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("This day is still covered."),
    )

    def __init__(self, *args: Any, practice: Practice, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = team_of(practice)
        away: Any = self.fields["away"]
        cover: Any = self.fields["cover"]
        away.queryset = team if Role.OWNER in roles_of(user) else team.filter(pk=user.pk)
        cover.queryset = team if Role.OWNER in roles_of(user) else team.exclude(pk=user.pk)
        self.initial.setdefault("away", user.pk)
        self.initial.setdefault("first_day", today)


class ShareForm(forms.Form):
    """A colleague who sees the client as well."""

    colleague = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none(), empty_label=_("Choose"))

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["colleague"]
        sees = ClientShare.objects.filter(client=client).values("practitioner")
        field.queryset = team_of(client.practice).exclude(pk=client.lead_id).exclude(pk__in=sees)


class HandOverForm(forms.Form):
    """Who leads a client from now on."""

    to = forms.ModelChoiceField(label=_("New practitioner"), queryset=User.objects.none(), empty_label=_("Choose"))
    keeps_access = forms.BooleanField(label=_("Who led them until now still sees them"), required=False)

    def __init__(self, *args: Any, practice: Practice, former: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = team_of(practice).exclude(pk=former.pk)


class HandOverManyForm(HandOverForm):
    """Several clients of one practitioner, who may be leaving."""

    clients: Any = forms.ModelMultipleChoiceField(
        label=_("Clients"),
        queryset=Client.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one client.")},
    )

    def __init__(self, *args: Any, practice: Practice, former: User, **kwargs: Any) -> None:
        super().__init__(*args, practice=practice, former=former, **kwargs)
        field: Any = self.fields["clients"]
        field.queryset = Client.objects.filter(practice=practice, lead=former).order_by("search_last", "pk")
        self.initial.setdefault("clients", list(field.queryset.values_list("pk", flat=True)))
