"""A session played to its end in the browser, with the clock turned by the test, and what was shown on the way."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tests import rig

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHOWN = """() => {
  const part = name => {
    const element = document.querySelector(`[data-part="${name}"]`);
    return element && element.checkVisibility() ? element.innerText.trim() : "";
  };
  return {
    screen: document.querySelector(".player").dataset.screen,
    heading: part("heading"), chip: part("chip"), cue: part("cue"), words: part("figure"),
    focus: part("focus"), ring: part("ring"), note: part("note"),
    gate: part("gate") && document.querySelector("[data-part=gate]").dataset.question,
  };
}"""
# What every account on this phone has stored: of its sessions, or of its safety checks.
STORED = """async (suffix) => {
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const names = (await indexedDB.databases()).map(({ name }) => name);
  const isWanted = (name) => /^steadyback-[^-]+/.test(name) && name.endsWith("-safety") === (suffix === "-safety");
  const found = [];
  for (const name of names.filter(isWanted)) {
    const database = await asked(indexedDB.open(name));
    if (database.objectStoreNames.contains("events")) {
      found.push(...await asked(database.transaction("events").objectStore("events").getAll()));
    }
    database.close();
  }
  return found.map(({ state, detail }) => [state, detail]);
}"""
# A jump of the clock passes deadlines too, so the store first ends what it was asked to write: a read of it comes after
# every write that was begun.
LOOK = f"async () => {{ await ({STORED})(''); return ({SHOWN})(); }}"
LONGEST_S = 900
STEP_MS = 1900  # a jump draws one picture where a run draws sixty a second; below two seconds nothing is passed over
PAUSE_S = 1  # the clock is stopped so far ahead of where it is


@dataclass
class Seen:
    """What the player showed, second by second, each different picture once, in order."""

    moments: list[dict[str, str]] = field(default_factory=list)

    def add(self, moment: dict[str, str]) -> None:
        if not self.moments or self.moments[-1] != moment:
            self.moments.append(moment)

    def where(self, words: str, *, part: str = "words") -> list[dict[str, str]]:
        """The moments in which a part of the screen held the words."""
        return [moment for moment in self.moments if words.lower() in str(moment[part]).lower()]

    def order_of(self, *texts: str) -> list[int]:
        """The first moment of each text; -1 where it was never shown."""
        return [
            next((at for at, moment in enumerate(self.moments) if text.lower() in moment["words"].lower()), -1)
            for text in texts
        ]


def wait_until_sent(phone: "Page", *, suffix: str = "") -> None:
    """Wait until the server has all that the phone stored; a request without an answer is given up after 15 s.

    suffix: "" for the events of sessions, "-safety" for safety checks. Fails with what the server refused.
    """

    def all_are_sent() -> bool:
        found = phone.evaluate(STORED, suffix)
        refused = [detail for state, detail in found if state == "refused"]
        assert not refused, refused
        return {state for state, _ in found} == {"sent"}

    rig.wait_for(all_are_sent, within_s=60, what="all of it is sent")


def check_in(phone: "Page", url: str, pain: int) -> None:
    """Start today's session with a pain answer; the page's clock is ours from here on."""
    phone.clock.install(time=datetime.now())  # noqa: DTZ005  the browser's own clock
    phone.goto(f"{url}/today/")
    phone.locator("main a[href^='/check-in/']").first.click()
    phone.locator(f"label:has(input[name=pain][value='{pain}'])").click()
    phone.locator("main form button[type=submit]").first.click()


def play(phone: "Page", *, tick_blanket: bool) -> Seen:
    """Tap Start and let the session run; answer the questions of extra parts. Returns what was shown."""
    seen = Seen()
    phone.locator("[data-do=start]").click()
    # What was done is stored before the screen changes; on a busy machine a second of ours is over sooner.
    phone.locator(".player:not([data-screen=start])").wait_for()
    # From here on time passes by jumps alone, however long this machine takes from one to the next.
    phone.clock.pause_at(phone.evaluate("() => Date.now() / 1000") + PAUSE_S)
    for _ in range(LONGEST_S):
        moment = phone.evaluate(LOOK)
        seen.add(moment)
        if moment["gate"]:
            if tick_blanket and moment["gate"] == "equipment":
                phone.locator("label:has(input[name=gate_equipment])").click()
                phone.locator("[data-part=gateAdd]").click()
            else:
                phone.locator("[data-do=gate_leave_out]").click()
            # The answer is stored before the screen changes, so the question may stand for a moment.
            phone.locator("[data-part=gate]").wait_for(state="hidden")
            continue
        if moment["screen"] == "finished":
            phone.clock.resume()
            return seen
        phone.clock.fast_forward(STEP_MS)
    raise AssertionError(f"not finished after {LONGEST_S} s: {seen.moments[-1]}")
