"""A whole session without a network: killed in each state, finished, and sent through a network that loses answers."""

import json
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests import rig
from tests.journeys.dying import GIVE_PLAN, Dying, at_set, states
from tests.journeys.looking import DESK, PHONE, assert_accessible, new_context
from tests.journeys.losing import LosingProxy
from tests.journeys.people import enter
from tests.journeys.phone import WITHOUT_SYNC, Phone, begin_offline
from tests.journeys.portal import Portal

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

# Sends all events again, in one request, as a phone does that did not hear the answer.
AGAIN = """async (events) => {
  const token = document.cookie.split("; ").find((each) => each.startsWith("csrftoken=")).slice(10);
  try {
    const answer = await fetch("/api/v1/events/", { method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify({ events }) });
    return (await answer.json()).results.map(({ status }) => status);
  } catch { return null; }
}"""
ON_THE_SERVER = """
import json
from clients.models import Event, Session
from portal.accounts.tenancy import all_practices
with all_practices():
    session = Session.objects.get(pk="{session}")
    events = [[str(each.pk), each.type, each.at.isoformat()] for each in Event.objects.filter(session=session)]
    print("FOUND", json.dumps(dict(
        events=events, version=session.version_id, state=session.state, note=session.note,
        on=str(session.occurrence_on),
        pains=[session.pain_before, session.pain_peak, session.pain_after], client=session.client.first_name,
        of_client=Session.objects.filter(client=session.client, started_at__gte=session.started_at).count(),
    )))
"""
REPLAYS = 10


def on_the_server(portal: Portal, session: str) -> dict[str, Any]:
    printed = portal.manage("shell", "-v", "0", "-c", ON_THE_SERVER.format(session=session))
    found: dict[str, Any] = json.loads(printed.partition("FOUND ")[2])
    return found


def die_in_every_state(phone: Phone) -> list[str]:
    """Kill the page in each state of a session that is not stopped, end it, and return the states."""
    dying = Dying(phone)
    first = dying.before_the_first_set()
    dying.standing_still(dying.between_sets(first))
    dying.choosing()
    dying.finished()
    return dying.died


def answer_afterwards(phone: Phone) -> None:
    """Answer what is asked after a session."""
    phone.tap("ok")
    phone.page.get_by_role("heading", name="How is your pain now?").wait_for()
    assert_accessible(phone.page)
    phone.page.locator("label:has(input[name=pain_after][value='4'])").click()
    phone.page.locator("label:has(input[name=pain_peak][value='5'])").click()
    phone.page.get_by_label("Anything to tell your physiotherapist?").fill("Left knee was stiff.")
    phone.page.get_by_role("button", name="Finish").click()
    phone.page.get_by_role("heading", name="All done.").wait_for()


def test_a_session_done_without_a_network_is_held_once_by_the_server(browser: "Browser", new_demo: Portal) -> None:
    begun = time.monotonic()
    context = new_context(browser, PHONE, service_workers="allow")
    context.set_default_timeout(30_000)
    context.add_init_script(WITHOUT_SYNC)
    with LosingProxy(new_demo.url, share=0.3, seed=6) as proxy:
        phone = Phone(context, proxy)
        new_demo.manage("shell", "-v", "0", "-c", GIVE_PLAN)
        enter(phone.page, proxy, "Henry Clarke")
        phone.make_ready()

        phone.network(there=False)
        session = begin_offline(phone)
        died = die_in_every_state(phone)
        assert set(died) == states() - {"stopped"}
        answer_afterwards(phone)
        told = phone.entries()
        assert {each["state"] for each in told} == {"waiting"}
        assert {each["session"] for each in told} == {session}

        # The network is back, but the session of this browser has ended, and the next sign-in makes a new token.
        context.clear_cookies(name="sessionid")
        phone.network(there=True)
        phone.open("/offline/")
        phone.page.locator("[data-module='clients/offline/home'][data-ready]").wait_for()
        phone.page.evaluate("window.dispatchEvent(new Event('online'))")
        phone.open("/today/")
        phone.page.get_by_role("heading", name="Sign in").wait_for()
        phone.page.get_by_text("Sign in to send 1 saved session.").wait_for()
        assert {each["state"] for each in phone.entries()} == {"waiting"}, "signed out, nothing is lost"
        old_token = next(each["value"] for each in context.cookies() if each["name"] == "csrftoken")
        enter(phone.page, proxy, "Henry Clarke")
        assert next(each["value"] for each in context.cookies() if each["name"] == "csrftoken") != old_token
        phone.open("/today/")
        rig.wait_for(phone.has_sent_all, within_s=20, what="all events to be sent")
        phone.open("/today/")  # which is loaded anew once all is sent
        replays = [phone.page.evaluate(AGAIN, [clean(each) for each in told]) for _ in range(REPLAYS)]

        found = on_the_server(new_demo, session)
        arrived = sum(proxy.sent.values())
        print(
            f"killed in {len(died)} states; events {len(told)}, sent {arrived}, "
            f"answers lost {proxy.lost} of {proxy.posts}, duplicates that arrived {arrived - len(proxy.sent)}, "
            f"held {len(found['events'])}; "
            f"{time.monotonic() - begun:.0f} s"
        )
        assert proxy.lost > 0
        assert None in replays, "answers of replays were lost as well"
        assert {status for statuses in replays if statuses for status in statuses} == {200}, "the same answer each time"
        assert sorted(id_ for id_, _, _ in found["events"]) == sorted(each["id"] for each in told), "each event once"
        assert {id_: at for id_, _, at in found["events"]} == {each["id"]: in_utc(each["at"]) for each in told}
        started = next(each for each in told if each["type"] == "started")
        assert found["version"] == started["data"]["version"]
        assert found["on"] == started["data"]["on"]
        assert (found["state"], found["pains"], found["note"]) == ("finished", [3, 5, 4], "Left knee was stiff.")
        assert (found["client"], found["of_client"]) == ("Henry", 1)

        another_on_the_same_phone(phone)
        signed_out(phone)


def test_a_session_that_was_stopped_is_over_after_a_kill_and_the_safety_questions_come(
    browser: "Browser", new_demo: Portal
) -> None:
    context = new_context(browser, PHONE, service_workers="allow")
    context.set_default_timeout(30_000)
    context.add_init_script(WITHOUT_SYNC)
    with LosingProxy(new_demo.url, share=0.3, seed=6) as proxy:
        phone = Phone(context, proxy)
        enter(phone.page, proxy, "David Chen")
        phone.make_ready()
        phone.network(there=False)
        phone.open("/in/")
        expect(phone.page.get_by_text("You need the internet to sign in.")).to_be_visible()
        expect(phone.page.get_by_role("link", name="Start session")).to_be_visible()
        session = begin_offline(phone)
        phone.tap("start")
        at_set(phone)
        phone.tap("stop")
        phone.screen("stopped")
        kept = len(phone.entries())
        phone.die()
        phone.open("/today/")
        phone.page.get_by_role("link", name="Safety check").wait_for()
        assert_accessible(phone.page)
        phone.page.get_by_role("link", name="Safety check").click()
        phone.screen("stopped")
        phone.page.locator("dialog[open]").get_by_role("heading").first.wait_for()
        told = phone.entries()
        assert len(told) == kept
        phone.network(there=True)
        phone.open("/today/")
        rig.wait_for(phone.has_sent_all, within_s=20, what="all events to be sent")
        found = on_the_server(new_demo, session)
        assert sorted(id_ for id_, _, _ in found["events"]) == sorted(each["id"] for each in told), "each event once"
        assert [kind for _, kind, _ in found["events"]].count("stopped") == 1


def test_a_rest_without_a_network_is_told_once_the_network_is_back(browser: "Browser", new_demo: Portal) -> None:
    context = new_context(browser, PHONE, service_workers="allow")
    context.add_init_script(WITHOUT_SYNC)
    with LosingProxy(new_demo.url, share=0, seed=6) as proxy:
        phone = Phone(context, proxy)
        enter(phone.page, proxy, "Janet Moss")
        phone.make_ready()
        phone.network(there=False)
        phone.open("/today/")
        phone.page.get_by_role("link", name="Start session").first.click()
        phone.page.locator("label:has(input[name=pain][value='7'])").click()
        phone.page.get_by_role("button", name="Start session").click()
        phone.page.get_by_role("heading", name="Go gently today").wait_for()
        assert_accessible(phone.page)
        phone.page.get_by_role("button", name="Rest today and tell the clinic").click()
        phone.page.get_by_role("heading", name="Rest is fine").wait_for()
        assert_accessible(phone.page)
        assert [(each["type"], each["data"]["pain"], each["state"]) for each in phone.entries()] == [
            ("rest_day", 7, "waiting")
        ]
        phone.network(there=True)
        phone.open("/today/")
        phone.page.get_by_text("Not today. That is fine.").first.wait_for()
        rig.wait_for(phone.has_sent_all, within_s=20, what="the rest to be sent")
    desk = new_context(browser, DESK).new_page()
    desk.set_default_timeout(60_000)
    enter(desk, new_demo, "Priya Shah")
    desk.get_by_role("row", name=re.compile("Janet Moss")).get_by_text("rest", exact=False).first.wait_for()


def another_on_the_same_phone(phone: Phone) -> None:
    """Somebody else signs in on this device, and sees nothing of Henry's without a network either."""
    henry = phone.page.evaluate("() => localStorage.getItem('steadyback-account')")
    enter(phone.page, phone.proxy, "Margaret Hill")
    phone.page.locator("html[data-kept]").wait_for(state="attached")
    names = "async () => (await indexedDB.databases()).map(({ name }) => name)"
    # The browser deletes a database when the last page lets go of it, also one that it holds ready to go back to.
    rig.wait_for(
        lambda: f"steadyback-{henry}-kept" not in phone.page.evaluate(names),
        within_s=15,
        what="the plans of the one before are gone",
    )
    phone.network(there=False)
    phone.open("/today/")
    phone.page.locator("[data-module='clients/offline/home'][data-ready]").wait_for()
    assert phone.page.get_by_role("link", name="Carry on").count() == 0
    phone.network(there=True)


def signed_out(phone: Phone) -> None:
    """After signing out the device holds nothing."""
    phone.open("/more/")
    phone.page.locator("[data-module='clients/offline/sign-out'][data-ready]").wait_for()
    phone.page.get_by_role("button", name="Sign out", exact=True).click()
    phone.page.get_by_role("heading", name="Sign in").wait_for()
    left = phone.page.evaluate(
        "async () => [(await indexedDB.databases()).length, (await caches.keys()).length, localStorage.length]"
    )
    assert left == [0, 0, 0]


def clean(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "state"}


def in_utc(at: str) -> str:
    """Return an instant as the server writes it."""
    return datetime.fromisoformat(at).astimezone(UTC).isoformat()
