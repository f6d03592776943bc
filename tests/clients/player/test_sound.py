"""What the player's page sounds like, and what keeps the screen on: settings, headphones, wake lock."""

import pytest

from tests.clients.player import harness
from tests.clients.player.visit import HIDE, Visit

pytestmark = pytest.mark.browser


def test_the_screen_is_kept_awake_from_the_first_tap_on(visit: Visit) -> None:
    visit.page.add_init_script(
        "window.locks = []; Object.defineProperty(navigator, 'wakeLock', {value: {request: async (kind) => {"
        " window.locks.push(kind); const lock = {released: false, release: async () => window.locks.push('released')};"
        " document.addEventListener('visibilitychange', () => { lock.released = true; }, {once: true});"
        " return lock; }}})"
    )
    visit.open()
    assert visit.page.evaluate("() => window.locks") == []
    visit.tap("start")
    assert visit.page.evaluate("() => window.locks") == ["screen"]
    visit.tap("gate_leave_out")
    visit.tap("pause")
    visit.wait(181)
    assert visit.page.evaluate("() => window.locks") == ["screen", "released"]
    visit.tap("carry_on")
    assert visit.page.evaluate("() => window.locks") == ["screen", "released", "screen"]
    visit.page.evaluate(HIDE, True)  # a browser takes the lock away with the page
    visit.page.evaluate(HIDE, False)
    visit.settle()
    assert visit.page.evaluate("() => window.locks") == ["screen", "released", "screen", "screen"]


def test_a_screen_that_need_not_stay_on_and_a_quiet_voice_are_remembered(visit: Visit) -> None:
    visit.page.add_init_script(
        "window.locks = []; Object.defineProperty(navigator, 'wakeLock', {value: {request: async (kind) => {"
        " window.locks.push(kind); return {released: false, release: async () => window.locks.push('released')}; }}})"
    )
    visit.page.add_init_script(
        "window.volumes = []; speechSynthesis.speak = (said) => {"
        " if (said.text) window.volumes.push(said.volume); setTimeout(() => said.onend?.(), 0); };"
    )
    visit.open()
    visit.tap("sample")
    visit.tap("check", value="yes")
    visit.tap("settings")
    dialog = visit.page.get_by_role("dialog")
    assert dialog.get_by_role("checkbox", name="Keep the screen on").is_checked()
    dialog.get_by_role("checkbox", name="Keep the screen on").uncheck()
    dialog.get_by_label("How loud the voice is").select_option("quiet")
    dialog.get_by_label("How loud the tones are").select_option("medium")
    visit.tap("sample")
    assert visit.page.evaluate("() => window.volumes") == pytest.approx([1, 0.3])
    visit.page.reload()
    visit.page.wait_for_selector(".player[data-ready]")
    visit.tap("settings")
    assert not dialog.get_by_role("checkbox", name="Keep the screen on").is_checked()
    assert dialog.get_by_label("How loud the voice is").input_value() == "quiet"
    assert dialog.get_by_label("How loud the tones are").input_value() == "medium"
    visit.tap("close")
    visit.tap("start")
    assert visit.page.evaluate("() => window.locks") == []


def test_headphone_buttons_are_held_as_soon_as_they_are_switched_on_in_a_pause(visit: Visit) -> None:
    visit.page.add_init_script(
        "window.sounds = []; window.Audio = class {"
        " play() { window.sounds.push('plays'); return Promise.resolve(); } pause() { window.sounds.push('still'); } }"
    )
    visit.open()
    visit.begin()
    visit.tap("pause")
    visit.tap("settings")
    switch = visit.page.locator("dialog[open] [data-set=own]")
    switch.check()
    visit.settle()
    assert visit.page.evaluate("() => window.sounds") == ["plays"]
    switch.uncheck()
    visit.settle()
    assert visit.page.evaluate("() => window.sounds") == ["plays", "still"]
    switch.check()
    visit.tap("close")
    visit.tap("carry_on")
    assert visit.page.evaluate("() => window.sounds.at(-1)") == "plays"


def test_a_phone_that_cannot_be_kept_awake_shows_how_to_set_it(visit: Visit) -> None:
    visit.page.add_init_script("delete Navigator.prototype.wakeLock;")
    visit.open()
    assert "Your phone may go dark on its own. Set its screen to stay on longer." in visit.text("lines")
    visit.begin()
    assert visit.screen() == "work"


def test_nothing_sounds_before_a_tap_and_nothing_after_the_sound_is_off(visit: Visit) -> None:
    visit.page.add_init_script(
        "window.notes = 0; window.contexts = []; const Real = window.AudioContext;"
        "window.AudioContext = class extends Real { constructor(...all) { super(...all); window.contexts.push(this); }"
        " createOscillator() { const note = super.createOscillator(); const start = note.start.bind(note);"
        " note.start = (at) => { window.notes += 1; start(at); }; return note; } };"
    )
    visit.server.bundle = harness.bundle([harness.item(1, "cat-camel")])
    visit.open()
    visit.wait(3)
    states = "() => window.contexts.map(({ state }) => state)"
    assert visit.page.evaluate(states) == ["suspended"]
    assert visit.page.evaluate("() => window.notes") == 0
    visit.tap("start")
    assert visit.page.evaluate(states) == ["running"]
    assert visit.page.evaluate("() => window.notes") > 0
    visit.tap("sound")
    assert visit.page.locator("[data-part=sound]").get_attribute("aria-pressed") == "false"
    before = visit.page.evaluate("() => window.notes")
    visit.wait(20)
    assert visit.page.evaluate("() => window.notes") == before
    visit.page.reload()
    visit.page.wait_for_selector(".player[data-ready]")
    assert visit.page.locator("[data-part=sound]").get_attribute("aria-pressed") == "false"
