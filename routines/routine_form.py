"""What an author fills in about a routine: its words and schedule, and each of its exercises."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routines.content import ContentError, ExerciseContent, Segment
from routines.content.routine import WEEKDAYS
from routines.document_form import Document, Input, Spec, id_of, indexes, inputs_of, read
from routines.dose import dose_words
from routines.exercise_specs import Options, gate_specs, tag_options
from routines.models import ExerciseVersion
from routines.remarks import Remark, remarks_on_number
from routines.timeline import compile as compile_timeline

Errors = Mapping[str, Sequence[str]]
Versions = Mapping[str, ExerciseVersion]  # by the slug of the exercise

AMOUNTS = ("sets", "reps", "hold_s", "duration_s", "rest_s", "load_kg", "tempo")
OWN_KEYS = ("goal", "who_for", "schedule", "not_for_tags", "requires_practitioner", "self_care", "next", "completion")
NEW: Document = {
    "schedule": {"sessions_per_day": 1, "days_per_week": 5, "weeks": 4},
    "completion": {"weeks": 4},
    "items": [],
}


def word_specs() -> list[Spec]:
    return [
        Spec("name", _("Name")),
        Spec("goal", _("What it is for"), "area", hint=_("One sentence that a client may read.")),
        Spec("who_for", _("For whom"), "lines", hint=_("One a line.")),
    ]


def schedule_specs() -> list[Spec]:
    days = {
        "mon": _("Monday"), "tue": _("Tuesday"), "wed": _("Wednesday"), "thu": _("Thursday"), "fri": _("Friday"),
        "sat": _("Saturday"), "sun": _("Sunday"),
    }  # fmt: skip
    kinds = [
        ("", _("As the days below say")),
        ("weekdays", _("On fixed days")),
        ("per_week", _("On any days of the week")),
        ("walk", _("A walking goal")),
        ("breaks", _("Breaks through the day")),
    ]
    return [
        Spec("kind", _("Days"), "choice", kinds),
        Spec("sessions_per_day", _("Times a day"), "whole"),
        Spec("days_per_week", _("Days a week"), "whole"),
        Spec("weeks", _("Weeks"), "whole"),
        Spec("flexible", _("Days may be moved"), "choice", [("yes", _("yes")), ("no", _("no"))]),
        Spec("pick_per_session", _("Exercises of one session"), "whole", hint=_("Empty: all of them.")),
        Spec("bite_min", _("Minutes at a time"), "whole", hint=_("Empty: in one go.")),
        Spec("every_minutes", _("Every so many minutes"), "pair", hint=_("Such as 30-60, for breaks.")),
        Spec("window", _("Between two times"), "lines", hint=_("One a line: 09:00, 17:30.")),
        Spec("anchors", _("Moments of the day"), "lines", hint=_("One a line, such as: after breakfast.")),
        Spec("weekdays", _("Fixed days"), "words", [(day, days[day]) for day in WEEKDAYS]),
    ]


def limit_specs(self_care: Options, others: Options) -> list[Spec]:
    return [
        Spec("requires_practitioner", _("Only given after seeing the client"), "flag"),
        Spec("not_for_tags", _("Not meant for clients with"), "words", tag_options()),
        Spec("self_care", _("Self-care beside it"), "words", self_care),
        Spec("next", _("What may follow"), "words", others),
    ]


def completion_specs() -> list[Spec]:
    return [
        Spec("weeks", _("Done after, weeks"), "whole"),
        Spec("review", _("What is looked at then"), "area"),
    ]


def own_parts(content: ExerciseContent) -> list[Segment]:
    """Return the parts that can be taken out of an exercise: neither done once nor switched on for a client."""
    return [part for part in content.segments if part.repeat != "once" and not part.is_opt_in]


def shown_amounts(content: ExerciseContent) -> list[str]:
    """Return the fields of a dose that mean something for this exercise."""
    holds = content.dose.hold_s or any(step.phase == "hold" for part in content.segments for step in part.steps)
    left_out = {"reps", "hold_s", "tempo"} if content.dose.mode == "time" else {"duration_s"}
    if not holds:
        left_out |= {"hold_s"}
    if content.dose.load_kg is None:
        left_out |= {"load_kg"}
    if content.dose.tempo is None:
        left_out |= {"tempo"}
    return [name for name in AMOUNTS if name not in left_out]


def amount_specs(content: ExerciseContent) -> list[Spec]:
    """Return the fields of a dose; empty ones leave the exercise's own, which is said beside them."""
    labels = {
        "sets": _("Sets"),
        "reps": _("Repetitions"),
        "hold_s": _("Hold, seconds"),
        "duration_s": _("Keep going, seconds"),
        "rest_s": _("Rest, seconds"),
        "load_kg": _("Weight, kg"),
        "tempo": _("Pace"),
    }
    kinds: dict[str, Any] = {"load_kg": "number", "tempo": "text"}
    found = []
    for name in shown_amounts(content):
        own = getattr(content.dose, name)
        hint = _("Usually %(value)s") % {"value": f"{own:g}" if isinstance(own, int | float) else own or "0"}
        found.append(Spec(name, labels[name], kinds.get(name, "whole"), hint=hint))
    return found


def count_specs(content: ExerciseContent) -> list[Spec]:
    """Return one field for each part that is done a number of times of its own."""
    return [
        Spec(part.key, _("Times: %(part)s") % {"part": part.name}, "whole", hint=_usually(part.reps or 1))
        for part in content.segments
        if part.repeat == "fixed"
    ]


def _usually(value: int) -> str:
    return _("Usually %(value)s") % {"value": value}


def item_specs(content: ExerciseContent) -> list[Spec]:
    specs = [Spec("note", _("Note for the client"))]
    parts = own_parts(content)
    extras = [(part.key, part.name) for part in content.segments if part.is_opt_in]
    if len(parts) > 1:
        specs.append(Spec("segments", _("Parts"), "words", [(part.key, part.name) for part in parts]))
    if extras:
        specs.append(Spec("optional_segments", _("May be switched on for a client"), "words", extras))
    return [
        *specs,
        Spec("optional", _("The client may leave it out"), "flag"),
        Spec("choice_group", _("Choice"), hint=_("Exercises with the same word here stand for each other.")),
    ]


@dataclass
class ItemPart:
    """One exercise of the page. version: None where it is not found any more; seconds: 0 where it does not compile."""

    path: str
    slug: str
    version: ExerciseVersion | None
    amounts: list[Input]
    details: list[Input]
    gate: list[Input]
    has_gate: bool
    more: str  # what its dose says beside the fields, as JSON
    is_first: bool
    is_last: bool
    optional: bool
    choice_group: str
    seconds: int = 0
    words: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return id_of(self.path)

    @property
    def name(self) -> str:
        return self.version.content.name if self.version else self.slug

    @property
    def inputs(self) -> list[Input]:
        return [*self.amounts, *self.details, *self.gate]


@dataclass
class RoutinePage:
    """A document laid out for the editor. others: errors that belong to no field."""

    words: list[Input]
    schedule: list[Input]
    limits: list[Input]
    completion: list[Input]
    items: list[ItemPart]
    others: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> int:
        """What one session takes: every exercise but the optional ones, one of each choice."""
        total, groups = 0, set()
        for item in self.items:
            if item.optional or (item.choice_group and item.choice_group in groups):
                continue
            groups.add(item.choice_group)
            total += item.seconds
        return total

    @property
    def minutes(self) -> int:
        return max(1, round(self.seconds / 60))

    @property
    def kit(self) -> list[str]:
        """What is needed, each thing once."""
        things = (thing for item in self.items if item.version for thing in item.version.content.equipment)
        return list(dict.fromkeys(things))

    @property
    def remarks(self) -> list[Remark]:
        return remarks_on_number((item.optional, item.choice_group) for item in self.items)

    @property
    def inputs(self) -> list[Input]:
        own = [*self.words, *self.schedule, *self.limits, *self.completion]
        return [*own, *(each for item in self.items for each in item.inputs)]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Everything that is wrong as (id of the field, sentence), in the order of the page."""
        found = [("", text) for text in self.others]
        found += [(item.id, f"{item.name}: {text}") for item in self.items for text in item.errors]
        return found + [(each.id, f"{each.spec.label}: {text}") for each in self.inputs for text in each.errors]


def page_of(
    document: Document, versions: Versions, errors: Errors, *, self_care: Options, others: Options
) -> RoutinePage:
    """Return the document as inputs, each with its errors. others: slugs and names of routines that may follow."""
    schedule = document.get("schedule")
    known = schedule if isinstance(schedule, Mapping) else {}
    shown = {**known, "flexible": "no" if known.get("flexible") is False else "yes"}
    entries = document.get("items")
    items = [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
    page = RoutinePage(
        words=inputs_of(document, word_specs(), "", errors),
        schedule=inputs_of(shown, schedule_specs(), "schedule", errors),
        limits=inputs_of(document, limit_specs(self_care, others), "", errors),
        completion=inputs_of(document.get("completion"), completion_specs(), "completion", errors),
        items=[_item(entry, index, len(items), versions, errors) for index, entry in enumerate(items)],
    )
    _place_other_errors(page, errors)
    return page


def _place_other_errors(page: RoutinePage, errors: Errors) -> None:
    """Put errors that no field shows on top of their exercise, or of the page."""
    shown = {text for each in page.inputs for text in each.errors}
    for path, texts in errors.items():
        item = next((item for item in page.items if path.startswith(item.path)), None)
        for text in texts:
            if text not in shown:
                (item.errors if item else page.others).append(text if item or not path else f"{path}: {text}")


def _item(entry: Mapping[str, Any], index: int, count: int, versions: Versions, errors: Errors) -> ItemPart:
    path = f"items[{index}]"
    slug = str(entry.get("exercise") or "")
    version = versions.get(slug)
    dose = entry.get("dose")
    given = dict(dose) if isinstance(dose, Mapping) else {}
    part = ItemPart(
        path=path, slug=slug, version=version, amounts=[], details=[], gate=[], has_gate=bool(entry.get("gate")),
        more="", is_first=index == 0, is_last=index == count - 1, optional=entry.get("optional") is True,
        choice_group=str(entry.get("choice_group") or ""),
    )  # fmt: skip
    if version is None:
        part.errors.append(_("This exercise is not offered any more. Take it out."))
        return part
    content = version.content
    shown = dict(entry)
    if entry.get("segments") is None:
        shown["segments"] = [each.key for each in own_parts(content)]
    part.amounts = inputs_of(given, amount_specs(content), f"{path}.dose", errors)
    part.amounts += inputs_of(given.get("segment_reps"), count_specs(content), f"{path}.dose.segment_reps", errors)
    part.details = inputs_of(shown, item_specs(content), path, errors)
    part.gate = inputs_of(entry.get("gate"), gate_specs(), f"{path}.gate", errors)
    typed = {*shown_amounts(content), "segment_reps"}
    more = {key: value for key, value in given.items() if key not in typed}
    part.more = inputs_of({"more": more}, [Spec("more", "", "data")], path, {})[0].value if more else ""
    _measure(part, content, given, entry)
    return part


def _measure(part: ItemPart, content: ExerciseContent, dose: Document, entry: Mapping[str, Any]) -> None:
    """Set how long the exercise takes and its dose in words, as far as it compiles."""
    segments = entry.get("segments")
    try:
        given = content.dose.override(**dose)
        timeline = compile_timeline(content, given, segments=tuple(segments) if isinstance(segments, list) else None)
    except (ContentError, TypeError):
        return  # what is wrong is said when the routine is checked as a whole
    part.seconds = round(timeline.seconds)
    part.words = dose_words(given, content.sides, gettext=_, ngettext=ngettext)


def document_of(
    names: Sequence[str],
    values: Callable[[str], Sequence[str]],
    versions_of: Callable[[Iterable[str]], Versions],
    *,
    self_care: Options,
    others: Options,
) -> tuple[Document, Versions]:
    """Return the document that was typed, right or wrong, and the exercises that it names."""
    document = read([*word_specs(), *limit_specs(self_care, others)], values, "")
    schedule = read(schedule_specs(), values, "schedule")
    if schedule.pop("flexible", "yes") == "no":
        schedule["flexible"] = False
    document["schedule"] = schedule
    document["completion"] = read(completion_specs(), values, "completion")
    places = indexes(names, "items")
    slugs = {place: (values(f"items[{place}].exercise") or [""])[0] for place in places}
    versions = versions_of(set(slugs.values()))
    document["items"] = [_read_item(f"items[{place}]", slugs[place], versions, values) for place in places]
    return document, versions


def _read_item(path: str, slug: str, versions: Versions, values: Callable[[str], Sequence[str]]) -> Document:
    item: Document = {"exercise": slug}
    version = versions.get(slug)
    if version is None:
        return item
    content = version.content
    item |= read(item_specs(content), values, path)
    parts = own_parts(content)
    chosen = item.pop("segments", None)
    if len(parts) > 1 and chosen is not None and len(chosen) < len(parts):
        item["segments"] = [part.key for part in content.segments if part.repeat == "once" or part.key in chosen]
    more = read([Spec("more", "", "data")], values, path).get("more")
    dose = dict(more) if isinstance(more, dict) else {}
    dose |= read(amount_specs(content), values, f"{path}.dose")
    counts = read(count_specs(content), values, f"{path}.dose.segment_reps")
    if counts:
        dose["segment_reps"] = counts
    if dose:
        item["dose"] = dose
    gate = read(gate_specs(), values, f"{path}.gate")
    if gate:
        item["gate"] = gate
    return item
