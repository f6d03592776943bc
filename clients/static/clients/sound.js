/** Sound and voice outside a session: the settings of the player, read and kept as the player does. */

import { Tones } from "#clients/player/audio.js";
import { changed, keepSettings, readSettings } from "#clients/player/settings.js";
import { Voice } from "#clients/player/voice.js";

/** Keep one change; return the settings as they are now, and whether the device kept them. */
export function save(key, value, storage = globalThis.localStorage) {
  const settings = changed(readSettings(storage), key, value);
  keepSettings(settings, storage);
  return { settings, isKept: JSON.stringify(readSettings(storage)) === JSON.stringify(settings) };
}

class Sound {
  constructor(root) {
    this.words = root.dataset;
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.tones = new Tones();
    this.voice = new Voice({ language: document.documentElement.lang });
    this.parts.form.addEventListener("change", ({ target }) => this.change(target));
    this.parts.sample.addEventListener("click", () => this.play());
    this.paint(readSettings());
    this.parts.without.hidden = true;
    this.parts.form.hidden = false;
  }

  change({ dataset, type, value, checked }) {
    const { settings, isKept } = save(dataset.set, type === "radio" ? value : checked);
    this.paint(settings);
    this.parts.saved.textContent = "";
    this.parts.saved.textContent = isKept ? this.words.saved : this.words.failed;
  }

  /** Play what the session sounds like, whatever is set: this is asked for. */
  play() {
    const settings = readSettings();
    this.tones.unlock(settings);
    this.tones.play("start", Date.now());
    if (!settings.reader) this.voice.say(this.words.sample);
  }

  paint(settings) {
    for (const input of this.parts.form.querySelectorAll("[data-set]")) {
      const value = settings[input.dataset.set];
      input.checked = input.type === "radio" ? value === input.value : value;
    }
    this.parts.form.querySelector("[data-in=each]").disabled = !settings.reader;
    for (const input of this.parts.form.querySelectorAll("[data-speaks]")) input.disabled = settings.reader;
  }
}

export default function mount(root) {
  new Sound(root);
}
