"""The named checks of content: each finding says the field, what is the matter and what to do. Pure.

An error keeps an exercise from being published; a warning asks the author to look again. Whoever shows findings
passes the translation of the day; the import of the library and its tests pass none and read English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from routines.authoring import usual_doses, wording
from routines.authoring.readability import grade_of, sentences_of, words_of
from routines.authoring.texts import Document, Text, exercise_texts, mappings, routine_texts, self_care_texts
from routines.content import ContentError, ExerciseContent, Vocabulary, parse_exercise
from routines.timeline import Timeline
from routines.timeline import compile as compile_timeline

Level = Literal["error", "warning"]
Values = Mapping[str, object]
Hit = tuple[str, str, Values]  # path, sentence with placeholders, what stands in for them
Ladder = Mapping[str, str | None]  # slug of an exercise -> slug of its harder form

MOST_WORDS = 20  # in one sentence
MOST_STEPS = 5  # of one repetition, above which people lose the thread
MOST_GRADE = 6.0  # years of school
LEAST_WORDS = 10  # of a text that is graded by itself: below, one long word makes the grade
MOST_SECONDS = 15 * 60  # of one exercise


def gettext_noop(text: str) -> str:
    """Mark a text for translation; it is translated when findings are put in words."""
    return text


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says about one field. path is "" for the exercise as a whole."""

    check: str
    level: Level
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.level}: {self.path}: {self.message} ({self.check})"


@dataclass(frozen=True)
class Draft:
    """An exercise as it stands while it is written. ladder: the harder forms of the exercises beside it."""

    document: Document
    vocabulary: Vocabulary | None = None
    language: str = "en-GB"
    ladder: Ladder = field(default_factory=dict)

    @cached_property
    def read(self) -> ExerciseContent | ContentError:
        """The exercise, or why it cannot be read yet."""
        try:
            return parse_exercise(self.document, vocabulary=self.vocabulary)
        except ContentError as error:
            return error

    @property
    def content(self) -> ExerciseContent | None:
        return self.read if isinstance(self.read, ExerciseContent) else None

    @cached_property
    def timeline(self) -> Timeline | ContentError:
        """The timeline at the exercise's own dose, or why there is none."""
        if isinstance(self.read, ContentError):
            return self.read
        try:
            return compile_timeline(self.read)
        except ContentError as error:
            return error

    @cached_property
    def texts(self) -> list[Text]:
        return list(exercise_texts(self.document))


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, how serious its findings are, and what it finds."""

    name: str
    level: Level
    find: Callable[[Draft], Iterator[Hit]]


def findings(draft: Draft, *, gettext: Callable[[str], str] = str) -> list[Finding]:
    """Return everything that the checks say about an exercise: errors first, each in the order of CHECKS.

    What the strict reading refuses is reported under the name of the check that covers it, or as "field".
    """
    found = [
        Finding(check.name, check.level, path, gettext(sentence) % values)
        for check in CHECKS
        for path, sentence, values in check.find(draft)
    ]
    said = {each.path for each in found if each.level == "error"}
    if isinstance(draft.read, ContentError):
        found += [
            Finding("field", "error", problem.path, problem.message)
            for problem in draft.read.problems
            if problem.path not in said
        ]
    return sorted(found, key=lambda each: each.level != "error")


def text_findings(texts: Sequence[Text], language: str, *, gettext: Callable[[str], str] = str) -> list[Finding]:
    """Return what the checks of wording say about texts that belong to no exercise."""
    found: list[Finding] = []
    for name, level, find in _WORDING:
        found += [Finding(name, level, path, gettext(said) % values) for path, said, values in find(texts, language)]
    return found


def self_care_findings(document: Document, language: str = "en-GB") -> list[Finding]:
    """Return what the checks of wording say about a self-care item."""
    return text_findings(list(self_care_texts(document)), language)


def routine_findings(document: Document, language: str = "en-GB") -> list[Finding]:
    """Return what the checks of wording say about a routine."""
    return text_findings(list(routine_texts(document)), language)


# --- wording --------------------------------------------------------------------------------------------------


def _long_sentences(texts: Sequence[Text], language: str) -> Iterator[Hit]:
    said = gettext_noop("A sentence of %(count)d words: “%(start)s …” Split it; at most %(most)d are easy to follow.")
    for path, text in texts:
        for sentence in sentences_of(text):
            count = len(sentence.split())
            if count > MOST_WORDS:
                yield path, said, {"count": count, "start": " ".join(sentence.split()[:5]), "most": MOST_WORDS}


def _hard_texts(texts: Sequence[Text], language: str) -> Iterator[Hit]:
    said = gettext_noop(
        "Hard to read: %(formula)s grade %(grade).1f. Use shorter words and sentences, up to grade %(most)d."
    )
    whole = gettext_noop("The texts together are hard to read: %(formula)s grade %(grade).1f, at most %(most)d.")
    together = "\n".join(text for _path, text in texts)
    for path, text, sentence in [*((path, text, said) for path, text in texts), ("", together, whole)]:
        graded = grade_of(text, language) if len(words_of(text)) >= LEAST_WORDS else None
        if graded and graded[1] > MOST_GRADE:
            yield path, sentence, {"formula": graded[0], "grade": graded[1], "most": int(MOST_GRADE)}


def _claims(texts: Sequence[Text], language: str) -> Iterator[Hit]:
    said = gettext_noop("“%(word)s” promises too much, frightens or blames. Say “may”, “helps” or “eases”.")
    for path, text in texts:
        yield from ((path, said, {"word": word}) for word in wording.claims_in(text))


def _manners(texts: Sequence[Text], language: str) -> Iterator[Hit]:
    for path, text in texts:
        if wording.calls_people_patients(text):
            yield path, gettext_noop("People are clients here. Write “client”, “person” or “you”."), {}
        if wording.shouts(text):
            yield path, gettext_noop("An exclamation mark shouts. End the sentence with a full stop."), {}


_WORDING: tuple[tuple[str, Level, Callable[[Sequence[Text], str], Iterator[Hit]]], ...] = (
    ("claim", "error", _claims),
    ("manners", "warning", _manners),
    ("long-sentence", "warning", _long_sentences),
    ("reading-age", "warning", _hard_texts),
)


def _of_texts(find: Callable[[Sequence[Text], str], Iterator[Hit]]) -> Callable[[Draft], Iterator[Hit]]:
    return lambda draft: find(draft.texts, draft.language)


# --- the exercise itself --------------------------------------------------------------------------------------


def _steps(draft: Draft) -> Iterator[tuple[str, Document, Document]]:
    for index, segment in mappings(draft.document, "segments"):
        for place, step in mappings(segment, "steps"):
            yield f"segments[{index}].steps[{place}]", step, segment


def _breath_and_seconds(draft: Draft) -> Iterator[Hit]:
    for path, step, _segment in _steps(draft):
        if not step.get("breath"):
            yield f"{path}.breath", gettext_noop("The breath is missing. Choose in, out or as you like."), {}
        if step.get("seconds") in (None, ""):
            yield f"{path}.seconds", gettext_noop("The seconds are missing. Say how long this step takes."), {}


def _many_steps(draft: Draft) -> Iterator[Hit]:
    said = gettext_noop("%(count)d steps in one part; at most %(most)d are easy to keep in mind. Split the part.")
    for index, segment in mappings(draft.document, "segments"):
        count = len(list(mappings(segment, "steps")))
        if count > MOST_STEPS and not segment.get("gate"):
            yield f"segments[{index}].name", said, {"count": count, "most": MOST_STEPS}


def _harder_gate(draft: Draft) -> Iterator[Hit]:
    links = draft.document.get("variations")
    harder = links.get("harder") if isinstance(links, Mapping) else None
    if isinstance(harder, Mapping) and harder and not harder.get("gate"):
        said = gettext_noop("The harder form has no condition. Say when it may be tried, such as the pain before.")
        yield "variations.harder.gate", said, {}


def _sides(draft: Draft) -> Iterator[Hit]:
    sided = draft.document.get("sides") not in (None, "none")
    limbs = {step.get("limb") for _path, step, segment in _steps(draft) if segment.get("repeat") != "once"}
    if sided and not limbs & {"work", "other"}:
        yield "sides", gettext_noop("The exercise changes sides, but no step names the working side. Name it."), {}
    if not sided and limbs & {"work", "other"}:
        yield "sides", gettext_noop("A step names the working side, but the exercise has no sides. Choose them."), {}


_DOSE_FIELDS: Mapping[str, str] = {
    "hold_s": gettext_noop("A hold of %(value)s s is outside the usual %(range)s. Change it, or name a source."),
    "reps": gettext_noop("%(value)s repetitions are outside the usual %(range)s. Change them, or name a source."),
    "sets": gettext_noop("%(value)s sets are outside the usual %(range)s. Change them, or name a source."),
    "days_per_week": gettext_noop("%(value)s days a week are outside the usual %(range)s. Change, or name a source."),
}


def _usual_dose(draft: Draft) -> Iterator[Hit]:
    content = draft.content
    if content is None or content.dose_source:
        return
    for usual in usual_doses.outside(content.category, content.dose):
        shown = f"{usual.low}-{usual.high}" if usual.high else f"{usual.low}+"
        values = {"value": getattr(content.dose, usual.field), "range": shown}
        yield f"dose.{usual.field}", _DOSE_FIELDS[usual.field], values


def _caution_levels(draft: Draft) -> Iterator[Hit]:
    for index, entry in mappings(draft.document, "contraindications"):
        if not entry.get("level"):
            said = gettext_noop("The caution says not what to do. Choose avoid, ask or adapt.")
            yield f"contraindications[{index}].level", said, {}


def _alt_text(draft: Draft) -> Iterator[Hit]:
    for path, step, _segment in _steps(draft):
        pose = step.get("pose")
        if isinstance(pose, Mapping) and pose and not str(pose.get("note") or "").strip():
            yield f"{path}.pose", gettext_noop("The picture has no words. Describe it in a sentence under “note”."), {}


def _ladder_loop(draft: Draft) -> Iterator[Hit]:
    content = draft.content
    if content is None:
        return
    beside = {**draft.ladder, content.slug: content.harder.slug if content.harder else None}
    climbed = [content.slug]
    while (above := beside.get(climbed[-1])) is not None:
        climbed.append(above)
        if above in climbed[:-1]:
            if above == content.slug:
                said = gettext_noop("The harder forms lead back to this exercise: %(way)s. Break the circle.")
                yield "variations.harder.slug", said, {"way": " > ".join(climbed)}
            return


def _long_timeline(draft: Draft) -> Iterator[Hit]:
    if draft.content is None:
        return
    if isinstance(draft.timeline, ContentError):
        yield from ((problem.path, "%(said)s", {"said": problem.message}) for problem in draft.timeline.problems)
        return
    seconds = draft.timeline.seconds
    if seconds > MOST_SECONDS:
        said = gettext_noop("The exercise takes %(minutes)d minutes, more than %(most)d. Lower the dose, or split it.")
        yield "dose.sets", said, {"minutes": round(seconds / 60), "most": MOST_SECONDS // 60}


CHECKS: tuple[Check, ...] = (
    Check("breath-and-seconds", "error", _breath_and_seconds),
    Check("caution-level", "error", _caution_levels),
    Check("harder-gate", "error", _harder_gate),
    Check("ladder-loop", "error", _ladder_loop),
    *(Check(name, level, _of_texts(find)) for name, level, find in _WORDING),
    Check("many-steps", "warning", _many_steps),
    Check("sides", "warning", _sides),
    Check("usual-dose", "warning", _usual_dose),
    Check("alt-text", "warning", _alt_text),
    Check("long-timeline", "warning", _long_timeline),
)


def exercise_findings(
    document: Mapping[str, Any],
    *,
    vocabulary: Vocabulary | None = None,
    language: str = "en-GB",
    ladder: Ladder | None = None,
    gettext: Callable[[str], str] = str,
) -> list[Finding]:
    """Return the findings of one exercise; `findings` of a Draft made of these."""
    return findings(Draft(document, vocabulary, language, ladder or {}), gettext=gettext)
