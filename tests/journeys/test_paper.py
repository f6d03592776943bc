"""What a client prints from a page: black on white in every theme, without what only a screen has, on few pages."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from clients.models import Session
from portal.accounts.tenancy import practice_scope
from portal.lib.appearance import COOKIE
from tests.clients.plans import give_plan
from tests.doors import browser_of
from tests.factories import make_client, make_practice, make_staff
from tests.journeys.looking import PHONE, new_context
from tests.journeys.test_editor import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EXERCISES = (
    "knee-squeezes",
    "cat-camel",
    "glute-bridge",
    "bird-dog",
    "sit-to-stand",
    "chin-tuck",
    "open-book",
    "heel-slide",
)
A4 = {"width": 718, "height": 1046}  # in CSS pixels, inside the margins of 10 mm that browsers print with
ON_ONE_PAGE = 4  # exercises; source: acceptance check 20 of the screens
# What is printed of a control, pale words, and dark grounds. Words as dark as 7:1 on white have this luminance at most.
UGLY = """() => {
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\\d.]+/g).map(Number);
    return alpha ? 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255) : 1;
  };
  const isShown = (each) => each.checkVisibility() && !each.closest("svg");
  const shown = [...document.body.querySelectorAll("*")].filter(isShown);
  const words = shown.filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const named = (why, each) => `${why}: ${each.outerHTML.slice(0, 80)}`;
  const controls = shown.filter((each) => each.matches("nav a, .page__foot, button, .btn, .back"));
  return [
    ...controls.map((each) => named("control", each)),
    ...words.filter((each) => light(getComputedStyle(each).color) > 0.1).map((each) => named("pale", each)),
    ...[document.body, ...shown].filter((each) => light(getComputedStyle(each).backgroundColor) < 0.7)
      .map((each) => named("dark ground", each)),
  ];
}"""


@pytest.mark.parametrize("theme", ["light", "dark", "dark by choice"])
def test_a_plan_and_the_progress_are_printed_black_on_white(browser: Any, live_server: Any, theme: str) -> None:
    priya = make_staff(make_practice(), first_name="Priya")
    carl = make_client(priya, first_name="Carl")
    today = timezone.now().date()
    with practice_scope(carl.practice):
        plan = give_plan(carl, *EXERCISES, starts_on=today - timedelta(days=20))
        for day in range(1, 15):
            Session.objects.create(
                pk=uuid4(), client=carl, assignment=plan, version=plan.current_version,
                occurrence_on=today - timedelta(days=day),
                pain_before=4, pain_after=3, started_at=timezone.now() - timedelta(days=day),
                finished_at=timezone.now() - timedelta(days=day), state=Session.State.FINISHED,
            )  # fmt: skip
    assert carl.user is not None
    own = Browser()
    own.force_login(carl.user)
    context = new_context(browser, PHONE, theme="dark" if theme == "dark" else "light")
    signed_in(context, live_server.url, own)
    if theme == "dark by choice":
        context.add_cookies([{"name": COOKIE, "value": "dark...", "url": live_server.url}])
    page = context.new_page()
    printed = {}
    for name in ("plan", "progress_print"):
        page.goto(live_server.url + reverse(name))
        page.emulate_media(media="print")
        assert page.evaluate(UGLY) == []
        printed[name] = PdfReader(io.BytesIO(page.pdf(format="A4", print_background=True))).pages
        page.emulate_media(media="screen")
    assert len(printed["plan"]) <= -(-len(EXERCISES) // ON_ONE_PAGE)
    words = " ".join(sheet.extract_text() for sheet in printed["progress_print"])
    assert "What I want to ask" in words


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_a_practitioner_prints_is_black_on_white_and_as_wide_as_the_paper(
    browser: Any, live_server: Any, theme: str
) -> None:
    priya = make_staff(make_practice(), first_name="Priya")
    carl = make_client(priya, first_name="Carl")
    now = timezone.now()
    with practice_scope(carl.practice):
        plan = give_plan(carl, *EXERCISES[:4], starts_on=now.date() - timedelta(days=20))
        for day in range(1, 15):
            Session.objects.create(
                pk=uuid4(), client=carl, assignment=plan, version=plan.current_version, note="It was fine." * 8,
                occurrence_on=now.date() - timedelta(days=day), pain_before=4, pain_after=3,
                started_at=now - timedelta(days=day), finished_at=now - timedelta(days=day), fraction=1,
                state=Session.State.FINISHED,
            )  # fmt: skip
    context = new_context(browser, A4, theme=theme)
    signed_in(context, live_server.url, browser_of(priya))
    page = context.new_page()
    printed = {}
    for name in ("brief", "client_report", "client_monitoring", "overview"):
        page.goto(live_server.url + reverse(f"admin:{name}", args=[] if name == "overview" else [carl.pk]))
        page.emulate_media(media="print", color_scheme=theme)
        assert page.evaluate(UGLY) == [], name
        wide = page.evaluate(
            "[...document.querySelectorAll('table')].filter((each) => each.scrollWidth > innerWidth).length"
        )
        assert (wide, page.evaluate("document.documentElement.scrollWidth <= innerWidth")) == (0, True), name
        printed[name] = PdfReader(io.BytesIO(page.pdf(format="A4", print_background=True))).pages
        page.emulate_media(media="screen", color_scheme=theme)
    assert len(printed["brief"]) == 1
