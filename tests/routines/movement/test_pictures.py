"""Pictures with words, as pages ask for them."""

import pytest

from routines.library import starter
from routines.movement.pictures import Pictures, figures_of, is_mirrored, telling_key
from routines.movement.renderer import FigureError

PICTURES = Pictures()


def test_a_still_speaks_for_itself_in_the_language_of_the_page() -> None:
    svg = PICTURES.still("clamshell", language="de-CH", prefix="card-1")
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in svg
    assert 'role="img" aria-labelledby="card-1-title card-1-desc"' in svg
    assert "Das rechte Knie öffnet sich zur Seite." in svg
    assert "The right knee opens to the side." in PICTURES.still("clamshell", language="fr")


def test_the_left_side_is_told_and_drawn_mirrored() -> None:
    svg = PICTURES.still("knee-squeezes", mirrored=True)
    assert "The left knee moves to the chest" in svg
    assert 'transform="matrix(-1 0 0 1 ' in svg


def test_a_decorative_picture_is_silent() -> None:
    svg = PICTURES.still("bird-dog", decorative=True)
    assert 'aria-hidden="true"' in svg
    assert "<title" not in svg


def test_a_pair_shows_the_way_at_its_end_only() -> None:
    start, end = PICTURES.pair("glute-bridge", prefix="p", theme="print")
    assert 'aria-hidden="true"' in start
    assert 'role="img"' in end
    assert start.count("<path") < end.count("<path")


def test_a_change_for_one_client_is_laid_over_the_library() -> None:
    smaller = {"keys": {"1": {"joints": {"hip.R.flex": 100}}}}
    assert PICTURES.still("knee-squeezes", override=smaller) != PICTURES.still("knee-squeezes")
    with pytest.raises(FigureError, match="figure knee-squeezes: there is no key 9"):
        PICTURES.still("knee-squeezes", override={"keys": {"9": {}}})


def test_an_unknown_figure_is_an_error_with_its_name() -> None:
    with pytest.raises(FigureError, match="figure moon-walk: there is no such figure"):
        PICTURES.still("moon-walk")


def test_an_exercise_leads_with_the_figure_of_its_movement() -> None:
    exercises = starter.exercises()
    assert figures_of(exercises["knee-squeezes"])[0] == "knee-squeezes"
    assert figures_of(exercises["stand-and-reach"]) == ["stand-and-reach", "walking"]
    assert figures_of(exercises["side-lying-rest"]) == ["side-lying-rest", "log-roll-sit-up"]


def test_only_the_side_that_was_not_drawn_is_mirrored() -> None:
    figures = PICTURES.library.figures
    drawn_right, drawn_left, sideless = figures["clamshell"], figures["hip-flexor-half-kneel"], figures["glute-bridge"]
    assert [is_mirrored(drawn_right, side) for side in ("left", "right", "both", "none")] == [True, False, False, False]
    assert [is_mirrored(drawn_left, side) for side in ("left", "right")] == [False, True]
    assert not is_mirrored(sideless, "left")


def test_a_figure_is_known_by_its_most_telling_key() -> None:
    figures = PICTURES.library.figures
    assert telling_key(figures["glute-bridge"]) == 1
    assert telling_key(figures["standing-side-bend"]) == 2
    assert telling_key({"keys": [{}]}) == 0
