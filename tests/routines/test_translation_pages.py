"""Translating content: what is missing, both languages side by side, and who may."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Practice, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines.content import translation as content
from routines.library import starter
from routines.models import (
    Exercise,
    ExerciseTranslation,
    ExerciseVersion,
    Routine,
    RoutineTranslation,
    SelfCareItem,
    SelfCareTranslation,
    SelfCareVersion,
)
from routines.reading import ContentError
from routines.services import copy_exercise, import_library, publish_exercise, save_draft
from routines.services.translations import coverages, save_translation, translation_of
from tests.doors import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(whole_library: None, practice: Practice, priya: User) -> Exercise:
    with practice_scope(practice):
        return copy_exercise(Exercise.objects.get(slug="knee-squeezes", practice=None), into=practice, by=priya)


def page_of(thing: Exercise) -> str:
    return reverse("admin:translate", args=["exercise", thing.pk, "de"])


def test_a_copy_takes_its_translation_along(ours: Exercise) -> None:
    with all_practices():
        row = translation_of(ours, "de")
        assert row.coverage().is_complete
        assert row.document()["name"] == "Knie zur Brust"


def test_a_new_wording_leaves_its_translation_stale_until_somebody_looks(ours: Exercise, priya: User) -> None:
    with practice_scope(ours.practice):
        document = {**ours.current_version.document, "aim": "Loosens the lower back."}
        save_draft(ours, document=document, by=priya)
        publish_exercise(ours, by=priya)
        ours.refresh_from_db()
        row = translation_of(ours, "de")
        assert row.coverage().stale == ("aim",)
        assert row.document() is None
        words = row.texts["aim"]["text"]
        row = save_translation(ours, language="de", texts={"aim": words}, by=priya)
        assert row.coverage().is_complete


def test_words_for_a_text_that_changed_meanwhile_are_not_stored(ours: Exercise, priya: User) -> None:
    with practice_scope(ours.practice), pytest.raises(ContentError, match="changed meanwhile"):
        save_translation(ours, language="de", texts={"aim": "Neu."}, by=priya, seen={"aim": "0" * 16})


def test_an_author_translates_side_by_side(ours: Exercise, desk: Client) -> None:
    with all_practices():
        ExerciseTranslation.objects.filter(version=ours.current_version).delete()
    page = desk.get(page_of(ours))
    assert page.status_code == 200
    text = page.content.decode()
    assert re.search(r"0 of \d+ texts are translated\.", text)
    assert '<p id="source-1" lang="en">Knee squeezes</p>' in text
    source = content.client_texts("exercise", ours.current_version.document)
    given = {f"text:{path}": f"Wort {number}" for number, path in enumerate(source)}
    given |= {f"of:{path}": content.hash_of_text(words) for path, words in source.items()}
    answer = desk.post(page_of(ours), given, follow=True)
    assert "Clients with this language read it now." in answer.content.decode()
    with all_practices():
        assert translation_of(ours, "de").coverage().is_complete


def test_what_cannot_be_stored_is_named_and_nothing_is_kept(ours: Exercise, desk: Client) -> None:
    answer = desk.post(page_of(ours), {"text:name": "Neuer Name", "text:aim": "x" * 501, "text:pose": "no"})
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "has 501 characters" in text
    assert "pose: is not a text of this version" in text
    with all_practices():
        assert translation_of(ours, "de").texts["name"]["text"] == "Knie zur Brust"


def test_the_shared_library_is_read_by_practices_and_changed_by_its_editors(
    whole_library: None, desk: Client, lena: User
) -> None:
    with all_practices():
        shared = Exercise.objects.get(slug="knee-squeezes", practice=None)
    page = desk.get(page_of(shared)).content.decode()
    assert "You can read this translation." in page
    assert "readonly" in page
    assert desk.post(page_of(shared), {"text:name": "Neu"}).status_code == 403
    editor = browser_of(lena)
    assert editor.post(page_of(shared), {"text:name": "Neu"}).status_code == 302


def test_languages_and_kinds_that_are_not_there_are_not_found(ours: Exercise, desk: Client) -> None:
    assert desk.get(reverse("admin:translate", args=["exercise", ours.pk, "xx"])).status_code == 404
    assert desk.get(reverse("admin:translate", args=["pictures", ours.pk, "de"])).status_code == 404
    assert desk.get(f"{reverse('admin:translations')}?kind=pictures").status_code == 404


@pytest.mark.parametrize(
    ("kind", "model", "its_slug"),
    [
        ("exercise", ExerciseTranslation, {"version__exercise__slug": "bird-dog"}),
        ("routine", RoutineTranslation, {"routine__slug": "desk-breaks"}),
        ("self_care", SelfCareTranslation, {"version__item__slug": "warm-pack"}),
    ],
)
def test_the_list_says_how_far_each_thing_is(
    kind: str, model: Any, its_slug: dict[str, str], whole_library: None, desk: Client
) -> None:
    with all_practices():
        model.objects.filter(**its_slug).delete()
    page = desk.get(f"{reverse('admin:translations')}?kind={kind}").content.decode()
    assert {"exercise": "Bird dog", "routine": "Desk breaks", "self_care": "Warm pack"}[kind] in page
    assert len(re.findall(r"\b0 of \d+", page)) == 1
    assert "Complete" in page


def test_a_better_german_word_is_taken_over_without_a_new_version_and_only_once(whole_library: None) -> None:
    def versions() -> list[int]:
        models = (ExerciseVersion, RoutineTranslation, SelfCareVersion, ExerciseTranslation, SelfCareTranslation)
        return [model.objects.count() for model in models]

    shipped = starter.translations()[0]
    dogs = {**shipped.texts("exercises")["bird-dog"], "Bird dog": "Arm und Bein strecken"}
    better = replace(shipped, parts={**shipped.parts, "exercises": {"bird-dog": dogs}})
    with all_practices():
        before = versions()
        assert import_library(starter.library(), translations=[better]).lines == ["translated de text: bird-dog"]
        row = translation_of(Exercise.objects.get(slug="bird-dog", practice=None), "de")
        assert row.document()["name"] == "Arm und Bein strecken"
        assert import_library(starter.library(), translations=[better]).lines == []
        assert versions() == before


@pytest.mark.parametrize("model", [Exercise, Routine, SelfCareItem])
def test_how_far_a_page_of_things_is_costs_the_same_for_many(
    model: type, whole_library: None, django_assert_max_num_queries: object
) -> None:
    with all_practices():
        rows = model.objects.all()
        things = list(rows if model is Routine else rows.select_related("current_version"))[:9]
        with django_assert_max_num_queries(3):
            assert len(coverages(things)) == 9
