"""A document as a form: what is typed comes back as it was, right or wrong."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from routines.content import ContentError, parse_exercise
from routines.document_form import Spec, change_list, id_of, inputs_of, read
from routines.exercise_form import ExercisePage, document_of, inputs_on, new_entry, new_exercise, page_of, problems_of
from routines.library import starter
from routines.timeline import compile as compile_timeline
from tests.hostile_json import HOSTILE

DOCUMENTS = {each["slug"]: each for each in starter.exercises_file().document["exercises"]}


def posted(page: ExercisePage) -> dict[str, list[str]]:
    """What a browser sends for the page."""
    values: dict[str, list[str]] = {}
    for each in inputs_on(page):
        if each.spec.kind in ("words", "flag"):
            if each.chosen:
                values[each.name] = list(each.chosen)
        else:
            values[each.name] = [each.value.replace("\n", "\r\n")]
    return values


def sent(values: Mapping[str, Sequence[str]]) -> tuple[list[str], Callable[[str], Sequence[str]]]:
    return list(values), lambda name: values.get(name, [])


def without_nothing(value: Any) -> Any:
    """The document without what says nothing and without what is worked out at each save."""
    if isinstance(value, dict):
        kept = {key: without_nothing(each) for key, each in value.items() if key != "estimated_seconds"}
        return {key: each for key, each in kept.items() if each not in (None, [], {}, "", False)}
    if isinstance(value, list):
        return [without_nothing(each) for each in value]
    return value.strip() if isinstance(value, str) else value


@pytest.mark.parametrize("slug", sorted(DOCUMENTS))
def test_every_exercise_of_the_library_survives_the_form(slug: str) -> None:
    page = page_of(DOCUMENTS[slug], {}, others=[])
    document = document_of(*sent(posted(page)), others=[])
    document["estimated_seconds"] = 1
    assert parse_exercise(document, vocabulary=starter.vocabulary())
    back, first = without_nothing(document), without_nothing(DOCUMENTS[slug])
    for part in (*back["segments"], *first["segments"]):
        for step in part["steps"]:
            step.pop("pose", None)
    assert back == first


def test_poses_and_sources_survive_the_form() -> None:
    document = document_of(*sent(posted(page_of(DOCUMENTS["knee-squeezes"], {}, others=[]))), others=[])
    pose = document["segments"][1]["steps"][1]["pose"]
    assert pose == DOCUMENTS["knee-squeezes"]["segments"][1]["steps"][1]["pose"]
    assert document.get("seed") == DOCUMENTS["knee-squeezes"].get("seed")


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        pytest.param("whole", "8", 8, id="a whole number"),
        pytest.param("whole", "eight", "eight", id="a word stays, to be shown again"),
        pytest.param("whole", "9" * 12, "9" * 12, id="a number of twelve digits stays text"),
        pytest.param("number", "2.5", 2.5, id="a fraction"),
        pytest.param("number", "2", 2, id="a whole number stays whole"),
        pytest.param("pair", "5-15", [5, 15], id="a range"),
        pytest.param("pair", "5 to 15", [5, 15], id="a range in words"),
        pytest.param("pair", "5", [5], id="half a range, for the reader to refuse"),
        pytest.param("lines", "one\r\n\r\n two ", ["one", "two"], id="a list, one a line"),
        pytest.param("data", '{"both": 2}', {"both": 2}, id="data"),
        pytest.param("data", "{both", "{both", id="broken data stays, to be shown again"),
        *(pytest.param("data", text, text, id=f"{name} stays, to be refused") for name, text in HOSTILE.items()),
        pytest.param("text", "   ", None, id="blanks are nothing"),
    ],
)
def test_typed_values_become_what_the_document_wants(kind: Any, typed: str, value: Any) -> None:
    spec = Spec("field", "Field", kind)
    document = read([spec], lambda name: [typed], "")
    assert document.get("field") == value
    (shown,) = inputs_of(document, [spec], "", {})
    again = read([spec], lambda name: [shown.value], "")
    assert again.get("field") == value


def test_what_is_wrong_stands_beside_the_field_that_was_typed() -> None:
    values = posted(page_of(DOCUMENTS["knee-squeezes"], {}, others=[]))
    values["dose.sets"] = ["many"]
    values["segments[1].steps[0].seconds"] = ["-4"]
    values["segments[3].gate.pain_before_max"] = ["40"]
    document = document_of(*sent(values), others=[])
    with pytest.raises(ContentError) as refused:
        parse_exercise(document, vocabulary=starter.vocabulary())
    errors: dict[str, list[str]] = {}
    for problem in refused.value.problems:
        errors.setdefault(problem.path, []).append(problem.message)
    page = page_of(document, errors, others=[])
    wrong = {each.name: each.value for each in inputs_on(page) if each.errors}
    assert wrong == {
        "dose.sets": "many",
        "segments[1].steps[0].seconds": "-4",
        "segments[3].gate.pain_before_max": "40",
    }
    assert [target for target, _text in problems_of(page)] == [id_of(name) for name in wrong]


def test_every_problem_is_shown_somewhere() -> None:
    page = page_of({}, {"segments": ["Is missing"], "": ["Strange"]}, others=[])
    assert page.others == ["segments: Is missing", "Strange"]


@pytest.mark.parametrize(
    ("verb", "path", "order", "focus"),
    [
        pytest.param("up", "segments[1]", ["b", "a", "c"], "segments[0]", id="up"),
        pytest.param("down", "segments[1]", ["a", "c", "b"], "segments[2]", id="down"),
        pytest.param("up", "segments[0]", ["a", "b", "c"], "", id="the first stays first"),
        pytest.param("down", "segments[2]", ["a", "b", "c"], "", id="the last stays last"),
        pytest.param("remove", "segments[2]", ["a", "b"], "segments[1]", id="removed"),
        pytest.param("remove", "segments[9]", ["a", "b", "c"], "", id="one that is not there"),
        pytest.param("remove", "nothing", ["a", "b", "c"], "", id="a path that leads nowhere"),
        pytest.param("remove", "segments[0].steps[0].x[1]", ["a", "b", "c"], "", id="a path into nowhere"),
        pytest.param("add", "segments[0].key", ["a", "b", "c"], "", id="a text is no list"),
        pytest.param("shuffle", "segments[0]", ["a", "b", "c"], "", id="an unknown button"),
    ],
)
def test_buttons_move_and_remove_rows(verb: str, path: str, order: list[str], focus: str) -> None:
    document = {"segments": [{"key": key, "steps": []} for key in "abc"]}
    assert change_list(document, verb, path, new_entry) == focus
    assert [segment["key"] for segment in document["segments"]] == order


def test_buttons_add_parts_steps_and_cautions() -> None:
    document = new_exercise()
    assert change_list(document, "add", "segments", new_entry) == "segments[2]"
    assert change_list(document, "add", "segments[1].steps", new_entry) == "segments[1].steps[2]"
    assert change_list(document, "add", "contraindications", new_entry) == "contraindications[0]"


def test_a_new_exercise_needs_only_its_words() -> None:
    document = new_exercise()
    words = {"name": "Heel raises", "slug": "heel-raises", "category": "strength", "aim": "Stronger calves."}
    document |= words | {"position": "standing"}
    for segment, texts in zip(document["segments"], (["Stand tall."], ["Rise.", "Lower."]), strict=True):
        for step, text in zip(segment["steps"], texts, strict=True):
            step["text"] = text
    content = parse_exercise(document, vocabulary=starter.vocabulary())
    assert compile_timeline(content).seconds == 8 + 8 * 6
