"""What rules offer on the client's pages: the short form, what one can do, pain in one exercise, rest, the next day."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Alert, Assignment, Client, Decision, Event, Session
from clients.rules.schedule import Schedule
from portal.accounts.models import Practice, User
from tests.clients.checking_in.conftest import EVERY_DAY
from tests.clients.conftest import NOW, TODAY
from tests.clients.living import do_session
from tests.clients.test_weeks import give

pytestmark = pytest.mark.usefixtures("in_riverside")


def check_in(plan: Assignment) -> str:
    return reverse("check_in", args=[plan.pk, 1])


def test_after_two_skipped_days_the_short_form_is_offered_and_started(browser: Browser, morning: Assignment) -> None:
    assert "Short on time?" in browser.get(check_in(morning)).content.decode()
    browser.post(check_in(morning), {"pain": "2", "short": "1"})
    session = Session.objects.get()
    assert session.short_form == ["pelvic-tilt-lying", "knee-squeezes", "knee-rolls"]
    bundle = browser.get(reverse("player", args=[session.pk])).context["bundle"]
    assert [item["exercise"] for item in bundle["items"]] == ["pelvic-tilt-lying", "knee-squeezes"]
    assert Decision.objects.filter(rule_key="short_form", state="applied").count() == 1


def test_without_skipped_days_no_short_form_is_offered_and_none_is_taken(browser: Browser, morning: Assignment) -> None:
    do_session(morning, at=NOW - timedelta(days=1))
    assert "Short on time?" not in browser.get(check_in(morning)).content.decode()
    browser.post(check_in(morning), {"pain": "2", "short": "1"})
    assert Session.objects.latest("started_at").short_form == []


def test_a_sore_day_has_its_lane_and_no_short_form(browser: Browser, morning: Assignment) -> None:
    page = browser.post(check_in(morning), {"pain": "7", "short": "1"})
    assert "Gentle session" in page.content.decode()
    assert not Session.objects.exists()


def test_rest_instead_of_the_gentle_session_tells_the_practitioner_once_a_day(
    browser: Browser, morning: Assignment
) -> None:
    assert "Rest today and tell Priya" in browser.post(check_in(morning), {"pain": "7"}).content.decode()
    for _ in range(2):
        said = browser.post(check_in(morning), {"pain": "7", "lane": "rest"}, follow=True)
        assert "Priya knows that you rest today." in said.content.decode()
    alert = Alert.objects.get()
    assert (alert.reason_key, alert.level, alert.locks) == ("rested", "routine", False)
    assert not Session.objects.exists()


def test_rest_is_not_told_where_it_was_not_offered(browser: Browser, morning: Assignment) -> None:
    assert browser.post(check_in(morning), {"pain": "2", "lane": "rest"}).status_code == 400
    assert not Alert.objects.exists()


def test_the_client_reads_what_came_of_the_week(
    browser: Browser, carl: Client, practice: Practice, priya: User
) -> None:
    plan = give(carl, "walking-build-up", ("walking",), priya, practice)
    assert "Slower is fine" not in browser.get(check_in(plan)).content.decode()
    browser.post(check_in(plan), {"pain": "2"})
    assert Decision.objects.get(rule_key="repeat_week").outcome == {
        "action": "repeat_week",
        "week": 1,
        "minutes": 10,
        "days": 3,
    }
    assert "Repeat this week. Slower is fine." in browser.get(check_in(plan)).content.decode()


def test_pain_in_one_exercise_may_be_told_after_the_session(browser: Browser, morning: Assignment) -> None:
    session = do_session(morning, at=NOW, peak=2, after=2)
    address = reverse("after_session_step", args=[session.pk, "exercises"])
    assert address in browser.get(reverse("session_done", args=[session.pk])).content.decode()
    assert "Did one exercise hurt more?" in browser.get(address).content.decode()
    item = session.version.items.filter(lane="steady").first()
    assert item is not None
    browser.post(address, {f"item_{item.pk}": "6"})
    browser.post(address, {f"item_{item.pk}": "6"})
    (told,) = Event.objects.filter(type="item_pain")
    assert (told.item_id, told.data) == (item.pk, {"value": 6})
    session.refresh_from_db()
    assert (session.pain_peak, session.pain_worst) == (2, 6)
    assert Decision.objects.filter(rule_key="global.pain_red").exists(), "the rule that stops hears of it"


def test_pain_in_one_exercise_that_is_no_number_is_refused(browser: Browser, morning: Assignment) -> None:
    session = do_session(morning, at=NOW)
    item = session.version.items.filter(lane="steady").first()
    assert item is not None
    answer = browser.post(reverse("after_session_step", args=[session.pk, "exercises"]), {f"item_{item.pk}": "11"})
    assert answer.status_code == 400
    assert not Event.objects.filter(type="item_pain").exists()


def test_what_one_can_do_is_asked_once_enough_sessions_were_done_and_a_tick_can_be_taken_back(
    browser: Browser, carl: Client, practice: Practice, priya: User
) -> None:
    plan = give(carl, "strength-phase-1", ("glute-bridge", "bird-dog"), priya, practice, **EVERY_DAY)
    for back in range(9, 1, -1):
        session = do_session(plan, at=NOW - timedelta(days=back))
    with time_machine.travel(NOW - timedelta(days=2), tick=False):
        page = browser.get(reverse("after_session_step", args=[session.pk, "can-do"]))
    assert page.status_code == 404, "8 sessions are not 9"
    session = do_session(plan, at=NOW)
    address = reverse("after_session_step", args=[session.pk, "can-do"])
    said = browser.get(address).content.decode()
    assert "Bridge: 2 sets of 12" in said
    assert "Bird dog: 5 times, 8 seconds each, on each side, steady" in said
    browser.post(address, {"can_do": ["glute-bridge 2x12", "sit-to-stand 2x12"]})
    session.refresh_from_db()
    assert session.can_do == ["glute-bridge 2x12", "sit-to-stand 2x12"]
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        browser.post(address, {"can_do": ["glute-bridge 2x12"]})
    session.refresh_from_db()
    assert session.can_do == ["glute-bridge 2x12"]
    assert browser.post(address, {"can_do": ["flying"]}).status_code == 400


@pytest.mark.parametrize("per_week", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("done", [(), (0,), (0, 1), (1,)], ids=lambda days: f"done on {days}")
def test_the_next_day_is_one_that_the_week_marks(
    browser: Browser, morning: Assignment, per_week: int, done: tuple[int, ...]
) -> None:
    version = morning.current_version
    assert version is not None
    monday = TODAY - timedelta(days=TODAY.weekday())
    schedule = Schedule(kind="per_week", per_week=per_week, starts_on=morning.starts_on).to_dict()
    type(version).objects.filter(pk=version.pk).update(schedule=schedule)
    for day in done:
        do_session(morning, at=NOW - timedelta(days=TODAY.weekday() - day))
    page = browser.get(reverse("today")).context["page"]
    planned = [monday + timedelta(days=place) for place, mark in enumerate(page.week) if mark.state == "planned"]
    assert page.next_on is not None
    assert page.next_on > TODAY
    if page.next_on <= monday + timedelta(days=6):
        assert page.next_on == min(day for day in planned if day > TODAY)
    else:
        assert [day for day in planned if day > TODAY] == []
    assert len(planned) + len(done) >= min(per_week, 7 - TODAY.weekday() + len(done))
