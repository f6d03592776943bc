"""Three-way merge: both sides' work survives, and what cannot be decided is asked."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routines.library import starter
from routines.library.merging import ABSENT, MAX_DEPTH, Side, is_same, merge

TEXTS = st.sampled_from(["in", "out", "", "1", "Breathe."])
SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.5, 1.0]) | TEXTS
NAMED = st.lists(
    st.fixed_dictionaries({"key": st.sampled_from("abcd"), "reps": st.integers(1, 3)}),
    unique_by=lambda entry: entry["key"],
)
DOCUMENTS = st.dictionaries(
    st.sampled_from(["name", "dose", "segments", "steps", "tags"]),
    st.recursive(
        SCALARS | NAMED,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
        max_leaves=8,
    ),
    max_size=5,
)


@given(DOCUMENTS, DOCUMENTS)
def test_what_only_theirs_changed_is_taken_over_whole(base: Any, theirs: Any) -> None:
    merged = merge(base, base, theirs)
    assert is_same(merged.document, theirs)
    assert merged.conflicts == ()


@given(DOCUMENTS, DOCUMENTS)
def test_what_only_ours_changed_stays_and_is_no_change(base: Any, ours: Any) -> None:
    merged = merge(base, ours, base)
    assert is_same(merged.document, ours)
    assert merged.changes == ()


@given(DOCUMENTS, DOCUMENTS)
def test_the_same_change_on_both_sides_is_no_change(base: Any, both: Any) -> None:
    assert merge(base, both, copy.deepcopy(both)).changes == ()


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_every_change_can_be_left_or_taken_by_its_path(base: Any, ours: Any, theirs: Any) -> None:
    found = merge(base, ours, theirs)
    paths = [change.path for change in found.changes]
    assert len(paths) == len(set(paths))
    assert is_same(merge(base, ours, theirs, choices=dict.fromkeys(paths, Side.OURS)).document, ours)
    taken = merge(base, ours, theirs, choices=dict.fromkeys(paths, Side.THEIRS))
    assert [change.path for change in taken.changes] == paths
    assert all(change.kept is Side.THEIRS for change in taken.changes)


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_a_merge_changes_none_of_its_documents_and_repeats(base: Any, ours: Any, theirs: Any) -> None:
    before = copy.deepcopy([base, ours, theirs])
    assert merge(base, ours, theirs) == merge(base, ours, theirs)
    assert [base, ours, theirs] == before


def squeeze(**changes: object) -> dict[str, Any]:
    _, document = starter.library().exercises["knee-squeezes"]
    return {**copy.deepcopy(document), **changes}


def test_an_exercise_edited_on_both_sides_keeps_the_work_of_both() -> None:
    base, ours, theirs = squeeze(), squeeze(name="Kneedruk"), squeeze()
    ours["segments"][1]["steps"][0]["text"] = "Knijp rustig."
    theirs["dose"]["reps"] = base["dose"]["reps"] + 1
    theirs["focus_points"] = [*base["focus_points"], "Keep your jaw loose."]
    merged = merge(base, ours, theirs)
    expected = copy.deepcopy(ours)
    expected["dose"]["reps"] = theirs["dose"]["reps"]
    expected["focus_points"] = theirs["focus_points"]
    assert merged.document == expected
    assert [(change.path, change.is_conflict) for change in merged.changes] == [
        ("dose.reps", False),
        (f"focus_points[{len(base['focus_points'])}:{len(base['focus_points'])}]", False),
    ]


def test_one_place_changed_by_both_is_a_conflict_and_ours_stays_until_someone_chooses() -> None:
    base, ours, theirs = squeeze(), squeeze(name="Ours"), squeeze(name="Theirs")
    merged = merge(base, ours, theirs)
    assert merged.document["name"] == "Ours"
    [conflict] = merged.conflicts
    assert (conflict.path, conflict.base, conflict.ours, conflict.theirs) == ("name", base["name"], "Ours", "Theirs")
    assert conflict.kept is Side.OURS
    assert merge(base, ours, theirs, choices={"name": "theirs"}).document["name"] == "Theirs"


def test_a_change_of_theirs_can_be_left_out() -> None:
    base, theirs = squeeze(), squeeze(name="Theirs", aim="Something else.")
    merged = merge(base, base, theirs, choices={"name": Side.OURS})
    assert (merged.document["name"], merged.document["aim"]) == (base["name"], "Something else.")


def test_a_step_that_one_side_put_in_and_one_that_the_other_reworded_both_survive() -> None:
    steps = [{"text": text, "seconds": 3} for text in ("a", "b", "c", "d")]
    ours, theirs = copy.deepcopy(steps), copy.deepcopy(steps)
    ours[3]["text"] = "dd"
    theirs.insert(1, {"text": "new", "seconds": 2})
    merged = merge({"steps": steps}, {"steps": ours}, {"steps": theirs})
    assert [step["text"] for step in merged.document["steps"]] == ["a", "new", "b", "c", "dd"]
    assert merged.conflicts == ()


def test_a_step_whose_fields_were_changed_apart_is_merged_field_by_field() -> None:
    merged = merge(
        {"steps": [{"text": "a", "seconds": 3}]},
        {"steps": [{"text": "ours", "seconds": 3}]},
        {"steps": [{"text": "a", "seconds": 5}]},
    )
    assert merged.document == {"steps": [{"text": "ours", "seconds": 5}]}
    assert [change.path for change in merged.changes] == ["steps[0].seconds"]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        pytest.param("abc", "cab", "cab", id="theirs moved one"),
        pytest.param("cab", "abc", "cab", id="ours moved one"),
        pytest.param("abxc", "cab", "cabx", id="ours put one in, theirs moved another"),
        pytest.param("ab", "abcd", "abd", id="ours removed one, theirs put one in"),
        pytest.param("bac", "cab", "bac", id="both moved: ours stays"),
    ],
)
def test_entries_with_names_follow_the_side_that_moved_them(ours: str, theirs: str, expected: str) -> None:
    merged = merge(*({"segments": [{"key": key} for key in side]} for side in ("abc", ours, theirs)))
    assert "".join(entry["key"] for entry in merged.document["segments"]) == expected


def test_two_orders_are_a_conflict_that_can_be_decided() -> None:
    base, ours, theirs = ({"segments": [{"key": key} for key in side]} for side in ("abc", "bac", "cab"))
    [conflict] = merge(base, ours, theirs).conflicts
    assert conflict.path == "segments[order]"
    assert merge(base, ours, theirs, choices={conflict.path: Side.THEIRS}).document == theirs


def test_what_one_side_removed_and_the_other_changed_is_a_conflict() -> None:
    base = {"segments": [{"key": "a", "reps": 3}, {"key": "b"}]}
    ours, theirs = {"segments": [{"key": "b"}]}, {"segments": [{"key": "a", "reps": 4}, {"key": "b"}]}
    [conflict] = merge(base, ours, theirs).conflicts
    assert (conflict.path, conflict.ours) == ("segments[a]", ABSENT)
    assert merge(base, ours, theirs).document == ours


def test_yes_is_not_one_and_nothing_is_not_missing() -> None:
    merged = merge({"a": 1, "b": None}, {"a": 1, "b": None}, {"a": True})
    assert [change.path for change in merged.changes] == ["a", "b"]


def test_a_document_without_a_bottom_is_refused() -> None:
    deep: dict[str, Any] = {}
    other: dict[str, Any] = {}
    inner, outer = deep, other
    for _ in range(MAX_DEPTH + 2):
        inner["x"], outer["x"] = {}, {}
        inner, outer = inner["x"], outer["x"]
    outer["y"] = 1
    with pytest.raises(ValueError, match="nested too deeply"):
        merge(deep, deep, other)
