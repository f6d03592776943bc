"""Reviews, copies that follow their source, hidden exercises, and what is kept of it all."""

import copy
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from portal.accounts.errors import NotAllowed, WrongState
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from routines.comparing import differences_in_words
from routines.models import Exercise, ExerciseMove
from routines.reading import ContentError
from routines.services import (
    copy_exercise,
    hide_exercise,
    publish_exercise,
    save_draft,
    send_back,
    show_exercise,
    submit_for_review,
    take_over,
    take_over_preview,
    upstream_of,
)
from routines.services.exercises import is_another
from tests.factories import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope")]
Document = dict[str, Any]


@pytest.fixture
def careful(practice: Practice) -> Practice:
    """The practice, with reviews switched on."""
    practice.exercises_need_review = True
    practice.save()
    return practice


def moves(exercise: Exercise) -> list[tuple[str, str, str, int]]:
    rows = ExerciseMove.objects.filter(exercise=exercise).order_by("pk").select_related("by")
    return [(row.was, row.became, row.by.first_name, row.version_number) for row in rows]


def test_the_shared_library_asks_for_a_review_where_its_operator_switched_that_on(
    lena: User, bridge_document: Document, settings: Any
) -> None:
    settings.SHARED_LIBRARY_NEEDS_REVIEW = True
    other = make_person(edits_shared_library=True)
    bridge = save_draft(None, document=bridge_document, by=lena).exercise
    with pytest.raises(WrongState, match="Ask a colleague"):
        publish_exercise(bridge, by=other)
    submit_for_review(bridge, by=lena)
    with pytest.raises(WrongState, match="a colleague has to look at it"):
        publish_exercise(bridge, by=lena)
    assert publish_exercise(bridge, by=other).reviewed_by == other


def test_with_reviews_switched_on_only_a_colleague_who_wrote_nothing_publishes(
    careful: Practice, priya: User, ben: User, bridge_document: Document
) -> None:
    bridge = save_draft(None, document=bridge_document, by=priya, practice=careful).exercise
    with pytest.raises(WrongState, match="Ask a colleague"):
        publish_exercise(bridge, by=ben)
    submit_for_review(bridge, by=priya)
    with pytest.raises(WrongState, match="a colleague has to look at it"):
        publish_exercise(bridge, by=priya)
    version = publish_exercise(bridge, by=ben)
    assert (version.published_by, version.reviewed_by, version.created_by) == (ben, ben, priya)
    assert version.reviewed_at == version.published_at
    assert moves(bridge) == [
        ("draft", "draft", "Priya", 1),
        ("draft", "in_review", "Priya", 1),
        ("in_review", "published", "Ben", 1),
    ]


def test_whoever_wrote_in_a_draft_before_its_last_writer_cannot_review_it(
    careful: Practice, priya: User, ben: User, bridge_document: Document
) -> None:
    bridge = save_draft(None, document=bridge_document, by=ben, practice=careful).exercise
    draft = save_draft(bridge, document={**bridge_document, "aim": "Helps to climb stairs."}, by=priya)
    assert not is_another(ben, bridge, draft)
    submit_for_review(bridge, by=priya)
    with pytest.raises(WrongState, match="You wrote in this draft"):
        publish_exercise(bridge, by=ben)


def test_a_change_after_the_request_needs_a_new_one(
    careful: Practice, priya: User, ben: User, bridge_document: Document
) -> None:
    bridge = save_draft(None, document=bridge_document, by=priya, practice=careful).exercise
    submit_for_review(bridge, by=priya)
    save_draft(bridge, document={**bridge_document, "aim": "Helps to climb stairs."}, by=priya)
    with pytest.raises(WrongState, match="Ask a colleague"):
        publish_exercise(bridge, by=ben)


def test_sending_back_keeps_who_and_why_and_leaves_the_reviewer_a_reviewer(
    careful: Practice, priya: User, ben: User, bridge_document: Document
) -> None:
    bridge = save_draft(None, document=bridge_document, by=priya, practice=careful).exercise
    submit_for_review(bridge, by=priya)
    send_back(bridge, by=ben, note="Say where the feet go.")
    move = bridge.moves.first()
    assert (move.was, move.became, move.by, move.note) == ("in_review", "draft", ben, "Say where the feet go.")
    submit_for_review(bridge, by=priya)
    assert publish_exercise(bridge, by=ben).reviewed_by == ben


def test_without_the_switch_an_author_publishes_and_nobody_is_called_a_reviewer(
    practice: Practice, priya: User, bridge_document: Document
) -> None:
    bridge = save_draft(None, document=bridge_document, by=priya, practice=practice).exercise
    version = publish_exercise(bridge, by=priya)
    assert (version.reviewed_by, version.reviewed_at) == (None, None)


def test_what_happened_is_never_rewritten(practice: Practice, priya: User, bridge_document: Document) -> None:
    bridge = save_draft(None, document=bridge_document, by=priya, practice=practice).exercise
    move = bridge.moves.get()
    with pytest.raises(ValidationError):
        move.save()
    with pytest.raises(ValidationError):
        move.delete()


def test_a_banned_claim_keeps_an_exercise_from_being_published_and_not_from_being_saved(
    practice: Practice, priya: User, bridge_document: Document
) -> None:
    bridge = save_draft(
        None, document={**bridge_document, "aim": "It cures your back."}, by=priya, practice=practice
    ).exercise
    with pytest.raises(ContentError, match="aim: “cures” promises too much"):
        publish_exercise(bridge, by=priya)
    assert Exercise.objects.get().current_version is None


# --- copies and their source ----------------------------------------------------------------------------------


def published(document: Document, *, by: User, exercise: Exercise | None = None) -> Exercise:
    draft = save_draft(exercise, document=document, by=by)
    publish_exercise(draft.exercise, by=by)
    return Exercise.objects.get(pk=draft.exercise.pk)


@pytest.fixture
def source(lena: User, bridge_document: Document) -> Exercise:
    """A shared exercise."""
    return published(bridge_document, by=lena)


@pytest.fixture
def ours(source: Exercise, practice: Practice, priya: User) -> Exercise:
    """Riverside's copy of it, with an aim of its own."""
    copied = copy_exercise(source, into=practice, by=priya)
    document = {**copied.current_version.document, "aim": "Stronger hips for our stairs."}
    published(document, by=priya, exercise=copied)
    return Exercise.objects.select_related("origin__exercise__current_version").get(pk=copied.pk)


def changed_upstream(source: Exercise, bridge_document: Document, lena: User) -> None:
    document = copy.deepcopy(bridge_document)
    document["aim"] = "Helps with standing up and with stairs."
    document["segments"][1]["steps"][0]["text"] = "Press through your heels and lift your hips."
    document["precautions"] = [*document.get("precautions", []), "Stop if a cramp comes."]
    published(document, by=lena, exercise=source)


def test_a_copy_hears_of_a_newer_source_and_only_then(
    ours: Exercise, source: Exercise, bridge_document: Document, lena: User
) -> None:
    assert upstream_of(ours) is None
    with pytest.raises(WrongState, match="has not changed"):
        take_over_preview(ours)
    changed_upstream(source, bridge_document, lena)
    newer = upstream_of(Exercise.objects.get(pk=ours.pk))
    assert newer is not None
    assert newer.number == 2


def test_local_wording_survives_a_take_over_and_the_rest_is_taken(
    ours: Exercise, source: Exercise, bridge_document: Document, lena: User, priya: User
) -> None:
    changed_upstream(source, bridge_document, lena)
    ours = Exercise.objects.get(pk=ours.pk)
    by_path = {change.path: change for change in take_over_preview(ours).changes}
    assert by_path["aim"].is_conflict
    assert (by_path["aim"].ours, by_path["aim"].kept) == ("Stronger hips for our stairs.", "ours")
    draft = take_over(ours, {}, by=priya)
    assert draft.document["aim"] == "Stronger hips for our stairs."
    assert draft.document["segments"][1]["steps"][0]["text"] == "Press through your heels and lift your hips."
    assert draft.document["precautions"][-1] == "Stop if a cramp comes."
    assert upstream_of(Exercise.objects.get(pk=ours.pk)) is None


def test_each_place_is_a_choice(
    ours: Exercise, source: Exercise, bridge_document: Document, lena: User, priya: User
) -> None:
    changed_upstream(source, bridge_document, lena)
    ours = Exercise.objects.get(pk=ours.pk)
    step = next(change.path for change in take_over_preview(ours).changes if change.path.endswith("text"))
    draft = take_over(ours, {"aim": "theirs", step: "ours"}, by=priya)
    assert draft.document["aim"] == "Helps with standing up and with stairs."
    assert draft.document["segments"][1]["steps"][0]["text"] == bridge_document["segments"][1]["steps"][0]["text"]


def test_another_practice_takes_nothing_over(
    ours: Exercise, source: Exercise, bridge_document: Document, lena: User, hill: Practice, nora: User
) -> None:
    changed_upstream(source, bridge_document, lena)
    with practice_scope(hill), pytest.raises(NotAllowed):
        take_over(ours, {}, by=nora)


# --- hidden exercises -----------------------------------------------------------------------------------------


def test_a_hidden_exercise_is_not_offered_here_and_still_is_elsewhere(
    source: Exercise, practice: Practice, priya: User, hill: Practice
) -> None:
    hide_exercise(source, practice=practice, by=priya)
    hide_exercise(source, practice=practice, by=priya)
    assert source not in Exercise.objects.offered()
    assert source in Exercise.objects.published()
    with practice_scope(hill):
        assert source in Exercise.objects.offered()
    show_exercise(source, practice=practice, by=priya)
    assert source in Exercise.objects.offered()


def test_only_authors_hide_and_only_what_is_shared(
    source: Exercise, ours: Exercise, practice: Practice, priya: User, nora: User
) -> None:
    with pytest.raises(NotAllowed):
        hide_exercise(source, practice=practice, by=nora)
    with pytest.raises(WrongState, match="Withdraw your own"):
        hide_exercise(ours, practice=practice, by=priya)


# --- readable differences -------------------------------------------------------------------------------------


def test_differences_name_fields_in_the_authors_words(bridge_document: Document) -> None:
    new = copy.deepcopy(bridge_document)
    new["dose"]["reps"] = 12
    new["segments"][1]["steps"][0]["breath"] = "none"
    new["contraindications"].append({"tag": "wrist_problem", "level": "ask"})
    found = {each.field: (each.before, each.after) for each in differences_in_words(bridge_document, new)}
    assert found["Dose: Repetitions"] == ("10", "12")
    step = next(field for field in found if field.endswith("Breath"))
    assert step.startswith("Part “")
    assert ", step 1: " in step
    caution = next(field for field in found if field.startswith("Caution"))
    assert "Wrist or hand pain" in caution
    assert found[caution][0] == "–"
    assert differences_in_words(new, new) == []
