from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines.models import Exercise, Routine, SelfCareItem
from routines.services import save_draft
from tests.doors import browser_of
from tests.factories import make_staff
from tests.routines.conftest import document_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_library")]

LISTS = ("admin:routines_exercise_changelist", "admin:routines_routine_changelist")


@pytest.fixture
def bridge(practice: Practice, priya: User, bridge_document: dict[str, object]) -> Exercise:
    """An exercise that belongs to Priya alone."""
    with practice_scope(practice):
        return save_draft(None, document=bridge_document, by=priya, practice=practice, own=True).exercise


def page_of(user: User, name: str, *args: object, query: str = "") -> str:
    response = browser_of(user).get(reverse(name, args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_staff_find_an_exercise_and_read_what_it_says(priya: User) -> None:
    found = page_of(priya, LISTS[0], query="?q=knee+squ")
    assert "Knee squeezes" in found
    assert "Cat and camel" not in found
    assert 'data-label="Body part">lower back, pelvis, hip' in re.sub(r' class="[^"]*"', "", found)
    assert 'data-label="Reviewed"' in found
    with all_practices():
        exercise = Exercise.objects.get(slug="knee-squeezes")
        routine = Routine.objects.get(slug="knee-squeezes-short")
        pack = SelfCareItem.objects.get(slug="warm-pack")
    said = page_of(priya, "admin:routines_exercise_change", exercise.pk)
    for text in ("2 each side, hold 8 seconds", "Raise your chin towards your knees.", "thick blanket", "Published"):
        assert text in said
    assert "Draw the blanket clearly" not in said
    assert "2 each side, hold 8 seconds" in page_of(priya, "admin:routines_routine_change", routine.pk)
    assert "never on numb skin" in page_of(priya, "admin:routines_selfcareitem_change", pack.pk)


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("?category=yoga", "Knee squeezes", "Knee rolls"),
        ("?equipment=wall", "Wall angels", "Knee rolls"),
        ("?region=neck", "Chin tuck", "Knee rolls"),
        ("?library=shared", "Knee rolls", "Our bridge"),
        ("?library=mine", "Our bridge", "Knee rolls"),
        ("?library=clinic", "Our bridge", "Knee rolls"),
        ("?state__exact=draft", "Our bridge", "Knee rolls"),
        ("?difficulty=3", "Single-leg bridge", "Knee rolls"),
        ("?difficulty=x", "Knee rolls", "Our nothing"),
    ],
)
def test_staff_narrow_the_list(priya: User, bridge: Exercise, query: str, shown: str, hidden: str) -> None:
    found = page_of(priya, LISTS[0], query=query).split('id="changelist-filter"')[0]
    assert f">{shown}</a>" in found
    assert f">{hidden}</a>" not in found


def test_each_sees_the_shared_library_and_their_own(
    priya: User, ben: User, nora: User, lena: User, practice: Practice, bridge: Exercise
) -> None:
    owner, editor = make_staff(practice, Role.OWNER), make_staff(practice, Role.EDITOR)
    sees = {"priya": priya, "ben": ben, "nora": nora, "lena": lena, "owner": owner, "editor": editor}
    lists = {name: page_of(user, LISTS[0], query="?q=bridge") for name, user in sees.items()}
    assert {name for name, page in lists.items() if "Our bridge" in page} == {"priya", "owner"}
    assert all("Single-leg bridge" in page for page in lists.values())
    for user in (nora, lena, ben):
        url = reverse("admin:routines_exercise_change", args=[bridge.pk])
        answer = browser_of(user).get(url)
        assert answer.status_code in (302, 403, 404)
        assert b"Our bridge" not in answer.content


def test_nothing_is_deleted_or_changed_in_the_lists(priya: User) -> None:
    with all_practices():
        exercise = Exercise.objects.get(slug="knee-squeezes")
    browser = browser_of(priya)
    assert browser.get(reverse("admin:routines_exercise_delete", args=[exercise.pk])).status_code == 403
    url = reverse("admin:routines_exercise_change", args=[exercise.pk])
    assert browser.post(url, {"name": "Spoiled", "state": "withdrawn"}).status_code == 403
    exercise.refresh_from_db()
    assert (exercise.name, exercise.state) == ("Knee squeezes", "published")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_counts_no_table_and_asks_for_nothing_twice(priya: User, name: str) -> None:
    browser = browser_of(priya)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(reverse(name) + "?q=kn").status_code == 200
    statements = [entry["sql"] for entry in queries.captured_queries]
    assert not [sql for sql in statements if "DISTINCT" in sql]
    assert not [sql for sql in statements if "COUNT(" in sql and "LIMIT" not in sql and "routines_" in sql]
    before = len(statements)
    with all_practices():
        for number in range(30):
            Exercise.objects.create(slug=f"knee-{number}", name=f"Knee {number}")
    with CaptureQueriesContext(connection) as again:
        browser.get(reverse(name) + "?q=kn")
    assert len(again.captured_queries) <= before


def test_the_document_of_a_broken_draft_never_reaches_a_page(priya: User, practice: Practice) -> None:
    hostile = {**document_of("cat-camel"), "slug": "hostile", "name": "<script>alert(1)</script>"}
    with practice_scope(practice):
        exercise = save_draft(None, document=hostile, by=priya, practice=practice).exercise
    page = page_of(priya, "admin:routines_exercise_change", exercise.pk)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
