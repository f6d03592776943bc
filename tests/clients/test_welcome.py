"""The first steps, the if-then plan, and what they change: Today, the check-in, reminders, the look of pages."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client
from clients.preference_forms import MOMENTS
from clients.rules.habits import ANCHORS
from clients.services.remind.facts import load
from clients.views.welcome import STEPS
from portal.lib.appearance import COOKIE
from tests.clients.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_riverside")]

PLAN = {"anchor": "lunch", "anchor_words": "", "anchor_place": "the kitchen", "if_sore": "rest", "if_missed": "evening"}


def saved(client: Client) -> Client:
    client.refresh_from_db()
    return client


def step(name: str) -> str:
    return reverse("welcome_step", args=[name])


def test_the_first_steps_lead_to_today_and_keep_what_was_said(carls_phone: Browser, carl: Client) -> None:
    answer = carls_phone.post(reverse("welcome"), {"name_to_use": "Charlie", "text": "130"})
    assert answer["Location"] == step("sound")
    assert carls_phone.cookies[COOKIE].value == ".130.."
    assert carls_phone.post(step("sound"))["Location"] == step("habit")
    assert 'data-text="130"' in carls_phone.get(step("habit")).content.decode()
    assert carls_phone.post(step("habit"), PLAN)["Location"] == step("reminder")
    answer = carls_phone.post(step("reminder"), {"reminder_channel": "email", "reminder_time": "13:00"})
    assert answer["Location"] == step("home")
    assert carls_phone.post(step("home"))["Location"] == reverse("today")
    carl = saved(carl)
    assert (carl.call_name, carl.anchor, carl.anchor_place, carl.if_missed) == (
        "Charlie", "lunch", "the kitchen", "evening",
    )  # fmt: skip
    assert carl.reminder_times == ["13:00"]


def test_each_first_step_may_be_skipped_and_changes_nothing(carls_phone: Browser, carl: Client) -> None:
    before = Client.objects.filter(pk=carl.pk).values().get()
    address = reverse("welcome")
    for _ in STEPS:
        address = carls_phone.post(address, {"skip": "1", "name_to_use": "X", "anchor": "lunch"})["Location"]
    assert address == reverse("today")
    assert Client.objects.filter(pk=carl.pk).values().get() == before


def test_the_sound_check_says_what_it_needs_where_there_is_no_script(carls_phone: Browser) -> None:
    page = carls_phone.get(step("sound")).content.decode()
    before, asked = page.split('data-part="with" hidden')
    assert "You can do every session by reading." in before
    assert "Go on" in before
    assert "Play a sound" in asked


def test_the_last_step_shows_the_way_for_each_kind_of_device(carls_phone: Browser) -> None:
    page = carls_phone.get(step("home")).content.decode()
    assert re.findall(r'data-kind="(\w+)" open', page) == ["ios", "android", "desktop"]
    assert page.count("btn--primary") == 1


@pytest.mark.parametrize(
    ("address", "data"),
    [
        pytest.param(reverse("welcome"), {"text": "400"}, id="a text size that is not offered"),
        pytest.param(reverse("welcome"), {"name_to_use": "x" * 81}, id="a name that is too long"),
        pytest.param("/welcome/habit/", {"anchor": "midnight"}, id="an unknown moment"),
        pytest.param("/welcome/habit/", {"anchor_words": "x" * 61}, id="own words that are too long"),
        pytest.param("/welcome/habit/", {"if_sore": "push"}, id="an unknown plan for a sore day"),
        pytest.param("/welcome/reminder/", {"reminder_channel": "pigeon"}, id="an unknown channel"),
        pytest.param("/welcome/reminder/", {"reminder_channel": "email", "reminder_time": "25:00"}, id="no time"),
        pytest.param("/welcome/reminder/", {}, id="nothing chosen"),
        pytest.param("/more/habit/", {"if_missed": "never"}, id="an unknown second chance"),
    ],
)
def test_what_cannot_be_read_is_asked_again(
    carls_phone: Browser, carl: Client, address: str, data: dict[str, str]
) -> None:
    before = Client.objects.filter(pk=carl.pk).values().get()
    answer = carls_phone.post(address, data)
    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()
    assert Client.objects.filter(pk=carl.pk).values().get() == before


def test_a_step_that_does_not_exist_is_not_found(carls_phone: Browser) -> None:
    assert carls_phone.get(step("shoes")).status_code == 404


def test_the_plan_stands_on_today_and_in_reminders(carls_phone: Browser, carl: Client, plan: Assignment) -> None:
    assert "After I" not in carls_phone.get(reverse("today")).content.decode()
    carls_phone.post(reverse("habit"), PLAN)
    assert "After I have lunch, in: the kitchen" in carls_phone.get(reverse("today")).content.decode()
    facts = load([carl.pk], now=NOW)[carl.pk]
    assert (facts.anchor, facts.if_sore, facts.if_missed) == ("lunch", "rest", "evening")


def test_own_words_stay_inside_and_give_way_to_a_chosen_moment(carls_phone: Browser, carl: Client) -> None:
    carls_phone.post(reverse("habit"), {"anchor": "", "anchor_words": "walk <b>Rex</b>"})
    page = carls_phone.get(reverse("more")).content.decode()
    assert "After I walk &lt;b&gt;Rex&lt;/b&gt;" in page
    assert load([carl.pk], now=NOW)[carl.pk].anchor == ""
    carls_phone.post(reverse("habit"), {"anchor": "kettle", "anchor_words": "walk Rex"})
    assert (saved(carl).anchor, carl.anchor_words) == ("kettle", "")


def test_every_moment_has_words() -> None:
    assert tuple(MOMENTS) == ANCHORS


@pytest.mark.parametrize(
    ("hand", "cookie", "shown"),
    [
        pytest.param("left", "...left", True, id="left"),
        pytest.param("", "...", False, id="right"),
        pytest.param("foot", None, False, id="neither"),
    ],
)
def test_the_leading_hand_belongs_to_the_device(
    carls_phone: Browser, hand: str, cookie: str | None, shown: bool
) -> None:
    carls_phone.post(reverse("appearance"), {"theme": "", "text": "", "motion": "", "hand": hand})
    kept: Any = carls_phone.cookies.get(COOKIE)
    assert (kept.value if kept else None) == cookie
    assert ('data-hand="left"' in carls_phone.get(reverse("today")).content.decode()) is shown


def test_a_cookie_of_three_parts_from_earlier_still_counts(carls_phone: Browser) -> None:
    carls_phone.cookies[COOKIE] = "dark.115."
    page = carls_phone.get(reverse("today")).content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-text="115"' in page


def test_the_statement_on_accessibility_and_help_are_reached_from_every_page(
    carls_phone: Browser, plan: Assignment
) -> None:
    for name in ("today", "plan", "progress", "more", "ease", "habit", "welcome"):
        page = carls_phone.get(reverse(name)).content.decode()
        foot = page[page.index("page__foot") :]
        assert foot.index(reverse("help")) < foot.index(reverse("accessibility")), name
    assert "WCAG 2.2" in Browser().get(reverse("accessibility")).content.decode(), "without signing in"


def test_no_moment_is_chosen_for_anybody(carls_phone: Browser, carl: Client) -> None:
    chosen = re.compile(r'name="anchor" value="([^"]*)"[^>]*checked')
    address = reverse("habit")
    assert chosen.findall(carls_phone.get(address).content.decode()) == []
    carls_phone.post(address, {"anchor": "own", "anchor_words": "walk Rex"})
    assert (saved(carl).anchor, carl.anchor_words) == ("", "walk Rex")
    assert chosen.findall(carls_phone.get(address).content.decode()) == ["own"]
    carls_phone.post(address, {"anchor": "lunch", "anchor_words": "walk Rex"})
    assert chosen.findall(carls_phone.get(address).content.decode()) == ["lunch"]
