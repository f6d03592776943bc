from __future__ import annotations

import copy
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.errors import NotAllowed, WrongState
from portal.accounts.models import AuditEvent, Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines.models import Exercise, ExerciseVersion
from routines.reading import ContentError
from routines.services import (
    copy_exercise,
    discard_draft,
    move_exercise,
    publish_exercise,
    publish_together,
    restore_exercise,
    save_draft,
    send_back,
    submit_for_review,
    withdraw_exercise,
)
from tests.factories import make_staff
from tests.routines.conftest import document_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]

Document = dict[str, Any]


@pytest.fixture
def bridge(practice: Practice, priya: User, bridge_document: Document) -> Exercise:
    """An exercise of Riverside that Priya wrote and published."""
    draft = save_draft(None, document=bridge_document, by=priya, practice=practice)
    publish_exercise(draft.exercise, by=priya)
    return Exercise.objects.get(slug="our-bridge")


def changed(document: Document, **changes: Any) -> Document:
    return {**copy.deepcopy(document), **changes}


def test_a_physiotherapist_drafts_submits_and_publishes_an_exercise(
    practice: Practice, priya: User, bridge_document: Document
) -> None:
    draft = save_draft(None, document=bridge_document, by=priya, practice=practice)
    exercise = draft.exercise
    assert (exercise.state, exercise.current_version, draft.number) == ("draft", None, 1)
    assert not Exercise.objects.published().exists()
    assert submit_for_review(exercise, by=priya).state == "in_review"
    assert send_back(exercise, by=priya).state == "draft"
    version = publish_exercise(exercise, by=priya)
    exercise.refresh_from_db()
    assert (exercise.state, exercise.current_version) == ("published", version)
    assert (version.published_by, version.content.name) == (priya, "Our bridge")
    assert Exercise.objects.published().get() == exercise
    assert {row.level for row in exercise.contraindications.all()} <= {"avoid", "ask", "adapt"}
    with all_practices():
        actions = list(AuditEvent.objects.filter(object_type="routines.exercise").values_list("action", flat=True))
    assert sorted(actions) == [
        "exercise draft saved", "exercise moved to draft", "exercise moved to in_review", "exercise published",
    ]  # fmt: skip


def test_the_length_of_a_draft_is_worked_out_and_not_believed(
    practice: Practice, priya: User, bridge_document: Document
) -> None:
    draft = save_draft(None, document={**bridge_document, "estimated_seconds": 1}, by=priya, practice=practice)
    assert draft.document["estimated_seconds"] == draft.exercise.seconds == 213


def test_clients_keep_what_was_published_while_it_is_edited(bridge: Exercise, priya: User) -> None:
    published = bridge.current_version
    assert published is not None
    draft = save_draft(bridge, document=changed(published.document, aim="A new aim."), by=priya)
    bridge.refresh_from_db()
    assert (bridge.state, bridge.current_version, draft.number) == ("draft", published, 2)
    assert Exercise.objects.published().filter(pk=bridge.pk).exists()
    again = save_draft(bridge, document=changed(published.document, aim="Another aim."), by=priya)
    assert (again.pk, again.number) == (draft.pk, 2)
    publish_exercise(bridge, by=priya)
    bridge.refresh_from_db()
    assert bridge.current_version is not None
    assert bridge.current_version.document["aim"] == "Another aim."
    published.refresh_from_db()
    assert published.document["aim"] != "Another aim."


def test_a_draft_can_be_thrown_away(bridge: Exercise, priya: User) -> None:
    assert bridge.current_version is not None
    document = changed(bridge.current_version.document, name="Spoiled")
    save_draft(bridge, document=document, by=priya)
    discard_draft(bridge, by=priya)
    bridge.refresh_from_db()
    assert (bridge.state, bridge.name, bridge.versions.count()) == ("published", "Our bridge", 1)
    with pytest.raises(WrongState):
        discard_draft(bridge, by=priya)


def test_a_published_version_never_changes(bridge: Exercise) -> None:
    version = bridge.current_version
    assert version is not None
    version.document = {}
    with pytest.raises(WrongState, match="never changes"):
        version.save()
    with pytest.raises(WrongState):
        version.delete()
    with pytest.raises(WrongState):
        ExerciseVersion.objects.all().update(document={})
    with pytest.raises(WrongState):
        bridge.versions.all().delete()
    version.refresh_from_db()
    assert version.content.slug == "our-bridge"


def test_every_move_that_the_table_does_not_name_is_refused(bridge: Exercise, priya: User) -> None:
    states = Exercise.State
    for state in states:
        for to in states:
            if to == state:
                continue
            Exercise.objects.filter(pk=bridge.pk).update(state=state)
            allowed = to in Exercise.TRANSITIONS[state]
            # Without an open draft nothing becomes a draft, and publishing a draft has a service of its own.
            possible = allowed and (to == states.WITHDRAWN or state == states.WITHDRAWN)
            if possible:
                assert move_exercise(bridge, to, by=priya).state == to
            else:
                with pytest.raises(WrongState):
                    move_exercise(bridge, to, by=priya)


def test_withdrawing_keeps_an_exercise_out_of_new_plans_until_it_is_restored(bridge: Exercise, priya: User) -> None:
    withdraw_exercise(bridge, by=priya)
    assert withdraw_exercise(bridge, by=priya).state == "withdrawn"
    assert not Exercise.objects.published().exists()
    assert bridge.current_version is not None
    with pytest.raises(WrongState, match="can go from"):
        save_draft(bridge, document=bridge.current_version.document, by=priya)
    assert restore_exercise(bridge, by=priya).state == "published"


def test_a_wrong_document_is_refused_with_its_fields_and_nothing_is_stored(
    practice: Practice, priya: User, bridge_document: Document
) -> None:
    bridge_document["dose"]["sets"] = 0
    bridge_document["segments"][1]["steps"][0]["breath"] = "sideways"
    with pytest.raises(ContentError) as caught:
        save_draft(None, document=bridge_document, by=priya, practice=practice)
    assert {p.path for p in caught.value.problems} == {"dose.sets", "segments[1].steps[0].breath"}
    assert not Exercise.objects.exists()


@pytest.mark.parametrize("text", ["a\x00b", "half \ud800 a letter"])
def test_texts_that_no_database_takes_are_refused(
    practice: Practice, priya: User, bridge_document: Document, text: str
) -> None:
    bridge_document["aim"] = text
    bridge_document["segments"][0]["steps"][0]["pose"] = {"note": text}
    with pytest.raises(ContentError) as caught:
        save_draft(None, document=bridge_document, by=priya, practice=practice)
    assert {p.path for p in caught.value.problems} == {"aim", "segments[0].steps[0].pose"}


def test_a_slug_is_taken_once_in_a_library_and_never_changes(
    bridge: Exercise, priya: User, practice: Practice, bridge_document: Document
) -> None:
    with pytest.raises(ContentError, match="slug: 'our-bridge' is taken"):
        save_draft(None, document=bridge_document, by=priya, practice=practice)
    with pytest.raises(ContentError, match="stays 'our-bridge'"):
        save_draft(bridge, document=changed(bridge_document, slug="their-bridge"), by=priya)


def test_only_editors_change_a_library(
    bridge: Exercise, practice: Practice, nora: User, lena: User, bridge_document: Document, priya: User
) -> None:
    owner = make_staff(practice, Role.OWNER)
    for stranger in (nora, lena, owner):
        with pytest.raises(NotAllowed):
            save_draft(bridge, document=bridge_document, by=stranger)
        with pytest.raises(NotAllowed):
            withdraw_exercise(bridge, by=stranger)
    with pytest.raises(NotAllowed, match="Make a copy"):
        save_draft(None, document=changed(bridge_document, slug="x"), by=priya, practice=None)
    editor = make_staff(practice, Role.EDITOR)
    assert save_draft(bridge, document=bridge_document, by=editor).number == 2
    shared = save_draft(None, document=changed(bridge_document, slug="x"), by=lena, practice=None)
    assert shared.exercise.is_shared


def test_an_own_exercise_is_seen_by_its_owner_and_the_practice_owner_alone(
    practice: Practice, hill: Practice, priya: User, ben: User, nora: User, bridge_document: Document
) -> None:
    draft = save_draft(None, document=bridge_document, by=priya, practice=practice, own=True)
    seen = {name: Exercise.objects.visible_to(user).exists() for name, user in {"priya": priya, "ben": ben}.items()}
    assert seen == {"priya": True, "ben": False}
    assert Exercise.objects.visible_to(make_staff(practice, Role.OWNER)).exists()
    with practice_scope(hill):
        assert not Exercise.objects.visible_to(nora).exists()
        assert not Exercise.objects.filter(pk=draft.exercise_id).exists()
    with pytest.raises(NotAllowed, match="belongs to a colleague"):
        save_draft(draft.exercise, document=bridge_document, by=ben)


def test_a_clinic_copies_a_shared_exercise_and_keeps_its_origin(
    shared_library: None, practice: Practice, hill: Practice, priya: User, nora: User
) -> None:
    source = Exercise.objects.get(slug="knee-squeezes", practice=None)
    copied = copy_exercise(source, into=practice, by=priya)
    assert (copied.state, copied.origin, copied.practice) == ("published", source.current_version, practice)
    assert copied.links.get(kind="easier").target.slug == "single-knee-to-chest"
    with pytest.raises(ContentError, match="is taken"):
        copy_exercise(source, into=practice, by=priya)
    with pytest.raises(NotAllowed):
        copy_exercise(source, into=hill, by=priya)
    with practice_scope(hill):
        assert not Exercise.objects.filter(pk=copied.pk).exists()
        with pytest.raises(WrongState):
            copy_exercise(copied, into=hill, by=nora)


def test_two_new_exercises_that_link_to_each_other_are_published_together(
    practice: Practice, priya: User, bridge_document: Document
) -> None:
    easy = changed(bridge_document, slug="easy-bridge", name="Easy bridge")
    easy["variations"]["harder"]["slug"] = "hard-bridge"
    hard = changed(bridge_document, slug="hard-bridge", name="Hard bridge")
    hard["variations"]["easier"]["slug"] = "easy-bridge"
    drafts = [save_draft(None, document=document, by=priya, practice=practice).exercise for document in (easy, hard)]
    with pytest.raises(ContentError, match=r"variations\.harder\.slug: no published exercise 'hard-bridge'"):
        publish_exercise(drafts[0], by=priya)
    assert Exercise.objects.get(slug="easy-bridge").current_version is None
    publish_together(drafts, by=priya)
    up, down = (Exercise.objects.get(slug=slug).links.get() for slug in ("easy-bridge", "hard-bridge"))
    assert (up.kind, up.target.slug, down.kind, down.target.slug) == ("harder", "hard-bridge", "easier", "easy-bridge")
    assert up.gate == down.gate == easy["variations"]["harder"]["gate"]


def test_a_link_is_named_by_the_other_end_as_soon_as_it_is_published(
    bridge: Exercise, practice: Practice, priya: User, bridge_document: Document
) -> None:
    hard = changed(bridge_document, slug="hard-bridge", name="Hard bridge")
    hard["variations"]["easier"]["slug"] = "our-bridge"
    draft = save_draft(None, document=hard, by=priya, practice=practice)
    published = publish_together([draft.exercise], by=priya)
    assert [(each.exercise.slug, each.number) for each in published] == [("hard-bridge", 1), ("our-bridge", 2)]
    bridge.refresh_from_db()
    link = bridge.current_version.document["variations"]["harder"]
    assert (link["slug"], link["name"]) == ("hard-bridge", "Hard bridge")
    assert link["gate"] == {"practitioner_approval": True}
    up, down = bridge.links.get(kind="harder"), draft.exercise.links.get()
    assert (up.target.slug, down.target.slug) == ("hard-bridge", "our-bridge")
    del hard["variations"]["easier"]
    save_draft(draft.exercise, document=hard, by=priya)
    publish_exercise(draft.exercise, by=priya)
    bridge.refresh_from_db()
    assert "harder" not in bridge.current_version.document.get("variations", {})
    assert not bridge.links.exists()


def test_a_form_that_goes_with_another_one_already_is_not_taken_over(
    bridge: Exercise, practice: Practice, priya: User, bridge_document: Document
) -> None:
    for slug, name in (("hard-bridge", "Hard bridge"), ("harder-bridge", "Harder bridge")):
        document = changed(bridge_document, slug=slug, name=name)
        document["variations"]["easier"]["slug"] = "our-bridge"
        draft = save_draft(None, document=document, by=priya, practice=practice)
        if slug == "hard-bridge":
            publish_exercise(draft.exercise, by=priya)
    with pytest.raises(ContentError, match=r"variations\.easier\.slug: “Our bridge” goes with “Hard bridge” already"):
        publish_exercise(draft.exercise, by=priya)
    assert Exercise.objects.get(slug="harder-bridge").current_version is None


def test_an_end_with_an_open_draft_is_not_published_behind_its_authors_back(
    bridge: Exercise, practice: Practice, priya: User, ben: User, bridge_document: Document
) -> None:
    save_draft(bridge, document=changed(bridge_document, aim="Helps to climb stairs."), by=ben)
    hard = changed(bridge_document, slug="hard-bridge", name="Hard bridge")
    hard["variations"]["easier"]["slug"] = "our-bridge"
    draft = save_draft(None, document=hard, by=priya, practice=practice)
    with pytest.raises(ContentError, match="“Our bridge” has to change too, but has an open draft"):
        publish_exercise(draft.exercise, by=priya)


def test_the_database_keeps_what_must_always_hold(bridge: Exercise, priya: User, practice: Practice) -> None:
    broken: list[dict[str, Any]] = [
        {"state": "published", "current_version": None},
        {"difficulty": 4},
        {"practice": None, "owner": priya},
    ]
    for change in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            Exercise.objects.filter(pk=bridge.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Exercise.objects.create(practice=practice, slug="our-bridge", name="Again")
    for number, slug in enumerate(("one", "two")):
        exercise = Exercise.objects.create(slug="shared" if number == 0 else slug, name=slug)
    with pytest.raises(IntegrityError), transaction.atomic():
        Exercise.objects.create(slug="shared", name="again")
    ExerciseVersion.objects.create(exercise=exercise, number=1, document=document_of("cat-camel"))
    with pytest.raises(IntegrityError), transaction.atomic():
        ExerciseVersion.objects.create(exercise=exercise, number=2, document=document_of("cat-camel"))
