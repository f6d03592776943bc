"""Search from anywhere: what is found, by whom, and at what cost."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.analytics.desk_search import MOST, PAGES, desk_search
from clients.models import Client
from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import practice_scope, shared_rows_only
from routines.models.search import replace_words
from tests.clients.library import make_routine
from tests.doors import browser_of
from tests.factories import make_client, make_person, make_practice, make_staff

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 6


@pytest.fixture
def practice() -> Practice:
    return make_practice()


@pytest.fixture
def priya(practice: Practice) -> User:
    return make_staff(practice, first_name="Priya")


def find(user: User, practice: Practice, text: str) -> dict[str, list[str]]:
    with practice_scope(practice):
        found = desk_search(User.objects.get(pk=user.pk), text)
    return {group.title: [hit.title for hit in group.hits] for group in found.groups}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("ma", ["Margaret Özil", "Max Hill"], id="the beginning of a first name"),
        pytest.param("ozil", ["Margaret Özil"], id="a last name without its dots"),
        pytest.param("hill max", ["Max Hill"], id="both names, either way round"),
        pytest.param("m@ex", ["Max Hill"], id="the beginning of an address"),
        pytest.param("argaret", [], id="the middle of a name"),
        pytest.param("%", [], id="no letter"),
    ],
)
def test_clients_are_found_by_how_their_names_begin(
    practice: Practice, priya: User, text: str, found: list[str]
) -> None:
    make_client(priya, first_name="Margaret", last_name="Özil")
    make_client(priya, first_name="Max", last_name="Hill", email="m@example.org")
    assert sorted(find(priya, practice, text).get("Clients", [])) == found


@pytest.mark.parametrize(
    ("roles", "sees"),
    [
        pytest.param([Role.PRACTITIONER], ["Ann Mine"], id="a practitioner: their caseload"),
        pytest.param([Role.OWNER], ["Ann Hers", "Ann Mine"], id="an owner: the practice"),
        pytest.param([Role.EDITOR], [], id="a library editor: nobody"),
    ],
)
def test_only_clients_who_may_be_seen_are_found(
    practice: Practice, priya: User, roles: list[Role], sees: list[str]
) -> None:
    user = make_staff(practice, *roles)
    make_client(user, practice, first_name="Ann", last_name="Mine") if Role.EDITOR not in roles else None
    make_client(priya, first_name="Ann", last_name="Hers")
    make_client(make_staff(make_practice()), first_name="Ann", last_name="Elsewhere")
    assert sorted(find(user, practice, "ann").get("Clients", [])) == sees


@pytest.mark.parametrize(
    ("roles", "text", "pages"),
    [
        pytest.param([Role.OWNER], "peop", ["People and roles"], id="an owner"),
        pytest.param([Role.OWNER], "csv", ["Invite many clients"], id="another word for it"),
        pytest.param([Role.PRACTITIONER], "peop", None, id="not for practitioners"),
        pytest.param([Role.PRACTITIONER], "assign", ["Assign a plan"], id="a practitioner"),
        pytest.param([Role.OWNER], "assign", None, id="plans are no owner's"),
        pytest.param([Role.EDITOR], "routines", ["Routines"], id="an editor"),
        pytest.param([Role.EDITOR], "messages", None, id="no messages for editors"),
    ],
)
def test_pages_are_found_by_whoever_may_open_them(
    practice: Practice, roles: list[Role], text: str, pages: list[str] | None
) -> None:
    assert find(make_staff(practice, *roles), practice, text).get("Pages") == pages


@pytest.mark.parametrize("role", list(Role))
def test_every_page_that_is_offered_opens(practice: Practice, role: Role) -> None:
    desk = browser_of(make_staff(practice, role))
    for name, _icon, _title, _more, who in PAGES:
        answer = desk.get(reverse(name))
        if role in who:
            assert answer.status_code == 200, name


def test_routines_and_exercises_are_found_with_their_pages(practice: Practice, priya: User) -> None:
    routine = make_routine("knee-squeezes", practice=practice, name="Evening wind-down")
    with practice_scope(practice):
        replace_words(routine.words, routine, [routine.name])
    found = find(priya, practice, "evening")
    assert found["Routines"] == ["Evening wind-down"]
    assert find(priya, practice, "squeez")["Exercises"] == ["Knee squeezes"]
    html = browser_of(priya).post(reverse("admin:search"), {"q": "evening"}).content.decode()
    (address,) = re.findall(r'href="(/admin/routine/\d+/)"', html)
    assert browser_of(priya).get(address).status_code == 200


def test_a_plan_is_one_step_from_a_client_for_who_gives_plans(practice: Practice, priya: User) -> None:
    ann = make_client(priya, first_name="Ann")
    gone = make_client(priya, first_name="Ann", state=Client.State.DISCHARGED)
    owner = make_staff(practice, Role.OWNER)
    page = browser_of(priya).post(reverse("admin:search"), {"q": "ann"}).content.decode()
    assert reverse("admin:assign_to", args=[ann.pk]) in page
    assert reverse("admin:assign_to", args=[gone.pk]) not in page
    assert (
        "assign/" not in browser_of(owner).post(reverse("admin:search"), {"q": "ann", "part": "found"}).content.decode()
    )


def test_the_editor_of_the_shared_library_finds_pages_and_no_clients(practice: Practice, priya: User) -> None:
    make_client(priya, first_name="Routine")
    lena = make_person("lena@example.org", edits_shared_library=True)
    with shared_rows_only():
        groups = {group.title: [hit.title for hit in group.hits] for group in desk_search(lena, "routin").groups}
    assert groups == {"Pages": ["Routines"]}


@pytest.mark.parametrize("text", ["", "   ", "\t", "´"])
def test_nothing_is_found_for_nothing(practice: Practice, priya: User, text: str) -> None:
    make_client(priya)
    assert find(priya, practice, text) == {}


@pytest.mark.parametrize("text", ["a", "ma hill back pain stretch knee now", "x" * 5000, "knea pian streching"])
def test_a_search_takes_at_most_six_statements(practice: Practice, priya: User, text: str) -> None:
    for number in range(30):
        make_client(priya, first_name=f"Ann{number}")
    with practice_scope(practice):
        user = User.objects.get(pk=priya.pk)
        scope_practice: Any = Practice.objects.get()
    with (
        practice_scope(scope_practice),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        found = desk_search(user, text)
    assert len(asked) <= MOST_STATEMENTS + 1  # the roles, which each request reads anyway
    assert all(len(group.hits) <= MOST for group in found.groups)


def test_what_was_typed_stands_in_no_address(practice: Practice, priya: User) -> None:
    make_client(priya, first_name="Margaret")
    desk = browser_of(priya)
    assert "Margaret" not in desk.get(reverse("admin:search"), {"q": "margaret"}).content.decode()
    answer = desk.post(reverse("admin:search"), {"q": "margaret", "part": "found"})
    assert "Margaret" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_the_search_is_on_every_page_of_the_staff(practice: Practice, priya: User) -> None:
    for name in ("admin:caseload", "admin:clients_client_changelist", "admin:records", "admin:routine_list"):
        html = browser_of(priya).get(reverse(name)).content.decode()
        assert html.count('data-module="portal/search"') == 1, name
        assert html.count('role="status" data-part="said"') == 1, name
        assert "portal/modules" in html, name
