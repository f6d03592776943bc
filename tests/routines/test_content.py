from __future__ import annotations

import copy
from typing import Any

import pytest

from routines.content import ContentError, parse_exercise
from routines.library import starter


@pytest.fixture
def squeezes() -> dict[str, Any]:
    """The plain document of the knee squeezes, free to be spoiled."""
    return copy.deepcopy(starter.exercises_file().document["exercises"][0])


def spoil(document: dict[str, Any], path: list[str | int], value: object) -> dict[str, Any]:
    inner: Any = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return document


STEP = ["segments", 1, "steps", 0]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            [*STEP, "breath"],
            "inn",
            r"exercises\[3\]\.segments\[1\]\.steps\[0\]\.breath: 'inn' is not one of: in, out, none",
        ),
        ([*STEP, "breath"], False, r"steps\[0\]\.breath: False is not one of: in, out, none"),
        ([*STEP, "seconds"], 0, r"steps\[0\]\.seconds: 0 is out of range"),
        ([*STEP, "seconds"], "4", r"steps\[0\]\.seconds: expected a number"),
        ([*STEP, "text"], "  ", r"steps\[0\]\.text: is empty"),
        ([*STEP, "text"], 7, r"steps\[0\]\.text: expected text, found 7"),
        ([*STEP, "text"], None, r"steps\[0\]\.text: is missing"),
        ([*STEP, "text"], "x" * 501, r"steps\[0\]\.text: has 501 characters; at most 500"),
        ([*STEP, "phase"], "jump", r"steps\[0\]\.phase: 'jump' is not one of"),
        (
            [*STEP, "colour"],
            "red",
            r"steps\[0\]\.colour: is not a known field; remove it or use one of: .*breath",
        ),
        ([*STEP, "pose"], "standing", r"steps\[0\]\.pose: expected a mapping, found text"),
        (["slug"], "Knee Squeezes", r"slug: 'Knee Squeezes' is not a slug"),
        (["difficulty"], 4, r"difficulty: 4 is out of range; use 1 to 3"),
        (["sides"], "both", r"sides: 'both' is not one of: none, alternating, each"),
        (["category"], "yogga", r"category: 'yogga' is not a known category; use one of: mobility"),
        (["equipment"], ["mat", "mat"], r"equipment\[1\]: 'mat' is listed twice"),
        (
            ["equipment"],
            ["thick_blanket", "boat"],
            r"equipment\[1\]: 'boat' is not a known piece of equipment",
        ),
        (["segments"], [], r"segments: none follows the dose"),
        (["segments"], {"key": "main"}, r"segments: expected a list, found a mapping"),
        (["segments", 1, "steps"], [], r"segments\[1\]\.steps: has none; add at least one"),
        (
            ["segments", 1, "steps"],
            ["lie down"],
            r"segments\[1\]\.steps\[0\]: expected a mapping of fields, found text",
        ),
        (["segments", 0, "key"], "single", r"segments\[1\]\.key: 'single' is used twice"),
        (["segments", 2, "reps"], None, r"segments\[2\]\.reps: is missing; a segment with repeat: fixed"),
        (["segments", 1, "reps"], 3, r"segments\[1\]\.reps: is 3 but dose\.reps is 2"),
        (
            ["segments", 1, "steps", 1, "seconds"],
            6,
            r"steps\[1\]\.seconds: the hold lasts 6 but dose\.hold_s is 8",
        ),
        (["segments", 3, "gate"], {"seed_condition": "not too severe"}, r"gate: a gate that asks nothing"),
        (
            ["segments", 3, "gate", "pain_before_max"],
            11,
            r"gate\.pain_before_max: 11 is out of range; use 0 to 10",
        ),
        (
            ["segments", 3, "gate", "excluded_tags"],
            ["tired"],
            r"excluded_tags\[0\]: 'tired' is not a known tag",
        ),
        (
            ["segments", 3, "gate", "equipment_confirmed"],
            "chair",
            r"'chair' is not in the exercise's equipment",
        ),
        (["dose", "tempo"], "4-8-5-0", r"dose\.tempo: is 4-8-5-0 but the steps take 4-8-4-0"),
        (["variations", "harder", "gate"], None, r"variations\.harder\.gate: is missing"),
        (
            ["variations", "easier", "slug"],
            "knee-squeezes",
            r"variations\.easier\.slug: links to the exercise itself",
        ),
        (
            ["contraindications", 0, "level"],
            "maybe",
            r"contraindications\[0\]\.level: 'maybe' is not one of: avoid",
        ),
        (
            ["contraindications", 1, "tag"],
            "recent_spinal_surgery",
            r"contraindications\[1\]\.tag: .* listed twice",
        ),
    ],
)
def test_an_editor_is_told_where_and_how_to_mend_a_mistake(
    squeezes: dict[str, Any], path: list[str | int], value: object, message: str
) -> None:
    with pytest.raises(ContentError, match=message):
        parse_exercise(spoil(squeezes, path, value), vocabulary=starter.vocabulary(), path="exercises[3]")


@pytest.mark.parametrize("document", [None, [], "knee squeezes", 3, {}])
def test_something_that_is_no_exercise_is_refused(document: Any) -> None:
    with pytest.raises(ContentError):
        parse_exercise(document)


def test_all_mistakes_are_reported_together(squeezes: dict[str, Any]) -> None:
    spoil(squeezes, [*STEP, "breath"], "x")
    spoil(squeezes, ["difficulty"], 9)
    spoil(squeezes, ["dose", "sets"], 0)
    with pytest.raises(ContentError) as caught:
        parse_exercise(squeezes)
    assert {p.path for p in caught.value.problems} == {
        "difficulty",
        "dose.sets",
        "segments[1].steps[0].breath",
    }


def test_a_stored_exercise_is_readable_after_a_word_has_left_the_vocabulary(squeezes: dict[str, Any]) -> None:
    squeezes["contraindications"][0]["tag"] = "a_tag_of_long_ago"
    assert parse_exercise(squeezes).contraindications[0].tag == "a_tag_of_long_ago"


@pytest.mark.parametrize(
    "pose",
    [
        {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": 1}}}}}}}},
        {str(n): n for n in range(600)},
        {"a": object()},
    ],
)
def test_a_pose_out_of_bounds_is_refused(squeezes: dict[str, Any], pose: dict[str, Any]) -> None:
    with pytest.raises(ContentError, match=r"pose: is too large or holds other things"):
        parse_exercise(spoil(squeezes, [*STEP, "pose"], pose))


def test_a_gate_survives_its_plain_form_with_a_limit_of_nought() -> None:
    for content in starter.exercises().values():
        document = starter.library().exercises[content.slug][1]
        gate = content.harder.gate if content.harder else None
        if gate is not None:
            assert gate.to_document() == document["variations"]["harder"]["gate"]
    harder = starter.exercises()["glute-bridge"].harder
    assert harder is not None
    assert harder.gate is not None
    assert harder.gate.to_document()["pain_next_day_delta_max"] == 0
