"""Files on their way: added by authors, shown to clients and staff who may see them, and to nobody else."""

import io
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, PrescribedItem
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import all_practices
from routines.models import Exercise, MediaFile, MediaItem, MediaUse
from routines.reading import ContentError
from routines.services import import_library, publish_exercise, save_draft
from routines.services.media import add_media, newest_document, remove_media
from routines.services.media_store import delete_unused
from tests.clients.conftest import make_client
from tests.clients.plans import give_plan
from tests.doors import CODE, browser_of
from tests.factories import make_practice, make_staff
from tests.routines.media.making import CAPTIONS, PLACE, movie, mp3, photograph, picture

pytestmark = pytest.mark.django_db
PLACE_OF_A_STEP = "segments[1].steps[0]"


@pytest.fixture
def riverside() -> Practice:
    return make_practice(name="Riverside")


@pytest.fixture
def priya(riverside: Practice) -> User:
    return make_staff(riverside)


@pytest.fixture
def squeeze(riverside: Practice, priya: User, bridge_document: dict[str, Any]) -> Exercise:
    """An exercise of the clinic, published."""
    with all_practices():
        exercise = save_draft(None, document=bridge_document, by=priya, practice=riverside).exercise
        publish_exercise(exercise, by=priya)
    return exercise


@pytest.fixture
def address(squeeze: Exercise) -> str:
    return reverse("admin:exercise_media", args=[squeeze.pk])


@pytest.fixture
def send(desk: Browser, address: str) -> Callable[..., Any]:
    """Send a file as the page's form does."""

    def sent(data: bytes, *, kind: str = "image", name: str = "holiday.jpg", **more: Any) -> Any:
        values = {"do": "add", "place": "whole", "kind": kind, "alt": "A knee", **more}
        return desk.post(address, {**values, "file": SimpleUploadedFile(name, data)})

    return sent


@pytest.fixture(autouse=True)
def _temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Watch the folder of temporary files: nothing may be left in it."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.rglob("*")) == []


def content(answer: Any) -> bytes:
    """Return what was sent, all of it, so that the server lets go of the file."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def stored() -> list[Path]:
    root = Path(settings.MEDIA_ROOT)
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


def item() -> MediaItem:
    with all_practices():
        found: MediaItem = MediaItem.objects.get()
    return found


def given_to(client_email: str, squeeze: Exercise, practice: Practice, priya: User) -> tuple[Client, PrescribedItem]:
    """Give the exercise, as it is published, to a new client."""
    with all_practices():
        client = make_client(practice, priya, client_email, "Carl")
        plan = give_plan(client, starts_on=timezone.now().date() - timedelta(days=1))
        squeeze.refresh_from_db()
        prescribed = PrescribedItem.objects.create(
            version=plan.current_version, position=1, exercise_version=squeeze.current_version
        )
    return client, prescribed


def test_a_picture_is_added_to_a_step_published_and_seen_by_the_client_who_was_given_it(
    send: Callable[..., Any], squeeze: Exercise, riverside: Practice, priya: User, desk: Browser, address: str
) -> None:
    answer = send(photograph(), place=PLACE_OF_A_STEP, alt="Both knees bent")
    assert answer.status_code == 302
    with all_practices():
        publish_exercise(squeeze, by=priya)
    client, prescribed = given_to("carl@example.org", squeeze, riverside, priya)
    carl = browser_of(client.user, CODE)
    page = carl.get(reverse("exercise", args=[prescribed.pk])).content.decode()
    assert 'alt="Both knees bent"' in page
    assert f"/media/{item().digest}/480.avif 360w" in page
    for name, kind in (("480.avif", "image/avif"), ("960.jpg", "image/jpeg"), ("1600.webp", "image/webp")):
        found = carl.get(f"/media/{item().digest}/{name}")
        assert (found.status_code, found["Content-Type"]) == (200, kind)
        assert found["Cache-Control"] == "private, no-store"
        assert found["X-Content-Type-Options"] == "nosniff"
        assert found["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert b"SecretPhone" not in content(found)
    assert 'alt="Both knees bent"' in desk.get(address).content.decode()


def test_nobody_else_gets_the_file_by_its_address(
    send: Callable[..., Any], squeeze: Exercise, riverside: Practice, priya: User
) -> None:
    send(picture())
    with all_practices():
        publish_exercise(squeeze, by=priya)
    given_to("carl@example.org", squeeze, riverside, priya)
    with all_practices():
        omar = make_client(riverside, priya, "omar@example.org", "Omar")
    nora = make_staff(make_practice(name="Hill"))
    file = f"/media/{item().digest}/480.jpg"
    for browser in (Browser(), browser_of(omar.user, CODE), browser_of(nora)):
        refused = browser.get(file)
        assert refused.status_code == 404
        assert b"JFIF" not in refused.content
    with all_practices():
        opaque = MediaFile.objects.filter(item__digest=item().digest)[0].stored_as
    for guess in (f"/media/{opaque}", f"/{opaque}", f"/static/{opaque}", f"/media/{item().digest}/../../{opaque}"):
        assert browser_of(priya).get(guess).status_code == 404
    assert content(browser_of(priya).get(file))
    assert browser_of(priya).post(file).status_code == 405


def test_what_is_stored_has_opaque_names(send: Callable[..., Any]) -> None:
    send(picture(), name="priya-at-the-lake.jpg")
    assert len(stored()) == 9
    assert not any("priya" in path.name or path.suffix for path in stored())


def test_a_published_version_keeps_what_it_shows(
    send: Callable[..., Any], squeeze: Exercise, riverside: Practice, priya: User
) -> None:
    send(picture())
    with all_practices():
        publish_exercise(squeeze, by=priya)
    client, prescribed = given_to("carl@example.org", squeeze, riverside, priya)
    digest = item().digest
    with all_practices():
        remove_media(squeeze, place="", digest=digest, by=priya)
        publish_exercise(squeeze, by=priya)
        assert "media" not in newest_document(squeeze)
        assert delete_unused(datetime(2100, 1, 1, tzinfo=UTC)) == 0
    carl = browser_of(client.user, CODE)
    assert digest in carl.get(reverse("exercise", args=[prescribed.pk])).content.decode()
    assert content(carl.get(f"/media/{digest}/480.jpg"))[:3] == b"\xff\xd8\xff"


def test_a_file_that_no_version_shows_is_deleted_after_a_while(
    send: Callable[..., Any], squeeze: Exercise, priya: User, desk: Browser, address: str
) -> None:
    send(picture())
    desk.post(address, {"do": f"remove:{item().digest}:"})
    assert delete_unused(timezone.now()) == 0
    assert delete_unused(timezone.now() + timedelta(days=8)) == 1
    assert stored() == []


def test_a_player_gets_the_part_of_a_film_that_it_asks_for(send: Callable[..., Any], desk: Browser) -> None:
    more = {"poster": SimpleUploadedFile("p.png", picture()), "captions": SimpleUploadedFile("c.vtt", CAPTIONS)}
    assert send(movie(), kind="video", name="film.mp4", **more).status_code == 302
    film = f"/media/{item().digest}/film"
    whole = content(desk.get(film))
    assert PLACE not in whole
    for wanted, status, expected in (
        ("bytes=0-99", 206, whole[:100]),
        ("bytes=100-", 206, whole[100:]),
        ("bytes=-50", 206, whole[-50:]),
        (f"bytes=0-{len(whole) * 2}", 206, whole),
        ("bytes=0-1,5-6", 200, whole),
        ("lines=1-2", 200, whole),
    ):
        part = desk.get(film, headers={"Range": wanted})
        assert (part.status_code, content(part)) == (status, expected)
        assert part["Accept-Ranges"] == "bytes"
        assert part["Content-Length"] == str(len(expected))
    part = desk.get(film, headers={"Range": "bytes=0-99"})
    assert (part["Content-Range"], content(part)) == (f"bytes 0-99/{len(whole)}", whole[:100])
    outside = desk.get(film, headers={"Range": f"bytes={len(whole)}-"})
    assert (outside.status_code, outside["Content-Range"]) == (416, f"bytes */{len(whole)}")
    captions = desk.get(f"/media/{item().digest}/captions")
    assert (captions["Content-Type"], content(captions)[:6]) == ("text/vtt; charset=utf-8", b"WEBVTT")
    assert desk.head(film)["Content-Length"] == str(len(whole))


def test_a_sound_is_added_with_the_words_that_are_spoken(send: Callable[..., Any], desk: Browser, address: str) -> None:
    assert send(mp3(), kind="audio", name="x.mp3", alt="Breathe in. Breathe out.").status_code == 302
    assert b"Breathe in. Breathe out." in desk.get(address).content
    sound = desk.get(f"/media/{item().digest}/sound")
    assert (sound["Content-Type"], content(sound)[:2]) == ("audio/mpeg", b"\xff\xfb")


@pytest.mark.parametrize(
    ("data", "more", "said"),
    [
        pytest.param(b"<svg xmlns='x'><script>alert(1)</script></svg>", {}, "not a picture", id="SVG"),
        pytest.param(b"%PDF-1.7" + bytes(99), {}, "not a picture", id="PDF named .jpg"),
        pytest.param(picture()[:999], {}, "damaged or cut short", id="cut short"),
        pytest.param(movie(), {}, "not a picture", id="a film as a picture"),
        pytest.param(movie(), {"kind": "video"}, "A film needs a picture", id="a film without a poster"),
        pytest.param(
            picture(), {"kind": "video", "poster": True, "captions": True}, "not an MP4", id="wrong container"
        ),
        pytest.param(picture(), {"alt": " "}, "This field is required", id="no words"),
        pytest.param(picture(), {"place": "segments[9].steps[0]"}, "not one of the available", id="no such step"),
        pytest.param(picture(), {"kind": "secret"}, "not one of the available", id="no such kind"),
        pytest.param(b"", {}, "submitted file is empty", id="an empty file"),
    ],
)
def test_a_file_that_is_not_taken_is_explained_and_leaves_nothing(
    send: Callable[..., Any], squeeze: Exercise, data: bytes, more: dict[str, Any], said: str
) -> None:
    files = {"poster": picture(), "captions": CAPTIONS}
    values = {key: SimpleUploadedFile("x", files[key]) if key in files else value for key, value in more.items()}
    answer = send(data, **values)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert stored() == []
    with all_practices():
        assert squeeze.versions.count() == 1
        assert MediaItem.objects.count() == 0


def test_a_file_above_the_limit_is_refused_while_it_arrives(send: Callable[..., Any]) -> None:
    answer = send(bytes(81_000_000))
    assert answer.status_code == 413
    assert "too large. At most 80 MB" in answer.content.decode()
    assert stored() == []


def test_a_file_that_comes_too_slowly_is_refused(
    send: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.UPLOAD_SECONDS = -1  # the deadline has passed when the first byte is here
    answer = send(picture())
    assert answer.status_code == 413
    assert "came too slowly" in answer.content.decode()


def test_a_page_that_asks_for_no_file_takes_none(desk: Browser, squeeze: Exercise) -> None:
    edit = reverse("admin:edit_exercise", args=[squeeze.pk])
    answer = desk.post(edit, {"do": "check", "name": "x", "file": SimpleUploadedFile("x", bytes(2_000_000))})
    assert answer.status_code == 200
    assert not answer.wsgi_request.FILES


def test_a_store_that_fails_leaves_neither_rows_nor_files(
    squeeze: Exercise, priya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("routines.services.media.save_draft", full)
    with all_practices(), pytest.raises(OSError, match="disk full"):
        add_media(squeeze, place="", kind="image", alt="A knee", file=io.BytesIO(picture()), by=priya)
    assert stored() == []
    with all_practices():
        assert MediaItem.objects.count() == 0


def test_the_same_file_twice_is_stored_once(send: Callable[..., Any], squeeze: Exercise) -> None:
    send(picture())
    send(picture(), place=PLACE_OF_A_STEP)
    with all_practices():
        assert MediaItem.objects.count() == 1
        assert MediaUse.objects.count() == 1
    assert len(stored()) == 9


def test_a_document_cannot_name_a_file_of_another_clinic(
    send: Callable[..., Any], squeeze: Exercise, bridge_document: dict[str, Any]
) -> None:
    send(picture())
    hill = make_practice(name="Hill")
    with all_practices():
        document = {**bridge_document, "media": newest_document(squeeze)["media"]}
    with all_practices(), pytest.raises(ContentError, match="not in this library"):
        save_draft(None, document=document, by=make_staff(hill), practice=hill)


def test_the_player_has_what_the_exercise_shows_for_its_dialog(
    send: Callable[..., Any], squeeze: Exercise, riverside: Practice, priya: User
) -> None:
    send(picture(), alt="Both knees bent")
    with all_practices():
        publish_exercise(squeeze, by=priya)
    client, prescribed = given_to("carl@example.org", squeeze, riverside, priya)
    carl = browser_of(client.user, CODE)
    begun = carl.post(reverse("check_in", args=[prescribed.version.assignment_id, 1]), {"pain": "2"}, follow=True)
    page = begun.content.decode()
    assert f'<template data-media="{prescribed.pk}">' in page
    assert 'alt="Both knees bent"' in page.partition("<template")[2]


def test_an_import_of_files_cannot_name_what_is_not_here(shared_library: None, lena: User) -> None:
    from routines.library import starter
    from routines.library.whole import Library, read_library
    from routines.library.writing import to_yaml
    from routines.library.yaml_reading import load

    document = {**starter.exercises_file().document}
    entry = {"file": "0" * 64, "kind": "image", "alt": "A knee", "width": 9, "height": 9}
    document["exercises"] = [{**document["exercises"][0], "media": [entry]}, *document["exercises"][1:]]
    library: Library = read_library(load(to_yaml(document), name="x"), starter.load_path(starter.ROUTINES))
    with pytest.raises(ContentError, match="not in this library"):
        import_library(library, by=lena)
