"""The fields of an exercise as an author fills them in: labels, kinds and choices."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from routines.content.shapes import BREATHS, LEG_SYMPTOMS, LIMBS, ORIGINS, PHASES, REPEATS
from routines.content.vocabulary import LEVELS
from routines.document_form import Spec
from routines.dose import MODES, SIDES
from routines.library import starter

Options = list[tuple[str, str]]


def _named(words: Mapping[str, str]) -> Options:
    return [(key, _(label)) for key, label in words.items()]


def _plain(keys: Sequence[str], labels: Mapping[str, str], *, empty: str = "") -> Options:
    found = [(key, labels.get(key, key.replace("_", " "))) for key in keys]
    return [("", empty), *found] if empty else found


def word_specs() -> list[Spec]:
    """The words of an exercise."""
    known = starter.vocabulary()
    return [
        Spec("name", _("Name")),
        Spec(
            "slug", _("Short name for addresses"), hint=_("Lower-case letters, digits and hyphens. It never changes.")
        ),
        Spec("also_known_as", _("Also known as"), "lines", hint=_("One a line.")),
        Spec("category", _("Category"), "choice", _named(known.categories)),
        Spec("aim", _("What it is for"), "area"),
        Spec("position", _("Starting position"), hint=_("Such as: lying on the back.")),
        Spec("body_regions", _("Body regions"), "words", _named(known.body_regions)),
        Spec("equipment", _("What is needed"), "words", _named(known.equipment)),
        Spec("difficulty", _("Difficulty, 1 to 3"), "choice", [("1", "1"), ("2", "2"), ("3", "3")]),
        Spec("sides", _("Sides"), "choice", _plain(SIDES, side_words())),
        Spec("focus_points", _("Focus points"), "lines", hint=_("One a line. Shown while the exercise runs.")),
        Spec("precautions", _("Take care"), "lines", hint=_("One a line.")),
        Spec("tags", _("Tags"), "lines", hint=_("One a line.")),
    ]


def source_specs() -> list[Spec]:
    """Where an exercise comes from."""
    return [
        Spec("basis", _("Where it comes from"), "area"),
        Spec("seed", _("Notes on the source"), "data", hint=_("JSON; leave it as it is.")),
        Spec("media", _("Pictures, films and sound"), "data", hint=_("JSON; changed on a page of its own.")),
    ]


def dose_source_specs() -> list[Spec]:
    """Why a dose lies outside the usual range; with it, the check of the range is satisfied."""
    hint = _("For a dose outside the usual range: the guideline, trial or reason behind it.")
    return [Spec("dose_source", _("Source of the dose"), "area", hint=hint)]


def self_care_specs(items: Sequence[tuple[str, str]]) -> list[Spec]:
    return [Spec("self_care", _("Goes well with"), "words", items)]


def side_words() -> dict[str, str]:
    return {
        "none": _("both sides together, or not sided"),
        "alternating": _("change sides every time"),
        "each": _("one side, then the other"),
    }


def dose_specs() -> list[Spec]:
    """How much of it, where nobody says otherwise."""
    modes = {"reps": _("repetitions"), "hold": _("holds"), "time": _("time")}
    return [
        Spec("mode", _("What is counted"), "choice", _plain(MODES, modes)),
        Spec("sets", _("Sets"), "whole"),
        Spec("reps", _("Repetitions"), "whole", hint=_("Per side where it is sided.")),
        Spec("hold_s", _("Hold, seconds"), "whole"),
        Spec("hold_range_s", _("Range of the hold"), "pair", hint=_("Such as 5-15.")),
        Spec("duration_s", _("Keep going, seconds"), "whole"),
        Spec("rest_s", _("Rest between sets, seconds"), "whole"),
        Spec("tempo", _("Pace"), hint=_("Seconds of move-hold-return-pause, such as 3-5-3-0.")),
        Spec("load_kg", _("Weight, kg"), "number"),
        Spec("per_day", _("Times a day"), "whole"),
        Spec("days_per_week", _("Days a week"), "whole"),
        Spec("effort_0_10", _("Effort, 0 to 10"), "pair", hint=_("Lowest and highest, such as 3-5.")),
        Spec("segment_reps", _("Repeats of parts"), "data", hint=_('JSON, such as {"both": 2}.')),
        Spec("note", _("Note"), "area"),
    ]


def segment_specs() -> list[Spec]:
    repeats = {
        "once": _("once"),
        "per_dose": _("as often as the dose says"),
        "fixed": _("a fixed number of times"),
    }
    return [
        Spec("name", _("Name of the part")),
        Spec("key", _("Short name"), hint=_("Lower-case letters, digits and hyphens.")),
        Spec("repeat", _("Done"), "choice", _plain(REPEATS, repeats)),
        Spec("reps", _("Number of times"), "whole", hint=_("For a fixed number.")),
        Spec("reps_range", _("Range of the number"), "pair", hint=_("Such as 1-3.")),
        Spec("reps_note", _("Note on the number")),
        Spec("sides", _("Sides of this part"), "choice", _plain(SIDES, side_words(), empty=_("as the exercise"))),
        Spec("optional", _("Only where it is switched on for a client"), "flag"),
    ]


def step_specs() -> list[Spec]:
    phases = {
        "setup": _("get ready"),
        "move": _("move"),
        "hold": _("hold"),
        "return": _("go back"),
        "rest": _("rest"),
        "finish": _("finish"),
    }
    breaths = {"in": _("in"), "out": _("out"), "none": _("as you like")}
    limbs = {"work": _("the working side"), "other": _("the other side"), "both": _("both"), "none": _("none")}
    return [
        Spec("text", _("What to do"), "area"),
        Spec("phase", _("Phase"), "choice", _plain(PHASES, phases)),
        Spec("breath", _("Breath"), "choice", _plain(BREATHS, breaths)),
        Spec("seconds", _("Seconds"), "number"),
        Spec("limb", _("Limb"), "choice", _plain(LIMBS, limbs, empty=_("not said"))),
        Spec("cue", _("Own cue word")),
    ]


def figure_specs() -> list[Spec]:
    """The figure of a step, and where the step comes from."""
    origins = {"seed": _("from the source"), "added": _("added"), "mixed": _("both")}
    return [
        Spec("pose", _("Pose"), "data", hint=_("JSON of joint angles.")),
        Spec("origin", _("Origin"), "choice", _plain(ORIGINS, origins, empty=_("not said"))),
        Spec("origin_note", _("Note on the origin")),
        Spec("media", _("Pictures, films and sound"), "data", hint=_("JSON; changed on a page of its own.")),
    ]


def gate_specs() -> list[Spec]:
    """Conditions under which a part, or a harder form, is offered."""
    legs = {"not_worse": _("not worse"), "better": _("better")}
    equipment = [("", _("nothing")), *_named(starter.vocabulary().equipment)]
    return [
        Spec("pain_before_max", _("Pain before, at most"), "whole"),
        Spec("pain_during_max", _("Pain during the last 3 sessions, at most"), "whole"),
        Spec("pain_next_day_delta_max", _("Rise by the next day, at most"), "whole"),
        Spec("sessions_completed_min", _("Sessions done, at least"), "whole"),
        Spec("effort_max", _("Effort in the last 2 sessions, at most"), "whole"),
        Spec("leg_symptoms", _("Leg symptoms"), "choice", _plain(LEG_SYMPTOMS, legs, empty=_("any"))),
        Spec("equipment_confirmed", _("To be ticked as in place"), "choice", equipment),
        Spec("excluded_tags", _("Never with"), "words", tag_options()),
        Spec("practitioner_approval", _("Only on the practitioner's approval"), "flag"),
        Spec("seed_condition", _("The source's own words")),
    ]


def link_specs(others: Options) -> list[Spec]:
    return [
        Spec("name", _("Name")),
        Spec("text", _("How"), "area"),
        Spec("slug", _("Exercise"), "choice", [("", _("a way to do this one")), *others]),
    ]


def caution_specs() -> list[Spec]:
    levels = {"avoid": _("avoid"), "ask": _("ask the practitioner"), "adapt": _("adapt")}
    return [
        Spec("tag", _("For clients with"), "choice", tag_options()),
        Spec("level", _("What to do"), "choice", _plain(LEVELS, levels)),
        Spec("note", _("Note")),
    ]


def substitute_specs(others: Options) -> list[Spec]:
    return [
        Spec("tag", _("For clients with"), "choice", tag_options()),
        Spec("exercise", _("Give this instead"), "choice", [("", _("choose one")), *others]),
    ]


def tag_options() -> Options:
    return _named(starter.vocabulary().tags)
