"""What a client sees today, as staff see it: the very page, with its pictures, to be looked at only."""

import re
from html import unescape

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client
from portal.accounts.models import Practice
from tests.doors import CODE, browser_of
from tests.factories import make_staff


def own_address(address: str) -> str:
    """The client's own address of a picture that the desk shows."""
    return unescape(address).replace("/admin/client/exercise/", "/plan/")


def words_in(page: str) -> list[str]:
    """The words of Today, in their order, without what only the client's browser reads."""
    whole = page[page.index('<div class="columns">') : page.rindex("Comfort and reading")]
    return re.sub(r"<script.*?</script>|<[^>]*>", " ", whole, flags=re.DOTALL).split()


def test_the_page_shows_what_the_client_sees_today_and_cannot_be_pressed(
    desk: Browser, plan: Assignment, carl: Client
) -> None:
    shown = desk.get(reverse("admin:client_sees", args=[carl.pk])).content.decode()
    start = shown.index('<div class="sees" inert')
    sees = shown[start : shown.index("</section>", shown.index('class="week', start))]
    assert "Start session" in sees
    assert "Good morning, Carl" in sees
    assert "data-module" not in sees


def test_the_page_is_the_clients_own(desk: Browser, plan: Assignment, carl: Client) -> None:
    Client.objects.update(figure_palette="rose")
    phone = browser_of(carl.user, CODE)
    own = phone.get(reverse("today")).content.decode()
    shown = desk.get(reverse("admin:client_sees", args=[carl.pk])).content.decode()
    assert words_in(shown) == words_in(own)
    addresses = re.findall(r'src="([^"]+/picture/[^"]*)"', shown)
    assert [own_address(each) for each in addresses] == [
        unescape(each) for each in re.findall(r'src="([^"]+/picture/[^"]*)"', own)
    ]
    assert addresses
    for address in addresses:
        assert "look=rose" in address
        assert desk.get(unescape(address)).content == phone.get(own_address(address)).content


def test_the_phone_shows_the_picture_before_and_after_the_plan_is_given(
    desk: Browser, plan: Assignment, carl: Client
) -> None:
    version = plan.current_version
    assert version is not None
    item = version.items.get(lane="steady", position=1)
    change = desk.get(reverse("admin:change_plan", args=[plan.pk])).context["phone"]
    assert reverse("admin:figure", args=[item.exercise_version_id]) in change
    sent = desk.get(reverse("admin:plan_sent", args=[plan.pk])).context["phone"]
    assert reverse("admin:client_figure", args=[item.pk]) in sent


@pytest.mark.parametrize("role", ["owner", "practitioner"])
def test_a_picture_of_a_clients_plan_is_for_who_may_see_the_client(
    practice: Practice, plan: Assignment, role: str
) -> None:
    version = plan.current_version
    assert version is not None
    address = reverse("admin:client_figure", args=[version.items.get(lane="steady", position=1).pk])
    browser = browser_of(make_staff(practice, role, email="nora@riverside.example"))
    assert browser.get(address).status_code == (200 if role == "owner" else 403)
