"""The demo's one-click door: on a development server only."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.accounts.models import Role, User
from portal.demo.people import RIVERSIDE
from tests.factories import make_client, make_practice, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any) -> tuple[User, User]:
    settings.DEBUG = True
    practice = make_practice(slug=RIVERSIDE.slug, name="Riverside")
    priya = make_staff(practice, Role.PRACTITIONER, Role.OWNER, first_name="Priya", last_name="Shah")
    return priya, make_client(priya, practice, first_name="Carl", last_name="Reed").user


def test_the_cast_of_the_demo_is_listed_with_roles(demo: Any) -> None:
    page = Browser().get(reverse("demo")).content.decode()
    for words in ("Riverside", "Priya Shah", "Practitioner, Practice owner", "Carl Reed"):
        assert words in page


def test_one_click_signs_in_staff_with_the_second_factor_of_the_demo_and_clients_without_roles(demo: Any) -> None:
    priya, carl = demo
    staff, client = Browser(), Browser()
    assert staff.post(reverse("demo_enter", args=[f"staff-{priya.pk}"])).headers["Location"] == "/admin/"
    assert staff.get("/admin/").status_code == 200
    assert client.post(reverse("demo_enter", args=[f"client-{carl.pk}"])).headers["Location"] == "/"
    assert client.get("/plan/").status_code == 200
    assert client.get("/admin/", follow=True).status_code == 403


def test_the_door_opens_for_the_demo_only_and_by_post_only(demo: Any) -> None:
    priya, carl = demo
    stranger = make_staff(make_practice())
    other = make_client(stranger).user
    for who in (f"staff-{stranger.pk}", f"client-{other.pk}", f"staff-{carl.pk}", f"client-{priya.pk}", "staff-x", "x"):
        browser = Browser()
        assert browser.post(reverse("demo_enter", args=[who])).status_code == 404
        assert "_auth_user_id" not in browser.session
    assert Browser().get(reverse("demo_enter", args=[f"staff-{priya.pk}"])).status_code == 405


def test_without_a_demo_there_is_no_page(settings: Any) -> None:
    settings.DEBUG = True
    assert Browser().get(reverse("demo")).status_code == 404


def test_without_debug_there_is_no_door_and_a_session_of_the_demo_is_no_staff_session(demo: Any, settings: Any) -> None:
    priya, carl = demo
    before = Browser()
    before.post(reverse("demo_enter", args=[f"staff-{priya.pk}"]))
    assert before.get("/admin/").status_code == 200
    settings.DEBUG = False
    assert Browser().get(reverse("demo")).status_code == 404
    for who in (f"staff-{priya.pk}", f"client-{carl.pk}"):
        browser = Browser()
        assert browser.post(reverse("demo_enter", args=[who])).status_code == 404
        assert "_auth_user_id" not in browser.session
    assert before.get("/admin/").status_code == 302
