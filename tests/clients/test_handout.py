"""The plan on paper says what the screen says."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pypdf import PageObject, PdfReader

from clients.analytics.plans import plan_of
from clients.exports.handout import handout, handout_pdf
from clients.models import Assignment, Client
from clients.views.handout import surroundings
from portal.accounts.models import AuditEvent, User
from portal.lib.pdf import PAPERS, Paper, render_pdf
from tests.clients.conftest import TODAY
from tests.clients.plans import give_plan
from tests.doors import browser_of

pytestmark = pytest.mark.usefixtures("at_nine")

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def words_of(document: bytes) -> str:
    """Return the text of a PDF with every run of white space as one space."""
    return " ".join(words_on(page) for page in PdfReader(io.BytesIO(document)).pages)


def words_on(page: PageObject) -> str:
    """Return the text of a page; a word that broke at its own hyphen is whole again."""
    return re.sub(r"(?<=\w)- (?=\w)", "-", " ".join(page.extract_text().split()))


@pytest.fixture
def carls_phone(carl: Client) -> Browser:
    browser = Browser()
    browser.force_login(carl.user)
    return browser


def test_the_paper_holds_every_word_of_the_screen(carls_phone: Browser, carl: Client, plan: Assignment) -> None:
    answer = carls_phone.get(reverse("own_handout", args=[plan.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    printed = words_of(answer.content)
    (entry,) = plan_of(plan, carl, TODAY).prescribed
    screen = carls_phone.get(reverse("exercise", args=[entry.item.pk])).content.decode()
    steps = [step.text for segment in entry.segments for step in segment.steps]
    assert len(steps) >= 12, "with the rocking, which is switched on"
    for text in (entry.title, entry.dose_words, entry.content.aim, *steps, *entry.content.focus_points):
        assert text in printed
        assert text in screen
    for text in entry.content.precautions:
        assert text in printed
    assert "When to stop" in printed
    assert "My diary" in printed


@pytest.mark.parametrize("paper", PAPERS)
def test_four_short_exercises_stand_whole_on_a_page_beside_their_pictures(
    carl: Client, in_riverside: None, paper: Paper
) -> None:
    """Source of the four: acceptance check 20 of the screens. The page before holds when to stop, and one more."""
    slugs = ("pelvic-tilt-lying", "cat-camel", "glute-bridge", "bird-dog", "knee-rolls", "sit-to-stand", "open-book")
    plan = plan_of(give_plan(carl, *slugs, starts_on=TODAY), carl, TODAY)
    document = handout_pdf(plan, carl, surroundings(plan, carl), paper=paper, at=NOW)
    pages = [words_on(page) for page in PdfReader(io.BytesIO(document)).pages]
    assert [sum(entry.title in page for entry in plan.prescribed) for page in pages[:2]] == [1, 4]
    for entry in plan.prescribed:
        (page,) = (each for each in pages if entry.title in each)
        steps = [step.text for segment in entry.segments for step in segment.steps]
        for text in (entry.dose_words, *steps, *entry.content.focus_points, *entry.content.precautions):
            assert text in page, entry.title
    assert len(pages) == 3, "with the diary beside the last ones"


@pytest.mark.parametrize("paper", PAPERS)
def test_an_exercise_of_many_steps_takes_only_the_room_that_it_needs(
    carl: Client, in_riverside: None, paper: Paper
) -> None:
    """It begins below when to stop and flows on: the rest of the next page is for the others, the same strips."""
    slugs = ("knee-squeezes", "cat-camel", "bird-dog", "log-roll-sit-up")
    plan = plan_of(give_plan(carl, *slugs, starts_on=TODAY), carl, TODAY)
    document = handout_pdf(plan, carl, surroundings(plan, carl), paper=paper, at=NOW)
    pages = [words_on(page) for page in PdfReader(io.BytesIO(document)).pages]
    long, *others = plan.prescribed
    steps = [step.text for segment in long.segments for step in segment.steps]
    assert len(steps) == 10
    printed = " ".join(pages)
    assert [
        text for text in (*steps, *long.content.focus_points, *long.content.precautions) if text not in printed
    ] == []
    assert long.dose_words in pages[0]
    assert sum(text in pages[0] for text in steps) >= 7
    assert [entry.title for entry in others if entry.title not in pages[1]] == []
    assert len(pages) == 3, "with the diary"


def test_parts_that_were_not_switched_on_are_on_neither(carls_phone: Browser, carl: Client, in_riverside: None) -> None:
    plan = give_plan(carl, "knee-squeezes", starts_on=TODAY)
    printed = words_of(carls_phone.get(reverse("own_handout", args=[plan.pk])).content)
    (entry,) = plan_of(plan, carl, TODAY).prescribed
    screen = carls_phone.get(reverse("exercise", args=[entry.item.pk])).content.decode()
    rocking = entry.content.segment("rocking")
    for step in rocking.steps[1:]:
        assert step.text not in printed
        assert step.text not in screen


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("us-letter", (612, 792))])
def test_both_papers(carls_phone: Browser, plan: Assignment, paper: str, size: tuple[int, int]) -> None:
    answer = carls_phone.get(reverse("own_handout", args=[plan.pk]), {"paper": paper})
    box = PdfReader(io.BytesIO(answer.content)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


def test_a_paper_nobody_has_is_named(carls_phone: Browser, plan: Assignment) -> None:
    answer = carls_phone.get(reverse("own_handout", args=[plan.pk]), {"paper": "a0"})
    assert (answer.status_code, answer.content.decode()) == (400, "Choose the paper: a4 or us-letter.")


def test_words_of_people_cannot_become_markup(carl: Client, plan: Assignment) -> None:
    """Typst code in a name or note is printed as it was typed."""
    found = plan_of(plan, carl, TODAY)
    found = replace(found, name='#read("/etc/passwd") *bold* $x$ ]')
    data = handout(found, carl, surroundings(found, carl), paper="a4", on=TODAY)
    printed = words_of(render_pdf("handout.typ", data, at=NOW))
    assert '#read("/etc/passwd") *bold* $x$ ]' in printed
    assert "root:" not in printed


@pytest.mark.parametrize("odd", ["Well done \N{THUMBS UP SIGN}", "\u80cc", "a\x07b", "\ufffe", "\u0378"])
def test_letters_that_our_fonts_lack_keep_nobody_from_their_plan(carl: Client, plan: Assignment, odd: str) -> None:
    found = replace(plan_of(plan, carl, TODAY), name=f"Morning {odd}")
    data = handout(found, carl, surroundings(found, carl), paper="a4", on=TODAY)
    document = render_pdf("handout.typ", data, at=NOW)
    assert "Morning" in words_of(document)
    assert b"StructTreeRoot" in document, "tagged for screen readers"


def test_the_same_plan_gives_the_same_bytes(carl: Client, plan: Assignment) -> None:
    found = plan_of(plan, carl, TODAY)
    data: dict[str, Any] = handout(found, carl, surroundings(found, carl), paper="a4", on=TODAY)
    assert render_pdf("handout.typ", data, at=NOW) == render_pdf("handout.typ", data, at=NOW)


def test_who_opens_a_clients_handout_is_kept(priya: User, carl: Client, plan: Assignment) -> None:
    answer = browser_of(priya).get(reverse("admin:plan_handout", args=[plan.pk]))
    assert answer.status_code == 200
    assert AuditEvent.objects.filter(action="opened", actor=priya).exists()
