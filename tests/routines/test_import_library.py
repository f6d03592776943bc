from __future__ import annotations

import copy
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from portal.accounts.models import AuditEvent, User
from portal.accounts.tenancy import all_practices
from routines.library import starter
from routines.library.whole import read_library
from routines.library.yaml_reading import load
from routines.models import Exercise, ExerciseLink, ExerciseSubstitute, ExerciseVersion, Routine, SelfCareItem
from routines.reading import ContentError
from routines.services import import_library, save_draft, withdraw_exercise
from routines.timeline import compile as compile_timeline
from tests.routines.conftest import document_of
from tests.routines.test_library import spoiled

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_the_system(db: None) -> Any:
    """The import serves all practices."""
    with all_practices():
        yield


def run(*arguments: str) -> list[str]:
    output = StringIO()
    call_command("import_library", *arguments, stdout=output)
    return output.getvalue().splitlines()


def counts() -> list[int]:
    models = (Exercise, ExerciseVersion, ExerciseLink, ExerciseSubstitute, Routine, SelfCareItem, AuditEvent)
    return [model.objects.count() for model in models]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], None]], str]:
    """Write the exercises file after a change, and return its path."""

    def write_changed(change: Callable[[dict[str, Any]], None]) -> str:
        document = copy.deepcopy(starter.exercises_file().document)
        change(document)
        path = tmp_path / "exercises.yaml"
        path.write_text(yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False))
        return str(path)

    return write_changed


def test_the_whole_library_arrives_once_and_a_second_import_changes_nothing() -> None:
    assert run()[-1] == "Imported: 80 new, 0 changed, 0 unchanged."
    before = counts()
    assert before[:2] == [70, 70]  # 61 exercises, and 9 self-care items and articles that can stand in a plan
    assert before[4:6] == [10, 9]
    assert Exercise.objects.published().count() == 70
    assert run() == ["Imported: 0 new, 0 changed, 80 unchanged."]
    assert counts() == before


def test_a_dry_run_says_what_would_change_and_stores_nothing(write: Callable[..., str]) -> None:
    assert run("--dry-run")[-1] == "Would import: 80 new, 0 changed, 0 unchanged."
    assert counts() == [0] * 7
    run()
    before = counts()

    def change(document: dict[str, Any]) -> None:
        document["exercises"][0]["dose"]["note"] = "A new note."
        document["exercises"][0]["segments"][1]["steps"][0]["text"] = "Breathe out and bring one knee in."

    lines = run("--dry-run", "--exercises", write(change))
    assert lines == [
        "changed exercise: knee-squeezes",
        (
            "  dose.note: \"Range for the hold ('a few moments'): 5-15 s. "
            'After the single knees, do both together." -> '
            "'A new note.'"
        ),
        "  segments[single].steps[Breathe out and bring one knee in.]: added",
        "  segments[single].steps[Breathe out and draw one knee towards your chest.]: removed",
        "Would import: 0 new, 1 changed, 79 unchanged.",
    ]
    assert counts() == before


def test_a_changed_text_becomes_the_next_version_and_the_old_one_stays(write: Callable[..., str]) -> None:
    run()
    first = Exercise.objects.get(slug="cat-camel").current_version

    def change(document: dict[str, Any]) -> None:
        next(e for e in document["exercises"] if e["slug"] == "cat-camel")["aim"] = "Moves the whole spine."

    assert run("--exercises", write(change))[-1] == "Imported: 0 new, 1 changed, 79 unchanged."
    exercise = Exercise.objects.get(slug="cat-camel")
    assert exercise.current_version.number == 2
    assert exercise.current_version.document["aim"] == "Moves the whole spine."
    first.refresh_from_db()
    assert first.document["aim"] == document_of("cat-camel")["aim"]
    assert run()[0] == "changed exercise: cat-camel"
    assert Exercise.objects.get(slug="cat-camel").current_version.number == 3


def test_a_changed_gate_is_the_same_at_both_ends_of_a_link(write: Callable[..., str]) -> None:
    run()

    def change(document: dict[str, Any]) -> None:
        rows = {entry["slug"]: entry for entry in document["exercises"]}
        rows["single-knee-to-chest"]["variations"]["harder"]["gate"] = {"pain_before_max": 2}

    run("--exercises", write(change))
    rows = ExerciseLink.objects.filter(
        exercise__slug__in=["single-knee-to-chest", "knee-squeezes"],
        target__slug__in=["single-knee-to-chest", "knee-squeezes"],
    )
    assert {row.kind: row.gate for row in rows} == {"easier": {"pain_before_max": 2}, "harder": {"pain_before_max": 2}}


def test_a_changed_routine_is_told_and_taken_over(tmp_path: Path) -> None:
    run()
    document = copy.deepcopy(starter.load_path(starter.ROUTINES).document)
    document["routines"][0]["items"][0]["dose"] = {"reps": 3}
    document["routines"][0]["items"][0]["estimated_seconds"] = 148
    path = tmp_path / "routines.yaml"
    path.write_text(yaml.dump(document, Dumper=yaml.CSafeDumper))
    assert run("--routines", str(path)) == [
        "changed routine: knee-squeezes-short",
        "  items[knee-squeezes].dose: added {'reps': 3}",
        "Imported: 0 new, 1 changed, 79 unchanged.",
    ]
    assert Routine.objects.get(slug="knee-squeezes-short").items.get().dose == {"reps": 3}
    assert Routine.objects.get(slug="knee-squeezes-short").content.items[0].dose == {"reps": 3}


def test_every_stored_routine_reads_as_it_was_written(shared_library: None) -> None:
    for slug, (content, _) in starter.library().routines.items():
        stored = Routine.objects.get(slug=slug).content
        assert stored.schedule == content.schedule
        assert stored.progression == content.progression
        assert stored.regression == content.regression
        assert [(i.exercise, i.dose, i.note, i.optional, i.choice_group, i.segments) for i in stored.items] == [
            (i.exercise, i.dose, i.note, i.optional, i.choice_group, i.segments) for i in content.items
        ]
        assert [(i.optional_segments, i.gate) for i in stored.items] == [
            (i.optional_segments, i.gate) for i in content.items
        ]


def test_substitutes_and_links_are_stored_and_follow_the_file(write: Callable[..., str]) -> None:
    run()
    pairs = sum(len(pairs) for pairs in starter.library().substitutes.values())
    assert ExerciseSubstitute.objects.count() == pairs
    assert ExerciseLink.objects.count() == 2 * 11

    def change(document: dict[str, Any]) -> None:
        document["substitutions"] = {"pregnancy": {"knee-squeezes": "cat-camel"}}

    run("--exercises", write(change))
    row = ExerciseSubstitute.objects.get()
    assert (row.exercise.slug, row.tag, row.substitute.slug) == ("knee-squeezes", "pregnancy", "cat-camel")


def test_what_an_editor_has_in_hand_or_has_withdrawn_survives_an_import(write: Callable[..., str], lena: User) -> None:
    run()
    squeezes, camel = (Exercise.objects.get(slug=slug) for slug in ("knee-squeezes", "cat-camel"))
    save_draft(squeezes, document={**document_of("knee-squeezes"), "aim": "A draft."}, by=lena)
    withdraw_exercise(camel, by=lena)

    def change(document: dict[str, Any]) -> None:
        for entry in document["exercises"]:
            if entry["slug"] in ("knee-squeezes", "cat-camel"):
                entry["aim"] = "From the file."

    assert run("--exercises", write(change))[-1] == "Imported: 0 new, 2 changed, 78 unchanged."
    squeezes.refresh_from_db()
    camel.refresh_from_db()
    assert squeezes.current_version.document["aim"] == "From the file."
    draft = squeezes.versions.get(published_at=None)
    assert (draft.number, draft.document["aim"], draft.created_by) == (3, "A draft.", lena)
    assert squeezes.state == "draft"
    assert (camel.state, camel.current_version.document["aim"]) == ("withdrawn", "From the file.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(b"a: &a [x]\nb: [*a, *a]\n", r"hostile\.yaml:1: anchors \(&\) and aliases", id="aliases"),
        pytest.param(b"a: !!python/object/apply:os.system ['true']\n", r"hostile\.yaml:1: the tag", id="python tag"),
        pytest.param(b"exercises: 1\nexercises: 2\n", r"hostile\.yaml:2: .* written twice", id="doubled field"),
        pytest.param(b"- just\n- a list\n", r"hostile\.yaml:1: conventions: is missing", id="a list"),
        pytest.param(b"exercises: [\n", r"hostile\.yaml:2: is not valid YAML", id="broken"),
        pytest.param(b"x" * 50_000_000, r"has 50\.0 MB; at most 5 MB are accepted", id="50 MB"),
    ],
)
def test_a_hostile_file_is_refused_and_nothing_is_stored(tmp_path: Path, text: bytes, message: str) -> None:
    path = tmp_path / "hostile.yaml"
    path.write_bytes(text)
    with pytest.raises(CommandError, match=message) as caught:
        run("--exercises", str(path))
    assert "nothing was stored" in str(caught.value)
    assert counts() == [0] * 7


def test_a_file_with_wrong_types_is_refused_with_every_line_and_nothing_is_stored(write: Callable[..., str]) -> None:
    def change(document: dict[str, Any]) -> None:
        document["exercises"][0]["segments"][1]["steps"][0]["breath"] = ["out"]
        document["exercises"][5]["dose"] = "eight times"
        document["exercises"][60]["name"] = {"en": "Name"}

    with pytest.raises(CommandError) as caught:
        run("--exercises", write(change))
    text = str(caught.value)
    assert "exercises[0].segments[1].steps[0].breath: a list is not one of: in, out, none" in text
    assert "exercises[5].dose: expected a mapping of fields, found text" in text
    assert "exercises[60].name: expected text, found a mapping" in text
    assert counts() == [0] * 7


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match=r"Cannot read nowhere\.yaml: No such file"):
        run("--exercises", "nowhere.yaml")


def test_each_import_is_written_to_the_audit_trail() -> None:
    run()
    assert AuditEvent.objects.filter(action="exercise imported").count() == 61
    assert AuditEvent.objects.filter(action="routine imported").count() == 10


def test_every_fact_of_the_knee_squeezes_survives_file_database_and_timeline(shared_library: None) -> None:
    exercise = Exercise.objects.get(slug="knee-squeezes")
    assert (exercise.name, exercise.category, exercise.position) == ("Knee squeezes", "yoga", "lying on the back")
    assert (exercise.state, exercise.difficulty, exercise.seconds) == ("published", 1, 116)
    assert exercise.current_version.document == document_of("knee-squeezes")
    content = exercise.current_version.content
    assert content == starter.exercises()["knee-squeezes"]

    # Step by step, as the article tells it: breath, one knee, hands, hold, other leg, both, rocking, getting up.
    timeline = compile_timeline(content, opted_in={"rocking"})
    told = [(p.segment, p.kind, p.side, p.rep, p.breath, p.seconds, p.text) for p in timeline.phases]
    lie = "Lie on your back on the floor. Bend your knees and put your feet flat, close to your buttocks."
    draw = "Breathe out and draw one knee towards your chest."
    clasp = "Clasp both hands round the knee or the top of the shin to keep it there. Hold for a few moments."
    let_go = "Let go, lower the foot to the floor and do the same with the other leg."
    expected: list[tuple[Any, ...]] = [
        (None, "ready", "none", 1, "none", 5, lie),
        ("setup", "setup", "none", 1, "none", 10, lie),
        ("setup", "setup", "none", 1, "in", 4, "Let your shoulders and jaw soften. Take one easy breath."),
    ]
    for rep in (1, 2):
        for side in ("left", "right"):
            expected += [
                ("single", "move", side, rep, "out", 4, draw),
                ("single", "hold", side, rep, "none", 8, clasp),
                ("single", "return", side, rep, "in", 4, let_go),
            ]
    both = "Breathe out and bring both knees to your chest, one after the other if that is easier."
    rocks = "Rock gently from side to side: about six slow rocks."
    circles = "Now make slow circles with your knees in one direction: about four circles."
    back = "Breathe out and go back to the starting position. Stay there for a few moments."
    clasp_both = "Clasp your hands round your knees or upper shins and hold for a few moments."
    in_breath = "Breathe in as you draw both knees in towards the chest, hands clasped as before."
    expected += [
        ("both", "move", "both", 1, "out", 5, both),
        ("both", "hold", "both", 1, "none", 8, clasp_both),
        ("both", "return", "both", 1, "in", 5, "Release and put your feet down one at a time."),
        ("rocking", "setup", "both", 1, "none", 5, "Check that a thick blanket or folded mat is under your back."),
        ("rocking", "move", "both", 1, "in", 4, in_breath),
        ("rocking", "move", "both", 1, "none", 3, "Raise your chin towards your knees."),
        ("rocking", "return", "both", 1, "none", 3, "Lower your head back to the floor."),
        ("rocking", "move", "both", 1, "none", 24, rocks),
        ("rocking", "move", "both", 1, "none", 20, circles),
        ("rocking", "move", "both", 1, "none", 20, "Circle the other way: about four circles."),
        ("finish", "finish", "both", 1, "out", 10, back),
        ("finish", "finish", "both", 1, "none", 10, "Turn on to one side and sit up with care, using your hands."),
    ]
    assert told == expected

    rocking = content.segment("rocking").gate
    assert rocking is not None
    assert rocking.seed_condition == "only if the back pain is not too severe"
    assert (rocking.pain_before_max, rocking.equipment_confirmed) == (3, "thick_blanket")
    assert set(rocking.excluded_tags) == {
        "osteoporosis", "recent_spinal_surgery", "recent_fracture", "acute_radiculopathy", "flexion_sensitive",
        "pregnancy", "neck_problem", "acute_flare",
    }  # fmt: skip
    assert [phase.focus for phase in timeline.phases] == [phase.segment == "rocking" for phase in timeline.phases]
    assert content.focus_points[:2] == (
        "Put a thick blanket under you before any rocking. It protects the bones of the spine.",
        "Keep rocking slow, controlled and rhythmic - never throw your legs.",
    )
    assert (content.dose.reps, content.dose.hold_s, content.dose.hold_range_s) == (2, 8, (5, 15))
    assert (content.dose.per_day, content.dose.days_per_week, content.dose.effort_0_10) == (2, 7, (0, 2))
    assert (content.segment("both").reps, content.segment("both").reps_range) == (1, (1, 3))
    assert content.equipment == ("mat", "thick_blanket")
    assert content.seed is not None
    assert content.seed["breath"] == {
        "single_knee_in": "out", "both_knees_in_variation": "in", "return_to_start": "out"
    }  # fmt: skip
    assert len(content.seed["ambiguities"]) == 4
    origins = [step.origin for segment in content.segments for step in segment.steps]
    assert origins == ["seed", "added", "seed", "seed", "mixed", "mixed", "seed", "mixed", "mixed", *(
        ["seed"] * 3 + ["mixed"] * 3 + ["seed"] * 2
    )]  # fmt: skip
    assert len(content.contraindications) == exercise.contraindications.count() == 9
    assert exercise.contraindications.get(tag="recent_fracture").level == "avoid"
    assert exercise.links.get(kind="easier").target.slug == "single-knee-to-chest"
    assert {f.value for f in exercise.facets.filter(kind="equipment")} == {"mat", "thick_blanket"}


def test_a_refused_routine_undoes_the_exercises_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr("routines.services.importing._import_routines", fail)
    with pytest.raises(RuntimeError):
        import_library(read_library(*map(load_packaged, (starter.EXERCISES, starter.ROUTINES))))
    assert counts() == [0] * 7


def load_packaged(path: Path) -> Any:
    return load(path.read_bytes(), name=path.name)


def test_what_a_check_calls_an_error_refuses_the_files_and_a_warning_is_told(shared_library: None) -> None:
    def promise(exercises: Any, routines: Any) -> None:
        exercises["exercises"][0]["aim"] = "It cures your back."

    def shout(exercises: Any, routines: Any) -> None:
        exercises["exercises"][0]["aim"] = "Well done!"

    with pytest.raises(ContentError, match=r"exercises\[0\]\.aim: “cures” promises too much"):
        import_library(read_library(*spoiled(promise)))
    report = import_library(read_library(*spoiled(shout)))
    assert [line.partition(":")[0] for line in report.remarks] == ["exercise knee-squeezes"]
    assert "exclamation mark" in report.remarks[0]
    assert import_library(read_library(*spoiled(shout))).remarks == []
