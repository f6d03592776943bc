"""What other pages say of a goal, and what is none."""

import io

from django.test import Client as Browser
from django.urls import reverse
from pypdf import PdfReader

from clients.exports.week import week_json
from clients.models import Assignment, Client
from clients.rules.schedule import Schedule
from clients.services.assign import assign_routine
from tests.clients.conftest import NOW
from tests.clients.goals.giving import MONDAY, draft


def test_every_page_says_the_goal_in_words(phone: Browser, walks: Assignment, breaks: Assignment, carl: Client) -> None:
    said = ["A walk on any 3 days of the week", "5 breaks a day from 09:00 to 17:30: Monday"]
    plan = phone.get(reverse("plan")).content.decode()
    api = [each["when"] for each in phone.get(reverse("api:plans")).json()["results"]]
    week = [each["when"] for each in week_json(carl, NOW, asked={})["plans"]]
    for place, words in enumerate(said):
        assert words in plan
        assert api[place].startswith(words)
        assert week[place].startswith(words)


def test_the_handout_has_a_line_for_the_minutes(phone: Browser, walks: Assignment) -> None:
    answer = phone.get(reverse("own_handout", args=[walks.pk]))
    paper = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "Minutes walked" in " ".join(paper.split())


def test_a_plan_of_sessions_is_no_goal_to_note(phone: Browser, carl: Client) -> None:
    free = Schedule("per_week", MONDAY, per_week=3)
    plan = assign_routine(carl, items=[draft("walking")], schedule=free, by=carl.lead, name="Walk")
    assert phone.post(reverse("note_goal", args=[plan.pk, 1]), {"minutes": "10"}).status_code == 404
