"""A client's pages, from Today to "all done", with and without JavaScript."""

import json
import re
import uuid
from datetime import time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.exports.bundle import brief
from clients.models import Assignment, Client, Event, PlanPause, PrescribedItem, Session
from clients.services.record import record_events
from portal.accounts.tenancy import all_practices
from routines.library import starter
from routines.models import ExerciseVersion
from routines.services import import_library
from tests.clients.conftest import NOW, TODAY
from tests.clients.living import do_session
from tests.clients.plans import give_plan, whole_phases
from tests.clients.player import harness
from tests.clients.test_record import whole_session

pytestmark = pytest.mark.django_db


def start(browser: Browser, plan: Assignment, *, pain: str = "2", session: str = "") -> Session:
    """Check in and return the session that began."""
    address = reverse("check_in", args=[plan.pk, 1])
    form = {"session": session or str(uuid.uuid4()), **({"pain": pain} if pain else {"skip": "1"})}
    answer = browser.post(address, form)
    assert answer.status_code == 302, answer.content.decode()
    return Session.objects.latest("started_at")


def test_today_says_what_to_do_how_long_and_what_is_needed(carls_phone: Browser, plan: Assignment) -> None:
    text = carls_phone.get(reverse("today")).content.decode()
    assert "Good morning, Carl" in text
    assert "Knee squeezes: a short back easer" in text
    assert "About 3 minutes" in text
    assert "You need: mat, thick blanket or folded mat" in text
    assert text.count("Start session") == 2
    assert "0 of 14 sessions done" in text


def test_a_session_counts_one_of_several_to_choose_from_and_nothing_that_is_optional(
    carl: Client, in_riverside: None, carls_phone: Browser
) -> None:
    moves = ("knee-squeezes", "glute-bridge", "cat-camel", "pelvic-tilt-lying")
    plan = give_plan(carl, *moves, starts_on=TODAY, optional=("pelvic-tilt-lying",))
    chosen = PrescribedItem.objects.filter(exercise_version__exercise__slug__in=moves[1:3])
    assert chosen.update(choice_group="either") == 2
    assert "2 exercises" in carls_phone.get(reverse("today")).content.decode()
    session = start(carls_phone, plan)
    assert "2 exercises" in carls_phone.get(reverse("player", args=[session.pk])).content.decode()


def test_home_is_today_for_a_client(carls_phone: Browser, plan: Assignment) -> None:
    assert "Good morning, Carl" in carls_phone.get("/").content.decode()


def test_a_client_without_a_plan_is_told_that_it_is_on_its_way(carls_phone: Browser) -> None:
    assert "Priya is making your plan" in carls_phone.get(reverse("today")).content.decode()


def test_a_client_on_hold_is_told_so_and_cannot_start(carls_phone: Browser, carl: Client, plan: Assignment) -> None:
    Client.objects.filter(pk=carl.pk).update(state=Client.State.ON_HOLD)
    text = carls_phone.get(reverse("today")).content.decode()
    assert "Your plan is on hold" in text
    assert "Start session" not in text
    assert "sessions done" not in text, "nothing is asked, so nothing is counted"
    answer = carls_phone.post(reverse("check_in", args=[plan.pk, 1]), {"pain": "2", "session": str(uuid.uuid4())})
    assert answer.status_code == 409
    assert not Session.objects.exists()
    Assignment.objects.update(state=Assignment.State.ENDED, ends_on=TODAY - timedelta(days=1))
    assert "Your plan is on hold" in carls_phone.get(reverse("plan")).content.decode(), "not: it is on its way"


def test_what_is_still_to_do_comes_first_and_what_is_done_has_one_card(
    carl: Client, carls_phone: Browser, in_riverside: None
) -> None:
    plan = give_plan(carl, "knee-squeezes", starts_on=TODAY, times_per_day=3)
    record_events(carl, whole_session(plan, slot=1), now=NOW)
    record_events(carl, whole_session(plan, slot=2), now=NOW)
    text = carls_phone.get(reverse("today")).content.decode()
    assert text.count("<article") == 2
    assert text.index("Session 3 of 3 today") < text.index("2 of 3 done today")
    record_events(carl, whole_session(plan, slot=3), now=NOW)
    text = carls_phone.get(reverse("today")).content.decode()
    assert "Done for today" in text
    assert text.count("Do it again") == text.count("3 of 3 done today") == 1


def test_one_session_of_the_day_stands_out(carls_phone: Browser, plan: Assignment) -> None:
    text = carls_phone.get(reverse("today")).content.decode()
    assert text.count("Start session") == 2
    assert text.count("btn--primary") == 1


def test_the_question_about_yesterday_stands_out_only_where_no_session_does(
    carls_phone: Browser, carl: Client, plan: Assignment
) -> None:
    do_session(plan, at=NOW - timedelta(hours=20))
    text = carls_phone.get(reverse("today")).content.decode()
    assert "The day after your session" in text
    assert text.count("btn--primary") == 1
    assert text.index("Skip this question") < text.index("btn--primary")
    PlanPause.objects.create(assignment=plan, first_day=TODAY, created_by=carl.lead)
    text = carls_phone.get(reverse("today")).content.decode()
    assert text.count("btn--primary") == 1
    assert text.index("btn--primary") < text.index("Skip this question")


def test_the_day_turns_at_the_clients_own_midnight(carl: Client, plan: Assignment, carls_phone: Browser) -> None:
    Client.objects.filter(pk=carl.pk).update(time_zone="Pacific/Auckland")
    assert "Thursday 19 November" not in carls_phone.get(reverse("today")).content.decode()
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        assert "Thursday 19 November" in carls_phone.get(reverse("today")).content.decode()


def test_checking_in_starts_one_session_however_often_the_form_is_sent(carls_phone: Browser, plan: Assignment) -> None:
    same = str(uuid.uuid4())
    first = start(carls_phone, plan, pain="3", session=same)
    second = start(carls_phone, plan, pain="8", session=same)
    assert first.pk == second.pk
    assert (Session.objects.count(), second.pain_before) == (1, 3)


def test_not_answering_the_pain_question_is_kept_as_not_answered(carls_phone: Browser, plan: Assignment) -> None:
    session = start(carls_phone, plan, pain="")
    assert session.pain_before is None
    assert Event.objects.get(type="pain_before").data == {"value": None}


@pytest.mark.parametrize("pain", ["", "11", "-1", "2.5", "lots"])
def test_a_pain_answer_that_is_no_number_is_asked_again(carls_phone: Browser, plan: Assignment, pain: str) -> None:
    answer = carls_phone.post(reverse("check_in", args=[plan.pk, 1]), {"pain": pain, "session": str(uuid.uuid4())})
    assert answer.status_code == 400
    assert not Session.objects.exists()


def test_the_player_gets_the_whole_session(carls_phone: Browser, plan: Assignment) -> None:
    session = start(carls_phone, plan)
    text = carls_phone.get(reverse("player", args=[session.pk])).content.decode()
    found = re.search(r'<script[^>]*id="session-bundle"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert found, text[:400]
    bundle = json.loads(found.group(1))
    (item,) = bundle["items"]
    assert bundle["pain"]["before"] == 2
    assert item["dose_words"] == "2 each side, hold 8 seconds"
    assert [event["type"] for event in bundle["events"]] == ["started", "pain_before"]
    assert set(item["timeline"]["gates"]) == {"rocking"}
    assert "note" not in json.dumps([phase["pose"] for phase in whole_phases(item["timeline"])])


def test_a_repeated_phase_is_told_once_in_a_bundle_and_read_whole() -> None:
    timeline = harness.timeline("glute-bridge")
    told = brief({"timeline": timeline, "easier": None})["timeline"]
    assert whole_phases(told) == [{k: v for k, v in phase.items() if k != "i"} for phase in timeline["phases"]]
    assert len({phase["text"] for phase in timeline["phases"]}) + 1 >= sum("text" in phase for phase in told["phases"])


def test_a_session_can_be_done_without_javascript(carls_phone: Browser, plan: Assignment) -> None:
    session = start(carls_phone, plan)
    (item,) = plan.current_version.items.all()
    assert carls_phone.post(reverse("mark_item", args=[session.pk, item.pk])).status_code == 302
    assert carls_phone.post(reverse("finish_session", args=[session.pk])).status_code == 302
    session.refresh_from_db()
    assert (session.state, session.fraction, session.counted) == ("finished", 1, True)
    assert set(Event.objects.filter(type="set_done").values_list("data__mode", flat=True)) == {"ticked"}


def test_answers_after_the_session_become_events_and_may_be_changed(carls_phone: Browser, plan: Assignment) -> None:
    session = start(carls_phone, plan, pain="3")
    carls_phone.post(reverse("finish_session", args=[session.pk]))
    step = reverse("after_session", args=[session.pk])
    then = {name: reverse("after_session_step", args=[session.pk, name]) for name in ("most", "effort", "note")}
    assert carls_phone.post(step, {"pain_after": "2"})["Location"] == then["most"]
    assert carls_phone.post(then["most"], {"pain_peak": "4"})["Location"] == then["effort"]
    done = reverse("session_done", args=[session.pk])
    assert carls_phone.post(then["effort"], {"effort": "5"})["Location"] == done, "three taps are enough"
    assert carls_phone.post(then["note"], {"note": "Went well."})["Location"] == done
    carls_phone.post(step, {"pain_after": "1"})
    session.refresh_from_db()
    assert (session.pain_after, session.pain_peak, session.effort, session.note) == (1, 4, 5, "Went well.")
    assert Event.objects.filter(type="edited").get().data == {"field": "pain_after", "value": 1}


def test_answers_cannot_be_changed_after_a_day(carls_phone: Browser, plan: Assignment, at_nine: Any) -> None:
    session = start(carls_phone, plan)
    carls_phone.post(reverse("finish_session", args=[session.pk]))
    at_nine.shift(timedelta(hours=25))
    carls_phone.post(reverse("after_session", args=[session.pk]), {"pain_after": "9"})
    session.refresh_from_db()
    assert session.pain_after is None


def test_another_client_finds_none_of_it(carls_phone: Browser, omars_phone: Browser, plan: Assignment) -> None:
    session = start(carls_phone, plan)
    (item,) = plan.current_version.items.all()
    for address in (
        reverse("player", args=[session.pk]),
        reverse("session_detail", args=[session.pk]),
        reverse("after_session", args=[session.pk]),
        reverse("session_done", args=[session.pk]),
        reverse("exercise", args=[item.pk]),
        reverse("check_in", args=[plan.pk, 1]),
        reverse("api:session", args=[session.pk]),
    ):
        assert omars_phone.get(address).status_code == 404, address
    for address in (
        reverse("finish_session", args=[session.pk]),
        reverse("mark_item", args=[session.pk, item.pk]),
        reverse("after_session", args=[session.pk]),
    ):
        assert omars_phone.post(address, {"pain_after": "9"}).status_code == 404, address
    assert omars_phone.get(reverse("api:sessions")).json()["results"] == []


def test_the_plan_shows_each_exercise_in_words(carls_phone: Browser, plan: Assignment) -> None:
    assert "2 each side, hold 8 seconds" in carls_phone.get(reverse("plan")).content.decode()
    (item,) = plan.current_version.items.all()
    text = carls_phone.get(reverse("exercise", args=[item.pk])).content.decode()
    assert "Breathe out and draw one knee towards your chest." in text
    assert "foot-length" not in text, "a pose note is for illustrators"


def test_an_exercise_names_the_comfort_that_goes_well_with_it(carls_phone: Browser, plan: Assignment) -> None:
    import_library(starter.library())
    with all_practices():
        item = PrescribedItem.objects.get(version__assignment=plan)
        version = item.exercise_version
        version.document["self_care"] = ["warm-pack"]  # as if it had been written so
        ExerciseVersion._base_manager.filter(pk=version.pk).update(document=version.document, content_hash="x")
    page = carls_phone.get(reverse("exercise", args=[item.pk])).content.decode()
    assert reverse("ease_item", args=["warm-pack"]) in page
    assert reverse("ease_item", args=["warm-bath"]) not in page


def test_progress_counts_weeks_and_tells_pain_first_and_last(
    carls_phone: Browser, carl: Client, plan: Assignment
) -> None:
    assert "After your first session" in carls_phone.get(reverse("progress")).content.decode()
    record_events(carl, whole_session(plan, on=TODAY - timedelta(days=1)), now=NOW)
    text = carls_phone.get(reverse("progress")).content.decode()
    assert "Your pain before a session was 3 at first and 3 the last time." in text
    assert "1 of 4" in text, "Monday and Tuesday were due twice; today is not over"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        pytest.param("time_zone", "Mars/Olympus", "Choose a time zone from the list", id="unknown zone"),
        pytest.param("reminder_time", "25:99", "Enter a valid time", id="no time of day"),
        pytest.param("reminders_paused_until", "2026-11-01", "Choose today or a later day", id="pause in the past"),
        pytest.param("quiet_from", "26:00", "Enter a valid time", id="no quiet hour"),
        pytest.param("reminder_channel", "pigeon", "not one of the available choices", id="unknown channel"),
    ],
)
def test_a_setting_that_makes_no_sense_names_its_field_and_changes_nothing(
    carls_phone: Browser, carl: Client, field: str, value: str, says: str
) -> None:
    form = {"name_to_use": "Charlie", "time_zone": "Europe/Berlin", "reminder_channel": "email", field: value}
    answer = carls_phone.post(reverse("more"), form)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    carl.refresh_from_db()
    assert (carl.name_to_use, carl.time_zone) == ("", "Europe/London")


def test_progress_says_of_a_session_that_was_left_that_it_was(
    carls_phone: Browser, carl: Client, plan: Assignment
) -> None:
    events = whole_session(plan)
    record_events(carl, [each for each in events if each["type"] != "finished"], now=NOW)
    assert "Stopped part of the way" in carls_phone.get(reverse("progress")).content.decode()
    record_events(carl, events, now=NOW)
    assert "Stopped part of the way" not in carls_phone.get(reverse("progress")).content.decode()


def test_settings_are_saved_and_audited(carls_phone: Browser, carl: Client) -> None:
    form = {
        "name_to_use": "Charlie",
        "time_zone": "Europe/Berlin",
        "reminder_channel": "email",
        "reminder_time": "07:30",
        "quiet_from": "20:30",
        "quiet_until": "07:00",
        "reminders_paused_until": "",
    }
    assert carls_phone.post(reverse("more"), form).status_code == 302
    carl.refresh_from_db()
    assert (carl.call_name, carl.time_zone, carl.reminder_times) == ("Charlie", "Europe/Berlin", ["07:30"])
    assert (carl.quiet_from, carl.quiet_until) == (time(20, 30), time(7))
    carls_phone.post(reverse("more"), {**form, "quiet_from": "", "quiet_until": ""})
    carl.refresh_from_db()
    assert (carl.quiet_from, carl.quiet_until) == (time(20, 30), time(7)), "an empty field changes nothing"


def test_today_costs_the_same_with_ten_and_with_ten_thousand_sessions(
    carls_phone: Browser, carl: Client, plan: Assignment, django_assert_num_queries: Any
) -> None:
    def add_history(count: int) -> None:
        Session.objects.bulk_create(
            Session(
                pk=uuid.uuid4(),
                client=carl,
                assignment=plan,
                version=plan.current_version,
                occurrence_on=TODAY - timedelta(days=number % 5000),
                slot=1,
                state=Session.State.FINISHED,
                started_at=NOW - timedelta(days=number % 5000),
                fraction=1,
            )
            for number in range(count)
        )

    add_history(10)
    carls_phone.get(reverse("today"))
    with CaptureQueriesContext(connection) as with_ten:
        carls_phone.get(reverse("today"))
    add_history(9_990)
    with django_assert_num_queries(len(with_ten)):
        carls_phone.get(reverse("today"))
    assert len(with_ten) <= 12


def test_sound_and_voice_offer_what_the_player_offers(carls_phone: Browser, plan: Assignment) -> None:
    assert reverse("sound") in carls_phone.get(reverse("more")).content.decode()
    page = carls_phone.get(reverse("sound")).content.decode()
    player = carls_phone.get(reverse("player", args=[start(carls_phone, plan).pk])).content.decode()
    names = re.compile(r'data-set="(\w+)"')
    assert set(names.findall(page)) == set(names.findall(player)) - {"big"}
    assert "These settings need the player" in page
    assert 'data-part="form" hidden' in page
