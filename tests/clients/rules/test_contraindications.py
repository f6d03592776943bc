"""What a client's tags do to exercises, switched-on parts, routines and plans."""

import pytest

from clients.rules.contraindications import (
    Answer,
    Caution,
    answers_from,
    approval_of,
    for_client,
    for_exercise,
    for_routine,
    is_settled,
    to_record,
    unsettled,
)
from routines.library import starter

SWAPS = {"osteoporosis": {"knee-squeezes": "pelvic-tilt-lying"}}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        pytest.param([], [], id="nothing recorded, nothing said"),
        pytest.param(["heart_bp"], [], id="a tag that no rule of all plans names"),
        pytest.param(["progressive_neuro"], ["block"], id="growing weakness refuses every plan"),
        pytest.param(["recent_fracture"], ["avoid"], id="a fracture may be lifted with a reason"),
        pytest.param(["recent_fracture", "progressive_neuro"], ["block", "avoid"], id="the worst comes first"),
    ],
)
def test_some_tags_speak_against_any_plan(tags: list[str], expected: list[str]) -> None:
    assert [caution.level for caution in for_client(tags)] == expected


@pytest.mark.parametrize(
    ("not_for", "tags", "expected"),
    [
        pytest.param(["flexion_sensitive"], [], [], id="the client has none of them"),
        pytest.param(
            ["flexion_sensitive"], ["flexion_sensitive"], ["flexion_sensitive"], id="not meant for this client"
        ),
        pytest.param(["recent_fracture"], ["recent_fracture"], [], id="said once, for the client as a whole"),
        pytest.param(["a", "b"], ["b", "a"], ["a", "b"], id="in the order of the routine"),
    ],
)
def test_a_routine_is_not_meant_for_some(not_for: list[str], tags: list[str], expected: list[str]) -> None:
    found = for_routine("knee-squeezes-short", not_for, tags)
    assert [caution.tag for caution in found] == expected
    assert {caution.level for caution in found} <= {"avoid"}


@pytest.mark.parametrize(
    ("slug", "tags", "opted_in", "expected"),
    [
        pytest.param("knee-squeezes", [], (), [], id="no tags"),
        pytest.param("knee-squeezes", ["recent_fracture"], (), ["avoid"], id="avoid"),
        pytest.param("prone-lying-rest", ["acute_radiculopathy"], (), ["ask"], id="ask"),
        pytest.param("all-fours-tilt", ["wrist_problem"], (), ["adapt"], id="adapt"),
        pytest.param("all-fours-tilt", ["wrist_problem"], ("rocking",), ["adapt"], id="a part that is not there"),
        pytest.param(
            "knee-squeezes", ["neck_problem"], ("rocking",), ["block", "adapt"], id="a part that would never run"
        ),
        pytest.param("knee-squeezes", ["neck_problem"], (), ["adapt"], id="the same tag with the part switched off"),
    ],
)
def test_an_exercise_is_weighed_against_the_tags(
    slug: str, tags: list[str], opted_in: tuple[str, ...], expected: list[str]
) -> None:
    found = for_exercise(starter.exercises()[slug], tags, opted_in=opted_in)
    assert [caution.level for caution in found] == expected


def test_the_most_serious_comes_first_and_the_library_offers_a_swap() -> None:
    content = starter.exercises()["knee-squeezes"]
    tags = ["osteoporosis", "flexion_sensitive"]
    found = for_exercise(content, tags, opted_in=("rocking",), substitutions=SWAPS)
    assert found[0].level == "block"
    levels = ["block", "avoid", "ask", "adapt"]
    assert [levels.index(caution.level) for caution in found] == sorted(levels.index(each.level) for each in found)
    offered = {caution.tag: caution.instead for caution in found if caution.scope == "exercise"}
    assert offered["osteoporosis"] == "pelvic-tilt-lying"
    assert offered["flexion_sensitive"] is None


YES, REASON, SHORT = Answer(confirmed=True), Answer(reason="Seen in the clinic"), Answer(reason=" ok ")


@pytest.mark.parametrize(
    ("level", "answer", "settled"),
    [
        pytest.param("block", YES, False, id="a block is never settled by a yes"),
        pytest.param("block", REASON, False, id="nor by a reason"),
        pytest.param("avoid", Answer(), False, id="avoid, no answer"),
        pytest.param("avoid", YES, False, id="avoid wants a reason, not a yes"),
        pytest.param("avoid", SHORT, False, id="two letters are no reason"),
        pytest.param("avoid", REASON, True, id="avoid, with a reason"),
        pytest.param("ask", Answer(), False, id="ask, no answer"),
        pytest.param("ask", REASON, False, id="ask wants a yes"),
        pytest.param("ask", YES, True, id="ask, confirmed"),
        pytest.param("adapt", Answer(), True, id="adapt only shows its note"),
    ],
)
def test_a_caution_is_settled_by_the_answer_that_its_level_wants(level: str, answer: Answer, settled: bool) -> None:
    caution = Caution(level, "exercise", "osteoporosis", "bridge")
    assert is_settled(caution, answer) is settled
    assert (unsettled([caution, caution], {caution.key: answer}) == ()) is settled


def test_an_approval_is_a_question_of_its_own() -> None:
    assert approval_of("sciatic-slider-lying").level == "ask"
    assert approval_of("a").key != Caution("ask", "exercise", "practitioner_approval", "a").key


def test_answers_survive_in_the_record_of_a_version() -> None:
    caution = Caution("avoid", "exercise", "osteoporosis", "bridge", note="only small")
    record = to_record(caution, Answer(reason="  Seen in the clinic "))
    assert answers_from([record]) == {caution.key: Answer(reason="Seen in the clinic")}
    assert record["note"] == "only small"
