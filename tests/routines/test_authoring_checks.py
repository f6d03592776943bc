"""The checks while authoring: each finds its own fault, names the field and says what to do."""

import copy
from typing import Any

import pytest

from routines.authoring.checks import CHECKS, Finding, exercise_findings
from routines.authoring.readability import english_syllables, german_syllables, grade_of
from routines.authoring.texts import exercise_texts
from routines.authoring.wording import claims_in
from routines.library import starter
from routines.library.checking import library_findings
from tests.routines.conftest import document_of

HARD = (
    "Posterior musculature necessitates considerable proprioceptive differentiation beforehand, "
    "notwithstanding accumulated fatigue."
)


def found_in(document: dict[str, Any], **options: Any) -> list[Finding]:
    return exercise_findings(document, vocabulary=starter.vocabulary(), **options)


def changed(slug: str, *path: Any, value: Any) -> dict[str, Any]:
    """A copy of a packaged exercise with one value put in place; None takes it away."""
    document = copy.deepcopy(document_of(slug))
    here: Any = document
    for key in path[:-1]:
        here = here[key]
    if value is None:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return document


def test_the_shipped_library_passes_every_check() -> None:
    library = starter.library()
    assert (len(library.exercises), len(library.routines)) == (61, 10)
    assert [f"{what}: {finding}" for what, finding in library_findings(library)] == []


@pytest.mark.parametrize(
    ("check", "level", "document", "field"),
    FAULTS := [
        pytest.param(
            "breath-and-seconds",
            "error",
            changed("heel-slide", "segments", 1, "steps", 0, "breath", value=None),
            "segments[1].steps[0].breath",
            id="no breath",
        ),
        pytest.param(
            "breath-and-seconds",
            "error",
            changed("heel-slide", "segments", 1, "steps", 0, "seconds", value=None),
            "segments[1].steps[0].seconds",
            id="no seconds",
        ),
        pytest.param(
            "caution-level",
            "error",
            changed("heel-slide", "contraindications", value=[{"tag": "pregnancy"}]),
            "contraindications[0].level",
            id="a caution without a level",
        ),
        pytest.param(
            "harder-gate",
            "error",
            changed("heel-slide", "variations", "harder", "gate", value=None),
            "variations.harder.gate",
            id="a harder form without a gate",
        ),
        pytest.param("claim", "error", changed("heel-slide", "aim", value="Cures your back."), "aim", id="a promise"),
        pytest.param(
            "claim",
            "error",
            changed("heel-slide", "focus_points", value=["Your back is fine.", "This is the only way."]),
            "focus_points[1]",
            id="a promise in a list",
        ),
        pytest.param("manners", "warning", changed("heel-slide", "aim", value="Well done!"), "aim", id="a shout"),
        pytest.param(
            "manners", "warning", changed("heel-slide", "aim", value="Helps a patient."), "aim", id="a patient"
        ),
        pytest.param(
            "long-sentence",
            "warning",
            changed("heel-slide", "segments", 1, "steps", 0, "text", value="slide " * 21),
            "segments[1].steps[0].text",
            id="a sentence of 21 words",
        ),
        pytest.param("reading-age", "warning", changed("heel-slide", "aim", value=HARD), "aim", id="hard words"),
        pytest.param(
            "many-steps",
            "warning",
            changed("heel-slide", "segments", 0, "steps", value=document_of("heel-slide")["segments"][0]["steps"] * 6),
            "segments[0].name",
            id="six steps in a part",
        ),
        pytest.param(
            "sides", "warning", changed("heel-slide", "sides", value="none"), "sides", id="a limb and no side"
        ),
        pytest.param(
            "sides", "warning", changed("pelvic-clock", "sides", value="each"), "sides", id="sides and no limb"
        ),
        pytest.param(
            "usual-dose",
            "warning",
            changed("glute-bridge", "dose_source", value=None),
            "dose.days_per_week",
            id="strength on more days than usual",
        ),
        pytest.param(
            "usual-dose",
            "warning",
            changed("band-row", "dose", "sets", value=5),
            "dose.sets",
            id="more sets than usual",
        ),
        pytest.param(
            "alt-text",
            "warning",
            changed("heel-slide", "segments", 1, "steps", 0, "pose", "note", value=None),
            "segments[1].steps[0].pose",
            id="a figure without words",
        ),
        pytest.param(
            "long-timeline",
            "warning",
            changed("heel-slide", "dose", "sets", value=20),
            "dose.sets",
            id="an exercise of more than a quarter of an hour",
        ),
    ],
)
def test_each_check_finds_its_fault_and_names_the_field(
    check: str, level: str, document: dict[str, Any], field: str
) -> None:
    found = [each for each in found_in(document) if each.check == check]
    assert [(each.level, each.path) for each in found if each.path] == [(level, field)]
    assert found[0].message.endswith(".")
    assert "%" not in found[0].message


def test_every_check_is_tried_here() -> None:
    assert {check.name for check in CHECKS} == {case.values[0] for case in FAULTS} | {"ladder-loop"}


def test_harder_forms_that_lead_back_are_an_error() -> None:
    slug = "bird-dog"
    harder = document_of(slug)["variations"]["harder"].get("slug")
    ladder = {harder or "dead-bug": slug}
    document = changed(slug, "variations", "harder", "slug", value=harder or "dead-bug")
    found = [each for each in found_in(document, ladder=ladder) if each.check == "ladder-loop"]
    assert [(each.level, each.path) for each in found] == [("error", "variations.harder.slug")]
    assert f"{slug} > " in found[0].message
    assert not [each for each in found_in(document, ladder={}) if each.check == "ladder-loop"]


def test_a_gated_part_may_have_more_steps() -> None:
    rocking = [each for each in document_of("knee-squeezes")["segments"] if each["key"] == "rocking"]
    assert len(rocking[0]["steps"]) > 5
    assert not [each for each in found_in(document_of("knee-squeezes")) if each.check == "many-steps"]


def test_a_source_settles_an_unusual_dose() -> None:
    document = changed("band-row", "dose", "sets", value=5)
    assert [each.check for each in found_in(document)] == ["usual-dose"]
    document["dose_source"] = "Agreed with the knee clinic on 3 March."
    assert found_in(document) == []


def test_what_cannot_be_read_is_an_error_of_its_field() -> None:
    document = changed("heel-slide", "dose", "reps", value=1000)
    errors = [each for each in found_in(document) if each.level == "error"]
    assert [(each.check, each.path) for each in errors] == [("field", "dose.reps")]


def test_errors_come_first_and_a_missing_breath_is_said_once() -> None:
    document = changed("heel-slide", "segments", 1, "steps", 0, "breath", value=None)
    document["aim"] = "Well done!"
    found = found_in(document)
    assert [each.level for each in found] == ["error", "warning"]


@pytest.mark.parametrize("document", [{}, {"segments": 3}, {"segments": [None, {"steps": "x"}], "variations": []}])
def test_half_written_documents_are_told_what_is_missing(document: dict[str, Any]) -> None:
    assert {each.level for each in found_in(document)} == {"error"}


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        pytest.param("It will cure you.", ["cure"], id="cure"),
        pytest.param("A manicure is no cure-all, and secure.", ["cure"], id="only whole words"),
        pytest.param("It is gone for good.", ["for good"], id="for good at the end"),
        pytest.param("Stand tall for good balance.", [], id="for good before a word"),
        pytest.param("The ONLY  way, and Guaranteed", ["ONLY  way", "Guaranteed"], id="capitals and blanks"),
    ],
)
def test_claims_are_found_as_written(text: str, claims: list[str]) -> None:
    assert claims_in(text) == claims


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("knee", 1),
        ("breathe", 1),
        ("lifted", 2),
        ("raised", 1),
        ("circle", 2),
        ("gently", 2),
        ("exercise", 3),
    ],
)
def test_english_syllables(word: str, count: int) -> None:
    assert english_syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [("Knie", 1), ("Rücken", 2), ("atmen", 2), ("Übungen", 3), ("Bauernhaus", 3), ("Physiotherapie", 2)],
)
def test_german_syllables(word: str, count: int) -> None:
    assert german_syllables(word) == count


def test_each_language_has_its_named_formula_and_others_none() -> None:
    easy = grade_of("Lie on your back. Bend your knees.", "en-GB")
    assert easy is not None
    assert easy[0] == "Flesch-Kincaid"
    assert easy[1] < 3
    hard = grade_of(HARD, "en")
    assert hard is not None
    assert hard[1] > 15
    easy = grade_of("Leg dich auf den Rücken. Beug die Knie.", "de")
    assert easy is not None
    assert easy[0] == "Wiener Sachtextformel"
    assert easy[1] < 4
    heavy = grade_of("Muskuläre Verspannungen beeinträchtigen nachweislich die Bewegungskoordination.", "de-AT")
    assert heavy is not None
    assert heavy[1] > 12
    assert grade_of("Allongez-vous.", "fr") is None
    assert grade_of("12 - 15", "en") is None


def test_every_text_that_a_client_reads_is_looked_at() -> None:
    document = document_of("knee-squeezes")
    texts = dict(exercise_texts(document))
    assert texts["aim"] == document["aim"]
    assert texts["segments[3].steps[1].text"] == document["segments"][3]["steps"][1]["text"]
    assert {"variations.easier.text", "variations.harder.text", "contraindications[0].note"} <= set(texts)
