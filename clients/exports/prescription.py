"""A prescribed item made ready: what it says, how much of it, and its compiled timeline."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from clients.models import PrescribedItem
from clients.rules.bites import LONGEST_S, Bite, bites, place_of
from clients.rules.lanes import FULL, at_percent
from clients.rules.session import PrescribedWork, Work
from routines import timeline
from routines.content import ExerciseContent, Segment, parse_exercise
from routines.content.translation import SOURCE_LANGUAGE, client_texts, is_source, said, translated
from routines.dose import Dose, dose_words
from routines.library.starter import vocabulary
from routines.models import ExerciseTranslation
from routines.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Prescribed:
    """One item of a plan with everything that pages, the player and the count need.

    `foreign` is the language of its words where that is not the reader's, because no complete translation is there;
    empty otherwise. `note` is what the plan says about the item, in the reader's words where it was the routine's.
    """

    item: PrescribedItem
    content: ExerciseContent
    dose: Dose
    timeline: Timeline
    dose_words: str
    foreign: str
    note: str

    @property
    def title(self) -> str:
        return self.content.name

    @property
    def segments(self) -> list[Segment]:
        """The parts that this client does, in their order; parts that were not switched on are left out."""
        running = {phase.segment for phase in self.timeline.phases}
        return [segment for segment in self.content.segments if segment.key in running]


def prescribe(
    item: PrescribedItem,
    *,
    first_side: str,
    percent: int = FULL,
    translation: ExerciseTranslation | None = None,
    phrases: Mapping[str, str] = MappingProxyType({}),
) -> Prescribed:
    """Return the item compiled for a client at a percent of its dose (1 to 100), in the language in force.

    item.exercise_version must be loaded. translation is that of the version into this language; phrases are the
    routine's, by hash of the source text. first_side is the client's own wish, which the item may overrule. Raises
    routines.content.ContentError where a stored dose no longer suits the exercise, which saving a plan prevents.
    """
    side = first_side if item.first_side == PrescribedItem.Side.CLIENT else item.first_side
    return Prescribed(
        item,
        *_compiled(
            item.exercise_version.content_hash,
            _Document(item.exercise_version.document),
            json.dumps(item.dose, sort_keys=True),
            side,
            item.order,
            tuple(sorted(item.opted_in)),
            None if item.segments is None else tuple(item.segments),
            percent,
            get_language() or "",
            _Texts(translation.content_hash, translation.texts) if translation else None,
        ),
        note=said(item.note, phrases),
    )


def in_short_form(prescribed: Sequence[Prescribed], kept: Collection[str]) -> list[Prescribed]:
    """Return the exercises whose slugs the short form keeps; all of them where none is named or none is left."""
    return [entry for entry in prescribed if entry.content.slug in kept] or list(prescribed)


def in_a_session(prescribed: Iterable[Prescribed]) -> list[Prescribed]:
    """Return what every session holds: optional items left out, and the first of each group to choose from."""
    seen: set[str] = set()
    found = []
    for entry in prescribed:
        if entry.item.optional or entry.item.choice_group in seen:
            continue
        if entry.item.choice_group:
            seen.add(entry.item.choice_group)
        found.append(entry)
    return found


def plan_seconds(prescribed: Iterable[Prescribed]) -> float:
    """Return the seconds of a session, as in_a_session counts it."""
    return sum((entry.timeline.seconds for entry in in_a_session(prescribed)), 0.0)


def exercise_count(prescribed: Sequence[Prescribed]) -> int:
    """Return how many exercises a session holds, as in_a_session counts them; all where each one is optional."""
    return len(in_a_session(prescribed)) or len(prescribed)


def bites_of(prescribed: Sequence[Prescribed], minutes: int | None) -> tuple[list[Prescribed], tuple[Bite, ...]]:
    """Return what every session holds, as in_a_session, and its bites, which count places in it; none for a short one.

    minutes: of one bite at most, None where nobody chose.
    """
    entries = in_a_session(prescribed)
    parts = [(place_of(entry.content.position), entry.timeline.seconds) for entry in entries]
    return entries, bites(parts, longest_s=60 * minutes if minutes else LONGEST_S)


def in_bite(prescribed: Sequence[Prescribed], item: int, minutes: int | None) -> list[Prescribed]:
    """Return the bite that holds the prescribed item; everything where there are no bites or none holds it.

    Each exercise is in one bite: what is optional is in that of the exercise before it, and all of a group to choose
    from in that of its first. minutes: as bites_of.
    """
    entries, found = bites_of(prescribed, minutes)
    begins = {entries[bite.parts[0]].item.pk: number for number, bite in enumerate(found)}
    number = 0
    numbers: list[int] = []
    of_group: dict[str, int] = {}
    for entry in prescribed:
        number = begins.get(entry.item.pk, number)
        group = entry.item.choice_group
        numbers.append(of_group.setdefault(group, number) if group else number)
    wanted = {number for number, entry in zip(numbers, prescribed, strict=True) if entry.item.pk == item}
    return [entry for number, entry in zip(numbers, prescribed, strict=True) if not wanted or number in wanted]


def whole_minutes(seconds: float) -> int:
    """Return minutes for "about N minutes": rounded to the nearest, at least 1."""
    return max(1, round(seconds / 60))


def kit_of(prescribed: Iterable[Prescribed]) -> list[str]:
    """Return what the client needs, each thing once, in the order in which it is met."""
    return list(dict.fromkeys(thing for entry in prescribed for thing in entry.content.equipment))


def kit_name(thing: str) -> str:
    """Return a piece of equipment in the reader's words: "pillow or cushion"."""
    return gettext(vocabulary().equipment.get(thing, thing.replace("_", " ")))


def work_asked(entry: Prescribed) -> Work:
    """Return what one prescribed exercise asks for: its ungated units, and its seconds where it is timed."""
    timed = entry.dose.mode == "time" and entry.timeline.target_seconds
    return Work(
        units=entry.timeline.units,
        segments=frozenset(phase.segment for phase in entry.timeline.phases if phase.segment and not phase.gate),
        target_s=round(entry.timeline.target_seconds or 0) if timed else None,
    )


def all_work_asked(prescribed: Iterable[Prescribed]) -> list[PrescribedWork]:
    """Return what was prescribed as it is measured."""
    return [
        PrescribedWork(
            item=entry.item.pk,
            work=work_asked(entry),
            optional=entry.item.optional,
            choice_group=entry.item.choice_group,
        )
        for entry in prescribed
    ]


class _Document(dict[str, Any]):
    """A document as a cache argument: equal and hashed by identity of its content hash, which stands beside it."""

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none; the content hash beside it tells documents apart
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Document)


class _Texts:
    """The texts of a translation as a cache argument: the same hash is the same texts."""

    def __init__(self, content_hash: str, texts: dict[str, Any]) -> None:
        self.content_hash = content_hash
        self.texts = texts

    def __hash__(self) -> int:
        return hash(self.content_hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Texts) and other.content_hash == self.content_hash


@lru_cache(maxsize=2048)
def _compiled(
    content_hash: str,
    document: _Document,
    overrides: str,
    first_side: str,
    order: str,
    opted_in: tuple[str, ...],
    segments: tuple[str, ...] | None,
    percent: int,
    language: str,
    texts: _Texts | None,
) -> tuple[ExerciseContent, Dose, Timeline, str, str]:
    """Compile once per wording, dose and language; the content hash is the document's identity."""
    own = translated(document, client_texts("exercise", document), texts.texts) if texts else None
    content = parse_exercise(own or dict(document))
    foreign = "" if own or is_source(language) else SOURCE_LANGUAGE
    dose = content.dose.override(**json.loads(overrides))
    if percent < FULL:
        dose = dose.override(**at_percent(dose, percent))
    compiled = timeline.compile(
        content,
        dose,
        first_side=first_side,
        order=order,
        opted_in=frozenset(opted_in),
        segments=segments,
        gettext=gettext,
    )
    sides = content.sides if content.sides == "none" or order == "as_content" else order
    return content, dose, compiled, dose_words(dose, sides, gettext=gettext, ngettext=ngettext), foreign


@dataclass(frozen=True, slots=True)
class SetOfWork:
    """One set that counts or may count: what a set_done event tells when it was done in full."""

    segment: str
    number: int
    side: str
    units: int
    seconds: float
    gate: str | None


def sets_of(entry: Prescribed) -> list[SetOfWork]:
    """Return the sets of the exercise's repeated segments in the order in which they are done."""
    once = {segment.key for segment in entry.content.segments if segment.repeat == "once"}
    reps: dict[tuple[str, int, str], set[int]] = {}
    seconds: dict[tuple[str, int, str], float] = {}
    gates: dict[tuple[str, int, str], str | None] = {}
    for phase in entry.timeline.phases:
        if phase.segment is None or phase.step is None or phase.segment in once:
            continue
        key = (phase.segment, phase.set, phase.side)
        reps.setdefault(key, set()).add(phase.rep)
        seconds[key] = seconds.get(key, 0) + phase.seconds
        gates[key] = phase.gate
    return [SetOfWork(*key, units=len(done), seconds=seconds[key], gate=gates[key]) for key, done in reps.items()]
