"""The safety texts that stand beside the routines. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from routines.reading import REQUIRED, ContentError, Fields, Problem

LEVELS = ("emergency", "same_day", "soon")  # most serious first
WAYS_TO_SAY_NO = ("none of these", "no")  # the last answer of every question


@dataclass(frozen=True, slots=True)
class PainModel:
    """Edges of the pain zones, 0-10, both ends included in their zone; rises in points."""

    green_max: int
    amber_max: int
    rise_stop: int
    next_day_ok_delta: int
    next_day_reduce_delta: int


@dataclass(frozen=True, slots=True)
class SafetyQuestion:
    """One red-flag question: what is asked, the answers, and how urgent any of them but the last is."""

    id: str
    level: str
    ask: str
    items: tuple[str, ...]
    only_for_tag: str | None
    advice: str | None
    qualifier: str | None

    @property
    def symptoms(self) -> tuple[str, ...]:
        """The answers that count as yes, one symptom each; ("yes",) for a plain question."""
        return self.items[:-1]


@dataclass(frozen=True, slots=True)
class CareAction:
    """What follows from a yes of one level, as written by the owner of the content."""

    show: tuple[str, ...]
    then: tuple[str, ...]
    must_state: str


@dataclass(frozen=True, slots=True)
class Safety:
    """The safety net of the library; fixed instructions, never a diagnosis. `actions` has every level of LEVELS."""

    pain: PainModel
    stop_signs: tuple[str, ...]
    ask_at: tuple[str, ...]
    questions: tuple[SafetyQuestion, ...]
    actions: Mapping[str, CareAction]


def parse_safety(document: object, *, path: str = "safety") -> Safety:
    """Return the safety texts of a plain document; raises ContentError.

    Notes for the people who write the content (status, zones in words, wording) are accepted and not returned.
    """
    problems: list[Problem] = []
    fields = Fields(document, path, problems)
    fields.text("status")
    pain = _read_pain(fields.mapping("pain_model"))
    flags = fields.mapping("red_flags")
    actions = flags.mapping("actions")
    safety = Safety(
        pain=pain,
        stop_signs=fields.texts("stop_signs"),
        ask_at=flags.texts("ask_at"),
        questions=tuple(_read_question(inner) for inner in flags.mappings("questions")),
        actions={level: _read_action(actions.mapping(level)) for level in LEVELS},
    )
    actions.close()
    flags.text_or_none("wording")
    flags.close()
    fields.close()
    ids = [question.id for question in safety.questions]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            flags.problem(f"questions[{index}].id", f"{name!r} is asked twice; keep one")
    for level in LEVELS:
        if level not in {question.level for question in safety.questions}:
            flags.problem("questions", f"none has the level {level}")
    if problems:
        raise ContentError(problems)
    return safety


def _read_pain(fields: Fields) -> PainModel:
    for note in ("scale", "when_asked", "zones", "do_not"):
        fields.raw(note, None)
    settings = fields.mapping("settings")
    settings.text_or_none("client_override")
    pain = PainModel(
        green_max=settings.whole("green_max", 0, 10),
        amber_max=settings.whole("amber_max", 0, 10),
        rise_stop=settings.whole("rise_stop", 1, 10),
        next_day_ok_delta=settings.whole("next_day_ok_delta", 0, 10),
        next_day_reduce_delta=settings.whole("next_day_reduce_delta", 1, 10),
    )
    settings.close()
    fields.close()
    if pain.green_max >= pain.amber_max:
        settings.problem("amber_max", f"must lie above green_max ({pain.green_max})")
    return pain


def _read_action(fields: Fields) -> CareAction:
    action = CareAction(
        show=fields.texts("show", REQUIRED), then=fields.texts("then", REQUIRED), must_state=fields.text("must_state")
    )
    fields.close()
    return action


def _read_question(fields: Fields) -> SafetyQuestion:
    fields.text_or_none("never_show")
    any_yes = fields.choice("any_yes", LEVELS)
    question = SafetyQuestion(
        id=fields.text("id", longest=40),
        level=fields.choice("level", LEVELS),
        ask=fields.text("ask"),
        items=fields.texts("items"),
        only_for_tag=fields.text_or_none("only_for_tag", longest=40),
        advice=fields.text_or_none("advice"),
        qualifier=fields.text_or_none("qualifier"),
    )
    fields.close()
    if any_yes != question.level:
        fields.problem("any_yes", f"must be the question's own level ({question.level}): one yes is enough")
    if len(question.items) < 2 or question.items[-1] not in WAYS_TO_SAY_NO:
        fields.problem("items", f"needs two answers or more, the last of them one of: {', '.join(WAYS_TO_SAY_NO)}")
    if len(set(question.items)) != len(question.items):
        fields.problem("items", "has an answer twice; keep one")
    return question
