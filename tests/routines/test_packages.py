"""A protocol goes to another clinic and comes back: merged where both changed it, refused where it was changed."""

import copy
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from portal.accounts.errors import NotAllowed
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import all_practices
from portal.lib import signing
from routines.content.media import media_in
from routines.library.whole import LibraryError
from routines.models import Exercise, ExerciseTranslation, MediaItem, PackageRecord, Routine
from routines.reading import ContentError
from routines.services import create_routine, publish_exercise, save_draft
from routines.services.media import add_media
from routines.services.packages import PackageReport, export_package, import_package, read_package
from routines.services.translations import take_over
from tests.routines.media.making import CAPTIONS, movie, picture

pytestmark = pytest.mark.django_db
SAID = {"licence": "CC BY 4.0", "evidence": "Agrees with the guideline."}


@pytest.fixture
def squeeze(practice: Practice, priya: User, bridge_document: dict[str, Any]) -> Exercise:
    """An exercise of Riverside with a picture and a film, partly in German, published."""
    with all_practices():
        exercise = save_draft(None, document=bridge_document, by=priya, practice=practice).exercise
        add_media(exercise, place="", kind="image", alt="Lying down", file=io.BytesIO(picture()), by=priya)
        film = {"file": io.BytesIO(movie()), "poster": io.BytesIO(picture()), "captions": io.BytesIO(CAPTIONS)}
        add_media(exercise, place="segments[1].steps[0]", kind="video", alt="Lifting", by=priya, **film)
        publish_exercise(exercise, by=priya)
        exercise.refresh_from_db()
        take_over(exercise, language="de", pairs={"Our bridge": "Unsere Brücke"})
    return exercise


@pytest.fixture
def routine(practice: Practice, priya: User, squeeze: Exercise) -> Routine:
    document = {
        "slug": "our-protocol",
        "name": "Our protocol",
        "goal": "A steady back.",
        "estimated_minutes": max(1, round(squeeze.seconds / 60)),
        "schedule": {"sessions_per_day": 1, "days_per_week": 7, "weeks": 4},
        "completion": {"weeks": 4, "review": "the practitioner looks at it"},
        "items": [{"exercise": "our-bridge", "note": "Slowly."}],
    }
    with all_practices():
        return create_routine(document=document, by=priya, practice=practice)


def sent(routine: Routine, by: User) -> bytes:
    content, _manifest = export_package(routine, **SAID, reviewers=["Priya, physiotherapist"], by=by)
    return content


def taken_in(content: bytes, practice: Practice, by: User, **more: Any) -> PackageReport:
    return import_package(read_package(io.BytesIO(content)), practice=practice, by=by, **more)


def document_at(practice: Practice) -> dict[str, Any]:
    with all_practices():
        found: dict[str, Any] = Exercise.objects.get(practice=practice, slug="our-bridge").current_version.document
    return copy.deepcopy(found)


def edit(practice: Practice, by: User, **changes: Any) -> None:
    with all_practices():
        row = Exercise.objects.get(practice=practice, slug="our-bridge")
        save_draft(row, document={**document_at(practice), **changes}, by=by)
        publish_exercise(row, by=by)


def test_a_protocol_arrives_whole_with_its_files_languages_and_what_is_known_of_it(
    routine: Routine, priya: User, practice: Practice, hill: Practice, nora: User
) -> None:
    content = sent(routine, priya)
    manifest = read_package(io.BytesIO(content)).manifest
    assert (manifest.title, manifest.version, manifest.parent) == ("Our protocol", 1, None)
    assert (manifest.licence, manifest.evidence) == ("CC BY 4.0", "Agrees with the guideline.")
    assert (manifest.reviewers, manifest.languages) == (("Priya, physiotherapist",), ("en", "de"))
    result = taken_in(content, hill, nora)
    assert result.places == ()
    assert document_at(hill) == document_at(practice)
    with all_practices():
        theirs = Routine.objects.get(practice=hill)
        assert theirs.whole_document() == routine.whole_document()
        translated = ExerciseTranslation.objects.get(version__exercise__practice=hill)
        assert {text["text"] for text in translated.texts.values()} == {"Unsere Brücke"}
        items = {item.digest: item for item in MediaItem.objects.filter(practice=hill)}
        assert set(items) == set(media_in(document_at(hill)))
        for item in items.values():
            original = MediaItem.objects.get(practice=practice, digest=item.digest)
            for file in item.files.all():
                other = original.files.get(part=file.part)
                with default_storage.open(file.stored_as) as one, default_storage.open(other.stored_as) as two:
                    assert one.read() == two.read()


def test_a_package_that_both_sides_edited_is_merged_and_only_real_conflicts_are_asked(
    routine: Routine, priya: User, practice: Practice, hill: Practice, nora: User
) -> None:
    taken_in(sent(routine, priya), hill, nora)
    theirs = document_at(practice)
    theirs["segments"][0]["steps"][0]["text"] = "Lie down on a mat."
    edit(practice, priya, segments=theirs["segments"], aim="Stronger hips.", precautions=["Stop if it hurts."])
    edit(hill, nora, aim="Strong hips for Hill.", focus_points=["Hill says: breathe."])
    second = sent(routine, priya)
    tried = taken_in(second, hill, nora, dry_run=True)
    assert [place.path for place in tried.conflicts] == ["exercises:our-bridge:aim"]
    [conflict] = tried.conflicts
    assert (conflict.change.ours, conflict.change.theirs) == ("Strong hips for Hill.", "Stronger hips.")
    assert document_at(hill)["precautions"] != ["Stop if it hurts."]
    taken_in(second, hill, nora)
    merged = document_at(hill)
    assert merged["aim"] == "Strong hips for Hill."  # both changed it: ours stays
    assert merged["focus_points"] == ["Hill says: breathe."]  # only ours
    assert merged["precautions"] == ["Stop if it hurts."]  # only theirs
    assert merged["segments"][0]["steps"][0]["text"] == "Lie down on a mat."  # only theirs
    assert taken_in(second, hill, nora, dry_run=True).report.changed == 0
    back, _manifest = export_package(_protocol(hill), **SAID, by=nora)
    result = taken_in(back, practice, priya, choices={"exercises:our-bridge:aim": "theirs"})
    assert result.conflicts == []
    assert document_at(practice)["focus_points"] == ["Hill says: breathe."]
    assert document_at(practice)["aim"] == "Strong hips for Hill."


def _protocol(practice: Practice) -> Routine:
    with all_practices():
        return Routine.objects.select_related("practice").get(practice=practice)


def test_a_choice_takes_theirs_at_one_place(
    routine: Routine, priya: User, practice: Practice, hill: Practice, nora: User
) -> None:
    taken_in(sent(routine, priya), hill, nora)
    edit(practice, priya, aim="Stronger hips.", precautions=["Stop if it hurts."])
    edit(hill, nora, aim="Strong hips for Hill.")
    choices = {"exercises:our-bridge:aim": "theirs", "exercises:our-bridge:precautions[0]": "ours"}
    before = document_at(hill)["precautions"]
    result = taken_in(sent(routine, priya), hill, nora, choices=choices)
    paths = [place.path for place in result.places]
    merged = document_at(hill)
    assert merged["aim"] == "Stronger hips."
    if "exercises:our-bridge:precautions[0]" in paths:
        assert merged["precautions"] == before


def test_versions_follow_each_other_and_the_same_content_is_the_same_file(routine: Routine, priya: User) -> None:
    first = read_package(io.BytesIO(sent(routine, priya)))
    second = read_package(io.BytesIO(sent(routine, priya)))
    assert second.manifest.identifier == first.manifest.identifier
    assert (second.manifest.version, second.manifest.parent) == (2, first.digest)
    assert signing.is_own(first.key)
    assert len(signing.fingerprint(first.key)) == 19


def repacked(content: bytes, change: dict[str, bytes | None], more: dict[str, bytes] | None = None) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = change.get(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return target.getvalue()


def test_a_package_that_was_changed_is_refused(routine: Routine, priya: User, hill: Practice, nora: User) -> None:
    content = sent(routine, priya)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        exercises, title = archive.read("exercises.yaml"), archive.read("package.json")
        media = next(name for name in archive.namelist() if name.endswith("480.jpg"))
    key, _signature = signing.sign(b"")
    hostile = {
        "other words": repacked(content, {"exercises.yaml": exercises.replace(b"Our", b"Bad")}),
        "another licence": repacked(content, {"package.json": title.replace(b"CC BY", b"No BY")}),
        "no signature": repacked(content, {"signature.json": None}),
        "a signature of something else": repacked(
            content, {"signature.json": json.dumps({"key": key, "signature": signing.sign(b"x")[1]}).encode()}
        ),
        "a file more": repacked(content, {}, {"media/../../evil": b"x"}),
        "a file less": repacked(content, {media: None}),
        "cut short": content[:-200],
        "no package": b"PK\x03\x04" + b"x" * 400,
    }
    for name, data in hostile.items():
        with pytest.raises(LibraryError):
            read_package(io.BytesIO(data))
        assert name
    with all_practices():
        assert not Exercise.objects.filter(practice=hill).exists()


def test_media_of_a_stranger_are_looked_at_before_they_are_stored(
    routine: Routine, priya: User, hill: Practice, nora: User
) -> None:
    package = read_package(io.BytesIO(sent(routine, priya)))
    name = next(name for name in package.media if name.endswith("480.jpg"))
    for data in (b"<svg onload=alert(1)>", picture(kind="PNG"), picture((30, 30)), package.media[name][:500]):
        media = {**package.media, name: data}
        hostile = type(package)(package.manifest, package.digest, package.key, package.texts, media)
        with pytest.raises(LibraryError):
            import_package(hostile, practice=hill, by=nora)
    stored = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    with all_practices():
        assert not MediaItem.objects.filter(practice=hill).exists()
        assert len(stored) == sum(item.files.count() for item in MediaItem.objects.all())
        assert not PackageRecord.objects.filter(practice=hill).exists()


def test_a_dry_run_stores_nothing(routine: Routine, priya: User, hill: Practice, nora: User) -> None:
    before = len(list(Path(settings.MEDIA_ROOT).rglob("*")))
    result = taken_in(sent(routine, priya), hill, nora, dry_run=True)
    assert result.report.new >= 2
    assert len(list(Path(settings.MEDIA_ROOT).rglob("*"))) == before
    with all_practices():
        assert not Exercise.objects.filter(practice=hill).exists()


def test_who_may_give_and_take(routine: Routine, priya: User, hill: Practice, nora: User) -> None:
    with pytest.raises(NotAllowed):
        export_package(routine, **SAID, by=nora)
    with pytest.raises(NotAllowed):
        taken_in(sent(routine, priya), hill, priya)
    with pytest.raises(ContentError, match="licence: is missing"):
        export_package(routine, licence=" ", evidence="x", by=priya)
