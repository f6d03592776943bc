"""The player's page in a real browser: what a client does, and what is never lost."""

from typing import TYPE_CHECKING

import pytest

from tests.clients.player import harness

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page
from tests.clients.player.visit import HIDE, LISTEN, Visit

pytestmark = pytest.mark.browser


def test_a_client_does_the_knee_squeeze_and_the_server_learns_all_of_it(visit: Visit) -> None:
    visit.server.bundle = harness.bundle([harness.knee_squeezes()])
    visit.open()
    assert visit.text("heading") == "Morning back and hips"
    visit.begin()
    assert visit.text("chip") == "Left side · 1 of 2"
    assert visit.text("cue") == "Breathe out"
    assert "draw one knee" in visit.text("figure")
    visit.wait(12)
    assert visit.text("cue") == "Breathe in"
    visit.wait(4)
    assert visit.text("chip") == "Right side · 1 of 2"
    visit.wait(64 - 16 + 18 + 1)
    assert "thick blanket" in visit.text("figure")
    focus = visit.page.locator(".player__stage [data-part=focus] li")
    assert focus.count() == 2
    assert "thick blanket" in focus.nth(0).inner_text()
    assert "slow" in focus.nth(1).inner_text()
    visit.wait(79)
    assert focus.count() == 0
    assert "starting position" in visit.text("figure")
    visit.wait_for_screen("finished")
    visit.page.wait_for_function("() => document.querySelector('[data-part=status]').hidden")
    assert visit.server.types() == [
        "started", "item_started", "equipment_confirmed", "set_done", "set_done", "set_done", "finished",
    ]  # fmt: skip
    visit.page.clock.resume()
    visit.page.locator("[data-do=ok]").click()
    visit.page.wait_for_url("**/done/")


def test_at_pain_5_the_rocking_is_left_out_with_a_calm_reason(visit: Visit) -> None:
    visit.server.bundle = harness.bundle([harness.knee_squeezes()], pain={**harness.bundle()["pain"], "before": 5})
    visit.open()
    visit.tap("start")
    assert visit.screen() == "ready"
    assert visit.text("note") == "Rocking variation: not today. It is for days when your pain is 3 or less."
    visit.wait_for_screen("finished", limit=300)
    assert "equipment_confirmed" not in visit.server.types()


def test_the_screen_reader_hears_milestones_and_never_each_second(visit: Visit) -> None:
    visit.server.bundle = harness.bundle([harness.item(1, "side-bridge-knees")])
    visit.open()
    visit.page.evaluate(LISTEN)
    visit.tap("start")
    while visit.screen() != "finished":
        visit.wait(0.5)  # no jumps: what is said names the seconds that are left
    heard = [text.replace("\u00a0", "") for text in visit.page.evaluate("() => window.heard") if text]
    assert heard == [
        "Side bridge from the knees. 2 each side, hold 8 seconds. Starts in 5 seconds.",
        "Lie on your side on one elbow, knees bent, top hand on the lower shoulder or hip.",
        "Set 1 of 2. Left side. Breathe out and lift your hips forward and up.",
        "Hold and breathe.",
        "Lower.",
        "Change sides. Right side.",
        "Set 1 of 2. Right side.",
        "Rest, 45 seconds. Next: Side bridge from the knees, Set 2 of 2, Left side.",
        "Set 2 of 2. Left side.",
        "Change sides. Right side.",
        "Set 2 of 2. Right side.",
        "That’s it. Well done.",
    ]
    assert visit.page.locator("[role=timer]").get_attribute("aria-live") == "off"


def test_a_session_goes_by_keyboard_alone(visit: Visit) -> None:
    visit.server.bundle = harness.bundle(
        [harness.item(1, "side-bridge-knees", easier=harness.knee_squeezes()["easier"])]
    )
    visit.open()
    keys = visit.page.keyboard
    visit.page.locator("[data-part=big]").focus()
    keys.press("Enter")
    visit.settle()
    assert focused(visit.page) == "pause"
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    visit.settle()
    assert visit.screen() == "work"
    keys.press("Space")
    visit.settle()
    assert visit.screen() == "paused"
    assert focused(visit.page) == "big"
    keys.press("Enter")
    visit.settle()
    assert visit.screen() == "work"
    assert focused(visit.page) == "pause"
    keys.press("Escape")
    visit.settle()
    assert visit.screen() == "paused"
    visit.tap("hurts")
    assert visit.page.evaluate("() => document.activeElement.id") == "hurts-title"
    keys.press("Tab")
    keys.press("Tab")
    keys.press("ArrowDown")
    visit.settle()
    keys.press("Escape")
    visit.settle()
    assert visit.page.locator("dialog[open]").count() == 0
    assert visit.page.locator("[data-do=hurts]:focus").count() == 1
    for _ in range(20):  # a busy machine takes its time to send
        visit.wait(1)
        if "hurt" in visit.server.types():
            break
    assert "hurt" in visit.server.types()


def focused(page: "Page") -> str:
    """Return the part of the player that has the focus."""
    part: str = page.evaluate("() => document.activeElement.dataset.part || document.activeElement.tagName")
    return part


def test_this_hurts_stops_asks_and_offers_ways_on(visit: Visit) -> None:
    visit.open()
    visit.begin()
    digit = visit.text("digit")
    visit.tap("hurts")
    visit.wait(30)
    dialog = visit.page.locator("dialog[open]")
    assert dialog.locator("input:checked").count() == 0
    carry_on = dialog.locator("[data-do=carry_on]")
    assert not carry_on.is_visible()
    dialog.locator('[name=hurt][value="4"]').check()
    visit.settle()
    assert carry_on.is_visible()
    dialog.locator('[name=hurt][value="8"]').check()
    visit.settle()
    assert not carry_on.is_visible()
    assert dialog.get_by_text("Priya will see this").is_visible()
    visit.tap("close")
    assert visit.screen() == "paused"
    visit.tap("carry_on")
    assert visit.text("digit") == digit
    visit.page.clock.resume()
    visit.page.locator("[data-do=leave]").click()
    visit.page.wait_for_url("**/today/")
    hurt = next(event for event in visit.server.events.values() if event["type"] == "hurt")
    assert hurt["data"] == {"value": 8}


def test_a_page_that_was_closed_in_the_second_set_carries_on_there(
    context: "BrowserContext", visit: Visit, server: harness.PlayerServer
) -> None:
    server.bundle = harness.bundle([harness.item(1, "side-bridge-knees"), harness.item(2, "cat-camel")])
    server.answer_with = 503  # nothing of it is on the server
    visit.open()
    visit.tap("start")
    for _ in range(6):
        visit.tap("next")
    assert "Set 2 of 2" in visit.text("chip")
    visit.wait(10)
    visit.page.close()
    again = Visit(context, server).open()
    assert "You stopped at Side bridge from the knees, set 2 of 2." in again.text("lines")
    server.answer_with = None
    again.tap("start")
    again.wait(5.5)
    assert again.text("chip").startswith("Set 2 of 2 · Left side")
    again.page.wait_for_timeout(300)
    assert server.types().count("started") == 1
    assert server.types().count("item_started") == 1
    assert again.complaints == []


def test_a_session_done_offline_is_sent_once_when_the_network_is_back(
    context: "BrowserContext", visit: Visit, server: harness.PlayerServer
) -> None:
    losses = iter([True, False] * 50)
    server.lose = lambda: next(losses)
    server.bundle = harness.bundle([harness.item(1, "cat-camel")])
    visit.open(clock=False)
    context.set_offline(True)
    visit.tap("start")
    for _ in range(4):
        visit.tap("next")
    assert visit.screen() == "finished"
    visit.page.get_by_text("You are offline. We saved this on your phone").wait_for()
    visit.page.get_by_text("entries wait to be sent").wait_for()
    assert server.events == {}
    visit.tap("ok")
    visit.page.wait_for_timeout(200)
    assert visit.page.url.endswith("/session/"), "no page of the browser's own about a missing network"
    context.set_offline(False)
    visit.page.locator("[data-part=status]").wait_for(state="hidden", timeout=20_000)
    assert sorted(server.types()) == ["finished", "item_started", "set_done", "started"]
    assert len(server.requests) > 1, "an answer was really lost"


def test_leaving_offline_stays_on_the_page_to_carry_on(context: "BrowserContext", visit: Visit) -> None:
    visit.open(clock=False)
    visit.tap("start")
    visit.tap("gate_leave_out")
    context.set_offline(True)
    visit.tap("leave")
    visit.page.get_by_text("You stopped at Knee squeezes.").wait_for()
    visit.page.get_by_text("You are offline.").wait_for()
    context.set_offline(False)
    visit.tap("start")
    assert visit.screen() == "ready"


def test_what_was_done_is_stored_before_the_screen_changes(visit: Visit) -> None:
    visit.page.add_init_script(
        """
        window.order = [];
        const {add} = IDBObjectStore.prototype;
        const {transaction} = IDBDatabase.prototype;
        IDBDatabase.prototype.transaction = function (...all) {
          const begun = transaction.apply(this, all);
          begun.types = [];
          begun.addEventListener("complete", () => window.order.push(...begun.types));
          return begun;
        };
        IDBObjectStore.prototype.add = function (entry) {
          this.transaction.types.push(`stored ${entry.event.type}`);
          return add.call(this, entry);
        };
        addEventListener("DOMContentLoaded", () => {
          const player = document.querySelector(".player");
          const show = () => window.order.push(`shown ${player.dataset.screen}`);
          new MutationObserver(show).observe(player, {attributes: true, attributeFilter: ["data-screen"]});
        });
        """
    )
    visit.server.bundle = harness.bundle([harness.item(1, "cat-camel")])
    visit.open()
    for action in ("start", "next", "pause", "finish"):
        visit.tap(action)
    order = [each for each in visit.page.evaluate("() => window.order") if each != "shown start"]
    changed = [each for index, each in enumerate(order) if index == 0 or each != order[index - 1]]
    assert changed == [
        "stored started",
        "stored item_started",
        "shown ready",
        "shown work",
        "stored paused",
        "shown paused",
        "stored finished",
        "shown finished",
    ]


def test_a_tab_that_was_hidden_for_a_minute_is_paused_and_not_ahead(visit: Visit) -> None:
    visit.open()
    visit.begin()
    words = visit.text("figure")
    visit.page.evaluate(HIDE, True)
    visit.page.clock.run_for(60_000)
    visit.page.evaluate(HIDE, False)
    visit.settle()
    assert visit.screen() == "paused"
    assert "We paused while you were away." in visit.text("lines")
    assert visit.text("figure") == words


def test_without_a_check_in_the_pain_is_asked_where_a_part_needs_it(visit: Visit) -> None:
    visit.server.bundle = harness.bundle(pain={**harness.bundle()["pain"], "before": None})
    visit.open()
    visit.tap("start")
    assert visit.page.get_by_text("How is your pain right now?").is_visible()
    visit.page.locator("[data-part=gateAdd]").click()
    visit.settle()
    assert visit.page.locator("[data-part=gateProblem]").is_visible()
    visit.page.locator('[name=gate_pain][value="2"]').check()
    visit.page.locator("[data-part=gateAdd]").click()
    visit.settle()
    assert visit.page.locator("[name=gate_equipment]").is_visible()
    assert not visit.page.get_by_text("How is your pain right now?").is_visible()
    visit.page.locator("[name=gate_equipment]").check()
    visit.page.locator("[data-part=gateAdd]").click()
    visit.settle()
    assert visit.screen() == "ready"


def test_a_player_that_cannot_start_leaves_the_list(context: "BrowserContext", server: harness.PlayerServer) -> None:
    server.bundle = harness.bundle([harness.item(1, "cat-camel")])
    page = context.new_page()
    page.route("**/code/*.js", lambda route: route.abort())
    page.goto(f"{server.url}/session/")
    page.get_by_role("button", name="Mark done").wait_for()
    assert not page.locator(".player").is_visible()


def test_an_ended_sign_in_keeps_the_queue_and_the_new_token_is_used(
    context: "BrowserContext", visit: Visit, server: harness.PlayerServer
) -> None:
    server.token = "rotated"
    visit.open(clock=False)
    visit.tap("start")
    visit.tap("gate_leave_out")
    visit.tap("pause")
    link = visit.page.get_by_role("link", name="Sign in")
    link.wait_for()
    assert server.events == {}
    context.add_cookies([{"name": "csrftoken", "value": "rotated", "url": server.url}])
    # The link goes when the queue is sent again, before that is answered.
    with visit.page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        visit.page.evaluate("() => window.dispatchEvent(new Event('online'))")
    link.wait_for(state="detached")
    assert "item_started" in server.types(), "which takes nothing without the new token"


def test_two_accounts_on_one_device_have_two_stores(context: "BrowserContext", visit: Visit) -> None:
    visit.server.answer_with = 503
    visit.open()
    visit.tap("start")
    visit.page.goto("about:blank")  # the first account's page is gone before the network is back
    visit.server.bundle = harness.bundle(account="another")
    visit.server.answer_with = None
    visit.open(clock=False)
    names = visit.page.evaluate("async () => (await indexedDB.databases()).map((each) => each.name)")
    assert {"steadyback-0123456789abcdef", "steadyback-another"} <= set(names)
    assert visit.server.events == {}, "what the first account did is not sent in the name of the second"


def test_a_device_without_a_store_sends_at_once_and_says_that_it_cannot_keep(visit: Visit) -> None:
    visit.page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    visit.server.answer_with = 503
    visit.page.goto(f"{visit.server.url}/session/")
    visit.page.locator(".player [data-do=start]").click()
    visit.page.locator("[data-do=gate_leave_out]").click()
    visit.page.locator("[data-do=pause]").click()
    visit.page.get_by_text("This phone cannot save").wait_for()
    assert visit.server.requests
