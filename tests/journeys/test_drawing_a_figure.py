"""Somebody who never saw the engine draws "Legs up the wall" by what the page itself tells, and a client does it."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.journeys.looking import DESK, PHONE, assert_accessible, new_context, watch
from tests.journeys.people import enter
from tests.journeys.portal import Portal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
NAME = "Legs up the wall"


def test_a_new_figure_is_drawn_from_the_help_alone_and_shown_to_the_client(browser: "Browser", demo: Portal) -> None:
    desk, phone = new_context(browser, DESK).new_page(), new_context(browser, PHONE).new_page()
    complaints = watch(desk) + watch(phone)
    enter(desk, demo, "Priya Shah")

    write_the_exercise(desk, demo)
    draw_the_figure(desk)
    assert_accessible(desk)
    publish_it(desk)
    see_it_in_the_list(desk, demo)
    give_it_to_margaret(desk, demo)

    enter(phone, demo, "Margaret Hill")
    see_it_in_the_plan(phone, demo)
    see_it_in_the_player(phone, demo)
    assert complaints == []


def write_the_exercise(desk: "Page", portal: Portal) -> None:
    """Words first: what it is called, what it is for, what to do."""
    desk.goto(f"{portal.url}/admin/routines/exercise/")
    desk.get_by_role("link", name="Add exercise").click()
    desk.locator("[name=name]").fill(NAME)
    desk.locator("[name=aim]").fill("Rests the legs and the back.")
    desk.locator("[name=position]").fill("lying on the back")
    desk.locator("[name=category]").select_option(label="Relaxation and rest")
    desk.locator("[name=body_regions]").first.check()
    texts = [
        "Lie on your back close to the wall.",
        "Breathe out and lift both legs up the wall.",
        "Bring your feet back to the floor.",
    ]
    for box, text in zip(desk.locator("textarea[name$='.text']:not([name^='variations'])").all(), texts, strict=True):
        box.fill(text)
    desk.get_by_role("button", name="Save as draft").click()
    desk.get_by_role("link", name="Figure", exact=True).click()
    desk.locator(".pose.is-live").wait_for()


def slide(control: "Locator", to: int) -> None:
    """Move a slider as the keyboard does."""
    control.focus()
    away = to - int(float(control.input_value()))
    for _ in range(abs(away)):
        control.press("ArrowRight" if away > 0 else "ArrowLeft")


def opened(desk: "Page", title: str) -> "Locator":
    """Open a panel by its title, with the keyboard, and return it."""
    panel = desk.locator("details[data-panel]").filter(has=desk.locator("summary", has_text=title))
    if panel.get_attribute("open") is None:
        panel.locator("summary").press("Enter")
    return panel


def draw_the_figure(desk: "Page") -> None:
    """The nine steps of the help on the page, one after the other, without a mouse where it can be."""
    opened(desk, "Whole body").get_by_label("Base posture").select_option(label="Lying on the back, knees bent")
    desk.get_by_role("button", name="Add a pose").press("Enter")
    opened(desk, "Whole body").get_by_label("Base posture").select_option(label="Lying on the back, legs straight")
    leg = opened(desk, "Right leg")
    leg.get_by_label("Both sides together").check()
    slide(leg.get_by_role("slider", name="Hip, bend"), 88)
    slide(leg.get_by_role("slider", name="Knee, bend"), 4)
    things = opened(desk, "Things")
    things.get_by_role("button", name="Add a thing").press("Enter")
    wall = things.locator("fieldset").last
    wall.get_by_label("What").select_option(label="wall")
    wall.get_by_label("Where").select_option(label="at the legs and feet")
    wall.get_by_label("Fitted to pose").select_option(label="Pose 2")
    slide(opened(desk, "Camera and crop").get_by_role("slider", name="From the side"), -24)
    marks = opened(desk, "Arrows and highlights")
    marks.get_by_role("button", name="Add an arrow").press("Enter")
    marks.get_by_label("follows").select_option(label="right heel")
    marks.get_by_label("right back of the thigh").check()
    marks.get_by_label("left back of the thigh").check()
    desk.get_by_text("Nothing to complain of.").wait_for()
    desk.get_by_text("both legs straighten towards the ceiling").first.wait_for()
    for number, pose in enumerate(("pose 1", "pose 2", "pose 1")):
        desk.locator("select[data-step]").nth(number).select_option(label=pose)
    data = desk.locator("#figure-data").input_value()
    desk.get_by_role("button", name="Undo").press("Enter")
    assert desk.locator("select[data-step]").nth(2).input_value() == "null"
    desk.keyboard.press("Control+y")
    assert desk.locator("select[data-step]").nth(2).input_value() != "null"
    assert desk.locator("#figure-data").input_value() == data
    desk.get_by_role("button", name="Save the figure").press("Enter")
    desk.get_by_text("The figure is saved in the draft.").wait_for()
    assert '"hip.flex": 88' in desk.locator("#figure-data").input_value()


def publish_it(desk: "Page") -> None:
    desk.get_by_role("link", name="Back to the exercise").click()
    desk.get_by_role("button", name=re.compile("publish", re.IGNORECASE)).last.click()
    desk.get_by_text("Published.").first.wait_for()


def loaded(picture: "Locator") -> None:
    """Fail unless the image is drawn."""
    picture.scroll_into_view_if_needed()
    picture.page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())


def see_it_in_the_list(desk: "Page", portal: Portal) -> None:
    desk.goto(f"{portal.url}/admin/routines/exercise/?q=wall")
    loaded(desk.get_by_role("row", name=re.compile(NAME)).locator("img"))


def give_it_to_margaret(desk: "Page", portal: Portal) -> None:
    desk.goto(f"{portal.url}/admin/assign/")
    desk.locator("#q").fill("Margaret")
    desk.locator("#q").press("Enter")
    desk.get_by_role("link", name=re.compile("Margaret")).first.click()
    desk.get_by_role("link", name="Start with an empty plan").click()
    desk.locator("#add-exercise").fill("legs up the wall")
    desk.get_by_role("button", name="Search", exact=True).click()
    hit = desk.locator(".picker__hit").filter(has_text=NAME)
    loaded(hit.locator("img"))
    hit.click()
    desk.get_by_role("heading", name=re.compile(NAME)).wait_for()
    desk.get_by_label("Name of the plan").fill("Evening rest")
    desk.get_by_role("button", name="Give to Margaret").click()
    desk.get_by_text("Sent.").wait_for()


def see_it_in_the_plan(phone: "Page", portal: Portal) -> None:
    phone.goto(f"{portal.url}/plan/")
    picture = phone.get_by_role("link", name=re.compile(NAME)).locator("img")
    loaded(picture)
    for light, word in (
        ({"media": "print"}, "theme=print"),
        ({"forced_colors": "active"}, "theme=contrast"),
        ({"color_scheme": "dark"}, "theme=dark"),
    ):
        phone.emulate_media(**light)
        phone.wait_for_function(
            "([image, word]) => image.currentSrc.includes(word) && image.complete && image.naturalWidth > 0",
            arg=[picture.element_handle(), word],
        )
        phone.emulate_media(media="screen", forced_colors="none", color_scheme="light")
    phone.get_by_role("link", name=re.compile(NAME)).click()
    loaded(phone.get_by_alt_text(re.compile("legs straighten towards the ceiling")))
    phone.get_by_role("button", name=re.compile("Show the movement")).click()
    phone.locator(".motion__stage svg").wait_for()
    assert_accessible(phone)


def see_it_in_the_player(phone: "Page", portal: Portal) -> None:
    phone.goto(f"{portal.url}/today/")
    phone.locator("article, section, li").filter(has_text="Evening rest").locator("a[href^='/check-in/']").last.click()
    phone.locator("label:has(input[name=pain][value='2'])").click()
    phone.locator("main form button[type=submit]").first.click()
    phone.wait_for_load_state("networkidle")  # the player is mounted once all its modules are there
    phone.locator(".player [data-do=start]").click()
    phone.locator(".player__figure svg").wait_for(timeout=30_000)
