"""The player in Chromium: how true its clock stays in real time, and how quickly it answers on a slow phone.

BENCH_DRIFT_MINUTES=10 watches the clock for ten minutes instead of two.
"""

import json
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.benchmarks.run import Figure
from tests.clients.player import harness
from tests.conftest import CHROMIUM, CHROMIUM_OPTIONS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SLOWER = 6  # a phone against this machine
VISITS = 5  # to the slow phone: what one of them took longer for is other work on the machine
PHONE = {"width": 390, "height": 844}
IN_S, OUT_S = 4, 6
BREATHS = round(60 * float(os.environ.get("BENCH_DRIFT_MINUTES", "2")) / (IN_S + OUT_S))  # in real time
TAPS = (
    "start",
    "next",
    "sound",
    "sound",
    "pause",
    "carry_on",
    "how",
    "close",
    "hurts",
    "close",
    "carry_on",
    "next",
    "back",
)

# Notes when the word in the ring changes; the first is where the clock begins.
WATCH_THE_RING = """() => {
  const word = document.querySelector("[data-part=ringWord]");
  window.seen = [];
  new MutationObserver(() => {
    const last = window.seen.at(-1);
    if (last?.word !== word.textContent) window.seen.push({ word: word.textContent, at: performance.now() });
  }).observe(word, { childList: true, characterData: true, subtree: true });
}"""

# Notes for which instant each note is put on the audio clock, and when each sentence is handed to the voice. The voice
# itself is quick here: how long an engine takes to begin is the device's affair.
LISTEN = """
  window.heard = { notes: [], said: [] };
  const make = BaseAudioContext.prototype.createOscillator;
  BaseAudioContext.prototype.createOscillator = function () {
    const note = make.call(this);
    const { frequency } = note;
    let hertz = null;
    frequency.setValueAtTime = (value, at) => {
      hertz = value;
      return AudioParam.prototype.setValueAtTime.call(frequency, value, at);
    };
    note.start = (at) => {
      window.heard.notes.push({ hertz, at: performance.now() + (at - this.currentTime) * 1000 });
      OscillatorNode.prototype.start.call(note, at);
    };
    return note;
  };
  const speak = (utterance) => {
    if (utterance.text) window.heard.said.push({ text: utterance.text, at: performance.now() });
    setTimeout(() => utterance.onend?.(), 0);
  };
  Object.defineProperty(window, "speechSynthesis", { value: { speak, cancel() {}, getVoices: () => [] } });
"""
IN_HZ, OUT_HZ = 330, 494  # where the two tones begin, see clients/player/audio.js

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
WATCH_THE_PAINT = """
  window.painted = { largest: 0, shift: 0 };
  const watch = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch("largest-contentful-paint", ({ startTime }) => { window.painted.largest = startTime; });
  watch("layout-shift", ({ value, hadRecentInput }) => { if (!hadRecentInput) window.painted.shift += value; });
"""

# The delay of each tap until the next picture, and the time from Start to the first count.
WATCH_THE_PAGE = """() => {
  window.taps = [];
  const watch = (options, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe(options);
  watch({ type: "event", durationThreshold: 16 }, ({ interactionId, duration }) => {
    if (interactionId) window.taps.push(duration);
  });
  const player = document.querySelector(".player");
  player.querySelector("[data-do=start]").addEventListener("click", (event) => {
    const digit = document.querySelector("[data-part=digit]");
    new MutationObserver((_, observer) => {
      if (player.dataset.screen !== "ready" || !digit.textContent) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => { window.startedAfter = performance.now() - event.timeStamp; }, 0));
    }).observe(player, { attributes: true, childList: true, characterData: true, subtree: true });
  }, { capture: true, once: true });
}"""


def breathing() -> harness.Bundle:
    """Return slow breathing of BREATHS breaths."""
    compiled = harness.timeline("belly-breathing")
    ready = compiled["phases"][0]
    breath = [phase for phase in compiled["phases"] if phase["breath"] in ("in", "out")]
    inhale = next(phase for phase in breath if phase["breath"] == "in")
    exhale = next(phase for phase in breath if phase["breath"] == "out")
    phases = [ready]
    for number in range(1, BREATHS + 1):
        common = {"rep": number, "reps": BREATHS, "set": 1, "sets": 1, "segment": "main"}
        phases += [
            {**inhale, **common, "kind": "move", "seconds": IN_S},
            {**exhale, **common, "kind": "return", "seconds": OUT_S},
        ]
    return harness.item(1, "belly-breathing", timeline={**compiled, "phases": phases})


@contextmanager
def session(browser: "Browser", *items: harness.Bundle, slower: int = 1) -> Iterator["Page"]:
    """A page with the session of these items, the processor slowed down."""
    with harness.PlayerServer() as server:
        server.bundle = harness.bundle(list(items))
        context = browser.new_context(viewport=PHONE, has_touch=True)
        page = context.new_page()
        page.add_init_script(LISTEN)
        page.goto(f"{server.url}/session/")
        page.locator(".player[data-ready]").wait_for()
        page.wait_for_timeout(1000)  # pictures that are prepared ahead
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        yield page
        context.close()


@dataclass(frozen=True)
class Errors:
    """How late each cue was, in ms against the first breath on the screen; negative is early."""

    shown: list[float]
    sounded: list[float]
    said: list[float]


def errors_of_the_clock(browser: "Browser") -> Errors:
    """Breathe BREATHS times in real time. A breath without its tone is an AssertionError."""
    item = breathing()
    with session(browser, item) as page:
        page.evaluate(WATCH_THE_RING)
        page.locator("[data-do=start]").click()
        page.wait_for_function("n => window.seen.length >= n", arg=2 * BREATHS, timeout=1000 * (BREATHS + 2) * 10)
        seen: list[dict[str, Any]] = page.evaluate("window.seen")
        heard: dict[str, list[dict[str, Any]]] = page.evaluate("window.heard")
    begun = seen[0]["at"]
    due = [1000 * (number // 2 * (IN_S + OUT_S) + number % 2 * IN_S) for number in range(2 * BREATHS)]
    shown = [moment["at"] - begun - at for moment, at in zip(seen, due, strict=False)]
    sounded = []
    for number, at in enumerate(due):
        wanted = OUT_HZ if number % 2 else IN_HZ
        notes = [note["at"] - begun - at for note in heard["notes"] if note["hertz"] == wanted]
        sounded.append(min(notes, key=abs, default=math.inf))
        assert abs(sounded[-1]) < 1000 * IN_S / 2, f"breath {number} has no tone"
    # A sentence belongs to the nearest breath that has these words; the later ones are silent.
    phases = item["timeline"]["phases"][1:]
    said = []
    for sentence in heard["said"]:
        own = [at for at, phase in zip(due, phases, strict=True) if sentence["text"] in (phase["cue"], phase["text"])]
        if own and sentence["at"] > begun - 1000:
            said.append(min((sentence["at"] - begun - at for at in own), key=abs))
    return Errors(shown, sounded, said)


def tap(page: "Page", selector: str) -> None:
    """Touch what is seen as a finger does. The driver's own click() would put work of its own into the page."""
    target = page.locator(selector).filter(visible=True).first
    target.wait_for()
    box = target.bounding_box()
    assert box, selector
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def longest_tasks(trace: bytes) -> list[tuple[float, float]]:
    """Return the longest task of the page after each of its marks "step": processor time, and on the clock, in ms."""
    events = json.loads(trace)["traceEvents"]
    marks = [each for each in events if each["name"] == "step"]
    page = {(each["pid"], each["tid"]) for each in marks}
    steps = [(0.0, 0.0)] * len(marks)
    for each in events:
        if each["name"] != "ThreadControllerImpl::RunTask" or (each["pid"], each["tid"]) not in page:
            continue
        ends = each["ts"] + each.get("dur", 0)
        number = sum(mark["ts"] < ends for mark in marks) - 1
        if number >= 0:
            work, task = steps[number]
            steps[number] = (max(work, each.get("tdur", 0) / 1000), max(task, each.get("dur", 0) / 1000))
    return steps


def on_a_slow_phone(browser: "Browser") -> tuple[float, float, list[tuple[float, float]]]:
    """Go through the buttons of a session: the start and the slowest answer in ms, the longest task of each step."""
    with session(browser, harness.item(1, "glute-bridge"), harness.knee_squeezes(2), slower=SLOWER) as page:
        # What the test's own driver puts into the page the first time is no work of the player.
        page.wait_for_function("() => true")
        page.evaluate(WATCH_THE_PAGE)
        browser.start_tracing(page=page, categories=["toplevel", "blink.user_timing"])
        for number, action in enumerate(TAPS):
            page.evaluate("performance.mark('step')")
            scope = "dialog[open] " if action == "close" else ""
            tap(page, f"{scope}[data-do={action}]")
            if action == "start":
                page.wait_for_function("() => window.startedAfter !== undefined")
            page.wait_for_timeout(3000 if number == 1 else 700)
        page.wait_for_timeout(5000)
        steps = longest_tasks(browser.stop_tracing())
        start, slowest = page.evaluate("() => [window.startedAfter, Math.max(0, ...window.taps)]")
        return start, slowest, steps


def first_visit(browser: "Browser") -> dict[str, float]:
    """Open the page of six exercises with nothing kept, over Slow 4G and on a slow phone: KB, ms, and shifts."""
    names = ("side-bridge-knees", "glute-bridge", "belly-breathing", "bird-dog", "cat-camel")
    with harness.PlayerServer() as server:
        server.bundle = harness.bundle(
            [harness.knee_squeezes(), *(harness.item(at, name) for at, name in enumerate(names, 2))]
        )
        context = browser.new_context(viewport=PHONE)
        page = context.new_page()
        wire = context.new_cdp_session(page)
        sizes: dict[str, float] = {}
        addresses: dict[str, str] = {}
        wire.on("Network.responseReceived", lambda told: addresses.update({told["requestId"]: told["response"]["url"]}))
        wire.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}))
        kept: set[str] = set()
        wire.on("Network.requestServedFromCache", lambda told: kept.add(told["requestId"]))
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", SLOW_4G)
        wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.add_init_script(WATCH_THE_PAINT)
        page.goto(f"{server.url}/session/")
        page.locator(".player[data-ready]").wait_for()
        page.wait_for_timeout(3000)
        found: dict[str, float] = page.evaluate("window.painted")
        context.close()
    fetched = [key for key in sizes if key not in kept and "/figures/engine" not in addresses.get(key, "")]
    return {**found, "kilobytes": sum(sizes[key] for key in fetched) / 1024, "requests": len(fetched)}


def figures() -> Iterator[Figure]:
    if not CHROMIUM:
        sys.stderr.write("player: left out, Chromium is not installed\n")
        return
    from django.test import override_settings
    from playwright.sync_api import sync_playwright

    # As in production, where the player is one file.
    with override_settings(DEBUG=False), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        errors = errors_of_the_clock(browser)
        minutes = BREATHS * (IN_S + OUT_S) / 60
        yield Figure(f"player drift over {minutes:.0f} minutes", abs(errors.shown[-1]), 100, "lower", "ms")
        for name, late in (
            ("on the screen", errors.shown),
            (f"on the audio clock, {len(errors.sounded)} tones", errors.sounded),
            (f"handed to the voice, {len(errors.said)} sentences", errors.said),
        ):
            yield Figure(f"player cue {name}, largest error", max(map(abs, late)), 50, "lower", "ms")
        starts, answers, tasks = zip(*(on_a_slow_phone(browser) for _ in range(VISITS)), strict=True)
        # The same step costs the same each time: the least of it counts, and of these the longest.
        work, task = (max(min(visit[i] for visit in step) for step in zip(*tasks, strict=True)) for i in (0, 1))
        yield Figure(f"player start after the tap, {SLOWER} times slower", min(starts), 300, "lower", "ms")
        yield Figure(f"player slowest answer to a tap, {SLOWER} times slower", min(answers), 100, "lower", "ms")
        yield Figure(f"player longest task, {SLOWER} times slower, processor time", work, 50, "lower", "ms")
        yield Figure(f"player longest task, {SLOWER} times slower, on the clock", task, 50, "lower", "ms")
        first = first_visit(browser)
        yield Figure("player first visit, without the figures' engine", first["kilobytes"], 95, "lower", "KB")
        yield Figure("player requests of a first visit, without the figures' engine", first["requests"], 10, "lower")
        yield Figure("player largest paint, Slow 4G", first["largest"] / 1000, 1.8, "lower", "s")
        yield Figure("player layout shift", first["shift"], 0.02, "lower")
        browser.close()
