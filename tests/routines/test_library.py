from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from routines.content.rules import METRICS, OPS
from routines.library import starter
from routines.library.differences import differences
from routines.library.whole import LibraryError, read_library
from routines.library.yaml_reading import load

# clinical wording rules 1.3
BANNED = (
    "cure", "cured", "for good", "only way", "best way", "guaranteed", "always works", "heal your spine",
    "out of alignment", "damaged", "worn out", "bad posture", "weak core", "crumbling", "must never bend", "patient",
)  # fmt: skip
MOST_WORDS = 20  # in one sentence


def test_the_library_is_whole() -> None:
    library = starter.library()
    assert (len(library.exercises), len(library.routines), len(library.self_care)) == (61, 10, 6)
    assert len(library.global_rules) == 9
    assert library.substitutes["pregnancy"]["knee-squeezes"] == "all-fours-tilt"


def test_the_rules_of_the_file_are_those_the_product_knows() -> None:
    language = starter.load_path(starter.ROUTINES).document["rule_language"]
    assert tuple(language["metrics"]) == METRICS
    assert tuple(language["ops"]) == OPS


def test_the_safety_texts_are_read_in_full() -> None:
    safety = starter.safety()
    assert (safety.pain.green_max, safety.pain.amber_max, safety.pain.rise_stop) == (2, 5, 3)
    assert len(safety.stop_signs) == 8
    assert [question.id for question in safety.questions] == [
        "cauda_equina", "leg_weakness", "trauma_fracture", "infection", "heart_breath", "pregnancy", "malignancy",
        "aaa", "inflammatory",
    ]  # fmt: skip
    assert all(question.items[-1] in ("none of these", "no") for question in safety.questions)


def texts_for_clients() -> Iterator[tuple[str, str]]:
    """Every text that a client may read, with the place it comes from."""
    library = starter.library()
    for slug, (content, _) in library.exercises.items():
        yield f"{slug}.aim", content.aim
        for segment in content.segments:
            yield from ((f"{slug}.{segment.key}", step.text) for step in segment.steps)
        yield from ((f"{slug}.focus_points", text) for text in content.focus_points)
        yield from ((f"{slug}.precautions", text) for text in content.precautions)
        yield from ((f"{slug}.{link.name}", link.text) for link in (content.easier, content.harder) if link)
        yield from ((f"{slug}.{entry.tag}", entry.note) for entry in content.contraindications if entry.note)
    for slug, (item, _) in library.self_care.items():
        yield from ((slug, text) for text in (item.aim, item.how, *item.cautions))
    rules = list(library.global_rules)
    for slug, (routine, _) in library.routines.items():
        yield slug, routine.goal
        yield from ((slug, item.note) for item in routine.items if item.note)
        rules += [rule for rule in (*routine.progression, *routine.regression) if not isinstance(rule, str)]
    yield from ((rule.id, rule.client_text) for rule in rules)
    for question in library.safety.questions:
        yield from ((question.id, text) for text in (question.ask, *question.items))
    yield from (("stop_signs", text) for text in library.safety.stop_signs)


def test_no_sentence_for_clients_is_longer_than_twenty_words() -> None:
    long = [
        (place, sentence)
        for place, text in texts_for_clients()
        for sentence in re.split(r"(?<=[.!?])\s+", text)
        if len(sentence.split()) > MOST_WORDS
    ]
    assert long == []


def test_no_text_for_clients_promises_frightens_or_shouts() -> None:
    pattern = re.compile(r"\b(" + "|".join(re.escape(word) for word in BANNED) + r")\b|!", re.IGNORECASE)
    assert [(place, text) for place, text in texts_for_clients() if pattern.search(text)] == []
    assert pattern.search("This is the only way")


def test_every_easier_or_harder_form_links_back_and_no_ladder_is_a_circle() -> None:
    exercises = starter.exercises()
    linked = 0
    for slug, content in exercises.items():
        for kind, back in (("easier", "harder"), ("harder", "easier")):
            link = getattr(content, kind)
            if link and link.slug:
                linked += 1
                assert getattr(exercises[link.slug], back).slug == slug
        climbed = [slug]
        while (link := exercises[climbed[-1]].harder) and link.slug:
            assert link.slug not in climbed
            climbed.append(link.slug)
    assert linked == 2 * 11


def test_whoever_cannot_reach_the_floor_is_told_so_by_every_exercise_on_the_floor() -> None:
    floor = ("lying", "hands and knees", "kneeling", "half kneeling")
    silent = [
        slug
        for slug, content in starter.exercises().items()
        if content.position.startswith(floor)
        and "floor_transfer" not in {entry.tag for entry in content.contraindications}
    ]
    assert silent == []


def test_no_word_of_the_files_is_a_boolean_in_an_older_yaml() -> None:
    """`in: no` reads as false with older readers; the shipped files mean the same to both."""
    for path in (starter.EXERCISES, starter.ROUTINES):
        assert yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) == starter.load_path(path).document


def spoiled(change: Any) -> tuple[Any, Any]:
    """Both files, the exercises first, after `change(exercises, routines)` of their documents."""
    documents = [
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in (starter.EXERCISES, starter.ROUTINES)
    ]
    change(*documents)
    names = ("exercises.yaml", "routines.yaml")
    return tuple(
        load(json.dumps(document, indent=1).encode(), name=name)
        for document, name in zip(documents, names, strict=True)
    )


def set_at(document: Any, path: list[str | int], value: object) -> None:
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


WEEKLY = {"sessions_per_day": 1, "days_per_week": 5, "weeks": 4}


@pytest.mark.parametrize(
    ("which", "path", "value", "message"),
    [
        (0, ["exercises", 9, "slug"], "cat-camel", r"exercises\[9\]\.slug: 'cat-camel' is used twice"),
        (0, ["exercises", 0, "variations", "easier", "slug"], "no-such", r"easier\.slug: no exercise 'no-such'"),
        (0, ["exercises", 0, "variations", "easier", "slug"], "cat-camel", r"cat-camel does not name knee-squeezes"),
        (0, ["exercises", 0, "estimated_seconds"], 99, r"estimated_seconds: is 99 but the timeline takes 116"),
        (0, ["exercises", 0, "equipment"], ["boat"], r"exercises\.yaml:\d+: exercises\[0\]\.equipment\[0\]: 'boat'"),
        (0, ["exercises"], {}, r"exercises: expected a list, found a mapping"),
        (0, ["conventions"], [], r"conventions: is missing"),
        (0, ["conventions", "tags"], ["a"], r"conventions\.tags: expected a mapping"),
        (0, ["schema_version"], 2, r"schema_version: 2 is out of range"),
        (0, ["surprise"], 1, r"exercises\.yaml:\d+: surprise: is not a known field"),
        (0, ["substitutions", "pregnancy", "knee-squeezes"], "flying", r"'flying' cannot stand in for it"),
        (0, ["self_care", 0, "evidence"], "magic", r"self_care\[0\]\.evidence: 'magic' is not one of"),
        (1, ["routines", 0, "items", 0, "exercise"], "flying", r"items\[0\]\.exercise: no exercise 'flying'"),
        (1, ["routines", 0, "items", 0, "dose"], {"reps": 0}, r"items\[0\]\.dose\.reps: 0 is out of range"),
        (1, ["routines", 0, "items", 0, "dose"], {"hold_s": 60}, r"items\[0\]\.dose\.hold_s: 60 is outside the range"),
        (1, ["routines", 0, "items", 0, "segments"], ["singel"], r"knee-squeezes has no segment 'singel'"),
        (1, ["routines", 0, "items", 0, "optional_segments"], ["both"], r"'both' is not an optional segment"),
        (1, ["routines", 0, "items", 0, "estimated_seconds"], 5, r"is 5 but the timeline takes 116"),
        (1, ["routines", 0, "estimated_minutes"], 9, r"estimated_minutes: is 9 but the items take about 2 minutes"),
        (1, ["routines", 0, "next"], ["nowhere"], r"next\[0\]: no routine 'nowhere'"),
        (1, ["routines", 1, "self_care"], ["gin"], r"self_care\[0\]: no self-care item 'gin'"),
        (1, ["routines", 4, "regression"], ["global.none"], r"regression\[0\]: no global rule 'global.none'"),
        (1, ["routines", 0, "schedule", "days_per_week"], 8, r"schedule\.days_per_week: 8 is out of range"),
        (1, ["routines", 4, "schedule", "weekdays"], ["mon"], r"weekdays: names 1 days but days_per_week is 3"),
        (1, ["routines", 3, "schedule", "window"], ["18:00", "09:00"], r"window: expected two times"),
        (1, ["routines", 0, "schedule", "kind"], "hourly", r"schedule\.kind: 'hourly' is not one of"),
        (1, ["routines", 8, "schedule", "kind"], "weekdays", r"weekdays: is missing; kind weekdays"),
        (1, ["routines", 4, "schedule", "kind"], "walk", r"weekdays: names days, but in kind walk"),
        (1, ["routines", 0, "schedule", "kind"], "breaks", r"window: is missing; breaks lie between"),
        (1, ["routines", 3, "schedule"], {**WEEKLY, "kind": "breaks", "window": []}, r"window: is missing; breaks"),
        (1, ["routines", 3, "schedule", "kind"], "walk", r"window: is for breaks, but kind is walk"),
        (1, ["routines", 0, "schedule", "bite_min"], 2, r"bite_min: 2 is out of range"),
        (1, ["routines", 3, "schedule", "bite_min"], 5, r"bite_min: is for sessions"),
        (1, ["routines", 0, "progression", 0, "when", 0, "metric"], "luck", r"when\[0\]\.metric: 'luck' is not one of"),
        (1, ["routines", 0, "progression", 0, "when", 0, "op"], "in", r"value: the operator in compares with a list"),
        (1, ["routines", 0, "progression", 0, "then", "action"], "shout", r"then\.action: 'shout' is not one of"),
        (1, ["routines", 0, "progression", 0, "then", "segment"], "juggling", r"has no segment 'juggling'"),
        (1, ["routines", 0, "progression", 1, "authorisation"], "automatic", r"change_dose adds something"),
        (1, ["routines", 0, "lanes"], {"sore": {}}, r"lanes\.sore: give either items or a routine"),
        (1, ["routines", 8, "weekly_plan", 1, "week"], 5, r"week: is 5; weeks follow each other, so this one is 2"),
        (1, ["safety", "pain_model", "settings", "amber_max"], 1, r"must lie above green_max"),
        (1, ["safety"], None, r"safety: is missing"),
    ],
)  # fmt: skip
def test_a_bad_library_is_refused_with_file_line_field_and_remedy(
    which: int, path: list[str | int], value: object, message: str
) -> None:
    files = spoiled(lambda *documents: set_at(documents[which], path, value))
    with pytest.raises(LibraryError, match=message) as caught:
        read_library(*files)
    name = ("exercises.yaml", "routines.yaml")[which]
    assert all(re.match(rf"{name}:\d+: ", line) for line in caught.value.lines)


def test_a_circle_of_harder_forms_is_refused() -> None:
    def close_the_circle(exercises: dict[str, Any], _: object) -> None:
        rows = {entry["slug"]: entry for entry in exercises["exercises"]}
        rows["pelvic-clock"]["variations"]["harder"]["slug"] = "pelvic-tilt-lying"
        rows["pelvic-tilt-lying"]["variations"]["easier"]["slug"] = "pelvic-clock"

    with pytest.raises(LibraryError, match="leads back to this exercise; break the circle"):
        read_library(*spoiled(close_the_circle))


def test_all_bad_lines_of_both_files_are_reported_at_once() -> None:
    def spoil(exercises: dict[str, Any], routines: dict[str, Any]) -> None:
        exercises["exercises"][3]["difficulty"] = 7
        exercises["exercises"][9]["sides"] = "up"
        routines["routines"][2]["goal"] = ""

    with pytest.raises(LibraryError) as caught:
        read_library(*spoiled(spoil))
    assert len(caught.value.lines) == 3


@pytest.mark.parametrize("document", [None, [], "text", 4, {"exercises": None}])
def test_a_file_of_another_kind_is_refused(document: object) -> None:
    data = load(yaml.safe_dump(document).encode(), name="x.yaml")
    with pytest.raises(LibraryError):
        read_library(data, data)


def test_changes_are_told_in_words() -> None:
    lie, sit = {"text": "Lie"}, {"text": "Sit"}
    old = {"name": "A", "dose": {"reps": 2}, "tags": ["x"], "steps": [lie, sit], "gone": 1}
    new = {"name": "A", "dose": {"reps": 3}, "tags": ["x", "y"], "steps": [sit, lie], "more": 2}
    assert differences(old, new) == [
        "dose.reps: 2 -> 3",
        "tags[y]: added",
        "steps: put in another order",
        "more: added 2",
        "gone: removed 1",
    ]
    assert differences(old, old) == []
    assert differences({"a": True}, {"a": 1}) == ["a: True -> 1"]


def test_the_changes_to_the_source_are_written_down() -> None:
    notes = (Path(starter.FOLDER) / "CHANGES.md").read_text(encoding="utf-8")
    for word in ("pelvic-clock", "tempo", "floor_transfer", "hold_range_s"):
        assert word in notes
