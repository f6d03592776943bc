"""A page that dies in each state of the player's state machine, and what the session goes on with."""

import re
from dataclasses import dataclass
from typing import Final

from tests import rig
from tests.journeys.phone import Phone
from tests.journeys.player import SHOWN

ENGINE: Final = rig.ROOT / "clients/static/clients/player/engine.js"
MOST_STEPS: Final = 30  # more than the plan of GIVE_PLAN has
GIVE_PLAN: Final = """
from datetime import timedelta
from django.utils import timezone
from clients.models import Client
from portal.accounts.tenancy import all_practices, practice_scope
from tests.clients.plans import give_plan
with all_practices():
    henry = Client.objects.select_related("practice", "lead").get(first_name="Henry", last_name="Clarke")
with practice_scope(henry.practice):
    give_plan(
        henry, "knee-squeezes", "side-leg-raise", "cat-camel", "glute-bridge",
        starts_on=timezone.now().date() - timedelta(days=1), opted_in=("rocking",),
        one_of=("cat-camel", "glute-bridge"),
    )
"""
# The taps that lead from a set to each state in which the set stands still.
STANDING: Final = {
    "paused": ("pause",),
    "hurts": ("hurts",),
    "how": ("how",),
    "swap": ("pause", "easier"),
    "skip": ("pause", "skip_ask"),
    "settings": ("pause", "settings"),
}


@dataclass(frozen=True)
class Place:
    """Where a set is: its exercise, and its number, side and repetition as the screen says them."""

    exercise: str
    chip: str


def states() -> set[str]:
    """Return the states of the state machine, from its table of transitions."""
    table = ENGINE.read_text(encoding="utf-8").partition("export const TRANSITIONS = {")[2].partition("\n};")[0]
    return set(re.findall(r"^  (\w+): \{", table, re.MULTILINE))


def go_on(phone: Phone) -> None:
    """Tap to the next step, and wait until it is shown: what was done is stored before the screen changes."""
    before = phone.page.evaluate(SHOWN)
    phone.tap("gate_leave_out" if before["screen"] == "gate" else "next")
    rig.wait_for(lambda: phone.page.evaluate(SHOWN) != before, within_s=20, what="the next step")


def to_screen(phone: Phone, wanted: str) -> None:
    """Go on, a tap at a time, until that screen."""
    for _ in range(MOST_STEPS):
        if phone.page.evaluate(SHOWN)["screen"] == wanted:
            return
        go_on(phone)
    raise AssertionError(f"{wanted} never came")


def at_set(phone: Phone) -> Place:
    """Go on to a set, past the questions of an extra part and the steps around the sets."""
    for _ in range(MOST_STEPS):
        to_screen(phone, "work")
        shown = phone.page.evaluate(SHOWN)
        if shown["chip"]:
            return Place(shown["heading"], shown["chip"])
        go_on(phone)
    raise AssertionError("no set ever began")


class Dying:
    """Kills the page of a phone again and again, carries on each time, and remembers in which states."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.died: list[str] = []

    def die(self, state: str, *, says: str = "") -> None:
        """Die in a state; reopened, the app says where it stopped."""
        kept = len(self.phone.entries())
        self.phone.die()
        said = self.phone.carry_on()
        assert says in said, f"killed in {state}: {said}"
        if not says:
            assert "You stopped at" not in said, f"killed in {state}"
        assert len(self.phone.entries()) >= kept, "nothing that was done is lost"
        self.died.append(state)
        self.phone.tap("start")
        self.phone.page.locator(".player:not([data-screen=start])").wait_for()

    def before_the_first_set(self) -> Place:
        """Die before the first set of Henry's plan and in it; return where it goes on."""
        phone = self.phone
        self.die("start")
        phone.screen("gate")
        self.die("gate", says="Knee squeezes")
        phone.screen("gate")
        phone.page.locator("label:has(input[name=gate_equipment])").click()
        phone.page.locator("[data-part=gateAdd]").click()
        phone.screen("ready")
        exercise = phone.page.locator("[data-part=heading]").inner_text()
        self.die("ready", says=exercise)
        phone.screen("ready")  # what was confirmed is not asked again
        first = at_set(phone)
        assert first.exercise == exercise
        self.die("work", says=exercise)
        assert at_set(phone) == first
        return first

    def between_sets(self, first: Place) -> Place:
        """Go on to the exercise with two sides and two sets; die at the change of side and in the rest."""
        phone = self.phone
        left = first
        while left.exercise == first.exercise:
            go_on(phone)
            left = at_set(phone)
        assert left.chip.startswith("Set 1 of 2 · Left side")
        phone.tap("next")
        phone.screen("switch")
        self.die("switch", says=f"{left.exercise}, set 1")
        right = at_set(phone)
        assert right == Place(left.exercise, left.chip.replace("Left", "Right"))
        phone.tap("next")
        phone.screen("rest")
        self.die("rest", says=f"{left.exercise}, set 2")
        second = at_set(phone)
        assert second == Place(left.exercise, left.chip.replace("Set 1 of 2", "Set 2 of 2"))
        return second

    def standing_still(self, place: Place) -> None:
        """Die in each dialog over a set, in its pause, and after it was left."""
        phone = self.phone
        for state, taps in STANDING.items():
            for action in taps:
                phone.tap(action)
                phone.shows({"pause": "paused", "skip_ask": "skip", "easier": "swap"}.get(action, action))
            self.die(state, says=f"{place.exercise}, set 2")
            assert at_set(phone) == place, f"killed in {state}"
        phone.tap("leave")
        phone.page.locator("[data-module='clients/offline/home'][data-ready]").wait_for()
        self.die("left", says=f"{place.exercise}, set 2")
        assert at_set(phone) == place

    def choosing(self) -> None:
        """Die where one of two exercises is to be chosen, and in the one that was."""
        phone = self.phone
        to_screen(phone, "choice")
        self.die("choice")
        phone.screen("choice")
        second = phone.page.locator("[data-do=choose]").filter(visible=True).nth(1)
        second.click()
        phone.page.locator(".player:not([data-screen=choice])").wait_for()
        chosen = at_set(phone)
        self.die("work", says=chosen.exercise)
        assert at_set(phone) == chosen

    def finished(self) -> None:
        """End the session, say that it hurts, and die before the tap that follows."""
        phone = self.phone
        phone.tap("hurts")
        phone.page.locator("dialog[open] label:has(input[name=hurt][value='4'])").click()
        phone.tap("finish")
        phone.screen("finished")
        address, kept = phone.page.url, len(phone.entries())
        phone.die()
        phone.page.goto(address)
        phone.screen("finished")
        assert len(phone.entries()) == kept
        self.died.append("finished")
