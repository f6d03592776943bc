/** Sound and voice outside a session: the settings of the player, read and kept as the player does. */

import { Tones } from "#clients/player/audio.js";
import { changed, keepSettings, readSettings, showIn, valueOf, volumes } from "#clients/player/settings.js";
import { Voice } from "#clients/player/voice.js";

/** Keep one change; return the settings as they are now, and whether the device kept them. */
export function save(key, value, storage = globalThis.localStorage) {
  const settings = changed(readSettings(storage), key, value);
  keepSettings(settings, storage);
  return { settings, isKept: JSON.stringify(readSettings(storage)) === JSON.stringify(settings) };
}

const partsOf = (root) =>
  Object.fromEntries([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));

/** Return what plays what the session sounds like, whatever is set: this is asked for. */
function sampler(words) {
  const tones = new Tones();
  const voice = new Voice({ language: document.documentElement.lang });
  return () => {
    const settings = readSettings();
    const volume = volumes(settings);
    voice.volume = volume.voice;
    tones.volume = volume.tones;
    tones.unlock(settings);
    tones.play("start", Date.now());
    if (!settings.reader) voice.say(words);
  };
}

class Sound {
  constructor(root) {
    this.words = root.dataset;
    this.parts = partsOf(root);
    this.parts.form.addEventListener("change", ({ target }) => this.change(target));
    this.parts.sample.addEventListener("click", sampler(this.words.sample));
    showIn(this.parts.form, readSettings());
    this.parts.without.hidden = true;
    this.parts.form.hidden = false;
  }

  change(field) {
    const { settings, isKept } = save(field.dataset.set, valueOf(field));
    showIn(this.parts.form, settings);
    this.parts.saved.textContent = "";
    this.parts.saved.textContent = isKept ? this.words.saved : this.words.failed;
  }
}

export default function mount(root) {
  new Sound(root);
}

/** The sound check of the first steps; the player asks no more where this one was answered. */
export function check(root) {
  const { sample, heard, yes, no, text, help, words, without, with: asked } = partsOf(root);
  sample.addEventListener("click", sampler(root.dataset.sample));
  sample.addEventListener("click", () => {
    heard.hidden = false;
    sample.classList.replace("btn--primary", "btn--line"); // one primary button: now it is the answer
  });
  yes.addEventListener("click", () => save("checked", true));
  no.addEventListener("click", () => {
    help.replaceChildren(words.content.cloneNode(true));
    text.hidden = false;
  });
  text.addEventListener("click", () => {
    save("talk", "off");
    save("checked", true);
  });
  without.remove();
  asked.hidden = false;
}
