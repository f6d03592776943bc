"""The pose editor: figures are saved as differences, checked by the same rules, and refused by exercise and key."""

import copy
import json
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.accounts.models import Practice, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines.content import parse_exercise
from routines.looks import Look, draw
from routines.models import Exercise, ExerciseVersion
from routines.movement.library import figure_library
from routines.services.exercises import publish_exercise
from tests.clients.library import shelve
from tests.doors import browser_of
from tests.hostile_json import HOSTILE
from tests.routines.movement.test_own import WALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def bridge(practice: Practice) -> Exercise:
    """The practice's own bridge, published, with the forms that it links to."""
    exercise = shelve("glute-bridge", practice=practice)
    assert exercise.current_version is not None
    for link in exercise.current_version.document["variations"].values():
        if "slug" in link:
            shelve(link["slug"], practice=practice)
    return exercise


def address(exercise: Exercise) -> str:
    return reverse("admin:edit_figure", args=[exercise.pk])


def newest(exercise: Exercise) -> ExerciseVersion:
    with all_practices():
        return ExerciseVersion.objects.filter(exercise=exercise).order_by("-number")[:1].get()


def edited(**changes: Any) -> dict[str, Any]:
    """The packaged bridge as the editor sends it, its second key changed."""
    figure = copy.deepcopy(dict(figure_library().figures["glute-bridge"]))
    figure["keys"][1]["joints"] |= changes
    return figure


def send(browser: Browser, exercise: Exercise, figure: Any, *, name: str = "glute-bridge", **more: str) -> Any:
    text = figure if isinstance(figure, str) else json.dumps(figure)
    return browser.post(address(exercise), {"name": name, "figure": text, **more})


def test_only_what_differs_is_saved_in_the_draft_and_published_with_it(bridge: Exercise, priya: User) -> None:
    desk = browser_of(priya)
    answer = send(desk, bridge, edited(**{"knee.flex": 80}))
    assert answer.status_code == 302
    draft = newest(bridge)
    assert draft.published_at is None
    assert draft.document["figures"] == {"glute-bridge": {"change": {"keys": {"1": {"joints": {"knee.flex": 80}}}}}}
    assert bridge.current_version is not None
    assert draw(draft.content, Look()) != draw(bridge.current_version.content, Look())
    with practice_scope(bridge.practice):
        publish_exercise(bridge, by=priya)
    bridge.refresh_from_db()
    assert bridge.current_version == draft


def test_a_figure_as_the_library_has_it_leaves_nothing_behind(bridge: Exercise, priya: User) -> None:
    desk = browser_of(priya)
    send(desk, bridge, edited(**{"knee.flex": 80}))
    send(desk, bridge, edited())
    assert "figures" not in newest(bridge).document


def test_a_new_figure_is_bound_to_steps_and_shown(bridge: Exercise, priya: User) -> None:
    steps = newest(bridge).document["segments"]
    bound = {
        f"step-{place}-{number}": json.dumps({"figure": "wall", "key": number % 2})
        for place, segment in enumerate(steps)
        for number in range(len(segment["steps"]))
    }
    assert send(browser_of(priya), bridge, WALL, name="wall", **bound).status_code == 302
    content = newest(bridge).content
    assert set(content.figures) == {"wall"}
    assert {step.pose["figure"] for segment in content.segments for step in segment.steps if step.pose} == {"wall"}
    assert draw(content, Look()) is not None


@pytest.mark.parametrize(
    ("figure", "more", "words"),
    [
        pytest.param("{", {}, "is not JSON", id="no JSON"),
        pytest.param("1" * 5_000, {}, "cannot be taken", id="a number of 5,000 digits"),
        pytest.param("[]", {}, "expected a mapping", id="a list"),
        pytest.param("[" * 5000, {}, "is ", id="a deep list"),
        pytest.param({"keys": []}, {}, "is a required property", id="half a figure"),
        pytest.param(edited(**{"knee.flex": 170}), {}, "pose 2, joints.knee.flex: 170 is outside", id="a limit"),
        pytest.param(edited(), {"step-0-0": '{"figure": "no-such", "key": 0}'}, "there is no figure", id="a figure"),
        pytest.param(edited(), {"step-0-0": '{"figure": "glute-bridge", "key": 9}'}, "is not a key", id="a key"),
        pytest.param(edited(), {"step-0-0": "[]"}, "is not a pose", id="no pose"),
        pytest.param(edited(), {"step-9-9": "null"}, "no longer there", id="a step that is gone"),
    ],
)
def test_what_cannot_be_is_refused_with_exercise_and_key_and_nothing_is_saved(
    bridge: Exercise, priya: User, figure: Any, more: dict[str, str], words: str
) -> None:
    before = newest(bridge).pk
    answer = send(browser_of(priya), bridge, figure, **more)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert words in page
    assert f"{bridge.name}" in page
    assert newest(bridge).pk == before


def test_a_name_of_a_figure_is_a_slug(bridge: Exercise, priya: User) -> None:
    assert send(browser_of(priya), bridge, WALL, name="Legs Up").status_code == 400


def test_the_page_says_honestly_what_it_needs_and_offers_the_data(bridge: Exercise, priya: User) -> None:
    desk = browser_of(priya)
    page = desk.get(address(bridge)).content.decode()
    assert "<noscript>" in page
    assert '<textarea id="figure-data" name="figure"' in page
    assert page.count("<select") >= sum(len(part.steps) for part in newest(bridge).content.segments)
    assert "Legs up the wall" in page
    assert desk.get(f"{address(bridge)}?new=1").status_code == 200
    assert "half_kneeling" in desk.get(f"{address(bridge)}?like=hip-flexor-half-kneel").content.decode()
    assert desk.get(f"{address(bridge)}?like=no-such").status_code == 404
    assert desk.get(f"{address(bridge)}?figure=no-such").status_code == 404


def test_the_shared_library_is_not_drawn_on_by_practitioners(priya: User) -> None:
    assert browser_of(priya).get(address(shelve("glute-bridge"))).status_code == 403


def test_the_exercise_editor_keeps_what_was_drawn(bridge: Exercise, priya: User) -> None:
    from routines.exercise_form import page_of
    from tests.routines.test_exercise_form import posted

    desk = browser_of(priya)
    send(desk, bridge, edited(**{"knee.flex": 80}))
    document = newest(bridge).document
    values = posted(page_of({**document, "variations": {}}, {}, others=[]))
    answer = desk.post(reverse("admin:edit_exercise", args=[bridge.pk]), {**values, "do": "save"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert newest(bridge).document["figures"] == document["figures"]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_exercise_editor_refuses_a_pose_that_is_none(bridge: Exercise, priya: User, text: str) -> None:
    from routines.exercise_form import page_of
    from tests.routines.test_exercise_form import posted

    version = newest(bridge)
    values = posted(page_of({**version.document, "variations": {}}, {}, others=[]))
    values["segments[0].steps[0].pose"] = [text]
    answer = browser_of(priya).post(reverse("admin:edit_exercise", args=[bridge.pk]), {**values, "do": "save"})
    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()
    assert newest(bridge) == version


def test_the_figures_of_a_version_are_given_to_staff_as_data(bridge: Exercise, priya: User) -> None:
    send(browser_of(priya), bridge, edited(**{"knee.flex": 80}))
    answer = browser_of(priya).get(reverse("admin:figure_data", args=[newest(bridge).pk])).json()
    assert answer["figures"]["glute-bridge"]["keys"][1]["joints"]["knee.flex"] == 80
    assert {"postures", "text", "language"} < set(answer)


def test_a_stored_document_with_figures_is_read_again(bridge: Exercise, priya: User) -> None:
    send(browser_of(priya), bridge, WALL, name="wall")
    assert set(parse_exercise(newest(bridge).document).figures) == {"wall"}
