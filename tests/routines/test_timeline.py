from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routines.content import ContentError
from routines.library import starter
from routines.timeline import READY_S, SWITCH_S, Timeline
from routines.timeline import compile as compile_timeline
from tests.routines.vectors import CASES, FOLDER, golden

EXERCISES = starter.exercises()
SIDED = [slug for slug, content in EXERCISES.items() if content.sides != "none"]
ROCKING = frozenset({"rocking"})

Prescription = tuple[str, dict[str, Any]]

slugs = st.sampled_from(sorted(EXERCISES))
sided_slugs = st.sampled_from(sorted(SIDED))


@st.composite
def prescriptions(draw: st.DrawFn, chosen: st.SearchStrategy[str] = slugs) -> Prescription:
    """An exercise with sets, repetitions and rest that a person could be given."""
    slug = draw(chosen)
    most_reps = 2 if EXERCISES[slug].dose.mode == "time" else 12
    sets, reps, rest_s = draw(st.tuples(st.integers(1, 4), st.integers(1, most_reps), st.integers(0, 90)))
    return slug, {"sets": sets, "reps": reps, "rest_s": rest_s}


def compiled(slug: str, changes: dict[str, Any], **options: Any) -> Timeline:
    content = EXERCISES[slug]
    return compile_timeline(content, content.dose.override(**changes), **options)


def turns(timeline: Timeline) -> list[tuple[int, int, str]]:
    """The (set, rep, side) of each repetition of the main segment, in the order they are done."""
    found: list[tuple[int, int, str]] = []
    for phase in timeline.phases:
        turn = (phase.set, phase.rep, phase.side)
        if phase.step is not None and phase.segment in ("main", "single") and turn not in found[-1:]:
            found.append(turn)
    return found


@given(prescriptions())
def test_the_length_is_the_sum_of_the_phases_without_gaps(prescription: Prescription) -> None:
    timeline = compiled(*prescription)
    at = 0.0
    for phase in timeline.phases:
        assert phase.at == pytest.approx(at)
        assert phase.seconds > 0
        at += phase.seconds
    assert timeline.seconds == pytest.approx(at - READY_S)
    assert timeline.to_json()["seconds"] == pytest.approx(timeline.seconds)


@given(prescriptions())
def test_the_estimate_is_what_can_be_worked_out_by_hand(prescription: Prescription) -> None:
    slug, changes = prescription
    content = EXERCISES[slug]
    once = sum(s.seconds for g in content.segments if g.repeat == "once" for s in g.steps)
    cycle = sum(s.seconds for g in content.segments if g.repeat == "per_dose" for s in g.steps)
    fixed = sum(
        s.seconds * (g.reps or 0) for g in content.segments if g.repeat == "fixed" and not g.gate for s in g.steps
    )
    sides = 1 if content.sides == "none" else 2
    switches = changes["sets"] * SWITCH_S if content.sides == "each" else 0
    rests = changes["rest_s"] * (changes["sets"] - 1)
    expected = once + cycle * changes["sets"] * changes["reps"] * sides + fixed + switches + rests
    assert compiled(slug, changes).seconds == pytest.approx(expected)


def test_every_exercise_takes_as_long_as_the_library_says() -> None:
    wrong = {
        slug: (compile_timeline(content).seconds, content.estimated_seconds)
        for slug, content in EXERCISES.items()
        if compile_timeline(content).seconds != content.estimated_seconds
    }
    assert len(EXERCISES) == 61
    assert wrong == {}


def test_the_estimate_leaves_out_ready_and_segments_not_opted_in() -> None:
    without = compile_timeline(EXERCISES["knee-squeezes"])
    with_rocking = compile_timeline(EXERCISES["knee-squeezes"], opted_in=ROCKING)
    assert without.seconds == 116
    assert sum(phase.seconds for phase in without.phases) == 121
    assert not any(phase.segment == "rocking" for phase in without.phases)
    assert with_rocking.seconds == 116 + 79
    assert with_rocking.units == without.units == 5
    assert with_rocking.target_seconds == without.target_seconds == 40


@given(prescriptions(sided_slugs), st.sampled_from(["left", "right"]))
def test_alternating_changes_side_at_every_repetition_without_a_switch(prescription: Prescription, first: str) -> None:
    timeline = compiled(*prescription, order="alternating", first_side=first)
    sides = [side for _, _, side in turns(timeline)]
    other = "right" if first == "left" else "left"
    assert sides == [first, other] * (len(sides) // 2)
    assert not any(phase.kind == "switch" for phase in timeline.phases)


@given(prescriptions(sided_slugs), st.sampled_from(["left", "right"]))
def test_each_finishes_one_side_before_the_other_with_one_switch_in_every_set(
    prescription: Prescription, first: str
) -> None:
    _, changes = prescription
    timeline = compiled(*prescription, order="each", first_side=first)
    other = "right" if first == "left" else "left"
    switches = [phase for phase in timeline.phases if phase.kind == "switch"]
    assert [(phase.seconds, phase.side) for phase in switches] == [(SWITCH_S, other)] * changes["sets"]
    for number in range(1, changes["sets"] + 1):
        sides = [side for which, _, side in turns(timeline) if which == number]
        assert sides == [first] * changes["reps"] + [other] * changes["reps"]


@given(prescriptions(), st.sampled_from(["as_content", "alternating", "each"]))
def test_repetitions_are_counted_for_each_side(prescription: Prescription, order: str) -> None:
    slug, changes = prescription
    timeline = compiled(slug, changes, order=order)
    done = turns(timeline)
    assert len(set(done)) == len(done)
    sides = ("none", "both") if EXERCISES[slug].sides == "none" else ("left", "right")
    for side in {side for _, _, side in done}:
        assert side in sides
        for number in range(1, changes["sets"] + 1):
            reps = [rep for which, rep, which_side in done if (which, which_side) == (number, side)]
            assert reps == list(range(1, changes["reps"] + 1))
    assert all(phase.rep <= phase.reps and phase.set <= phase.sets for phase in timeline.phases)


@given(prescriptions(), st.sampled_from(["as_content", "alternating", "each"]))
def test_starting_on_the_right_is_the_mirror_of_starting_on_the_left(prescription: Prescription, order: str) -> None:
    left = compiled(*prescription, order=order, first_side="left")
    right = compiled(*prescription, order=order, first_side="right")
    assert left.mirrored() == right
    assert left.mirrored().mirrored() == left


@given(prescriptions())
def test_rests_lie_only_between_sets(prescription: Prescription) -> None:
    slug, changes = prescription
    rests = [phase for phase in compiled(slug, changes).phases if phase.kind == "rest" and phase.step is None]
    wanted = [changes["rest_s"]] * (changes["sets"] - 1) if changes["rest_s"] else []
    assert [phase.seconds for phase in rests] == wanted


@given(prescriptions())
def test_units_count_each_repetition_of_each_side_once(prescription: Prescription) -> None:
    slug, changes = prescription
    sides = 1 if EXERCISES[slug].sides == "none" else 2
    both_knees = 1 if slug == "knee-squeezes" else 0
    assert compiled(slug, changes).units == changes["sets"] * changes["reps"] * sides + both_knees


@given(st.integers(5, 15))
def test_a_hold_follows_the_dose_wherever_it_is_repeated(hold: int) -> None:
    timeline = compiled("knee-squeezes", {"hold_s": hold})
    assert {phase.seconds for phase in timeline.phases if phase.kind == "hold"} == {hold}
    assert timeline.target_seconds == 5 * hold


@given(st.integers(60, 1800))
def test_a_timed_bout_follows_the_dose(seconds: int) -> None:
    timeline = compiled("walking", {"duration_s": seconds})
    assert [phase.seconds for phase in timeline.phases if phase.kind == "move"] == [seconds]
    assert timeline.target_seconds == seconds
    assert timeline.units == 1


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 9))
def test_a_changed_tempo_moves_every_part_of_a_repetition(move: int, back: int, pause: int) -> None:
    timeline = compiled("cat-camel", {"tempo": f"{move}-0-{back}-{pause}"})
    first = [(phase.kind, phase.seconds) for phase in timeline.phases if (phase.segment, phase.rep) == ("main", 1)]
    assert first == [("move", move), ("return", back)] + ([("rest", pause)] if pause else [])


def test_rocking_carries_its_gate_and_the_focus_points_and_goes_before_the_finish() -> None:
    timeline = compile_timeline(EXERCISES["knee-squeezes"], opted_in=ROCKING)
    rocking = [phase for phase in timeline.phases if phase.segment == "rocking"]
    assert len(rocking) == 7
    assert all(phase.gate == "rocking" and phase.focus for phase in rocking)
    assert not any(phase.gate or phase.focus for phase in timeline.phases if phase.segment != "rocking")
    assert timeline.to_json()["gates"]["rocking"]["pain_before_max"] == 3
    assert timeline.to_json()["gates"]["rocking"]["equipment_confirmed"] == "thick_blanket"
    order = list(dict.fromkeys(phase.segment for phase in timeline.phases if phase.segment))
    assert order == ["setup", "single", "both", "rocking", "finish"]


def test_the_cue_follows_the_breath_and_the_phase() -> None:
    phases = compile_timeline(EXERCISES["knee-squeezes"], opted_in=ROCKING).phases
    single = [(p.kind, p.cue, p.breath) for p in phases if (p.segment, p.rep, p.side) == ("single", 1, "left")]
    assert single == [
        ("move", "Breathe out", "out"),
        ("hold", "Hold", "none"),
        ("return", "Breathe in", "in"),
    ]
    assert [p.cue for p in phases if p.segment == "rocking"][1] == "Breathe in"
    assert phases[0].cue == "Get ready"


def test_cues_and_switches_are_translated_where_a_translator_is_given() -> None:
    german = {"Hold": "Halten", "Now the right side.": "Jetzt die rechte Seite."}
    content = EXERCISES["hamstring-strap"]
    phases = compile_timeline(content, gettext=lambda text: german.get(text, text)).phases
    assert {phase.cue for phase in phases if phase.kind == "hold"} == {"Halten"}
    assert [phase.text for phase in phases if phase.kind == "switch"] == ["Jetzt die rechte Seite."]


def test_a_note_for_the_illustrator_never_reaches_the_timeline() -> None:
    for content in EXERCISES.values():
        assert any("note" in (step.pose or {}) for segment in content.segments for step in segment.steps)
        timeline = compile_timeline(content, opted_in=frozenset(g.key for g in content.segments if g.is_opt_in))
        for phase in timeline.to_json()["phases"]:
            assert phase["pose"] or phase["kind"] in ("rest", "switch")
            assert "note" not in (phase["pose"] or {})


def test_both_knees_may_be_repeated_within_the_range_of_the_author() -> None:
    assert compiled("knee-squeezes", {"segment_reps": {"both": 3}}).units == 4 + 3
    with pytest.raises(ContentError, match=r"dose\.segment_reps\.both: 4 is outside the range.*use 1 to 3"):
        compiled("knee-squeezes", {"segment_reps": {"both": 4}})
    with pytest.raises(ContentError, match=r"no segment 'single' has a fixed count; use one of: both, rocking"):
        compiled("knee-squeezes", {"segment_reps": {"single": 2}})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"first_side": "up"}, "first_side: 'up' is not a side"),
        ({"order": "random"}, "order: 'random' is not an order"),
        (
            {"segments": ["singel"]},
            "has no segment 'singel'; use any of: setup, single, both, rocking, finish",
        ),
        ({"segments": ["setup", "finish"]}, "nothing is left to do"),
        ({"opted_in": {"finish"}}, "'finish' is not an optional segment; use any of: rocking"),
    ],
)
def test_options_that_do_not_fit_are_refused_with_a_reason(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ContentError, match=message):
        compile_timeline(EXERCISES["knee-squeezes"], **options)


@pytest.mark.parametrize(
    ("slug", "changes", "message"),
    [
        ("cat-camel", {"hold_s": 5}, r"dose\.hold_s: has no step to follow it"),
        ("cat-camel", {"mode": "hold", "hold_s": 5}, r"dose\.mode: mode hold needs a step of phase hold"),
        (
            "cat-camel",
            {"mode": "time", "duration_s": 60},
            r"dose\.mode: mode time needs one step of phase move",
        ),
        (
            "legs-on-chair-rest",
            {"hold_s": 3600, "reps": 100},
            "hours of one exercise; at most 4 are accepted",
        ),
        ("standing-back-bend", {"sets": 20, "reps": 100}, "more than 5000 phases of one exercise"),
    ],
)
def test_a_dose_that_does_not_suit_the_exercise_is_refused_with_a_reason(
    slug: str, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ContentError, match=message):
        compiled(slug, changes)


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_golden_timelines_still_hold(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == golden(name)


def test_there_are_golden_timelines_of_at_least_ten_exercises_and_no_stray_ones() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(CASES)
    assert len({json.loads(golden(name))["timeline"]["exercise"] for name in CASES}) >= 10
