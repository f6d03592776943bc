"""Goals for the day: given by the practitioner, noted with one tap, changed and taken back, counted honestly."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.analytics.lately import counts_of, flag_settings, lately_of
from clients.analytics.progress import progress_of
from clients.analytics.today import today_for
from clients.errors import Invalid
from clients.exports.week import week_json
from clients.models import Alert, Assignment, Client, Event, Session
from clients.rules.schedule import Schedule
from clients.services.alerts import raise_alert
from clients.services.assign import assign_routine, change_plan
from clients.services.drafting import ItemDraft
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import practice_scope
from routines.models import Routine
from tests.clients.library import make_routine, shelve
from tests.doors import STAFF, browser_of
from tests.factories import answer_all_no, make_client, make_practice, make_staff
from tests.portal.workspace.work import filled

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)  # a Wednesday
TODAY = NOW.date()
MONDAY = TODAY - timedelta(days=2)
MOVES = ("stand-and-reach", "seated-pelvic-tilt", "chin-tuck")


@pytest.fixture(autouse=True)
def at_nine() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def priya(db: None) -> User:
    return make_staff(make_practice(), first_name="Priya")


@pytest.fixture
def carl(priya: User) -> Client:
    carl = make_client(priya, first_name="Carl", time_zone="UTC")
    with practice_scope(carl.practice):
        answer_all_no(carl)
    return carl


@pytest.fixture(autouse=True)
def in_practice(carl: Client) -> Iterator[Practice]:
    with practice_scope(carl.practice):
        yield carl.practice


@pytest.fixture
def desk(priya: User) -> Browser:
    return browser_of(priya, STAFF)


@pytest.fixture
def phone(carl: Client) -> Browser:
    assert carl.user is not None
    browser = Browser()
    browser.force_login(carl.user)
    return browser


def draft(slug: str, **more: Any) -> ItemDraft:
    version = shelve(slug).current_version
    assert version is not None
    return ItemDraft(exercise_version=version, **more)


WALKS = Schedule("walk", MONDAY, per_week=3, reminder_times=(time(8),))
BREAKS = Schedule("breaks", MONDAY, weekdays=frozenset(range(5)), times_per_day=5, window=(time(9), time(17, 30)))


@pytest.fixture
def walks(carl: Client) -> Assignment:
    """Ten minutes on any three days a week."""
    return assign_routine(carl, items=[draft("walking")], schedule=WALKS, by=carl.lead, name="Walking")


@pytest.fixture
def breaks(carl: Client) -> Assignment:
    """Five breaks on each working day."""
    moves = [draft(slug, choice_group="rotate") for slug in MOVES]
    return assign_routine(carl, items=moves, schedule=BREAKS, by=carl.lead, name="Desk breaks")


def form_of(page: str) -> str:
    """The id that the first form of a goal on the page carries."""
    found = re.search(r'name="session" value="([0-9a-f-]{36})"', page)
    assert found
    return found[1]


def note(phone: Browser, plan: Assignment, *, minutes: str = "", session: str = "", slot: int = 1) -> Any:
    session = session or form_of(phone.get(reverse("today")).content.decode())
    data = {"session": session, **({"minutes": minutes} if minutes else {})}
    return phone.post(reverse("note_goal", args=[plan.pk, slot]), data, follow=True)


class TestGiving:
    def test_a_walk_is_given_in_four_actions_and_the_client_sees_it(
        self, desk: Browser, phone: Browser, carl: Client
    ) -> None:
        shelve("walking")
        address = reverse("admin:assign_to", args=[carl.pk])
        assert "A walking goal" in desk.get(address).content.decode()
        data = filled(desk, f"{address}?goal=walk")
        assert (data["walk_min"], data["per_week"]) == (["10"], ["3"])  # the exercise's own, and clinical.md 3
        answer = desk.post(address, {**data, "walk_min": "15", "per_week": "4", "do": "save"})
        assert answer.status_code == 302, answer.content.decode()
        plan = Assignment.objects.get()
        assert plan.current_version is not None
        assert plan.current_version.schedule["kind"] == "walk"
        assert plan.current_version.items.get(lane="steady").dose["duration_s"] == 900
        assert "Walk today: 15 minutes" in phone.get(reverse("today")).content.decode()
        assert (
            "a walk on any 4 days a week" in desk.get(reverse("admin:client", args=[carl.pk])).content.decode().lower()
        )

    @pytest.mark.parametrize("goal", ["walk", "breaks"])
    def test_the_card_that_is_shown_while_it_is_written_is_no_form_within_the_form(
        self, desk: Browser, carl: Client, goal: str
    ) -> None:
        shelve("walking")
        hours = {"days_per_week": 5, "window": ["09:00", "17:30"]}
        routine = make_routine(*MOVES, document={"schedule": hours})
        query = "goal=walk" if goal == "walk" else f"routine={routine.pk}"
        page = desk.get(f"{reverse('admin:assign_to', args=[carl.pk])}?{query}").content.decode()
        phone = page[page.index('data-part="phone"') : page.index('value="update"')]
        assert ("Walk today: 10 minutes" if goal == "walk" else "Breaks today: 0 of 1") in phone
        assert not re.findall(r"</?form|\bname=|type=\"submit\"", phone.rsplit("<button", 1)[0])

    def test_minutes_have_no_default_but_the_exercises_own(self, desk: Browser, carl: Client) -> None:
        address = reverse("admin:assign_to", args=[carl.pk])
        shelve("walking")
        data = filled(desk, f"{address}?goal=walk")
        answer = desk.post(address, {**data, "walk_min": "", "do": "save"})
        assert answer.status_code == 400
        assert "Minutes a walk: Say how many minutes a walk takes." in answer.content.decode()
        assert not Assignment.objects.exists()

    def test_the_librarys_routine_of_breaks_becomes_a_goal(self, desk: Browser, carl: Client) -> None:
        hours = {"sessions_per_day": 5, "days_per_week": 5, "weeks": 6, "window": ["09:00", "17:30"]}
        routine = make_routine(*MOVES, name="Desk breaks", document={"schedule": hours})
        address = reverse("admin:assign_to", args=[carl.pk])
        assert "Breaks through the day" in desk.get(address).content.decode()
        data = filled(desk, f"{address}?routine={routine.pk}")
        assert (data["kind"], data["breaks_from"], data["breaks_until"]) == (["breaks"], ["09:00"], ["17:30"])
        answer = desk.post(address, {**data, "breaks_until": "16:00", "do": "save"})
        assert answer.status_code == 302, answer.content.decode()
        version = Assignment.objects.get().current_version
        assert version is not None
        assert version.schedule["window"] == ["09:00", "16:00"]
        assert {item.choice_group for item in version.items.filter(lane="steady")} == {"rotate"}

    def test_breaks_that_are_kept_as_a_template_are_breaks_again(
        self, desk: Browser, breaks: Assignment, carl: Client
    ) -> None:
        data = filled(desk, reverse("admin:change_plan", args=[breaks.pk]))
        answer = desk.post(reverse("admin:change_plan", args=[breaks.pk]), {**data, "do": "template"})
        assert answer.status_code == 302, answer.content.decode()
        (routine,) = Routine.objects.all()
        again = filled(desk, f"{reverse('admin:assign_to', args=[carl.pk])}?routine={routine.pk}")
        assert (again["kind"], again["times_per_day"]) == (["breaks"], ["5"])
        assert (again["breaks_from"], again["breaks_until"]) == (["09:00"], ["17:30"])

    def test_hours_the_wrong_way_round_are_named(self, desk: Browser, carl: Client) -> None:
        make_routine(*MOVES, document={"schedule": {"days_per_week": 5, "window": ["09:00", "17:30"]}})
        address = reverse("admin:assign_to", args=[carl.pk])
        data = filled(desk, f"{address}?empty=1")
        moves = {"item-0-version": str(draft(MOVES[0]).exercise_version.pk)}
        answer = desk.post(
            address, {**data, **moves, "kind": "breaks", "breaks_from": "17:00", "breaks_until": "9:00", "do": "save"}
        )
        assert answer.status_code == 400
        assert "Choose a second time that is later than the first one." in answer.content.decode()

    def test_a_walking_goal_holds_one_walk(self, carl: Client) -> None:
        for items in ([draft("walking"), draft("glute-bridge")], [draft("glute-bridge")]):
            with pytest.raises(Invalid, match="one exercise, a walk"):
                assign_routine(carl, items=items, schedule=WALKS, by=carl.lead, name="Walking")

    def test_moves_of_a_break_are_one_choice(self, carl: Client) -> None:
        with pytest.raises(Invalid, match="one of its moves"):
            assign_routine(carl, items=[draft(each) for each in MOVES], schedule=BREAKS, by=carl.lead, name="Breaks")

    def test_one_walk_a_week_is_said_in_the_singular(self, phone: Browser, carl: Client) -> None:
        once = Schedule("walk", MONDAY, per_week=1)
        assign_routine(carl, items=[draft("walking")], schedule=once, by=carl.lead, name="Walking")
        assert "0 of 1 walk this week" in phone.get(reverse("today")).content.decode()
        assert "Walking: 0 of 1 walk this week" in phone.get(reverse("progress")).content.decode()

    def test_a_plan_says_the_minutes_of_a_walk_once(self, phone: Browser, walks: Assignment) -> None:
        page = phone.get(reverse("plan")).content.decode()
        assert "10 minutes" in page
        assert "About 11 minutes" not in page

    def test_a_goal_never_becomes_a_plan_of_sessions_nor_the_other_way(
        self, walks: Assignment, carl: Client, desk: Browser
    ) -> None:
        free = Schedule("per_week", MONDAY, per_week=3)
        with pytest.raises(Invalid, match="counted differently"):
            change_plan(walks, items=[draft("walking")], schedule=free, by=carl.lead, effective_from=TODAY, based_on=1)
        page = desk.get(reverse("admin:change_plan", args=[walks.pk])).content.decode()
        assert "A walking goal" in page
        assert "On fixed days" not in page

    def test_a_longer_walk_is_a_version_with_its_sentence(self, walks: Assignment, carl: Client, desk: Browser) -> None:
        address = reverse("admin:change_plan", args=[walks.pk])
        data = filled(desk, address)
        assert desk.post(address, {**data, "walk_min": "15", "per_week": "4", "do": "save"}).status_code == 302
        page = desk.get(reverse("admin:client", args=[carl.pk])).content.decode()
        assert "Walking: 15 minutes instead of 10 minutes." in page
        assert "A walk on any 4 days a week instead of any 3 days a week." in page


class TestAWalk:
    def test_is_noted_with_one_tap_as_ticked(self, phone: Browser, walks: Assignment, carl: Client) -> None:
        page = note(phone, walks, minutes="10").content.decode()
        assert "Noted: a walk of 10 minutes." in page
        assert "You walked 10 minutes." in page
        assert "1 of 3 walks this week" in page
        assert "10 of 30 minutes" in page
        session = Session.objects.get()
        assert (session.counted, session.fraction, session.occurrence_on) == (True, 1, TODAY)
        assert Event.objects.get(type="set_done").data["mode"] == "ticked"
        assert today_for(carl, NOW).state == "done"

    def test_counts_by_the_minutes_that_were_told(self, phone: Browser, walks: Assignment, carl: Client) -> None:
        page = note(phone, walks, minutes="6").content.decode()
        assert "You walked 6 minutes." in page
        session = Session.objects.get()
        assert (session.counted, session.fraction) == (False, pytest.approx(0.6))
        page = note(phone, walks, minutes="12", session=str(session.pk)).content.decode()
        session.refresh_from_db()
        assert (session.counted, session.fraction) == (True, 1)
        assert "12 of 30 minutes" in page
        assert Event.objects.filter(type="set_done").count() == 2, "what was told first stays"

    def test_that_was_shorter_after_all_counts_no_more(self, phone: Browser, walks: Assignment, carl: Client) -> None:
        note(phone, walks, minutes="10")
        session = Session.objects.get()
        page = note(phone, walks, minutes="1", session=str(session.pk)).content.decode()
        session.refresh_from_db()
        assert (session.state, session.counted, session.fraction) == (
            Session.State.FINISHED, False, pytest.approx(0.1),
        )  # fmt: skip
        assert "You walked 1 minute." in page
        assert "0 of 3 walks this week" in page
        assert "Done today" not in page

    def test_is_not_said_to_be_noted_from_a_page_of_yesterday(
        self, phone: Browser, walks: Assignment, at_nine: Any
    ) -> None:
        note(phone, walks, minutes="10")
        session = Session.objects.get()
        at_nine.move_to(NOW + timedelta(hours=22))
        answer = note(phone, walks, minutes="12", session=str(session.pk))
        assert answer.status_code == 400
        page = answer.content.decode()
        assert "This page is from another day. Here is today." in page
        assert "Noted" not in page
        assert Session.objects.count() == 1
        assert Event.objects.filter(type="set_done").count() == 1

    def test_of_a_client_with_an_open_alert_leads_to_what_to_do_now(
        self, phone: Browser, walks: Assignment, carl: Client
    ) -> None:
        form = form_of(phone.get(reverse("today")).content.decode())
        raise_alert(carl, "emergency", level=Alert.Level.EMERGENCY, subject_key="check:x", now=NOW, locks=True)
        answer = phone.post(reverse("note_goal", args=[walks.pk, 1]), {"session": form, "minutes": "10"})
        assert answer.url == reverse("care_card")
        assert not Session.objects.exists()

    def test_is_noted_once_however_often_the_form_is_sent(self, phone: Browser, walks: Assignment) -> None:
        form = form_of(phone.get(reverse("today")).content.decode())
        for _ in range(3):
            note(phone, walks, minutes="10", session=form)
        assert Session.objects.count() == 1
        assert Event.objects.filter(type="set_done").count() == 1

    def test_is_taken_back_and_nothing_is_deleted(self, phone: Browser, walks: Assignment, carl: Client) -> None:
        note(phone, walks, minutes="10")
        session = Session.objects.get()
        before = Event.objects.count()
        for _ in range(2):  # the second press changes nothing
            phone.post(reverse("take_back_goal", args=[session.pk]))
        session.refresh_from_db()
        assert (session.state, session.counted, session.fraction) == (Session.State.LEFT, False, 0)
        assert Event.objects.count() == before + 1
        page = phone.get(reverse("today")).content.decode()
        assert "0 of 3 walks this week" in page
        assert "You walked" not in page
        assert not progress_of(carl, TODAY).sessions
        assert "You walked 8 minutes." in note(phone, walks, minutes="8").content.decode()

    @pytest.mark.parametrize("minutes", ["", "0", "-5", "ten", "1441", "9" * 40])
    def test_asks_for_minutes_that_can_be(self, phone: Browser, walks: Assignment, minutes: str) -> None:
        form = form_of(phone.get(reverse("today")).content.decode())
        answer = phone.post(reverse("note_goal", args=[walks.pk, 1]), {"session": form, "minutes": minutes})
        assert answer.status_code == 400
        assert "Write your minutes as a whole number, such as 10." in answer.content.decode()
        assert not Session.objects.exists()

    def test_stays_there_on_a_day_without_one_and_counts_all_the_same(
        self, phone: Browser, walks: Assignment, carl: Client, at_nine: Any
    ) -> None:
        at_nine.move_to(NOW - timedelta(days=2))
        note(phone, walks, minutes="10")
        at_nine.move_to(NOW - timedelta(days=1))
        page = phone.get(reverse("today")).content.decode()
        assert "Rest day" in page
        assert "Not needed today. It counts all the same." in page
        assert "2 of 3 walks this week" in note(phone, walks, minutes="10").content.decode()

    def test_counts_in_adherence_and_is_shown_to_the_practitioner(
        self, phone: Browser, desk: Browser, walks: Assignment, carl: Client
    ) -> None:
        of = lately_of(carl, now=NOW, settings=flag_settings())
        assert counts_of(of, days=7) == (0, 0), "three days have room for three walks, so none is due"
        note(phone, walks, minutes="10")
        of = lately_of(carl, now=NOW, settings=flag_settings())
        assert counts_of(of, days=7) == (1, 1)
        page = " ".join(desk.get(reverse("admin:client", args=[carl.pk])).content.decode().split())
        assert "Walks: 1 of 1 in 7 days (10 of 10 minutes)" in page

    def test_may_be_walked_with_the_timer_instead(self, phone: Browser, walks: Assignment) -> None:
        assert phone.get(reverse("check_in", args=[walks.pk, 1])).status_code == 200

    def test_of_a_client_on_hold_or_due_for_the_questions_is_not_noted(
        self, phone: Browser, walks: Assignment, carl: Client, at_nine: Any
    ) -> None:
        form = form_of(phone.get(reverse("today")).content.decode())
        at_nine.move_to(NOW + timedelta(days=40))
        assert carl.user is not None
        phone.force_login(carl.user)
        answer = phone.post(reverse("note_goal", args=[walks.pk, 1]), {"session": form, "minutes": "10"})
        assert answer.url.startswith(reverse("safety_check"))
        assert not Session.objects.exists()
        assert phone.get(reverse("note_goal", args=[walks.pk, 1])).url == reverse("today")

    def test_is_nobody_elses_to_note_or_to_take_back(self, phone: Browser, walks: Assignment, priya: User) -> None:
        note(phone, walks, minutes="10")
        session = Session.objects.get()
        other = make_client(priya, first_name="Omar")
        assert other.user is not None
        theirs = Browser()
        theirs.force_login(other.user)
        mine = {"session": str(session.pk), "minutes": "20"}
        assert theirs.post(reverse("note_goal", args=[walks.pk, 1]), mine).status_code == 404
        assert theirs.post(reverse("take_back_goal", args=[session.pk])).status_code == 404
        session.refresh_from_db()
        assert session.counted
        assert Event.objects.filter(type="set_done").count() == 1


class TestBreaks:
    def test_are_counted_one_by_one_up_to_the_days_number(self, phone: Browser, breaks: Assignment) -> None:
        assert "Breaks today: 0 of 5" in phone.get(reverse("today")).content.decode()
        for done in range(1, 6):
            page = note(phone, breaks, slot=done).content.decode()
            assert f"Breaks today: {done} of 5" in page
        assert "Done today" in page
        assert Session.objects.filter(counted=True).count() == 5

    def test_take_their_moves_in_turn(self, phone: Browser, breaks: Assignment) -> None:
        for done in range(1, 4):
            note(phone, breaks, slot=done)
        told = Event.objects.filter(type="set_done").values_list("item__exercise_version__exercise__slug", flat=True)
        assert set(told) == set(MOVES)

    def test_the_last_one_is_taken_back(self, phone: Browser, breaks: Assignment) -> None:
        note(phone, breaks)
        page = note(phone, breaks, slot=2).content.decode()
        (address,) = re.findall(r'action="(/goal/[0-9a-f-]{36}/back/)"', page)
        assert "Breaks today: 1 of 5" in phone.post(address, follow=True).content.decode()

    def test_stand_beside_adherence_and_not_in_it(
        self, phone: Browser, desk: Browser, breaks: Assignment, carl: Client
    ) -> None:
        for done in (1, 2):
            note(phone, breaks, slot=done)
        of = lately_of(carl, now=NOW, settings=flag_settings())
        assert counts_of(of, days=28) == (0, 0)
        assert not of.shares or not any(of.shares.values()), "a break that was left out is no missed session"
        assert not progress_of(carl, TODAY).weeks or not any(week.due for week in progress_of(carl, TODAY).weeks)
        page = " ".join(desk.get(reverse("admin:client", args=[carl.pk])).content.decode().split())
        assert "Breaks, counted apart: 2 of 12 in 7 days" in page  # Monday and Tuesday, and what is done of today
        assert "2 of 25 breaks this week" in phone.get(reverse("progress")).content.decode()
        assert "Fill in yesterday" not in phone.get(reverse("today")).content.decode()


class TestElsewhere:
    def test_every_page_says_the_goal_in_words(
        self, phone: Browser, walks: Assignment, breaks: Assignment, carl: Client
    ) -> None:
        said = ["A walk on any 3 days of the week", "5 breaks a day from 09:00 to 17:30: Monday"]
        plan = phone.get(reverse("plan")).content.decode()
        api = [each["when"] for each in phone.get(reverse("api:plans")).json()["results"]]
        week = [each["when"] for each in week_json(carl, NOW, asked={})["plans"]]
        for place, words in enumerate(said):
            assert words in plan
            assert api[place].startswith(words)
            assert week[place].startswith(words)

    def test_the_handout_has_a_line_for_the_minutes(self, phone: Browser, walks: Assignment) -> None:
        answer = phone.get(reverse("own_handout", args=[walks.pk]))
        assert answer["Content-Type"] == "application/pdf"

    def test_a_plan_of_sessions_is_no_goal_to_note(self, phone: Browser, carl: Client) -> None:
        free = Schedule("per_week", MONDAY, per_week=3)
        plan = assign_routine(carl, items=[draft("walking")], schedule=free, by=carl.lead, name="Walk")
        assert phone.post(reverse("note_goal", args=[plan.pk, 1]), {"minutes": "10"}).status_code == 404
