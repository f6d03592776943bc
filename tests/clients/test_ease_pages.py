"""Helps beside the plan: offered only where nothing speaks against them, played, and kept out of the record."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.analytics.helps import BREAK_MOVES, HELPS, helps_for
from clients.analytics.plans import prescribed_for
from clients.models import Alert, Assignment, Client, Event, Session
from clients.services.alerts import raise_alert
from clients.services.flares import report_flare
from clients.services.session import tell, tick_item
from routines.library import starter
from tests.clients.conftest import NOW
from tests.clients.library import shelve
from tests.clients.plans import give_plan
from tests.factories import answer_all_no

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_riverside")]


@pytest.fixture
def shelf(carl: Client, in_riverside: None) -> None:
    """The exercises of all helps and breaks, published; the client has answered the safety questions."""
    for slug in {*BREAK_MOVES, *(name for each in HELPS for name in each.exercises)}:
        shelve(slug)
    answer_all_no(carl)


def offered(client: Client) -> list[str]:
    return [each.help.slug for each in helps_for(client)]


def test_every_help_takes_two_to_five_minutes_but_warmth_as_long_as_the_library_says(carl: Client, shelf: None) -> None:
    assert offered(carl) == [each.slug for each in HELPS]
    minutes = {each.help.slug: each.minutes for each in helps_for(carl)}
    assert {slug: long for slug, long in minutes.items() if not 2 <= long <= 5} == {"warmth": 15}
    assert starter.library().self_care["warm-pack"][1]["doing"]["seconds"] == 15 * 60


def on_today(phone: Browser) -> list[str]:
    """The addresses that Today leads to for whoever feels stiff."""
    page = phone.get(reverse("today")).content.decode()
    return re.findall(r'<a [^>]*href="([^"]+)"', page.partition('id="stiff"')[2].partition("</section>")[0])


def test_today_leads_to_three_helps_and_to_all_comfort(
    carls_phone: Browser, carl: Client, plan: Assignment, shelf: None
) -> None:
    three = [reverse("quick_help", args=[each.slug]) for each in HELPS[:3]]
    assert on_today(carls_phone) == [*three, reverse("ease")]
    assert "About 2 minutes" in carls_phone.get(reverse("today")).content.decode()
    report_flare(carl, now=NOW)
    assert on_today(carls_phone) == [*three, reverse("ease")], "in a flare-up too"


def test_while_a_plan_is_locked_what_to_do_now_comes_before_all_else(
    carls_phone: Browser, carl: Client, plan: Assignment, shelf: None
) -> None:
    raise_alert(carl, "cauda_equina", level="emergency", subject_key="test", now=NOW, locks=True)
    report_flare(carl, now=NOW)
    assert on_today(carls_phone) == [reverse("ease")]
    page = carls_phone.get(reverse("today")).content.decode()
    assert 0 < page.index("What to do now") < page.index("How is your pain today?")
    assert "What to do now" in carls_phone.get(reverse("plan")).content.decode()


def test_warmth_is_in_the_player_with_its_cautions(carls_phone: Browser, carl: Client, shelf: None) -> None:
    page = carls_phone.get(reverse("quick_help", args=["warmth"])).content.decode()
    bundle = page.partition('<script id="session-bundle" type="application/json">')[2].partition("</script>")[0]
    (item,) = json.loads(bundle)["items"]
    assert item["self_care"]
    assert item["precautions"] == list(starter.library().self_care["warm-pack"][0].cautions)
    assert "never on numb skin or with poor circulation" in page.partition("data-fallback")[2], "without JavaScript too"
    carl.tags = ["pregnancy"]
    carl.save()
    assert "warmth" not in offered(carl)


def test_a_help_that_a_tag_speaks_against_is_not_offered(carl: Client, shelf: None, carls_phone: Browser) -> None:
    everything = set(offered(carl))
    against = {
        each["tag"]
        for slug in ("legs-on-chair-rest", "belly-breathing")
        for each in shelve(slug).current_version.document.get("contraindications", [])
    }
    assert against, "the library warns of one of them"
    carl.tags = [min(against)]
    carl.save()
    left = set(offered(carl))
    assert left < everything
    (gone, *_) = everything - left
    assert carls_phone.get(reverse("quick_help", args=[gone])).status_code == 404


def test_what_is_not_published_is_not_offered(carl: Client, in_riverside: None, carls_phone: Browser) -> None:
    assert offered(carl) == []
    assert carls_phone.get(reverse("quick_help", args=["slow-breathing"])).status_code == 404
    assert "Feeling stiff?" not in carls_phone.get(reverse("ease")).content.decode()


def test_a_help_is_played_like_a_session_and_sends_nothing(carls_phone: Browser, shelf: None) -> None:
    page = carls_phone.get(reverse("quick_help", args=["slow-breathing"])).content.decode()
    found = re.search(r'<script id="session-bundle" type="application/json">(.*?)</script>', page)
    assert found
    bundle = json.loads(found.group(1))
    assert bundle["events_url"] == ""
    assert bundle["done_url"] == reverse("ease") + "?done=1"
    assert bundle["items"][0]["exercise"] == "belly-breathing"
    assert "data-fallback" in page, "a list to read without JavaScript"
    assert not Session.objects.exists()
    assert not Event.objects.exists()
    assert "nothing was recorded" in carls_phone.get(bundle["done_url"]).content.decode()


def test_no_help_while_the_plan_is_locked(carls_phone: Browser, carl: Client, plan: Assignment, shelf: None) -> None:
    raise_alert(carl, "emergency", level=Alert.Level.EMERGENCY, subject_key="check:x", now=NOW, locks=True)
    for address in (reverse("quick_help", args=["slow-breathing"]), reverse("breaks")):
        assert carls_phone.get(address)["Location"] == reverse("care_card")
    page = carls_phone.get(reverse("ease")).content.decode()
    assert "What to do now" in page
    assert reverse("breaks") not in page
    assert plan.current_version is not None
    exercise = reverse("exercise", args=[plan.current_version.items.first().pk])
    assert "What to do now" in carls_phone.get(exercise).content.decode()


def test_the_safety_questions_come_first_where_they_are_due(carls_phone: Browser, in_riverside: None) -> None:
    shelve("belly-breathing")
    answer = carls_phone.get(reverse("quick_help", args=["slow-breathing"]))
    assert answer["Location"].startswith(reverse("safety_check"))


def test_breaks_say_what_they_cannot_do_and_read_without_javascript(carls_phone: Browser, shelf: None) -> None:
    page = carls_phone.get(reverse("breaks")).content.decode()
    assert "It works only while you keep it open. It sends no notifications." in page
    assert page.count("data-move") == len(BREAK_MOVES)
    assert "Stand and reach break" in page
    assert 'value="45"' in page
    assert page.count('name="days"') == 7
    assert 'value="0" aria-label="Monday" checked> <span>Mon</span>' in page


def test_a_long_plan_is_offered_in_small_bites(carls_phone: Browser, carl: Client, in_riverside: None) -> None:
    give_plan(carl, "glute-bridge", "bird-dog", "sit-to-stand", "walking", starts_on=date(2026, 11, 2))
    Client.objects.filter(pk=carl.pk).update(anchor="lunch")
    page = carls_phone.get(reverse("plan")).content.decode()
    assert "In small bites through the day" in page
    assert page.index("After I get up") < page.index("After I have lunch"), "in the order of the day"
    assert "On the floor" in page
    assert "Standing" in page


def test_a_bite_hangs_on_a_moment_in_the_clients_own_words(
    carls_phone: Browser, carl: Client, in_riverside: None
) -> None:
    give_plan(carl, "glute-bridge", "bird-dog", "sit-to-stand", "walking", starts_on=date(2026, 11, 2))
    Client.objects.filter(pk=carl.pk).update(anchor_words="walk the dog", anchor_place="hall", reminder_times=["18:00"])
    page = carls_phone.get(reverse("plan")).content.decode()
    assert page.index("After I get up") < page.index("After I walk the dog, in: hall")


def _bundle(browser: Browser, address: str) -> dict[str, Any]:
    page = browser.get(address).content.decode()
    found = re.search(r'<script id="session-bundle" type="application/json">(.*?)</script>', page)
    assert found
    return dict(json.loads(found.group(1)))


def test_a_bite_is_started_from_the_plan_and_the_rest_waits(
    carls_phone: Browser, carl: Client, in_riverside: None
) -> None:
    plan = give_plan(carl, "glute-bridge", "bird-dog", "sit-to-stand", "walking", starts_on=date(2026, 11, 2))
    page = carls_phone.get(reverse("plan")).content.decode()
    starts = re.findall(r'href="(/check-in/[^"]+bite=[0-9]+)"', page)
    assert len(starts) > 1
    assert 'name="bite"' in carls_phone.get(starts[1]).content.decode()
    place = carls_phone.post(starts[1], {"pain": "2"})["Location"]
    assert place.endswith(starts[1].partition("?")[2])
    bundle = _bundle(carls_phone, place)
    whole = _bundle(carls_phone, place.partition("?")[0])
    assert 0 < len(bundle["items"]) < len(whole["items"])
    assert (bundle["is_part"], bundle["done_url"]) == (True, reverse("today"))
    assert "is_part" not in whole

    session = Session.objects.get()
    assert plan.current_version is not None
    entries = {entry.item.pk: entry for entry in prescribed_for(session)}
    for item in bundle["items"]:
        tick_item(carl, session, entries[item["id"]], now=timezone.now())
    tell(carl, session.pk, now=timezone.now() + timedelta(seconds=1), events=[("left", {})])
    session.refresh_from_db()
    assert session.state == Session.State.LEFT
    assert session.fraction == pytest.approx(len(bundle["items"]) / len(whole["items"]))
    assert not Event.objects.filter(type="skipped").exists()
    assert "Carry on" in carls_phone.get(reverse("today")).content.decode()
    page = carls_phone.get(reverse("plan")).content.decode()
    assert f"/session/{session.pk}/?bite=" in page, "the next bite goes on with the same session"


def test_the_last_bite_ends_the_session(carls_phone: Browser, carl: Client, in_riverside: None) -> None:
    give_plan(carl, "glute-bridge", "bird-dog", "sit-to-stand", "walking", starts_on=date(2026, 11, 2))
    page = carls_phone.get(reverse("plan")).content.decode()
    starts = re.findall(r'href="(/check-in/[^"]+bite=[0-9]+)"', page)
    place = carls_phone.post(starts[-1], {"pain": "2"})["Location"]
    last = {item["id"] for item in _bundle(carls_phone, place)["items"]}
    session = Session.objects.get()
    for entry in prescribed_for(session):
        if entry.item.pk not in last:
            tick_item(carl, session, entry, now=timezone.now())
    bundle = _bundle(carls_phone, place)
    assert {item["id"] for item in bundle["items"]} == last
    assert "is_part" not in bundle
    assert bundle["done_url"] == reverse("after_session", args=[session.pk])


def test_a_bite_that_nobody_can_read_is_the_whole_session(carls_phone: Browser, plan: Assignment) -> None:
    place = carls_phone.post(reverse("check_in", args=[plan.pk, 1]), {"pain": "2", "bite": "x'"})["Location"]
    assert "bite" not in place
    whole = _bundle(carls_phone, place)["items"]
    assert _bundle(carls_phone, f"{place}?bite=999999999")["items"] == whole


def test_a_short_plan_is_one_bite(carls_phone: Browser, plan: Assignment) -> None:
    assert "In small bites" not in carls_phone.get(reverse("plan")).content.decode()
