"""The library as a spreadsheet, and the page that takes it out and brings it in."""

import copy
import io
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone

from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import all_practices
from portal.lib import spreadsheets
from routines.library import starter
from routines.library.table import HEADER, read_rows, to_rows
from routines.library.whole import LibraryError
from routines.library.writing import Entries, to_yaml
from routines.models import Exercise, Routine
from routines.reading import ContentError
from routines.services import export_library, import_library
from routines.services.exchange import delete_stale, export_table, read_upload
from tests.doors import browser_of
from tests.factories import make_practice, make_staff
from tests.routines.conftest import document_of

PAGE = "/admin/library/exchange/"


def shipped() -> Entries:
    """The starter library, one of its routines a goal by its own word and one in bites."""
    exercises = starter.exercises_file().document
    routines = copy.deepcopy(starter.load_path(starter.ROUTINES).document)
    routines["routines"][8]["schedule"]["kind"] = "walk"
    routines["routines"][0]["schedule"]["bite_min"] = 5
    return Entries(
        exercises=exercises["exercises"],
        self_care=exercises["self_care"],
        articles=exercises["articles"],
        routines=routines["routines"],
        substitutes=exercises["substitutions"],
        withdrawn_exercises=["dead-bug", "keep-moving", "warm-pack"],
    )


# --- the table ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_spreadsheet_says_everything_that_the_files_say(form: str) -> None:
    entries = shipped()
    rows = to_rows(entries)
    data = spreadsheets.write_csv(rows) if form == "csv" else spreadsheets.write_xlsx(rows, title="Library")
    table = read_rows(spreadsheets.read(io.BytesIO(data)))
    files = {"exercises": "exercises", "self_care": "exercises", "articles": "exercises", "routines": "routines"}
    for name, kind in files.items():
        found = {entry["slug"]: entry for entry in getattr(table, kind)[name]}
        assert found == {entry["slug"]: entry for entry in getattr(entries, name)}
    assert table.exercises["substitutions"] == entries.substitutes
    assert sorted(table.exercises["withdrawn"]) == sorted(entries.withdrawn_exercises)


def test_what_has_no_column_is_kept_in_one() -> None:
    document = copy.deepcopy(document_of("cat-camel"))
    document["surprise"] = {"a": [1, {"b": None}]}
    document["dose"]["other"] = "x"
    document["also_known_as"] = ["[odd", "two\nlines"]
    rows = to_rows(Entries(exercises=[document]))
    assert read_rows(rows).exercises["exercises"] == [document]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param([], "row 1: names no columns", id="nothing"),
        pytest.param([["name"]], "row 1: names no columns", id="no kind"),
        pytest.param([["kind", "colour"]], "row 1: there is no column 'colour'", id="unknown column"),
        pytest.param([["kind", "name", "name"]], "names a column twice", id="a column twice"),
        pytest.param([["kind"], ["stretch"]], "row 2, kind: 'stretch' is no kind", id="unknown kind"),
        pytest.param([["kind", "text"], ["step", "x"]], "row 2, kind: a step stands below the part", id="orphan"),
        pytest.param([["kind", "level"], ["exercise", "x"]], "row 2, level: means nothing", id="wrong column"),
        pytest.param([["kind", "more"], ["exercise", "{"]], "row 2, more: is not a JSON", id="no JSON"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_by_row_and_column(rows: list[list[str]], said: str) -> None:
    with pytest.raises(ContentError, match=said):
        read_rows(rows)


def table_of(*rows: dict[str, str]) -> bytes:
    return spreadsheets.write_csv([list(HEADER), *([row.get(name, "") for name in HEADER] for row in rows)])


HOSTILE = {
    "a deep cell": "[" * 100_000,
    "a number of 5,000 digits": '{"a": ' + "9" * 5000 + "}",
    "not a number": '{"a": NaN}',
    "half a character": '{"a": "\\ud800"}',
    "too large": '{"a": "' + "x" * 20_000 + '"}',
}


@pytest.mark.parametrize("cell", [pytest.param(cell, id=name) for name, cell in HOSTILE.items()])
@pytest.mark.django_db
def test_a_hostile_cell_is_a_problem_of_its_row(cell: str, practice: Practice) -> None:
    begun = time.monotonic()
    row = {"kind": "exercise", "slug": "x", "name": "X", "seed": cell}
    with pytest.raises(LibraryError):
        read_upload(io.BytesIO(table_of(row)), name="x.csv", practice=practice)
    assert time.monotonic() - begun < 2


@pytest.mark.django_db
def test_a_wrong_value_is_told_with_its_row(shared_library: None, practice: Practice) -> None:
    rows = to_rows(Entries(exercises=[{**document_of("cat-camel"), "variations": {}}]))
    rows[3][HEADER.index("breath")] = "deep"
    data = spreadsheets.write_xlsx(rows, title="x")
    with pytest.raises(
        LibraryError, match=r"^ours.xlsx:4: exercises\[0\].segments\[0\].steps\[0\].breath: 'deep' is not"
    ):
        read_upload(io.BytesIO(data), name="ours.xlsx", practice=practice)


@pytest.mark.django_db
def test_a_spreadsheet_edited_by_many_hands_changes_only_what_was_edited(shared_library: None, lena: User) -> None:
    data = export_table(None, by=lena, form="xlsx")
    report = import_library(read_upload(io.BytesIO(data), name="x.xlsx", practice=None), by=lena, dry_run=True)
    assert (report.new, report.changed) == (0, 0)
    rows = spreadsheets.read(io.BytesIO(data))
    row = next(row for row in rows if row[:2] == ["exercise", "cat-camel"])
    row[HEADER.index("aim")] = "=Loosens"
    edited = io.BytesIO(spreadsheets.write_csv(rows))
    report = import_library(read_upload(edited, name="x.csv", practice=None), by=lena)
    assert [(row.slug, row.outcome) for row in report.rows if row.outcome != "unchanged"] == [("cat-camel", "changed")]
    with all_practices():
        assert Exercise.objects.get(slug="cat-camel").current_version.document["aim"] == "=Loosens"


@pytest.mark.django_db
def test_a_file_is_imported_whole_or_not_at_all(shared_library: None, practice: Practice, priya: User) -> None:
    good = {**document_of("cat-camel"), "slug": "ours-one", "variations": {}}
    bad = {**document_of("dead-bug"), "slug": "ours-two", "category": "unheard-of", "variations": {}}
    data = spreadsheets.write_csv(to_rows(Entries(exercises=[good, bad])))
    with pytest.raises(LibraryError, match="unheard-of"):
        import_library(read_upload(io.BytesIO(data), name="x.csv", practice=practice), practice=practice, by=priya)
    with all_practices():
        assert not Exercise.objects.filter(practice=practice).exists()


# --- the page -------------------------------------------------------------------------------------------------


def files_kept() -> list[Path]:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    return list(folder.iterdir()) if folder.exists() else []


def upload(desk: Browser, data: bytes, name: str = "ours.csv", library: str = "clinic") -> Any:
    return desk.post(PAGE, {"do": "try", "library": library, "file": SimpleUploadedFile(name, data)})


def ours(**changes: Any) -> dict[str, Any]:
    return {**document_of("cat-camel"), "slug": "our-cat", "name": "Our cat", "variations": {}, **changes}


@pytest.mark.django_db
def test_a_file_is_tried_row_by_row_and_then_imported(
    shared_library: None, desk: Browser, practice: Practice, priya: User
) -> None:
    tried = upload(desk, spreadsheets.write_csv(to_rows(Entries(exercises=[ours()]))))
    text = tried.content.decode()
    assert tried.status_code == 200
    assert "1 new, 0 changed, 0 unchanged. Nothing is stored yet." in text
    assert "<bdi>Our cat</bdi>" in text
    with all_practices():
        assert not Exercise.objects.filter(practice=practice).exists()
    done = desk.post(PAGE, {"do": "import"}, follow=True)
    assert "Imported: 1 new, 0 changed, 0 unchanged." in done.content.decode()
    with all_practices():
        row = Exercise.objects.get(practice=practice)
    assert (row.slug, row.state) == ("our-cat", "published")
    assert files_kept() == []
    again = desk.post(PAGE, {"do": "import"}, follow=True)
    assert "The file is no longer here" in again.content.decode()


@pytest.mark.django_db
def test_what_one_person_tried_is_not_another_persons_to_import(
    shared_library: None, desk: Browser, ben: User, practice: Practice
) -> None:
    upload(desk, spreadsheets.write_csv(to_rows(Entries(exercises=[ours()]))))
    browser_of(ben).post(PAGE, {"do": "import"})
    with all_practices():
        assert not Exercise.objects.filter(practice=practice).exists()
    assert len(files_kept()) == 1
    upload(desk, spreadsheets.write_csv(to_rows(Entries(exercises=[ours(name="Another")]))))
    assert len(files_kept()) == 1
    assert delete_stale(timezone.now()) == 0
    assert delete_stale(timezone.now() + timedelta(hours=2)) == 1


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        pytest.param(b"PK\x03\x04" + bytes(100), 400, "cut short or damaged", id="damaged workbook"),
        pytest.param(b"<svg/>", 400, "neither a library file", id="SVG"),
        pytest.param(b"a: *b", 400, "aliases (*) are not accepted", id="YAML alias"),
        pytest.param(b"exercises: 3\n", 400, "conventions", id="YAML of another form"),
        pytest.param(b"kind\nstretch\n", 400, "is no kind of row", id="unknown kind"),
        pytest.param(b"x" * 5_100_000, 400, "at most 5 MB are accepted", id="too large"),
        pytest.param(b"PK\x03\x04" + bytes(26) + b"package.json" + bytes(99), 400, "cut short", id="damaged package"),
    ],
)
@pytest.mark.django_db
def test_a_file_that_is_not_taken_is_explained_and_nothing_is_kept(
    desk: Browser, data: bytes, status: int, said: str
) -> None:
    answer = upload(desk, data)
    assert (answer.status_code, files_kept()) == (status, [])
    assert said in answer.content.decode().replace("&#x27;", "'")


@pytest.mark.django_db
def test_the_clinics_library_and_not_the_shared_one_is_hers_to_take_out(
    shared_library: None, desk: Browser, practice: Practice, priya: User
) -> None:
    import_library(
        read_upload(
            io.BytesIO(spreadsheets.write_csv(to_rows(Entries(exercises=[ours()])))), name="x", practice=practice
        ),
        practice=practice,
        by=priya,
    )
    for name, begins in (
        ("exercises.yaml", b"schema_version"), ("routines.yaml", b"schema_version"), ("library.csv", b"\xef\xbb\xbf"),
        ("library.xlsx", b"PK"),
    ):  # fmt: skip
        answer = desk.get(f"{PAGE}clinic/{name}")
        assert answer.status_code == 200
        assert answer["Cache-Control"].startswith("private, no-store")
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.content.startswith(begins)
    assert desk.get(f"{PAGE}clinic/exercises.yaml").content == export_library(practice, by=priya)[0]
    assert desk.get(f"{PAGE}shared/exercises.yaml").status_code == 403
    assert desk.get(f"{PAGE}clinic/passwords.txt").status_code == 404
    assert upload(desk, b"kind\n", library="shared").status_code == 400
    owner = browser_of(make_staff(make_practice(), Role.OWNER))
    assert owner.get(PAGE).status_code == 403


@pytest.mark.django_db
def test_a_yaml_file_of_routines_may_name_shared_exercises(
    shared_library: None, desk: Browser, practice: Practice
) -> None:
    document = copy.deepcopy(starter.load_path(starter.ROUTINES).document)
    document["routines"] = [{**document["routines"][0], "slug": "our-routine", "name": "Our routine"}]
    assert b"1 new" in upload(desk, to_yaml(document), "routines.yaml").content
    desk.post(PAGE, {"do": "import"})
    with all_practices():
        assert Routine.objects.get(practice=practice).slug == "our-routine"


@pytest.mark.django_db
def test_a_package_is_made_tried_with_its_conflicts_and_imported_as_chosen(
    shared_library: None, desk: Browser, practice: Practice, priya: User, hill: Practice, nora: User
) -> None:
    table = spreadsheets.write_csv(to_rows(Entries(exercises=[ours()], routines=[our_routine()])))
    for place, person in ((practice, priya), (hill, nora)):
        import_library(read_upload(io.BytesIO(table), name="x", practice=place), practice=place, by=person)
    with all_practices():
        routine = Routine.objects.get(practice=practice)
    form = {"do": "package", "package-routine": str(routine.pk), "package-licence": "CC BY 4.0"}
    assert desk.post(PAGE, form).status_code == 400
    made = desk.post(PAGE, {**form, "package-evidence": "Agrees with the guideline."})
    assert (made.status_code, made["Content-Type"]) == (200, "application/zip")
    changed = spreadsheets.write_csv(to_rows(Entries(exercises=[ours(aim="Hill says so.")])))
    import_library(read_upload(io.BytesIO(changed), name="x", practice=hill), practice=hill, by=nora)
    other = browser_of(nora)
    page = upload(other, made.content, "our-routine-1.zip").content.decode()
    assert "CC BY 4.0" in page
    assert "signed by this installation" in page
    assert 'name="choice:exercises:our-cat:aim" value="ours" checked' in page
    done = other.post(PAGE, {"do": "import", "choice:exercises:our-cat:aim": "theirs"}, follow=True)
    assert "1 changed" in done.content.decode()
    with all_practices():
        assert Exercise.objects.get(practice=hill).current_version.document["aim"] == ours()["aim"]


def our_routine() -> dict[str, Any]:
    return {
        "slug": "our-routine", "name": "Our routine", "goal": "A steady back.", "estimated_minutes": 2,
        "schedule": {"sessions_per_day": 1, "days_per_week": 7, "weeks": 4},
        "completion": {"weeks": 4, "review": "the practitioner looks at it"}, "items": [{"exercise": "our-cat"}],
    }  # fmt: skip
