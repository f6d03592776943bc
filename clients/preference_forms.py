"""What clients choose for themselves: their name, their moment of the day, reminders, the look of the figures."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Reminder
from clients.models.client import LONGEST_DAY_MIN
from clients.rules.habits import WORDS_LIMIT
from clients.services.streams import refuses
from portal.accounts.models import time_zones
from portal.lib.choices import give_choices
from routines.looks import looks_to_choose, parts_of

MOMENTS = {  # of clients.rules.habits.ANCHORS, said after "After I"
    "getting_up": _("get up"),
    "brushing_teeth": _("brush my teeth"),
    "kettle": _("put the kettle on"),
    "lunch": _("have lunch"),
    "getting_home": _("get home"),
    "before_bed": _("get ready for bed"),
}


OWN_WORDS = "own"  # a moment that none of MOMENTS names; kept as the words alone


class HabitForm(forms.ModelForm):
    """The client's own if-then plan: after which moment, where, and what instead. Nothing is chosen for anybody."""

    class Meta:
        model = Client
        fields = ["anchor", "anchor_words", "anchor_place", "if_sore", "if_missed"]

    anchor = forms.ChoiceField(
        label=_("After I ..."),
        required=False,
        widget=forms.RadioSelect,
        choices=[*MOMENTS.items(), (OWN_WORDS, _("another moment, in my own words"))],
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )
    anchor_words = forms.CharField(
        label=_("My own moment"),
        required=False,
        max_length=WORDS_LIMIT,
        help_text=_("For example: walk the dog. We never put your own words in a message."),
    )
    anchor_place = forms.CharField(
        label=_("I will do my session in ..."),
        required=False,
        max_length=WORDS_LIMIT,
        help_text=_("For example: the bedroom."),
    )
    if_sore = forms.ChoiceField(
        label=_("If I am too sore, I ..."),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("short_form", _("do the short form")),
            ("one_exercise", _("do one exercise only")),
            ("rest", _("rest and try tomorrow")),
        ],
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )
    if_missed = forms.ChoiceField(
        label=_("If I miss that moment, I do it ..."),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("later_today", _("later the same day")),
            ("evening", _("in the evening")),
            ("tomorrow", _("the next day")),
        ],
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self.instance.anchor_words:
            self.initial["anchor"] = OWN_WORDS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("anchor") == OWN_WORDS:
            cleaned["anchor"] = ""
        elif cleaned.get("anchor"):
            cleaned["anchor_words"] = ""
        return cleaned


class NameForm(forms.ModelForm):
    """What the client likes to be called, and how large the text is on this device."""

    class Meta:
        model = Client
        fields = ["name_to_use"]
        labels = {"name_to_use": _("What may we call you?")}

    text = forms.ChoiceField(
        label=_("Text size"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _("Normal")),
            ("115", _("A little larger")),
            ("130", _("Large")),
            ("150", _("Very large")),
        ],
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )


class FigureForm(forms.Form):
    """Whom the figures look like: as the clinic has them, a mannequin, or colours of one's own choice."""

    kind = forms.ChoiceField(
        choices=[
            ("", _("As my clinic has it")),
            ("own", _("As I choose")),
            ("mannequin", _("A plain grey figure")),
        ],
        required=False,
        error_messages={"invalid_choice": _("Choose one of the three.")},
    )
    skin = forms.ChoiceField(label=_("Skin"), required=False)
    hair = forms.ChoiceField(label=_("Hair"), required=False)
    clothes = forms.ChoiceField(label=_("Clothes"), required=False)
    PARTS = ("skin", "hair", "clothes")

    def __init__(self, data: Any, *, palette: str) -> None:
        super().__init__(data)
        looks = looks_to_choose()
        for name in self.PARTS:
            give_choices(self, name, [(each.value, each.label) for each in looks[name]])
            self.fields[name].error_messages["invalid_choice"] = _("Choose one of the colours of the page.")
        parts = parts_of(palette)
        known = palette in ("", "mannequin")
        self.initial = {"kind": palette if known else "own", **dict(zip(self.PARTS, parts, strict=True))}
        self.looks = looks

    def groups(self) -> list[tuple[str, str, list[tuple[str, str, list[str], bool]]]]:
        """Return (name, legend, [(value, label, colours, whether chosen)]) of skin, hair and clothes."""
        found = []
        for name in self.PARTS:
            now = self[name].value()
            rows = [(each.value, each.label, each.colours, each.value == now) for each in self.looks[name]]
            found.append((name, str(self.fields[name].label), rows))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [cleaned.get(name) for name in self.PARTS]
        if cleaned.get("kind") == "own" and not all(chosen) and not self.errors:
            self.add_error("skin", _("Choose a colour for skin, hair and clothes."))
        return cleaned

    def palette(self) -> str:
        """Return the palette of a valid form, "" for the clinic's."""
        if self.cleaned_data["kind"] != "own":
            return str(self.cleaned_data["kind"])
        return "-".join(self.cleaned_data[name] for name in self.PARTS)


class ReminderTimeForm(forms.ModelForm):
    """Whether and at what time a client is reminded."""

    reminder_time = forms.TimeField(
        label=_("Reminder time"),
        required=False,
        help_text=_("Leave it empty to use the time in your plan."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    class Meta:
        model = Client
        fields = ["reminder_channel"]
        labels = {"reminder_channel": _("Remind me")}
        widgets = {"reminder_channel": forms.RadioSelect}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        give_choices(self, "reminder_channel", Client.Channel.choices)
        if refuses(self.instance, Reminder.Stream.SESSION):
            self.initial["reminder_channel"] = Client.Channel.NONE  # stopped by a link: as it is, not as it was chosen
        if self.instance.reminder_times:
            self.fields["reminder_time"].initial = self.instance.reminder_times[0]


MINUTES = format_lazy(_("Write a number from 1 to {most}, or leave it empty."), most=LONGEST_DAY_MIN)
KEPT_WHERE_EMPTY = ("language", "quiet_from", "quiet_until")


class ReminderForm(ReminderTimeForm):
    """How and when a client is reminded, and who and where they are."""

    class Meta:
        model = Client
        fields = [
            *("name_to_use", "language", "time_zone", "minutes_a_day", "reminder_channel"),
            *("follow_up", "weekly_note", "quiet_from", "quiet_until", "reminders_paused_until"),
        ]
        labels = {
            "minutes_a_day": _("Minutes a day that suit me"),
            "language": _("Language"),
            "time_zone": _("Where you are (time zone)"),
            "reminder_channel": _("Remind me"),
            "follow_up": _("A second reminder later that day"),
            "weekly_note": _("A note when my week is ready to look at"),
            "quiet_from": _("Quiet hours from"),
            "quiet_until": _("Quiet hours until"),
            "reminders_paused_until": _("Pause reminders until"),
        }
        help_texts = {
            "minutes_a_day": _("Your physiotherapist sees it when they make your plan."),
            "follow_up": _("Now and then, if nothing was done yet that day. Once a week at most."),
            "weekly_note": _("By e\N{NON-BREAKING HYPHEN}mail, on Sundays at 5 in the afternoon."),
            "quiet_until": _("No reminder comes between these two times. The same time twice means no quiet hours."),
            "reminders_paused_until": _("You need no reason. Reminders start again the day after."),
        }
        error_messages = {
            "minutes_a_day": dict.fromkeys(("min_value", "max_value", "invalid"), MINUTES),
        }
        widgets = {
            "reminder_channel": forms.RadioSelect,
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "reminders_paused_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        zones = sorted(name for name in time_zones() if "/" in name and not name.startswith("Etc/"))
        kept = self.instance.time_zone
        self.fields["time_zone"] = forms.ChoiceField(
            label=self.Meta.labels["time_zone"],
            choices=[(name, name.replace("_", " ")) for name in (zones if kept in zones else [kept, *zones])],
            error_messages={"invalid_choice": _("Choose a time zone from the list, such as Europe/London.")},
        )
        for name, stream in (("follow_up", Reminder.Stream.FOLLOW_UP), ("weekly_note", Reminder.Stream.WEEKLY)):
            if refuses(self.instance, stream):
                self.initial[name] = False  # stopped by a link
        self.kept = {name: getattr(self.instance, name) for name in KEPT_WHERE_EMPTY}
        for name in KEPT_WHERE_EMPTY:
            field: Any = self.fields[name]
            field.required, field.is_needed_where_shown = False, True
        names = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
        give_choices(self, "language", names)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, kept in self.kept.items():
            if name in cleaned and cleaned[name] in ("", None):
                cleaned[name] = kept
        return cleaned

    def clean_reminders_paused_until(self) -> date | None:
        until: date | None = self.cleaned_data["reminders_paused_until"]
        if until is not None and until < self.today:
            raise forms.ValidationError(_("Choose today or a later day, or leave it empty."))
        return until
