from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routines.library.yaml_reading import MAX_BYTES, load
from routines.reading import ContentError, Problem

BILLION_LAUGHS = b"a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n"


@pytest.mark.parametrize(
    ("text", "document"),
    [
        (b"breath: in\nside: none\n", {"breath": "in", "side": "none"}),
        (b"a: yes\nb: no\nc: on\nd: off\n", {"a": "yes", "b": "no", "c": "on", "d": "off"}),
        (b"a: true\nb: false\nc: null\nd: ~\ne:\n", {"a": True, "b": False, "c": None, "d": None, "e": None}),
        (b"window: [09:00, 17:30]\n", {"window": ["09:00", "17:30"]}),
        (b"day: 2026-11-22\n", {"day": "2026-11-22"}),
        (
            b"a: 3\nb: -3\nc: 2.5\nd: '3'\ne: 007\nf: 1e3\n",
            {"a": 3, "b": -3, "c": 2.5, "d": "3", "e": "007", "f": "1e3"},
        ),
    ],
)
def test_values_are_read_as_they_look(text: bytes, document: object) -> None:
    assert load(text, name="a.yaml").document == document


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(BILLION_LAUGHS, r"bad\.yaml:1: anchors \(&\) and aliases", id="aliases that multiply"),
        pytest.param(b"a: 1\nb: *a\n", r"bad\.yaml.*(alias|anchors)", id="an alias"),
        pytest.param(b"a: !!python/object/apply:os.system ['true']\n", r"bad\.yaml:1: the tag .*python", id="a tag"),
        pytest.param(b"x: 1\na: !!python/name:os.system\n", r"bad\.yaml:2: the tag", id="a tag on a text"),
        pytest.param(b"!!map {a: 1}\n", r"bad\.yaml:1: the tag", id="a tag on the whole"),
        pytest.param(b"a: 1\nb: 2\na: 3\n", r"bad\.yaml:3: the field 'a' is written twice", id="a doubled field"),
        pytest.param(b"? [a, b]\n: 1\n", r"bad\.yaml:1: a field name must be a plain word", id="a list as a name"),
        pytest.param(b"a: [1, 2\nb: 3\n", r"bad\.yaml:2: is not valid YAML", id="broken"),
        pytest.param(b"a: 1\n---\nb: 2\n", r"bad\.yaml:2: holds more than one document", id="two documents"),
        pytest.param(b"", r"bad\.yaml:1: is empty", id="empty"),
        pytest.param(b"a: \xff\xfe\n", r"bad\.yaml: is not UTF-8", id="not UTF-8"),
        pytest.param(b"a: \x00\n", r"bad\.yaml: is not valid YAML", id="a zero byte"),
        pytest.param(b"[" * 5000 + b"]" * 5000, r"bad\.yaml:1: is nested deeper than 30 levels", id="deep"),
        pytest.param(b"#" * (MAX_BYTES + 1), r"bad\.yaml: has 5\.0 MB; at most 5 MB", id="large"),
    ],
)
def test_a_hostile_file_is_refused_with_its_line(text: bytes, message: str) -> None:
    with pytest.raises(ContentError, match=message):
        load(text, name="bad.yaml")


@given(st.binary(max_size=300))
def test_any_bytes_are_either_read_or_refused(data: bytes) -> None:
    with suppress(ContentError):
        assert load(data, name="any.yaml").lines


def plain() -> st.SearchStrategy[object]:
    leaves = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text("abc", min_size=1)
    return st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text("abc", min_size=1), inner), max_leaves=15
    )


def paths(value: object, path: str = "") -> Iterator[str]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, f"{path}[{index}]")


@settings(max_examples=40)
@given(st.dictionaries(st.text("abc", min_size=1), plain(), min_size=1, max_size=4))
def test_every_path_of_a_file_has_a_line(document: dict[str, object]) -> None:
    file = load(json.dumps(document, indent=1).encode(), name="a.yaml")
    assert file.document == document
    for path in paths(document):
        assert path in file.lines


def test_a_problem_is_explained_with_the_line_of_its_nearest_parent() -> None:
    file = load(b"exercises:\n- slug: a\n  steps:\n  - text: x\n", name="a.yaml")
    found = file.explain(
        (Problem("exercises[0].steps[0].breath", "is missing"), Problem("exercises[0].slug", "is odd"))
    )
    assert found == ["a.yaml:4: exercises[0].steps[0].breath: is missing", "a.yaml:2: exercises[0].slug: is odd"]
