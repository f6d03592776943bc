"""The packaged figures as data: form, names, limits, and the steps that show them."""

import copy
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from routines.library import starter
from routines.library.yaml_reading import load
from routines.movement.bindings import binding_problems
from routines.movement.checks import engine, figure_problems, vocabulary, warnings
from routines.movement.library import POSES, figure_library, read_figures
from routines.movement.pictures import telling_key
from routines.reading import ContentError
from routines.timeline import compile as compile_timeline

LIBRARY = figure_library()
EXERCISES = starter.exercises()


def document() -> dict[str, Any]:
    return copy.deepcopy({"postures": dict(LIBRARY.postures), "figures": {"a": dict(LIBRARY.figures["glute-bridge"])}})


def test_every_exercise_has_a_figure_of_its_own() -> None:
    for slug in EXERCISES:
        assert slug in LIBRARY.figures
    parts = set(LIBRARY.figures) - set(EXERCISES)
    assert parts == {f"knee-squeezes-{part}" for part in ("both", "chin", "circles", "rocking")}


def test_every_step_of_every_exercise_moves_to_or_keeps_a_key_pose() -> None:
    used = set()
    for content in EXERCISES.values():
        for segment in content.segments:
            for step in segment.steps:
                assert step.pose is not None, f"{content.slug} {segment.key}"
                assert "figure" in step.pose, f"{content.slug} {segment.key}: {step.text}"
                assert list(binding_problems(step.pose, "pose", LIBRARY.figures)) == []
                used.add(step.pose["figure"])
    assert used == set(LIBRARY.figures)


def test_the_timeline_says_which_key_in_how_many_seconds_and_how_long_it_is_held() -> None:
    phases = compile_timeline(EXERCISES["glute-bridge"]).to_json()["phases"]
    told = [(phase["kind"], phase["seconds"], phase["pose"]) for phase in phases[2:6]]
    bridge = "glute-bridge"
    assert told == [
        ("move", 2, {"figure": bridge, "key": 1}),
        ("hold", 3, {"figure": bridge, "key": 1}),
        ("return", 2, {"figure": bridge, "key": 0}),
        ("rest", 1, {"figure": bridge, "key": 0}),
    ]


def test_a_hold_never_names_another_key_than_the_move_before_it() -> None:
    # The side bend bends during its hold, as its words say.
    for content in EXERCISES.values():
        for segment in content.segments:
            for before, step in zip(segment.steps, segment.steps[1:], strict=False):
                if step.phase == "hold" and content.slug not in ("standing-side-bend", "stand-and-reach"):
                    assert step.pose["key"] == before.pose["key"], f"{content.slug}: {step.text}"


def test_no_figure_claims_a_review_that_has_not_happened() -> None:
    assert {figure["reviewed"] for figure in LIBRARY.figures.values()} == {None}


def test_the_engine_sees_nothing_wrong_in_any_key_pose() -> None:
    for figure_id, figure in LIBRARY.figures.items():
        assert warnings(figure_id, figure, LIBRARY.postures) == []


def test_python_and_javascript_read_the_same_keys() -> None:
    strict = load(POSES.read_bytes(), name="poses").document
    assert yaml.safe_load(POSES.read_text(encoding="utf-8")) == strict  # YAML 1.1 and 1.2 agree
    # An override of nothing goes through the JavaScript engine and comes back whole.
    for figure_id, figure in strict["figures"].items():
        assert engine().call("applyOverride", figure, {}, figure=figure_id) == figure
    assert json.loads(json.dumps(strict)) == strict


def test_the_browser_gets_only_what_it_draws_with() -> None:
    data = LIBRARY.for_browser(["knee-squeezes", "clamshell", "knee-squeezes"])
    assert list(data["figures"]) == ["knee-squeezes", "clamshell"]
    assert set(data["postures"]) == {"hooklying", "supine", "side_lying"}
    text = json.dumps(data)
    assert "reviewed" not in text
    assert "breath" not in text


def test_what_goes_without_saying_is_not_sent_and_changes_no_picture() -> None:
    said = {"sides": "none", "arrows": [], "focus": [], "props": []}
    for figure_id, figure in LIBRARY.figures.items():
        data = LIBRARY.for_browser([figure_id])
        lean = data["figures"][figure_id]
        assert not any(lean.get(name) == value for name, value in said.items()), figure_id
        assert [name for name in said if name not in lean and figure.get(name, said[name]) != said[name]] == []
        moment = {"from": telling_key(figure)}
        shown = [
            engine().call("picture", str(which), which, postures, moment, {"ghost": 0}, figure=figure_id)
            for which, postures in ((figure, LIBRARY.postures), (lean, data["postures"]))
        ]
        assert shown[0] == shown[1], figure_id


def test_the_data_of_one_exercise_is_small() -> None:
    figures = LIBRARY.for_browser(LIBRARY.figures)["figures"]
    sizes = {name: len(gzip.compress(json.dumps(one, separators=(",", ":")).encode())) for name, one in figures.items()}
    assert {name: size for name, size in sizes.items() if size > 450} == {}


def spoil(change: Callable[[dict[str, Any]], object]) -> list[str]:
    spoilt = document()
    change(spoilt)
    return [str(problem) for problem in figure_problems(spoilt)]


def test_a_sound_document_has_no_problem() -> None:
    assert spoil(lambda _: None) == []


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        (lambda d: d["figures"]["a"].pop("keys"), "figures.a", "'keys' is a required property"),
        (lambda d: d["figures"]["a"].update(colour="red"), "figures.a", "'colour' was unexpected"),
        (lambda d: d["figures"]["a"].update(sides="both"), "figures.a.sides", "'both' is not one of"),
        (lambda d: d["figures"]["a"].update(reviewed=True), "figures.a.reviewed", "True is not valid"),
        (lambda d: d["figures"]["a"]["keys"][1].update(move=0), "figures.a.keys[1].move", "less than the minimum"),
        (lambda d: d["figures"]["a"]["keys"][1].update(base="flying"), "keys[1].base", "is not a base posture"),
        (
            lambda d: d["figures"]["a"]["keys"][1]["joints"].update({"hip.flexion": 1}),
            "joints.hip.flexion",
            "not a joint",
        ),
        (lambda d: d["figures"]["a"]["keys"][1]["joints"].update({"knee.flex": 170}), "knee.flex", "outside 0 to 160"),
        (lambda d: d["figures"]["a"]["keys"][1].update(hands={"R": "moon"}), "hands.R", "not a place for a hand"),
        (lambda d: d["figures"]["a"]["keys"][1].update(hands={"R": {"at": "shin.R", "q": 1}}), "hands.R", "not valid"),
        (lambda d: d["figures"]["a"]["keys"][1].update(feet={"R": "high"}), "feet.R", "not valid"),
        (
            lambda d: d["figures"]["a"]["keys"][1].update(support={"rest_on": ["wings"]}),
            "support.rest_on",
            "not a part of the body",
        ),
        (lambda d: d["figures"]["a"]["keys"][1].update(root={"orient": "north"}), "root.orient", "is not known"),
        (lambda d: d["figures"]["a"].update(anchor="moon"), "figures.a.anchor", "'moon' is not known"),
        (lambda d: d["figures"]["a"].update(props=["sofa"]), "figures.a.props[0].type", "'sofa' is not known"),
        (lambda d: d["figures"]["a"].update(focus=["soul"]), "figures.a.focus", "'soul' is not known"),
        (lambda d: d["figures"]["a"]["arrows"].append({"point": "moon"}), "figures.a.arrows[1].point", "is not known"),
        (lambda d: d["figures"]["a"].update(pin_key=5), "figures.a.pin_key", "there is no key 5; the last one is 1"),
        (lambda d: d["figures"]["a"].update(order=[0, 4]), "figures.a.order", "there is no key 4"),
        (lambda d: d["postures"]["supine"].update(base="hooklying"), "postures.supine.base", "leads back to itself"),
        (
            lambda d: d["figures"]["a"]["keys"][1].update(support={"on": 1}),
            "keys[1].support.on",
            "is read as true or false by some readers",
        ),
        (
            lambda d: d["figures"]["a"]["keys"][1].update(support={True: 1}),
            "keys[1].support.True",
            "is read as true or false by some readers",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    change: Callable[[dict[str, Any]], object], path: str, words: str
) -> None:
    problems = spoil(change)
    assert any(path in problem and words in problem for problem in problems), problems


def test_a_file_with_a_problem_is_refused_as_a_whole() -> None:
    text = POSES.read_text(encoding="utf-8").replace("knee.flex: 92", "knee.flex: 192", 1)
    with pytest.raises(ContentError, match=r"postures\.hooklying\.joints\.knee\.flex: 192 is outside 0 to 160"):
        read_figures(load(text.encode(), name="poses.yaml"))


@pytest.mark.parametrize(
    ("pose", "message"),
    [
        ({"figure": "moon-walk", "key": 0}, "figure: there is no figure 'moon-walk'"),
        ({"figure": "glute-bridge", "key": 2}, "key: 2 is not a key of glute-bridge; use 0 to 1"),
        ({"figure": "glute-bridge", "key": True}, "key: True is not a key"),
        ({"figure": "glute-bridge"}, "names a key or a loop of keys"),
        ({"figure": "glute-bridge", "key": 0, "loop": [0, 1]}, "names a key or a loop of keys"),
        ({"figure": "glute-bridge", "loop": [0, 7]}, "loop: 7 is not a key"),
        ({"figure": "glute-bridge", "key": 0, "speed": 2}, "speed: is not a field of a pose"),
    ],
)
def test_a_step_that_shows_what_is_not_there_is_refused(pose: dict[str, Any], message: str) -> None:
    assert any(message in str(problem) for problem in binding_problems(pose, "", LIBRARY.figures))


def test_the_words_of_the_schema_are_the_words_of_the_engine() -> None:
    words = vocabulary()
    assert {"hip.R.flex", "scapula.L.elev", "neck.turn", "toe.R.ext"} <= set(words["joints"])
    assert {"free", "shin", "floor", "forearm", "strap", "here"} <= set(words["hands"])
    assert set(words["orients"]) == {"upright", "supine", "prone", "sideL", "sideR"}
    assert {"light", "dark", "print", "contrast"} <= set(words["themes"])
    assert "mannequin" in words["palettes"]
