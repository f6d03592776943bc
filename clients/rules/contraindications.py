"""What a client's tags do to a plan: refuse it, ask the practitioner, or adapt an exercise.

Source: clinical.md 2.1; exercises.yaml, conventions.contraindication_levels and global_blocks. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from routines.content import ExerciseContent

Level = Literal["block", "avoid", "ask", "adapt"]
Scope = Literal["client", "routine", "segment", "exercise", "approval"]

LEVELS: Final[tuple[Level, ...]] = ("block", "avoid", "ask", "adapt")  # most serious first

# exercises.yaml, conventions.global_blocks: nothing is started with these; only the second may be lifted.
GLOBAL_BLOCKS: Final[Mapping[str, Level]] = {"progressive_neuro": "block", "recent_fracture": "avoid"}

REASON_LIMIT: Final = 300  # characters; engineering bound
REASON_LEAST: Final = 5  # characters; "ok" is no reason; engineering bound


@dataclass(frozen=True, slots=True)
class Caution:
    """One tag of the client that speaks against something in the plan.

    level: block (no plan, or the part would never run), avoid (needs a reason), ask (needs a yes), adapt (a note).
    subject: slug of the exercise or routine, "" for the client. segment: key of the gated part, or "".
    instead: slug of the exercise that the library offers in its place, or None.
    """

    level: Level
    scope: Scope
    tag: str
    subject: str = ""
    segment: str = ""
    note: str = ""
    instead: str | None = None

    @property
    def key(self) -> str:
        """What an answer to this caution is kept under; the same in every form and version."""
        return ":".join(part for part in (self.scope, self.subject, self.segment, self.tag) if part)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the practitioner said to a caution: a yes, or a reason to go ahead all the same."""

    confirmed: bool = False
    reason: str = ""

    @property
    def gives_reason(self) -> bool:
        return len(self.reason.strip()) >= REASON_LEAST


NO_ANSWER: Final = Answer()


def for_client(tags: Collection[str]) -> tuple[Caution, ...]:
    """Tags with which no routine at all may be started."""
    return tuple(Caution(GLOBAL_BLOCKS[tag], "client", tag) for tag in GLOBAL_BLOCKS if tag in tags)


def for_routine(slug: str, not_for_tags: Iterable[str], tags: Collection[str]) -> tuple[Caution, ...]:
    """Tags for which the template as a whole is not meant. Those that block every routine are left to `for_client`."""
    return tuple(
        Caution("avoid", "routine", tag, slug) for tag in not_for_tags if tag in tags and tag not in GLOBAL_BLOCKS
    )


def for_exercise(
    content: ExerciseContent,
    tags: Collection[str],
    *,
    opted_in: Collection[str] = (),
    substitutions: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[Caution, ...]:
    """What the tags say to one exercise and to its switched-on parts, most serious first.

    opted_in: keys of the optional parts that the plan switches on. substitutions: tag -> exercise -> exercise.
    A part whose gate excludes a tag of the client is a block: the session would never offer it.
    """
    swaps = substitutions or {}
    found = [
        Caution(
            level=each.level,  # type: ignore[arg-type]  # avoid, ask or adapt: the content checks it
            scope="exercise",
            tag=each.tag,
            subject=content.slug,
            note=each.note or "",
            instead=swaps.get(each.tag, {}).get(content.slug),
        )
        for each in content.contraindications
        if each.tag in tags
    ]
    found += [
        Caution("block", "segment", tag, content.slug, segment=segment.key)
        for segment in content.segments
        if segment.key in opted_in and segment.gate is not None
        for tag in segment.gate.excluded_tags
        if tag in tags
    ]
    return tuple(sorted(found, key=lambda caution: LEVELS.index(caution.level)))


def approval_of(slug: str) -> Caution:
    """The question that a routine puts where its item is given only on the practitioner's approval."""
    return Caution("ask", "approval", "practitioner_approval", slug)


def is_settled(caution: Caution, answer: Answer = NO_ANSWER) -> bool:
    """Whether the plan may go ahead with this caution and this answer."""
    if caution.level == "block":
        return False
    if caution.level == "avoid":
        return answer.gives_reason
    return caution.level == "adapt" or answer.confirmed


def unsettled(cautions: Iterable[Caution], answers: Mapping[str, Answer]) -> tuple[Caution, ...]:
    """The cautions that still stand in the way, each key once, in the order given."""
    open_ones = {
        caution.key: caution for caution in cautions if not is_settled(caution, answers.get(caution.key, NO_ANSWER))
    }
    return tuple(open_ones.values())


def to_record(caution: Caution, answer: Answer = NO_ANSWER) -> dict[str, Any]:
    """What is kept with the plan: the caution and what was answered. Values of a JSON document."""
    return {
        "key": caution.key,
        "level": caution.level,
        "scope": caution.scope,
        "tag": caution.tag,
        "subject": caution.subject,
        "segment": caution.segment,
        "note": caution.note,
        "confirmed": answer.confirmed,
        "reason": answer.reason.strip()[:REASON_LIMIT],
    }


def answers_from(records: Iterable[Mapping[str, Any]]) -> dict[str, Answer]:
    """Read the answers of an earlier version of the plan, by key."""
    return {
        str(record["key"]): Answer(bool(record.get("confirmed")), str(record.get("reason") or "")) for record in records
    }
