"""The exercise editor: a draft is saved, published, refused with its field named, and nothing is half written."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines.exercise_form import page_of
from routines.models import Exercise, ExerciseVersion
from tests.clients.library import shelve
from tests.doors import CODE, browser_of
from tests.factories import make_client, make_practice, make_staff
from tests.routines.test_exercise_form import DOCUMENTS, posted

pytestmark = pytest.mark.django_db
NEW = "/admin/exercise/new/"


def typed(slug: str = "heel-slide", **changes: str) -> dict[str, Any]:
    """What a browser sends for an exercise of the library, with some fields typed anew ("__" stands for a dot)."""
    document = {**DOCUMENTS[slug], "variations": {}}
    values: dict[str, Any] = posted(page_of(document, {}, others=[]))
    return values | {name.replace("__", "."): value for name, value in changes.items()} | {"library": "clinic"}


def versions() -> list[tuple[str, int, bool]]:
    with all_practices():
        rows = ExerciseVersion.objects.order_by("exercise__slug", "number")
        return [(row.exercise.slug, row.number, row.published_at is not None) for row in rows]


def test_a_new_exercise_is_saved_as_a_draft_of_the_clinic(desk: Browser, practice: Practice) -> None:
    assert desk.get(NEW).status_code == 200
    answer = desk.post(NEW, typed(do="save"))
    with all_practices():
        exercise = Exercise.objects.get()
    assert answer.url == reverse("admin:edit_exercise", args=[exercise.pk])
    assert (exercise.practice, exercise.owner, exercise.state) == (practice, None, Exercise.State.DRAFT)
    assert versions() == [("heel-slide", 1, False)]


def test_an_exercise_may_be_kept_to_oneself(desk: Browser, priya: User) -> None:
    desk.post(NEW, {**typed(do="save"), "library": "mine"})
    with all_practices():
        assert Exercise.objects.get().owner == priya


def test_publishing_freezes_the_version_and_the_next_change_is_a_new_one(desk: Browser) -> None:
    page = desk.post(NEW, typed(do="publish")).url
    assert versions() == [("heel-slide", 1, True)]
    desk.post(page, typed(do="save", name="Heel slide, slowly"))
    assert versions() == [("heel-slide", 1, True), ("heel-slide", 2, False)]
    with all_practices():
        exercise = Exercise.objects.get()
        assert exercise.current_version.number == 1
        assert exercise.current_version.document["name"] == DOCUMENTS["heel-slide"]["name"]
    move = reverse("admin:move_exercise", args=[exercise.pk])
    desk.post(move, {"to": "discard"})
    assert versions() == [("heel-slide", 1, True)]
    desk.post(move, {"to": "withdraw"})
    with all_practices():
        assert Exercise.objects.get().state == Exercise.State.WITHDRAWN


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"dose__sets": "0"}, "1 to 20", id="no set"),
        pytest.param({"dose__reps": "1000000"}, "1 to 100", id="a million repetitions"),
        pytest.param({"dose__sets": "twenty"}, "twenty", id="a word for a number"),
        pytest.param({"name": ""}, "Is missing", id="no name"),
        pytest.param({"category": "sorcery"}, "sorcery", id="an unknown category"),
        pytest.param({"name": "x" * 101}, "at most 100", id="a name too long"),
    ],
)
@pytest.mark.parametrize("button", ["save", "publish"])
def test_a_wrong_field_is_named_and_nothing_is_stored(
    desk: Browser, changes: dict[str, str], said: str, button: str
) -> None:
    answer = desk.post(NEW, typed(do=button, aim="Typed with care.", **changes))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert said in page
    assert "Typed with care." in page
    assert versions() == []


def test_a_taken_short_name_is_refused(desk: Browser) -> None:
    desk.post(NEW, typed(do="save"))
    answer = desk.post(NEW, typed(do="save"))
    assert answer.status_code == 400
    assert "taken" in answer.content.decode()
    assert len(versions()) == 1


def test_rows_are_added_moved_and_removed_without_saving(desk: Browser) -> None:
    values = typed()
    page = desk.post(NEW, {**values, "do": "add:segments[1].steps"}).content.decode()
    count = len(DOCUMENTS["heel-slide"]["segments"][1]["steps"])
    assert f'name="segments[1].steps[{count}].text"' in page
    assert f'data-focus="f-segments-1-steps-{count}"' in page
    page = desk.post(NEW, {**values, "do": "remove:segments[0]"}).content.decode()
    assert 'name="segments[1].name"' not in page
    page = desk.post(NEW, {**values, "do": "down:segments[0]"}).content.decode()
    assert page.index("Part 1: Exercise") < page.index("Part 2: Get ready")
    assert versions() == []


def test_a_shared_exercise_is_read_and_copied_but_not_changed(desk: Browser, practice: Practice) -> None:
    shared = shelve("heel-slide")
    for link in DOCUMENTS["heel-slide"]["variations"].values():
        if "slug" in link:
            shelve(link["slug"])
    page = reverse("admin:edit_exercise", args=[shared.pk])
    assert "Make it ours" in desk.get(page).content.decode()
    assert desk.post(page, typed(do="save")).status_code == 403
    before = versions()
    answer = desk.post(reverse("admin:copy_exercise", args=[shared.pk]))
    with all_practices():
        ours = Exercise.objects.get(practice=practice)
    assert answer.url == reverse("admin:edit_exercise", args=[ours.pk])
    assert ours.origin == shared.current_version
    assert desk.post(reverse("admin:copy_exercise", args=[shared.pk])).status_code == 409
    assert len(versions()) == len(before) + 1


def test_an_editor_of_the_shared_library_changes_it_without_any_practice() -> None:
    editor = make_staff(make_practice(is_active=False), edits_shared_library=True)
    shared = shelve("heel-slide")
    page = reverse("admin:edit_exercise", args=[shared.pk])
    browser = browser_of(editor)
    assert browser.get(page).status_code == 200
    assert browser.post(page, typed(do="publish", name="Heel slides")).status_code == 302
    assert versions() == [("heel-slide", 1, True), ("heel-slide", 2, True)]
    assert browser.get("/admin/caseload/").status_code == 403
    assert browser.get("/admin/").status_code == 200


def test_another_practices_exercise_does_not_exist(desk: Browser) -> None:
    foreign = shelve("heel-slide", practice=make_practice())
    before = versions()
    for name, data in (("edit", typed(do="save")), ("copy", {}), ("move", {"to": "withdraw"})):
        url = reverse(f"admin:{name}_exercise", args=[foreign.pk])
        assert desk.post(url, data).status_code == 404
    assert desk.get(reverse("admin:edit_exercise", args=[foreign.pk])).status_code == 404
    assert versions() == before


def test_strangers_and_clients_do_not_get_in(priya: User) -> None:
    carl = make_client(priya)
    for browser in (browser_of(None), browser_of(carl.user, CODE)):
        answer = browser.post(NEW, typed(do="save"))
        assert answer.status_code in (302, 403)
    assert versions() == []


def test_a_plain_practice_owner_reads_but_does_not_write(practice: Practice) -> None:
    browser = browser_of(make_staff(practice, Role.OWNER))
    assert browser.get(NEW).status_code == 403
    assert browser.post(NEW, typed(do="save")).status_code == 403
    assert versions() == []


# --- the preview and the checks -------------------------------------------------------------------------------


def test_the_preview_follows_what_is_typed_and_stores_nothing(desk: Browser) -> None:
    answer = desk.post(reverse("admin:preview_new_exercise"), typed(name="Heel slide, slowly", aim="It cures you."))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Heel slide, slowly" in page
    assert DOCUMENTS["heel-slide"]["segments"][1]["steps"][0]["text"] in page
    assert "“cures” promises too much" in page
    assert 'href="#f-aim"' in page
    assert "<svg" in page
    assert versions() == []


def test_an_exercise_is_previewed_while_most_of_it_is_not_written_yet(desk: Browser) -> None:
    page = desk.post(reverse("admin:preview_new_exercise"), typed(name="", aim="", category="")).content.decode()
    assert "No name yet" in page
    assert DOCUMENTS["heel-slide"]["segments"][1]["steps"][0]["text"] in page
    assert "It cannot be played yet." not in page
    assert "Is missing; give it a value" in page


def test_the_preview_of_half_an_exercise_says_what_is_missing(desk: Browser) -> None:
    page = desk.post(reverse("admin:preview_new_exercise"), {"name": "Begun"}).content.decode()
    assert "It cannot be played yet." in page
    assert "Is missing; give it a value" in page


def test_publishing_what_a_check_calls_an_error_is_refused_with_the_field(desk: Browser) -> None:
    answer = desk.post(NEW, typed(do="publish", aim="This is the only way."))
    assert answer.status_code == 400
    assert "“only way” promises too much" in answer.content.decode()
    assert versions() == []
    assert desk.post(NEW, typed(do="save", aim="This is the only way.")).status_code == 302


def test_parts_and_steps_are_duplicated_and_put_in_place(desk: Browser) -> None:
    values = typed()
    page = desk.post(NEW, {**values, "do": "copy:segments[1]"}).content.decode()
    key = DOCUMENTS["heel-slide"]["segments"][1]["key"]
    assert f'name="segments[2].key" value="{key}-2"' in page
    assert 'data-focus="f-segments-2"' in page
    page = desk.post(NEW, {**values, "do": "to-1:segments[0]"}).content.decode()
    assert page.index("Part 1: Exercise") < page.index("Part 2: Get ready")
    assert desk.post(NEW, {**values, "do": "to-99:segments[0]"}).status_code == 200


def test_substitutes_are_kept_with_the_exercise_and_checked(desk: Browser) -> None:
    other = shelve("sit-to-stand")
    values = typed() | {"substitutes[0].tag": "pregnancy", "substitutes[0].exercise": "sit-to-stand"}
    page = desk.post(NEW, {**values, "do": "save"}).url
    with all_practices():
        row = Exercise.objects.get(slug="heel-slide").substitutes.get()
    assert (row.tag, row.substitute) == ("pregnancy", other)
    assert 'name="substitutes[0].tag"' in desk.get(page).content.decode()
    for wrong in ({"substitutes[0].tag": "sorcery"}, {"substitutes[0].exercise": ""}, {"substitutes[0].exercise": "x"}):
        assert desk.post(page, {**values, **wrong, "do": "save"}).status_code == 400
    desk.post(page, typed(do="save"))
    with all_practices():
        assert not Exercise.objects.get(slug="heel-slide").substitutes.exists()


# --- its life -------------------------------------------------------------------------------------------------


def test_a_review_goes_from_one_person_to_another(practice: Practice, priya: User, desk: Browser) -> None:
    practice.exercises_need_review = True
    practice.save()
    assert "Save and publish" not in desk.get(NEW).content.decode()
    assert desk.post(NEW, typed(do="publish")).status_code == 409
    page = desk.post(NEW, typed(do="review")).url
    with all_practices():
        exercise = Exercise.objects.get()
    move = reverse("admin:move_exercise", args=[exercise.pk])
    assert desk.post(move, {"to": "publish"}).status_code == 409
    ben = make_staff(practice, Role.EDITOR, first_name="Ben", last_name="Ash")
    reviewer = browser_of(ben)
    assert "Reviewed: publish" in reviewer.get(page).content.decode()
    reviewer.post(move, {"to": "send_back", "note": "Which leg first?"})
    assert "Which leg first?" in desk.get(page).content.decode()
    desk.post(page, typed(do="review"))
    assert reviewer.post(move, {"to": "publish"}).status_code == 302
    assert "Reviewed by Ben Ash on" in desk.get(page).content.decode()


def test_two_versions_are_compared_in_words(desk: Browser) -> None:
    page = desk.post(NEW, typed(do="publish")).url
    with all_practices():
        address = reverse("admin:exercise_versions", args=[Exercise.objects.get().pk])
    assert "They say the same." not in desk.get(address).content.decode(), "there is nothing to compare"
    desk.post(page, typed(do="save", name="Heel slide, slowly"))
    shown = desk.get(address).content.decode()
    assert "Heel slide, slowly" in shown
    assert "Published → Draft" in shown
    assert "They say the same." in desk.get(f"{address}?from=1&to=1").content.decode()
    assert desk.get(f"{address}?from=99&to=x").status_code == 200


def test_a_copy_takes_over_what_its_source_changed(desk: Browser, practice: Practice) -> None:
    editor = browser_of(make_staff(make_practice(is_active=False), edits_shared_library=True))
    shared = editor.post(NEW, {**typed(do="publish"), "library": "shared"}).url
    desk.post(f"{shared}copy/")
    with all_practices():
        ours = Exercise.objects.get(practice=practice)
    address = reverse("admin:exercise_upstream", args=[ours.pk])
    assert desk.get(address).status_code == 409
    editor.post(shared, typed(do="publish", aim="Wakes the tummy and hips."))
    assert "has changed since" in desk.get(reverse("admin:edit_exercise", args=[ours.pk])).content.decode()
    assert "Wakes the tummy and hips." in desk.get(address).content.decode()
    assert desk.post(address, {"take:aim": "everyones"}).status_code == 409
    assert desk.post(address, {"take:aim": "theirs"}).status_code == 302
    with all_practices():
        assert ours.versions.get(published_at=None).document["aim"] == "Wakes the tummy and hips."


def test_a_shared_exercise_is_hidden_and_offered_again(desk: Browser, practice: Practice) -> None:
    shared = shelve("heel-slide")
    move = reverse("admin:move_exercise", args=[shared.pk])
    desk.post(move, {"to": "hide"})
    with practice_scope(practice):
        assert not Exercise.objects.offered().exists()
    assert "Offer it in our clinic again" in desk.get(reverse("admin:edit_exercise", args=[shared.pk])).content.decode()
    desk.post(move, {"to": "show"})
    with practice_scope(practice):
        assert Exercise.objects.offered().exists()
    reader = browser_of(make_staff(practice, Role.OWNER))
    assert reader.post(move, {"to": "hide"}).status_code == 403
