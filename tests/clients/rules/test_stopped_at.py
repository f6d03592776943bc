"""Where a client stopped: the same place on the server as in the player, and none where none can be named."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clients.rules.session import Event
from clients.rules.stopped_at import Exercise, StoppedAt, stopped_at
from routines.timeline import Phase

VECTORS = Path(__file__).parents[2] / "vectors"
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
SHARED = json.loads((VECTORS / "stopped_at.json").read_text())


def phases(name: str) -> list[Phase]:
    document = json.loads((VECTORS / "timelines" / f"{name}.json").read_text())
    return [Phase(**{key: value for key, value in row.items() if key != "i"}) for row in document["timeline"]["phases"]]


def exercises(*names: str, groups: Sequence[str] = ()) -> list[Exercise]:
    """Exercises of a session, their items counted from 1."""
    chosen = [*groups, *[""] * len(names)]
    return [Exercise(place + 1, chosen[place], phases(name)) for place, name in enumerate(names)]


def told(*events: dict[str, Any]) -> list[Event]:
    return [
        Event(str(place), event["type"], AT + timedelta(seconds=place), event["item"], event.get("data", {}))
        for place, event in enumerate(events)
    ]


def begun(item: int) -> dict[str, Any]:
    return {"type": "item_started", "item": item}


def done(item: int, number: int) -> dict[str, Any]:
    return {"type": "set_done", "item": item, "data": {"segment": "main", "set": number, "side": "none"}}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in SHARED])
def test_the_server_names_the_place_that_the_player_names(case: dict[str, Any]) -> None:
    forms = {int(item): phases(name) for item, name in case.get("easier", {}).items()}
    among = [
        replace(each, easier=forms.get(each.item))
        for each in exercises(*case["timelines"], groups=case.get("groups", ()))
    ]
    assert stopped_at(told(*case["events"]), among) == (StoppedAt(*case["at"]) if case["at"] else None)


@pytest.mark.parametrize(
    ("events", "at"),
    [
        pytest.param([], None, id="nothing was begun"),
        pytest.param([done(1, 1)], None, id="ticked in the list, which has no place"),
        pytest.param([begun(9)], None, id="an exercise of another plan"),
        pytest.param(
            [begun(1), {"type": "swapped", "item": 1, "data": {"to": "easier"}}, done(1, 1)], None, id="an easier form"
        ),
        pytest.param(
            [begun(1), {"type": "swapped", "item": 1, "data": {"to": "easier"}}, begun(2)],
            StoppedAt(1),
            id="an easier form before the one that was begun",
        ),
        pytest.param([begun(1), begun(2), done(2, 1), done(2, 2)], StoppedAt(1), id="only to be finished"),
    ],
)
def test_a_place_is_named_only_where_it_is_known(events: list[dict[str, Any]], at: StoppedAt | None) -> None:
    assert stopped_at(told(*events), exercises("incline-plank", "glute-bridge")) == at


@pytest.mark.parametrize(
    ("events", "at"),
    [
        pytest.param([begun(1), done(1, 1), done(1, 2), done(1, 3)], None, id="the choice comes next"),
        pytest.param(
            [begun(1), begun(2), done(2, 1), done(2, 2)], StoppedAt(3), id="the first was chosen, the other is left out"
        ),
        pytest.param([begun(3)], StoppedAt(2), id="the second was chosen"),
    ],
)
def test_of_several_to_choose_from_only_the_chosen_one_has_a_place(
    events: list[dict[str, Any]], at: StoppedAt | None
) -> None:
    names = ("incline-plank", "glute-bridge", "cat-camel", "bird-dog")
    assert stopped_at(told(*events), exercises(*names, groups=("", "either", "either"))) == at


def test_the_order_of_arrival_changes_nothing() -> None:
    events = told(begun(1), done(1, 1), begun(1), done(1, 1), done(1, 2))
    assert stopped_at(events[::-1], exercises("incline-plank")) == StoppedAt(0, 3, 3)
