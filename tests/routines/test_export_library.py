"""A library goes out and comes back the same, byte by byte."""

import copy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.errors import NotAllowed
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines.content.routine import BITE_MIN, KINDS
from routines.library import starter
from routines.library.whole import LibraryError, read_library
from routines.library.writing import schema, to_yaml
from routines.library.yaml_reading import load
from routines.models import Exercise, ExerciseVersion, Routine, RoutineItem
from routines.services import (
    copy_exercise,
    create_routine,
    export_library,
    export_translations,
    import_library,
    publish_exercise,
    save_draft,
    surroundings,
    withdraw_exercise,
    withdraw_routine,
)
from routines.timeline import compile as compile_timeline

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17)
    | st.sampled_from([0.5, 1e-7, 12.25, -3.0])
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t"), max_size=30)
    | st.sampled_from(["yes", "no", "on", "null", "~", "09:00", "1.5", "1e3", "- a", "a: b", "# x", "=1", "0x1f"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text("abc_", min_size=1, max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def files_of(practice: Practice | None = None) -> tuple[bytes, bytes]:
    return export_library(practice, by=None)


def read(files: tuple[bytes, bytes], practice: Practice | None = None) -> Any:
    exercises, routines = (load(data, name=name) for data, name in zip(files, ("e.yaml", "r.yaml"), strict=True))
    return read_library(exercises, routines, around=surroundings(practice))


def wipe() -> None:
    """Delete the library, as no service would."""
    for model in set(apps.get_app_config("routines").get_models()) - {Exercise, ExerciseVersion}:
        model._base_manager.all()._raw_delete("default")
    Exercise._base_manager.update(current_version=None, state="draft", origin=None)
    ExerciseVersion._base_manager.all()._raw_delete("default")
    Exercise._base_manager.all()._raw_delete("default")


def timelines() -> dict[str, Any]:
    """Return every timeline of the library: of each exercise, and of each exercise as a routine doses it."""
    found: dict[str, Any] = {}
    with all_practices():
        for row in Exercise.objects.select_related("current_version"):
            found[row.slug] = compile_timeline(row.current_version.content).to_json()
        for item in RoutineItem.objects.select_related("exercise__current_version", "routine"):
            content = item.exercise.current_version.content
            dose = content.dose.override(**item.dose)
            key = f"{item.routine.slug} {item.position}"
            found[key] = compile_timeline(content, dose, segments=item.segments).to_json()
    return found


@pytest.mark.django_db
def test_a_library_that_was_exported_wiped_and_imported_is_the_same_to_the_byte(
    shared_library: None, lena: User
) -> None:
    with all_practices():
        edited = Exercise.objects.get(slug="cat-camel")
        document = copy.deepcopy(edited.current_version.document)
        document["aim"] = "Yes: 09:00 – “loosens” the back"
        document["segments"][0]["steps"][0]["seconds"] = 8.5
        save_draft(edited, document=document, by=lena)
        publish_exercise(edited, by=lena)
        save_draft(edited, document={**document, "name": "Not yet public"}, by=lena)
        withdraw_exercise(Exercise.objects.get(slug="dead-bug"), by=lena)
        walk = Routine.objects.get(slug="walking-build-up")
        walk.document["schedule"] |= {"kind": "walk"}
        walk.save()
        withdraw_routine(Routine.objects.get(slug=Routine.objects.order_by("slug")[0].slug), by=lena)
    before, played = files_of(), timelines()
    assert b"Not yet public" not in before[0]
    assert b"kind: walk" in before[1]
    assert b"withdrawn:\n- dead-bug\n" in before[0]
    wipe()
    assert files_of() != before
    report = import_library(read(before))
    assert (report.changed, report.count("withdrawn")) == (0, 2)
    assert files_of() == before
    assert timelines() == played
    assert len(played) > 100
    with all_practices():
        assert Exercise.objects.get(slug="dead-bug").state == Exercise.State.WITHDRAWN
    again = import_library(read(before))
    assert (again.new, again.changed, again.count("withdrawn")) == (0, 0, 0)


@pytest.mark.django_db
def test_what_was_shipped_comes_back_out_as_it_was_put_in(shared_library: None) -> None:
    exercises, routines = (load(data, name="x").document for data in files_of())
    shipped = starter.exercises_file().document
    assert {entry["slug"]: entry for entry in exercises["exercises"]} == {
        entry["slug"]: entry for entry in shipped["exercises"]
    }
    assert exercises["conventions"] == shipped["conventions"]
    assert exercises["substitutions"] == shipped["substitutions"]
    assert routines["safety"] == starter.load_path(starter.ROUTINES).document["safety"]


@pytest.mark.django_db
def test_a_clinic_takes_its_own_library_to_another_clinic(
    shared_library: None, practice: Practice, hill: Practice, priya: User, nora: User
) -> None:
    with practice_scope(practice):
        ours = copy_exercise(Exercise.objects.get(slug="knee-squeezes", practice=None), into=practice, by=priya)
        document = {**ours.current_version.document, "name": "Our squeezes"}
        save_draft(ours, document=document, by=priya)
        publish_exercise(ours, by=priya)
        routine = Routine.objects.filter(practice=None).first()
        assert routine is not None
        created = {**routine.whole_document(), "slug": "our-routine", "next": [routine.slug]}
        create_routine(document=created, by=priya, practice=practice)
    shared = files_of()
    mine = export_library(practice, by=priya)
    assert mine[0].count(b"\n- slug:") == 1
    report = import_library(read(mine, hill), practice=hill, by=nora)
    assert [row.outcome for row in report.rows] == ["new", "new"]
    theirs = export_library(hill, by=nora)
    assert theirs[0].replace(b"Hill", b"Riverside") == mine[0]
    assert files_of() == shared
    assert export_library(practice, by=priya) == mine


@pytest.mark.django_db
def test_nobody_exports_or_imports_a_library_that_is_not_theirs(
    shared_library: None, practice: Practice, hill: Practice, priya: User, lena: User
) -> None:
    library = read(files_of())
    for wrong in (None, hill):
        with pytest.raises(NotAllowed):
            export_library(wrong, by=priya)
        with pytest.raises(NotAllowed):
            import_library(library, practice=wrong, by=priya)
    with pytest.raises(NotAllowed):
        import_library(library, practice=practice, by=lena)
    assert export_library(None, by=lena) == files_of()


@pytest.mark.django_db
def test_an_import_never_overwrites_a_colleagues_own_exercise(
    practice: Practice, priya: User, ben: User, bridge_document: dict[str, Any]
) -> None:
    with all_practices():
        own = save_draft(None, document=bridge_document, by=ben, practice=practice, own=True).exercise
        publish_exercise(own, by=ben)
    theirs = export_library(practice, by=ben)
    assert b"our-bridge" not in export_library(practice, by=priya)[0]
    from routines.reading import ContentError

    changed = theirs[0].replace(b"Our bridge", b"My bridge"), theirs[1]
    with pytest.raises(ContentError, match="belongs to a colleague"):
        import_library(read(changed, practice), practice=practice, by=priya)
    assert export_library(practice, by=ben) == theirs


@pytest.mark.django_db
def test_withdrawn_names_what_is_in_the_file(shared_library: None) -> None:
    exercises, routines = files_of()
    with pytest.raises(LibraryError, match=r"withdrawn\[0\]: is not in this file"):
        read((exercises + b"withdrawn:\n- nowhere\n", routines))


@pytest.mark.django_db
def test_the_commands_write_and_read_the_same_files(shared_library: None, practice: Practice, tmp_path: Path) -> None:
    call_command("export_library", str(tmp_path / "out"))
    files = tmp_path / "out" / "exercises.yaml", tmp_path / "out" / "routines.yaml"
    assert (files[0].read_bytes(), files[1].read_bytes()) == files_of()
    words = ["--exercises", str(files[0]), "--routines", str(files[1])]
    call_command("import_library", *words, "--practice", practice.slug)
    with all_practices():
        assert Exercise.objects.filter(practice=practice).count() == 70  # 9 of them made from self-care items
        assert export_translations(practice, by=None) == {}
    german = tmp_path / "out" / "translations" / "de.yaml"
    call_command("import_library", *words, "--practice", practice.slug, "--translations", str(german))
    assert export_translations(practice, by=None) == export_translations(None, by=None) == {"de": german.read_bytes()}
    for command in (["export_library", str(tmp_path)], ["import_library", *words]):
        with pytest.raises(CommandError, match="no practice 'nowhere'"):
            call_command(*command, "--practice", "nowhere")


# --- the form -------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.text("abc_", min_size=1, max_size=5), PLAIN, min_size=1, max_size=4))
def test_whatever_is_written_is_read_back_as_it_was(document: dict[str, Any]) -> None:
    assert load(to_yaml(document), name="x").document == document


@pytest.mark.parametrize("name", ["exercises", "routines"])
def test_the_shipped_files_have_the_documented_form(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    document = starter.load_path(starter.FOLDER / f"{name}.yaml").document
    validator = jsonschema.Draft202012Validator(schema(name))
    wrong = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
    assert wrong == [], "say the field in routines/library/schema as well"


@pytest.mark.parametrize(
    ("field", "value", "fits"),
    [
        *(pytest.param("kind", kind, True, id=kind) for kind in KINDS),
        pytest.param("kind", "hourly", False, id="a kind that does not exist"),
        pytest.param("bite_min", BITE_MIN[0], True, id="short bites"),
        pytest.param("bite_min", BITE_MIN[1] + 1, False, id="bites that are too long"),
    ],
)
def test_the_documented_form_knows_the_kinds_of_a_routine(field: str, value: Any, fits: bool) -> None:
    document = copy.deepcopy(starter.load_path(starter.ROUTINES).document)
    document["routines"][0]["schedule"][field] = value
    assert jsonschema.Draft202012Validator(schema("routines")).is_valid(document) is fits


@pytest.mark.parametrize(
    ("place", "value"),
    [
        pytest.param(["slug"], "Not A Slug", id="slug"),
        pytest.param(["difficulty"], 4, id="difficulty"),
        pytest.param(["dose", "reps"], 0, id="repetitions"),
        pytest.param(["dose", "mode"], "often", id="mode"),
        pytest.param(["segments", 0, "repeat"], "yes", id="repeat"),
        pytest.param(["segments", 0, "steps", 0, "seconds"], "3", id="seconds as text"),
        pytest.param(["segments", 0, "steps", 0, "breath"], "deep", id="breath"),
        pytest.param(["segments"], [], id="no parts"),
        pytest.param(["contraindications"], [{"tag": "pregnancy", "level": "maybe"}], id="level"),
        pytest.param(["media"], [{"file": "x", "kind": "image", "alt": "A"}], id="file"),
        pytest.param(["surprise"], 1, id="unknown field"),
    ],
)
def test_the_documented_form_and_the_reader_refuse_the_same(place: list[Any], value: Any) -> None:
    document = copy.deepcopy(starter.exercises_file().document)
    holder = document["exercises"][0]
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    assert list(jsonschema.Draft202012Validator(schema("exercises")).iter_errors(document))
    with pytest.raises(LibraryError):
        read_library(load(to_yaml(document), name="x"), starter.load_path(starter.ROUTINES))
