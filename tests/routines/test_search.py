from __future__ import annotations

import dataclasses

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from routines.finding.matching import search
from routines.finding.words import words_of
from routines.library import starter
from routines.models import Exercise, Routine, RoutineWord
from routines.models.search import RARE
from routines.services.indexing import index_exercise

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scope", "whole_library")]


def slugs(text: str) -> set[str]:
    return set(search(Exercise.objects.all(), text).values_list("slug", flat=True))


def test_words_are_folded_and_short_ones_left_out() -> None:
    assert words_of("Wind-relieving pose (Yoga)", "Éa a", "STRASSE straße") == [
        "ea", "pose", "relieving", "strasse", "wind", "yoga",
    ]  # fmt: skip


def test_an_exercise_is_found_by_the_beginnings_of_its_words() -> None:
    assert slugs("knee squ") == {"knee-squeezes", "single-knee-to-chest"}  # "a lighter version of knee squeezes"
    assert slugs("KNEE") >= {"knee-squeezes", "single-knee-to-chest", "knee-rolls"}
    assert slugs("hugs") == {"knee-squeezes"}
    assert slugs("thick blanket") == {"knee-squeezes"}
    assert "hamstring-strap" in slugs("back of the thigh")
    assert slugs("no such thing") == set()
    assert len(slugs("  ")) == 70


def test_a_search_treats_signs_of_databases_as_signs() -> None:
    for text in ("%", "kne_", "'; drop table", "\\", "*", "knee & | !(", "a:* <-> b", "\x00"):
        assert slugs(text) <= slugs("")
    assert slugs("kn%") == slugs("kn") != slugs("")


def test_routines_are_found_by_their_exercises_too() -> None:
    assert set(Routine.objects.search("desk").values_list("slug", flat=True)) >= {"desk-breaks"}
    with_squeezes = {
        slug
        for slug, (content, _) in starter.library().routines.items()
        if "knee-squeezes" in {item.exercise for item in content.items}
    }
    assert set(Routine.objects.search("squeezes").values_list("slug", flat=True)) == with_squeezes
    assert len(with_squeezes) == 4


def test_rare_and_common_words_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def routines(text: str) -> set[str]:
        return set(Routine.objects.search(text).values_list("slug", flat=True))

    texts = ("knee", "mobility morning", "back squeezes", "s")
    rare = [routines(text) for text in texts]
    assert any(rare)
    monkeypatch.setattr("routines.models.search.RARE", 0)
    assert [routines(text) for text in texts] == rare


def test_a_search_uses_the_index_of_words() -> None:
    first = Routine.objects.first()
    RoutineWord.objects.bulk_create([RoutineWord(routine=first, word=f"filler{n}") for n in range(3000)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as queries:
        list(Routine.objects.search("squeez"))
    lookup = queries.captured_queries[0]["sql"]
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + lookup)
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "USING INDEX" in plan or "USING COVERING INDEX" in plan or "Index" in plan, plan
    assert RARE + 1 == 501


def test_filters_compose(practice: Practice, priya: User) -> None:
    found = search(Exercise.objects.visible_to(priya).published().with_facet("equipment", "wall"), "stretch")
    assert set(found.values_list("slug", flat=True)) == {"calf-stretch-wall", "standing-side-bend", "wall-half-dog"}
    assert not Exercise.objects.safe_for(["recent_fracture"]).filter(slug="knee-squeezes").exists()
    assert Exercise.objects.safe_for(["osteoporosis"]).filter(slug="knee-squeezes").exists()
    assert Exercise.objects.safe_for([]).count() == 70


def test_nobody_finds_another_clinics_exercise(hill: Practice, nora: User, practice: Practice) -> None:
    ours = Exercise.objects.create(practice=practice, slug="secret", name="Secret")
    index_exercise(ours, dataclasses.replace(starter.library().exercises["cat-camel"][0], name="Zymurgical"))
    assert slugs("zymurgical") == slugs("zymurgicla") == {"secret"}
    with practice_scope(hill):
        assert slugs("zymurgical") == slugs("zymurgicla") == set()
        assert not search(Exercise.objects.visible_to(nora), "zymurgical").exists()
