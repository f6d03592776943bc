"""Figures that an exercise brings along, and what is changed for one client."""

from typing import Any

import pytest

from routines.movement.adapting import adapted_problems, figures_on, range_on
from routines.movement.library import figure_library
from routines.movement.own import library_with, own_problems

WALL: dict[str, Any] = {
    "sides": "none",
    "reviewed": None,
    "camera": {"yaw": -24, "pitch": 10},
    "props": ["mat", {"type": "wall", "at": "feet", "h": 1.3, "key": 1}],
    "keys": [{"base": "hooklying"}, {"base": "supine", "joints": {"hip.flex": 88, "knee.flex": 4}}],
    "arrows": [{"point": "heel.R"}],
    "focus": ["hamstring.R"],
}


def test_a_change_keeps_only_what_differs_and_loses_the_review() -> None:
    own = {"glute-bridge": {"change": {"keys": {"1": {"joints": {"knee.flex": 80}}}}}}
    assert own_problems(own) == []
    bridge = library_with(own).figures["glute-bridge"]
    packaged = figure_library().figures["glute-bridge"]
    assert bridge["keys"][1]["joints"] == {**packaged["keys"][1]["joints"], "knee.flex": 80}
    assert bridge["keys"][0] == packaged["keys"][0]
    assert bridge["reviewed"] is None
    assert library_with({}) is figure_library()


def test_a_new_figure_stands_beside_those_of_the_library() -> None:
    own = {"legs-up-the-wall": {"figure": WALL}}
    assert own_problems(own) == []
    assert library_with(own).figures["legs-up-the-wall"]["keys"] == WALL["keys"]
    assert set(figure_library().figures) < set(library_with(own).figures)


@pytest.mark.parametrize(
    ("own", "path", "words"),
    [
        pytest.param({"Legs Up": {"figure": WALL}}, "figures.Legs Up", "not a name", id="a name"),
        pytest.param({"x": {}}, "figures.x", "either a change", id="nothing"),
        pytest.param({"x": {"drawn": {}}}, "figures.x.drawn", "use one of", id="an unknown kind"),
        pytest.param({"bird-dog": {"figure": WALL}}, "figures.bird-dog", "in the library", id="a name of the library"),
        pytest.param({"x": {"change": {}}}, "figures.x", "to change", id="nothing to change"),
        pytest.param(
            {"bird-dog": {"change": {"keys": {"7": {"air": 1}}}}}, "figures.bird-dog", "no key 7", id="a key too many"
        ),
        pytest.param(
            {"bird-dog": {"change": {"keys": {"1": {"joints": {"knee.R.flex": 170}}}}}},
            "figures.bird-dog.keys[1].joints.knee.R.flex",
            "outside 0 to 160",
            id="a joint beyond its limit",
        ),
        pytest.param(
            {"bird-dog": {"change": {"camera": {"yaw": "left"}}}},
            "figures.bird-dog.camera.yaw",
            "is not of type",
            id="a word for a number",
        ),
    ],
)
def test_what_is_wrong_is_named_with_figure_and_key(own: dict[str, Any], path: str, words: str) -> None:
    (problem,) = own_problems(own)
    assert problem.path == path
    assert words in problem.message


def test_less_range_on_one_side_leaves_the_other_as_it_is() -> None:
    adapted = {"left": {"range": 60, "changes": {"clamshell": {"keys": {"1": {"joints": {"hip.R.er": 10}}}}}}}
    library = figure_library()
    assert adapted_problems(adapted, library) == []
    assert (range_on(adapted, "left"), range_on(adapted, "right"), range_on(adapted, "")) == (60, 100, 100)
    assert figures_on(adapted, "left", library).figures["clamshell"]["keys"][1]["joints"]["hip.R.er"] == 10
    assert figures_on(adapted, "right", library) is library


def test_what_stands_under_both_counts_for_a_side_without_words_of_its_own() -> None:
    adapted = {"both": {"range": 80}, "left": {"range": 50}}
    assert [range_on(adapted, side) for side in ("left", "right", "")] == [50, 80, 80]


@pytest.mark.parametrize(
    ("adapted", "path"),
    [
        ([], "adapted"),
        ({"up": {}}, "adapted.up"),
        ({"left": {"speed": 2}}, "adapted.left"),
        ({"left": {"range": 20}}, "adapted.left.range"),
        ({"left": {"range": 120}}, "adapted.left.range"),
        ({"left": {"range": True}}, "adapted.left.range"),
        ({"left": {"changes": []}}, "adapted.left.changes"),
        ({"left": {"changes": {"no-such": {}}}}, "adapted.left.changes.no-such"),
        ({"left": {"changes": {"clamshell": 3}}}, "adapted.left.changes.clamshell"),
        (
            {"left": {"changes": {"clamshell": {"keys": {"1": {"joints": {"hip.R.er": 90}}}}}}},
            "adapted.left.changes.clamshell.keys[1].joints.hip.R.er",
        ),
    ],
)
def test_an_adaptation_that_cannot_be_is_refused_by_its_place(adapted: Any, path: str) -> None:
    assert [problem.path for problem in adapted_problems(adapted, figure_library())] == [path]
