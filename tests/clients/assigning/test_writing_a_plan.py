"""While a plan is written: the draft that waits, what a day comes to, easier and harder forms, the client's phone."""

from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from clients.analytics.budget import DayBudget, budget_remarks, day_budget
from clients.analytics.today import local_day
from clients.errors import NotAllowed
from clients.models import Assignment, Client, PlanSketch
from clients.rules.schedule import Schedule
from clients.services.assign import assign_routine
from clients.services.drafting import ItemDraft
from clients.services.sketches import drop_sketch, keep_sketch
from portal.accounts.models import Practice, User
from portal.accounts.tenancy import all_practices
from routines.models import ExerciseLink, Routine
from tests.clients.library import shelve
from tests.doors import CODE, STAFF, browser_of
from tests.factories import make_staff
from tests.portal.workspace.work import filled


@pytest.fixture
def address(carl: Client) -> str:
    return reverse("admin:assign_to", args=[carl.pk])


def give(client: Client, slug: str, *, times: int, name: str) -> Assignment:
    version = shelve(slug).current_version
    assert version is not None
    today = timezone.now().date()
    schedule = Schedule(
        kind="weekdays", starts_on=today, weekdays=frozenset(range(7)), times_per_day=times, reminder_times=(time(9),)
    )
    return assign_routine(
        client, items=[ItemDraft(exercise_version=version)], schedule=schedule, by=client.lead, name=name
    )


class TestTheDraft:
    def test_keeps_what_was_typed_right_or_wrong_and_goes_when_the_plan_is_given(
        self, desk: Browser, address: str, carl: Client, squeezes: Routine
    ) -> None:
        data = filled(desk, f"{address}?routine={squeezes.pk}")
        typed = {**data, "item-0-reps": "lots", "note": "Half a thought", "find-q": "bridge"}
        assert desk.post(address, {**typed, "do": "draft"}).url == reverse("admin:client", args=[carl.pk])
        sketch = PlanSketch.objects.get()
        assert set(sketch.values) == set(typed) - {"csrfmiddlewaretoken", "find-q"}
        assert not Assignment.objects.exists(), "the client sees nothing of it"
        assert "Carry on with it" in desk.get(address).content.decode()
        again = filled(desk, f"{address}?draft=1")
        assert (again["item-0-reps"], again["note"]) == (["lots"], ["Half a thought"])
        assert desk.post(address, {**again, "item-0-reps": "3", "do": "save"}).status_code == 302
        assert Assignment.objects.get().routine == squeezes
        assert not PlanSketch.objects.exists()

    def test_is_one_a_person_and_client_and_nobody_elses(
        self, desk: Browser, address: str, carl: Client, priya: User, practice: Practice
    ) -> None:
        practice.colleagues_see_all_clients = True
        practice.save()
        olga = make_staff(practice)
        for note in ("One", "Two"):
            keep_sketch(carl, by=priya, values={"note": [note]}, now=timezone.now())
        assert PlanSketch.objects.get().values == {"note": ["Two"]}
        theirs = browser_of(olga, STAFF)
        assert "Carry on with it" not in theirs.get(address).content.decode()
        assert theirs.get(f"{address}?draft=1").status_code == 404
        drop_sketch(carl, by=olga)
        assert PlanSketch.objects.count() == 1

    def test_is_refused_for_somebody_elses_client(self, carl: Client, practice: Practice) -> None:
        with pytest.raises(NotAllowed):
            keep_sketch(carl, by=make_staff(practice), values={}, now=timezone.now())

    def test_whose_routine_or_exercise_is_gone_never_breaks_the_page(
        self, desk: Browser, address: str, carl: Client, priya: User
    ) -> None:
        keep_sketch(carl, by=priya, values={"routine": ["999"], "name": ["Morning"]}, now=timezone.now())
        assert "Morning" in desk.get(f"{address}?draft=1").content.decode()
        keep_sketch(carl, by=priya, values={"item-0-version": ["999"]}, now=timezone.now())
        assert desk.get(f"{address}?draft=1").status_code == 404


class TestTheDay:
    @pytest.mark.parametrize(
        ("budget", "tone", "text"),
        [
            pytest.param(DayBudget(12, 0, None), None, "", id="nobody asked, one plan"),
            pytest.param(DayBudget(0, 10, 15), None, "", id="nothing on the page yet"),
            pytest.param(DayBudget(12, 0, 15), "info", "About 12 minutes a day in all. Carl said: 15.", id="fits"),
            pytest.param(DayBudget(15, 0, 15), "info", "About 15 minutes a day in all. Carl said: 15.", id="just fits"),
            pytest.param(DayBudget(1, 0, 15), "info", "About 1 minute a day in all. Carl said: 15.", id="one minute"),
            pytest.param(
                DayBudget(12, 6, 15),
                "warn",
                "About 18 minutes a day in all. 6 of them are in other plans. Carl said: 15.",
                id="too long with another plan",
            ),
            pytest.param(
                DayBudget(12, 6, None),
                "info",
                "About 18 minutes a day in all. 6 of them are in other plans.",
                id="two plans, nobody asked",
            ),
        ],
    )
    def test_is_told_in_words(self, budget: DayBudget, tone: str | None, text: str) -> None:
        found = budget_remarks(budget, "Carl")
        assert [(remark.tone, remark.text) for remark in found] == ([(tone, text)] if tone else [])

    def test_counts_other_plans_as_often_as_they_ask_and_not_the_one_that_is_changed(self, carl: Client) -> None:
        first = give(carl, "glute-bridge", times=2, name="Bridge")
        second = give(carl, "knee-squeezes", times=1, name="Squeezes")
        today: date = timezone.now().date()

        def others(running: Assignment | None) -> int:
            return day_budget(carl, minutes=5, times=3, day=today, running=running).others

        assert others(None) == others(first) + others(second)
        assert others(second) % 2 == 0
        assert day_budget(carl, minutes=5, times=3, day=today, running=first).this == 15
        assert day_budget(carl, minutes=5, times=3, day=today + timedelta(days=9), running=None).others == others(None)

    def test_is_what_the_client_said_and_shown_while_the_plan_is_typed(
        self, desk: Browser, address: str, carl: Client, squeezes: Routine
    ) -> None:
        page = browser_of(carl.user, CODE)
        settings: dict[str, Any] = {
            "name_to_use": "", "time_zone": "Europe/London", "reminder_channel": "email", "reminder_time": "",
            "reminders_paused_until": "", "minutes_a_day": "3",
        }  # fmt: skip
        for wrong in ("-5", "0", "241", "9" * 400, "ten"):
            answer = page.post(reverse("more"), {**settings, "minutes_a_day": wrong})
            assert answer.status_code == 400
            assert "Write a number from 1 to 240, or leave it empty." in answer.content.decode()
        assert page.post(reverse("more"), settings).status_code == 302
        carl.refresh_from_db()
        assert carl.minutes_a_day == 3
        data = filled(desk, f"{address}?routine={squeezes.pk}")
        told = desk.post(reverse("admin:assign_preview", args=[carl.pk]), data).json()["budget"]
        assert "Carl said: 3." in told
        assert "remarks__warn" in told


class TestTheForms:
    def test_the_easier_and_the_harder_form_take_the_place_of_an_exercise(
        self, desk: Browser, address: str, squeezes: Routine
    ) -> None:
        walking, knee = shelve("walking"), shelve("single-knee-to-chest")
        with all_practices():
            ExerciseLink.objects.create(exercise=shelve("glute-bridge"), kind="harder", target=walking)
            ExerciseLink.objects.create(exercise=shelve("glute-bridge"), kind="easier", target=knee)
        page = desk.get(f"{address}?routine={squeezes.pk}").content.decode()
        assert page.index(f"Easier: {knee.name}") < page.index(f"Harder: {walking.name}")
        assert f'value="swap-1-{walking.pk}"' in page
        assert "swap-0-" not in page


class TestThePhone:
    def test_shows_the_clients_own_card_in_the_clients_language(
        self, desk: Browser, address: str, carl: Client, squeezes: Routine
    ) -> None:
        Client.objects.update(language="de")
        page = desk.get(f"{address}?routine={squeezes.pk}").content.decode()
        assert "Einheit starten" in page
        assert "Give to Carl" in page
        data = filled(desk, f"{address}?routine={squeezes.pk}")
        typed = {**data, "name": "Abends <b>", "times_per_day": "3"}
        phone = desk.post(reverse("admin:assign_preview", args=[carl.pk]), typed).json()["phone"]
        assert "Abends &lt;b&gt;" in phone
        assert "1 von 3" in phone

    def test_shows_a_plan_that_runs_as_it_is_from_today(self, desk: Browser, carl: Client) -> None:
        with time_machine.travel(timezone.now() - timedelta(days=60)):
            plan = give(carl, "glute-bridge", times=1, name="Morning")
        answer = desk.get(reverse("admin:change_plan", args=[plan.pk]))
        assert answer.status_code == 200, answer.content.decode()[-3000:]
        assert date_format(plan.starts_on, "l j F") not in answer.context["phone"]
        assert date_format(local_day(carl, timezone.now()), "l j F") in answer.context["phone"]

    @pytest.mark.parametrize("first", ["9999-12-31", "9999-12-30", "0001-01-01"])
    def test_a_first_day_at_an_end_of_the_calendar_is_said_and_nothing_is_kept(
        self, desk: Browser, address: str, carl: Client, squeezes: Routine, first: str
    ) -> None:
        data = {**filled(desk, f"{address}?routine={squeezes.pk}"), "starts_on": first, "weeks": "6", "do": "save"}
        assert desk.post(reverse("admin:assign_preview", args=[carl.pk]), data).status_code == 200
        answer = desk.post(f"{address}?routine={squeezes.pk}", data)
        assert answer.status_code == 400
        assert ("Choose an earlier day." if first.startswith("9") else "Choose today") in answer.content.decode()
        assert not Assignment.objects.exists()

    def test_a_plan_begins_at_most_two_years_from_now(self, desk: Browser, address: str, squeezes: Routine) -> None:
        data = {**filled(desk, f"{address}?routine={squeezes.pk}"), "do": "save"}
        today = date.fromisoformat(data["starts_on"][0])
        for days in (731, 730):
            desk.post(f"{address}?routine={squeezes.pk}", {**data, "starts_on": today + timedelta(days=days)})
        assert Assignment.objects.get().starts_on == today + timedelta(days=730)

    def test_stands_when_nothing_on_the_page_is_right(self, desk: Browser, address: str, carl: Client) -> None:
        answer = desk.post(reverse("admin:assign_preview", args=[carl.pk]), {"times_per_day": "x", "starts_on": "y"})
        assert answer.status_code == 200
        assert "phone" in answer.json()
