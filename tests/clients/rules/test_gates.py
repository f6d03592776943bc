"""Gates give the same answer here and in the browser."""

import json
from pathlib import Path
from typing import Any

import pytest

from clients.rules.gates import CONDITIONS, Opens, Withheld, evaluate

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "gates.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("vector", [pytest.param(each, id=each["name"]) for each in VECTORS])
def test_a_gate_answers_as_the_shared_vectors_say(vector: dict[str, Any]) -> None:
    verdict = evaluate(vector["gate"], vector["facts"])
    assert verdict == (Opens() if vector["opens"] else Withheld(vector["reason"]))


def test_the_vectors_hold_every_condition_both_open_and_withheld() -> None:
    for name in CONDITIONS:
        verdicts = {vector["opens"] for vector in VECTORS if vector["gate"].get(name) is not None}
        assert verdicts == {True, False}, name


@pytest.mark.parametrize("condition", CONDITIONS)
def test_nothing_known_withholds_whatever_the_condition(condition: str) -> None:
    wanted: dict[str, Any] = {
        "practitioner_approval": True,
        "excluded_tags": ["pregnancy"],
        "leg_symptoms": "not_worse",
        "equipment_confirmed": "thick_blanket",
    }
    assert isinstance(evaluate({condition: wanted.get(condition, 3)}, {}), Withheld)


@pytest.mark.parametrize("answer", [True, "2", [2], {"value": 2}])
def test_an_answer_that_is_no_number_is_not_known(answer: object) -> None:
    assert evaluate({"pain_before_max": 3}, {"pain_before": answer}) == Withheld("pain_unknown")
