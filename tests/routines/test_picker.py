"""The picker of exercises: hits while one types, for the library and for one client."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.accounts.models import Practice, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines.models import Favourite
from routines.remarks import remarks_on_number
from routines.services.shelf import mark_favourite
from tests.clients.library import shelve
from tests.doors import browser_of
from tests.factories import make_client, make_practice, make_staff

pytestmark = pytest.mark.django_db
FIND = "/admin/exercise/find/"


def hits(browser: Browser, url: str = FIND, **asked: str) -> list[str]:
    answer = browser.post(url, asked)
    assert answer.status_code == 200
    return [row.slug for row in answer.context["found"].exercises]


def test_hits_come_while_somebody_types(priya: User, practice: Practice) -> None:
    shelve("cat-camel"), shelve("band-row"), shelve("walking")
    foreign = shelve("dead-bug", practice=make_practice())
    desk = browser_of(priya)
    assert hits(desk, **{"find-q": "stiff back"}) == ["cat-camel"]
    assert hits(desk, **{"find-equipment": "nothing"}) == ["walking"]
    assert hits(desk, **{"find-q": "dead bug"}) == []
    page = desk.post(FIND, {"find-q": "cat"}).content.decode()
    assert "Cat and camel" in page
    assert "<picture" in page
    assert foreign.name not in page


def test_a_clients_tags_leave_out_what_they_forbid_and_say_what_they_ask(priya: User, practice: Practice) -> None:
    shelve("knee-squeezes"), shelve("walking")
    carl = make_client(priya, tags=["recent_fracture"])
    desk = browser_of(priya)
    assert hits(desk, reverse("admin:assign_find", args=[carl.pk])) == ["walking"]
    mary = make_client(priya, tags=["osteoporosis"])
    page = desk.post(reverse("admin:assign_find", args=[mary.pk]), {"find-q": "knee"}).content.decode()
    assert "Osteoporosis" in page
    assert "Exercises to be avoided are left out." in page
    assert hits(desk, **{"find-safe": "recent_fracture"}) == ["walking"]
    assert browser_of(make_staff(practice)).post(reverse("admin:assign_find", args=[carl.pk])).status_code == 403


def test_favourites_are_a_persons_own(priya: User, practice: Practice) -> None:
    camel, _row = shelve("cat-camel"), shelve("band-row")
    ben = make_staff(practice)
    with practice_scope(practice):
        assert mark_favourite(camel, by=priya, practice=practice, on=True)
        mark_favourite(camel, by=priya, practice=practice, on=True)
    assert hits(browser_of(priya), **{"find-among": "favourites"}) == ["cat-camel"]
    assert hits(browser_of(ben), **{"find-among": "favourites"}) == []
    with practice_scope(practice):
        mark_favourite(camel, by=priya, practice=practice, on=False)
    with all_practices():
        assert not Favourite.objects.exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"find-page": "x"},
        {"find-page": "-1"},
        {"find-page": "9" * 5000},
        {"find-among": "?"},
        {"find-q": "x" * 5000},
    ],
    ids=["no page", "a page before the first", "more digits than Python reads", "no such place", "a long text"],
)
def test_nonsense_is_not_asked_for(priya: User, asked: dict[str, str]) -> None:
    assert browser_of(priya).post(FIND, asked).status_code == 200


def test_more_than_six_are_noted_and_more_than_eight_warned_of_with_the_reason() -> None:
    core, extra, choice = (False, ""), (True, ""), (False, "one of these")
    assert remarks_on_number([core] * 6 + [extra] * 2) == []
    assert remarks_on_number([core] * 5 + [choice] * 4) == []
    (note,) = remarks_on_number([core] * 7)
    assert (note.tone, note.text[:1]) == ("info", "7")
    (warning,) = remarks_on_number([core] * 5 + [extra] * 4)
    assert warning.tone == "warn"
    assert "small study" in warning.text
