"""JSON from outside: what is refused, and that the limits themselves are still taken."""

import json
from typing import Any

import pytest

from portal.lib import strict_json
from tests.hostile_json import HOSTILE


@pytest.mark.parametrize("text", [*HOSTILE.values(), "", "{", "[1]" + " " * 20_000], ids=str)
def test_what_nobody_writes_is_refused_in_one_way(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the callers say what it means for them
        strict_json.read(text)


@pytest.mark.parametrize("value", [None, 0.5, -(10**17), {"both": [{"key": 1}]}, "ß 🙂", []], ids=str)
def test_what_people_write_comes_as_it_is(value: Any) -> None:
    assert strict_json.read(json.dumps(value)) == value


def test_sixty_levels_are_taken_and_one_more_is_not() -> None:
    most = strict_json.MOST_LEVELS
    assert json.dumps(strict_json.read("[" * most + "]" * most)) == "[" * most + "]" * most
    with pytest.raises(ValueError, match="deep"):
        strict_json.read('{"a":' * (most + 1) + "1" + "}" * (most + 1))
