"""What a plan starts from: favourites first, folders, and a search whose words stay out of the address."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Assignment, Client
from clients.views.practitioner.choosing import PAGE
from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import practice_scope
from routines.models import Routine
from routines.services.routines import copy_routine
from routines.services.shelf import file_routine, mark_favourite
from tests.clients.library import make_routine
from tests.doors import browser_of
from tests.factories import make_practice, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared() -> Routine:
    whole = {
        "goal": "Ease a stiff back.",
        "estimated_minutes": 5,
        "completion": {"weeks": 4, "review": "Talk about what helped."},
    }
    return make_routine("knee-squeezes", "glute-bridge", document=whole)


def ours(shared: Routine, by: User, practice: Practice, *names: str) -> list[Routine]:
    with practice_scope(practice):
        return [
            copy_routine(shared, into=practice, by=by, slug=f"ours-{index}", name=name)
            for index, name in enumerate(names)
        ]


def shown(desk: Browser, client: Client, **asked: str) -> list[str]:
    address = reverse("admin:assign_to", args=[client.pk])
    answer = desk.post(address, {"do": "look", **asked}) if asked else desk.get(address)
    assert answer.status_code == 200
    return [card["routine"].name for card in answer.context["cards"]]


def test_a_persons_favourites_come_first_then_the_clinics_own(
    desk: Browser, carl: Client, priya: User, practice: Practice, shared: Routine
) -> None:
    anna, zoe = ours(shared, priya, practice, "Anna's start", "Zoe's start")
    assert shown(desk, carl) == [anna.name, zoe.name, shared.name]
    nora = make_staff(practice, Role.PRACTITIONER)
    with practice_scope(practice):
        mark_favourite(shared, by=priya, practice=practice, on=True)
        mark_favourite(zoe, by=nora, practice=practice, on=True)
    assert shown(desk, carl) == [shared.name, anna.name, zoe.name]
    page = desk.get(reverse("admin:assign_to", args=[carl.pk])).content.decode()
    assert page.count("Favourite</span>") == 1


def test_what_the_person_gave_last_comes_next_and_says_how_often_it_was_given(
    desk: Browser, carl: Client, priya: User, practice: Practice, shared: Routine
) -> None:
    anna, zoe = ours(shared, priya, practice, "Anna's start", "Zoe's start")
    nora = make_staff(practice, Role.PRACTITIONER)
    with practice_scope(practice):
        for by, routine in ((nora, anna), (priya, shared), (priya, zoe)):
            Assignment.objects.create(
                client=carl, routine=routine, name=routine.name, starts_on=date(2026, 11, 2), created_by=by
            )
    assert shown(desk, carl) == [zoe.name, shared.name, anna.name]
    assert desk.get(reverse("admin:assign_to", args=[carl.pk])).content.decode().count(", used once") == 3


def test_a_routine_is_used_from_its_card_and_goes_along_to_the_client(
    desk: Browser, carl: Client, practice: Practice, shared: Routine
) -> None:
    who = f"{reverse('admin:assign')}?routine={shared.pk}"
    assert f'href="{who}"' in desk.get(reverse("admin:routine_list")).content.decode()
    page = desk.get(who).content.decode()
    assert f'href="{reverse("admin:assign_to", args=[carl.pk])}?routine={shared.pk}"' in page
    assert f'name="routine" value="{shared.pk}"' in page
    for nonsense in ("0", "x", "9" * 30):
        assert desk.get(reverse("admin:assign"), {"routine": nonsense}).context["routine"] is None
    editor = browser_of(make_staff(practice, Role.EDITOR))
    assert who not in editor.get(reverse("admin:routine_list")).content.decode()


def test_a_folder_and_words_narrow_the_choice(
    desk: Browser, carl: Client, priya: User, practice: Practice, shared: Routine
) -> None:
    first, _second = ours(shared, priya, practice, "Gentle mornings", "Long evenings")
    other = make_practice()
    stranger = make_staff(other, Role.PRACTITIONER)
    with practice_scope(practice):
        file_routine(first, folder="After surgery", by=priya, practice=practice)
    with practice_scope(other):
        file_routine(shared, folder="Elsewhere", by=stranger, practice=other)
    assert shown(desk, carl, folder="After surgery") == [first.name]
    assert shown(desk, carl, q="evening") == ["Long evenings"]
    assert shown(desk, carl, q="evening", folder="After surgery") == []
    assert shown(desk, carl, folder="Elsewhere") == []
    page = desk.get(reverse("admin:assign_to", args=[carl.pk])).content.decode()
    assert "After surgery" in page
    assert "Elsewhere" not in page


def test_what_is_looked_for_travels_in_the_body_and_an_empty_plan_is_always_offered(
    desk: Browser, carl: Client, shared: Routine
) -> None:
    address = reverse("admin:assign_to", args=[carl.pk])
    page = desk.post(address, {"do": "look", "q": "nothing like it"}).content.decode()
    assert f'method="post" action="{address}"' in page
    assert "No routine fits" in page
    assert "?empty=1" in page
    assert shared.name not in page


def test_hundreds_of_routines_come_in_pages_with_the_same_number_of_statements(
    desk: Browser,
    carl: Client,
    priya: User,
    practice: Practice,
    shared: Routine,
) -> None:
    address = reverse("admin:assign_to", args=[carl.pk])
    desk.get(address)
    few = statements(desk, address)
    ours(shared, priya, practice, *(f"Routine {index:02}" for index in range(PAGE + 1)))
    assert statements(desk, address) == few
    assert shown(desk, carl) == [f"Routine {index:02}" for index in range(PAGE)]
    assert shown(desk, carl, page="2") == [f"Routine {PAGE}", shared.name]


def statements(desk: Browser, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        desk.get(address)
    return len(caught)
