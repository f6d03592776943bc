/**
 * Spoken cues by the device's own voice, one after the other. What had to wait until it is no longer true is left out.
 */

const FRESH_MS = { short: 2500, full: 6000 };
const LONGEST = 150; // characters, some 12 seconds: voices from a network fall silent in longer texts
const SILENT_ENGINE_MS = 1500; // and 120 ms a character: so long a text is waited for that never says it has ended

/** Return a text in parts that are short enough, broken after sentences or commas where there are any. */
export function inParts(text) {
  const parts = [];
  for (const piece of text.match(/[^.!?…]+[.!?…]*\s*/g) ?? []) {
    const last = parts.at(-1);
    if (last !== undefined && (last + piece).trimEnd().length <= LONGEST) parts[parts.length - 1] = last + piece;
    else parts.push(piece);
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

export class Voice {
  #waiting = [];
  #now = null; // a reference: browsers drop an utterance that nobody holds, and its end with it
  #timer = null;
  volume = 1; // 0 to 1

  constructor({ language = "en", window = globalThis, clock = () => Date.now() } = {}) {
    Object.assign(this, { language, window, clock });
  }

  /** Have the device look for its voices, which takes it a while the first time. */
  prepare() {
    this.window.speechSynthesis?.getVoices?.();
  }

  /** Call inside a tap: only then may a browser speak later on. */
  prime() {
    const { speechSynthesis, SpeechSynthesisUtterance } = this.window;
    if (!speechSynthesis || this.primed) return;
    this.primed = true;
    speechSynthesis.speak(new SpeechSynthesisUtterance(""));
  }

  /** Say a text; `language` is its own where that is not the page's. `level`: see FRESH_MS. */
  say(text, level = "short", language = this.language) {
    if (!this.window.speechSynthesis || !text) return;
    const until = this.clock() + FRESH_MS[level];
    inParts(text).forEach((part, index) => this.#waiting.push({ part, language, until: index ? Infinity : until }));
    this.#next();
  }

  #next() {
    if (this.#now) return;
    let next = this.#waiting.shift();
    while (next && next.until < this.clock()) {
      // With its first part goes the rest of a text.
      do next = this.#waiting.shift(); while (next?.until === Infinity);
    }
    if (!next) return;
    const utterance = new this.window.SpeechSynthesisUtterance(next.part);
    utterance.lang = next.language;
    utterance.volume = this.volume;
    utterance.voice = this.#voiceFor(next.language);
    this.#now = utterance;
    const over = () => {
      if (this.#now !== utterance) return;
      this.window.clearTimeout(this.#timer);
      this.#now = null;
      this.#next();
    };
    utterance.onend = over;
    utterance.onerror = over;
    this.#timer = this.window.setTimeout(over, SILENT_ENGINE_MS + next.part.length * 120);
    this.window.speechSynthesis.speak(utterance);
  }

  /** A voice that lives on the device, so that it speaks without a network; null leaves the choice to the browser. */
  #voiceFor(language) {
    const all = this.window.speechSynthesis.getVoices?.() ?? [];
    const [wanted, base] = [language.toLowerCase(), language.split("-")[0].toLowerCase()];
    const local = all.filter(({ lang, localService }) => localService && lang.toLowerCase().split(/[-_]/)[0] === base);
    return local.find(({ lang }) => lang.toLowerCase().replace("_", "-") === wanted) ?? local[0] ?? null;
  }

  hush() {
    this.#waiting = [];
    if (!this.#now) return;
    this.window.clearTimeout(this.#timer);
    this.#now = null;
    this.window.speechSynthesis.cancel();
  }
}
