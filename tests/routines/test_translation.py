"""Content in other languages, as plain documents."""

import copy
import re
from typing import Any

import pytest

from routines.content import ContentError, parse_exercise
from routines.content import translation as content
from routines.library import starter
from routines.library.translations import PARTS, LibraryTranslation
from routines.services.translations import languages

SQUEEZES = starter.library().exercises["knee-squeezes"][1]
SOURCE = content.client_texts("exercise", SQUEEZES)
PAIRS = starter.translations()[0].texts("exercises")["knee-squeezes"]


def german() -> dict[str, dict[str, str]]:
    return content.from_pairs(SOURCE, PAIRS)


def test_only_what_clients_read_is_translated() -> None:
    assert SOURCE["name"] == "Knee squeezes"
    assert SOURCE["segments[1].steps[0].text"] == "Breathe out and draw one knee towards your chest."
    assert SOURCE["variations.easier.name"] == "Single knee only, hand behind thigh"
    assert not [path for path in SOURCE if "pose" in path or "origin" in path or "contraindications" in path]


def test_a_complete_translation_changes_words_and_nothing_else() -> None:
    whole = content.translated(SQUEEZES, SOURCE, german())
    assert whole is not None
    assert whole["name"] == "Knie zur Brust"
    before, after = parse_exercise(SQUEEZES), parse_exercise(whole)
    assert after.dose == before.dose
    assert [len(segment.steps) for segment in after.segments] == [len(segment.steps) for segment in before.segments]
    assert [step.seconds for segment in after.segments for step in segment.steps] == [
        step.seconds for segment in before.segments for step in segment.steps
    ]
    again = {path: {"of": content.hash_of_text(text), "text": text} for path, text in SOURCE.items()}
    assert content.translated(whole, SOURCE, again) == SQUEEZES


def test_one_text_that_is_missing_or_stale_keeps_the_whole_in_the_source_language() -> None:
    missing = german()
    del missing["aim"]
    assert content.coverage(SOURCE, missing).missing == ("aim",)
    assert content.translated(SQUEEZES, SOURCE, missing) is None
    changed = {**SOURCE, "aim": "Another aim."}
    assert content.coverage(changed, german()).stale == ("aim",)
    assert content.translated(SQUEEZES, changed, german()) is None


def test_words_follow_their_text_to_a_newer_version_wherever_it_went() -> None:
    newer: dict[str, Any] = copy.deepcopy(SQUEEZES)
    newer["segments"][1]["steps"].insert(
        0, {"text": "A step that is new.", "phase": "move", "breath": "in", "seconds": 2}
    )
    newer["aim"] = "Another aim."
    source = content.client_texts("exercise", newer)
    kept = content.carried(source, german())
    found = content.coverage(source, kept)
    assert kept["segments[1].steps[1].text"]["text"] == PAIRS["Breathe out and draw one knee towards your chest."]
    # The new step stands where another stood: the old words are shown to editors as stale, never to clients.
    assert set(found.stale) == {"aim", "segments[1].steps[0].text"}
    assert found.missing == ()


def test_a_file_that_translates_a_text_which_is_gone_is_refused_by_name() -> None:
    with pytest.raises(ContentError, match="Bend over: no text of the content says this"):
        content.from_pairs(SOURCE, {"Bend over": "Beugen Sie sich vor"})


@pytest.mark.parametrize(
    ("words", "why"),
    [
        pytest.param("  ", "is empty", id="blank"),
        pytest.param("x" * 501, "has 501 characters", id="too long"),
        pytest.param("a\x07", "control characters", id="control characters"),
        pytest.param(None, "is empty", id="nothing"),
    ],
)
def test_words_that_cannot_be_stored_are_refused_with_the_reason(words: object, why: str) -> None:
    assert why in content.problem_of(words)


def shipped(kind: str, part: str) -> dict[str, dict[str, str]]:
    """Every text of the library that clients read, by slug and path."""
    library = starter.library()
    found: dict[str, Any] = {
        "exercises": library.exercises,
        "routines": library.routines,
        "self_care": {**library.self_care, **library.articles},
    }[part]
    return {slug: content.client_texts(kind, document) for slug, (_, document) in found.items()}


@pytest.mark.parametrize(
    ("kind", "part"), [("exercise", "exercises"), ("routine", "routines"), ("self_care", "self_care")]
)
@pytest.mark.parametrize("translation", starter.translations(), ids=lambda each: each.language)
def test_nothing_of_the_shipped_library_waits_for_its_translation(
    translation: LibraryTranslation, kind: str, part: str
) -> None:
    library = shipped(kind, part)
    waiting = {}
    for slug, source in library.items():
        found = content.coverage(source, content.from_pairs(source, translation.texts(part).get(slug, {})))
        waiting[slug] = [source[path] for path in (*found.missing, *found.stale)]
    assert {slug: texts for slug, texts in waiting.items() if texts} == {}
    assert set(translation.texts(part)) == set(library)


@pytest.mark.parametrize("translation", starter.translations(), ids=lambda each: each.language)
def test_a_shipped_translation_says_the_numbers_of_its_source(translation: LibraryTranslation) -> None:
    pairs = [pair for part in PARTS for texts in translation.texts(part).values() for pair in texts.items()]
    assert [pair for pair in pairs if numbers(pair[0]) != numbers(pair[1])] == []


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:,\d+)?", re.sub(r"(\d)\.(\d)", r"\1,\2", text)))


def test_a_language_that_clients_may_choose_ships_with_the_library() -> None:
    assert {translation.language for translation in starter.translations()} == set(languages())
