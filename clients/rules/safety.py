"""The safety check: which questions are due, what the answers ask for, and what a device may tell of them.

A net, not a test: no score, no likelihood, no diagnosis. One yes of a level is enough for the level, and "not sure" is
a yes. Source: clinical.md 4.4; the questions and their levels are routines.yaml, safety.red_flags. Pure. The browser's
twin is clients/static/clients/safety/decide.js; tests/vectors/safety.json binds the two.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from clients.rules.events import instant_in, uuid_in
from routines.content.library_items import LEVELS, SafetyQuestion

NONE: Final = "none"  # "none of these", or a plain no
NOT_SURE: Final = "not_sure"
LOCKING: Final = frozenset({"emergency", "same_day"})  # levels that lock the plan, clinical.md 4.4
ASK_EVERY: Final = timedelta(weeks=4)  # clinical.md 4.4, "every 4 weeks"
PAIN_ASKS: Final = 8  # points before a session from which the questions come first, clinical.md 4.4
ANSWERS_FOR: Final = timedelta(hours=1)  # from the check to the session it was asked for; engineering bound
TRIGGERS: Final = ("onboarding", "four_weeks", "flare", "pain", "stop", "link")  # clinical.md 4.4, "ask at"
PLACES: Final = ("page", "player")

Answers = Mapping[str, Sequence[str]]  # id of a question -> what was ticked: "0", "1" ... by place, NONE, NOT_SURE


class CheckError(ValueError):
    """A check that cannot be read. `problems` maps a field to a sentence that says what to send instead."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in self.problems.items()))


@dataclass(frozen=True, slots=True)
class Decision:
    """What the answers ask for. level: the most serious yes, None for no yes. missing: ids of unanswered questions.

    is_final: nothing more need be asked. An emergency is final whatever else is unanswered; without one, an
    unanswered question never counts as a no.
    """

    level: str | None
    missing: tuple[str, ...]

    @property
    def is_final(self) -> bool:
        return not self.missing or self.level == LEVELS[0]

    @property
    def is_clear(self) -> bool:
        """Whether every question was answered with no."""
        return not self.missing and self.level is None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One check as a device sent it, with the device's clock and its offset. level is what the device decided."""

    id: uuid.UUID
    trigger: str
    place: str
    version: str
    session: uuid.UUID | None
    answers: dict[str, tuple[str, ...]]
    level: str | None
    at: datetime
    content_hash: str


def version_of(questions: Sequence[SafetyQuestion]) -> str:
    """Return a short name of this wording and grading; any change of a question gives another."""
    said = [[each.id, each.level, each.ask, list(each.items), each.only_for_tag] for each in questions]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()[:12]


def asked(questions: Iterable[SafetyQuestion], tags: Collection[str]) -> tuple[SafetyQuestion, ...]:
    """Return the questions for a client with these tags, in their order."""
    return tuple(each for each in questions if each.only_for_tag is None or each.only_for_tag in tags)


def is_yes(ticked: Sequence[str]) -> bool:
    """Whether one question was answered with a yes: a symptom or "not sure", whatever else was ticked beside it."""
    return any(each != NONE for each in ticked)


def decide(questions: Sequence[SafetyQuestion], answers: Answers) -> Decision:
    """Return what the answers to these questions ask for."""
    yes = {each.level for each in questions if is_yes(answers.get(each.id, ()))}
    return Decision(
        level=next((level for level in LEVELS if level in yes), None),
        missing=tuple(each.id for each in questions if not answers.get(each.id)),
    )


def more_serious(one: str | None, other: str | None) -> str | None:
    """Return the more serious of two levels; None is the least."""
    return next((level for level in LEVELS if level in (one, other)), None)


def locks(level: str | None) -> bool:
    """Whether no session may start until a practitioner has cleared it."""
    return level in LOCKING


def due(
    *,
    last_at: datetime | None,
    now: datetime,
    stopped_at: datetime | None = None,
    flare_at: datetime | None = None,
    strong_pain_at: datetime | None = None,
    pain_check_at: datetime | None = None,
) -> str | None:
    """Return why the questions come before the next session, one of TRIGGERS, or None.

    last_at: the latest finished check; the others: the latest "Stop", flare report and pain answer of PAIN_ASKS or
    more. pain_check_at: the latest check that was asked for because of such an answer; it speaks for an answer that
    arrives within ANSWERS_FOR of it, the ends excluded. All aware and by one clock; None means never.
    """
    if strong_pain_at and pain_check_at and abs(strong_pain_at - pain_check_at) < ANSWERS_FOR:
        strong_pain_at = None
    since = last_at or datetime.min.replace(tzinfo=UTC)
    for trigger, happened in (("stop", stopped_at), ("flare", flare_at), ("pain", strong_pain_at)):
        if happened is not None and happened > since:
            return trigger
    if last_at is None:
        return "onboarding"
    return "four_weeks" if now - last_at >= ASK_EVERY else None


def read_answers(questions: Sequence[SafetyQuestion], raw: Any, *, is_current: bool) -> dict[str, tuple[str, ...]]:
    """Return the answers of a document {question id: [what was ticked]}. Raises CheckError.

    is_current: the device asked these very questions, so that an answer to any other is a mistake. Answers to an
    older wording are kept as they came.
    """
    if not isinstance(raw, Mapping) or len(raw) > ANSWERS_LIMIT:
        raise CheckError({"answers": "Send a mapping from questions to lists of answers."})
    known = {each.id: {NONE, NOT_SURE, *map(str, range(len(each.symptoms)))} for each in questions}
    found: dict[str, tuple[str, ...]] = {}
    problems: dict[str, str] = {}
    for id_, ticked in raw.items():
        field = f"answers.{str(id_)[:40]}"
        if not isinstance(id_, str) or not _ID.fullmatch(id_) or (is_current and id_ not in known):
            problems[field] = "This is not a question of the check."
        elif not isinstance(ticked, list) or len(ticked) > ANSWERS_LIMIT:
            problems[field] = "Send a list of answers."
        elif not all(isinstance(each, str) and _TICK.fullmatch(each) for each in ticked) or (
            is_current and not set(ticked) <= known[id_]
        ):
            problems[field] = f"Send the place of a symptom such as 0, {NONE} or {NOT_SURE}."
        else:
            found[id_] = tuple(dict.fromkeys(ticked))
    if problems:
        raise CheckError(problems)
    return found


ANSWERS_LIMIT: Final = 50  # engineering bound; the library asks nine questions
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TICK = re.compile(rf"\d{{1,2}}|{NONE}|{NOT_SURE}")
_VERSION = re.compile(r"[0-9a-f]{12}")
_FIELDS: Final = frozenset({"id", "trigger", "place", "version", "session", "answers", "level", "at"})


def read_check(questions: Sequence[SafetyQuestion], raw: Any) -> CheckIn:
    """Return the check of a JSON document. Raises CheckError naming each wrong field.

    Fields: id (UUID), trigger (TRIGGERS), place (PLACES), version, session (UUID or null), answers
    {question: [ticked]}, level (LEVELS or null), at (ISO 8601 with an offset).
    """
    if not isinstance(raw, dict):
        raise CheckError({"check": "Send each check as an object."})
    problems = {str(name)[:40]: "This field is not known." for name in raw.keys() - _FIELDS}
    id_ = uuid_in(raw, "id", problems)
    session = None if raw.get("session") is None else uuid_in(raw, "session", problems)
    at = instant_in(raw.get("at"), problems)
    for field, choices in (("trigger", TRIGGERS), ("place", PLACES), ("level", (*LEVELS, None))):
        if raw.get(field) not in choices:
            problems[field] = f"Choose one of {', '.join(str(each) for each in choices)}."
    version = raw.get("version")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        problems["version"] = "Send the version that stands beside the questions."
    answers: dict[str, tuple[str, ...]] = {}
    try:
        answers = read_answers(questions, raw.get("answers"), is_current=version == version_of(questions))
    except CheckError as error:
        problems |= error.problems
    if problems or id_ is None or at is None:
        raise CheckError(problems)
    content = {name: raw.get(name) for name in sorted(_FIELDS - {"id"})}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
    return CheckIn(id_, raw["trigger"], raw["place"], str(version), session, answers, raw.get("level"), at, digest)
