from __future__ import annotations

import copy
from typing import Any

import pytest

from portal.accounts.errors import NotAllowed
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from routines.library import starter
from routines.models import Routine
from routines.reading import ContentError
from routines.services import (
    change_routine,
    copy_exercise,
    copy_routine,
    create_routine,
    restore_routine,
    withdraw_routine,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope", "whole_library")]

Document = dict[str, Any]


@pytest.fixture
def document() -> Document:
    """The plain document of a routine with one exercise, free to be changed."""
    document = copy.deepcopy(starter.library().routines["knee-squeezes-short"][1])
    document.update(slug="our-easer", name="Our easer")
    return document


def test_a_physiotherapist_writes_changes_and_withdraws_a_routine(
    practice: Practice, priya: User, document: Document
) -> None:
    routine = create_routine(document=document, by=priya, practice=practice)
    assert (routine.name, routine.minutes, routine.practice) == ("Our easer", 2, practice)
    assert routine.content.items[0].optional_segments == ("rocking",)
    document["items"].append({"exercise": "cat-camel", "dose": {"reps": 5}})
    document["estimated_minutes"] = 3
    change_routine(routine, document=document, by=priya)
    assert [(i.position, i.exercise.slug, i.dose) for i in routine.items.all()] == [
        (1, "knee-squeezes", {}),
        (2, "cat-camel", {"reps": 5}),
    ]
    assert withdraw_routine(routine, by=priya).withdrawn_at
    assert not Routine.objects.in_use().filter(slug="our-easer").exists()
    assert restore_routine(routine, by=priya).withdrawn_at is None


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"items": [{"exercise": "flying"}]}, "items[0].exercise"),
        ({"items": [{"exercise": "cat-camel", "dose": {"reps": 0}}]}, "items[0].dose.reps"),
        ({"items": [{"exercise": "cat-camel", "dose": {"speed": 3}}]}, "items[0].dose.speed"),
        ({"items": [{"exercise": "cat-camel", "dose": {"hold_s": 9}}]}, "items[0].dose.hold_s"),
        ({"items": [{"exercise": "cat-camel", "segments": ["setup"]}]}, "items[0].segments"),
        ({"items": []}, "items"),
        ({"items": "cat-camel"}, "items"),
        ({"schedule": {"sessions_per_day": 1, "days_per_week": 9, "weeks": 4}}, "schedule.days_per_week"),
        ({"lanes": {"sore": {"items": [{"exercise": "flying"}]}}}, "lanes.sore.items[0].exercise"),
    ],
)
def test_a_wrong_routine_is_refused_with_its_field_and_nothing_is_stored(
    practice: Practice, priya: User, document: Document, change: Document, place: str
) -> None:
    with pytest.raises(ContentError) as caught:
        create_routine(document={**document, **change}, by=priya, practice=practice)
    assert place in {problem.path for problem in caught.value.problems}
    assert not Routine.objects.filter(practice=practice).exists()


def test_a_lane_of_ones_own_is_kept(practice: Practice, priya: User, document: Document) -> None:
    document["lanes"] = {
        "sore": {"items": [{"exercise": "belly-breathing"}]},
        "flare": {"routine": "first-aid-stiff-back"},
    }
    routine = create_routine(document=document, by=priya, practice=practice)
    lanes = routine.content.lanes
    assert lanes["sore"].items[0].exercise == "belly-breathing"
    assert lanes["flare"].routine == "first-aid-stiff-back"


def test_a_clinics_own_exercise_goes_before_the_shared_one_of_that_slug(
    practice: Practice, priya: User, document: Document
) -> None:
    from routines.models import Exercise

    ours = copy_exercise(Exercise.objects.get(slug="knee-squeezes"), into=practice, by=priya)
    routine = create_routine(document=document, by=priya, practice=practice)
    assert routine.items.get().exercise == ours


def test_a_routine_is_copied_under_another_name(practice: Practice, priya: User) -> None:
    shared = Routine.objects.get(slug="morning-mobility-10")
    copied = copy_routine(shared, into=practice, by=priya, slug="our-morning", name="Our morning")
    assert (copied.origin, copied.practice, copied.items.count()) == (shared, practice, shared.items.count())
    with pytest.raises(ContentError, match="slug: 'our-morning' is taken"):
        copy_routine(shared, into=practice, by=priya, slug="our-morning", name="Again")


def test_strangers_change_no_routine(
    practice: Practice, hill: Practice, priya: User, nora: User, lena: User, ben: User, document: Document
) -> None:
    routine = create_routine(document=document, by=priya, practice=practice, own=True)
    assert list(Routine.objects.visible_to(ben).filter(slug="our-easer")) == []
    for stranger in (nora, lena, ben):
        with pytest.raises(NotAllowed):
            change_routine(routine, document=document, by=stranger)
    with pytest.raises(NotAllowed):
        create_routine(document=document, by=priya, practice=None)
    with practice_scope(hill):
        assert not Routine.objects.visible_to(nora).filter(pk=routine.pk).exists()
        with pytest.raises(ContentError, match="is not yours to copy"):
            copy_routine(routine, into=hill, by=nora, slug="stolen", name="Stolen")
