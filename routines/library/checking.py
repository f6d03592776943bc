"""What the authoring checks say about a whole library. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from routines.authoring.checks import (
    Finding,
    exercise_findings,
    routine_findings,
    self_care_findings,
    text_findings,
)
from routines.authoring.texts import Text
from routines.content import Rule
from routines.library.whole import Library


def library_findings(library: Library) -> list[tuple[str, Finding]]:
    """Return every finding with what it is about, as in "exercise knee-squeezes", in the order of the files."""
    ladder = {slug: content.harder.slug if content.harder else None for slug, (content, _) in library.exercises.items()}
    found = [
        (f"exercise {slug}", finding)
        for slug, (_, document) in library.exercises.items()
        for finding in exercise_findings(document, vocabulary=library.vocabulary, ladder=ladder)
    ]
    found += [
        (f"self-care item {slug}", finding)
        for slug, (_, document) in library.self_care.items()
        for finding in self_care_findings(document)
    ]
    found += [
        (f"routine {slug}", finding)
        for slug, (_, document) in library.routines.items()
        for finding in routine_findings(document)
    ]
    found += [("rules", finding) for finding in text_findings(list(_rule_texts(library.global_rules)), "en-GB")]
    return found + [("safety", finding) for finding in text_findings(list(_safety_texts(library)), "en-GB")]


def _rule_texts(rules: tuple[Rule, ...]) -> Iterator[Text]:
    yield from ((rule.id, rule.client_text) for rule in rules if rule.client_text)


def _safety_texts(library: Library) -> Iterator[Text]:
    """A question is read, and graded, with its answers, one a line; so are the stop signs, which stand together."""
    for question in library.safety.questions:
        yield f"questions.{question.id}", "\n".join((question.ask, *question.items))
    yield "stop_signs", "\n".join(library.safety.stop_signs)
