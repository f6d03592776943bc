"""Breaks are counted one by one, beside adherence and not in it."""

import io
import json
import re
from datetime import timedelta

from django.test import Client as Browser
from django.urls import reverse

from clients.analytics.lately import counts_of, flag_settings, lately_of
from clients.analytics.progress import progress_of
from clients.models import Assignment, Client, Event, Session
from clients.rules.report_data import from_document
from clients.rules.reports import report
from portal.lib import spreadsheets
from tests.clients.conftest import NOW, TODAY
from tests.clients.goals.giving import MOVES, note
from tests.clients.test_handout import words_of


def test_breaks_are_counted_one_by_one_up_to_the_days_number(phone: Browser, breaks: Assignment) -> None:
    assert "Breaks today: 0 of 5" in phone.get(reverse("today")).content.decode()
    for done in range(1, 6):
        page = note(phone, breaks, slot=done).content.decode()
        assert f"Breaks today: {done} of 5" in page
    assert "Done today" in page
    assert Session.objects.filter(counted=True).count() == 5


def test_breaks_take_their_moves_in_turn(phone: Browser, breaks: Assignment) -> None:
    for done in range(1, 4):
        note(phone, breaks, slot=done)
    told = Event.objects.filter(type="set_done").values_list("item__exercise_version__exercise__slug", flat=True)
    assert set(told) == set(MOVES)


def test_the_last_break_is_taken_back(phone: Browser, breaks: Assignment) -> None:
    note(phone, breaks)
    page = note(phone, breaks, slot=2).content.decode()
    (address,) = re.findall(r'action="(/goal/[0-9a-f-]{36}/back/)"', page)
    assert "Breaks today: 1 of 5" in phone.post(address, follow=True).content.decode()


def test_breaks_stand_beside_adherence_and_not_in_it(
    phone: Browser, desk: Browser, breaks: Assignment, carl: Client
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


def test_a_report_counts_breaks_beside_the_sessions_in_every_form(
    phone: Browser, desk: Browser, breaks: Assignment, carl: Client
) -> None:
    for done in (1, 2):
        note(phone, breaks, slot=done)
    period = {"first": (TODAY - timedelta(days=2)).isoformat(), "last": TODAY.isoformat()}
    page = desk.get(reverse("admin:client_report", args=[carl.pk]), period).content.decode()
    figures = page[page.index('<dl class="figures">') :]
    assert "<dt>Sessions done</dt><dd>–</dd>" in figures
    assert "<dt>Breaks through the day</dt><dd>2 of 12</dd>" in figures  # Monday and Tuesday, and what is done of today
    assert "Breaks through the day, week by week" in page
    files = {
        form: desk.get(reverse("admin:client_report_file", args=[carl.pk, form]), period).content
        for form in ("csv", "xlsx", "pdf", "json")
    }
    share = "16\N{NO-BREAK SPACE}%"
    for form in ("csv", "xlsx"):
        rows = spreadsheets.read(io.BytesIO(files[form]))
        assert ["Breaks through the day, counted apart", "2", "12", share] in [row[:4] for row in rows]
        assert ["16 Nov 2026", "2", "12", share, "0", "2", "0"] in [row[:7] for row in rows]
    printed = words_of(files["pdf"]).replace("\N{NO-BREAK SPACE}", " ")
    assert "Breaks through the day, counted apart 2 12 16 %" in printed
    counted = report(from_document(json.loads(files["json"])))
    assert (counted.breaks.ticked, counted.breaks.due, counted.adherence.due) == (2, 12, 0)
    assert counted.events_hash in page


def test_a_report_without_a_goal_of_breaks_says_nothing_of_them(desk: Browser, walks: Assignment, carl: Client) -> None:
    page = desk.get(reverse("admin:client_report", args=[carl.pk])).content.decode()
    assert "Sessions done" in page
    assert "Breaks through the day" not in page
