"""Golden timelines, shared with the browser's tests. Rewrite them with: python -m tests.routines.vectors"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from routines.library import starter
from routines.timeline import compile as compile_timeline

FOLDER = Path(__file__).parents[1] / "vectors" / "timelines"

CASES: dict[str, dict[str, Any]] = {
    "knee-squeezes": {"exercise": "knee-squeezes"},
    "knee-squeezes-with-rocking": {"exercise": "knee-squeezes", "opted_in": ["rocking"]},
    "knee-squeezes-single-right-first": {
        "exercise": "knee-squeezes",
        "segments": ["setup", "single", "finish"],
        "first_side": "right",
        "dose": {"reps": 3, "hold_s": 5},
    },
    "hamstring-strap": {"exercise": "hamstring-strap"},
    "bird-dog": {"exercise": "bird-dog", "dose": {"sets": 2, "reps": 2}},
    "bird-dog-one-side-after-the-other": {
        "exercise": "bird-dog",
        "order": "each",
        "dose": {"sets": 1, "reps": 2},
    },
    "side-bridge-knees": {"exercise": "side-bridge-knees"},
    "glute-bridge": {"exercise": "glute-bridge", "dose": {"sets": 2, "reps": 3}},
    "incline-plank": {"exercise": "incline-plank"},
    "cat-camel": {"exercise": "cat-camel", "dose": {"tempo": "4-0-4-2"}},
    "walking": {"exercise": "walking", "dose": {"duration_s": 300}},
    "suitcase-carry": {"exercise": "suitcase-carry", "dose": {"load_kg": 4}},
    "belly-breathing": {"exercise": "belly-breathing"},
    "log-roll-sit-up": {"exercise": "log-roll-sit-up"},
}


def golden(name: str) -> str:
    """Return the text of one vector file: what was given and the timeline it compiles to."""
    given = CASES[name]
    content = starter.exercises()[given["exercise"]]
    timeline = compile_timeline(
        content,
        content.dose.override(**given.get("dose", {})),
        first_side=given.get("first_side", "left"),
        order=given.get("order", "as_content"),
        opted_in=frozenset(given.get("opted_in", ())),
        segments=given.get("segments"),
    )
    return json.dumps({"given": given, "timeline": timeline.to_json()}, indent=1, ensure_ascii=False) + "\n"


def rewrite() -> None:
    """Write every vector file anew and remove those no case stands for."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.json"):
        if path.stem not in CASES:
            path.unlink()
    for name in CASES:
        (FOLDER / f"{name}.json").write_text(golden(name), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
