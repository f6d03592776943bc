"""Self-care: comfort measures that are no exercise, and short articles to read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from routines.content.shapes import Contraindication
from routines.content.vocabulary import LEVELS
from routines.dose import MAX_SECONDS
from routines.reading import REQUIRED, ContentError, Fields, Problem

EVIDENCE = ("agrees", "plausible", "mixed", "tempered")
KINDS = ("measure", "article")
CATEGORY = "self_care"  # of the exercise that lets an item stand in a plan
MAX_WORDS = 300  # of one item, all that clients read taken together
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the text under its own heading."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doing:
    """How an item stands in a plan: about how many seconds it takes, what is needed, whom it may not suit.

    The seconds of a measure are the shortest that its text names; where it names none, they are the time to read it.
    """

    seconds: int
    equipment: tuple[str, ...]
    contraindications: tuple[Contraindication, ...]


@dataclass(frozen=True, slots=True)
class SelfCare:
    """A comfort measure or an article, with its cautions and how well it is supported.

    `how` is the short form that a session shows, `text` the whole of it. `evidence_words` say in plain words what
    `evidence` names.
    """

    slug: str
    kind: str
    name: str
    aim: str
    how: str
    text: tuple[Section, ...]
    evidence: str
    evidence_words: str | None
    cautions: tuple[str, ...]
    doing: Doing | None  # None: it cannot stand in a plan
    reviewed_on: date | None  # None: no physiotherapist has reviewed it yet
    reviewed_by: str | None
    origin: str | None


def parse_self_care(
    document: object, *, kind: str = "", tags: tuple[str, ...] | None = None, path: str = ""
) -> SelfCare:
    """Return the item of a plain document; raises ContentError.

    `kind` is for files that keep measures and articles apart; otherwise the document says it, and a measure need not.
    `tags` are the known contraindication tags, None for any.
    """
    problems: list[Problem] = []
    fields = Fields(document, path, problems)
    item = SelfCare(
        slug=fields.slug("slug"),
        kind=fields.choice("kind", KINDS, kind or "measure"),
        name=fields.text("name", longest=100),
        aim=fields.text("aim"),
        how=fields.text("how"),
        text=tuple(_read_section(inner) for inner in fields.mappings("text")),
        evidence=fields.choice("evidence", EVIDENCE),
        evidence_words=fields.text_or_none("evidence_words"),
        cautions=fields.texts("cautions"),
        doing=_read_doing(fields, tags),
        reviewed_on=_read_day(fields, "reviewed_on"),
        reviewed_by=fields.text_or_none("reviewed_by", longest=100),
        origin=fields.text_or_none("origin"),
    )
    fields.close()
    if kind and item.kind != kind:
        fields.problem("kind", f"is {item.kind!r} but stands among those of kind {kind}; move it or leave the kind out")
    if item.kind == "article" and not item.text:
        fields.problem("text", "is missing; an article has at least one section")
    if (item.reviewed_on is None) != (item.reviewed_by is None):
        fields.problem("reviewed_by", "and reviewed_on belong together; give both or neither")
    words = count_words(item)
    if words > MAX_WORDS:
        fields.problem("text", f"has {words} words with all that belongs to it; at most {MAX_WORDS} are accepted")
    if problems:
        raise ContentError(problems)
    return item


def _read_section(fields: Fields) -> Section:
    section = Section(fields.text("heading", longest=100), fields.texts("paragraphs", REQUIRED))
    fields.close()
    return section


def _read_doing(fields: Fields, tags: tuple[str, ...] | None) -> Doing | None:
    inner = fields.mapping_or_none("doing")
    if inner is None:
        return None
    doing = Doing(
        seconds=inner.whole("seconds", 5, MAX_SECONDS, unit="seconds"),
        equipment=inner.words("equipment"),
        contraindications=tuple(_read_contraindication(each, tags) for each in inner.mappings("contraindications")),
    )
    inner.close()
    return doing


def _read_contraindication(fields: Fields, tags: tuple[str, ...] | None) -> Contraindication:
    tag = fields.choice("tag", tags) if tags else fields.text("tag", longest=40)
    found = Contraindication(tag, fields.choice("level", LEVELS), fields.text_or_none("note"))
    fields.close()
    return found


def _read_day(fields: Fields, key: str) -> date | None:
    value = fields.text_or_none(key, longest=10)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        fields.problem(key, f"{value!r} is not a day; write it as 2026-05-31")
        return None


def texts_for_clients(item: SelfCare) -> Iterator[str]:
    """Yield every text of the item that clients read, in order."""
    yield from (item.name, item.aim, item.how)
    for section in item.text:
        yield section.heading
        yield from section.paragraphs
    if item.evidence_words:
        yield item.evidence_words
    yield from item.cautions


def count_words(item: SelfCare) -> int:
    """Return how many words clients read."""
    return sum(len(_WORD.findall(text)) for text in texts_for_clients(item))


def as_exercise(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the plain exercise by which an item stands in a routine and a plan; None for one that cannot.

    One step of `how`, timed, without breath or figure: its length, versions, cautions and counting are those of any
    exercise, so that the timeline stays the only place that knows how long a session takes.
    """
    item = parse_self_care(document)
    if item.doing is None:
        return None
    return {
        "slug": item.slug,
        "name": item.name,
        "category": CATEGORY,
        "aim": item.aim,
        "position": "as you like",
        "body_regions": ["lumbar"],
        "equipment": list(item.doing.equipment),
        "difficulty": 1,
        "sides": "none",
        "dose": {"mode": "time", "sets": 1, "reps": 1, "duration_s": item.doing.seconds},
        "segments": [
            {
                "key": "doing",
                "name": item.name,
                "repeat": "per_dose",
                "steps": [{"text": item.how, "phase": "move", "breath": "none", "seconds": item.doing.seconds}],
            }
        ],
        "precautions": list(item.cautions),
        "contraindications": [
            {"tag": entry.tag, "level": entry.level, **({"note": entry.note} if entry.note else {})}
            for entry in item.doing.contraindications
        ],
        "tags": [CATEGORY],
    }
