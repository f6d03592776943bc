"""An exercise is written by keyboard alone, published, given, and played as its preview said."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import all_practices, practice_scope
from routines import services
from routines.models import Exercise
from tests.clients.plans import give_plan
from tests.doors import CODE, STAFF, browser_of
from tests.factories import make_client, make_practice, make_staff
from tests.journeys import player
from tests.journeys.looking import DESK, PHONE, assert_accessible, drag, new_context, violations, watch
from tests.routines.conftest import document_of

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_ACTIONS = 140
# What the author types: by the name of the field; a choice is typed as the beginning of its word.
WORDS = {
    "name": "Heel press",
    "category": "Stren",
    "aim": "Helps to build strong hips for stairs.",
    "position": "lying on the back",
}
STEPS = {
    "segments[0].steps[0].text": "Lie on your back. Bend your knees and put your feet flat.",
    "segments[1].steps[0].text": "Breathe out and press your heels into the floor.",
    "segments[1].steps[1].text": "Breathe in and let go.",
}


class Keyboard:
    """A person without a mouse. Every key and every text typed in one go is one action."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.actions = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.actions += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.actions += 1

    def here(self) -> str:
        """The name of the focused field, or the words of the focused button or link."""
        return str(
            self.page.evaluate(
                "() => { const e = document.activeElement; if (!e) return '';"
                " if (e.matches('button')) return e.value || e.innerText.trim();"
                " return e.type === 'checkbox' ? `${e.name}=${e.value}` : e.name || e.innerText.trim(); }"
            )
        )

    def go_to(self, name: str) -> None:
        """Press Tab until the field or button is reached."""
        for _ in range(MOST_ACTIONS):
            if self.here() == name:
                return
            self.press("Tab")
        raise AssertionError(f"{name} was not reached by Tab; last: {self.here()}")


def signed_in(context: "BrowserContext", url: str, visitor: Any) -> None:
    cookie = visitor.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])


def previewed(page: "Page") -> list[tuple[str, str, str]]:
    """Time, cue and words of every moment of the preview."""
    rows = page.locator(".phone__moment").evaluate_all(
        "rows => rows.map(row => [row.querySelector('.phone__time').innerText, row.querySelector('b').innerText,"
        " row.querySelector('.phone__words').childNodes[1].textContent.trim()])"
    )
    return [(time, cue, text) for time, cue, text in rows]


def test_an_editor_writes_an_exercise_by_keyboard_and_a_client_plays_it_as_previewed(
    browser: Any, live_server: Any
) -> None:
    lena = make_staff(make_practice(is_active=False), edits_shared_library=True)
    desk = new_context(browser, DESK)
    signed_in(desk, live_server.url, browser_of(lena, STAFF))
    page = desk.new_page()
    complaints = watch(page)
    page.goto(live_server.url + reverse("admin:new_exercise"))
    page.locator("[data-module='routines/editor/exercise'][data-mounted]").wait_for()
    keys = Keyboard(page)
    for name, text in WORDS.items():
        keys.go_to(name)
        keys.write(text)
    keys.go_to("body_regions=gluteal")
    keys.press("Space")
    keys.go_to("dose.reps")
    keys.press("Control+a")
    keys.write("8")
    for name, text in STEPS.items():
        keys.go_to(name)
        keys.write(text)
    keys.go_to("add:segments[1].steps")
    with page.expect_response(lambda answer: answer.request.method == "POST" and "preview" not in answer.url):
        keys.press("Enter")
    expect(page.locator("#f-segments-1-steps-2")).to_be_focused()
    keys.go_to("segments[1].steps[2].text")
    keys.write("Rest for a moment.")
    keys.go_to("segments[1].steps[2].phase")
    keys.write("rest")
    page.locator(".phone__moment", has_text="Rest for a moment.").wait_for()
    page.get_by_text("Nothing to look at.").wait_for()
    moments, minutes = previewed(page), page.locator(".phone__head p").nth(1).inner_text()
    assert_accessible(page)
    keys.go_to("publish")
    keys.press("Enter")
    page.get_by_text("Published. New plans take this version").wait_for()
    assert keys.actions <= MOST_ACTIONS
    print(f"{keys.actions} actions")
    with all_practices():
        exercise = Exercise.objects.get(slug="heel-press")
    assert exercise.state == Exercise.State.PUBLISHED
    assert previewed(page) == moments
    assert complaints == []

    played = play(browser, live_server.url)
    words = [moment["words"] for moment in played.moments if moment["words"]]
    spoken = [text for _time, _cue, text in moments]
    assert [text for index, text in enumerate(words) if text not in words[:index]][-len(spoken) :] == spoken
    assert minutes == f"About 1 minute ({exercise.seconds // 60}:{exercise.seconds % 60:02d})"


def play(browser: Any, url: str) -> player.Seen:
    """The exercise is given to a client, who does it; returns what the player showed."""
    practice = make_practice()
    priya = make_staff(practice, "practitioner")
    carl = make_client(priya)
    with practice_scope(practice):
        give_plan(carl, "heel-press", starts_on=timezone.now().date() - timedelta(days=1))
    phone = new_context(browser, PHONE)
    signed_in(phone, url, browser_of(carl.user, CODE))
    page = phone.new_page()
    complaints = watch(page)
    player.check_in(page, url, pain=2)
    seen = player.play(page, tick_blanket=False)
    page.locator("[data-part=status]").wait_for(state="hidden")  # everything has reached the server
    page.goto("about:blank")
    assert complaints == []
    return seen


@pytest.fixture
def riverside() -> Practice:
    return make_practice(exercises_need_review=True)


@pytest.fixture
def pages(riverside: Practice) -> dict[str, str]:
    """Addresses of the editor's pages in their fullest states, by what they show."""
    lena = make_staff(make_practice(is_active=False), edits_shared_library=True)
    priya, ben = (make_staff(riverside, Role.PRACTITIONER, first_name=name) for name in ("Priya", "Ben"))
    with practice_scope(riverside):
        document = {**document_of("glute-bridge"), "variations": {}}
        shared = services.publish_exercise(services.save_draft(None, document=document, by=lena).exercise, by=lena)
        ours = services.copy_exercise(shared.exercise, into=riverside, by=priya)
        services.save_draft(ours, document={**document, "aim": "Strong hips for stairs."}, by=priya)
        services.submit_for_review(ours, by=priya)
        changed = {**document, "aim": "Helps with standing up.", "precautions": ["Stop if a cramp comes."]}
        services.save_draft(shared.exercise, document=changed, by=lena)
        services.publish_exercise(shared.exercise, by=lena)
        give_plan(make_client(ben), "glute-bridge", starts_on=timezone.now().date())
    return {
        "in review": reverse("admin:edit_exercise", args=[ours.pk]),
        "read only": reverse("admin:edit_exercise", args=[shared.exercise_id]),
        "versions": reverse("admin:exercise_versions", args=[ours.pk]),
        "upstream": reverse("admin:exercise_upstream", args=[ours.pk]),
        "used": reverse("admin:exercise_used", args=[shared.exercise_id]),
        "new": reverse("admin:new_exercise"),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_an_exercise(
    browser: Any, live_server: Any, riverside: Practice, pages: dict[str, str], theme: str
) -> None:
    with practice_scope(riverside):
        ben = User.objects.get(first_name="Ben")
    context = new_context(browser, DESK, theme=theme, reduced_motion="reduce")
    signed_in(context, live_server.url, browser_of(ben, STAFF))
    page = context.new_page()
    complaints = watch(page)
    found = {}
    for name, path in pages.items():
        page.set_viewport_size(DESK)
        page.goto(live_server.url + path)
        found[name] = violations(page)
        page.set_viewport_size({"width": 320, "height": 700})
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, name
    page.goto("about:blank")
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert complaints == []


def test_a_step_is_dragged_to_its_place_and_a_part_duplicated(browser: Any, live_server: Any) -> None:
    priya = make_staff(make_practice(), Role.PRACTITIONER)
    context = new_context(browser, {"width": 1280, "height": 1600})
    signed_in(context, live_server.url, browser_of(priya, STAFF))
    page = context.new_page()
    page.goto(live_server.url + reverse("admin:new_exercise"))
    page.locator("[data-module='routines/editor/exercise'][data-mounted]").wait_for()
    first = page.locator("[name='segments[1].steps[0].text']")
    second = page.locator("[name='segments[1].steps[1].text']")
    first.fill("First.")
    second.fill("Second.")
    drag(page, page.locator("[data-drag='segments[1].steps[1]']"), page.locator("#f-segments-1-steps-0"))
    expect(first).to_have_value("Second.")
    expect(second).to_have_value("First.")
    page.get_by_role("button", name="Duplicate part 2").click()
    expect(page.locator("[name='segments[2].steps[0].text']")).to_have_value("Second.")
    expect(page.locator("[name='segments[2].key']")).to_have_value("main-2")
    page.goto("about:blank")
