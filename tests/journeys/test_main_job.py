"""The main job, end to end: invite, assign, remind, do, see. On SQLite, and on PostgreSQL and Redis."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from clients.views.welcome import STEPS
from tests import rig
from tests.journeys import people, player
from tests.journeys.looking import DESK, PHONE, assert_accessible, new_context, watch
from tests.journeys.portal import Portal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.conftest import Services

pytestmark = [pytest.mark.browser, pytest.mark.core, pytest.mark.long]

OWNER = "olive@elm.example"
PHYSIO = "priya@elm.example"
CLIENT = "carl@home.example"
# One of these is between 9 and 19 o'clock at any moment, outside everybody's quiet hours.
ZONES = ("Europe/London", "Asia/Kolkata", "Pacific/Auckland", "America/Los_Angeles", "Pacific/Honolulu")


def awake_zone() -> str:
    """Return a zone where it is day now, and will be for the length of this story."""
    return next(zone for zone in ZONES if 9 <= datetime.now(ZoneInfo(zone)).hour < 19)


@pytest.fixture(params=["on SQLite", pytest.param("on PostgreSQL", marks=pytest.mark.services)])
def portal(request: pytest.FixtureRequest, mail_sink: rig.MailSink) -> Iterator[Portal]:
    """A portal in an empty folder, whose mail goes to a real mail server."""
    settings = {"EMAIL_URL": mail_sink.url()}
    if request.param == "on PostgreSQL":
        services: Services = request.getfixturevalue("services")
        settings["DATABASE_URL"] = services.postgres.make_database("journey")
        settings["REDIS_URL"] = services.redis.url(5)
    with Portal(**settings) as running:
        yield running


def test_a_physiotherapist_assigns_and_the_client_does_it(
    browser: "Browser", portal: Portal, mail_sink: rig.MailSink
) -> None:
    zone = awake_zone()
    desk = new_context(browser, DESK).new_page()
    phone_context = new_context(browser, PHONE)
    phone = phone_context.new_page()
    complaints = watch(desk) + watch(phone)

    found_a_practice(desk, portal, mail_sink)
    invite_the_client(desk, portal, zone)
    accept_the_invitation(phone, portal, mail_sink)
    due = assign_knee_squeezes(desk, portal, zone)

    reminder = people.mail_to(mail_sink, CLIENT, count=3, within_s=240)
    assert datetime.now(UTC) >= due, "a reminder never comes early"
    assert "Subject: Your routine is ready" in reminder
    assert_no_health_word(reminder)

    do_the_session(phone, portal, pain=2, rocking=True)
    see_it_done(desk, portal)
    assert_accessible(desk)

    do_the_session(phone, portal, pain=5, rocking=False)
    assert complaints == []


def found_a_practice(desk: "Page", portal: Portal, sink: rig.MailSink) -> None:
    """The operator makes the practice, its owner joins and invites the physiotherapist, who joins."""
    portal.manage("import_library")
    portal.manage("create_practice", "--name", "Elm Street", "--owner-email", OWNER)
    people.join_as_staff(desk, portal, people.link_in(people.mail_to(sink, OWNER)), "Olive", "Bennett", OWNER)
    desk.goto(f"{portal.url}/admin/accounts/membership/add/")
    desk.get_by_label("E-mail").fill(PHYSIO)
    desk.get_by_label("Role").select_option("practitioner")
    desk.get_by_role("button", name=re.compile("^(Save|Invite)$")).click()
    desk.context.clear_cookies()
    link = people.link_in(people.mail_to(sink, PHYSIO))
    people.join_as_staff(desk, portal, link, "Priya", "Shah", PHYSIO)
    people.sign_the_safety_set_up(desk, portal, second_contact="Olive Bennett")
    assert_accessible(desk)


def invite_the_client(desk: "Page", portal: Portal, zone: str) -> None:
    desk.goto(f"{portal.url}/admin/")
    desk.get_by_role("link", name="New client").first.click()
    desk.get_by_label("First name").fill("Carl")
    desk.get_by_label("Last name").fill("Hansen")
    desk.get_by_label("E-mail address").fill(CLIENT)
    desk.get_by_text("Physiotherapist, time zone and more").click()
    desk.get_by_label("Time zone").select_option(zone)
    desk.get_by_role("button", name="Add and invite").click()


def accept_the_invitation(phone: "Page", portal: Portal, sink: rig.MailSink) -> None:
    """Open the link twice (a scanner did it before), accept once, sign out, sign in by code."""
    link = people.link_in(people.mail_to(sink, CLIENT))
    for _ in range(2):
        phone.goto(link)
    assert_accessible(phone)
    phone.get_by_role("button", name=re.compile("^Continue as")).click()
    phone.get_by_text("What may we call you?").wait_for()
    assert_accessible(phone)
    for number in range(1, len(STEPS) + 1):
        phone.get_by_text(f"Step {number} of {len(STEPS)}").wait_for()
        phone.get_by_role("button", name="Skip").click()
    phone.get_by_text("Priya is making your plan").wait_for()
    phone.goto(f"{portal.url}/more/")
    phone.get_by_role("button", name="Sign out", exact=True).click()
    phone.wait_for_url(re.compile(r"/in/"))
    people.sign_in_by_code(phone, portal, sink, CLIENT, mails_before=1)
    phone.get_by_text("Priya is making your plan").wait_for()
    assert_accessible(phone)
    phone.get_by_role("link", name="Safety check").first.click()
    assert_accessible(phone)
    people.answer_no_to_all(phone)


def assign_knee_squeezes(desk: "Page", portal: Portal, zone: str) -> datetime:
    """Assign the routine once a day with the rocking switched on; return when the reminder is due."""
    desk.goto(f"{portal.url}/admin/")
    desk.get_by_role("link", name="Carl Hansen").first.click()
    desk.get_by_role("link", name=re.compile("Assign")).first.click()
    desk.get_by_text("Knee squeezes: a short back easer").first.click()
    desk.get_by_label("Rocking variation (optional)", exact=True).check()
    desk.get_by_label("Times a day").fill("1")
    due = (datetime.now(ZoneInfo(zone)) + timedelta(seconds=80)).replace(second=0, microsecond=0)  # 20 s ahead or more
    desk.get_by_label("Reminder 1").fill(due.strftime("%H:%M"))
    assert_accessible(desk)
    desk.get_by_role("button", name="Give to Carl").click()
    desk.get_by_text("Knee squeezes: a short back easer").first.wait_for()
    return due


def assert_no_health_word(text: str) -> None:
    found = re.findall(r"(?i)\b(pain|back|knee|squeeze|exercis\w*|physio\w*|spine|ache|sore)\b", text)
    assert found == [], text


def do_the_session(phone: "Page", portal: Portal, *, pain: int, rocking: bool) -> None:
    """Check in, let the player run the whole session, and answer the questions after it."""
    player.check_in(phone, portal.url, pain)
    assert_accessible(phone)
    seen = player.play(phone, tick_blanket=True)
    assert_both_sides_twice(seen)
    if rocking:
        assert_the_rocking(seen)
    else:
        assert not any(moment["gate"] for moment in seen.moments)
        assert seen.where("not today", part="note"), "the reason is given"
        assert not seen.where("Rock gently")
    phone.get_by_role("button", name="Next: how was it?").click()
    phone.get_by_text("How is your pain now?").wait_for()
    phone.locator(f"button[name=pain_after][value='{pain - 1}']").click()
    with phone.expect_navigation():
        phone.locator(f"button[name=pain_peak][value='{pain}']").click()
    effort = phone.get_by_role("button", name="About right")
    lightest = phone.locator("main form button.choice, main form .pain button").first
    lightest.wait_for()
    while not effort.is_visible():  # where a rule reads the leg, it is asked for too
        with phone.expect_navigation():
            lightest.click()
        lightest.wait_for()
    effort.click()
    phone.get_by_text("All done, Carl.").wait_for()
    assert_accessible(phone)


def assert_both_sides_twice(seen: player.Seen) -> None:
    """One knee, then the other, twice each; both knees; then back, a roll to one side and sitting up."""
    squeezes = seen.where("draw one knee towards your chest")
    assert [side for side in ("Left side", "Right side") for moment in squeezes if side in moment["chip"]]
    for side in ("Left side", "Right side"):
        assert len([moment for moment in squeezes if side in moment["chip"]]) >= 2, side
    assert all("breathe out" in (moment["cue"] + moment["ring"]).lower() for moment in squeezes)
    order = seen.order_of(
        "Bend your knees and put your feet flat",
        "draw one knee towards your chest",
        "bring both knees to your chest",
        "go back to the starting position",
        "Turn on to one side and sit up",
    )
    assert order == sorted(order)
    assert order[0] >= 0
    assert all("breathe out" in moment["cue"].lower() for moment in seen.where("go back to the starting position"))


def assert_the_rocking(seen: player.Seen) -> None:
    """Offered after the blanket is ticked: in-breath, chin to knees, rocks, circles both ways, focus points shown."""
    assert any(moment["gate"] for moment in seen.moments)
    order = seen.order_of(
        "Breathe in as you draw both knees in",
        "Raise your chin towards your knees",
        "Rock gently from side to side",
        "slow circles with your knees in one direction",
        "Circle the other way",
        "go back to the starting position",
    )
    assert order == sorted(order)
    assert order[0] >= 0
    for moment in seen.where("Rock gently"):
        assert "thick blanket" in moment["focus"]
        assert "slow, controlled and rhythmic" in moment["focus"]


def see_it_done(desk: "Page", portal: Portal) -> None:
    desk.goto(f"{portal.url}/admin/")
    row = desk.get_by_role("row").filter(has_text="Carl Hansen")
    assert "1/1" in row.inner_text()
    assert re.search(r"pain 2 before, 1 after", row.inner_text())
