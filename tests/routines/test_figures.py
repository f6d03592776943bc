"""Figures for pages: what a browser is given, and the engine's own address."""

from dataclasses import replace

import brotli
import pytest
from django.test import Client
from django.utils import translation

from routines.figures import engine_url, figures_of_timelines
from routines.library import starter
from routines.looks import has_unreviewed_figures
from routines.movement.bundle import engine_module
from routines.timeline import compile as compile_timeline


def test_the_engine_is_one_file_that_anybody_may_keep_for_good(client: Client) -> None:
    answer = client.get(engine_url(), headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript"
    assert "immutable" in answer["Cache-Control"]
    assert brotli.decompress(answer.content).decode() == engine_module()
    assert client.get(engine_url()).content.decode() == engine_module()


def test_an_engine_of_another_day_is_not_found(client: Client) -> None:
    assert client.get("/figures/engine-0123456789abcdef.js").status_code == 404


@pytest.mark.parametrize(("language", "words"), [("en", "The right knee"), ("de", "Das rechte Knie")])
def test_a_browser_gets_the_figures_of_its_session_with_words_for_both_sides(language: str, words: str) -> None:
    timeline = compile_timeline(starter.exercises()["clamshell"])
    with translation.override(language):
        found = figures_of_timelines([timeline, timeline.to_json()])
    assert list(found["figures"]) == ["clamshell"]
    assert list(found["postures"]) == ["side_lying"]
    drawn, mirrored = found["words"]["clamshell"]
    assert words in drawn
    assert drawn != mirrored


def test_a_figure_without_sides_has_one_description() -> None:
    timeline = compile_timeline(starter.exercises()["glute-bridge"])
    assert figures_of_timelines([timeline])["words"]["glute-bridge"][1] is None


def test_shipped_figures_wait_for_a_clinician_and_an_exercise_without_one_does_not() -> None:
    bridge = starter.exercises()["glute-bridge"]
    assert has_unreviewed_figures(bridge)
    steps = [
        replace(segment, steps=[replace(step, pose=None) for step in segment.steps]) for segment in bridge.segments
    ]
    assert not has_unreviewed_figures(replace(bridge, segments=steps))
